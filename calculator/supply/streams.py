"""What recyclers get: scrap of cell plants and cells at the end of life, and how much of each.

Three streams, each for every chemistry of the buyer:
- own scrap: what the buyer's cell plants lose of active materials and foils, where they stand;
- market scrap: the same from all other cell plants of a country, output x what a kWh loses;
- end-of-life cells: GWh that return for recycling in a country or area.
The first two are manufacturing scrap, the third is post-consumer. Streams of others are taken to
be of the buyer's chemistries, in equal parts unless the caller states others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isclose, nan
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.supply.capacity import Capacities, world_production
from calculator.supply.grounds import Ground, ground
from calculator.supply.makers import CELL, CELL_GOOD
from calculator.supply.trade import customs_area

if TYPE_CHECKING:
    from calculator.supply.needs import Need
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

END_OF_LIFE = "end_of_life"
OWN_SCRAP, MARKET_SCRAP, OLD_CELLS = "own scrap", "market scrap", "end-of-life cells"
MANUFACTURING, POST_CONSUMER = "manufacturing scrap", "post-consumer"
"""Groups of the nodes that recycle the one and the other."""
_KWH_PER_GWH = 1e6
_ALIKE = "scrap and old cells of others are taken to be like the buyer's own cells"


@dataclass(frozen=True)
class Feed:
    """What is treated a kWh of cells, and the parts of it that can be recovered."""

    kg_per_kwh: float
    """All that is treated."""
    parts: tuple[tuple[Need, float], ...]
    """Active materials and foils in it, each with its kg a kWh."""

    @cached_property
    def kg_by_element(self) -> Mapping[str, float]:
        """Kg a kWh of each element in the recoverable parts."""
        return _elements(self.parts)

    @property
    def contents(self) -> Mapping[str, float]:
        """Kg of each recoverable element in a kg of feed."""
        return {e: kg / self.kg_per_kwh for e, kg in self.kg_by_element.items()}

    @property
    def actives(self) -> Mapping[str, float]:
        """Kg of each element in a kg of feed, within active materials alone."""
        inside = _elements((need, kg) for need, kg in self.parts if need.active)
        return {e: kg / self.kg_per_kwh for e, kg in inside.items()}

    @property
    def cathodes(self) -> Mapping[str, float]:
        """Kg of each positive active material in a kg of feed."""
        return {n.material: kg / self.kg_per_kwh for n, kg in self.parts if n.active and n.positive}


def _elements(parts: Iterable[tuple[Need, float]]) -> dict[str, float]:
    amounts: dict[str, float] = {}
    for need, kg in parts:
        for element, fraction in need.contents.items():
            amounts[element] = amounts.get(element, 0.0) + kg * fraction
    return amounts


def scrap_feed(needs: Iterable[Need]) -> Feed:
    """Active materials and foils that a kWh of accepted cells leaves behind."""
    lost = ((need, need.bought_kg_per_kwh - need.in_cell_kg_per_kwh) for need in needs)
    parts = tuple((need, kg) for need, kg in lost if need.electrode and kg > 0)
    return Feed(sum(kg for _, kg in parts), parts)


def cell_feed(needs: Iterable[Need], kg_per_kwh: float) -> Feed:
    """A kWh of old cells: all of it is treated, active materials and foils are recovered."""
    held = ((need, need.in_cell_kg_per_kwh) for need in needs if need.electrode)
    return Feed(kg_per_kwh, tuple((need, kg) for need, kg in held if kg > 0))


@dataclass(frozen=True)
class Stream:
    """One stream of one chemistry: at a country, or of the buyer wherever its plants stand."""

    kind: str
    chemistry: str
    feed: Feed
    country: str
    kwh_per_year: float
    """Cells behind it; not a number for own scrap, which follows the plan."""
    size_kg_per_year: float
    """What a plant that treats all of it treats."""
    amount: Ground

    @property
    def name(self) -> str:
        """Its commodity, in kg of feed."""
        return f"{self.kind}, {self.chemistry}"

    @property
    def own(self) -> bool:
        """Whether it is the buyer's."""
        return self.kind == OWN_SCRAP

    @property
    def group(self) -> str:
        """Manufacturing scrap or post-consumer."""
        return POST_CONSUMER if self.kind == OLD_CELLS else MANUFACTURING

    @property
    def kg_per_year(self) -> float:
        """Feed of a year; not a number for own scrap."""
        return self.kwh_per_year * self.feed.kg_per_kwh


@dataclass(frozen=True)
class Streams:
    """How much scrap and how many old cells the recyclers of each country have."""

    db: MaterialsDB
    able: Capacities
    own_kwh_per_year: float
    """The buyer's demand: cells that are not others'."""
    mix: Mapping[str, float]
    """Part of each chemistry in the streams of others, by chemistry; adds to 1."""
    mix_said: tuple[str, ...] = ()
    """How the mix was come by, where it was assumed."""

    def own(self, chemistry: str, scrap: Feed, country: str) -> Stream:
        """The buyer's own scrap, as a recycler of a country gets it."""
        text = "what the buyer's cell plants leave behind"
        size = self.own_kwh_per_year / len(self.mix) * scrap.kg_per_kwh
        return Stream(OWN_SCRAP, chemistry, scrap, country, nan, size, ground("capacity", text))

    def of_others(
        self, chemistry: str, scrap: Feed, old: Feed, country: str, recyclers: Iterable[str]
    ) -> Iterable[Stream]:
        """Scrap and old cells of others in a country; nothing where there is none."""
        for kind, feed, (kwh, amount) in (
            (MARKET_SCRAP, scrap, self.market_scrap(country)),
            (OLD_CELLS, old, self.old_cells(country, recyclers)),
        ):
            mine = kwh * self.mix[chemistry]
            if mine > 0 and feed.kg_per_kwh > 0:
                size = mine * feed.kg_per_kwh
                yield Stream(kind, chemistry, feed, country, mine, size, amount)

    def market_scrap(self, country: str) -> tuple[float, Ground]:
        """Output of a country's other cell plants, kWh a year."""
        world = world_production(self.db, CELL_GOOD, CELL)
        rows = [p for p in self.able.of(CELL_GOOD, CELL) if p.country == country]
        if not rows or world is None:
            return 0.0, ground("capacity", "no cell plant in the share table")
        total = world.kwh_per_year * sum(place.share for place in rows)
        text = "scrap of cells made (share x world output), less all of the buyer's own"
        records = (world.record, *rows[0].ground.records[:1])
        found = ground("capacity", text, records, (_ALIKE, *self.mix_said), "derived")
        return max(0.0, total - self.own_kwh_per_year), found

    def old_cells(self, country: str, recyclers: Iterable[str]) -> tuple[float, Ground]:
        """Cells at the end of life, kWh a year; an area's are split evenly over its recyclers."""
        rows = {
            row.country: row
            for row in reversed(self.db.recycling)
            if (row.route, row.quantity) == (END_OF_LIFE, "availability")
        }
        row = rows.get(country, rows.get(customs_area(country)))
        if row is None:
            return 0.0, ground("capacity", "no end-of-life cells in the table")
        sharers = [c for c in recyclers if c == row.country or customs_area(c) == row.country]
        said = [_ALIKE, *self.mix_said]
        if len(sharers) > 1:
            said.append(f"old cells of {row.country} are split evenly over its recyclers")
        found = ground("capacity", "cells that return for recycling", (row,), said)
        return _kwh_per_year(row) / max(1, len(sharers)), found


def stream_mix(
    chemistries: tuple[str, ...], stated: Mapping[str, float] | None
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Part of each chemistry in the streams of others, and what was assumed for it.

    Raises:
        InputError: a chemistry that is not asked for, a negative part, or parts that do not add
            to 1.
    """
    if stated is None:
        mix = dict.fromkeys(chemistries, 1.0 / len(chemistries))
        said = "scrap and old cells of others are of the chemistries asked for, in equal parts"
        return mix, (said,) if len(chemistries) > 1 else ()
    unknown = sorted(set(stated) - set(chemistries))
    if unknown:
        raise InputError(
            f"stream mix: {unknown[0]!r} is not among the chemistries ({', '.join(chemistries)}); "
            "name those alone"
        )
    if min(stated.values()) < 0 or not isclose(sum(stated.values()), 1.0, abs_tol=1e-6):
        raise InputError("stream mix: the parts must be 0 or more and add to 1; mend them")
    return {name: stated.get(name, 0.0) for name in chemistries}, (
        "the chemistries in scrap and old cells of others are as asked",
    )


def _kwh_per_year(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "GWh/year") * _KWH_PER_GWH
