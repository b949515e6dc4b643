"""The cell plant of a process class: the reference's rows, and how the class departs from them.

A class drops, stretches or adds steps by rows of ``plant.csv``; nothing here knows a class by
name. Steps scale with their own throughput (``calculator.plant``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.bill import SOLVENT_PER_BINDER, Bill, Yields
from calculator.design import CellDesign
from calculator.errors import InputError
from calculator.maths import choose, total
from calculator.numbers import Num
from calculator.plant import (
    BY_AREA,
    CELL,
    EQUALLY,
    MODULE,
    PACK,
    SCOPES,
    Adjustment,
    Factor,
    Load,
    Step,
    adjust,
    by_scope,
    combine,
    merge_factors,
    read_steps,
    revise_steps,
    scale_steps,
)

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import PlantRow

BASELINE = "baseline"
CAPITAL_MONEY = "USD_2022"
"""Money of every capital row, the reference's; the region's multiplier moves it on."""
_DEFAULT_EXPONENTS = {"labour_exponent": 0.9, "capital_exponent": 0.9, "area_exponent": 0.95}
"""Of a step the baseline lacks, where its rows state none: those of BatPaC's assembly steps."""
_COATINGS = ("positive coating", "negative coating")
_ON_NEGATIVE = frozenset({"negative coating", "negative metal"})
"""What gives the negative an area to handle; a bare foil has none."""
_FACTORS = {"labour_factor": "labour", "capital_factor": "capex", "area_factor": "area"}


@dataclass(frozen=True)
class CellPlant:
    """Steps of a plant with everything needed to size them."""

    steps: tuple[Step, ...]
    adjustments: tuple[Adjustment, ...]
    baseline: Mapping[str, float]
    """Yearly rate of every driver at which the rows hold."""
    large_cell_ah: float
    large_cell_capex_factor: float
    electricity_kwh_per_kwh: Mapping[str, float]
    """Electricity by step, kWh per kWh of accepted cell."""
    heat_kwh_per_kwh: Mapping[str, float]
    """Heat from fuel by step, kWh per kWh of accepted cell."""
    records: tuple[PlantRow, ...]
    """Rows that depart from the reference or state the energy."""


@dataclass(frozen=True)
class Throughput:
    """What the plant handles in a year."""

    kwh: Num
    """Accepted cells, kWh a year."""
    cells_per_pack: Num
    modules_per_pack: Num


def cell_plant(db: MaterialsDB, process: str) -> CellPlant:
    """Plant of a process class; ``baseline`` is the reference's own.

    Raises:
        UnknownNameError: no rows of the class.
        InputError: a row changes a step that is not there.
    """
    from calculator.reference.data import plant_data

    data = plant_data()
    rates = data["baseline_rates"]
    steps = read_steps(data["steps"]["rows"])
    rows = tuple(db.plant_rows(process)) if process != BASELINE else ()
    shared = tuple(row for row in db.plant_rows(BASELINE) if row.quantity in ("energy", "heat"))
    large = data["adjustments"]["large_cell_formation"]
    return CellPlant(
        _revised(steps, rows),
        tuple(
            Adjustment(r["step"], r["variable"], r["baseline"], r["exponent"], tuple(r["on"]))
            for r in data["adjustments"]["rows"]
        ),
        _driver_rates(rates),
        large["above_cell_ah"],
        large["capex_factor"],
        _energy(shared, rows, "energy"),
        _energy(shared, rows, "heat"),
        (*rows, *shared),
    )


def _driver_rates(rates: Mapping[str, float]) -> dict[str, float]:
    return {
        "pos_kg": rates["pos_active_kg"],
        "neg_kg": rates["neg_active_kg"],
        "pos_m2": rates["pos_area_m2"],
        "neg_m2": rates["neg_area_m2"],
        "tot_m2": rates["pos_area_m2"] + rates["neg_area_m2"],
        "separator_m2": rates["pos_area_m2"],
        "cells": rates["cells_built"],
        "modules": rates["modules"],
        "packs": rates["packs"],
        "kwh": rates["energy_kWh"],
        "nmp_kg": rates["pos_solvent_kg"],
    }


def _energy(
    shared: tuple[PlantRow, ...], rows: tuple[PlantRow, ...], kind: str
) -> dict[str, float]:
    """Energy of a kind by step (kWh per kWh); a class states its own or scales the baseline's."""
    from materials_db.units import to

    use = {row.step: to(row.value, row.unit, "kWh/kWh") for row in shared if row.quantity == kind}
    for row in rows:
        if row.quantity == kind:
            use[row.step] = to(row.value, row.unit, "kWh/kWh")
        elif row.quantity == "energy_factor" and row.step in use:
            use[row.step] *= row.value
    return use


def _revised(steps: tuple[Step, ...], rows: tuple[PlantRow, ...]) -> tuple[Step, ...]:
    present = {step.name for step in steps}
    stretch: dict[str, dict[str, float]] = {}
    added: dict[str, list[PlantRow]] = {}
    for row in rows:
        if row.quantity in _FACTORS:
            stretch.setdefault(row.step, {})[_FACTORS[row.quantity]] = row.value
        elif row.quantity not in ("energy", "energy_factor", "heat"):
            added.setdefault(row.step, []).append(row)
    for name in added.keys() & present:
        raise InputError(f"plant step {name} is in the baseline; scale it with its factors")
    return revise_steps(
        steps,
        add=[_new_step(name, tuple(group)) for name, group in added.items()],
        stretch={name: Factor(**parts) for name, parts in stretch.items()},
    )


def _new_step(name: str, rows: tuple[PlantRow, ...]) -> Step:
    """A step the baseline lacks; what its rows leave out is zero, or the exponent of assembly."""
    from materials_db.units import to

    values: dict[str, PlantRow] = {row.quantity: row for row in rows}
    driver = next((row.driver for row in rows if row.driver), "")
    if not driver:
        raise InputError(f"plant step {name} is new and names no driver; add one to its rows")

    def base(quantity: str, unit: str) -> float:
        row = values.get(quantity)
        return 0.0 if row is None else to(row.value, row.unit, unit)

    def exponent(quantity: str) -> float:
        row = values.get(quantity)
        return _DEFAULT_EXPONENTS[quantity] if row is None else row.value

    return Step(
        name,
        driver,
        labour_h=base("labour", "h/year"),
        p_labour=exponent("labour_exponent"),
        capex_musd=base("capital", CAPITAL_MONEY) / 1e6,
        p_capex=exponent("capital_exponent"),
        area_m2=base("area", "m2"),
        p_area=exponent("area_exponent"),
        stage="cell assembly",
    )


@dataclass(frozen=True)
class Roles:
    """Ids of the materials that size a plant or carry a yield of their own."""

    positive_active: frozenset[str]
    negative_active: frozenset[str]
    binders: frozenset[str]
    solid_electrolytes: frozenset[str]


@dataclass(frozen=True)
class _Rates:
    """Yearly rates of every driver, and the variables of the adjustments."""

    drivers: dict[str, Num]
    variables: dict[str, Num]


def _bought_kg(bill: Bill, component: str, materials: frozenset[str], kwh: Num) -> Num:
    """Yearly mass of some materials of one component, kg."""
    return kwh * total(
        line.bought_kg_per_kwh
        for line in bill.lines
        if line.component == component and line.material in materials
    )


def _rates(
    design: CellDesign,
    bill: Bill,
    yields: Yields,
    roles: Roles,
    solvents: tuple[str | None, str | None],
    year: Throughput,
) -> _Rates:
    accepted = year.kwh / (design.energy_wh / 1000.0)
    built = accepted / yields.cell
    pos_m2 = design.areas.positive_cm2 / 1e4 * built
    neg_m2 = design.areas.negative_cm2 / 1e4 * built
    pos_solvent, neg_solvent = (
        _solvent_kg(bill, component, solvent, roles.binders, year.kwh)
        for component, solvent in zip(_COATINGS, solvents, strict=True)
    )
    is_covered = any(line.component in _ON_NEGATIVE for line in bill.lines)
    packs = accepted / year.cells_per_pack
    drivers = {
        "pos_kg": _bought_kg(bill, "positive coating", roles.positive_active, year.kwh),
        "neg_kg": _bought_kg(bill, "negative coating", roles.negative_active, year.kwh),
        "pos_m2": pos_m2,
        "neg_m2": neg_m2 if is_covered else 0.0,
        "tot_m2": pos_m2 + neg_m2 if is_covered else pos_m2,
        "separator_m2": pos_m2,
        "cells": built,
        "modules": packs * year.modules_per_pack,
        "packs": packs,
        "kwh": year.kwh,
        "nmp_kg": total(
            kg
            for kg, solvent in zip((pos_solvent, neg_solvent), solvents, strict=True)
            if solvent == "NMP"
        ),
    }
    variables = {
        "pos_solvent_kg_per_m2": pos_solvent / pos_m2,
        "neg_solvent_kg_per_m2": neg_solvent / neg_m2,
        "cell_ah": design.capacity_ah,
        "modules_per_pack": year.modules_per_pack,
    }
    return _Rates(drivers, variables)


def _solvent_kg(
    bill: Bill, component: str, solvent: str | None, binders: frozenset[str], kwh: Num
) -> Num:
    """Solvent evaporated in a year, kg; nothing for a dry or melt process."""
    if solvent is None:
        return 0.0
    return _bought_kg(bill, component, binders, kwh) * SOLVENT_PER_BINDER[solvent]


def step_loads(
    plant: CellPlant,
    design: CellDesign,
    bill: Bill,
    yields: Yields,
    roles: Roles,
    solvents: tuple[str | None, str | None],
    year: Throughput,
) -> dict[str, Load]:
    """Labour, capital and floor area of every step in a year.

    Args:
        plant: the process class.
        design: the cell (areas, capacity, energy).
        bill: materials bought per kWh.
        yields: of which the cell yield sets the cells built.
        roles: which materials are active, binder or solid electrolyte.
        solvents: binder solvent of the positive and the negative, or nothing.
        year: output.
    """
    rates = _rates(design, bill, yields, roles, solvents, year)
    ratios = {name: rates.drivers[name] / plant.baseline[name] for name in rates.drivers}
    ratios["dry"] = np.maximum(ratios["cells"], ratios["tot_m2"])
    return scale_steps(plant.steps, ratios, _factors(plant, rates.variables))


def _factors(plant: CellPlant, variables: dict[str, Num]) -> dict[str, Factor]:
    """Factors from cell size, solvent and modules; a coating without solvent needs no dryer."""
    usable = [
        rule for rule in plant.adjustments if np.all(np.asarray(variables[rule.variable]) > 0)
    ]
    is_large = np.greater(variables["cell_ah"], plant.large_cell_ah)
    capex = choose(is_large, plant.large_cell_capex_factor, 1.0)
    return merge_factors(adjust(usable, variables), {"formation": Factor(capex=capex)})


@dataclass(frozen=True)
class ScopedLoads:
    """Loads by scope, and each step's share of the cell scope."""

    by_scope: dict[str, Load]
    cell_steps: dict[str, Load]
    """Part of every step that falls to the cell; they sum to the cell's load."""


def split_scopes(plant: CellPlant, loads: Mapping[str, Load], kwh: Num) -> ScopedLoads:
    """Cell, module and pack shares: a third of what is shared equally, the rest by area.

    The cell's share by area is taken beside the reference's modules and packs of the same energy,
    so that a cell costs the same in whatever pack; the pack's own modules share what is left.

    Args:
        plant: the process class.
        loads: load of every step.
        kwh: accepted cells, kWh a year.
    """
    held = by_scope([step for step in plant.steps if step.scope != BY_AREA], loads)
    shared = combine(loads[step.name] for step in plant.steps if step.scope == BY_AREA)
    of_cell = _area_share(plant, loads, held[CELL].area_m2, kwh)
    rest = combine(load for scope, load in held.items() if scope != CELL).area_m2
    share = {scope: (1.0 - of_cell) * load.area_m2 / rest for scope, load in held.items()}
    share[CELL] = of_cell
    weight: dict[str, Num] = {CELL: 1.0, EQUALLY: 1.0 / len(SCOPES), BY_AREA: of_cell}
    steps = {s.name: loads[s.name] * weight[s.scope] for s in plant.steps if s.scope in weight}
    return ScopedLoads({scope: held[scope] + shared * share[scope] for scope in SCOPES}, steps)


def _area_share(plant: CellPlant, loads: Mapping[str, Load], cell: Num, kwh: Num) -> Num:
    """Area of the cell's steps over that of a plant that makes the reference's packs of them."""
    ratio = kwh / plant.baseline["kwh"]
    others = [step for step in plant.steps if step.scope in (MODULE, PACK)]
    reference = scale_steps(others, {step.driver: ratio for step in others})
    thirds = combine(loads[s.name] for s in plant.steps if s.scope == EQUALLY).area_m2
    beside = combine(reference.values()).area_m2 + thirds * (1.0 - 1.0 / len(SCOPES))
    return cell / (cell + beside)
