"""Recyclers of a network: who they are, and what each recovers from which stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import nan

from calculator.errors import InputError
from calculator.regions import EU, EU_MEMBERS, WORLD, RegionFactors
from calculator.supply.capacity import Capacities
from calculator.supply.grounds import ground
from calculator.supply.makers import CELL, CELL_GOOD
from calculator.supply.needs import Need
from calculator.supply.recycled import (
    MARKET_SCRAP,
    OLD_CELLS,
    OWN_SCRAP,
    Feed,
    Recovered,
    Recycling,
    Streams,
    cell_feed,
    scrap_feed,
)


def recyclers(
    able: Capacities, importer: str, named: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Countries that recycle: those named, or all that make cells, and the buyer's own.

    The European Union is no single country and recycles where its cell plants stand.

    Raises:
        InputError: the world is named.
    """
    makers = [place.country for place in able.of(CELL_GOOD, CELL)]
    asked = [*makers, importer] if named is None else named
    if WORLD in asked:
        raise InputError("recyclers: 'WLD' is no country; name some, such as DEU, or leave it out")
    members = [country for country in makers if country in EU_MEMBERS]
    places = (members if code == EU else [code] for code in asked)
    return tuple(dict.fromkeys(country for found in places for country in found))


@dataclass(frozen=True)
class Recyclers:
    """All recyclers of one buyer."""

    recycling: Recycling
    streams: Streams
    scrap: Feed
    """What a kWh of cells leaves behind in its plant."""
    old: Feed
    """A kWh of old cells."""
    regions: Mapping[str, RegionFactors]
    places: tuple[str, ...]

    @property
    def scrap_kg_per_kwh(self) -> dict[str, float]:
        """Recoverable elements in the scrap of a kWh."""
        return {e: self.scrap.kg_by_element[e] for e in self.recycling.elements(self.scrap)}

    def own(self) -> tuple[Recovered, ...]:
        """What can be made of the buyer's own scrap; how much there is follows the plan."""
        amount = ground("capacity", "what the buyer's cell plants leave behind")
        return tuple(
            found
            for place in self.places
            for found in self.recycling.recovered(
                self.scrap, self.regions[place], OWN_SCRAP, nan, amount
            )
        )

    def market(self) -> tuple[Recovered, ...]:
        """What can be made of the scrap and the old cells of others."""
        return tuple(found for place in self.places for found in self._market(place))

    def _market(self, place: str) -> Iterable[Recovered]:
        for stream, feed, (kwh, amount) in (
            (MARKET_SCRAP, self.scrap, self.streams.market_scrap(place)),
            (OLD_CELLS, self.old, self.streams.old_cells(place, self.places)),
        ):
            if kwh > 0:
                yield from self.recycling.recovered(feed, self.regions[place], stream, kwh, amount)


def recyclers_of(
    recycling: Recycling,
    streams: Streams,
    needs: tuple[Need, ...],
    cell_kg_per_kwh: float,
    regions: Mapping[str, RegionFactors],
    places: tuple[str, ...],
) -> Recyclers:
    """Recyclers that treat cells like the buyer's own."""
    old = cell_feed(needs, cell_kg_per_kwh)
    return Recyclers(recycling, streams, scrap_feed(needs), old, regions, places)
