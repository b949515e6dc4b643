"""Recycling routes of one chemistry side by side: recovery, cost by line, carbon, margin.

For a page that compares mixes. Everything is per kg of feed in one country: scrap of cell plants
(active materials and foils) or whole cells at the end of life. Margin = value of what comes out at
market prices - feed - collection - process; for black mass, value is what buyers pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.regions import RegionFactors, region_factors
from calculator.supply.grounds import Ground, weakest
from calculator.supply.needs import CellStage, needs_of
from calculator.supply.parts import Tables, Terms
from calculator.supply.portfolio import Product
from calculator.supply.process_cost import PARTS
from calculator.supply.recycled import (
    BLACK_MASS,
    Recycling,
    RecyclingTerms,
    Treated,
)
from calculator.supply.recyclers import Recyclers
from calculator.supply.streams import MARKET_SCRAP, OLD_CELLS, Stream, cell_feed, scrap_feed
from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.evaluation import Request
    from calculator.supply.process_cost import ProcessCost
    from materials_db.database import MaterialsDB
    from materials_db.schema import RecyclingRow


@dataclass(frozen=True)
class RouteRow:
    """One route for one stream; money is US dollars of the year asked, per kg of feed."""

    stream: str
    """``market scrap`` (as own scrap) or ``end-of-life cells``."""
    route: str
    country: str
    feed_kg_per_kwh: float
    """Feed that a kWh of cells leaves (scrap) or is (old cells)."""
    recovery: Mapping[str, float]
    """Fraction recovered of each element, or of the cathode as a compound."""
    recovery_sources: Mapping[str, str]
    """Source and locator of each recovery."""
    recovered_kg_per_kg: Mapping[str, float]
    """Kg of each output."""
    process_by_part_usd_per_kg: Mapping[str, float]
    """Treatment by part: labour, electricity, heat, capital, other (reagents and waste)."""
    feed_usd_per_kg: float
    """Payable share x market price of what is paid for, less a gate fee; negative where the
    recycler is paid."""
    collection_usd_per_kg: float
    value_usd_per_kg: float
    emission_kg_per_kg: float
    """CO2 of the treatment's electricity and heat; reagents are not in it."""
    energy_kwh_per_kg: float
    grounds: tuple[Ground, ...]

    @property
    def process_usd_per_kg(self) -> float:
        """Treatment alone."""
        return sum(self.process_by_part_usd_per_kg.values())

    @property
    def cost_usd_per_kg(self) -> float:
        """Feed, collection and treatment."""
        return self.feed_usd_per_kg + self.collection_usd_per_kg + self.process_usd_per_kg

    @property
    def margin_usd_per_kg(self) -> float:
        """What is left of the value."""
        return self.value_usd_per_kg - self.cost_usd_per_kg

    @property
    def basis(self) -> str:
        """The weakest basis under the row."""
        return weakest(one.basis for one in self.grounds)


def recycling_routes(
    db: MaterialsDB,
    request: Request,
    importer: str,
    year: int | None = None,
    terms: RecyclingTerms | None = None,
) -> tuple[RouteRow, ...]:
    """Every route for scrap and for old cells of a chemistry, in the importer's country.

    Scrap is treated in a plant of the size that the scrap of the request's volume fills, old cells
    in one that takes all that return there; where none are known, in the reference plant.

    Args:
        db: the materials database.
        request: the chemistry, its format, deck, prices and volume.
        importer: country, or ``EUU``, where it is recycled.
        year: year of the money; that of the request where left out.
        terms: routes and the discount of direct recycling; without a discount direct is left out.

    Raises:
        InputError: as ``evaluate``, or routes that cannot be.
    """
    from calculator.evaluation import evaluate

    asked = terms or RecyclingTerms()
    request = _in_year(request, year)
    found = evaluate(db, request)
    kg_per_kwh = 1000.0 / plain(found.cell.specific_energy_wh_per_kg)
    needs = needs_of(db, found)
    plant = CellStage(kg_per_kwh, {}, 0.0, {}, {})
    product = Product(request.chemistry.id, needs, plant)
    network = Terms(request.deck, request.year, (), request.prices, recycling=asked)
    made = Tables.of(db, (product,), importer, network).recyclers(_kwh(request))
    region = region_factors(db, importer, network.money)
    streams = (s for s in _streams(made, product, importer) if s.feed.kg_per_kwh > 0)
    return tuple(row for stream in streams for row in _rows(made, stream, region))


def _kwh(request: Request) -> float:
    if np.ndim(request.volume_gwh_per_year):
        raise InputError("recycling routes need one volume; give a single number")
    return plain(request.volume_gwh_per_year) * 1e6


def _in_year(request: Request, year: int | None) -> Request:
    """The request in money of a year; own prices are of the year they were given in."""
    if year is None or year == request.year:
        return request
    if request.prices or request.rates:
        raise InputError(
            f"own prices are of {request.year} and routes are asked for in money of {year}; "
            "ask for both in one year"
        )
    return replace(request, year=year)


def _streams(made: Recyclers, product: Product, importer: str) -> tuple[Stream, ...]:
    """Scrap of the request's volume, and the old cells that return to the importer."""
    scrap = scrap_feed(product.needs)
    old = cell_feed(product.needs, product.cells.kg_per_kwh)
    own = made.streams.own(product.chemistry, scrap, importer)
    back, amount = made.streams.old_cells(importer, (importer,))
    size = back * old.kg_per_kwh or made.recycling.reference_kg_per_year()
    returned = Stream(OLD_CELLS, product.chemistry, old, importer, back, size, amount)
    return replace(own, kind=MARKET_SCRAP), returned


def _rows(made: Recyclers, stream: Stream, region: RegionFactors) -> Iterator[RouteRow]:
    for way in made.recycling.treated(stream, made.routes, region):
        yield _row(way, made.recycling)
    if BLACK_MASS in made.routes:
        yield _black_mass(stream, made.recycling, region)


def _row(way: Treated, recycling: Recycling) -> RouteRow:
    return RouteRow(
        stream=way.stream.kind,
        route=way.route,
        country=way.country,
        feed_kg_per_kwh=way.stream.feed.kg_per_kwh,
        recovery={out.item: out.recovery for out in way.outputs},
        recovery_sources=_sources(recycling.recipe_rows(way.route, way.outputs)),
        recovered_kg_per_kg={out.item: out.kg_per_kg for out in way.outputs},
        process_by_part_usd_per_kg=_by_part(way.process),
        feed_usd_per_kg=way.feed_usd_per_kg,
        collection_usd_per_kg=way.collection_usd_per_kg,
        value_usd_per_kg=way.value_usd_per_kg,
        emission_kg_per_kg=way.emission_kg_per_kg,
        energy_kwh_per_kg=way.energy_kwh_per_kg,
        grounds=way.grounds,
    )


def _black_mass(stream: Stream, recycling: Recycling, region: RegionFactors) -> RouteRow:
    """Feed crushed and sold for its payables."""
    kg, _, usd, paid = recycling.black_mass(stream.feed)
    feed, bought = recycling.feed_price(stream)
    way = recycling.crushed(stream, region, (usd, paid))
    rows = recycling.recovery(BLACK_MASS)
    return replace(
        _row(way, recycling),
        recovery={name: row.value for name, row in rows.items()},
        recovery_sources=_sources(rows),
        recovered_kg_per_kg={BLACK_MASS: kg},
        feed_usd_per_kg=feed,
        value_usd_per_kg=usd,
        grounds=(bought, *way.grounds),
    )


def _by_part(cost: ProcessCost | None) -> dict[str, float]:
    if cost is None:
        return dict.fromkeys(PARTS, 0.0)
    return {part: plain(getattr(cost, f"{part}_usd_per_kg")) for part in PARTS}


def _sources(rows: Mapping[str, RecyclingRow]) -> dict[str, str]:
    return {name: f"{row.source}, {row.locator}" for name, row in rows.items()}
