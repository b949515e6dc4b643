"""Recycled elements: which streams hold them, how much there is, what a kilogram costs.

Three streams, each of cells like the buyer's own:
- own scrap: what the buyer's cell plants lose of active materials and foils, where they stand;
- market scrap: the same from all other cell plants of a country, output x what a kWh loses;
- end-of-life cells: GWh that return for recycling in a country or area.
Only active materials and foils are recovered, each element x its recovery.

What a stream costs to buy (payable) and to treat (collection, process) is spread over what is
recovered by its worth: cost_e = p_e (payable_e / r_e + treatment m / sum_i in_i r_i p_i), with p
the market price, m the kg treated a kWh, in_i the kg of element i in them and r_i its recovery.
Own scrap is charged what the market would pay for it, and nothing is credited for scrap that is
not recycled: no credit stands twice. Who buys from other recyclers pays the market price, or
their cost where that is higher: their margin is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.money import convert
from calculator.regions import RegionFactors
from calculator.supply.capacity import Capacities, world_production
from calculator.supply.chains import Chain
from calculator.supply.grounds import Ground, ground
from calculator.supply.makers import CELL, CELL_GOOD
from calculator.supply.process_cost import process_cost
from calculator.supply.trade import customs_area

if TYPE_CHECKING:
    from calculator.supply.needs import Need
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, RecyclingRow

END_OF_LIFE, ALL = "end_of_life", "all"
OWN_SCRAP, MARKET_SCRAP, OLD_CELLS = "own scrap", "market scrap", "end-of-life cells"
ROUTES = ("hydromet", "pyromet")
"""Routes that return elements as refined chemicals; direct recycling returns a cathode."""
_KWH_PER_GWH = 1e6
_ALIKE = "scrap and old cells of others are taken to be like the buyer's own cells"
_MARKET_PRICE = ground(
    "price",
    "market price, or cost where that is higher",
    assumptions=["recyclers sell at the market price of the element, without a premium"],
)


@dataclass(frozen=True)
class Feed:
    """What is treated a kWh of cells: its mass and the recoverable elements in it."""

    kg_per_kwh: float
    kg_by_element: Mapping[str, float]


def scrap_feed(needs: Iterable[Need]) -> Feed:
    """Active materials and foils that a kWh of accepted cells leaves behind."""
    lost = [(need, need.bought_kg_per_kwh - need.in_cell_kg_per_kwh) for need in needs]
    return _feed([(need, kg) for need, kg in lost if need.electrode])


def cell_feed(needs: Iterable[Need], kg_per_kwh: float) -> Feed:
    """A kWh of old cells: all of it is treated, active materials and foils are recovered."""
    held = [(need, need.in_cell_kg_per_kwh) for need in needs if need.electrode]
    return Feed(kg_per_kwh, _feed(held).kg_by_element)


def _feed(parts: list[tuple[Need, float]]) -> Feed:
    amounts: dict[str, float] = {}
    for need, kg in parts:
        for element, fraction in need.contents.items():
            amounts[element] = amounts.get(element, 0.0) + kg * fraction
    return Feed(sum(kg for _, kg in parts), amounts)


@dataclass(frozen=True)
class Recovered:
    """One element of one stream from one country's recyclers."""

    element: str
    country: str
    stream: str
    usd_per_kg: float
    """For a kilogram recovered."""
    recovery: float
    kg_per_kwh: float
    """Kg of the element in the stream a kWh."""
    kwh_per_year: float
    """Energy of the cells behind the stream; for own scrap it follows the plan, and this is nan."""
    emission_kg_per_kg: float
    grounds: tuple[Ground, ...]

    @property
    def per_year(self) -> float:
        """Kg a year that can be recovered."""
        return self.kwh_per_year * self.kg_per_kwh * self.recovery


@dataclass(frozen=True)
class Recycling:
    """Recycling by one route: what it recovers and costs."""

    db: MaterialsDB
    route: str
    chains: Mapping[str, Chain]
    recovery: Mapping[str, RecyclingRow] = field(init=False)
    payable: Mapping[str, RecyclingRow] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "recovery", self._rows("recovery"))
        object.__setattr__(self, "payable", self._rows("payable"))

    def _rows(self, quantity: str) -> dict[str, RecyclingRow]:
        found: dict[str, RecyclingRow] = {}
        for row in self.db.recycling:
            if (row.quantity, row.route) == (quantity, self.route):
                found.setdefault(row.material, row)
        return found

    def elements(self, feed: Feed) -> tuple[str, ...]:
        """Elements that are recovered, worth something and in the feed."""
        return tuple(
            e
            for e, row in self.recovery.items()
            if e in self.chains
            and row.value > 0
            and self.chains[e].end.usd_per_kg > 0
            and feed.kg_by_element.get(e, 0.0) > 0
        )

    def recovered(
        self,
        feed: Feed,
        region: RegionFactors,
        stream: str,
        kwh_per_year: float,
        amount: Ground,
    ) -> tuple[Recovered, ...]:
        """Every element of a feed, recovered in a country."""
        treatment, emission, made = self._treatment(region)
        worth = self._worth_usd_per_kwh(feed)
        spread = feed.kg_per_kwh / worth if worth > 0 else 0.0
        found = []
        for element in self.elements(feed):
            price, recovery = self.chains[element].end.usd_per_kg, self.recovery[element]
            paid, bought = self._paid(element)
            cost = price * (paid / recovery.value + treatment * spread)
            found.append(
                Recovered(
                    element=element,
                    country=region.country,
                    stream=stream,
                    usd_per_kg=cost if stream == OWN_SCRAP else max(cost, price),
                    recovery=recovery.value,
                    kg_per_kwh=feed.kg_by_element[element],
                    kwh_per_year=kwh_per_year,
                    emission_kg_per_kg=price * emission * spread,
                    grounds=(
                        bought,
                        made,
                        amount,
                        ground("recipe", f"recovery by {self.route}", (recovery,)),
                        *([] if stream == OWN_SCRAP else [_MARKET_PRICE]),
                    ),
                )
            )
        return tuple(found)

    def _paid(self, element: str) -> tuple[float, Ground]:
        """Share of the market price paid for an element in the feed; the mean of those stated."""
        text = "payable share of the market price"
        if element in self.payable:
            row = self.payable[element]
            return _fraction(row), ground("price", text, (row,))
        if not self.payable:
            said = f"no payable by {self.route} at all; the feed is paid in full"
            return 1.0, ground("price", text, (), (said,))
        rows = [row for row in self.payable.values() if row.value > 0]
        mean = sum(_fraction(row) for row in rows) / len(rows)
        names = ", ".join(row.material for row in rows)
        said = f"no payable for {element} by {self.route}; the mean of {names} is taken"
        return mean, ground("price", text, rows, (said,))

    def _worth_usd_per_kwh(self, feed: Feed) -> float:
        """Worth of what is recovered from the feed of a kWh."""
        return sum(
            feed.kg_by_element[e] * self.recovery[e].value * self.chains[e].end.usd_per_kg
            for e in self.elements(feed)
        )

    def _treatment(self, region: RegionFactors) -> tuple[float, float, Ground]:
        """Process and collection of a kg of feed: USD, kg CO2."""
        cost = process_cost(self.db, f"{self.route}_recycling", region)
        if cost is None:
            said = f"no inputs of {self.route} recycling in the table; treated at no cost"
            return 0.0, 0.0, ground("conversion", "none", (), (said,))
        collection = self._rows("collection_cost").get(ALL)
        hauled, records = 0.0, cost.records
        if collection is not None:
            money = f"{region.money}/kg"
            hauled = float(convert(self.db, collection.value, collection.unit, money)[0])
            records = (*records, collection)
        text = f"collection and {self.route} treatment, spread over the elements by worth"
        made = ground("conversion", text, records, cost.assumptions, at_least="derived")
        return cost.total_usd_per_kg + hauled, cost.emission_kg_per_kg, made


@dataclass(frozen=True)
class Streams:
    """How much scrap and how many old cells the recyclers of each country have."""

    db: MaterialsDB
    able: Capacities
    own_kwh_per_year: float
    """The buyer's demand: cells that are not others'."""

    def market_scrap(self, country: str) -> tuple[float, Ground]:
        """Output of a country's other cell plants, kWh a year."""
        world = world_production(self.db, CELL_GOOD, CELL)
        place = next((p for p in self.able.of(CELL_GOOD, CELL) if p.country == country), None)
        if place is None or world is None:
            return 0.0, ground("capacity", "no cell plant in the share table")
        total = world.kwh_per_year * place.share
        text = "scrap of cells made (share x world output), less all of the buyer's own"
        found = ground(
            "capacity", text, (world.record, *place.ground.records[:1]), (_ALIKE,), "derived"
        )
        return max(0.0, total - self.own_kwh_per_year), found

    def old_cells(self, country: str, recyclers: Iterable[str]) -> tuple[float, Ground]:
        """Cells at the end of life, kWh a year; an area's are split evenly over its recyclers."""
        rows = {
            row.country: row
            for row in reversed(self.db.recycling)
            if (row.route, row.quantity) == (END_OF_LIFE, "availability")
        }
        area = customs_area(country)
        row = rows.get(country, rows.get(area))
        if row is None:
            return 0.0, ground("capacity", "no end-of-life cells in the table")
        sharers = [c for c in recyclers if c == row.country or customs_area(c) == row.country]
        said = [_ALIKE]
        if len(sharers) > 1:
            said.append(f"old cells of {row.country} are split evenly over its recyclers")
        found = ground("capacity", "cells that return for recycling", (row,), said)
        return _kwh_per_year(row) / len(sharers), found


def _kwh_per_year(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "GWh/year") * _KWH_PER_GWH


def _fraction(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "1")
