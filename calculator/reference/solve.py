"""Capacity and thickness that agree with the impedance they cause (reference README, 2 and 3).

A fixed point: capacity and coating thickness give a stack, the stack its impedances, and those
the voltage (so the capacity) and the limits (so the thickness). The whole number of layers and
the two terminal widths step, so that some designs have no fixed point: a thinner coating calls
for one layer more, whose lower impedance allows the thicker coating again. There the workbook
runs on without end. Here the larger count and width are then held, and the rest solved for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calculator.errors import InputError
from calculator.maths import choose, larger, smaller
from calculator.numbers import Num
from calculator.reference.coatings import Coatings, design_coatings
from calculator.reference.currents import Currents, full_power_currents
from calculator.reference.hardware_impedance import hardware_asi_ohm_cm2
from calculator.reference.impedance import (
    PulseImpedance,
    capped_current,
    energy_asi_ohm_cm2,
    pulse_impedance,
)
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.stack import Foils, Held, Stack, design_foils, design_stack
from calculator.reference.thickness import ThicknessLimits, thickness_limits

_TOLERANCE = 1e-11
_FREE_ITERATIONS, _HELD_ITERATIONS, _ROUNDS = 40, 400, 6
_FIRST_ASI_OHM_CM2 = 20.0
"""Impedance assumed before the first pass."""
_LEAST_BEND = 0.01
"""Change of step, relative to the step, under which three steps tell too little of their limit."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A stack whose capacity, area and impedance agree."""

    coatings: Coatings
    currents: Currents
    stack: Stack
    cell_ah: Num
    asi_hardware_ohm_cm2: Num
    asi_energy_ohm_cm2: Num
    asi_power_ohm_cm2: Num
    limits: ThicknessLimits
    is_layer_count_held: bool | NDArray[np.bool_] = False
    """Whether the layers or terminal width had to be held for want of a fixed point."""


@dataclass(frozen=True, slots=True)
class _Problem:
    inputs: ReferenceInputs
    coatings: Coatings
    currents: Currents
    foils: Foils
    pulse: PulseImpedance

    def at(self, cell_ah: Num, pos_um: Num, held: Held | None) -> Solution:
        """Impedances and limits that a capacity and a thickness bring."""
        inputs = self.inputs
        stack = design_stack(inputs, self.coatings, self.foils, cell_ah, pos_um, held)
        hardware = hardware_asi_ohm_cm2(inputs, stack, self.currents)
        energy = energy_asi_ohm_cm2(inputs.couple_data) + hardware
        current = 1000.0 * self.currents.cell_a / stack.pos_area_cm2
        if not inputs.is_thickness_given:
            current = capped_current(inputs.couple_data, current)
        power = self.pulse.at(pos_um, current, self.currents.cell_a / cell_ah) + hardware
        limits = thickness_limits(inputs, self.coatings, self.currents, cell_ah, power, energy)
        return Solution(
            self.coatings, self.currents, stack, cell_ah, hardware, energy, power, limits
        )

    def next_ah(self, found: Solution) -> Num:
        """Capacity that holds the pack's energy at the voltage under C/3."""
        open_v = self.inputs.couple_data.ocv_at(50)
        drop = found.cell_ah / 3.0 * found.asi_energy_ohm_cm2 / found.stack.pos_area_cm2
        if np.any(np.asarray(drop) >= open_v):
            raise InputError(
                "cells: the impedance takes all of a cell's voltage at C/3; use more cells or coat "
                "them thinner."
            )
        return _cell_energy_wh(self.inputs) / (open_v - drop)


def solve(inputs: ReferenceInputs) -> Solution:
    """Capacity and thickness at which everything agrees.

    Raises ValueError where the search does not settle.
    """
    problem = _pose(inputs)
    cell_ah: Num = _cell_energy_wh(inputs) / inputs.couple_data.ocv_at(50)
    pos_um = _first_thickness(problem, cell_ah)
    for _ in range(_FREE_ITERATIONS):
        found = problem.at(cell_ah, pos_um, None)
        cell_ah, pos_um = problem.next_ah(found), found.limits.thickness_um
        if _is_close(cell_ah, found.cell_ah) and _is_close(pos_um, found.stack.pos_um):
            return found
    return _settle(problem, found)


def _settle(problem: _Problem, found: Solution) -> Solution:
    """Solve with what steps held, until it agrees with itself; else hold the larger and say so."""
    held = previous = found.stack.held
    for _ in range(_ROUNDS):
        found = _converge(problem, found, held)
        free = problem.at(found.cell_ah, found.stack.pos_um, None).stack.held
        if not np.any(free.differs(held)):
            return found
        held, previous = free, held
    moved = held.differs(previous)
    found = _converge(problem, found, held.larger(previous))
    return replace(found, is_layer_count_held=moved)


def _converge(problem: _Problem, found: Solution, held: Held) -> Solution:
    """Solve with layers and terminal width held; every third step is extrapolated."""
    cell_ah = found.cell_ah
    trail = [found.stack.pos_um]
    for _ in range(_HELD_ITERATIONS):
        found = problem.at(cell_ah, trail[-1], held)
        cell_ah = problem.next_ah(found)
        trail.append(found.limits.thickness_um)
        if _is_close(cell_ah, found.cell_ah) and _is_close(trail[-1], trail[-2]):
            return found
        if len(trail) == 4:
            trail = [_extrapolate(problem.inputs, *trail[1:])]
    raise InputError(
        f"{problem.inputs.couple}: no thickness agrees with its own impedance; give thickness_um "
        "or areal_mah_per_cm2, or relax charge_minutes or power_kw."
    )


def _extrapolate(inputs: ReferenceInputs, first: Num, second: Num, third: Num) -> Num:
    """Limit of a shrinking geometric sequence through three steps (Aitken), within the bounds."""
    before, after = second - first, third - second
    bend = after - before
    shrinks = (np.abs(after) < np.abs(before)) & (np.abs(bend) > _LEAST_BEND * np.abs(after))
    jump = after**2 / choose(shrinks, bend, 1.0)
    limit = third - choose(shrinks, jump, 0.0)
    return larger(smaller(limit, inputs.max_thickness_um), inputs.min_thickness_um)


def _pose(inputs: ReferenceInputs) -> _Problem:
    coatings = design_coatings(inputs)
    return _Problem(
        inputs,
        coatings,
        full_power_currents(inputs),
        design_foils(inputs),
        pulse_impedance(inputs, coatings),
    )


def _cell_energy_wh(inputs: ReferenceInputs) -> Num:
    return 1000.0 * inputs.energy_kwh / inputs.layout.cells


def _first_thickness(problem: _Problem, cell_ah: Num) -> Num:
    asi = _FIRST_ASI_OHM_CM2
    limits = thickness_limits(problem.inputs, problem.coatings, problem.currents, cell_ah, asi, asi)
    return limits.thickness_um


def _is_close(new: Num, old: Num) -> bool:
    return bool(np.all(np.abs(new - old) <= _TOLERANCE * np.abs(old)))
