"""What the kernel needs of a chemistry and a format, as plain numbers.

``cell_spec`` is the border: it reads records, converts units once and applies overrides.
Behind it everything is a float or an array of draws with the unit in its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from calculator.asked import number
from calculator.errors import InputError
from calculator.maths import least, total
from calculator.numbers import Num
from materials_db.faults import did_you_mean
from materials_db.schema import Role

if TYPE_CHECKING:
    from materials_db.load import MaterialsDB
    from materials_db.schema import CellFormat, Chemistry, Coating, Datum, Foil, Layer


@dataclass(frozen=True)
class Part:
    """An ingredient of a coating."""

    material: str
    mass_fraction: Num
    density_g_per_cm3: Num
    is_active: bool


@dataclass(frozen=True)
class CoatingSpec:
    """A porous coating; capacity is that of the active part in the full cell."""

    parts: tuple[Part, ...]
    porosity: Num
    capacity_mah_per_g: Num
    solvent: str | None


@dataclass(frozen=True)
class SheetSpec:
    """A foil or a separator layer; density is that of the solid, porosity its void share."""

    material: str
    thickness_um: Num
    density_g_per_cm3: Num
    porosity: Num = 0.0

    @property
    def areal_mass_mg_per_cm2(self) -> Num:
        """Mass per area: thickness x density x (1 - porosity)."""
        return self.thickness_um * 0.1 * self.density_g_per_cm3 * (1.0 - self.porosity)


@dataclass(frozen=True)
class CellSpec:
    """A chemistry resolved to numbers."""

    positive: CoatingSpec
    positive_foil: SheetSpec
    areal_capacity_mah_per_cm2: Num
    negative: CoatingSpec | None
    metal: SheetSpec | None
    negative_foil: SheetSpec
    n_p_ratio: Num
    plated_um_per_mah_per_cm2: Num
    separator: tuple[SheetSpec, ...]
    liquid_material: str | None
    liquid_g_per_ah: Num
    liquid_density_g_per_cm3: Num
    average_voltage_v: Num


@dataclass(frozen=True)
class FormatSpec:
    """A cell format resolved to numbers; lengths in mm, masses in g."""

    shape: str
    thickness_mm: Num
    width_mm: Num
    height_mm: Num
    core_diameter_mm: Num
    wall_mm: Num
    wall_material: str
    wall_density_g_per_cm3: Num
    lid_g: Num
    terminal_g: Num
    terminal_material: str
    margin_thickness_mm: Num
    margin_width_mm: Num
    margin_height_mm: Num
    rolls: Num | None = None
    """Flat-wound rolls side by side across the thickness; a stack where there are none."""


OVERRIDES = (
    "areal_capacity_mah_per_cm2",
    "positive_capacity_mah_per_g",
    "negative_capacity_mah_per_g",
    "utilisation",
    "positive_active_fraction",
    "negative_active_fraction",
    "positive_porosity",
    "negative_porosity",
    "n_p_ratio",
    "average_voltage_v",
    "liquid_g_per_ah",
    "separator_thickness_um",
    "positive_foil_um",
    "negative_foil_um",
    "metal_excess_um",
)
"""Names of the numbers of a chemistry that a caller may replace, by floats or arrays.

An active fraction is by mass of the dry coating; the other ingredients keep their proportions.
The separator's thickness is that of its thickest layer."""
_OF_NEGATIVE_COATING = (
    "negative_capacity_mah_per_g",
    "negative_active_fraction",
    "negative_porosity",
    "n_p_ratio",
)


def _to(datum: Datum, unit: str) -> float:
    from materials_db.units import to

    return to(datum.value, datum.unit, unit)


def _pick(overrides: Mapping[str, Num], name: str, datum: Datum | None, unit: str) -> Num:
    if name in overrides:
        return overrides[name]
    if datum is None:
        raise InputError(f"chemistry has no {name}; add it to the chemistry's file")
    return _to(datum, unit)


def _density(db: MaterialsDB, material: str) -> float:
    return _to(db.property(material, "density"), "g/cm3")


def _capacity(db: MaterialsDB, coating: Coating, role: Role) -> float:
    """Capacity of the active part, mass-weighted over its materials (mAh/g)."""
    if coating.specific_capacity is not None:
        return _to(coating.specific_capacity, "mAh/g")
    name = "first_discharge_capacity" if role is Role.POSITIVE_ACTIVE else "specific_capacity"
    parts = [c for c in coating.components if db.material(c.material).role is role]
    mass = sum(_to(c.mass_fraction, "1") for c in parts)
    if not parts or least(mass) <= 0:
        raise InputError(f"a coating holds no {role.value.replace('_', ' ')}; add one to it")
    charge = sum(
        _to(c.mass_fraction, "1") * _to(db.property(c.material, name), "mAh/g") for c in parts
    )
    return charge / mass


def _parts(db: MaterialsDB, coating: Coating, role: Role, active: Num | None) -> tuple[Part, ...]:
    """Ingredients; with an active fraction the actives share it and the rest share what is left."""
    parts = tuple(
        Part(
            c.material,
            _to(c.mass_fraction, "1"),
            _density(db, c.material),
            db.material(c.material).role is role,
        )
        for c in coating.components
    )
    if active is None:
        return parts
    held = total(part.mass_fraction for part in parts if part.is_active)
    rest = total(part.mass_fraction for part in parts if not part.is_active)
    if not np.any(np.asarray(rest) > 0):
        raise InputError("the coating is all active material; its active fraction cannot change")
    scale = {True: active / held, False: (1.0 - active) / rest}
    return tuple(
        replace(part, mass_fraction=part.mass_fraction * scale[part.is_active]) for part in parts
    )


def _sheet(db: MaterialsDB, sheet: Foil | Layer, thickness_um: Num | None = None) -> SheetSpec:
    porosity = getattr(sheet, "porosity", None)
    return SheetSpec(
        sheet.material,
        _to(sheet.thickness, "um") if thickness_um is None else thickness_um,
        _density(db, sheet.material),
        0.0 if porosity is None else _to(porosity, "1"),
    )


_FRACTION = (0.0, 1.0)
_BOUNDS = {
    "utilisation": (0.0, 1.05),
    "n_p_ratio": (0.5, 5.0),
    "positive_active_fraction": _FRACTION,
    "negative_active_fraction": _FRACTION,
}
"""Bounds of what has an upper one; a lower bound of zero is itself refused."""


def override(name: str, value: object) -> Num:
    """A number that replaces one of a chemistry's: a float or an array, within its bounds.

    Raises:
        InputError: the name is unknown, or the number out of bounds.
    """
    if name not in OVERRIDES:
        raise InputError(f"unknown override '{name}'; {did_you_mean(name, OVERRIDES)}")
    found = number(f"override {name}", value)
    if "porosity" in name and np.any(np.asarray(found) >= 1):
        raise InputError(f"override {name} must be below 1; give it as a fraction")
    low, high = _BOUNDS.get(name, (0.0, inf))
    return number(f"override {name}", found, low, high, above=high < inf and low == 0)


def _check_overrides(chemistry: Chemistry, overrides: Mapping[str, Num]) -> None:
    negative = chemistry.negative
    for names, part, has in (
        (_OF_NEGATIVE_COATING, "negative coating", negative.coating is not None),
        (("metal_excess_um",), "metal negative", negative.metal is not None),
        (("liquid_g_per_ah",), "liquid", chemistry.liquid is not None),
    ):
        for name in set(names) & set(overrides):
            if not has:
                raise InputError(f"override {name}: {chemistry.id} has no {part}; leave it out")


def _separator(
    db: MaterialsDB, layers: tuple[Layer, ...], overrides: Mapping[str, Num]
) -> tuple[SheetSpec, ...]:
    """Sheets between the electrodes; an override sets the thickest one."""
    sheets = [_sheet(db, layer) for layer in layers]
    if "separator_thickness_um" in overrides:
        main = max(range(len(sheets)), key=lambda i: float(np.max(sheets[i].thickness_um)))
        sheets[main] = _sheet(db, layers[main], overrides["separator_thickness_um"])
    return tuple(sheets)


def cell_spec(
    db: MaterialsDB, chemistry: Chemistry, overrides: Mapping[str, Num] | None = None
) -> CellSpec:
    """Resolve a chemistry to numbers.

    Args:
        db: the materials database (densities, capacities).
        chemistry: the record; its ids point into ``db``.
        overrides: numbers that replace the record's, keyed as in ``OVERRIDES``;
            arrays of draws are allowed.

    Raises:
        InputError: a number is missing, unknown, out of bounds or of a part the chemistry lacks.
    """
    over = {name: override(name, value) for name, value in (overrides or {}).items()}
    _check_overrides(chemistry, over)
    pos, neg = chemistry.positive, chemistry.negative
    liquid, grams, density = _liquid(db, chemistry, over)
    areal = _pick(over, "areal_capacity_mah_per_cm2", pos.coating.areal_capacity, "mAh/cm2")
    plated = neg.plated_thickness
    return CellSpec(
        positive=_positive_coating(db, chemistry, over),
        positive_foil=_sheet(db, pos.foil, over.get("positive_foil_um")),
        areal_capacity_mah_per_cm2=areal,
        negative=_negative_coating(db, chemistry, over),
        metal=_metal(db, chemistry, over),
        negative_foil=_sheet(db, neg.foil, over.get("negative_foil_um")),
        n_p_ratio=_pick(over, "n_p_ratio", neg.n_p_ratio, "1") if neg.coating else 0.0,
        plated_um_per_mah_per_cm2=_to(plated, "um/(mAh/cm2)") if plated else 0.0,
        separator=_separator(db, chemistry.separator, over),
        liquid_material=liquid,
        liquid_g_per_ah=grams,
        liquid_density_g_per_cm3=density,
        average_voltage_v=_pick(over, "average_voltage_v", chemistry.average_voltage, "V"),
    )


def _positive_coating(
    db: MaterialsDB, chemistry: Chemistry, over: Mapping[str, Num]
) -> CoatingSpec:
    """Capacity in the full cell = first discharge x utilisation, all of it where none is stated."""
    coating, role = chemistry.positive.coating, Role.POSITIVE_ACTIVE
    first = over.get("positive_capacity_mah_per_g")
    if first is None:
        first = _capacity(db, coating, role)
    stated = coating.utilisation is not None or "utilisation" in over
    used = _pick(over, "utilisation", coating.utilisation, "1") if stated else 1.0
    parts = _parts(db, coating, role, over.get("positive_active_fraction"))
    porosity = _pick(over, "positive_porosity", coating.porosity, "1")
    return CoatingSpec(parts, porosity, first * used, coating.binder_solvent)


def _negative_coating(
    db: MaterialsDB, chemistry: Chemistry, over: Mapping[str, Num]
) -> CoatingSpec | None:
    coating, role = chemistry.negative.coating, Role.NEGATIVE_ACTIVE
    if coating is None:
        return None
    capacity = over.get("negative_capacity_mah_per_g")
    if capacity is None:
        capacity = _capacity(db, coating, role)
    parts = _parts(db, coating, role, over.get("negative_active_fraction"))
    porosity = _pick(over, "negative_porosity", coating.porosity, "1")
    return CoatingSpec(parts, porosity, capacity, coating.binder_solvent)


def _metal(db: MaterialsDB, chemistry: Chemistry, over: Mapping[str, Num]) -> SheetSpec | None:
    metal = chemistry.negative.metal
    if metal is None:
        return None
    excess = _pick(over, "metal_excess_um", metal.excess_thickness, "um")
    return SheetSpec(metal.material, excess, _density(db, metal.material))


def _liquid(
    db: MaterialsDB, chemistry: Chemistry, over: Mapping[str, Num]
) -> tuple[str | None, Num, Num]:
    """Material, g/Ah and density (g/cm3) of the liquid; nothing where there is none."""
    liquid = chemistry.liquid
    if liquid is None:
        return None, 0.0, 1.0
    grams = _pick(over, "liquid_g_per_ah", liquid.loading, "g/Ah")
    return liquid.material, grams, _density(db, liquid.material)


def format_spec(db: MaterialsDB, fmt: CellFormat) -> FormatSpec:
    """Resolve a cell format to numbers (mm, g); the diameter stands in thickness and width."""

    def mm(datum: Datum | None) -> float:
        return 0.0 if datum is None else _to(datum, "mm")

    across = mm(fmt.diameter) if fmt.shape == "cylindrical" else mm(fmt.thickness)
    return FormatSpec(
        shape=fmt.shape,
        thickness_mm=across,
        width_mm=across if fmt.shape == "cylindrical" else mm(fmt.width),
        height_mm=mm(fmt.height),
        core_diameter_mm=mm(fmt.core_diameter),
        wall_mm=mm(fmt.wall_thickness),
        wall_material=fmt.wall_material,
        wall_density_g_per_cm3=_density(db, fmt.wall_material),
        lid_g=0.0 if fmt.lid_mass is None else _to(fmt.lid_mass, "g"),
        terminal_g=_to(fmt.terminal_mass, "g"),
        terminal_material=fmt.terminal_material,
        margin_thickness_mm=mm(fmt.margin_thickness),
        margin_width_mm=mm(fmt.margin_width),
        margin_height_mm=mm(fmt.margin_height),
        rolls=None if fmt.rolls is None else _to(fmt.rolls, "1"),
    )
