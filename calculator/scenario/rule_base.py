"""What rules of a scenario share: a name of the user's, a material, a stage, countries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from calculator.scenario.base import Country, Id, Name, Part
from calculator.scenario.quantity import Unit

Percent = Annotated[float, Unit("%", least=0, most=100)]
Stage = Literal["mining", "refining", "active_material", "cell"]
Rest = Literal["many", "one"]
Countries = Annotated[tuple[Country, ...], Field(min_length=1, max_length=300)]


def money_per(what: str) -> AfterValidator:
    """Money of a currency and year per something, kept as it is written."""

    def read(text: str) -> str:
        from materials_db.units import currency_year, factor, split_quantity

        number, unit = split_quantity(text)
        currency_year(unit)
        factor(unit.partition("/")[2], what) if what else None
        if bool(what) != ("/" in unit):
            raise ValueError(f"'{text}' is not money{f' per {what}' if what else ' alone'}")
        if number < 0:
            raise ValueError(f"'{text}' is below 0; give 0 or more")
        return text

    return AfterValidator(read)


MoneyText = Annotated[str, StringConstraints(min_length=3, max_length=60)]


class Named(Part):
    """What every rule has."""

    name: Name = Field(examples=["No country above 40 %"])
    """Your name for the rule; the answer refers to it by this name."""


class Selective(Named):
    """A rule on one material, one stage, or all of them."""

    material: Id | None = Field(default=None, examples=["nickel"])
    """Material the rule is on; every material if left out."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage the rule is on; every stage if left out."""


class OnCountries(Selective):
    """A rule on countries, which must say what it takes the unnamed ones for."""

    rest: Rest = Field(default="many", examples=["one"])
    """What supply from countries not known singly (``ROW``) counts as. ``many``: many small
    countries, in the total alone. ``one``: one country, and any country of the rule that the
    tables do not name at a stage; so the rule holds whoever they are."""


class OnThirdCountries(OnCountries):
    """A rule on countries that may leave out those of the importer's own customs area."""

    third_countries: bool = Field(default=False, examples=[True])
    """Whether the rule is on third countries alone, those outside the importer's customs area. The
    total stays that of all."""
