"""Recyclers of a network: who they are, which streams they get, and their nodes and processes.

A country's recycler of manufacturing scrap is the node ``recycling:POL``, that of old cells
``recycling old cells:POL``; they are in the groups ``manufacturing scrap`` and ``post-consumer``.
Each stream (kg of feed) is treated by one process a route, whose outputs are joint and not yet
counted; a process a thing then releases it as the good that plants buy. What nobody takes is sold
from there, so that a rule on recycled content counts only what is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from calculator.errors import InputError
from calculator.regions import EU, EU_MEMBERS, WORLD, RegionFactors
from calculator.sourcing.network import Process, Supply
from calculator.supply.capacity import Capacities
from calculator.supply.chains import Chain
from calculator.supply.draft import Draft
from calculator.supply.grounds import Ground
from calculator.supply.makers import CELL, CELL_GOOD, Maker
from calculator.supply.portfolio import Product
from calculator.supply.recycled import BLACK_MASS, Output, Recycling, Treated
from calculator.supply.streams import (
    MANUFACTURING,
    POST_CONSUMER,
    Feed,
    Stream,
    Streams,
    cell_feed,
    scrap_feed,
)
from calculator.supply.trade import customs_area

RECYCLING = "recycling"
_NODES = {MANUFACTURING: RECYCLING, POST_CONSUMER: f"{RECYCLING} old cells"}
_SCRAP_ROUTE = "scrap"
"""Route of a feed that is bought; it is no counted good."""


def recyclers(
    able: Capacities, importer: str, named: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Countries that recycle: those named, or all that make cells, and the buyer's own.

    The European Union is no single country and recycles where its cell plants stand.

    Raises:
        InputError: the world is named.
    """
    makers = able.countries(CELL_GOOD, CELL)
    asked = [*makers, importer] if named is None else named
    if WORLD in asked:
        raise InputError("recyclers: 'WLD' is no country; name some, such as DEU, or leave it out")
    members = [country for country in makers if country in EU_MEMBERS]
    places = (members if code == EU else [code] for code in asked)
    return tuple(dict.fromkeys(country for found in places for country in found))


@dataclass(frozen=True)
class Recovered:
    """One thing of one stream, as a country's recyclers release it by one route."""

    item: str
    """Element, or cathode active material."""
    country: str
    stream: str
    chemistry: str
    route: str
    usd_per_kg: float
    """For a kilogram recovered, the cost of the feed spread over its outputs by worth."""
    market_usd_per_kg: float
    recovery: float
    per_year: float
    """Kg a year that can be recovered; not a number for own scrap, which follows the plan."""
    emission_kg_per_kg: float
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Recyclers:
    """All recyclers of one buyer."""

    recycling: Recycling
    streams: Streams
    products: tuple[Product, ...]
    regions: Mapping[str, RegionFactors]
    places: tuple[str, ...]
    routes: tuple[str, ...]

    def scrap(self, product: Product) -> Feed:
        """What a kWh of a product leaves behind in its plant."""
        return scrap_feed(product.needs)

    def streams_at(self, place: str) -> tuple[Stream, ...]:
        """Every stream that a country's recyclers can get."""
        found: list[Stream] = []
        for product in self.products:
            scrap = self.scrap(product)
            if scrap.kg_per_kwh > 0:
                found.append(self.streams.own(product.chemistry, scrap, place))
            old = cell_feed(product.needs, product.cells.kg_per_kwh)
            found += self.streams.of_others(product.chemistry, scrap, old, place, self.places)
        return tuple(found)

    def treated(self, stream: Stream) -> tuple[Treated, ...]:
        """A stream by every route."""
        region = self.regions[stream.country]
        return self.recycling.treated(stream, self.routes, region)


@dataclass(frozen=True)
class RecyclingPart:
    """The recycling of a network, by id of its processes."""

    released: Mapping[str, Recovered]
    """By the process that releases one thing to those who buy it."""
    treated: Mapping[str, Treated]
    """By the joint process of a route."""


def add_recycling(
    draft: Draft, made: Recyclers, plants: Iterable[Maker], chains: Mapping[str, Chain]
) -> RecyclingPart:
    """All streams, their treatment and release."""
    cells = tuple(plants)
    released: dict[str, Recovered] = {}
    treated: dict[str, Treated] = {}
    for place in made.places:
        for stream in made.streams_at(place):
            ways = made.treated(stream)
            sold = stream.own and BLACK_MASS in made.routes
            if not ways and not sold:
                continue
            _declare(draft, stream)
            if not stream.own:
                _buy(draft, stream, ways, made.recycling)
            for way in ways:
                treated[_treat(draft, way)] = way
                released |= _release(draft, way, made.recycling, chains)
            if sold:
                treated |= _sell_black_mass(draft, stream, made)
    _collect_own(draft, made, cells)
    return RecyclingPart(released, treated)


def node_of(draft: Draft, stream: Stream) -> str:
    """Node of the recycler that treats a stream in its country."""
    return draft.node(_NODES[stream.group], stream.country, stream.group)


def _declare(draft: Draft, stream: Stream) -> None:
    draft.good(stream.name, "kg", stream.name, None, stream.feed.contents, counted=False)


def _buy(draft: Draft, stream: Stream, ways: tuple[Treated, ...], recycling: Recycling) -> None:
    """A stream of others: bought at its price and margin, collected at a cost of its own."""
    source = draft.node(stream.kind, stream.country, stream.group)
    usd, hauled = recycling.collection()
    first = ways[0]
    draft.supply(
        Supply(
            source,
            stream.name,
            price_per_unit=first.feed_usd_per_kg + first.margin_usd_per_kg,
            capacity=stream.kg_per_year,
            route=_SCRAP_ROUTE,
            id=f"{stream.name} of {stream.country}",
        ),
        *first.grounds,
    )
    draft.collect(stream.name, source, [node_of(draft, stream)], usd, hauled)


def _treat(draft: Draft, way: Treated) -> str:
    """The joint process of a route, per kg of feed; its id."""
    name = f"{way.stream.name} by {way.route} in {way.country}"
    draft.run(
        Process(
            name,
            node_of(draft, way.stream),
            inputs={way.stream.name: 1.0},
            outputs={_intermediate(draft, way, out): out.kg_per_kg for out in way.outputs},
            route=way.route,
            conversion_cost_per_unit=way.process_usd_per_kg,
            emission_kg_per_unit=way.emission_kg_per_kg,
            energy_kwh_per_unit=way.energy_kwh_per_kg,
            yields={out.item: out.recovery for out in way.outputs if _whole(way, out)},
        ),
        *way.grounds,
    )
    return name


def _whole(way: Treated, out: Output) -> bool:
    """Whether an element leaves in one form alone, at its recovery of all that the feed holds."""
    held = way.stream.feed.contents.get(out.item, 0.0)
    alone = not any(other.cathode for other in way.outputs)
    return alone and not out.cathode and held > 0


def _intermediate(draft: Draft, way: Treated, out: Output) -> str:
    """The good a route recovers, before it is released."""
    name = recovered_good(way, out)
    contents = _contents(way, out) if out.cathode else {out.item: 1.0}
    return draft.good(name, "kg", name, None, contents, counted=False)


def recovered_good(way: Treated, out: Output) -> str:
    """Commodity of what a route recovers, before it is released."""
    return f"{out.item} recovered from {way.stream.name} by {way.route}"


def surplus_of(good: str, country: str) -> str:
    """Id of the demand that takes what nobody needs of a recovered good."""
    return f"surplus {good}, {country}"


def _contents(way: Treated, out: Output) -> Mapping[str, float]:
    """Elements of a recycled cathode."""
    needs = (need for need, _ in way.stream.feed.parts if need.material == out.item)
    return next(need.contents for need in needs)


def _release(
    draft: Draft, way: Treated, recycling: Recycling, chains: Mapping[str, Chain]
) -> dict[str, Recovered]:
    """Each output as the good that plants buy, or sold where nobody needs it."""
    node, found = node_of(draft, way.stream), {}
    for out in way.outputs:
        good = out.item if out.cathode else chains[out.item].end.id
        source = _intermediate(draft, way, out)
        name = f"{good} from {way.stream.name} by {way.route} in {way.country}"
        most = way.stream.kg_per_year * out.kg_per_kg
        draft.run(
            Process(
                name,
                node,
                inputs={source: 1.0},
                outputs={good: 1.0},
                route=way.route,
                capacity=inf if way.stream.own else most,
            ),
            *way.grounds,
        )
        draft.sink(node, source, recycling.sale_usd_per_kg(out), surplus_of(source, way.country))
        found[name] = _recovered(way, out, most)
    return found


def _recovered(way: Treated, out: Output, per_year: float) -> Recovered:
    usd = way.usd_per_kg_of(out)
    return Recovered(
        item=out.item,
        country=way.country,
        stream=way.stream.kind,
        chemistry=way.stream.chemistry,
        route=way.route,
        usd_per_kg=usd,
        market_usd_per_kg=out.market_usd_per_kg,
        recovery=out.recovery,
        per_year=per_year,
        emission_kg_per_kg=way.emission_kg_per_kg * out.market_usd_per_kg / way.value_usd_per_kg,
        grounds=way.grounds,
    )


def _sell_black_mass(draft: Draft, stream: Stream, made: Recyclers) -> dict[str, Treated]:
    """Own scrap crushed and sold: paid for by its payables."""
    kg, held, usd, paid = made.recycling.black_mass(stream.feed)
    if kg <= 0:
        return {}
    way = made.recycling.crushed(stream, made.regions[stream.country], (usd, paid))
    node, name = node_of(draft, stream), f"black mass, {stream.chemistry}"
    contents = {e: amount / kg for e, amount in held.items()}
    draft.good(name, "kg", name, None, contents, counted=False)
    process = Process(
        f"{stream.name} to black mass in {stream.country}",
        node,
        inputs={stream.name: 1.0},
        outputs={name: kg},
        route=_SCRAP_ROUTE,
        conversion_cost_per_unit=way.process_usd_per_kg,
        emission_kg_per_unit=way.emission_kg_per_kg,
        energy_kwh_per_unit=way.energy_kwh_per_kg,
    )
    draft.run(process, *way.grounds)
    draft.sink(node, name, usd / kg, f"{name} sold in {stream.country}")
    return {process.id: way}


def _collect_own(draft: Draft, made: Recyclers, plants: tuple[Maker, ...]) -> None:
    """Ways of own scrap from the cell plants to recyclers, and out where there is none.

    It goes to the recycler of the plant's country, or else to those of its customs area.
    """
    usd, hauled = made.recycling.collection()
    for plant in plants:
        for good, place in ((g, p.capacity) for g in plant.scrap for p in plant.places):
            _declare_scrap(draft, good, plant, made)
            source = draft.node_of(CELL, place)
            draft.sink(source, good, 0.0, f"unused {good}, {place.place}")
            near = [c for c in made.places if customs_area(c) == customs_area(place.country)]
            targets = [place.country] if place.country in made.places else near
            ends = [draft.node(RECYCLING, c, MANUFACTURING) for c in targets]
            draft.collect(good, source, [e for e in ends if _taken(draft, good, e)], usd, hauled)


def _taken(draft: Draft, good: str, node: str) -> bool:
    return any(p.node == node and good in p.inputs for p in draft.processes)


def _declare_scrap(draft: Draft, good: str, plant: Maker, made: Recyclers) -> None:
    """Scrap that no route takes is a good as well: it must leave the plant."""
    product = next(p for p in made.products if p.good == plant.good)
    draft.good(good, "kg", good, None, made.scrap(product).contents, counted=False)
