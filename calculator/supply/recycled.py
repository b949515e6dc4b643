"""Recycled elements: how much there is now, and what a kilogram costs in a country.

The feed is the buyer's own cell. What it costs to buy (payable) and to treat (collection,
process) is spread over the recovered elements by their worth:
cost_e = p_e (payable_e + (process + collection) m / sum_i in_i r_i p_i), with p the market price,
m the kg of cells a kWh, in_i the kg of element i a kWh and r_i its recovery.
Available is end-of-life scrap of any kind plus the electrode scrap of the buyer's own plant:
share_e = eol_e + scrap r_e of what is bought of the element.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.money import convert
from calculator.regions import RegionFactors
from calculator.supply.chains import Chain
from calculator.supply.grounds import Ground, ground
from calculator.supply.process_cost import process_cost

if TYPE_CHECKING:
    from calculator.supply.needs import Need
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, RecyclingRow

END_OF_LIFE, SCRAP, ALL = "end_of_life", "manufacturing_scrap", "all"
ROUTES = ("hydromet", "pyromet")
"""Routes that return elements as refined chemicals; direct recycling returns a cathode."""


@dataclass(frozen=True)
class RecycledSupply:
    """One element from one country's recyclers."""

    element: str
    country: str
    usd_per_kg: float
    share_of_need: float
    """Most of the buyer's need of the element that this country's recyclers can cover."""
    emission_kg_per_kg: float
    price_ground: Ground
    capacity_ground: Ground


@dataclass(frozen=True)
class Feed:
    """The cell that is recycled: its mass and the elements in it, per kWh."""

    kg_per_kwh: float
    kg_by_element: Mapping[str, float]


def feed_of(needs: Iterable[Need], kg_per_kwh: float) -> Feed:
    """The buyer's own cell as feed."""
    amounts: dict[str, float] = {}
    for need in needs:
        for element, fraction in need.contents.items():
            amounts[element] = amounts.get(element, 0.0) + need.in_cell_kg_per_kwh * fraction
    return Feed(kg_per_kwh, amounts)


@dataclass(frozen=True)
class Recycling:
    """Recycling of one feed by one route."""

    db: MaterialsDB
    route: str
    feed: Feed
    chains: Mapping[str, Chain]

    def supplies(self, regions: Iterable[RegionFactors]) -> tuple[RecycledSupply, ...]:
        """Supply of every recovered element from each region, which share what there is."""
        places = tuple(regions)
        elements = [e for e in self._recovered() if self._share(e) > 0]
        return tuple(
            self._supply(element, region, len(places)) for region in places for element in elements
        )

    def _rows(self, quantity: str, route: str) -> dict[str, RecyclingRow]:
        return {
            row.material: row
            for row in reversed(self.db.recycling)
            if row.quantity == quantity and row.route == route
        }

    def _recovered(self) -> tuple[str, ...]:
        """Elements that are recovered, worth something and in the feed."""
        rows = self._rows("recovery", self.route)
        worth = {e: self.chains[e].end.usd_per_kg for e in rows if e in self.chains}
        return tuple(
            e
            for e, usd in worth.items()
            if rows[e].value > 0 and usd > 0 and self.feed.kg_by_element.get(e, 0.0) > 0
        )

    def _share(self, element: str) -> float:
        """End-of-life scrap plus own electrode scrap, as a share of the need."""
        found = self._available(element)
        recovery = self._rows("recovery", self.route)[element].value
        return min(1.0, found.get(END_OF_LIFE, 0.0) + found.get(SCRAP, 0.0) * recovery)

    def _available(self, element: str) -> dict[str, float]:
        return {row.route: _fraction(row) for row in self._availability_rows(element)}

    def _availability_rows(self, element: str) -> tuple[RecyclingRow, ...]:
        found = []
        for stream in (END_OF_LIFE, SCRAP):
            rows = self._rows("availability", stream)
            row = rows.get(element, rows.get(ALL))
            found += [row] if row is not None else []
        return tuple(found)

    def _supply(self, element: str, region: RegionFactors, places: int) -> RecycledSupply:
        treatment, emission, records, said = self._treatment(region)
        worth = self._worth_usd_per_kwh()
        price = self.chains[element].end.usd_per_kg
        payable, paid, unsaid = self._payable(element)
        said = (*said, *unsaid)
        spread = treatment * self.feed.kg_per_kwh / worth if worth > 0 else 0.0
        recovery = self._rows("recovery", self.route)
        rows = (*records, recovery[element], *paid)
        return RecycledSupply(
            element=element,
            country=region.country,
            usd_per_kg=price * (payable + spread),
            share_of_need=self._share(element) / places,
            emission_kg_per_kg=price * emission * self.feed.kg_per_kwh / worth if worth else 0.0,
            price_ground=ground(
                "price", "payable and treatment spread by worth", rows, said, "derived"
            ),
            capacity_ground=ground(
                "capacity",
                "end-of-life share and own electrode scrap x recovery",
                (*self._availability_rows(element), recovery[element]),
                at_least="derived",
            ),
        )

    def _payable(self, element: str) -> tuple[float, tuple[Datum, ...], tuple[str, ...]]:
        """Share of the market price paid for an element in the feed; the mean of those stated."""
        rows = self._rows("payable", self.route)
        if element in rows:
            return _fraction(rows[element]), (rows[element],), ()
        if not rows:
            return 1.0, (), (f"no payable by {self.route} at all; the feed is paid in full",)
        mean = sum(_fraction(row) for row in rows.values()) / len(rows)
        said = f"no payable for {element} by {self.route}; the mean of {', '.join(rows)} is taken"
        return mean, tuple(rows.values()), (said,)

    def _worth_usd_per_kwh(self) -> float:
        """Worth of what is recovered from a kWh of cells."""
        rows = self._rows("recovery", self.route)
        return sum(
            self.feed.kg_by_element[e] * rows[e].value * self.chains[e].end.usd_per_kg
            for e in self._recovered()
        )

    def _treatment(
        self, region: RegionFactors
    ) -> tuple[float, float, tuple[Datum, ...], tuple[str, ...]]:
        """Process and collection of a kg of cells: USD, kg CO2, records, assumptions."""
        cost = process_cost(self.db, f"{self.route}_recycling", region)
        if cost is None:
            said = f"no process cost of {self.route} recycling; treated at no cost"
            return 0.0, 0.0, (), (said,)
        collection = self._rows("collection_cost", self.route).get(ALL)
        hauled = 0.0
        records = cost.records
        if collection is not None:
            money = f"{region.money}/kg"
            hauled = float(convert(self.db, collection.value, collection.unit, money)[0])
            records = (*records, collection)
        return cost.total_usd_per_kg + hauled, cost.emission_kg_per_kg, records, cost.assumptions


def _fraction(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "1")
