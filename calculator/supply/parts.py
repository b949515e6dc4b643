"""Everything a network is put together from, made of the tables once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.numbers import Num
from calculator.prices import price_book
from calculator.regions import RegionFactors, region_factors
from calculator.supply.capacity import Capacities, Producer, capacities, with_producers
from calculator.supply.chains import MINING, REFINING, Chain, Chains
from calculator.supply.emissions import EmissionCover, covers_of
from calculator.supply.makers import ACTIVE, Maker, active_makers, cell_maker, counted_as
from calculator.supply.needs import Need
from calculator.supply.portfolio import Product, shared_actives
from calculator.supply.projects import ProjectCapacity, with_projects
from calculator.supply.recycled import Recycling, RecyclingTerms
from calculator.supply.recyclers import Recyclers, recyclers
from calculator.supply.streams import OWN_SCRAP, Streams, stream_mix
from calculator.supply.trade import REST, trade_tables

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Terms:
    """Prices, recycling, owners and market access under which a network is built."""

    deck: str
    """Price deck that values elements and parts."""
    year: int
    """Year of the money."""
    recyclers: tuple[str, ...] | None = None
    """Countries that recycle, ``EUU`` for those of its members that make cells. By default the
    importer and all that make cells."""
    prices: Mapping[str, Num] = field(default_factory=dict)
    """The caller's prices by item, USD of ``year`` per the item's own unit."""
    market_access: float | None = None
    """Share of a country's output that one buyer can get; by default that of the database."""
    recycling: RecyclingTerms = field(default_factory=RecyclingTerms)
    producers: tuple[Producer, ...] = ()
    """Owners within countries, as the caller knows them."""
    projects: tuple[ProjectCapacity, ...] = ()
    """Capacity that comes on top of what the tables know."""

    @property
    def money(self) -> str:
        """Money of the network."""
        return f"USD_{self.year}"


@dataclass(frozen=True)
class Tables:
    """What the tables say of the elements and recyclers of some chemistries, in one money."""

    db: MaterialsDB
    products: tuple[Product, ...]
    able: Capacities
    places: tuple[str, ...]
    """Countries that recycle."""
    regions: Mapping[str, RegionFactors]
    chains_maker: Chains
    chains: Mapping[str, Chain]
    terms: Terms

    @classmethod
    def of(
        cls, db: MaterialsDB, products: tuple[Product, ...], importer: str, terms: Terms
    ) -> Tables:
        """Read them."""
        able = with_projects(with_producers(capacities(db), terms.producers), terms.projects)
        needs = _needs(products)
        places = recyclers(able, importer, terms.recyclers)
        book = price_book(db, terms.deck, terms.year, overrides=terms.prices)
        regions = _regions(db, needs, able, terms.money, places)
        maker = Chains(db, book, regions, able, trade_tables(db, terms.money))
        return cls(db, products, able, places, regions, maker, _chains(maker, needs), terms)

    @property
    def needs(self) -> tuple[Need, ...]:
        """What all chemistries take."""
        return _needs(self.products)

    def recyclers(self, kwh_per_year: float) -> Recyclers:
        """All recyclers of a buyer of so many cells."""
        asked = self.terms.recycling
        actives = shared_actives(self.products)
        cathodes = {need.material: need.market_usd_per_kg for need in actives if need.positive}
        mix, said = stream_mix(tuple(p.chemistry for p in self.products), asked.stream_mix)
        money, discount = self.terms.money, asked.direct_discount
        return Recyclers(
            recycling=Recycling(self.db, self.chains, cathodes, money, discount),
            streams=Streams(self.db, self.able, kwh_per_year, mix, said),
            products=self.products,
            regions=self.regions,
            places=self.places,
            routes=asked.asked_routes,
        )


@dataclass(frozen=True)
class Parts:
    """Makers and recyclers of a network, and the chains between mines and them."""

    tables: Tables
    kwh_per_year: float
    actives: tuple[Maker, ...]
    plants: tuple[Maker, ...]
    """Cell plants, one a product, in the order of the products."""
    recyclers: Recyclers

    @classmethod
    def of(cls, tables: Tables, kwh_per_year: float) -> Parts:
        """Make them for a buyer of so many cells."""
        able, chains, bought = tables.able, tables.chains, shared_actives(tables.products)
        made = tables.recyclers(kwh_per_year)
        return cls(
            tables=tables,
            kwh_per_year=kwh_per_year,
            actives=active_makers(tables.db, bought, chains, able, tables.regions),
            plants=tuple(_plant(product, chains, able, made) for product in tables.products),
            recyclers=made,
        )

    def shares_capacity(self, maker: Maker) -> bool:
        """Whether another maker is counted under the same name at the same stage."""
        makers = (*self.actives, *self.plants)
        alike = [m for m in makers if (m.material, m.stage) == (maker.material, maker.stage)]
        return len(alike) > 1

    def covers(self) -> tuple[EmissionCover, ...]:
        """What of the bill has an emission figure, by stage."""
        chains = self.tables.chains
        won = {e for e, c in chains.items() if c.links[0].emission_kg_per_kg > 0}
        refined = {
            e
            for e, c in chains.items()
            if c.refining and any(c.refining.emission_kg_per_kg.values())
        }
        made = {m.good for m in self.actives if any(p.emission_kg_per_unit for p in m.places)}
        known = {MINING: won, REFINING: refined, ACTIVE: made}
        return covers_of(
            self.tables.needs, {stage: frozenset(names) for stage, names in known.items()}
        )


def _plant(
    product: Product, chains: Mapping[str, Chain], able: Capacities, made: Recyclers
) -> Maker:
    """The cell plant of a product, with the scrap that it leaves."""
    kg = made.scrap(product).kg_per_kwh
    scrap = {f"{OWN_SCRAP}, {product.chemistry}": kg} if kg > 0 else {}
    return cell_maker(product.good, product.needs, product.cells, chains, able, scrap)


def _regions(
    db: MaterialsDB, needs: tuple[Need, ...], able: Capacities, money: str, places: Iterable[str]
) -> dict[str, RegionFactors]:
    """Factors of every country that refines, makes active materials or recycles."""
    elements = elements_of(needs)
    stages = {(row.material, REFINING) for row in db.element_materials if row.element in elements}
    stages |= {(counted_as(need, able), ACTIVE) for need in needs if need.active}
    countries = {
        country for key in sorted(stages) if able.knows(*key) for country in able.countries(*key)
    }
    return {c: region_factors(db, c, money) for c in sorted(countries | {*places, REST})}


def _needs(products: Iterable[Product]) -> tuple[Need, ...]:
    return tuple(need for product in products for need in product.needs)


def elements_of(needs: tuple[Need, ...]) -> tuple[str, ...]:
    """Elements of the bill, in its order."""
    return tuple(dict.fromkeys(e for n in needs for e, v in n.contents.items() if v > 0))


def _chains(maker: Chains, needs: tuple[Need, ...]) -> dict[str, Chain]:
    """The way of each element that a share table follows."""
    found = {element: maker.chain(element) for element in elements_of(needs)}
    return {e: chain for e, chain in found.items() if chain is not None}
