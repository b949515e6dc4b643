"""Bill of materials: what sits in the cell and what must be bought for it.

Bought per accepted cell = in-cell mass / cell yield / step yield (MODEL 1.6). Binder solvent
does not stay in the cell: 16 kg NMP or 40 kg water a kg of binder is evaporated and 99.5 % of
the NMP recovered (BatPaC 5.0), so only the make-up is bought.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculator.design import CellDesign
from calculator.maths import total
from calculator.numbers import Num
from calculator.spec import CellSpec, CoatingSpec

SOLVENT_PER_BINDER = {"NMP": 16.0, "water": 40.0}
"""Mass of solvent evaporated a mass of binder (BatPaC 5.0, 2022)."""
NMP_RECOVERY = 0.995
"""Share of evaporated NMP that is recovered (BatPaC 5.0, 2022)."""


@dataclass(frozen=True)
class Yields:
    """Share of what is bought that reaches an accepted cell; (0, 1]."""

    cell: Num
    electrode: Num
    foil: Num
    separator: Num
    electrolyte: Num
    solid_electrolyte: Num


@dataclass(frozen=True)
class BillLine:
    """One material in one component, per kWh of accepted cell."""

    component: str
    material: str
    in_cell_kg_per_kwh: Num
    bought_kg_per_kwh: Num
    bought_m2_per_kwh: Num = 0.0
    """Area bought, for sheets priced by area; zero for everything else."""
    thickness_um: Num = 0.0
    """Of a sheet, on which its price depends; zero for everything else."""


@dataclass(frozen=True)
class Bill:
    """All lines of a cell."""

    lines: tuple[BillLine, ...]
    cell_yield: Num

    def bought_kg_per_kwh(self, material: str) -> Num:
        """Total bought of one material over all components."""
        return total(line.bought_kg_per_kwh for line in self.lines if line.material == material)


_STEP_YIELD = {
    "positive coating": "electrode",
    "negative coating": "electrode",
    "negative metal": "foil",
    "positive foil": "foil",
    "negative foil": "foil",
    "electrolyte": "electrolyte",
}


def _yield_of(component: str, material: str, solids: frozenset[str], yields: Yields) -> Num:
    """Cell yield times that of the step; case and terminals meet the cell yield alone."""
    if component == "separator":
        step = yields.solid_electrolyte if material in solids else yields.separator
        return yields.cell * step
    name = _STEP_YIELD.get(component)
    return yields.cell if name is None else yields.cell * getattr(yields, name)


def _area_cm2(design: CellDesign, component: str) -> Num:
    return {
        "positive foil": design.areas.positive_foil_cm2,
        "negative foil": design.areas.negative_foil_cm2,
        "negative metal": design.areas.negative_cm2,
        "separator": design.areas.separator_cm2,
    }.get(component, 0.0)


def _thickness_um(spec: CellSpec, component: str, material: str) -> Num:
    """Of a foil, a metal layer, or all separator layers of one material."""
    if component == "separator":
        return total(sheet.thickness_um for sheet in spec.separator if sheet.material == material)
    sheet = {
        "positive foil": spec.positive_foil,
        "negative foil": spec.negative_foil,
        "negative metal": spec.metal,
    }.get(component)
    return 0.0 if sheet is None else sheet.thickness_um


def _solvent_line(
    name: str, coating: CoatingSpec, binders: frozenset[str], lines: list[BillLine]
) -> BillLine | None:
    if coating.solvent is None:
        return None
    bought = total(
        line.bought_kg_per_kwh
        for line in lines
        if line.component == f"{name} coating" and line.material in binders
    )
    make_up = (1.0 - NMP_RECOVERY) if coating.solvent == "NMP" else 1.0
    kg = bought * SOLVENT_PER_BINDER[coating.solvent] * make_up
    return BillLine("process solvent", coating.solvent, 0.0, kg)


def make_bill(
    spec: CellSpec,
    design: CellDesign,
    yields: Yields,
    solids: frozenset[str],
    binders: frozenset[str],
) -> Bill:
    """Bill of materials per kWh of accepted cell.

    Args:
        spec: the chemistry in numbers (for the binder solvents).
        design: the designed cell.
        yields: step yields; arrays of draws are allowed.
        solids: ids of solid electrolytes, whose sheets have a yield of their own.
        binders: ids of binders, which carry the solvent.
    """
    kwh = design.energy_wh / 1000.0
    lines = []
    for (component, material), grams in design.mass_g_by_part.items():
        share = _yield_of(component, material, solids, yields)
        in_cell = grams / 1000.0 / kwh
        area = _area_cm2(design, component) / 1e4 / kwh / share
        thickness = _thickness_um(spec, component, material)
        lines.append(BillLine(component, material, in_cell, in_cell / share, area, thickness))
    coatings = (("positive", spec.positive), ("negative", spec.negative))
    for name, coating in coatings:
        line = _solvent_line(name, coating, binders, lines) if coating else None
        if line is not None:
            lines.append(line)
    return Bill(tuple(lines), yields.cell)
