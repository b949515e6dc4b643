"""Product mode: a chemistry in a real cell format.

The format's dimensions and the loading decide everything: areas, capacity, energy, masses.
Nothing is special by name; a layer, a fill or a missing electrode changes the sums and no
branch. MODEL sections 1.1, 1.4 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculator.coating import CoatingLoad, load_coating
from calculator.geometry import Areas, Envelope, electrode_areas, envelope
from calculator.numbers import Num
from calculator.spec import CellSpec, FormatSpec


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
    bicell_um: Num
    areas: Areas
    mass_g_by_part: dict[tuple[str, str], Num]
    """Mass of each (component, material), for instance ``("positive coating", "LFP")``."""
    void_cm3: Num
    """Pore volume of coatings and separator, before any liquid."""
    liquid_cm3: Num

    @property
    def specific_energy_wh_per_kg(self) -> Num:
        """Energy over cell mass."""
        return self.energy_wh / self.mass_g * 1000.0

    @property
    def energy_density_wh_per_l(self) -> Num:
        """Energy over outer cell volume."""
        return self.energy_wh / self.volume_l


@dataclass(frozen=True)
class _Stack:
    """Loads and thickness of one repeat."""

    positive: CoatingLoad
    negative: CoatingLoad | None
    negative_thickness_um: Num
    bicell_um: Num
    void_um: Num
    """Pore volume per positive area and side, as a thickness."""


def _stack(spec: CellSpec) -> _Stack:
    capacity = spec.areal_capacity_mah_per_cm2
    positive = load_coating(spec.positive, capacity)
    negative = load_coating(spec.negative, capacity * spec.n_p_ratio) if spec.negative else None
    plated = spec.plated_um_per_mah_per_cm2 * capacity
    metal = spec.metal.thickness_um if spec.metal else 0.0
    neg_thickness = (negative.thickness_um if negative else 0.0) + metal + plated
    separator: Num = 0.0
    void = positive.void_um + (negative.void_um if negative else 0.0)
    for sheet in spec.separator:
        separator = separator + sheet.thickness_um
        void = void + sheet.thickness_um * sheet.porosity
    side = positive.thickness_um + neg_thickness + separator
    foils = spec.positive_foil.thickness_um + spec.negative_foil.thickness_um
    return _Stack(positive, negative, neg_thickness, 2 * side + foils, void)


def design_cell(spec: CellSpec, fmt: FormatSpec, layers: Num | None = None) -> CellDesign:
    """Design the cell that fills a format.

    Args:
        spec: the chemistry in numbers.
        fmt: the format in numbers.
        layers: repeats of a stack when known (a teardown); else the stack fills the format.

    Returns:
        Capacity (Ah), energy (Wh), masses (g) and areas (cm2), broadcast over all inputs.
    """
    stack = _stack(spec)
    areas = electrode_areas(fmt, stack.bicell_um, spec.negative_foil.thickness_um, layers)
    shell = envelope(fmt)
    capacity_ah = areas.positive_cm2 * spec.areal_capacity_mah_per_cm2 / 1000.0
    liquid_g = capacity_ah * spec.liquid_g_per_ah
    masses = _masses(spec, fmt, stack, areas, shell)
    if spec.liquid_material:
        masses["electrolyte", spec.liquid_material] = liquid_g
    total: Num = 0.0
    for mass in masses.values():
        total = total + mass
    return CellDesign(
        capacity_ah=capacity_ah,
        energy_wh=capacity_ah * spec.average_voltage_v,
        average_voltage_v=spec.average_voltage_v,
        mass_g=total,
        volume_l=shell.volume_l,
        areal_capacity_mah_per_cm2=spec.areal_capacity_mah_per_cm2,
        positive_thickness_um=stack.positive.thickness_um,
        negative_thickness_um=stack.negative_thickness_um,
        bicell_um=stack.bicell_um,
        areas=areas,
        mass_g_by_part=masses,
        void_cm3=stack.void_um * areas.positive_cm2 * 1e-4,
        liquid_cm3=liquid_g / spec.liquid_density_g_per_cm3,
    )


def _masses(
    spec: CellSpec, fmt: FormatSpec, stack: _Stack, areas: Areas, shell: Envelope
) -> dict[tuple[str, str], Num]:
    masses: dict[tuple[str, str], Num] = {}

    def add(component: str, material: str, grams: Num) -> None:
        masses[component, material] = masses.get((component, material), 0.0) + grams

    for material, mg in stack.positive.part_mg_per_cm2.items():
        add("positive coating", material, mg * areas.positive_cm2 / 1000.0)
    if stack.negative is not None:
        for material, mg in stack.negative.part_mg_per_cm2.items():
            add("negative coating", material, mg * areas.negative_cm2 / 1000.0)
    if spec.metal is not None:
        mg = spec.metal.areal_mass_mg_per_cm2
        add("negative metal", spec.metal.material, mg * areas.negative_cm2 / 1000.0)
    for name, foil, area in (
        ("positive foil", spec.positive_foil, areas.positive_foil_cm2),
        ("negative foil", spec.negative_foil, areas.negative_foil_cm2),
    ):
        add(name, foil.material, foil.areal_mass_mg_per_cm2 * area / 1000.0)
    for sheet in spec.separator:
        mg = sheet.areal_mass_mg_per_cm2
        add("separator", sheet.material, mg * areas.separator_cm2 / 1000.0)
    add("case", fmt.wall_material, shell.case_g)
    add("terminals", fmt.terminal_material, fmt.terminal_g)
    return masses
