"""Rules of a scenario on risk: governance, outages, touched countries, prohibited entities."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calculator.scenario.base import Country
from calculator.scenario.quantity import Unit
from calculator.scenario.rule_base import (
    Countries,
    MoneyText,
    Named,
    OnCountries,
    Percent,
    Selective,
    money_per,
)


class RiskCap(Selective):
    """The average governance risk of what is sourced stays at or below a score.

    The score of a country runs from 0 to 1 (World Bank, political stability turned round); supply
    from countries not known singly counts with the mean of all.
    """

    rule: Literal["risk_cap"] = Field(examples=["risk_cap"])
    """Kind of rule."""
    limit: float = Field(ge=0, le=1, examples=[0.45])
    """Largest average score, without a unit."""


class OutageCover(OnCountries):
    """Whatever one country fails, what the others can still give covers a share of the need.

    Contracts with the others may stand above what is taken in a quiet year, up to what the market
    gives one buyer.
    """

    rule: Literal["n_minus_1"] = Field(examples=["n_minus_1"])
    """Kind of rule."""
    limit_percent: Percent = Field(alias="limit", examples=["70 %"])
    """Share of the need that must be left."""


class PassThrough(Named):
    """At most a share of the cells may have touched a country at any stage."""

    rule: Literal["pass_through"] = Field(examples=["pass_through"])
    """Kind of rule."""
    country: Country = Field(examples=["CHN"])
    """The country."""
    limit_percent: Percent = Field(alias="limit", examples=["60 %"])
    """Largest share of the cells."""


class CostShare(Named):
    """So much of the cost must come from elsewhere than some countries.

    The material assistance cost ratio: cost not paid to these countries over all cost of
    materials and processing. With a credit the rule need not be met, and pays if it is.
    """

    rule: Literal["cost_share"] = Field(examples=["cost_share"])
    """Kind of rule."""
    countries: Countries = Field(examples=[["CHN", "RUS"]])
    """Countries whose cost does not count."""
    limit_percent: Percent = Field(alias="limit", examples=["60 %"])
    """Smallest share of cost from elsewhere."""
    credit: Annotated[MoneyText, money_per("kWh")] | None = Field(
        default=None, examples=["35 USD_2025/kWh"]
    )
    """Paid for every kWh if the share is met; without it the share is a must."""


class PriceSwing(Named):
    """Guard against the prices that hurt most: some of them rise by a fraction at once.

    The cost is that of the worst case (Bertsimas and Sim 2004): at most ``budget`` of the sources
    become dearer by ``swing``.
    """

    rule: Literal["price_budget"] = Field(examples=["price_budget"])
    """Kind of rule."""
    budget: float = Field(ge=0, le=1000, examples=[3])
    """How many sources may rise at once; 0 is no guard."""
    swing_percent: Annotated[float, Unit("%", least=0, most=1000)] = Field(
        alias="swing", examples=["30 %"]
    )
    """How much a price rises."""
