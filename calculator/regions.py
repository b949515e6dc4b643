"""What labour, floor area, equipment, electricity and its carbon cost a country.

Labour is the wage: what an hour costs the employer x the share of it paid as wages. The plant
models put their overheads (40 % of labour in the cell plant, 50 % in a chemical plant) on a wage,
and these stand for benefits and indirect labour; on the whole labour cost they would count the
benefits twice.

A factor the table lacks for a country is taken from the European Union's row (for its members)
or the world's, and the stand-in is named in the result; where neither has it, the error says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.money import convert

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, RegionFactor

    Rows = dict[tuple[str, str], RegionFactor]

EU = "EUU"
WORLD = "WLD"
_MEMBERS = """
AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN
ESP SWE
"""
EU_MEMBERS = frozenset(_MEMBERS.split())
"""The 27 members of the European Union."""
DEFAULT_MONEY = "USD_2024"

_UNITS = {
    "labour": "h",
    "wage_share": "1",
    "building": "m2",
    "capital_multiplier": "1",
    "electricity": "kWh",
    "natural_gas": "MJ",
    "grid_carbon_intensity": "kgCO2e/kWh",
}
_MONEY_FACTORS = frozenset({"labour", "building", "electricity", "natural_gas"})


@dataclass(frozen=True)
class Fallback:
    """A factor taken from another place than the country asked."""

    factor: str
    country: str
    taken_from: str

    def __str__(self) -> str:
        place = {EU: "the mean of the European Union", WORLD: "the mean of the world"}
        what = self.factor.replace("_", " ")
        return f"{what} of {self.country} is not in the table; {place[self.taken_from]} stands in"


@dataclass(frozen=True)
class RegionFactors:
    """Cost factors of a country, money in ``money``."""

    country: str
    money: str
    labour_usd_per_h: float
    """Wage, without the employer's social contributions and benefits."""
    labour_cost_usd_per_h: float
    """What the hour costs the employer in all."""
    building_usd_per_m2: float
    capital_multiplier: float
    """Price of the same equipment and engineering relative to the United States."""
    electricity_usd_per_kwh: float
    natural_gas_usd_per_mj: float
    """Price of process heat, as natural gas."""
    grid_carbon_kg_per_kwh: float
    records: Mapping[str, Datum]
    """The row behind each factor, by factor."""
    fallbacks: tuple[Fallback, ...]
    """Factors that stand in for one the table lacks; empty when all are the country's own."""
    notes: tuple[str, ...]
    """Stand-ins of the money conversion, if any."""

    @property
    def assumed(self) -> tuple[str, ...]:
        """Factors that rest on an assumed row or on a stand-in."""
        borrowed = {fallback.factor for fallback in self.fallbacks}
        return tuple(f for f, r in self.records.items() if r.basis == "assumed" or f in borrowed)


def region_factors(db: MaterialsDB, country: str, money: str = DEFAULT_MONEY) -> RegionFactors:
    """Cost factors of a country.

    Args:
        db: the materials database.
        country: ISO 3166 alpha-3 code; ``ROW`` takes the world's rows.
        money: US dollars of a year, such as ``USD_2024``; each row is converted once.

    Raises:
        InputError: a factor is neither in the table for the country nor for what may stand in.
    """
    rows: Rows = {(row.country, row.factor): row for row in reversed(db.regions)}
    records: dict[str, Datum] = {}
    values: dict[str, float] = {}
    fallbacks: list[Fallback] = []
    notes: list[str] = []
    for factor in _UNITS:
        row = _find(rows, country, factor)
        records[factor] = row
        values[factor], said = _value(db, row, money)
        notes += said
        if row.country != country:
            fallbacks.append(Fallback(factor, country, row.country))
    return RegionFactors(
        country=country,
        money=money,
        labour_usd_per_h=values["labour"] * values["wage_share"],
        labour_cost_usd_per_h=values["labour"],
        building_usd_per_m2=values["building"],
        capital_multiplier=values["capital_multiplier"],
        electricity_usd_per_kwh=values["electricity"],
        natural_gas_usd_per_mj=values["natural_gas"],
        grid_carbon_kg_per_kwh=values["grid_carbon_intensity"],
        records=records,
        fallbacks=tuple(fallbacks),
        notes=tuple(dict.fromkeys(notes)),
    )


def places_asked(country: str) -> tuple[str, ...]:
    """Places whose rows serve a country, in the order they are asked."""
    return (country, EU, WORLD) if country in EU_MEMBERS else (country, WORLD)


def _find(rows: Mapping[tuple[str, str], RegionFactor], country: str, factor: str) -> RegionFactor:
    for place in places_asked(country):
        if (place, factor) in rows:
            return rows[place, factor]
    raise InputError(
        f"{factor} of {country} is not in the region table and no mean stands in for it; "
        "add a row to regions.csv or lay one over it"
    )


def _value(db: MaterialsDB, row: RegionFactor, money: str) -> tuple[float, tuple[str, ...]]:
    from materials_db.units import to

    unit = _UNITS[row.factor]
    if row.factor not in _MONEY_FACTORS:
        return to(row.value, row.unit, unit), ()
    value, conversion = convert(db, row.value, row.unit, f"{money}/{unit}")
    return value, conversion.notes  # type: ignore[return-value]


def covered(db: MaterialsDB) -> tuple[str, ...]:
    """Countries with a row of their own for every factor, sorted."""
    have: dict[str, set[str]] = {}
    for row in db.regions:
        have.setdefault(row.country, set()).add(row.factor)
    return tuple(sorted(c for c, factors in have.items() if _all_in(factors)))


def _all_in(factors: Iterable[str]) -> bool:
    """Whether nothing but the wage share is borrowed, which few countries publish."""
    return set(_UNITS) - {"wage_share"} <= set(factors)
