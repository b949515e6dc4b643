"""The workbook's own cells as inputs: `Dashboard!E34=No;Dashboard!D60=80` reads as a case."""

from __future__ import annotations

from calculator.errors import InputError
from calculator.reference.cases import inputs_from_texts
from calculator.reference.inputs import ReferenceInputs

_FIELD_OF_CELL = {
    "Dashboard!D38": "power_kw",
    "Dashboard!D52": "energy_kwh",
    "Dashboard!D57": "charge_minutes",
    "Dashboard!D60": "thickness_um",
    "Dashboard!D67": "cells_per_module",
    "Dashboard!D68": "cells_in_parallel",
    "Dashboard!D105": "packs_per_year",
    "Dashboard!D112": "cell_yield_pct",
    "Dashboard!E16": "pos_porosity_pct",
    "Dashboard!E17": "pos_foil_um",
    "Dashboard!E22": "np_ratio",
    "Dashboard!E24": "neg_foil_um",
    "Dashboard!E26": "separator_um",
    "Dashboard!E34": "fast_charge",
    "Dashboard!E86": "pos_active_usd_per_kg",
    "Chem!D34": "silicon_5pct",
    "Cost Input!F80": "days_per_year",
    "Cost Input!F83": "building_usd_per_m2",
    "Cost Input!F91": "labour_usd_per_h",
}
_CHOICES = {
    ("Dashboard!D116", "Purchase cells from battery manufacturer"): ("bought", "cells"),
    ("Dashboard!D116", "Purchase modules from battery manufacturer"): ("bought", "modules"),
    ("Dashboard!D118", "Cost to build - excludes pack profit/warranty"): ("cost_to_build", "true"),
}


def inputs_from_workbook(couple: str, cells: str) -> ReferenceInputs:
    """Inputs from a couple and the workbook cells set for it, `sheet!cell=value;...`.

    Raises ValueError for a cell that is not read here.
    """
    texts = {"couple": couple}
    for part in filter(None, cells.split(";")):
        cell, _, value = part.partition("=")
        name, text = _CHOICES.get((cell, value), (_FIELD_OF_CELL.get(cell), value))
        if name is None:
            known = ", ".join(_FIELD_OF_CELL)
            raise InputError(f"{cell}: is not among the workbook cells read here ({known}).")
        texts[name] = text
    return inputs_from_texts(texts)
