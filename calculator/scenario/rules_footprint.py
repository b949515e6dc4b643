"""Rules of a scenario on carbon, energy and the minerals in the cells."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calculator.scenario.base import Id
from calculator.scenario.quantity import Unit
from calculator.scenario.rule_base import MoneyText, Named, Stage, money_per


class CarbonCap(Named):
    """Emissions of all stages, freight and recycling stay below a footprint per kWh of cells.

    Over what the tables know an emission of; the answer says how much of the mass that is.
    """

    rule: Literal["carbon_cap"] = Field(examples=["carbon_cap"])
    """Kind of rule."""
    limit_kg_per_kwh: Annotated[float, Unit("kgCO2e/kWh", above=0)] = Field(
        alias="limit", examples=["60 kgCO2e/kWh"]
    )
    """Largest footprint."""


class CarbonPrice(Named):
    """Every kilogram emitted costs money, whoever emits it."""

    rule: Literal["carbon_price"] = Field(examples=["carbon_price"])
    """Kind of rule."""
    price: Annotated[MoneyText, money_per("t")] = Field(examples=["80 EUR_2025/t"])
    """Money for a tonne of CO2 equivalent."""


class EnergyCap(Named):
    """Electricity of all plants stays below an amount per kWh of cells."""

    rule: Literal["energy_cap"] = Field(examples=["energy_cap"])
    """Kind of rule."""
    limit_kwh_per_kwh: Annotated[float, Unit("kWh/kWh", above=0)] = Field(
        alias="limit", examples=["70 kWh/kWh"]
    )
    """Largest use."""


class IntensityCap(Named):
    """Over all cells delivered, so much of a material is bought per kWh at most."""

    rule: Literal["intensity_cap"] = Field(examples=["intensity_cap"])
    """Kind of rule."""
    material: Id = Field(examples=["cobalt"])
    """Material the rule is on."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage at which it is counted; the last the tables know if left out."""
    limit_kg_per_kwh: Annotated[float, Unit("kg/kWh", least=0)] = Field(
        alias="limit", examples=["50 g/kWh"]
    )
    """Most of it for a kWh."""
