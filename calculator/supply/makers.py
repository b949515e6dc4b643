"""Plants that turn elements and goods into an active material or a cell, by country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    electricity_kwh_per_unit: float
    market_usd_per_unit: float
    """Worth of the inputs (cells) or of the product (active materials) at market prices."""
    places: tuple[Place, ...]
    scrap: Mapping[str, float] = field(default_factory=dict)
    """Kg of each recoverable element that a unit leaves as scrap."""


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
    """One maker for each active material that is bought.

    Materials counted under one name share its capacity in proportion to what is bought.
    """
    actives = [need for need in needs if need.active and need.bought_kg_per_kwh > 0]
    names = {need.material: counted_as(need, capacities) for need in actives}
    totals: dict[str, float] = {}
    for need in actives:
        name = names[need.material]
        totals[name] = totals.get(name, 0.0) + need.bought_kg_per_kwh
    return tuple(
        _active_maker(
            db,
            n,
            names[n.material],
            n.bought_kg_per_kwh / totals[names[n.material]],
            chains,
            capacities,
            regions,
        )
        for n in actives
    )


def _active_maker(
    db: MaterialsDB,
    need: Need,
    name: str,
    part: float,
    chains: Mapping[str, Chain],
    capacities: Capacities,
    regions: Mapping[str, RegionFactors],
) -> Maker:
    elements = {e: amount for e, amount in need.contents.items() if e in chains and amount > 0}
    inputs_usd = sum(chains[e].end.usd_per_kg * amount for e, amount in elements.items())
    residual = max(0.0, need.market_usd_per_kg - inputs_usd)
    kind = "cathode" if need.positive else "anode"
    costs = {
        place.country: process_cost(db, f"{kind}_{need.material}", regions[place.country])
        for place in capacities.of(name, ACTIVE)
    }
    known = next((cost for cost in costs.values() if cost is not None), None)
    places = tuple(
        _active_place(need, replace_capacity(place, part), costs[place.country], residual)
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
        electricity_kwh_per_unit=known.electricity_kwh_per_kg if known else 0.0,
        market_usd_per_unit=need.market_usd_per_kg,
        places=places,
    )


def replace_capacity(place: CountryCapacity, part: float) -> CountryCapacity:
    """A part of a country's capacity."""
    return replace(place, per_year=place.per_year * part)


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
    needs: Iterable[Need],
    actives: Iterable[Maker],
    stage: CellStage,
    chains: Mapping[str, Chain],
    capacities: Capacities,
) -> Maker:
    """The cell plant: active materials and the elements of all other parts, and their rest.

    What a bought part costs above its elements at market prices is the rest; it is bought
    wherever the plant stands and counts into conversion.
    """
    bought = [need for need in needs if need.bought_kg_per_kwh > 0]
    goods = {need.material: need.bought_kg_per_kwh for need in bought if need.active}
    elements: dict[str, float] = {}
    for need in bought:
        if need.active:
            continue
        for element, fraction in need.contents.items():
            if element in chains and fraction > 0:
                amount = need.bought_kg_per_kwh * fraction
                elements[element] = elements.get(element, 0.0) + amount
    parts_usd = sum(need.market_usd_per_kwh for need in bought if not need.active)
    rest = parts_usd - sum(chains[e].end.usd_per_kg * v for e, v in elements.items())
    active_usd = sum(need.market_usd_per_kwh for need in bought if need.active)
    places = tuple(
        Place(
            place,
            stage.conversion_usd_per_kwh[place.country] + rest,
            stage.emission_kg_per_kwh[place.country],
            stage.grounds[place.country],
        )
        for place in capacities.of(CELL_GOOD, CELL)
    )
    return Maker(
        good=CELL_GOOD,
        unit="kWh",
        material=CELL_GOOD,
        stage=CELL,
        contents={},
        elements_in=elements,
        goods_in=goods,
        electricity_kwh_per_unit=stage.electricity_kwh_per_kwh,
        market_usd_per_unit=active_usd + parts_usd - rest,
        places=places,
    )
