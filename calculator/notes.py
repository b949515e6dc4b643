"""What the reader of a figure must know: what it rests on and where it strains the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calculator.case import Case, Note
from calculator.design import CellDesign

if TYPE_CHECKING:
    from calculator.regions import RegionFactors
    from materials_db.schema import Datum

FILL_SLACK = 0.15
"""Liquid over pore volume may differ from one by this much untold."""
PLANT_AH, PLANT_SPAN = 68.0, 5.0
"""Cell near which the plant's steps were fitted, and the factor up to which it is not told: the
smallest cell the reference was solved for is a fifth of it."""
REACH_SLACK = 0.10
"""Pack energy and voltage may differ from what was asked by this much untold."""


def notes_on(
    case: Case, cell: CellDesign, records: tuple[Datum, ...], region: RegionFactors
) -> tuple[Note, ...]:
    """What the reader of the figures must know.

    Args:
        case: the request in numbers.
        cell: the cell at the mean of every draw.
        records: every record the figures rest on.
        region: the plant's country.
    """
    assumed = sum(row.basis.value == "assumed" for row in records)
    notes = [Note("assumed", f"rests on {assumed} assumed of {len(records)} records")]
    for price in case.prices.values():
        notes += [Note("borrowed", str(entry)) for entry in price.borrowed]
        if price.own:
            notes.append(Note("own", f"{price.item}: your own price"))
        if price.own_metals:
            metals = ", ".join(price.own_metals)
            notes.append(Note("own", f"{price.item}: moved by your own price of {metals}"))
        notes += [Note("money", text) for text in price.notes]
    notes += [Note("fallback", str(stand_in)) for stand_in in region.fallbacks]
    notes += [Note("money", text) for text in region.notes]
    own = {row.file for row in records if row.layer == "overlay"}
    notes += [Note("own", f"numbers of your file {name}") for name in sorted(own)]
    notes += [*_wound_solids(case), *_fill(case, cell), *_range(cell), *_reached(case, cell)]
    return tuple(dict.fromkeys(notes))


def _wound_solids(case: Case) -> list[Note]:
    """A dense sheet in a wound format: computed as asked, and told."""
    if case.fmt.shape != "cylindrical" and case.fmt.rolls is None:
        return []
    return [
        Note("format", f"a sheet of {sheet.material} is wound here; such sheets are stacked")
        for sheet in case.spec.separator
        if sheet.material in case.roles.solid_electrolytes and np.all(np.equal(sheet.porosity, 0.0))
    ]


def _fill(case: Case, cell: CellDesign) -> list[Note]:
    """Liquid that the pores cannot hold, or pores that it does not fill."""
    if case.spec.liquid_material is None:
        return []
    filled = float(cell.pore_filling)
    if abs(filled - 1.0) <= FILL_SLACK:
        return []
    what = "more than they hold" if filled > 1 else "the rest stay dry"
    return [Note("fill", f"the liquid is {filled:.0%} of the pore volume; {what}")]


def _range(cell: CellDesign) -> list[Note]:
    """A cell far smaller or larger than those the plant's steps were fitted to."""
    ah = float(cell.capacity_ah)
    if PLANT_AH / PLANT_SPAN <= ah <= PLANT_AH * PLANT_SPAN:
        return []
    text = f"cell of {ah:.3g} Ah lies outside the plant's range (fitted near {PLANT_AH:g} Ah)"
    return [Note("range", text)]


def _reached(case: Case, cell: CellDesign) -> list[Note]:
    """Energy and voltage that whole cells reach, where far from what was asked."""
    plan = case.pack
    cells = plan.cells_per_brick * plan.layout.cells
    kwh = float(cell.energy_wh) * cells / 1000.0
    volt = float(cell.average_voltage_v) * plan.layout.series_groups
    asked = plan.target
    return [
        Note("pack", f"whole cells give {found:.3g} {unit}, not the {wanted:.3g} {unit} asked")
        for found, wanted, unit in ((kwh, asked.energy_kwh, "kWh"), (volt, asked.voltage_v, "V"))
        if abs(found / wanted - 1.0) > REACH_SLACK
    ]
