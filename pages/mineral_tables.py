"""Tables of the minerals page: amounts in the unit asked, and the lists of critical materials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculator.tables import WHOLE_CELL, element_table
from calculator.tables.provenance import label

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from materials_db.database import MaterialsDB

CELL_SHARE = "% of cell mass"
UNITS = ("g/kWh", "t/GWh", "kg/vehicle", CELL_SHARE)
"""Units of the page; the first is the one that the reader's units change."""


def amounts(
    db: MaterialsDB, evaluations: Sequence[Evaluation], item: str, unit: str, critical_only: bool
) -> pd.DataFrame:
    """Rows of ``element_table`` for whole cells, of one item (in cell or bought) and one unit."""
    tidy = element_table(db, evaluations)
    base = "g/kWh" if unit == CELL_SHARE else unit
    kept = (tidy["component"] == WHOLE_CELL) & (tidy["item"] == item) & (tidy["unit"] == base)
    tidy = tidy[kept & (tidy["critical"] != "")] if critical_only else tidy[kept]
    return _of_cell_mass(tidy, evaluations) if unit == CELL_SHARE else tidy


def _of_cell_mass(tidy: pd.DataFrame, evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """Percent of the cell's mass: g/kWh x Wh/kg / 1e4."""
    energy = {label(e): float(e.cell.specific_energy_wh_per_kg) for e in evaluations}
    percent = tidy["value"] * tidy["chemistry"].map(energy) / 1e4
    return tidy.assign(value=percent, unit=CELL_SHARE)


def list_table(db: MaterialsDB, elements: Sequence[str]) -> pd.DataFrame:
    """Which of the elements stand on which dated list, and how."""
    import pandas as pd

    heads = {
        entry.list: f"{entry.list.replace('_', ' ')} ({entry.date})" for entry in db.critical_lists
    }
    rows: dict[str, dict[str, str]] = {}
    for entry in db.critical_lists:
        kind = "strategic" if entry.strategic else "critical"
        for element in entry.elements:
            if element in elements:
                cell = rows.setdefault(element, {})
                cell[heads[entry.list]] = f"{entry.material} ({kind})"
    table = pd.DataFrame.from_dict(rows, orient="index", columns=None)
    ordered = [name for name in elements if name in rows]
    table = table.reindex(index=ordered, columns=list(dict.fromkeys(heads.values()))).fillna("")
    return table.rename_axis("Element").reset_index()
