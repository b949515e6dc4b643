"""Lithium, aluminium, copper and steel in a pack per kWh (reference README, 10)."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.numbers import Num
from calculator.reference.cell import Cell
from calculator.reference.data import table
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.module import Module
from calculator.reference.pack import TERMINAL_COPPER_SHARE, PackHardware


@dataclass(frozen=True, slots=True)
class MetalsInPack:
    """kg per kWh of pack energy."""

    lithium_kg_per_kwh: Num
    aluminium_kg_per_kwh: Num
    """Foils, terminals, heat conductors and jacket; not the bag's layer."""
    copper_kg_per_kwh: Num
    steel_kg_per_kwh: Num


def metals_in_pack(
    inputs: ReferenceInputs, cell: Cell, module: Module, pack: PackHardware
) -> MetalsInPack:
    """Metals of the whole pack.

    With `applies_quirks` as the workbook adds them up: the bus bars' copper twice, and of the
    steel only the frame and one rack times the modules in a row.
    """
    per_cell = inputs.layout.cells / 1000.0
    aluminium = cell.pos_foil_g + cell.pos_terminal_g
    copper = cell.neg_foil_g + cell.neg_terminal_g
    if inputs.couple_data.negative.has_aluminium_foil:
        aluminium, copper = aluminium + copper, 0.0
    energy = inputs.energy_kwh
    modules = inputs.layout.modules
    return MetalsInPack(
        _lithium_g(inputs, cell) * per_cell / energy,
        (aluminium * per_cell + module.masses.conductors_kg * modules + pack.jacket.aluminium_kg)
        / energy,
        (copper * per_cell + _copper_hardware_kg(inputs, module, pack)) / energy,
        _steel_kg(inputs, module, pack) / energy,
    )


def lithium_mass_fraction(material: str) -> float:
    """Mass fraction of lithium in an active material; mean of the two halves of a blend."""
    fractions = {row["material"]: float(row["Li"]) for row in table(_FRACTIONS)}
    if material.startswith("50%/50% "):
        first, second = material.removeprefix("50%/50% ").split("/")
        return 0.5 * (fractions[first] + fractions[second])
    return fractions[material]


_FRACTIONS = "cam_element_mass_fractions.csv"


def _lithium_g(inputs: ReferenceInputs, cell: Cell) -> Num:
    couple = inputs.couple_data
    return (
        cell.positive.active_g * lithium_mass_fraction(couple.positive.active_material)
        + cell.negative.active_g * lithium_mass_fraction(couple.negative.active_material)
        + cell.electrolyte_l * couple.electrolyte_lithium_g_per_l
    )


def _copper_hardware_kg(inputs: ReferenceInputs, module: Module, pack: PackHardware) -> Num:
    masses = module.masses
    bars = pack.bus_bars_kg * (2.0 if inputs.applies_quirks else 1.0)
    return (
        (masses.interconnects_kg + masses.tabs_kg + masses.terminals_kg) * inputs.layout.modules
        + pack.links_kg
        + bars
        + pack.terminals_kg * TERMINAL_COPPER_SHARE
    )


def _steel_kg(inputs: ReferenceInputs, module: Module, pack: PackHardware) -> Num:
    layout, jacket = inputs.layout, pack.jacket
    if inputs.applies_quirks:
        return layout.modules_per_row * pack.rack.steel_kg + jacket.angle_iron_kg
    return (
        layout.rows * pack.rack.steel_kg
        + layout.modules * module.masses.can_kg
        + pack.cooling.panels_kg
        + pack.cooling.manifold_kg
        + jacket.angle_iron_kg
        + jacket.base_steel_kg
    )
