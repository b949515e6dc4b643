"""The supply network of a cell: mine, refinery, active material, cell, and recycling beside.

Amounts are kg of the element contained for mined and refined goods, kg for active materials and
kWh for cells, all per year; money is US dollars of one year. Nodes are countries at a stage,
their owner left open; the rest of the world is a node without a country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from calculator.regions import EU_MEMBERS
from calculator.sourcing.network import Arc, Commodity, Demand, Network, Node, Process, Supply
from calculator.supply.capacity import Capacities, CountryCapacity
from calculator.supply.chains import MINING, REFINING, Chain, Link
from calculator.supply.grounds import Ledger, ground
from calculator.supply.makers import CELL, CELL_GOOD, Maker
from calculator.supply.needs import CellStage
from calculator.supply.recycled import Recovered
from calculator.supply.trade import REST, Trade, customs_area

IMPORTER, RECYCLING = "importer", "recycling"
EU_GROUP = "EU"


@dataclass
class Draft:
    """A network in the making; closed once and then frozen."""

    trade: Trade
    route: str
    """Route of the recyclers."""
    goods: dict[str, Commodity] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    supplies: list[Supply] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)

    def node(self, stage: str, country: str) -> str:
        """Id of the node of a country at a stage, made on first use."""
        name = f"{stage}:{country}"
        home = None if country == REST else country
        groups = (EU_GROUP,) if country in EU_MEMBERS else ()
        self.nodes.setdefault(name, Node(name, home, groups=groups))
        return name

    def good(
        self,
        name: str,
        unit: str,
        material: str,
        stage: str | None,
        contents: Mapping[str, float],
        counted: bool = True,
    ) -> None:
        """Declare a commodity once."""
        made = Commodity(name, unit, material, stage, dict(contents), counted)
        self.goods.setdefault(name, made)

    def ship(self, good: str, source: str, target: str, shipment: Shipment) -> None:
        """Add a lane with its freight and duty."""
        origin, destination = source.partition(":")[2], target.partition(":")[2]
        carriage = self.trade.carriage(shipment.commodity, origin, destination, shipment.bulk)
        duty = self.trade.duty(destination, origin, shipment.commodity)
        name = f"{good} {source} to {target}"
        freight = carriage.usd_per_t / 1000.0 * shipment.kg_per_unit
        self.arcs.append(
            Arc(
                source,
                target,
                good,
                freight_per_unit=freight,
                duty_rate=duty.rate,
                customs_value_per_unit=shipment.value_usd_per_unit,
                duty_base=duty.base,
                origin=None if origin == REST else origin,
                id=name,
            )
        )
        self.ledger.note(name, carriage.ground, *([duty.ground] if duty.ground else []))

    def network(self, money: str) -> Network:
        """Close the draft."""
        return Network(
            commodities=tuple(self.goods.values()),
            nodes=tuple(self.nodes.values()),
            supplies=tuple(self.supplies),
            processes=tuple(self.processes),
            arcs=tuple(self.arcs),
            demands=tuple(self.demands),
            currency=money,
        )


@dataclass(frozen=True)
class Shipment:
    """What a unit of a good weighs on its way and is declared to be worth."""

    commodity: str
    """Id under which freight and duty are tabled."""
    kg_per_unit: float
    value_usd_per_unit: float
    bulk: bool = False


def add_elements(draft: Draft, chains: Iterable[Chain], capacities: Capacities) -> None:
    """Mines and refineries of every element, and the lanes between them."""
    for chain in chains:
        for link in chain.links:
            draft.good(link.id, "kg", link.material, link.stage, {chain.element: 1.0})
        if not chain.feeds:
            for place in capacities.of(chain.end.material, chain.end.stage):
                _open_mine(draft, chain.end, place)
            continue
        for place in capacities.of(chain.feeds[0].link.material, MINING):
            _open_mine(draft, chain.feed_of(place.country).link, place)
        for place in capacities.of(chain.end.material, REFINING):
            _open_refinery(draft, chain, place)
        _link_stages(draft, chain, capacities)


def _open_mine(draft: Draft, link: Link, place: CountryCapacity) -> None:
    name = f"{link.id} from {place.country}"
    draft.supplies.append(
        Supply(
            draft.node(link.stage, place.country),
            link.id,
            price_per_unit=link.usd_per_kg,
            capacity=place.per_year,
            id=name,
        )
    )
    draft.ledger.note(name, link.ground, place.ground)


def _open_refinery(draft: Draft, chain: Chain, place: CountryCapacity) -> None:
    feed = chain.feed_of(place.country)
    refining = feed.refining
    name = f"{chain.end.id} in {place.country}"
    draft.processes.append(
        Process(
            name,
            draft.node(REFINING, place.country),
            inputs={feed.link.id: refining.draw_kg_per_kg},
            outputs={chain.end.id: 1.0},
            conversion_cost_per_unit=refining.usd_per_kg[place.country],
            capacity=place.per_year,
            emission_kg_per_unit=refining.emission_kg_per_kg[place.country],
            energy_kwh_per_unit=refining.electricity_kwh_per_kg,
        )
    )
    draft.ledger.note(name, refining.grounds[place.country], place.ground)


def _link_stages(draft: Draft, chain: Chain, capacities: Capacities) -> None:
    """Lanes from each mine to the refineries that take its form; some forms do not travel."""
    sources = [place.country for place in capacities.of(chain.feeds[0].link.material, MINING)]
    targets = [place.country for place in capacities.of(chain.end.material, REFINING)]
    for source in sources:
        feed = chain.feed_of(source)
        for target in targets:
            if chain.feed_of(target) is feed and (source == target or not feed.stays):
                mine, refinery = f"{MINING}:{source}", f"{REFINING}:{target}"
                draft.ship(feed.link.id, mine, refinery, shipment_of(feed.link))


def shipment_of(link: Link) -> Shipment:
    """An element on its way: the traded form weighs 1 / content per kg of the element."""
    return Shipment(
        link.commodity, 1.0 / link.content_kg_per_kg, link.usd_per_kg, bulk=link.stage == MINING
    )


def recycled_id(one: Recovered, chains: Mapping[str, Chain]) -> str:
    """Id of the supply or process that brings a recycled element."""
    return f"{chains[one.element].end.id} from {one.stream} in {one.country}"


def add_market_recycling(
    draft: Draft, found: Iterable[Recovered], chains: Mapping[str, Chain]
) -> None:
    """Elements recycled from scrap and old cells of others, in the form that plants buy."""
    for one in found:
        link, name = chains[one.element].end, recycled_id(one, chains)
        draft.supplies.append(
            Supply(
                draft.node(RECYCLING, one.country),
                link.id,
                price_per_unit=one.usd_per_kg,
                capacity=one.per_year,
                route=draft.route,
                emission_kg_per_unit=one.emission_kg_per_kg,
                id=name,
            )
        )
        draft.ledger.note(name, *one.grounds)


def add_own_recycling(
    draft: Draft, found: Iterable[Recovered], chains: Mapping[str, Chain]
) -> None:
    """Plants that turn the buyer's own scrap into the form that its makers buy."""
    for one in found:
        link, scrap = chains[one.element].end, scrap_good(one.element)
        draft.good(scrap, "kg", scrap, None, {one.element: 1.0}, counted=False)
        name = recycled_id(one, chains)
        draft.processes.append(
            Process(
                name,
                draft.node(RECYCLING, one.country),
                inputs={scrap: 1.0 / one.recovery},
                outputs={link.id: 1.0},
                route=draft.route,
                conversion_cost_per_unit=one.usd_per_kg,
                emission_kg_per_unit=one.emission_kg_per_kg,
            )
        )
        draft.ledger.note(name, *one.grounds)


def scrap_good(element: str) -> str:
    """Commodity of an element in the scrap of the buyer's own plants, kg contained."""
    return f"{element} in own scrap"


def add_scrap(draft: Draft, plant: Maker, recyclers: Iterable[str]) -> None:
    """Ways of own scrap from the cell plants to recyclers, and out where there is none.

    It goes to the recycler of the plant's country, or else to those of its customs area.
    """
    places = tuple(recyclers)
    carried = ground("freight", "collection is in the cost of treatment")
    for place in plant.places:
        country = place.capacity.country
        near = [c for c in places if customs_area(c) == customs_area(country)]
        targets = [country] if country in places else near
        for good in map(scrap_good, plant.scrap):
            source = draft.node(CELL, country)
            draft.demands.append(Demand(source, good, id=f"unused {good}, {country}"))
            for target in targets:
                name = f"{good} {source} to {RECYCLING}:{target}"
                draft.arcs.append(Arc(source, f"{RECYCLING}:{target}", good, id=name))
                draft.ledger.note(name, carried)


def sellers(draft: Draft, chains: Mapping[str, Chain]) -> dict[str, tuple[str, ...]]:
    """Nodes where the form of each element that plants buy can be had, recyclers included."""
    makers: dict[str, list[str]] = {}
    for supply in draft.supplies:
        makers.setdefault(supply.commodity, []).append(supply.node)
    for process in draft.processes:
        for good in process.outputs:
            makers.setdefault(good, []).append(process.node)
    return {e: tuple(dict.fromkeys(makers[chain.end.id])) for e, chain in chains.items()}


def add_maker(
    draft: Draft,
    maker: Maker,
    chains: Mapping[str, Chain],
    sold_at: Mapping[str, tuple[str, ...]],
) -> None:
    """Plants of an active material or of cells in every country, with their lanes of supply."""
    draft.good(maker.good, maker.unit, maker.material, maker.stage, maker.contents)
    for place in maker.places:
        country = place.capacity.country
        name = f"{maker.good} in {country}"
        node = draft.node(maker.stage, country)
        draft.processes.append(
            Process(
                name,
                node,
                inputs={**maker.goods_in, **_element_inputs(maker, chains)},
                outputs={maker.good: 1.0, **{scrap_good(e): kg for e, kg in maker.scrap.items()}},
                conversion_cost_per_unit=place.usd_per_unit,
                capacity=place.capacity.per_year,
                emission_kg_per_unit=place.emission_kg_per_unit,
                energy_kwh_per_unit=maker.electricity_kwh_per_unit,
            )
        )
        draft.ledger.note(name, place.ground, place.capacity.ground)
        for element in maker.elements_in:
            end = chains[element].end
            for seller in sold_at[element]:
                draft.ship(end.id, seller, node, shipment_of(end))


def _element_inputs(maker: Maker, chains: Mapping[str, Chain]) -> dict[str, float]:
    return {chains[e].end.id: amount for e, amount in maker.elements_in.items()}


def link_makers(draft: Draft, source: Maker, target: Maker, shipment: Shipment) -> None:
    """Lanes from every plant of one good to every plant that uses it."""
    for first in source.places:
        for second in target.places:
            draft.ship(
                source.good,
                f"{source.stage}:{first.capacity.country}",
                f"{target.stage}:{second.capacity.country}",
                shipment,
            )


def add_importer(
    draft: Draft, cells: Maker, importer: str, kwh_per_year: float, stage: CellStage
) -> None:
    """The buyer of the cells, and the lanes to it."""
    target = draft.node(IMPORTER, importer)
    for place in cells.places:
        worth = cells.market_usd_per_unit + place.usd_per_unit
        shipment = Shipment(CELL_GOOD, stage.kg_per_kwh, worth)
        draft.ship(cells.good, f"{CELL}:{place.capacity.country}", target, shipment)
    draft.demands.append(
        Demand(target, cells.good, kwh_per_year, exact=True, id=f"cells for {importer}")
    )
