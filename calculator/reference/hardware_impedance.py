"""Impedance of foils, terminals, links and bus bars, referred to the electrode area.

Every conductor's resistance times the electrode area it serves; README of the reference data.
"""

from __future__ import annotations

from calculator.numbers import Num
from calculator.reference.currents import Currents
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.layout import PackLayout
from calculator.reference.metals import (
    ALUMINIUM_S_PER_CM,
    COPPER_S_PER_CM,
    copper_section_cm2,
)
from calculator.reference.module import (
    MODULE_HEATING_K_PER_S,
    TAB_HEATING_K_PER_S,
    bus_bars_cm,
    module_size,
)
from calculator.reference.stack import Stack, terminal_thickness_mm

_LINKED_GROUP_SHARE = {1: 0.0, 2: 0.0, 3: 1.0 / 4.0, 4: 5.0 / 16.0}


def hardware_asi_ohm_cm2(inputs: ReferenceInputs, stack: Stack, currents: Currents) -> Num:
    """Impedance of everything but the electrodes (ohm cm2)."""
    return (
        _collectors(inputs, stack)
        + _terminals(inputs, stack)
        + _module(inputs.layout, stack, currents)
        + _pack(inputs.layout, stack, currents)
    )


def _negative_conductivity(inputs: ReferenceInputs) -> float:
    is_aluminium = inputs.couple_data.negative.has_aluminium_foil
    return ALUMINIUM_S_PER_CM if is_aluminium else COPPER_S_PER_CM


def _collectors(inputs: ReferenceInputs, stack: Stack) -> Num:
    path = (stack.length_mm / 30.0 + stack.tab_mm / 10.0) / (stack.width_mm / 10.0)
    sheets = 1.0 / (stack.foils.positive_um * 1e-4 * ALUMINIUM_S_PER_CM)
    sheets = sheets + 1.0 / (stack.foils.negative_um * 1e-4 * _negative_conductivity(inputs))
    return stack.pos_area_cm2 / stack.layers * path * sheets


def _terminals(inputs: ReferenceInputs, stack: Stack) -> Num:
    path = (1.2 * stack.terminal_mm / 10.0) / (stack.feedthrough_width_mm / 10.0)
    negative = terminal_thickness_mm(inputs.couple_data.negative.has_aluminium_foil) / 10.0
    sheets = 1.0 / (0.12 * ALUMINIUM_S_PER_CM)
    sheets += 1.0 / (negative * _negative_conductivity(inputs))
    return stack.pos_area_cm2 * path * sheets


def _module(layout: PackLayout, stack: Stack, currents: Currents) -> Num:
    n, p = layout.cells_per_module, layout.cells_in_parallel
    area, width_cm = stack.pos_area_cm2, stack.feedthrough_width_mm / 10.0
    piece = (stack.thickness_mm + 8.0) / 10.0 / (0.1 * width_cm)
    links = p * piece / COPPER_S_PER_CM * (n / p - 1.0) / n * area
    tab = (stack.feedthrough_width_mm + 20.0) / 20.0
    tab = tab / copper_section_cm2(currents.module_a, TAB_HEATING_K_PER_S) / COPPER_S_PER_CM
    # The pieces beyond the tab count a hundredth, as in the workbook.
    tab = tab + _linked_group_share(p) * piece / (100.0 * COPPER_S_PER_CM)
    terminal = 2.5 / _module_section(currents) / COPPER_S_PER_CM
    return links + 2.0 * area / n * (tab + terminal)


def _linked_group_share(parallel: int) -> float:
    """Share of a module's current squared in the pieces that join a group to its tab.

    Tabled to four in parallel; beyond, the tab lies on two cells and each of the others adds
    (j/p)^2, which gives the tabled 5/16 at four.
    """
    tabled = _LINKED_GROUP_SHARE.get(parallel)
    if tabled is not None:
        return tabled
    return sum((j / parallel) ** 2 for j in range(1, parallel - 1))


def _module_section(currents: Currents) -> Num:
    return copper_section_cm2(currents.module_a, MODULE_HEATING_K_PER_S)


def _pack(layout: PackLayout, stack: Stack, currents: Currents) -> Num:
    area_per_cell = stack.pos_area_cm2 / layout.cells / COPPER_S_PER_CM
    links = 6.0 / _module_section(currents) * (layout.modules_per_row + 1) * layout.rows
    size = module_size(layout, stack.thickness_mm, stack.cell_width_mm, stack.cell_length_mm)
    bars = bus_bars_cm(layout, size) + 2.0 * 12.0
    return area_per_cell * (links + bars / currents.bus_bar_section_cm2)
