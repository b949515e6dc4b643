"""What the module and pack need to know of a cell, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.numbers import Num


@dataclass(frozen=True, slots=True)
class CellEnvelope:
    """Outer shape, capacity and mass of one cell; lengths in mm."""

    thickness_mm: Num
    width_mm: Num
    length_mm: Num
    """Over the terminals."""
    body_length_mm: Num
    """Length of the electrodes, without terminals and folds."""
    feedthrough_width_mm: Num
    """Width of a terminal where the interconnect joins it."""
    capacity_ah: Num
    mass_g: Num
