"""Freight and duty between two countries, with the rows they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

from calculator.money import convert
from calculator.supply.grounds import Ground, ground
from calculator.trace import plain
from calculator.trade import customs_area, customs_base, duty_stack
from calculator.trade.days import first_day
from calculator.trade.places import REST

if TYPE_CHECKING:
    from calculator.trade import DutyStack
    from materials_db.database import MaterialsDB
    from materials_db.schema import Freight

__all__ = ["REST", "Carriage", "DutyRate", "Trade", "customs_area", "newest_day", "trade_tables"]
_CONTINENTS = {
    "Asia": "CHN JPN KOR IND IDN VNM THA MYS PHL SAU KAZ TUR JOR LKA MMR PRK UZB TWN SGP",
    "Europe": "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL"
    " PRT ROU SVK SVN ESP SWE NOR GBR CHE ISL UKR RUS BIH EUU",
    "NorthAmerica": "USA CAN MEX CUB",
    "SouthAmerica": "CHL ARG BRA BOL PER COL",
    "Africa": "COD ZAF GAB GHA CIV MLI ZWE MAR GIN MDG MOZ TZA NGA RWA ETH SEN ZMB BDI NAM SLE",
    "Oceania": "AUS NCL PNG NZL",
}
CONTINENT: Mapping[str, str] = {
    country: name for name, codes in _CONTINENTS.items() for country in codes.split()
}
"""Continent by country, for lanes of freight."""


Lane = tuple[str, str, str, str]
"""Mode, commodity, origin, destination."""


@dataclass(frozen=True)
class Carriage:
    """Freight of a tonne between two countries."""

    usd_per_t: float
    ground: Ground


@dataclass(frozen=True)
class DutyRate:
    """Ad valorem duty, as a fraction of the customs value."""

    rate: float
    base: str
    """``fob`` or ``cif``."""
    ground: Ground | None
    """Nothing within one customs area."""


@dataclass(frozen=True)
class Trade:
    """Freight and duty of one database: freight in one money, duty on one day."""

    db: MaterialsDB
    on: date
    """Day whose duties are charged."""
    lanes: Mapping[Lane, Freight]
    usd_per_t: Mapping[Lane, float]
    """Rate of each lane, in USD of the year asked; factors as they are."""

    def carriage(self, commodity: str, origin: str, destination: str, bulk: bool) -> Carriage:
        """Freight of a commodity; ``bulk`` goods (ores, concentrates) sail in bulk carriers.

        Within a country and within a continent goods go by truck; between continents by sea
        with port handling. The lane of the commodity precedes that of the continents, and that
        the mean of all lanes.
        """
        legs = self._legs(commodity, origin, destination, bulk)
        total = sum(self.usd_per_t[_lane(row)] for row in legs)
        packing = self.lanes.get(("class_9_packed", commodity, "any", "any"))
        if packing is not None:
            total, legs = total * packing.value, (*legs, packing)
        text = " + ".join(f"{row.mode} {row.origin}-{row.destination}" for row in legs)
        return Carriage(total, ground("freight", text, legs, self._said(legs, origin, destination)))

    def _legs(
        self, commodity: str, origin: str, destination: str, bulk: bool
    ) -> tuple[Freight, ...]:
        here, there = CONTINENT.get(origin, ""), CONTINENT.get(destination, "")
        if origin == destination and origin != REST:
            return (self.lanes["inland", "any", "domestic", "domestic"],)
        if here and here == there:
            return (self.lanes["inland", "any", "same_continent", "same_continent"],)
        mode = "sea_bulk" if bulk else "sea_container"
        keys = (
            (mode, commodity, origin, destination),
            (mode, "any", here, there),
            (mode, "any", "any", "any"),
        )
        sea = next(self.lanes[key] for key in keys if key in self.lanes)
        return (sea, self.lanes["port_handling", "any", "any", "any"])

    @staticmethod
    def _said(legs: tuple[Freight, ...], origin: str, destination: str) -> tuple[str, ...]:
        if not any(row.origin == "any" and row.mode.startswith("sea") for row in legs):
            return ()
        here, there = (CONTINENT.get(place, "elsewhere") for place in (origin, destination))
        return (f"no freight rate from {here} to {there}; the mean of all lanes stands in",)

    @cached_property
    def _stack(self) -> Callable[[str, str, str], DutyStack]:
        """Stacks already asked for are kept, for a network asks the same ones often."""

        @cache
        def stack(importer: str, origin: str, commodity: str) -> DutyStack:
            return duty_stack(self.db, commodity, origin, importer, self.on)

        return stack

    def duty(self, importer: str, origin: str, commodity: str) -> DutyRate:
        """Ad valorem duty of an importing country on a commodity from an origin, central.

        The duties of every measure in force on the day are stacked. An importer without a row
        for the commodity is taken to charge nothing, and the ground says so.
        """
        area, source = customs_area(importer), customs_area(origin)
        base = customs_base(self.db, area)
        if area == source and area != REST:
            return DutyRate(0.0, base, None)
        if commodity in self.db.trade_products:
            stack = self._stack(area, source, commodity)
            if stack.covered:
                rows = tuple(line.record for line in stack.lines)
                return DutyRate(stack.rate, base, ground("duty", f"HS {stack.hs}", rows))
        goods = commodity if area in self.db.tariffs_of else "anything"
        said = f"no duty of {area} on {goods} in the table; taken as zero"
        return DutyRate(0.0, base, ground("duty", "none", (), (said,)))


def trade_tables(db: MaterialsDB, money: str, on: date | None = None) -> Trade:
    """Freight and duty of the database.

    Args:
        db: the materials database.
        money: money of the freight, such as ``USD_2025``.
        on: day whose duties are charged; the newest of the table where left out.
    """
    lanes = {_lane(row): row for row in reversed(db.freight)}
    rates = {lane: _usd_per_t(db, row, money) for lane, row in lanes.items()}
    return Trade(db, on or newest_day(db), lanes, rates)


def newest_day(db: MaterialsDB) -> date:
    """Day on which the newest duty of a measure in force begins."""
    starts = [
        first_day(start)
        for row in db.tariffs
        if (start := row.valid_from or row.date)
        and db.trade_measures[row.measure].status == "in_force"
    ]
    return max(starts, default=date.max)


def _lane(row: Freight) -> Lane:
    return (row.mode, row.commodity, row.origin, row.destination)


def _usd_per_t(db: MaterialsDB, row: Freight, money: str) -> float:
    if "/" not in row.unit:
        return row.value
    return plain(convert(db, row.value, row.unit, f"{money}/t")[0])
