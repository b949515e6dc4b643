"""A cell measured by its user: sheets, coatings, liquid and case as they came apart.

The design follows from the measurements instead of from a format that is filled: areas from
the sheets, areal capacity from loading x active fraction x capacity, thickness and porosity
from loading and density. Everything after that is the same kernel (``calculator.design``).
"""

from __future__ import annotations

from dataclasses import dataclass

from calculator.coating import areal_capacity_mah_per_cm2, solid_density_g_per_cm3
from calculator.design import CellDesign, check_areas, check_coating, design_cell
from calculator.errors import InputError
from calculator.geometry import Areas
from calculator.maths import least
from calculator.numbers import Num
from calculator.spec import CellSpec, CoatingSpec, FormatSpec, Part, SheetSpec


@dataclass(frozen=True)
class MeasuredCoating:
    """One side of a coating: two of loading, thickness and density (or porosity) say it all."""

    parts: tuple[Part, ...]
    """Ingredients of the dry coating; their mass fractions add to one."""
    capacity_mah_per_g: Num
    """Of the active part in the full cell (first discharge x utilisation)."""
    loading_mg_per_cm2: Num | None = None
    """Dry coating of one side."""
    thickness_um: Num | None = None
    """One side, without the foil."""
    density_g_per_cm3: Num | None = None
    """Pressed and dry, pores included."""
    porosity: Num | None = None
    """Pore volume over coating volume; stands for the density."""
    solvent: str | None = None
    """Solvent of the binder, for the bill; nothing for a dry process."""


@dataclass(frozen=True)
class MeasuredSheets:
    """Sheets of one kind, all alike: those of a stack, or the strip of each roll."""

    length_mm: Num
    """Coated length; the cut length of a separator."""
    width_mm: Num
    """Coated width; the cut width of a separator."""
    count: Num = 1.0
    """Sheets, or rolls; a roll holds two separators."""
    sides: Num = 2.0
    """Coated sides of a sheet."""
    foil_length_mm: Num | None = None
    """Where the foil is longer than its coating (tabs, bare ends)."""
    foil_width_mm: Num | None = None
    """Where the foil is wider than its coating (bare edge)."""

    @property
    def coated_cm2(self) -> Num:
        """Coated area over all sheets and sides."""
        return self.length_mm * self.width_mm * self.sides * self.count / 100.0

    @property
    def foil_cm2(self) -> Num:
        """Area of the foils, or of separators, one side counted."""
        length = self.length_mm if self.foil_length_mm is None else self.foil_length_mm
        width = self.width_mm if self.foil_width_mm is None else self.foil_width_mm
        return length * width * self.count / 100.0


@dataclass(frozen=True)
class MeasuredLiquid:
    """Liquid electrolyte; exactly one of mass, mass per ampere-hour and pore filling."""

    material: str
    density_g_per_cm3: Num
    mass_g: Num | None = None
    g_per_ah: Num | None = None
    pore_filling: Num | None = None
    """Liquid over pore volume; 1 fills every pore."""


@dataclass(frozen=True)
class Teardown:
    """A whole cell as measured; lengths in mm, sheet thicknesses in um, areas in cm2."""

    format: FormatSpec
    """Outer dimensions and case; its margins are not used."""
    areas: Areas
    """From ``measured_areas``, or stated."""
    positive: MeasuredCoating
    positive_foil: SheetSpec
    negative: MeasuredCoating | None
    """Nothing where metal is plated on a bare foil."""
    negative_foil: SheetSpec
    separator: tuple[SheetSpec, ...]
    average_voltage_v: Num
    liquid: MeasuredLiquid | None = None
    metal: SheetSpec | None = None
    """Metal negative in excess of what is plated."""
    plated_um_per_mah_per_cm2: Num = 0.0
    """Growth of the negative on charge."""


def measured_areas(
    positive: MeasuredSheets, negative: MeasuredSheets, separator: MeasuredSheets
) -> Areas:
    """Areas of a cell from its sheets.

    Args:
        positive: coated sheets; ``count`` times the rolls or sheets.
        negative: the same; a bare foil counts the sides that face a positive.
        separator: sheets that lie between the electrodes, two to each roll.

    Raises:
        InputError: a length, a width or a count is not above zero, or a foil is smaller
            than its coating.
    """
    for name, sheets in (
        ("positive", positive),
        ("negative", negative),
        ("separator", separator),
    ):
        _check_sheets(name, sheets)
    return Areas(
        positive_cm2=positive.coated_cm2,
        negative_cm2=negative.coated_cm2,
        positive_foil_cm2=positive.foil_cm2,
        negative_foil_cm2=negative.foil_cm2,
        separator_cm2=separator.foil_cm2,
        layers=positive.count,
    )


def teardown_spec(teardown: Teardown) -> CellSpec:
    """The chemistry of a measured cell in the numbers of the kernel.

    Areal capacity (mAh/cm2) follows from the positive's loading, the N/P ratio from both
    loadings.

    Raises:
        InputError: a coating or the liquid is described by too few or too many numbers, or
            by numbers that no solid can have.
    """
    check_areas(teardown.areas)
    loading, positive = _coating("positive", teardown.positive)
    areal = areal_capacity_mah_per_cm2(positive, loading)
    negative: CoatingSpec | None = None
    ratio: Num = 0.0
    if teardown.negative is not None:
        facing, negative = _coating("negative", teardown.negative)
        ratio = areal_capacity_mah_per_cm2(negative, facing) / areal
    liquid = teardown.liquid
    return CellSpec(
        positive=positive,
        positive_foil=teardown.positive_foil,
        areal_capacity_mah_per_cm2=areal,
        negative=negative,
        metal=teardown.metal,
        negative_foil=teardown.negative_foil,
        n_p_ratio=ratio,
        plated_um_per_mah_per_cm2=teardown.plated_um_per_mah_per_cm2,
        separator=teardown.separator,
        liquid_material=liquid.material if liquid else None,
        liquid_g_per_ah=_g_per_ah(liquid, areal * teardown.areas.positive_cm2 / 1000.0),
        liquid_density_g_per_cm3=liquid.density_g_per_cm3 if liquid else 1.0,
        average_voltage_v=teardown.average_voltage_v,
    )


def teardown_cell(teardown: Teardown) -> CellDesign:
    """Capacity, energy, mass and volume of a cell from what was measured inside it.

    Args:
        teardown: the measurements; arrays of draws are allowed in every number.

    Returns:
        The same record as ``design_cell``. ``pore_filling``, ``free_liquid_cm3``,
        ``dry_pores_cm3`` and ``headspace_cm3`` tell whether the liquid suits the pores and
        the case.

    Raises:
        InputError: a measurement is missing, contradictory or out of bounds, or the sheets
            take more room than the case has inside.
    """
    liquid = teardown.liquid
    design = design_cell(
        teardown_spec(teardown),
        teardown.format,
        areas=teardown.areas,
        pore_filling=liquid.pore_filling if liquid else None,
    )
    room = least(design.inner_cm3 - design.stack_cm3)
    if not room >= 0:
        raise InputError(
            f"the measured sheets take {-room:.3g} cm3 more than the case holds; "
            "check counts, lengths, thicknesses and the outer dimensions"
        )
    return design


_FRACTION_SLACK = 1e-6


def _check_sheets(name: str, sheets: MeasuredSheets) -> None:
    for field in ("length_mm", "width_mm", "count", "sides"):
        if not least(getattr(sheets, field)) > 0:
            raise InputError(f"{field} of the {name} sheets must be above zero; mend the value")
    foil = sheets.foil_length_mm, sheets.foil_width_mm
    for size, coated in zip(foil, (sheets.length_mm, sheets.width_mm), strict=True):
        if size is not None and not least(size - coated) >= 0:
            raise InputError(f"the {name} foil is smaller than its coating; swap or mend the two")


def _coating(name: str, coating: MeasuredCoating) -> tuple[Num, CoatingSpec]:
    """Loading of one side (mg/cm2) and the coating in the numbers of the kernel."""
    parts, capacity = coating.parts, coating.capacity_mah_per_g
    check_coating(name, CoatingSpec(parts, 0.0, capacity, coating.solvent))
    missing: Num = 1.0
    for part in parts:
        missing = missing - part.mass_fraction
    if not min(least(missing), least(-missing)) >= -_FRACTION_SLACK:
        raise InputError(f"mass fractions of the {name} coating must add to 1; mend one of them")
    solid = solid_density_g_per_cm3(parts)
    loading, density = _loading_and_density(name, coating, solid)
    if not least(solid - density) >= 0 or not least(density) > 0 or not least(loading) > 0:
        raise InputError(
            f"the {name} coating would be denser than its solids or without mass; "
            "check loading, thickness and density of one side"
        )
    return loading, CoatingSpec(parts, 1.0 - density / solid, capacity, coating.solvent)


def _loading_and_density(name: str, coating: MeasuredCoating, solid: Num) -> tuple[Num, Num]:
    """Of loading (mg/cm2), thickness (um) and density (g/cm3) two are given."""
    loading, thickness = coating.loading_mg_per_cm2, coating.thickness_um
    density = _density(name, coating, solid)
    if thickness is not None and not least(thickness) > 0:
        raise InputError(f"thickness_um of the {name} coating must be above zero; mend the value")
    if loading is not None and density is not None and thickness is None:
        return loading, density
    if loading is not None and thickness is not None and density is None:
        return loading, loading / thickness * 10.0
    if thickness is not None and density is not None and loading is None:
        return thickness * density * 0.1, density
    given = sum(value is not None for value in (loading, thickness, density))
    raise InputError(
        f"the {name} coating is described by {given} of loading, thickness and density "
        "(or porosity); give exactly two, the third follows"
    )


def _density(name: str, coating: MeasuredCoating, solid: Num) -> Num | None:
    if coating.density_g_per_cm3 is None or coating.porosity is None:
        given = coating.density_g_per_cm3
        return given if coating.porosity is None else solid * (1.0 - coating.porosity)
    raise InputError(f"the {name} coating has a density and a porosity; give one of the two")


def _g_per_ah(liquid: MeasuredLiquid | None, capacity_ah: Num) -> Num:
    if liquid is None:
        return 0.0
    ways = (liquid.mass_g, liquid.g_per_ah, liquid.pore_filling)
    if sum(way is not None for way in ways) != 1:
        raise InputError("the liquid is given by mass_g, g_per_ah or pore_filling; give one")
    if liquid.mass_g is not None:
        return liquid.mass_g / capacity_ah
    return 0.0 if liquid.g_per_ah is None else liquid.g_per_ah
