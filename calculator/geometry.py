"""From outer dimensions to electrode area and case mass, for any stacked or wound format.

A stack or a winding repeats a bicell: two coated sides of each electrode, two separators and
one of each foil. Stacked: layers = usable thickness / bicell thickness. Wound: the length of
a spiral of pitch p between radii r and R is pi (R^2 - r^2) / p.

Overhangs follow BatPaC 5.0 (MODEL 1.4): the negative is 2 mm larger than the positive each
way, the separator 2 mm wider and 4 mm longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calculator.numbers import Num
from calculator.spec import FormatSpec

NEGATIVE_OVERHANG_MM = 2.0
SEPARATOR_OVERHANG_WIDTH_MM = 2.0
SEPARATOR_OVERHANG_LENGTH_MM = 4.0
TAB_SHARE = 0.03
"""Uncoated foil for tabs and collectors beyond the coated area (about 4 of 120 mm)."""


@dataclass(frozen=True)
class Areas:
    """Areas of a whole cell in cm2; electrode areas count both coated sides."""

    positive_cm2: Num
    negative_cm2: Num
    positive_foil_cm2: Num
    negative_foil_cm2: Num
    separator_cm2: Num
    layers: Num
    """Double-sided positive sheets of a stack; windings count turns."""


@dataclass(frozen=True)
class Envelope:
    """The closed cell from outside."""

    volume_l: Num
    case_g: Num
    inner_volume_cm3: Num


def electrode_areas(
    fmt: FormatSpec, bicell_um: Num, negative_foil_um: Num, layers: Num | None = None
) -> Areas:
    """Electrode, foil and separator areas that fill the format.

    Args:
        fmt: the format; margins leave room for seal, tabs and swelling.
        bicell_um: thickness of one repeat (both sides of both electrodes, two separators).
        negative_foil_um: a stack ends in a negative on both faces, one foil more than repeats.
        layers: repeats of a stack when known; else the stack fills the space, and need not
            be whole, as a maker tunes the loading to fill the can.
    """
    if fmt.shape == "cylindrical":
        return _wound(fmt, bicell_um)
    return _stacked(fmt, bicell_um, negative_foil_um, layers)


def _stacked(fmt: FormatSpec, bicell_um: Num, negative_foil_um: Num, layers: Num | None) -> Areas:
    width = fmt.width_mm - 2 * fmt.wall_mm - fmt.margin_width_mm
    height = fmt.height_mm - 2 * fmt.wall_mm - fmt.margin_height_mm
    thickness = fmt.thickness_mm - 2 * fmt.wall_mm - fmt.margin_thickness_mm
    count = (thickness * 1000.0 - negative_foil_um) / bicell_um if layers is None else layers
    neg_w, neg_h = width + NEGATIVE_OVERHANG_MM, height + NEGATIVE_OVERHANG_MM
    sep_w = width + SEPARATOR_OVERHANG_WIDTH_MM
    sep_h = height + SEPARATOR_OVERHANG_LENGTH_MM
    return Areas(
        positive_cm2=2 * count * width * height / 100.0,
        negative_cm2=2 * count * neg_w * neg_h / 100.0,
        positive_foil_cm2=count * width * height * (1 + TAB_SHARE) / 100.0,
        negative_foil_cm2=(count + 1) * neg_w * neg_h * (1 + TAB_SHARE) / 100.0,
        separator_cm2=2 * count * sep_w * sep_h / 100.0,
        layers=count,
    )


def _wound(fmt: FormatSpec, bicell_um: Num) -> Areas:
    outer = fmt.thickness_mm - 2 * fmt.wall_mm - fmt.margin_thickness_mm
    length = np.pi / 4 * (outer**2 - fmt.core_diameter_mm**2) / (bicell_um / 1000.0)
    height = fmt.height_mm - 2 * fmt.wall_mm - fmt.margin_height_mm
    neg_h = height + NEGATIVE_OVERHANG_MM
    sep_h = height + SEPARATOR_OVERHANG_LENGTH_MM
    return Areas(
        positive_cm2=2 * length * height / 100.0,
        negative_cm2=2 * length * neg_h / 100.0,
        positive_foil_cm2=length * height * (1 + TAB_SHARE) / 100.0,
        negative_foil_cm2=length * neg_h * (1 + TAB_SHARE) / 100.0,
        separator_cm2=2 * length * sep_h / 100.0,
        layers=(outer - fmt.core_diameter_mm) / 2.0 / (bicell_um / 1000.0),
    )


def envelope(fmt: FormatSpec) -> Envelope:
    """Outer volume, case mass and inner volume of a format."""
    thickness, width, height, wall = fmt.thickness_mm, fmt.width_mm, fmt.height_mm, fmt.wall_mm
    if fmt.shape == "cylindrical":
        volume = np.pi / 4 * width**2 * height
        inner = np.pi / 4 * (width - 2 * wall) ** 2 * (height - 2 * wall)
        shell = volume - inner
    elif fmt.shape == "prismatic":
        volume = thickness * width * height
        inner = (thickness - 2 * wall) * (width - 2 * wall) * (height - 2 * wall)
        shell = volume - inner
    else:
        volume = thickness * width * height
        shell = 2 * wall * (width + thickness) * (height + thickness)
        inner = volume - shell
    return Envelope(
        volume_l=volume / 1e6,
        case_g=shell / 1000.0 * fmt.wall_density_g_per_cm3 + fmt.lid_g,
        inner_volume_cm3=inner / 1000.0,
    )
