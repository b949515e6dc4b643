"""From a bill of materials and an importer to a supply network with its grounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.numbers import Num
from calculator.prices import PriceBook, price_book
from calculator.regions import EU, EU_MEMBERS, RegionFactors, region_factors
from calculator.sourcing.network import Network
from calculator.supply.build import (
    Draft,
    Shipment,
    add_elements,
    add_importer,
    add_maker,
    add_recycling,
    link_makers,
    needed_kg_per_kwh,
    sellers,
)
from calculator.supply.capacity import Capacities, capacities
from calculator.supply.chains import REFINING, Chain, Chains
from calculator.supply.grounds import Ground, weakest
from calculator.supply.makers import (
    ACTIVE,
    CELL,
    CELL_GOOD,
    Maker,
    active_makers,
    cell_maker,
    counted_as,
)
from calculator.supply.needs import CellStage, Need, cell_stage, needs_of
from calculator.supply.recycled import ROUTES, Recycling, feed_of
from calculator.supply.trade import REST, customs_area, trade_tables

if TYPE_CHECKING:
    from calculator.evaluation import Request
    from materials_db.database import MaterialsDB

_KWH_PER_GWH = 1e6


@dataclass(frozen=True)
class Terms:
    """Prices and recycling under which a network is built."""

    deck: str
    """Price deck that values elements and parts."""
    year: int
    """Year of the money."""
    route: str = "hydromet"
    """``hydromet`` or ``pyromet``, the route of the recyclers."""
    recyclers: tuple[str, ...] | None = None
    """Countries that recycle. By default the importer, or the cell makers of the European Union
    for its members."""
    prices: Mapping[str, Num] = field(default_factory=dict)
    """The caller's prices by item, USD of ``year`` per the item's own unit."""


@dataclass(frozen=True)
class SupplyNetwork:
    """A network and what each of its numbers rests on."""

    network: Network
    """In US dollars of ``money``, kg and kWh a year."""
    money: str
    importer: str
    demand_kwh_per_year: float
    grounds: Mapping[str, tuple[Ground, ...]]
    """By id of supply, process or arc."""
    chains: Mapping[str, Chain]
    """The way of each followed element, by element."""
    unfollowed: tuple[str, ...]
    """Elements of the bill that no share table follows; they are bought with their material."""

    def grounds_of(self, row: str) -> tuple[Ground, ...]:
        """Grounds of a supply, process or arc, by its id or as a row of a plan names it."""
        return self.grounds.get(row) or self.grounds.get(row.partition(" ")[2], ())

    def basis(self, row: str) -> str:
        """The weakest basis under a row of a plan: reported, derived or assumed."""
        return weakest(found.basis for found in self.grounds_of(row))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Every sentence on what was assumed, each once, in order of first use."""
        said = (
            text for found in self.grounds.values() for one in found for text in one.assumptions
        )
        return tuple(dict.fromkeys(said))


def build_network(
    db: MaterialsDB,
    needs: Iterable[Need],
    importer: str,
    demand_gwh_per_year: float,
    *,
    cells: CellStage,
    terms: Terms,
) -> SupplyNetwork:
    """Four stages, every country of the share tables, and recycling beside them.

    Args:
        db: the materials database.
        needs: what a kWh of cells takes, from ``needs_of``.
        importer: country (or ``EUU``) that buys the cells.
        demand_gwh_per_year: cells to be delivered to it.
        cells: the cell plant by country, from ``cell_stage``.
        terms: prices and recycling.

    Raises:
        InputError: an importer or demand that cannot be, or a country without cost factors.
    """
    _check(importer, demand_gwh_per_year, terms.route)
    bought = tuple(needs)
    money = f"USD_{terms.year}"
    able = capacities(db)
    places = _recyclers(able, importer) if terms.recyclers is None else terms.recyclers
    book = price_book(db, terms.deck, terms.year, overrides=terms.prices)
    chains, regions = _chains(db, bought, able, book, places)
    actives = active_makers(db, bought, chains, able, regions)
    plant = cell_maker(bought, actives, cells, chains, able)
    kwh = demand_gwh_per_year * _KWH_PER_GWH
    draft = Draft(trade_tables(db, money))
    add_elements(draft, chains.values(), able)
    recycling = Recycling(db, terms.route, feed_of(bought, cells.kg_per_kwh), chains)
    needed = {e: kg * kwh for e, kg in needed_kg_per_kwh(bought, chains).items()}
    recovered = recycling.supplies(regions[c] for c in places)
    add_recycling(draft, recovered, chains, needed, terms.route)
    _add_plants(draft, actives, plant, chains)
    add_importer(draft, plant, importer, kwh, cells)
    named = dict.fromkeys(e for need in bought for e, v in need.contents.items() if v > 0)
    return SupplyNetwork(
        network=draft.network(money),
        money=money,
        importer=importer,
        demand_kwh_per_year=kwh,
        grounds=draft.ledger.closed(),
        chains=chains,
        unfollowed=tuple(e for e in named if e not in chains),
    )


def supply_network(
    db: MaterialsDB,
    request: Request,
    importer: str,
    demand_gwh_per_year: float,
    *,
    route: str = "hydromet",
    recyclers: tuple[str, ...] | None = None,
) -> SupplyNetwork:
    """The network of one evaluated chemistry: needs and cell plant from the request itself.

    Raises:
        InputError: as ``evaluate`` and ``build_network``.
    """
    from calculator.evaluation import evaluate

    needs = needs_of(db, evaluate(db, request))
    places = [place.country for place in capacities(db).of(CELL_GOOD, CELL)]
    return build_network(
        db,
        needs,
        importer,
        demand_gwh_per_year,
        cells=cell_stage(db, request, places),
        terms=Terms(request.deck, request.year, route, recyclers, request.prices),
    )


def _check(importer: str, demand_gwh_per_year: float, route: str) -> None:
    from materials_db.countries import COUNTRIES
    from materials_db.faults import did_you_mean

    if importer not in COUNTRIES and importer != EU:
        remedy = did_you_mean(importer, (*COUNTRIES, EU))
        raise InputError(f"importer {importer!r} is not a country; {remedy}")
    if not 0.0 < demand_gwh_per_year < 1e5:
        raise InputError(
            f"demand of {demand_gwh_per_year:g} GWh a year cannot be supplied; "
            "give a number above 0, such as 30"
        )
    if route not in ROUTES:
        raise InputError(f"recycling route {route!r} is not known; {did_you_mean(route, ROUTES)}")


def _recyclers(able: Capacities, importer: str) -> tuple[str, ...]:
    if customs_area(importer) != EU:
        return (importer,)
    makers = [place.country for place in able.of(CELL_GOOD, CELL)]
    return tuple(country for country in makers if country in EU_MEMBERS) or (importer,)


def _chains(
    db: MaterialsDB,
    needs: tuple[Need, ...],
    able: Capacities,
    book: PriceBook,
    recyclers: tuple[str, ...],
) -> tuple[dict[str, Chain], dict[str, RegionFactors]]:
    """Chains of the bill's elements, and factors of every country that converts."""
    elements = dict.fromkeys(e for need in needs for e, v in need.contents.items() if v > 0)
    stages = {(row.material, REFINING) for row in db.element_materials if row.element in elements}
    stages |= {(counted_as(need, able), ACTIVE) for need in needs if need.active}
    countries = {
        place.country for key in sorted(stages) if able.knows(*key) for place in able.of(*key)
    }
    money = f"USD_{book.year}"
    regions = {c: region_factors(db, c, money) for c in sorted(countries | {*recyclers, REST})}
    maker = Chains(db, book, regions, able)
    found = {element: maker.chain(element) for element in elements}
    return {e: chain for e, chain in found.items() if chain is not None}, regions


def _add_plants(
    draft: Draft, actives: tuple[Maker, ...], plant: Maker, chains: Mapping[str, Chain]
) -> None:
    sold_at = sellers(draft, chains)
    add_maker(draft, plant, chains, sold_at)
    for maker in actives:
        add_maker(draft, maker, chains, sold_at)
        shipment = Shipment(maker.material, 1.0, maker.market_usd_per_unit)
        link_makers(draft, maker, plant, shipment)
