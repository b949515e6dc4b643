"""The module: cells side by side in a steel can, joined by copper (reference README, 5)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from calculator.maths import total
from calculator.numbers import Num
from calculator.reference.envelope import CellEnvelope
from calculator.reference.layout import PackLayout
from calculator.reference.metals import (
    ALUMINIUM_G_PER_CM3,
    COPPER_G_PER_CM3,
    STEEL_G_PER_CM3,
    copper_section_cm2,
)

TAB_HEATING_K_PER_S = 0.4
MODULE_HEATING_K_PER_S = 0.2
INTERCONNECT_CM = 0.1
PANEL_G_PER_CM3, PANEL_MM = 2.1, 2.0
CONDUCTOR_MM, CAN_MM = 0.4, 0.3
MONITORING_G, GAS_RELEASE_G = 46.0, 5.0


@dataclass(frozen=True, slots=True)
class ModuleSize:
    """Outer dimensions of a module (mm)."""

    length_mm: Num
    width_mm: Num
    height_mm: Num

    @property
    def volume_l(self) -> Num:
        """Outer volume."""
        return self.length_mm * self.width_mm * self.height_mm / 1e6


@dataclass(frozen=True, slots=True)
class ModuleMasses:
    """Masses of a module's parts (kg)."""

    cells_kg: Num
    interconnects_kg: Num
    panels_kg: Num
    tabs_kg: Num
    terminals_kg: Num
    conductors_kg: Num
    can_kg: Num
    monitoring_kg: Num = MONITORING_G / 1000.0
    gas_release_kg: Num = GAS_RELEASE_G / 1000.0

    @property
    def total_kg(self) -> Num:
        """Mass of the module."""
        return total(getattr(self, f.name) for f in fields(self))


@dataclass(frozen=True, slots=True)
class Module:
    """A module's size and masses."""

    size: ModuleSize
    masses: ModuleMasses


def module_size(layout: PackLayout, thickness_mm: Num, width_mm: Num, length_mm: Num) -> ModuleSize:
    """Outer dimensions from those of the cell."""
    along = (thickness_mm + 0.4) * layout.cells_per_module + 0.6
    return ModuleSize(length_mm + 8.0, along, width_mm + 1.4)


def design_module(layout: PackLayout, cell: CellEnvelope, module_a: Num) -> Module:
    """Module of a layout at a full-power current (A)."""
    size = module_size(layout, cell.thickness_mm, cell.width_mm, cell.length_mm)
    n = layout.cells_per_module
    masses = ModuleMasses(
        n * cell.mass_g / 1000.0,
        _interconnects_kg(layout, cell),
        _panels_kg(n, cell),
        _tabs_kg(cell, module_a),
        _terminals_kg(module_a),
        (n + 1) * _conductor_kg(cell),
        _can_kg(size),
    )
    return Module(size, masses)


def _interconnects_kg(layout: PackLayout, cell: CellEnvelope) -> Num:
    section = INTERCONNECT_CM * cell.feedthrough_width_mm / 10.0
    piece = section * (cell.thickness_mm + 0.4 + 12.0) / 10.0 * COPPER_G_PER_CM3
    return layout.cell_interconnects * piece / 1000.0


def _panels_kg(cells: int, cell: CellEnvelope) -> Num:
    length = cells * (cell.thickness_mm + 0.4) - cell.thickness_mm / 2.0
    return 2.0 * length * 0.9 * cell.width_mm * PANEL_MM * PANEL_G_PER_CM3 / 1e6


def _tabs_kg(cell: CellEnvelope, module_a: Num) -> Num:
    section = copper_section_cm2(module_a, TAB_HEATING_K_PER_S)
    return 2.0 * (cell.feedthrough_width_mm + 20.0) / 10.0 * section * COPPER_G_PER_CM3 / 1000.0


def _terminals_kg(module_a: Num) -> Num:
    section = copper_section_cm2(module_a, MODULE_HEATING_K_PER_S)
    return 1.2 * 2.0 * 3.5 * section * COPPER_G_PER_CM3 / 1000.0


def _conductor_kg(cell: CellEnvelope) -> Num:
    around = cell.width_mm + 0.8 + 1.9 * cell.thickness_mm
    sheet = (cell.body_length_mm + 6.0) * around * CONDUCTOR_MM
    return sheet * ALUMINIUM_G_PER_CM3 / 1e6


def _can_kg(size: ModuleSize) -> Num:
    faces = (
        size.length_mm * size.width_mm
        + size.length_mm * size.height_mm
        + size.width_mm * size.height_mm
    )
    return 2.0 * faces * CAN_MM * STEEL_G_PER_CM3 / 1e6


def bus_bars_cm(layout: PackLayout, size: ModuleSize) -> Num:
    """Length of the bus bar to the terminals and of those that bridge rows of modules."""
    along = layout.modules_per_row * size.width_mm / 10.0 + 4.0
    across = 2.0 * size.length_mm / 10.0 + 2.5
    return along * layout.has_terminal_bus_bar + across * layout.bridging_bus_bars
