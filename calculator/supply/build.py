"""The supply network of cells: mine, refinery, active material, cell, and the buyer.

Amounts are kg of the element contained for mined and refined goods, kg for active materials and
kWh for cells, all per year; money is US dollars of one year. Nodes are countries at a stage, and
owners there where the caller names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calculator.sourcing.network import Demand, Process, Supply
from calculator.supply.capacity import Capacities, CountryCapacity
from calculator.supply.chains import MINING, REFINING, Chain, Link
from calculator.supply.draft import NO_GROUND, Draft, Shipment
from calculator.supply.makers import CELL, CELL_GOOD, Maker
from calculator.supply.portfolio import DELIVERED, PORTFOLIO, Product

IMPORTER = "importer"


def add_elements(draft: Draft, chains: Iterable[Chain], capacities: Capacities) -> None:
    """Mines and refineries of every element, and the lanes between them."""
    for chain in chains:
        for link in chain.links:
            draft.good(link.id, "kg", link.material, link.stage, {chain.element: 1.0})
        if not chain.feeds:
            for place in capacities.of(chain.end.material, chain.end.stage):
                _open_mine(draft, chain.end, place)
            continue
        mines = capacities.of(chain.feeds[0].link.material, MINING)
        plants = capacities.of(chain.end.material, REFINING)
        for place in mines:
            _open_mine(draft, chain.feed_of(place.country).link, place)
        for place in plants:
            _open_refinery(draft, chain, place)
        _link_stages(draft, chain, mines, plants)


def _open_mine(draft: Draft, link: Link, place: CountryCapacity) -> None:
    draft.supply(
        Supply(
            draft.node_of(link.stage, place),
            link.id,
            price_per_unit=link.usd_per_kg,
            capacity=place.per_year,
            emission_kg_per_unit=link.emission_kg_per_kg,
            id=f"{link.id} from {place.place}",
        ),
        link.ground,
        place.ground,
        *([link.emission_ground] if link.emission_ground else []),
    )


def _open_refinery(draft: Draft, chain: Chain, place: CountryCapacity) -> None:
    feed = chain.feed_of(place.country)
    refining = feed.refining
    draft.run(
        Process(
            f"{chain.end.id} in {place.place}",
            draft.node_of(REFINING, place),
            inputs={feed.link.id: refining.draw_kg_per_kg},
            outputs={chain.end.id: 1.0},
            conversion_cost_per_unit=refining.usd_per_kg[place.country],
            capacity=place.per_year,
            emission_kg_per_unit=refining.emission_kg_per_kg[place.country],
            energy_kwh_per_unit=refining.energy_kwh_per_kg,
        ),
        refining.grounds[place.country],
        place.ground,
    )


def _link_stages(
    draft: Draft,
    chain: Chain,
    mines: Iterable[CountryCapacity],
    plants: Iterable[CountryCapacity],
) -> None:
    """Lanes from each mine to the refineries that take its form; some forms do not travel."""
    takers = tuple(plants)
    for mine in mines:
        feed = chain.feed_of(mine.country)
        for plant in takers:
            near = mine.country == plant.country or not feed.stays
            if near and chain.feed_of(plant.country) is feed:
                ends = draft.node_of(MINING, mine), draft.node_of(REFINING, plant)
                draft.ship(feed.link.id, *ends, shipment_of(feed.link))


def shipment_of(link: Link) -> Shipment:
    """An element on its way: the traded form weighs 1 / content per kg of the element."""
    return Shipment(
        link.commodity, 1.0 / link.content_kg_per_kg, link.usd_per_kg, bulk=link.stage == MINING
    )


def add_maker(draft: Draft, maker: Maker, chains: Mapping[str, Chain], pooled: bool) -> None:
    """Plants of an active material or of cells in every country.

    Where several makers share a country's capacity they are ``pooled``: each may use all of it,
    and a good of its own sees to it that together they do not use more.
    """
    draft.good(maker.good, maker.unit, maker.material, maker.stage, maker.contents)
    drawn = {chains[e].end.id: amount for e, amount in maker.elements_in.items()}
    for place in maker.places:
        node = draft.node_of(maker.stage, place.capacity)
        pool = _pool(draft, maker, place.capacity) if pooled else {}
        draft.run(
            Process(
                f"{maker.good} in {place.capacity.place}",
                node,
                inputs={**maker.goods_in, **drawn, **pool},
                outputs={maker.good: 1.0, **maker.scrap},
                conversion_cost_per_unit=place.usd_per_unit,
                capacity=place.capacity.per_year,
                emission_kg_per_unit=place.emission_kg_per_unit,
                energy_kwh_per_unit=maker.energy_kwh_per_unit,
            ),
            place.ground,
            place.capacity.ground,
        )


def _pool(draft: Draft, maker: Maker, place: CountryCapacity) -> dict[str, float]:
    """What a unit draws on the capacity that a place's makers share; nothing without a limit."""
    name = draft.pool(maker.stage, maker.material, maker.unit, place)
    return {} if name is None else {name: 1.0}


def add_lanes(
    draft: Draft, maker: Maker, chains: Mapping[str, Chain], users: Iterable[Maker] = ()
) -> None:
    """What a maker buys from wherever it can be had, and its ways to those who use it.

    Refiners and recyclers sell elements; plants and direct recyclers sell active materials.
    """
    sold_at = draft.sellers()
    for place in maker.places:
        node = draft.node_of(maker.stage, place.capacity)
        for element in maker.elements_in:
            end = chains[element].end
            for seller in sold_at[end.id]:
                draft.ship(end.id, seller, node, shipment_of(end))
    shipment = Shipment(maker.material, 1.0, maker.market_usd_per_unit)
    targets = [draft.node_of(u.stage, p.capacity) for u in users for p in u.places]
    for seller in sold_at[maker.good] if targets else ():
        for target in dict.fromkeys(targets):
            draft.ship(maker.good, seller, target, shipment)


def add_importer(
    draft: Draft,
    plants: Iterable[tuple[Product, Maker]],
    importer: str,
    kwh_per_year: float,
) -> str:
    """The buyer: cells of every chemistry, each turned into the energy that is demanded.

    Returns:
        Id of the demand.
    """
    target = draft.node(IMPORTER, importer)
    draft.good(DELIVERED, "kWh", DELIVERED, PORTFOLIO, {}, counted=False)
    for product, maker in plants:
        for place in maker.places:
            worth = maker.market_usd_per_unit + place.usd_per_unit
            shipment = Shipment(CELL_GOOD, product.cells.kg_per_kwh, worth)
            draft.ship(maker.good, draft.node_of(CELL, place.capacity), target, shipment)
        delivery = f"{maker.good} delivered to {importer}"
        recipe = Process(delivery, target, inputs={maker.good: 1.0}, outputs={DELIVERED: 1.0})
        draft.run(recipe, NO_GROUND)
    name = f"cells for {importer}"
    draft.demands.append(Demand(target, DELIVERED, kwh_per_year, exact=True, id=name))
    return name
