"""The electrode stack of a pouch cell: layers, coated area, terminals (reference README, 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculator.errors import InputError
from calculator.maths import choose, half_up, larger, sqrt
from calculator.numbers import Num
from calculator.reference.coatings import Coatings, areal_capacity_mah_per_cm2
from calculator.reference.inputs import ReferenceInputs

PACKING_DENSITY = 0.97
CONTAINER_UM = 150.0
NEGATIVE_EXCESS_MM = 2.0
SEPARATOR_EXCESS_WIDTH_MM = 2.0
SEPARATOR_EXCESS_LENGTH_MM = 4.0
EDGE_MM = 2.0
"""Coating to outside of the folded edge, one side."""
WIDE_CELL_MM = 84.0
"""Coated width above which the terminals are wider."""
EXTERNAL_TAB_MM, FEEDTHROUGH_MM, TAB_BUFFER_MM = 8.0, 5.0, 2.0


@dataclass(frozen=True, slots=True)
class Foils:
    """Thicknesses of what is not coating."""

    positive_um: Num
    negative_um: Num
    separator_um: Num


@dataclass(frozen=True, slots=True)
class Held:
    """What steps in a stack, where it is held rather than found."""

    layers: Num
    feedthrough_width_mm: Num

    def larger(self, other: Held) -> Held:
        """The larger of each, draw by draw."""
        width = larger(self.feedthrough_width_mm, other.feedthrough_width_mm)
        return Held(larger(self.layers, other.layers), width)

    def differs(self, other: Held) -> bool | NDArray[np.bool_]:
        """Whether either differs, draw by draw."""
        same_width = self.feedthrough_width_mm == other.feedthrough_width_mm
        same = np.asarray((self.layers == other.layers) & same_width)
        return ~same if same.ndim else not same


@dataclass(frozen=True, slots=True)
class Stack:
    """Electrodes of one cell and the body around them; lengths in mm unless named otherwise."""

    pos_um: Num
    neg_um: Num
    layers: Num
    """Bicells, a whole number."""
    pos_area_cm2: Num
    """Coated area of all positive layers, both sides."""
    width_mm: Num
    """Coated width of the positive."""
    length_mm: Num
    """Coated length of the positive."""
    thickness_mm: Num
    """Thickness of the cell."""
    foils: Foils
    feedthrough_width_mm: Num
    """Width of a terminal where it passes the seal."""

    @property
    def held(self) -> Held:
        """Layers and terminal width of this stack."""
        return Held(self.layers, self.feedthrough_width_mm)

    @property
    def neg_area_cm2(self) -> Num:
        """Coated area of all negative layers, both sides."""
        excess = NEGATIVE_EXCESS_MM
        return 2.0 * self.layers * (self.width_mm + excess) * (self.length_mm + excess) / 100.0

    @property
    def tab_mm(self) -> Num:
        """Length of uncoated foil at the end of the positive."""
        return 1.2 * self.thickness_mm

    @property
    def internal_terminal_mm(self) -> Num:
        """Length of terminal inside the bag."""
        return self.tab_mm - 0.1 * self.thickness_mm - TAB_BUFFER_MM

    @property
    def terminal_mm(self) -> Num:
        """Length of terminal, inside, through the seal and outside."""
        return self.internal_terminal_mm + EXTERNAL_TAB_MM + FEEDTHROUGH_MM

    @property
    def internal_terminal_width_mm(self) -> Num:
        """Width of a terminal inside the bag."""
        return self.width_mm - 2.0 * TAB_BUFFER_MM

    @property
    def cell_width_mm(self) -> Num:
        """Width of the cell, folded edges included."""
        return self.width_mm + 2.0 * EDGE_MM

    @property
    def cell_length_mm(self) -> Num:
        """Length of the cell over both terminals."""
        end = self.terminal_mm + 0.1 * self.thickness_mm + TAB_BUFFER_MM
        return self.length_mm + 2.0 * end

    @property
    def cell_volume_cm3(self) -> Num:
        """Volume of the cell over its outer dimensions."""
        return self.thickness_mm * self.cell_width_mm * self.cell_length_mm / 1000.0


def terminal_thickness_mm(is_aluminium: bool) -> float:
    """Thickness of a cell terminal."""
    return 1.2 if is_aluminium else 0.8


def design_foils(inputs: ReferenceInputs) -> Foils:
    """Foils and separator asked for, or the couple's own."""
    couple = inputs.couple_data
    given = (inputs.pos_foil_um, inputs.neg_foil_um, inputs.separator_um)
    own = (couple.positive.foil_um, couple.negative.foil_um, couple.separator_um)
    return Foils(*(a if a is not None else b for a, b in zip(given, own, strict=True)))


def design_stack(
    inputs: ReferenceInputs,
    coatings: Coatings,
    foils: Foils,
    cell_ah: Num,
    pos_um: Num,
    held: Held | None = None,
) -> Stack:
    """Stack that holds a capacity (Ah) at a positive coating thickness (um).

    Raises ValueError where the cell is too thin for a single bicell.
    """
    neg_um = pos_um * coatings.thickness_ratio
    bicell = foils.positive_um + foils.negative_um + 2.0 * (foils.separator_um + pos_um + neg_um)
    spare = 2.0 * CONTAINER_UM + foils.negative_um
    target = 1000.0 * inputs.cell_thickness_target_mm
    layers = held.layers if held else half_up(PACKING_DENSITY * (target - spare) / bicell)
    _refuse_thin(layers)
    area = cell_ah / (areal_capacity_mah_per_cm2(coatings.positive, pos_um) / 1000.0)
    width = 10.0 * sqrt(area / (2.0 * inputs.aspect_ratio * layers))
    thickness = (layers * bicell / PACKING_DENSITY + spare) / 1000.0
    own_width = choose(width > WIDE_CELL_MM, 50.0, 40.0)
    return Stack(
        pos_um,
        neg_um,
        layers,
        area,
        width,
        inputs.aspect_ratio * width,
        thickness,
        foils,
        held.feedthrough_width_mm if held else own_width,
    )


def _refuse_thin(layers: Num) -> None:
    if np.any(np.asarray(layers) < 1.0):
        raise InputError(
            "cell_thickness_target_mm: no bicell fits; raise it or coat the electrodes thinner."
        )
