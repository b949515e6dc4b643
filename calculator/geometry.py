"""From outer dimensions to electrode area and case mass, for any stacked or wound format.

A stack or a winding repeats a bicell: two coated sides of each electrode, two separators and
one of each foil. Stacked: layers = usable thickness / bicell thickness (MODEL 1.4). Wound: the
sheets fill the cross-section of the roll, sum(length x sheet thickness) = section, where the
negative and the separators run on past the end of the positive.

Overhangs across the sheets follow BatPaC 5.0 (MODEL 1.4): the negative is 2 mm larger than
the positive each way, the separator 2 mm wider and 4 mm longer. Bare foil and the turns past
the end are medians of torn-down cells (``tests/calculator/teardowns.csv``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calculator.errors import InputError
from calculator.maths import least
from calculator.numbers import Num
from calculator.spec import FormatSpec

NEGATIVE_OVERHANG_MM = 2.0
SEPARATOR_OVERHANG_WIDTH_MM = 2.0
SEPARATOR_OVERHANG_LENGTH_MM = 4.0
BARE_FOIL_MM = 5.0
"""Uncoated edge or tab of each foil, as a strip along the sheet (3 to 8.5 mm in five cells)."""
NEGATIVE_EXTRA_TURNS = 0.9
"""How far the negative outruns the positive in a roll, in outer turns (0.6 to 1.6)."""
SEPARATOR_EXTRA_TURNS = 1.7
"""The same of each of the two separators (1.2 to 3.4)."""

SHAPES = ("pouch", "prismatic", "cylindrical")


@dataclass(frozen=True)
class Repeat:
    """Thicknesses of what a stack or a winding repeats, in um."""

    bicell_um: Num
    """Both sides of both electrodes, two separators and both foils."""
    negative_sheet_um: Num
    """Foil and both sides of the negative."""
    positive_foil_um: Num
    negative_foil_um: Num
    separator_um: Num
    """All layers between two electrodes."""


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
    inner_cm3: Num


@dataclass(frozen=True)
class _Space:
    """Room inside the walls and margins, in mm; the electrode sheets are this wide and high."""

    thickness: Num
    width: Num
    height: Num


def _space(fmt: FormatSpec) -> _Space:
    space = _Space(
        fmt.thickness_mm - 2 * fmt.wall_mm - fmt.margin_thickness_mm,
        fmt.width_mm - 2 * fmt.wall_mm - fmt.margin_width_mm,
        fmt.height_mm - 2 * fmt.wall_mm - fmt.margin_height_mm,
    )
    across = "diameter" if fmt.shape == "cylindrical" else "thickness"
    for name, room in ((across, space.thickness), ("width", space.width), ("height", space.height)):
        # The margin across a can is its margin_thickness; its width only repeats the diameter.
        if (name != "width" or fmt.shape != "cylindrical") and not least(room) > 0:
            raise InputError(
                f"walls and margins of the format leave no room for electrodes in its {name}; "
                "cut the margin or enlarge the case"
            )
    return space


def electrode_areas(fmt: FormatSpec, repeat: Repeat, layers: Num | None = None) -> Areas:
    """Electrode, foil and separator areas that fill the format.

    Args:
        fmt: the format; margins leave room for seal, tabs and swelling, and its flat rolls,
            if any, share the thickness. A cylinder always holds one roll.
        repeat: thicknesses of what is stacked or wound.
        layers: repeats of a stack when known; else the stack fills the space, and need not
            be whole, as a maker tunes the loading to fill the can.

    Raises:
        InputError: no room is left, or layers and rolls do not suit the shape.
    """
    space = _space(fmt)
    if fmt.shape == "cylindrical":
        if layers is not None or fmt.rolls is not None:
            raise InputError("a cylinder holds one roll; leave layers and rolls out of its design")
        return _round_roll(fmt, space, repeat)
    if fmt.rolls is None:
        return _stacked(space, repeat, layers)
    if layers is not None:
        raise InputError("a cell is stacked in layers or wound in rolls; give one of the two")
    return _flat_rolls(space, repeat, fmt.rolls)


def _stacked(space: _Space, repeat: Repeat, layers: Num | None) -> Areas:
    count = layers
    if count is None:
        count = (space.thickness * 1000.0 - repeat.negative_foil_um) / repeat.bicell_um
    if not least(count) >= 1:
        raise InputError(
            "the format is too thin for one repeat of the electrodes; "
            "lower the areal capacity or take a thicker format"
        )
    width, height = space.width, space.height
    neg_w, neg_h = width + NEGATIVE_OVERHANG_MM, height + NEGATIVE_OVERHANG_MM
    sep_w = width + SEPARATOR_OVERHANG_WIDTH_MM
    sep_h = height + SEPARATOR_OVERHANG_LENGTH_MM
    return Areas(
        positive_cm2=count * (2 * width * height / 100.0),
        negative_cm2=count * (2 * neg_w * neg_h / 100.0),
        positive_foil_cm2=count * (width * (height + BARE_FOIL_MM) / 100.0),
        negative_foil_cm2=(count + 1) * (neg_w * (neg_h + BARE_FOIL_MM) / 100.0),
        separator_cm2=count * (2 * sep_w * sep_h / 100.0),
        layers=count,
    )


def _round_roll(fmt: FormatSpec, space: _Space, repeat: Repeat) -> Areas:
    outer, core = space.thickness, fmt.core_diameter_mm
    if not least(outer - core) > 0:
        raise InputError(
            "the core of the winding is as wide as the room inside the can; "
            "cut the core or enlarge the can"
        )
    section = np.pi / 4 * (outer**2 - core**2)
    turns = (outer - core) * (500.0 / repeat.bicell_um)
    return _wound(section, np.pi * outer, space.height, 1.0, turns, repeat)


def _flat_rolls(space: _Space, repeat: Repeat, rolls: Num) -> Areas:
    """Rolls with straight flanks and round ends, side by side across the thickness."""
    if not least(rolls) > 0:
        raise InputError("a wound cell needs at least one roll; give rolls of one or more")
    thick = space.thickness / rolls
    if not least(space.width - thick) > 0:
        raise InputError(
            "each roll is thicker than the room is wide; give more rolls or swap width and height"
        )
    section = space.width * thick - (1 - np.pi / 4) * thick**2
    turn = 2 * (space.width - thick) + np.pi * thick
    turns = thick * (500.0 / repeat.bicell_um)
    return _wound(section, turn, space.height, rolls, turns * rolls, repeat)


def _wound(
    section_mm2: Num, turn_mm: Num, height: Num, rolls: Num, turns: Num, repeat: Repeat
) -> Areas:
    """Rolls of a cross-section: what the sheets past the positive's end take is lost to it."""
    extra_neg = NEGATIVE_EXTRA_TURNS * turn_mm
    extra_sep = SEPARATOR_EXTRA_TURNS * turn_mm
    past = extra_neg * repeat.negative_sheet_um + 2 * extra_sep * repeat.separator_um
    length = (section_mm2 * 1000.0 - past) / repeat.bicell_um
    if not least(length) > 0:
        raise InputError(
            "the roll is too thin for one turn of the electrodes; "
            "lower the areal capacity or take a larger format"
        )
    neg_h = height + NEGATIVE_OVERHANG_MM
    sep_h = height + SEPARATOR_OVERHANG_LENGTH_MM
    negative = (length + extra_neg) * rolls
    length = length * rolls
    return Areas(
        positive_cm2=length * (2 * height / 100.0),
        negative_cm2=negative * (2 * neg_h / 100.0),
        positive_foil_cm2=length * ((height + BARE_FOIL_MM) / 100.0),
        negative_foil_cm2=negative * ((neg_h + BARE_FOIL_MM) / 100.0),
        separator_cm2=(length + extra_sep * rolls) * (2 * sep_h / 100.0),
        layers=turns,
    )


def envelope(fmt: FormatSpec) -> Envelope:
    """Outer volume, case mass and inner volume of a format.

    A can is closed on every face at the thickness of its wall; ``lid_g`` is what the lid, the
    vent and the caps weigh beyond that plain face. A pouch is two sheets of laminate that
    cover the outer width and height, seal included, and wrap the thickness.
    """
    if fmt.shape not in SHAPES:
        raise InputError(f"unknown shape {fmt.shape!r} of a cell; choose from {', '.join(SHAPES)}")
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
        inner_cm3=inner / 1000.0,
    )
