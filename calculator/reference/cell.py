"""Masses and volumes of what is in a cell (reference README, 4)."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.numbers import Num
from calculator.reference.coatings import Coatings
from calculator.reference.couples import Couple, ElectrodeData
from calculator.reference.envelope import CellEnvelope
from calculator.reference.metals import ALUMINIUM_G_PER_CM3, COPPER_G_PER_CM3
from calculator.reference.stack import (
    CONTAINER_UM,
    EXTERNAL_TAB_MM,
    FEEDTHROUGH_MM,
    NEGATIVE_EXCESS_MM,
    SEPARATOR_EXCESS_LENGTH_MM,
    SEPARATOR_EXCESS_WIDTH_MM,
    Stack,
    terminal_thickness_mm,
)

CONTAINER_G_PER_CM3 = (30.0 * 1.38 + 100.0 * ALUMINIUM_G_PER_CM3 + 20.0 * 0.946) / 150.0
"""PET, aluminium and polypropylene by their thicknesses: 2.202."""
SEAL_MM = 6.0
FREE_ELECTROLYTE_SHARE = 0.02
"""Electrolyte beside the stack, share of thickness x coated width x coated length."""


@dataclass(frozen=True, slots=True)
class CoatingMasses:
    """Dry coating of one electrode in a cell (g)."""

    active_g: Num
    carbon_g: Num
    binder_g: Num

    @property
    def total_g(self) -> Num:
        """Mass of the coating."""
        return self.active_g + self.carbon_g + self.binder_g


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: capacity, stack and contents."""

    capacity_ah: Num
    stack: Stack
    positive: CoatingMasses
    negative: CoatingMasses
    pos_foil_m2: Num
    neg_foil_m2: Num
    separator_m2: Num
    electrolyte_l: Num
    pos_foil_g: Num
    neg_foil_g: Num
    separator_g: Num
    electrolyte_g: Num
    pos_terminal_g: Num
    neg_terminal_g: Num
    container_g: Num

    @property
    def mass_g(self) -> Num:
        """Mass of the cell."""
        return (
            self.positive.total_g
            + self.negative.total_g
            + self.pos_foil_g
            + self.neg_foil_g
            + self.separator_g
            + self.electrolyte_g
            + self.pos_terminal_g
            + self.neg_terminal_g
            + self.container_g
        )

    @property
    def envelope(self) -> CellEnvelope:
        """Outer shape, capacity and mass, for the module and pack."""
        s = self.stack
        return CellEnvelope(
            s.thickness_mm,
            s.cell_width_mm,
            s.cell_length_mm,
            s.length_mm,
            s.feedthrough_width_mm,
            self.capacity_ah,
            self.mass_g,
        )


def design_cell(couple: Couple, coatings: Coatings, stack: Stack, cell_ah: Num) -> Cell:
    """Contents of a cell of a capacity (Ah) around its stack."""
    mah = 1000.0 * cell_ah
    positive = _coating_masses(couple.positive, mah / couple.positive.capacity_mah_per_g)
    excess = coatings.np_ratio * stack.neg_area_cm2 / stack.pos_area_cm2
    per_g = coatings.negative.capacity_mah_per_g
    negative = _coating_masses(couple.negative, mah / per_g * excess)
    pos_foil, neg_foil, separator = _areas_m2(stack)
    electrolyte = _electrolyte_l(couple, coatings, stack, positive, negative, separator)
    is_aluminium = couple.negative.has_aluminium_foil
    return Cell(
        cell_ah,
        stack,
        positive,
        negative,
        pos_foil,
        neg_foil,
        separator,
        electrolyte,
        pos_foil * stack.foils.positive_um * ALUMINIUM_G_PER_CM3,
        neg_foil * stack.foils.negative_um * _foil_density(is_aluminium),
        separator * stack.foils.separator_um * couple.separator_density_g_per_cm3,
        electrolyte * 1000.0 * couple.electrolyte_density_g_per_cm3,
        _terminal_g(stack, is_aluminium=True),
        _terminal_g(stack, is_aluminium=is_aluminium),
        _container_g(stack),
    )


def _coating_masses(electrode: ElectrodeData, active_g: Num) -> CoatingMasses:
    per_active = active_g / electrode.active_pct
    return CoatingMasses(
        active_g, per_active * electrode.carbon_pct, per_active * electrode.binder_pct
    )


def _areas_m2(stack: Stack) -> tuple[Num, Num, Num]:
    w, h, layers, tab = stack.width_mm, stack.length_mm, stack.layers, stack.tab_mm
    wide, long = w + NEGATIVE_EXCESS_MM, h + NEGATIVE_EXCESS_MM
    positive = layers * w * (h + tab)
    negative = (layers + 1.0) * wide * (long + tab - 1.0)
    separator = (w + SEPARATOR_EXCESS_WIDTH_MM) * (h + SEPARATOR_EXCESS_LENGTH_MM)
    return positive / 1e6, negative / 1e6, 2.0 * layers * separator / 1e6


def _electrolyte_l(
    couple: Couple,
    coatings: Coatings,
    stack: Stack,
    positive: CoatingMasses,
    negative: CoatingMasses,
    separator_m2: Num,
) -> Num:
    pores = (
        positive.total_g / coatings.positive.density_g_per_cm3 * coatings.positive.void_fraction
        + negative.total_g / coatings.negative.density_g_per_cm3 * coatings.negative.void_fraction
        + separator_m2 * stack.foils.separator_um * couple.separator_porosity_pct / 100.0
    )
    body_cm3 = stack.thickness_mm * stack.width_mm * stack.length_mm / 1000.0
    return (pores + FREE_ELECTROLYTE_SHARE * body_cm3) / 1000.0


def _foil_density(is_aluminium: bool) -> float:
    return ALUMINIUM_G_PER_CM3 if is_aluminium else COPPER_G_PER_CM3


def _terminal_g(stack: Stack, *, is_aluminium: bool) -> Num:
    outside = stack.feedthrough_width_mm * (EXTERNAL_TAB_MM + FEEDTHROUGH_MM)
    inside = stack.internal_terminal_width_mm * stack.internal_terminal_mm
    thickness = terminal_thickness_mm(is_aluminium)
    return (outside + inside) * thickness * _foil_density(is_aluminium) / 1000.0


def _container_g(stack: Stack) -> Num:
    length = stack.cell_length_mm - 2.0 * EXTERNAL_TAB_MM
    back = stack.cell_width_mm + SEAL_MM
    front = back + 2.0 * stack.thickness_mm
    return (front + back) * length * CONTAINER_UM * CONTAINER_G_PER_CM3 / 1e6
