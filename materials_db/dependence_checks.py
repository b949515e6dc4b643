"""Faults of the tables of dependence: imports that sum to more than all, names nobody counts."""

from __future__ import annotations

from collections.abc import Iterator

from materials_db.database import MaterialsDB
from materials_db.faults import Fault, did_you_mean
from materials_db.schema_dependence import ImportShare
from materials_db.units import to

_ROUNDING = 0.005
"""By how much shares may sum to more than one."""


def dependence_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Every fault between the tables of dependence and the rest."""
    yield from _sums(db)
    counted = {row.material for row in db.shares}
    for row in db.import_shares:
        if row.material not in counted:
            remedy = did_you_mean(row.material, counted)
            yield Fault(row.file, row.row, f"material '{row.material}' has no shares", remedy)
    for entry in db.eu_criticality:
        for name in entry.covers:
            if name not in counted:
                what = f"covers '{name}', which has no shares"
                yield Fault(entry.file, entry.row, what, did_you_mean(name, counted))
    for index in db.published_hhi:
        if (index.quantity == "geopolrisk") != bool(index.importer):
            what = "a geopolrisk has an importer and nothing else has"
            yield Fault(index.file, index.row, what, "give or drop the importer")


def _sums(db: MaterialsDB) -> Iterator[Fault]:
    """Shares of one importer, good and year, from one source, sum to one at most."""
    sums: dict[tuple[str, ...], float] = {}
    for row in db.import_shares:
        key = (row.importer, row.form, row.date, row.measured_by, row.source)
        sums[key] = sums.get(key, 0.0) + _fraction(row)
        if sums[key] > 1.0 + _ROUNDING:
            what = f"imports of {row.form} by {row.importer} sum to {100 * sums[key]:.4g} %"
            yield Fault(row.file, row.row, what, "shares of one year add to 100 % at most")


def _fraction(row: ImportShare) -> float:
    try:
        return to(row.value, row.unit, "1")
    except ValueError:
        return 0.0  # its unit is told with the bounds
