"""The reference's plant at the rates a design asks of it (reference README, 7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from calculator.maths import choose, larger
from calculator.numbers import Num
from calculator.plant import (
    Adjustment,
    Factor,
    Load,
    Step,
    adjust,
    by_scope,
    by_stage,
    combine,
    hours_factors,
    merge_factors,
    read_steps,
    scale_steps,
)
from calculator.reference.cell import Cell
from calculator.reference.data import plant_data
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.materials import BoughtMaterials


@cache
def baseline_steps() -> tuple[Step, ...]:
    """Steps of the baseline plant (50 GWh a year)."""
    return read_steps(plant_data()["steps"]["rows"])


@cache
def baseline_adjustments() -> tuple[Adjustment, ...]:
    """How steps stretch with solvent, cell size and modules a pack."""
    rows = plant_data()["adjustments"]["rows"]
    return tuple(Adjustment(**{**row, "on": tuple(row["on"])}) for row in rows)


@dataclass(frozen=True, slots=True)
class Production:
    """Yearly loads of the plant."""

    by_step: dict[str, Load]
    by_stage: dict[str, Load]
    by_scope: dict[str, Load]

    @property
    def total(self) -> Load:
        """The whole plant."""
        return combine(self.by_step.values())


def plan_production(inputs: ReferenceInputs, cell: Cell, bought: BoughtMaterials) -> Production:
    """Loads of every step for the yearly number of packs."""
    steps = baseline_steps()
    factors = merge_factors(
        adjust(baseline_adjustments(), _adjusted(inputs, cell, bought)),
        _large_cells(cell),
        hours_factors(steps, _hours_ratio(inputs)),
    )
    loads = scale_steps(steps, _ratios(inputs, cell, bought), factors)
    return Production(loads, by_stage(steps, loads), by_scope(steps, loads))


def _ratios(inputs: ReferenceInputs, cell: Cell, bought: BoughtMaterials) -> dict[str, Num]:
    base, layout = plant_data()["baseline_rates"], inputs.layout
    packs, accepted, built = _rates(inputs)
    pos_m2, neg_m2 = (
        area * built / 1e4 for area in (cell.stack.pos_area_cm2, cell.stack.neg_area_cm2)
    )
    all_m2 = (pos_m2 + neg_m2) / (base["pos_area_m2"] + base["neg_area_m2"])
    cells = built / base["cells_built"]
    return {
        "pos_kg": bought.pos_active_g * accepted / 1000.0 / base["pos_active_kg"],
        "neg_kg": bought.neg_active_g * accepted / 1000.0 / base["neg_active_kg"],
        "pos_m2": pos_m2 / base["pos_area_m2"],
        "neg_m2": neg_m2 / base["neg_area_m2"],
        "tot_m2": all_m2,
        "cells": cells,
        "dry": larger(cells, all_m2),
        "modules": packs * layout.modules / base["modules"],
        "packs": packs / base["packs"],
        "kwh": packs * inputs.energy_kwh / base["energy_kWh"],
        "nmp_kg": _nmp_g(inputs, bought) * accepted / 1000.0 / base["pos_solvent_kg"],
    }


def _rates(inputs: ReferenceInputs) -> tuple[Num, Num, Num]:
    return inputs.packs_per_year, inputs.cells_per_year, inputs.cells_built_per_year


def _nmp_g(inputs: ReferenceInputs, bought: BoughtMaterials) -> Num:
    couple = inputs.couple_data
    positive = bought.pos_solvent_g if couple.positive.uses_nmp else 0.0
    return positive + (bought.neg_solvent_g if couple.negative.uses_nmp else 0.0)


def _adjusted(inputs: ReferenceInputs, cell: Cell, bought: BoughtMaterials) -> dict[str, Num]:
    """Present values of what stretches a step."""
    per_built = inputs.cell_yield_pct / 100.0 / 1000.0 * 1e4
    return {
        "pos_solvent_kg_per_m2": bought.pos_solvent_g * per_built / cell.stack.pos_area_cm2,
        "neg_solvent_kg_per_m2": bought.neg_solvent_g * per_built / cell.stack.neg_area_cm2,
        "cell_ah": cell.capacity_ah,
        "modules_per_pack": float(inputs.layout.modules),
    }


def _large_cells(cell: Cell) -> dict[str, Factor]:
    rule = plant_data()["adjustments"]["large_cell_formation"]
    is_large = cell.capacity_ah > rule["above_cell_ah"]
    return {"formation": Factor(capex=choose(is_large, rule["capex_factor"], 1.0))}


def _hours_ratio(inputs: ReferenceInputs) -> Num:
    base = plant_data()["baseline_rates"]
    baseline = float(base["days"] * base["shifts"])
    return baseline / (inputs.days_per_year * inputs.shifts_per_day)
