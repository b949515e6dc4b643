"""From a bill of materials and an importer to a supply network with its grounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.numbers import Num
from calculator.prices import price_book
from calculator.regions import EU, RegionFactors, region_factors
from calculator.sourcing.network import Network
from calculator.supply.access import Access, market_access
from calculator.supply.build import (
    Draft,
    Shipment,
    add_elements,
    add_importer,
    add_maker,
    add_market_recycling,
    add_own_recycling,
    add_scrap,
    link_makers,
    recycled_id,
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
from calculator.supply.recycled import ROUTES, Recovered, Recycling, Streams
from calculator.supply.recyclers import recyclers, recyclers_of
from calculator.supply.trade import REST, trade_tables

if TYPE_CHECKING:
    from calculator.evaluation import Request
    from materials_db.database import MaterialsDB

_KWH_PER_GWH = 1e6


@dataclass(frozen=True)
class Terms:
    """Prices, recycling and market access under which a network is built."""

    deck: str
    """Price deck that values elements and parts."""
    year: int
    """Year of the money."""
    route: str = "hydromet"
    """``hydromet`` or ``pyromet``, the route of the recyclers."""
    recyclers: tuple[str, ...] | None = None
    """Countries that recycle, ``EUU`` for those of its members that make cells. By default the
    importer and all that make cells."""
    prices: Mapping[str, Num] = field(default_factory=dict)
    """The caller's prices by item, USD of ``year`` per the item's own unit."""
    market_access: float | None = None
    """Share of a country's output that one buyer can get; by default that of the database."""


@dataclass(frozen=True)
class SupplyNetwork:
    """A network and what each of its numbers rests on."""

    network: Network
    """In US dollars of ``money``, kg and kWh a year. Capacities are those of the countries;
    what one buyer can get of them is a rule, ``access``."""
    money: str
    importer: str
    demand_kwh_per_year: float
    grounds: Mapping[str, tuple[Ground, ...]]
    """By id of supply, process or arc, and of the rule of access."""
    chains: Mapping[str, Chain]
    """The way of each followed element, by element."""
    unfollowed: tuple[str, ...]
    """Elements of the bill that no share table follows; they are bought with their material."""
    access: Access | None = None
    """What one buyer can get; nothing where that is not limited."""
    recycled: Mapping[str, Recovered] = field(default_factory=dict)
    """Recycled elements by id of the supply or process that brings them."""

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
        terms: prices, recycling and market access.

    Raises:
        InputError: an importer or demand that cannot be, or a country without cost factors.
    """
    _check(importer, demand_gwh_per_year, terms.route)
    bought = tuple(needs)
    able = capacities(db)
    kwh = demand_gwh_per_year * _KWH_PER_GWH
    places = recyclers(able, importer, terms.recyclers)
    book = price_book(db, terms.deck, terms.year, overrides=terms.prices)
    trade = trade_tables(db, f"USD_{terms.year}")
    regions = _regions(db, bought, able, f"USD_{terms.year}", places)
    chains = _chains(Chains(db, book, regions, able, trade), bought)
    actives = active_makers(db, bought, chains, able, regions)
    recycling = Recycling(db, terms.route, chains)
    streams = Streams(db, able, kwh)
    returned = recyclers_of(recycling, streams, bought, cells.kg_per_kwh, regions, places)
    plant = cell_maker(bought, actives, cells, chains, able)
    plant = replace(plant, scrap=returned.scrap_kg_per_kwh)
    draft = Draft(trade, terms.route)
    add_elements(draft, chains.values(), able)
    own, market = returned.own(), returned.market()
    add_own_recycling(draft, own, chains)
    add_market_recycling(draft, market, chains)
    _add_plants(draft, actives, plant, chains)
    add_scrap(draft, plant, places)
    add_importer(draft, plant, importer, kwh, cells)
    open_to_buyer = market_access(db, terms.market_access)
    if open_to_buyer is not None:
        draft.ledger.note(open_to_buyer.rule.name, open_to_buyer.ground)
    return SupplyNetwork(
        network=draft.network(f"USD_{terms.year}"),
        money=f"USD_{terms.year}",
        importer=importer,
        demand_kwh_per_year=kwh,
        grounds=draft.ledger.closed(),
        chains=chains,
        unfollowed=tuple(e for e in _elements(bought) if e not in chains),
        access=open_to_buyer,
        recycled={recycled_id(one, chains): one for one in (*own, *market)},
    )


def supply_network(
    db: MaterialsDB,
    request: Request,
    importer: str,
    demand_gwh_per_year: float,
    *,
    route: str = "hydromet",
    recyclers: tuple[str, ...] | None = None,
    market_access: float | None = None,
) -> SupplyNetwork:
    """The network of one evaluated chemistry: needs and cell plant from the request itself.

    Args:
        db: the materials database.
        request: the chemistry, its format, deck and year.
        importer: country (or ``EUU``) that buys the cells.
        demand_gwh_per_year: cells to be delivered to it.
        route: ``hydromet`` or ``pyromet``.
        recyclers: countries that recycle; by default the importer and all that make cells.
        market_access: share of a country's output that one buyer can get, a fraction; by
            default that of the database.

    Raises:
        InputError: as ``evaluate`` and ``build_network``.
    """
    from calculator.evaluation import evaluate

    needs = needs_of(db, evaluate(db, request))
    places = [place.country for place in capacities(db).of(CELL_GOOD, CELL)]
    terms = Terms(request.deck, request.year, route, recyclers, request.prices, market_access)
    return build_network(
        db,
        needs,
        importer,
        demand_gwh_per_year,
        cells=cell_stage(db, request, places),
        terms=terms,
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


def _regions(
    db: MaterialsDB, needs: tuple[Need, ...], able: Capacities, money: str, places: Iterable[str]
) -> dict[str, RegionFactors]:
    """Factors of every country that refines, makes active materials or recycles."""
    elements = _elements(needs)
    stages = {(row.material, REFINING) for row in db.element_materials if row.element in elements}
    stages |= {(counted_as(need, able), ACTIVE) for need in needs if need.active}
    countries = {
        place.country for key in sorted(stages) if able.knows(*key) for place in able.of(*key)
    }
    return {c: region_factors(db, c, money) for c in sorted(countries | {*places, REST})}


def _elements(needs: tuple[Need, ...]) -> tuple[str, ...]:
    """Elements of the bill, in its order."""
    return tuple(dict.fromkeys(e for n in needs for e, v in n.contents.items() if v > 0))


def _chains(maker: Chains, needs: tuple[Need, ...]) -> dict[str, Chain]:
    """The way of each element that a share table follows."""
    found = {element: maker.chain(element) for element in _elements(needs)}
    return {e: chain for e, chain in found.items() if chain is not None}


def _add_plants(
    draft: Draft, actives: tuple[Maker, ...], plant: Maker, chains: Mapping[str, Chain]
) -> None:
    sold_at = sellers(draft, chains)
    add_maker(draft, plant, chains, sold_at)
    for maker in actives:
        add_maker(draft, maker, chains, sold_at)
        shipment = Shipment(maker.material, 1.0, maker.market_usd_per_unit)
        link_makers(draft, maker, plant, shipment)
