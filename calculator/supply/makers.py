"""Plants that turn elements and goods into an active material or a cell, by country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.regions import RegionFactors
from calculator.supply.capacity import Capacities, CountryCapacity
from calculator.supply.chains import Chain
from calculator.supply.grounds import Ground, ground
from calculator.supply.process_cost import ProcessCost, process_cost

if TYPE_CHECKING:
    from calculator.supply.needs import CellStage, Need
    from materials_db.database import MaterialsDB

ACTIVE, CELL = "active_material", "cell"
CELL_GOOD = "battery_cell"
_POSITIVE, _NEGATIVE = "cathode_active_material", "anode_active_material"


@dataclass(frozen=True)
class Place:
    """A plant in one country."""

    capacity: CountryCapacity
    usd_per_unit: float
    """Conversion cost of a unit of product."""
    emission_kg_per_unit: float
    ground: Ground


@dataclass(frozen=True)
class Maker:
    """One product and all countries that make it."""

    good: str
    unit: str
    material: str
    """Name under which shares and output are counted."""
    stage: str
    contents: Mapping[str, float]
    elements_in: Mapping[str, float]
    """Kg of each followed element a unit takes in its refined (or mined) form."""
    goods_in: Mapping[str, float]
    """Units of other made goods a unit takes."""
    energy_kwh_per_unit: float
    """Electricity and heat."""
    market_usd_per_unit: float
    """Worth of the inputs (cells) or of the product (active materials) at market prices."""
    places: tuple[Place, ...]
    scrap: Mapping[str, float] = field(default_factory=dict)
    """Kg of scrap that a unit leaves, by commodity."""


def counted_as(need: Need, capacities: Capacities) -> str:
    """Name under which an active material's shares are tabled: its own, or that of its kind."""
    own = f"{need.material}_cathode"
    if capacities.knows(own, ACTIVE):
        return own
    return _POSITIVE if need.positive else _NEGATIVE


def active_makers(
    db: MaterialsDB,
    needs: Iterable[Need],
    chains: Mapping[str, Chain],
    capacities: Capacities,
    regions: Mapping[str, RegionFactors],
) -> tuple[Maker, ...]:
    """One maker for each active material that is bought, each with its country's whole capacity.

    Materials counted under one name share it: the network lets them draw on one pool.
    """
    return tuple(
        _active_maker(db, need, counted_as(need, capacities), chains, capacities, regions)
        for need in needs
        if need.active and need.bought_kg_per_kwh > 0
    )


def _active_maker(
    db: MaterialsDB,
    need: Need,
    name: str,
    chains: Mapping[str, Chain],
    capacities: Capacities,
    regions: Mapping[str, RegionFactors],
) -> Maker:
    elements = {e: amount for e, amount in need.contents.items() if e in chains and amount > 0}
    inputs_usd = sum(chains[e].end.usd_per_kg * amount for e, amount in elements.items())
    residual = max(0.0, need.market_usd_per_kg - inputs_usd)
    kind = "cathode" if need.positive else "anode"
    costs = {
        country: process_cost(db, f"{kind}_{need.material}", regions[country])
        for country in capacities.countries(name, ACTIVE)
    }
    known = next((cost for cost in costs.values() if cost is not None), None)
    places = tuple(
        _active_place(need, place, costs[place.country], residual)
        for place in capacities.of(name, ACTIVE)
    )
    return Maker(
        good=need.material,
        unit="kg",
        material=name,
        stage=ACTIVE,
        contents=elements,
        elements_in={e: v / (known.yield_fraction if known else 1.0) for e, v in elements.items()},
        goods_in={},
        energy_kwh_per_unit=known.energy_kwh_per_kg if known else 0.0,
        market_usd_per_unit=need.market_usd_per_kg,
        places=places,
    )


def _active_place(
    need: Need, place: CountryCapacity, cost: ProcessCost | None, residual: float
) -> Place:
    if cost is None:
        said = (
            f"no process for making {need.material}; its market price less its elements "
            "is taken as the conversion cost in every country",
        )
        text = "market price less elements"
        return Place(place, residual, 0.0, ground("conversion", text, (), said))
    text = f"{cost.process} in {cost.country}, from its inputs and the country's factors"
    made = ground("conversion", text, cost.records, cost.assumptions, at_least="derived")
    return Place(place, cost.total_usd_per_kg, cost.emission_kg_per_kg, made)


def cell_maker(
    good: str,
    needs: Iterable[Need],
    stage: CellStage,
    chains: Mapping[str, Chain],
    capacities: Capacities,
    scrap: Mapping[str, float],
) -> Maker:
    """The cell plant: active materials and the elements of all other parts, and their rest.

    What a bought part costs above its elements at market prices is the rest; it is bought
    wherever the plant stands and counts into conversion. ``scrap`` is what a kWh leaves, by good.
    """
    bought = [need for need in needs if need.bought_kg_per_kwh > 0]
    elements = _elements_of(bought, chains)
    parts_usd = sum(need.market_usd_per_kwh for need in bought if not need.active)
    rest = parts_usd - sum(chains[e].end.usd_per_kg * v for e, v in elements.items())
    return Maker(
        good=good,
        unit="kWh",
        material=CELL_GOOD,
        stage=CELL,
        contents={},
        elements_in=elements,
        goods_in={need.material: need.bought_kg_per_kwh for need in bought if need.active},
        energy_kwh_per_unit=stage.energy_kwh_per_kwh,
        market_usd_per_unit=sum(need.market_usd_per_kwh for need in bought) - rest,
        places=tuple(_cell_place(p, stage, rest) for p in capacities.of(CELL_GOOD, CELL)),
        scrap=scrap,
    )


def _cell_place(place: CountryCapacity, stage: CellStage, rest: float) -> Place:
    country = place.country
    usd = stage.conversion_usd_per_kwh[country] + rest
    return Place(place, usd, stage.emission_kg_per_kwh[country], stage.grounds[country])


def _elements_of(bought: Iterable[Need], chains: Mapping[str, Chain]) -> dict[str, float]:
    """Followed elements a kWh in all parts that are no active material."""
    elements: dict[str, float] = {}
    for need in bought:
        for element, fraction in need.contents.items():
            if not need.active and element in chains and fraction > 0:
                amount = need.bought_kg_per_kwh * fraction
                elements[element] = elements.get(element, 0.0) + amount
    return elements
