"""Currents of the pack at full power."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.numbers import Num
from calculator.reference.impedance import PULSE_SOC_PCT
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.metals import copper_section_cm2

BUS_BAR_HEATING_K_PER_S = {True: 0.04, False: 0.1}
"""With and without fast charge."""


@dataclass(frozen=True, slots=True)
class Currents:
    """Currents at full power and 20 % state of charge (A)."""

    pack_a: Num
    module_a: Num
    cell_a: Num
    bus_bar_section_cm2: Num


def full_power_currents(inputs: ReferenceInputs) -> Currents:
    """Currents through the pack, a module and a cell at the open-circuit voltage."""
    layout = inputs.layout
    pack_v = layout.series_groups * inputs.couple_data.ocv_at(PULSE_SOC_PCT)
    pack_a = 1000.0 * inputs.power_kw / pack_v
    section = copper_section_cm2(pack_a, BUS_BAR_HEATING_K_PER_S[inputs.fast_charge])
    return Currents(pack_a, pack_a / layout.modules_in_parallel, pack_a / layout.strings, section)
