"""Product mode: a chemistry in a real cell format.

The format's dimensions and the loading decide everything: areas, capacity, energy, masses.
Nothing is special by name; a layer, a fill or a missing electrode changes the sums and no
branch. MODEL sections 1.1, 1.4 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from calculator.coating import CoatingLoad, load_coating
from calculator.errors import InputError
from calculator.geometry import Areas, Envelope, Repeat, electrode_areas, envelope
from calculator.maths import larger, least, total
from calculator.numbers import Num
from calculator.spec import CellSpec, CoatingSpec, FormatSpec, SheetSpec


@dataclass(frozen=True)
class CellDesign:
    """A designed cell; every number may be an array of draws."""

    capacity_ah: Num
    energy_wh: Num
    average_voltage_v: Num
    mass_g: Num
    volume_l: Num
    areal_capacity_mah_per_cm2: Num
    positive_thickness_um: Num
    negative_thickness_um: Num
    """Charged; includes plated metal."""
    repeat: Repeat
    areas: Areas
    mass_g_by_part: dict[tuple[str, str], Num]
    """Mass of each (component, material), for instance ``("positive coating", "LFP")``."""
    void_cm3: Num
    """Pore volume of coatings and separator, before any liquid."""
    liquid_cm3: Num
    inner_cm3: Num
    """Room inside the case."""

    @property
    def bicell_um(self) -> Num:
        """Thickness of one repeat of the stack or winding."""
        return self.repeat.bicell_um

    @property
    def specific_energy_wh_per_kg(self) -> Num:
        """Energy over cell mass."""
        return self.energy_wh / self.mass_g * 1000.0

    @property
    def energy_density_wh_per_l(self) -> Num:
        """Energy over outer cell volume."""
        return self.energy_wh / self.volume_l

    @property
    def pore_filling(self) -> Num:
        """Liquid over pore volume: below one pores stay dry, above it liquid stands free.

        A cell without pores has no such ratio: zero without liquid, infinite with it.
        """
        void, liquid = np.asarray(self.void_cm3, float), np.asarray(self.liquid_cm3, float)
        shape = np.broadcast_shapes(void.shape, liquid.shape)
        empty = np.broadcast_to(np.where(liquid > 0, np.inf, 0.0), shape).copy()
        ratio: Num = np.divide(liquid, void, out=empty, where=np.broadcast_to(void > 0, shape))
        return ratio if shape else float(ratio)

    @property
    def free_liquid_cm3(self) -> Num:
        """Liquid that the pores cannot hold."""
        return larger(self.liquid_cm3 - self.void_cm3, 0.0)

    @property
    def dry_pores_cm3(self) -> Num:
        """Pore volume that the liquid does not reach; all of it in a cell without liquid."""
        return larger(self.void_cm3 - self.liquid_cm3, 0.0)

    @property
    def stack_cm3(self) -> Num:
        """Volume of coatings, foils and separators, pores included, in the charged cell."""
        areas, repeat = self.areas, self.repeat
        return 1e-4 * (
            self.positive_thickness_um * areas.positive_cm2
            + self.negative_thickness_um * areas.negative_cm2
            + repeat.positive_foil_um * areas.positive_foil_cm2
            + repeat.negative_foil_um * areas.negative_foil_cm2
            + repeat.separator_um * areas.separator_cm2
        )

    @property
    def headspace_cm3(self) -> Num:
        """Room left in the case beside sheets and free liquid; negative where they do not fit."""
        return self.inner_cm3 - self.stack_cm3 - self.free_liquid_cm3


@dataclass(frozen=True)
class _Stack:
    """Loads and thickness of one repeat."""

    positive: CoatingLoad
    negative: CoatingLoad | None
    negative_thickness_um: Num
    repeat: Repeat
    separator_void_um: Num


def _stack(spec: CellSpec) -> _Stack:
    capacity = spec.areal_capacity_mah_per_cm2
    positive = load_coating(spec.positive, capacity)
    negative = load_coating(spec.negative, capacity * spec.n_p_ratio) if spec.negative else None
    plated = spec.plated_um_per_mah_per_cm2 * capacity
    metal = spec.metal.thickness_um if spec.metal else 0.0
    neg_thickness = (negative.thickness_um if negative else 0.0) + metal + plated
    separator: Num = 0.0
    void: Num = 0.0
    for sheet in spec.separator:
        separator = separator + sheet.thickness_um
        void = void + sheet.thickness_um * sheet.porosity
    neg_sheet = 2 * neg_thickness + spec.negative_foil.thickness_um
    pos_sheet = 2 * positive.thickness_um + spec.positive_foil.thickness_um
    repeat = Repeat(
        bicell_um=pos_sheet + neg_sheet + 2 * separator,
        negative_sheet_um=neg_sheet,
        positive_foil_um=spec.positive_foil.thickness_um,
        negative_foil_um=spec.negative_foil.thickness_um,
        separator_um=separator,
    )
    return _Stack(positive, negative, neg_thickness, repeat, void)


def design_cell(
    spec: CellSpec,
    fmt: FormatSpec,
    layers: Num | None = None,
    *,
    areas: Areas | None = None,
    pore_filling: Num | None = None,
) -> CellDesign:
    """Design the cell that fills a format, or the one whose areas are given.

    Args:
        spec: the chemistry in numbers.
        fmt: the format in numbers.
        layers: repeats of a stack when known; else stack or rolls fill the format.
        areas: areas as measured (cm2, a teardown); they replace the filling of the format.
        pore_filling: liquid over pore volume (1 fills all pores, 1.1 adds a tenth); replaces
            the liquid per ampere-hour of the chemistry.

    Returns:
        Capacity (Ah), energy (Wh), masses (g) and areas (cm2), broadcast over all inputs.

    Raises:
        InputError: a number is negative or not a number, the case leaves no room, or two
            arguments say the same thing.
    """
    check_spec(spec)
    check_format(fmt)
    stack = _stack(spec)
    if areas is None:
        areas = electrode_areas(fmt, stack.repeat, layers)
    elif layers is not None:
        raise InputError("areas of the sheets leave nothing to stack; give them without layers")
    else:
        check_areas(areas)
    shell = envelope(fmt)
    capacity_ah = areas.positive_cm2 * spec.areal_capacity_mah_per_cm2 / 1000.0
    void_cm3 = _void_cm3(stack, areas)
    liquid_g = _liquid_g(spec, capacity_ah, void_cm3, pore_filling)
    masses = _masses(spec, fmt, stack, areas, shell)
    if spec.liquid_material:
        masses["electrolyte", spec.liquid_material] = liquid_g
    return CellDesign(
        capacity_ah=capacity_ah,
        energy_wh=capacity_ah * spec.average_voltage_v,
        average_voltage_v=spec.average_voltage_v,
        mass_g=total(masses.values()),
        volume_l=shell.volume_l,
        areal_capacity_mah_per_cm2=spec.areal_capacity_mah_per_cm2,
        positive_thickness_um=stack.positive.thickness_um,
        negative_thickness_um=stack.negative_thickness_um,
        repeat=stack.repeat,
        areas=areas,
        mass_g_by_part=masses,
        void_cm3=void_cm3,
        liquid_cm3=liquid_g / spec.liquid_density_g_per_cm3,
        inner_cm3=shell.inner_cm3,
    )


def _void_cm3(stack: _Stack, areas: Areas) -> Num:
    """Pores of each sheet over its own area."""
    void = stack.positive.void_um * areas.positive_cm2
    if stack.negative is not None:
        void = void + stack.negative.void_um * areas.negative_cm2
    return (void + stack.separator_void_um * areas.separator_cm2) * 1e-4


def _liquid_g(spec: CellSpec, capacity_ah: Num, void_cm3: Num, pore_filling: Num | None) -> Num:
    if pore_filling is None:
        return capacity_ah * spec.liquid_g_per_ah
    if spec.liquid_material is None:
        raise InputError("pores are filled by a liquid the cell does not have; name the liquid")
    if not least(pore_filling) >= 0:
        raise InputError("pore_filling must be zero or more; 1 fills every pore")
    return void_cm3 * pore_filling * spec.liquid_density_g_per_cm3


def _masses(
    spec: CellSpec, fmt: FormatSpec, stack: _Stack, areas: Areas, shell: Envelope
) -> dict[tuple[str, str], Num]:
    masses: dict[tuple[str, str], Num] = {}

    def add(component: str, material: str, grams: Num) -> None:
        known = masses.get((component, material))
        masses[component, material] = grams if known is None else known + grams

    pos, neg = areas.positive_cm2 / 1000.0, areas.negative_cm2 / 1000.0
    for material, mg in stack.positive.part_mg_per_cm2.items():
        add("positive coating", material, mg * pos)
    if stack.negative is not None:
        for material, mg in stack.negative.part_mg_per_cm2.items():
            add("negative coating", material, mg * neg)
    if spec.metal is not None:
        add("negative metal", spec.metal.material, spec.metal.areal_mass_mg_per_cm2 * neg)
    for name, foil, area in (
        ("positive foil", spec.positive_foil, areas.positive_foil_cm2),
        ("negative foil", spec.negative_foil, areas.negative_foil_cm2),
    ):
        add(name, foil.material, foil.areal_mass_mg_per_cm2 / 1000.0 * area)
    for sheet in spec.separator:
        mg = sheet.areal_mass_mg_per_cm2 / 1000.0
        add("separator", sheet.material, mg * areas.separator_cm2)
    add("case", fmt.wall_material, shell.case_g)
    add("terminals", fmt.terminal_material, fmt.terminal_g)
    return masses


# --- nonsense is refused before it becomes a negative cell ------------------------------


def _need(value: Num, *words: str, above_zero: bool = False) -> None:
    """Refuse a number out of bounds; the words that name it are joined for the message."""
    if isinstance(value, int | float):
        low, high = value, value
    else:
        low, high = float(np.min(value)), float(np.max(value))
    if not (low > 0 if above_zero else low >= 0) or not high < inf:
        rule = "above zero" if above_zero else "zero or more"
        raise InputError(f"{' '.join(words)} must be {rule} and finite; mend the value")


def _need_fraction(value: Num, *words: str) -> None:
    _need(value, *words)
    if not least(1.0 - value) > 0:
        raise InputError(f"{' '.join(words)} must be below 1; give it as a fraction")


def check_coating(name: str, coating: CoatingSpec) -> None:
    """Refuse a coating with a number out of bounds; ``name`` tells which one.

    Raises:
        InputError: naming the number and its bound.
    """
    where = ("the", name, "coating")
    _need_fraction(coating.porosity, "porosity of", *where)
    _need(coating.capacity_mah_per_g, "capacity of the active part of", *where, above_zero=True)
    active = False
    for part in coating.parts:
        _need(part.mass_fraction, "mass fraction of", part.material, "in", *where)
        _need(part.density_g_per_cm3, "density of", part.material, "in", *where, above_zero=True)
        active = active or (part.is_active and least(part.mass_fraction) > 0)
    if not active:
        raise InputError(f"the {name} coating holds no active material; mark one of its parts")


def _check_sheet(name: str, sheet: SheetSpec) -> None:
    _need(sheet.thickness_um, "thickness of the", name)
    _need(sheet.density_g_per_cm3, "density of the", name, above_zero=True)
    _need_fraction(sheet.porosity, "porosity of the", name)


def check_spec(spec: CellSpec) -> None:
    """Refuse a chemistry with a number out of bounds.

    Raises:
        InputError: naming the number and its bound.
    """
    _need(spec.areal_capacity_mah_per_cm2, "areal capacity", above_zero=True)
    _need(spec.average_voltage_v, "average voltage", above_zero=True)
    _need(spec.liquid_g_per_ah, "liquid per ampere-hour")
    _need(spec.liquid_density_g_per_cm3, "density of the liquid", above_zero=True)
    _need(spec.plated_um_per_mah_per_cm2, "plated thickness")
    check_coating("positive", spec.positive)
    _check_sheet("positive foil", spec.positive_foil)
    if spec.negative is not None:
        check_coating("negative", spec.negative)
        _need(spec.n_p_ratio, "N/P ratio", above_zero=True)
    _check_sheet("negative foil", spec.negative_foil)
    if spec.metal is not None:
        _check_sheet("metal electrode", spec.metal)
    for sheet in spec.separator:
        _check_sheet("separator", sheet)


_AREAS = (
    "positive_cm2",
    "negative_cm2",
    "positive_foil_cm2",
    "negative_foil_cm2",
    "separator_cm2",
)


def check_areas(areas: Areas) -> None:
    """Refuse measured areas that are not above zero.

    Raises:
        InputError: naming the area.
    """
    for name in _AREAS:
        _need(getattr(areas, name), name, "of the measured areas", above_zero=True)


_ABOVE_ZERO = ("thickness_mm", "width_mm", "height_mm", "wall_density_g_per_cm3")
_ZERO_OR_MORE = (
    "core_diameter_mm",
    "wall_mm",
    "lid_g",
    "terminal_g",
    "margin_thickness_mm",
    "margin_width_mm",
    "margin_height_mm",
)


def check_format(fmt: FormatSpec) -> None:
    """Refuse a format with a number out of bounds.

    Raises:
        InputError: naming the number and its bound.
    """
    for name in _ABOVE_ZERO:
        _need(getattr(fmt, name), name, "of the format", above_zero=True)
    for name in _ZERO_OR_MORE:
        _need(getattr(fmt, name), name, "of the format")
