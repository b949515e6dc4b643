"""The rules of a sourcing mix, as a scenario file states them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calculator.scenario.base import Country, Id, Name, Part
from calculator.scenario.quantity import Unit

Percent = Annotated[float, Unit("%", least=0, most=100)]
Stage = Literal["mining", "refining", "active_material", "cell"]
Rest = Literal["many", "one"]


class _Named(Part):
    """What every rule has."""

    name: Name = Field(examples=["No country above 40 %"])
    """Your name for the rule; the answer refers to it by this name."""


class _Selective(_Named):
    """A rule on one material, one stage, or all of them."""

    material: Id | None = Field(default=None, examples=["nickel"])
    """Material the rule is on; every material if left out."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage the rule is on; every stage if left out."""


class _OnCountries(_Selective):
    """A rule on countries, which must say what it takes the unnamed ones for."""

    rest: Rest = Field(default="many", examples=["one"])
    """What supply from countries not known singly (``ROW``) counts as. ``many``: many small
    countries, in the total alone. ``one``: one country, and any country of the rule that the
    tables do not name at a stage; so the rule holds whoever they are."""


class CapCountryShare(_OnCountries):
    """No single country supplies more than a share of the total."""

    rule: Literal["cap_country_share"] = Field(examples=["cap_country_share"])
    """Kind of rule."""
    limit_percent: Percent = Field(alias="limit", examples=["40 %"])
    """Largest share of one country."""
    country: Country | None = Field(default=None, examples=["CHN"])
    """The one country that is capped; each country on its own if left out."""


class CapGroupShare(_OnCountries):
    """Several countries together supply at most a share of the total.

    ``EUU`` stands for the members of the European Union.
    """

    rule: Literal["cap_group_share"] = Field(examples=["cap_group_share"])
    """Kind of rule."""
    limit_percent: Percent = Field(alias="limit", examples=["60 %"])
    """Largest share of the countries together."""
    countries: tuple[Country, ...] = Field(min_length=1, max_length=300, examples=[["CHN", "RUS"]])
    """Countries that count as one."""


class CapHHI(_OnCountries):
    """Concentration over countries stays at or below a Herfindahl-Hirschman index.

    The index is the sum of the squared shares of all countries.
    """

    rule: Literal["hhi_cap"] = Field(examples=["hhi_cap"])
    """Kind of rule."""
    limit: float = Field(gt=0, le=1, examples=[0.25])
    """Largest index, from 0 to 1 and without a unit: one country alone is 1, four alike 0.25."""


class Exclude(_OnCountries):
    """Nothing comes from these countries."""

    rule: Literal["exclude"] = Field(examples=["exclude"])
    """Kind of rule."""
    countries: tuple[Country, ...] = Field(min_length=1, max_length=300, examples=[["RUS"]])
    """Countries left out."""


class RecycledFloor(_Named):
    """A share of a material comes from recycling."""

    rule: Literal["recycled_floor"] = Field(examples=["recycled_floor"])
    """Kind of rule."""
    material: Id = Field(examples=["nickel"])
    """Material the floor is on."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage where recycled and primary material meet; found by itself if left out."""
    limit_percent: Percent = Field(alias="limit", examples=["15 %"])
    """Smallest recycled share."""


Rule = Annotated[
    CapCountryShare | CapGroupShare | CapHHI | Exclude | RecycledFloor,
    Field(discriminator="rule"),
]
KINDS: tuple[type[Part], ...] = (CapCountryShare, CapGroupShare, CapHHI, Exclude, RecycledFloor)
