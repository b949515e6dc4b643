"""Freight and duty between two countries, with the rows they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from calculator.money import convert
from calculator.regions import EU, EU_MEMBERS, WORLD
from calculator.supply.grounds import Ground, ground

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, Duty, Freight

REST = "ROW"
FOB_IMPORTERS = frozenset({"USA", "CAN", "AUS"})
"""Customs areas that value goods without freight and insurance; the others include them."""
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


def customs_area(country: str) -> str:
    """The area whose border counts: the European Union for its members."""
    return EU if country in EU_MEMBERS else country


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
    """Freight and duty tables of one database in one money."""

    lanes: Mapping[Lane, Freight]
    usd_per_t: Mapping[Lane, float]
    """Rate of each lane, in USD of the year asked; factors as they are."""
    duties: Mapping[tuple[str, str, str], Duty]

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
    def _importers(self) -> frozenset[str]:
        return frozenset(importer for importer, _, _ in self.duties)

    def duty(self, importer: str, origin: str, commodity: str) -> DutyRate:
        """Duty of an importing country on a commodity from an origin.

        The row of the origin precedes that for any origin. An importer without a row for the
        commodity is taken to charge nothing, and the ground says so.
        """
        area, source = customs_area(importer), customs_area(origin)
        base = "fob" if area in FOB_IMPORTERS else "cif"
        if area == source and area != REST:
            return DutyRate(0.0, base, None)
        for place in (source, WORLD):
            row = self.duties.get((area, place, commodity))
            if row is not None:
                return DutyRate(_fraction(row), base, ground("duty", f"HS {row.hs}", (row,)))
        goods = commodity if area in self._importers else "anything"
        said = f"no duty of {area} on {goods} in the table; taken as zero"
        return DutyRate(0.0, base, ground("duty", "none", (), (said,)))


def _fraction(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "1")


def trade_tables(db: MaterialsDB, money: str) -> Trade:
    """Freight and duty of the database in a money such as ``USD_2025``.

    Where a commodity has several rows for one importer and origin, the newest in force is used.
    """
    lanes = {_lane(row): row for row in reversed(db.freight)}
    rates = {lane: _usd_per_t(db, row, money) for lane, row in lanes.items()}
    duties: dict[tuple[str, str, str], Duty] = {}
    for row in sorted(db.duties, key=lambda r: r.valid_from or ""):
        duties[row.importer, row.origin, row.commodity] = row
    return Trade(lanes, rates, duties)


def _lane(row: Freight) -> Lane:
    return (row.mode, row.commodity, row.origin, row.destination)


def _usd_per_t(db: MaterialsDB, row: Freight, money: str) -> float:
    if "/" not in row.unit:
        return row.value
    return float(convert(db, row.value, row.unit, f"{money}/t")[0])
