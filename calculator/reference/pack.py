"""The pack round its modules: racks, coolant panels, jacket, links (reference README, 5).

Lengths in mm, along a row (length) and across the rows (width); masses in kg.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculator.maths import choose
from calculator.numbers import Num
from calculator.reference.currents import Currents
from calculator.reference.envelope import CellEnvelope
from calculator.reference.layout import PackLayout
from calculator.reference.metals import (
    ALUMINIUM_G_PER_CM3,
    COPPER_G_PER_CM3,
    STEEL_G_PER_CM3,
    copper_section_cm2,
)
from calculator.reference.module import MODULE_HEATING_K_PER_S, Module, bus_bars_cm

PAD_G_PER_CM3, PAD_MM = 0.3, 2.0
COOLANT_G_PER_CM3 = 1.07
PANEL_CHANNEL_MM, PANEL_WALL_MM = 5.0, 0.3
INSULATION_MM, INSULATION_G_PER_CM3 = 10.0, 0.032
HEATER_KG = 0.2
TERMINAL_COPPER_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class RowRack:
    """Steel rack that holds one row of modules."""

    length_mm: Num
    width_mm: Num
    height_mm: Num
    steel_kg: Num
    pads_kg: Num

    @property
    def total_kg(self) -> Num:
        """Mass of the rack and its pads."""
        return self.steel_kg + self.pads_kg


@dataclass(frozen=True, slots=True)
class InnerCooling:
    """Coolant panels, pipes and coolant within the pack (kg)."""

    panels_kg: Num
    manifold_kg: Num
    coolant_kg: Num

    @property
    def total_kg(self) -> Num:
        """Mass of cooling within the pack."""
        return self.panels_kg + self.manifold_kg + self.coolant_kg


@dataclass(frozen=True, slots=True)
class Jacket:
    """Outer dimensions of the pack and the masses of its jacket."""

    length_mm: Num
    width_mm: Num
    height_mm: Num
    angle_iron_kg: Num
    base_steel_kg: Num
    aluminium_kg: Num
    insulation_m2: Num
    insulation_kg: Num

    @property
    def total_kg(self) -> Num:
        """Mass of the jacket."""
        return self.angle_iron_kg + self.base_steel_kg + self.aluminium_kg + self.insulation_kg

    @property
    def volume_l(self) -> Num:
        """Volume over the jacket."""
        return self.length_mm * self.width_mm * self.height_mm / 1e6

    @property
    def face_cm2(self) -> Num:
        """Two of the three pairs of inner faces, through which heat leaks."""
        along, across, high = (
            side - 12.0 for side in (self.length_mm, self.width_mm, self.height_mm)
        )
        return (2.0 * along * across + 2.0 * along * high) / 100.0


@dataclass(frozen=True, slots=True)
class PackHardware:
    """All of a pack but its modules and management system."""

    rack: RowRack
    cooling: InnerCooling
    jacket: Jacket
    links_kg: Num
    """Copper between modules."""
    bus_bars_kg: Num
    terminals_kg: Num
    """Pack terminals, seals included."""
    heater_kg: float = HEATER_KG


def design_pack(
    layout: PackLayout, cell: CellEnvelope, module: Module, currents: Currents, energy_kwh: Num
) -> PackHardware:
    """Hardware of a pack of a layout of modules."""
    rack = _row_rack(layout, cell, module)
    section = copper_section_cm2(currents.module_a, MODULE_HEATING_K_PER_S)
    copper = COPPER_G_PER_CM3 / 1000.0
    links = (layout.modules + 1) * 1.3 * 6.0 * section * copper
    bar = currents.bus_bar_section_cm2 * copper
    return PackHardware(
        rack,
        _inner_cooling(layout, cell, module, rack),
        _jacket(layout, module, rack, energy_kwh),
        links,
        bus_bars_cm(layout, module.size) * bar,
        2.0 * 14.0 * bar / TERMINAL_COPPER_SHARE,
    )


def _row_rack(layout: PackLayout, cell: CellEnvelope, module: Module) -> RowRack:
    size, r, body = module.size, layout.modules_per_row, cell.body_length_mm
    length = size.width_mm * r + 2.0 * (r - 1) + 63.8
    width, height = size.length_mm + 5.0, size.height_mm + 13.2
    posts = _posts_mm(r, height)
    sheets = length * (width + 18.0) + length * (width - 2.0) + 15.0 * posts
    plate = (body + 10.0) * (size.height_mm - 4.0) + 2.0 * (size.length_mm - body - 22.0) * (
        height + 30.0
    )
    ends = 1.5 * (size.height_mm - 2.0) * (body + 4.0)
    restraints = 2.0 * (2.0 * plate + ends) + 2400.0
    pads = (r - 1) * (body + 4.0) * (size.height_mm - 2.0) * PAD_MM * PAD_G_PER_CM3 / 1e6
    return RowRack(length, width, height, (sheets + restraints) * STEEL_G_PER_CM3 / 1e6, pads)


def _posts_mm(modules_per_row: int, height_mm: Num) -> Num:
    """Length of the upright members of a rack, braces included."""
    if modules_per_row == 1:
        return 4.0 * (height_mm - 6.0)
    return (2.0 * modules_per_row + 2.0 + 4.0 * math.sqrt(2.0)) * (height_mm - 6.0)


def _inner_cooling(
    layout: PackLayout, cell: CellEnvelope, module: Module, rack: RowRack
) -> InnerCooling:
    m, wide, long = layout.rows, cell.body_length_mm + 6.0, rack.length_mm - 4.0
    walls = 2.0 * m * (2.0 * wide * long + 10.0 * wide + 10.0 * long) * PANEL_WALL_MM
    mains = 2.0 * m * rack.width_mm
    tubes = 2.0 * m * (6.0 + module.size.height_mm)
    pipes = mains * _ring_mm2(26.0, 25.0) + tubes * _ring_mm2(12.8, 12.0)
    coolant = PANEL_CHANNEL_MM * wide * long * m
    coolant = coolant + 30.0**2 * math.pi / 4.0 * mains + 15.0**2 * math.pi / 4.0 * tubes
    return InnerCooling(
        walls * STEEL_G_PER_CM3 / 1e6,
        pipes * STEEL_G_PER_CM3 / 1e6 + 0.040 * m,
        coolant * COOLANT_G_PER_CM3 / 1e6,
    )


def _ring_mm2(outer_mm: float, inner_mm: float) -> float:
    return math.pi / 4.0 * (outer_mm**2 - inner_mm**2)


def _gap_mm(layout: PackLayout) -> float:
    """Room between the rows for bus bars and links."""
    bar, bridges, even = (
        layout.has_terminal_bus_bar,
        layout.bridging_bus_bars,
        (layout.rows + 1) % 2,
    )
    return 10.0 * bar + 15.0 * (bridges + even) + 5.0 * (bar + bridges + even - 1)


def _jacket(layout: PackLayout, module: Module, rack: RowRack, energy_kwh: Num) -> Jacket:
    inner = layout.rows * rack.width_mm + 2.0 + _gap_mm(layout)
    length, width, height = rack.length_mm + 26.0, inner + 24.0, rack.height_mm + 27.0
    deep, lid = length - 24.0, choose(energy_kwh < 20.0, 1.5, 2.0)
    lid = choose(energy_kwh < 10.0, 1.0, lid)
    base = deep * inner
    top = (length - 2.0 * lid) * (width - 2.0 * lid)
    top = top + 2.0 * ((length - 12.0) + (width - 12.0)) * (height - 24.0)
    outer_lid = (2.0 * (length + width) * height + length * width) * lid
    inner_lid = 2.0 * ((width - 24.0) + deep) * (height - 24.0) + deep * (width - 24.0)
    inner_base = base + 16.0 * (deep + inner)
    angle = _angle_iron_mm2(layout.modules * module.size.volume_l) * 2.0 * (length + width)
    return Jacket(
        length,
        width,
        height,
        angle * STEEL_G_PER_CM3 / 1e6,
        base * STEEL_G_PER_CM3 / 1e6,
        (outer_lid + inner_lid + inner_base) * ALUMINIUM_G_PER_CM3 / 1e6,
        (base + top) / 1e6,
        (base + top) * INSULATION_MM * INSULATION_G_PER_CM3 / 1e6,
    )


def _angle_iron_mm2(modules_l: Num) -> Num:
    """Section of the frame by the volume of all modules (L)."""
    return choose(modules_l < 20.0, 0.0, choose(modules_l < 40.0, 171.0, 304.0))
