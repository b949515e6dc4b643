"""From bills of materials and an importer to a supply network with its grounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.regions import EU
from calculator.sourcing.network import Network
from calculator.supply.access import Access, market_access
from calculator.supply.build import add_elements, add_importer, add_lanes, add_maker
from calculator.supply.capacity import Capacities, Producer, capacities
from calculator.supply.chains import Chain
from calculator.supply.draft import Draft
from calculator.supply.emissions import EMISSIONS, EmissionCover, emission_ground
from calculator.supply.grounds import Ground, ground, weakest
from calculator.supply.makers import (
    CELL,
    CELL_GOOD,
)
from calculator.supply.parts import Parts, Tables, Terms, elements_of
from calculator.supply.portfolio import Product, products_of
from calculator.supply.projects import (
    CONTRACTED,
    ProjectCapacity,
    price_projects,
    with_projects,
)
from calculator.supply.recycled import RecyclingTerms, Treated
from calculator.supply.recyclers import Recovered, RecyclingPart, add_recycling

if TYPE_CHECKING:
    from calculator.evaluation import Request
    from materials_db.database import MaterialsDB

_KWH_PER_GWH = 1e6
_LONE_MAKERS = frozenset({"JPN", "KOR"})
"""Countries known to make cells for which the share table has no row."""


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
    """By id of supply, process or arc, of the rule of access, and of ``emissions``."""
    chains: Mapping[str, Chain]
    """The way of each followed element, by element."""
    unfollowed: tuple[str, ...]
    """Elements of the bill that no share table follows; they are bought with their material."""
    access: Access | None = None
    """What one buyer can get; nothing where that is not limited."""
    recycled: Mapping[str, Recovered] = field(default_factory=dict)
    """What is recycled, by id of the process that releases it."""
    treated: Mapping[str, Treated] = field(default_factory=dict)
    """Each stream by each route, by id of the joint process."""
    products: tuple[Product, ...] = ()
    """The chemistries, each with what a kWh takes."""
    covers: tuple[EmissionCover, ...] = ()
    """Share of the bill by mass that has an emission figure, by stage."""
    projects: tuple[ProjectCapacity, ...] = ()
    """What projects add."""

    @property
    def cell_goods(self) -> Mapping[str, str]:
        """Commodity of the cells of each chemistry, for rules on the portfolio."""
        return {product.chemistry: product.good for product in self.products}

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
    products: Iterable[Product],
    importer: str,
    demand_gwh_per_year: float,
    *,
    terms: Terms,
) -> SupplyNetwork:
    """Four stages, every country of the share tables, and recycling beside them.

    Args:
        db: the materials database.
        products: what a kWh of cells takes and its plant by country, for every chemistry.
        importer: country (or ``EUU``) that buys the cells.
        demand_gwh_per_year: cells to be delivered to it, of all chemistries together.
        terms: prices, recycling, owners and market access.

    Raises:
        InputError: an importer, demand, route, mix or producer that cannot be, or a country
            without cost factors.
    """
    _check(importer, demand_gwh_per_year)
    kwh = demand_gwh_per_year * _KWH_PER_GWH
    tables = Tables.of(db, tuple(products), importer, terms)
    made = Parts.of(tables, kwh)
    draft = Draft(tables.chains_maker.trade)
    recycling = _assemble(draft, made, importer)
    price_projects(draft, terms.projects)
    promised = any(one.offtake is not None for one in terms.projects)
    open_to_buyer = market_access(db, terms.market_access, CONTRACTED if promised else None)
    if open_to_buyer is not None:
        draft.ledger.note(open_to_buyer.rule.name, open_to_buyer.ground)
    covers = made.covers()
    draft.ledger.note(EMISSIONS, emission_ground(covers, db.emission_factors))
    return SupplyNetwork(
        network=draft.network(terms.money),
        money=terms.money,
        importer=importer,
        demand_kwh_per_year=kwh,
        grounds=draft.ledger.closed(),
        chains=tables.chains,
        unfollowed=tuple(e for e in elements_of(tables.needs) if e not in tables.chains),
        access=open_to_buyer,
        recycled=recycling.released,
        treated=recycling.treated,
        products=tables.products,
        covers=covers,
        projects=terms.projects,
    )


def _assemble(draft: Draft, made: Parts, importer: str) -> RecyclingPart:
    """All of the network; of its recycling, what each process is."""
    chains, able = made.tables.chains, made.tables.able
    add_elements(draft, chains.values(), able)
    for maker in (*made.actives, *made.plants):
        add_maker(draft, maker, chains, made.shares_capacity(maker))
    recycling = add_recycling(draft, made.recyclers, made.plants, chains)
    for maker in made.actives:
        add_lanes(draft, maker, chains, [p for p in made.plants if maker.good in p.goods_in])
    for plant in made.plants:
        add_lanes(draft, plant, chains)
    pairs = zip(made.tables.products, made.plants, strict=True)
    demand = add_importer(draft, pairs, importer, made.kwh_per_year)
    draft.ledger.note(demand, _cells_ground(able, importer))
    return recycling


def supply_network(  # noqa: PLR0913 - one argument for each thing a buyer may state
    db: MaterialsDB,
    requests: Request | Sequence[Request],
    importer: str,
    demand_gwh_per_year: float,
    *,
    recyclers: tuple[str, ...] | None = None,
    market_access: float | None = None,
    recycling: RecyclingTerms | None = None,
    producers: Sequence[Producer] = (),
    projects: Sequence[ProjectCapacity] = (),
) -> SupplyNetwork:
    """The network of one or several chemistries: needs and cell plant from the requests.

    Args:
        db: the materials database.
        requests: the chemistry or chemistries, each with its format, of one deck and year.
        importer: country (or ``EUU``) that buys the cells.
        demand_gwh_per_year: cells to be delivered to it, of all chemistries together.
        recyclers: countries that recycle; by default the importer and all that make cells.
        market_access: share of a country's output that one buyer can get, a fraction; by
            default that of the database.
        recycling: routes, discount of direct recycling, and what the streams of others hold.
        producers: owners within countries, each with its share of the country's capacity.
        projects: capacity on top of what the tables know, each at its own cost.

    Raises:
        InputError: as ``evaluate`` and ``build_network``.
    """
    asked = tuple(requests) if isinstance(requests, Sequence) else (requests,)
    able = with_projects(capacities(db), projects)
    products = products_of(db, asked, able.countries(CELL_GOOD, CELL))
    terms = Terms(
        deck=asked[0].deck,
        year=asked[0].year,
        recyclers=recyclers,
        prices=asked[0].prices,
        market_access=market_access,
        recycling=recycling or RecyclingTerms(),
        producers=tuple(producers),
        projects=tuple(projects),
    )
    return build_network(db, products, importer, demand_gwh_per_year, terms=terms)


def _cells_ground(able: Capacities, importer: str) -> Ground:
    """What is not known of cell plants: those that the share table has no row for."""
    lacking = sorted((_LONE_MAKERS | {importer}) - {*able.countries(CELL_GOOD, CELL), EU})
    said = [
        f"no cell plant of {', '.join(lacking)} in the share table; what they make is in the rest "
        "of the world"
    ]
    return ground("capacity", "countries that make cells", (), said if lacking else ())


def _check(importer: str, demand_gwh_per_year: float) -> None:
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
