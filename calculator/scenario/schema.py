"""The scenario: everything a user asks for, in one record and one file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from calculator.scenario.base import Country, Currency, Id, Name, Part, Reference
from calculator.scenario.policies import PolicyChoice
from calculator.scenario.projects import ProjectWish
from calculator.scenario.quantity import Unit
from calculator.scenario.rules import Rule
from calculator.scenario.shocks import Shocks

Objective = Literal["cost", "carbon", "energy", "risk"]
YearlyEnergy = Annotated[float, Unit("GWh/year", above=0, most=100_000)]

REPEATED = "repeated"
"""Type of the error that a name stands twice in a list."""


def _all_differ(kind: str, names: list[str]) -> None:
    twice = next((name for k, name in enumerate(names) if name in names[:k]), None)
    if twice is not None:
        text = "{kind} '{name}' stands twice; keep one or rename it"
        raise PydanticCustomError(REPEATED, text, {"kind": kind, "name": twice})


class Pack(Part):
    """The pack the cells go into."""

    energy_kwh: Annotated[float, Unit("kWh", above=0, most=10_000)] = Field(
        default=75.0, alias="energy", examples=["75 kWh"]
    )
    """Rated energy of one pack."""
    power_kw: Annotated[float, Unit("kW", above=0, most=100_000)] | None = Field(
        default=None, alias="power", examples=["225 kW"]
    )
    """Largest power the pack gives for ten seconds; three times its energy an hour if left out."""
    voltage_v: Annotated[float, Unit("V", least=1, most=5_000)] = Field(
        default=360.0, alias="voltage", examples=["360 V"]
    )
    """Rated voltage of the pack."""
    fast_charge: bool = Field(default=True, examples=[True])
    """Whether conductors and cooling are sized for fast charging."""


class Sourcing(Part):
    """Where the materials may come from."""

    importer: Country = Field(examples=["USA"])
    """Country that buys; duties and freight are those into it."""
    demand_gwh_per_year: YearlyEnergy | None = Field(
        default=None, alias="demand", examples=["30 GWh/year"]
    )
    """Cells to be supplied; the scenario's volume if left out."""
    chemistry: Reference | None = Field(default=None, examples=["NMC811"])
    """Chemistry that is sourced; the first of the scenario's if left out."""
    chemistries: tuple[Reference, ...] = Field(
        default=(), max_length=50, examples=[["LFP", "NMC811"]]
    )
    """Several chemistries, of which the plan chooses the mix; ``chemistry_share`` bounds it."""
    objective: Objective = Field(default="cost", examples=["carbon"])
    """What the plan makes as small as it can: ``cost``, ``carbon``, ``energy`` or ``risk`` (tonnage
    weighted by governance risk). Among equals the cheapest is taken."""
    market_access_percent: Annotated[float, Unit("%", above=0, most=100)] | None = Field(
        default=None, alias="market_access", examples=["25 %"]
    )
    """Share of what a country makes of a material that you can get; that of the database if left
    out, and ``100 %`` for no limit."""
    recyclers: tuple[Country, ...] | None = Field(
        default=None, max_length=300, examples=[["DEU", "FRA", "POL"]]
    )
    """Countries that recycle for you (``EUU``: its members that make cells); the importer and all
    that make cells if left out."""
    direct_discount_percent: Annotated[float, Unit("%", least=0, most=99)] | None = Field(
        default=None, alias="direct_discount", examples=["10 %"]
    )
    """By how much a cathode that is recycled as such sells below a new one; without it none is."""
    year: int | None = Field(default=None, ge=1990, le=2100, examples=[2029])
    """Year the plan is for; projects deliver what they make in it. Needed with ``projects``."""
    projects: tuple[ProjectWish, ...] = Field(default=(), max_length=50)
    """Projects that add capacity to what the tables know."""
    rules: tuple[Rule, ...] = Field(default=(), max_length=200)
    """Rules the mix must keep, each with a name of your own."""
    policies: tuple[PolicyChoice, ...] = Field(default=(), max_length=50)
    """Laws the mix is held to, each as of a year; their rules are named after them."""

    @model_validator(mode="after")
    def _projects_have_a_year(self) -> Self:
        if self.projects and self.year is None:
            raise ValueError(
                "'projects' stand without 'year'; give the year the plan is for, such as 2029"
            )
        names = [str(one.project or one.name) for one in self.projects]
        twice = next((name for k, name in enumerate(names) if name in names[:k]), None)
        if twice is not None:
            raise ValueError(f"project '{twice}' stands twice; keep one or rename it")
        return self

    @model_validator(mode="after")
    def _rule_names_differ(self) -> Self:
        _all_differ("rule", [rule.name for rule in self.rules])
        return self

    @model_validator(mode="after")
    def _laws_differ(self) -> Self:
        labels = [choice.label for choice in self.policies]
        twice = next((name for k, name in enumerate(labels) if name in labels[:k]), None)
        if twice is not None:
            raise ValueError(f"policy '{twice}' stands twice; keep one")
        return self

    @model_validator(mode="after")
    def _one_way_to_name_chemistries(self) -> Self:
        _all_differ("chemistry", list(self.chemistries))
        if self.chemistry is not None and self.chemistries:
            raise ValueError("'chemistry' and 'chemistries' both stand; keep one of them")
        return self


class Scenario(Part):
    """What the user wants computed."""

    name: Name = Field(default="untitled", examples=["Four chemistries for a 75 kWh car"])
    """Title that stands on every export."""
    chemistries: tuple[Reference, ...] = Field(
        min_length=1, max_length=200, examples=[["LFP", "NMC811", "my_cells/own.yaml"]]
    )
    """Chemistries to compare: names from the database, or paths to files of your own."""
    format: Reference = Field(default="prismatic_EV", examples=["pouch_EV"])
    """Cell format: a name from the database, or a path to a file of your own."""
    pack: Pack = Field(default=Pack())
    """The pack the cells go into."""
    volume_gwh_per_year: YearlyEnergy = Field(
        default=30.0, alias="volume", examples=["30 GWh/year"]
    )
    """Yearly output of the cell plant; as many packs are made as it fills."""
    year: int = Field(default=2025, ge=1990, le=2100, examples=[2024])
    """Year of the money in which costs are computed and shown."""
    currency: Currency = Field(default="USD", examples=["EUR"])
    """Currency in which costs are shown, as an ISO 4217 code without a year."""
    region: Country = Field(default="CHN", examples=["USA"])
    """Country of the cell plant of compare: its labour, building, capital and electricity costs.

    A sourcing plan chooses its own.
    """
    deck: Id = Field(default="quotes_2026-06", examples=["reference_2022"])
    """Price deck, a dated set of prices."""
    overlay: Reference | None = Field(default=None, examples=["my_prices.csv"])
    """Path to rows of your own that lie over the shipped ones: CSV, XLSX, YAML or a folder."""
    sourcing: Sourcing | None = Field(default=None)
    """Question to the optimiser; left out when only costs are asked for."""
    shocks: Shocks | None = Field(default=None)
    """Events the plan is put to, and what stands ready against them."""

    @model_validator(mode="after")
    def _chemistries_differ(self) -> Self:
        _all_differ("chemistry", list(self.chemistries))
        return self
