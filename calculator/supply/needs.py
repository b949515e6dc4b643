"""What the cell plant buys and does: the border between an evaluated cell and its supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import Num
from calculator.supply.emissions import MJ_PER_KWH, gas_kg_per_mj
from calculator.supply.grounds import Ground, ground
from calculator.trace import plain
from materials_db.schema import Role

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation, Request
    from materials_db.database import MaterialsDB
    from materials_db.schema import EmissionFactor

ACTIVE = frozenset({Role.POSITIVE_ACTIVE, Role.NEGATIVE_ACTIVE})


@dataclass(frozen=True)
class Need:
    """One bought material, per kWh of accepted cells."""

    material: str
    bought_kg_per_kwh: float
    in_cell_kg_per_kwh: float
    market_usd_per_kwh: float
    """What the bought mass costs in the price deck."""
    contents: Mapping[str, float]
    """Kg of each element (and of forms such as graphite) in a kg of the material."""
    active: bool
    """Whether it is made at a stage of its own, where shares by country are known."""
    positive: bool = False
    foil: bool = False
    """Whether it is a current collector."""

    @property
    def electrode(self) -> bool:
        """Whether recyclers get it back: active material or foil."""
        return self.active or self.foil

    @property
    def market_usd_per_kg(self) -> float:
        """Price per kg; 0 for a material that is not bought."""
        kg = self.bought_kg_per_kwh
        return self.market_usd_per_kwh / kg if kg > 0 else 0.0


@dataclass(frozen=True)
class CellStage:
    """The cell plant by country: conversion cost, and the mass of what leaves it."""

    kg_per_kwh: float
    conversion_usd_per_kwh: Mapping[str, float]
    """Cost of a kWh of cells without its materials, by country; materials' share of overheads
    stays at the market prices."""
    energy_kwh_per_kwh: float
    """Electricity and heat of the plant."""
    emission_kg_per_kwh: Mapping[str, float]
    """CO2 of the plant's electricity and heat, by country."""
    grounds: Mapping[str, Ground]


def needs_of(db: MaterialsDB, evaluation: Evaluation) -> tuple[Need, ...]:
    """Bill of materials of an evaluated cell, one need a material.

    Raises:
        InputError: the evaluation holds arrays of draws.
    """
    names = dict.fromkeys(line.material for line in evaluation.bill.lines)
    return tuple(_need(db, evaluation, name) for name in names)


def _need(db: MaterialsDB, evaluation: Evaluation, name: str) -> Need:
    lines = [line for line in evaluation.bill.lines if line.material == name]
    usd = [
        value
        for (_, material), value in evaluation.cost.materials_usd_per_kwh.items()
        if material == name
    ]
    role = db.material(name).role
    return Need(
        name,
        _total(line.bought_kg_per_kwh for line in lines),
        _total(line.in_cell_kg_per_kwh for line in lines),
        _total(usd),
        evaluation.case.composition.get(name, {}),
        active=role in ACTIVE,
        positive=role is Role.POSITIVE_ACTIVE,
        foil=role is Role.FOIL,
    )


def _total(values: Iterable[Num]) -> float:
    found = list(values)
    if any(np.ndim(value) for value in found):
        raise InputError("sourcing needs single numbers; evaluate the cell without draws first")
    return plain(sum(plain(value) for value in found))


def cell_stage(db: MaterialsDB, request: Request, countries: Iterable[str]) -> CellStage:
    """Conversion cost of the cell plant in each country, from the plant model.

    Each country is evaluated with its own labour, building, capital and electricity.

    Raises:
        InputError: a country lacks a factor that nothing stands in for.
    """
    from calculator.evaluation import evaluate

    found = {c: evaluate(db, replace(request, region=c)) for c in dict.fromkeys(countries)}
    if not found:
        raise InputError("no country makes cells in the share table; add rows to shares.csv")
    first = next(iter(found.values()))
    power = _total(first.case.plant.electricity_kwh_per_kwh.values())
    heat = _total(first.case.plant.heat_kwh_per_kwh.values())
    burnt, factor = gas_kg_per_mj(db)
    burnt *= heat * MJ_PER_KWH
    return CellStage(
        kg_per_kwh=1000.0 / _total([first.cell.specific_energy_wh_per_kg]),
        conversion_usd_per_kwh={c: _conversion(e) for c, e in found.items()},
        energy_kwh_per_kwh=power + heat,
        emission_kg_per_kwh={
            c: power * e.region.grid_carbon_kg_per_kwh + burnt for c, e in found.items()
        },
        grounds={c: _plant_ground(c, e, factor if heat else None) for c, e in found.items()},
    )


def _conversion(evaluation: Evaluation) -> float:
    cost = evaluation.cost
    return _total([cost.cell_usd_per_kwh]) - _total(cost.materials_usd_per_kwh.values())


def _plant_ground(country: str, evaluation: Evaluation, gas: EmissionFactor | None) -> Ground:
    region = evaluation.region
    text = f"plant model in {country} less materials"
    records = (*region.records.values(), *evaluation.case.plant.records, *([gas] if gas else []))
    said = [str(fallback) for fallback in region.fallbacks]
    return ground("conversion", text, records, said, at_least="derived")
