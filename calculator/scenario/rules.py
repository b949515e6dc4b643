"""The rules of a sourcing mix, as a scenario file states them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calculator.scenario.base import Country, Id, Part
from calculator.scenario.rule_base import Countries, Named, OnThirdCountries, Percent, Stage
from calculator.scenario.rules_footprint import CarbonCap, CarbonPrice, EnergyCap, IntensityCap
from calculator.scenario.rules_lots import MinimumLot, SupplierCount, SupplierFee
from calculator.scenario.rules_mix import ChemistryShare, EURecycledContent
from calculator.scenario.rules_risk import (
    CostShare,
    OutageCover,
    PassThrough,
    PriceSwing,
    RiskCap,
)


class CapCountryShare(OnThirdCountries):
    """No single country supplies more than a share of the total."""

    rule: Literal["cap_country_share"] = Field(examples=["cap_country_share"])
    """Kind of rule."""
    limit_percent: Percent = Field(alias="limit", examples=["40 %"])
    """Largest share of one country."""
    country: Country | None = Field(default=None, examples=["CHN"])
    """The one country that is capped; each country on its own if left out."""


class CapGroupShare(OnThirdCountries):
    """Several countries together supply at most a share of the total.

    ``EUU`` stands for the members of the European Union.
    """

    rule: Literal["cap_group_share"] = Field(examples=["cap_group_share"])
    """Kind of rule."""
    limit_percent: Percent = Field(alias="limit", examples=["60 %"])
    """Largest share of the countries together."""
    countries: Countries = Field(examples=[["CHN", "RUS"]])
    """Countries that count as one."""


class CapHHI(OnThirdCountries):
    """Concentration over countries stays at or below a Herfindahl-Hirschman index.

    The index is the sum of the squared shares of all countries.
    """

    rule: Literal["hhi_cap"] = Field(examples=["hhi_cap"])
    """Kind of rule."""
    limit: float = Field(gt=0, le=1, examples=[0.25])
    """Largest index, from 0 to 1 and without a unit: one country alone is 1, four alike 0.25."""


class Exclude(OnThirdCountries):
    """Nothing comes from these countries."""

    rule: Literal["exclude"] = Field(examples=["exclude"])
    """Kind of rule."""
    countries: Countries = Field(examples=[["RUS"]])
    """Countries left out."""


class RecycledFloor(Named):
    """A share of a material comes from recycling."""

    rule: Literal["recycled_floor"] = Field(examples=["recycled_floor"])
    """Kind of rule."""
    material: Id = Field(examples=["nickel"])
    """Material the floor is on."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage where recycled and primary material meet; found by itself if left out."""
    limit_percent: Percent = Field(alias="limit", examples=["15 %"])
    """Smallest recycled share."""
    waste: Literal["manufacturing_scrap", "post_consumer"] | None = Field(
        default=None, examples=["post_consumer"]
    )
    """The one kind of waste that counts; both if left out."""


KINDS: tuple[type[Part], ...] = (
    CapCountryShare,
    CapGroupShare,
    CapHHI,
    Exclude,
    RecycledFloor,
    EURecycledContent,
    ChemistryShare,
    CarbonCap,
    CarbonPrice,
    EnergyCap,
    IntensityCap,
    RiskCap,
    OutageCover,
    PassThrough,
    CostShare,
    PriceSwing,
    MinimumLot,
    SupplierFee,
    SupplierCount,
)
"""Every kind of rule, as a form lists them."""
Rule = Annotated[
    CapCountryShare
    | CapGroupShare
    | CapHHI
    | Exclude
    | RecycledFloor
    | EURecycledContent
    | ChemistryShare
    | CarbonCap
    | CarbonPrice
    | EnergyCap
    | IntensityCap
    | RiskCap
    | OutageCover
    | PassThrough
    | CostShare
    | PriceSwing
    | MinimumLot
    | SupplierFee
    | SupplierCount,
    Field(discriminator="rule"),
]
