"""Conversion cost of a stage by country, from physical inputs and the country's factors.

Per kg of product: labour h x rate x (1 + plant overhead) + electricity kWh x price
+ heat MJ x gas price + capital per yearly kg x country factor x yearly charge + other money.
Overhead and charge are those of EverBatt's chemical plants (rows of ``chemical_plant``).
Carbon dioxide is that of electricity (grid of the country) and of heat (natural gas).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calculator.money import convert
from calculator.regions import RegionFactors
from calculator.supply.emissions import MJ_PER_KWH, gas_kg_per_mj
from calculator.trace import plain

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, ProcessEconomics

RULES = "chemical_plant"
PARTS = ("labour", "electricity", "heat", "capital", "other")
_DRAW = "kg/kg"


@dataclass(frozen=True)
class ProcessCost:
    """Conversion cost of one kilogram of product in one country, USD of the region's money."""

    process: str
    country: str
    labour_usd_per_kg: float
    electricity_usd_per_kg: float
    heat_usd_per_kg: float
    capital_usd_per_kg: float
    other_usd_per_kg: float
    yield_fraction: float
    """Share of the element in the feed that reaches the product; 1 where no row states it."""
    draw_kg_per_kg: float | None
    """Feed drawn per kg of product where a row states it, else set by contents and yield."""
    electricity_kwh_per_kg: float
    heat_mj_per_kg: float
    emission_kg_per_kg: float
    """CO2 of electricity and heat."""
    records: tuple[Datum, ...]
    assumptions: tuple[str, ...]

    @property
    def total_usd_per_kg(self) -> float:
        """Sum of the parts."""
        return plain(sum(getattr(self, f"{part}_usd_per_kg") for part in PARTS))

    @property
    def energy_kwh_per_kg(self) -> float:
        """Electricity and heat together."""
        return self.electricity_kwh_per_kg + self.heat_mj_per_kg / MJ_PER_KWH

    def scaled(self, size: float, reference: float, exponent: float) -> ProcessCost:
        """The cost at another plant size: capital a kg x (size / reference) ^ (exponent - 1).

        Sizes in one unit, such as kg a year; labour, energy and the rest stay a kg.
        """
        factor = (size / reference) ** (exponent - 1.0)
        return replace(self, capital_usd_per_kg=self.capital_usd_per_kg * factor)


def rows_of(db: MaterialsDB, process: str) -> tuple[ProcessEconomics, ...]:
    """Rows of a process; empty where the table has none."""
    return tuple(row for row in db.process_economics if row.process == process)


def process_cost(db: MaterialsDB, process: str, region: RegionFactors) -> ProcessCost | None:
    """Cost of a process in a country, or nothing where the table knows no such process."""
    rows = rows_of(db, process)
    if not rows:
        return None
    rules = {row.quantity: row for row in rows_of(db, RULES)}
    labour = _amount(rows, "labour", "h/kg") * region.labour_usd_per_h
    power = _amount(rows, "electricity", "kWh/kg")
    heat = _amount(rows, "heat", "MJ/kg")
    burnt, factor = gas_kg_per_mj(db)
    capital = _capital_usd_per_kg(db, rows, region.money) * region.capital_multiplier
    draws = [row.value for row in rows if row.quantity == "other" and row.unit == _DRAW]
    yields = [row.value for row in rows if row.quantity == "yield"]
    return ProcessCost(
        process=process,
        country=region.country,
        labour_usd_per_kg=labour * (1.0 + rules["labour"].value),
        electricity_usd_per_kg=power * region.electricity_usd_per_kwh,
        heat_usd_per_kg=heat * region.natural_gas_usd_per_mj,
        capital_usd_per_kg=capital * rules["capital"].value,
        other_usd_per_kg=_other_usd_per_kg(db, rows, region.money),
        yield_fraction=yields[0] if yields else 1.0,
        draw_kg_per_kg=draws[0] if draws else None,
        electricity_kwh_per_kg=power,
        heat_mj_per_kg=heat,
        emission_kg_per_kg=power * region.grid_carbon_kg_per_kwh + heat * burnt,
        records=(
            *rows,
            *rules.values(),
            *region.records.values(),
            *([factor] if factor and heat else []),
        ),
        assumptions=(*_missing(process, rows), *(str(f) for f in region.fallbacks)),
    )


def _amount(rows: Iterable[ProcessEconomics], quantity: str, unit: str) -> float:
    from materials_db.units import to

    return sum(to(row.value, row.unit, unit) for row in rows if row.quantity == quantity)


def _capital_usd_per_kg(db: MaterialsDB, rows: Iterable[ProcessEconomics], money: str) -> float:
    """Capital per kg of yearly output; the rows give it per tonne a year."""
    found = [row for row in rows if row.quantity == "capital"]
    return sum(plain(convert(db, row.value, row.unit, money)[0]) / 1000.0 for row in found)


def _other_usd_per_kg(db: MaterialsDB, rows: Iterable[ProcessEconomics], money: str) -> float:
    found = [row for row in rows if row.quantity == "other" and row.unit != _DRAW]
    return sum(plain(convert(db, row.value, row.unit, f"{money}/kg")[0]) for row in found)


def _missing(process: str, rows: Iterable[ProcessEconomics]) -> tuple[str, ...]:
    """Inputs that no row gives, which the sum therefore leaves out."""
    have = {row.quantity for row in rows}
    lacking = [part for part in ("labour", "electricity", "heat", "capital") if part not in have]
    if not lacking:
        return ()
    return (f"{process}: no {', '.join(lacking)} in the table; left out of its cost",)
