"""Lists of the terminal: chemistries, the census of the database, cases of the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING
from datetime import date
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.export import Report
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.reference import Case
    from materials_db.census import Census, TableCensus
    from materials_db.database import MaterialsDB

CHEMISTRY_COLUMNS = ("chemistry", "family", "name", "process", "own_data", "note")


def chemistries_report(db: MaterialsDB) -> Report:
    """Every chemistry of the database."""
    rows = [
        {
            "chemistry": c.id,
            "family": c.family.value,
            "name": c.name,
            "process": c.process,
            "own_data": c.layer == "overlay",
            "note": c.note,
        }
        for c in db.chemistries.values()
    ]
    answer = {"data_version": db.data_version, "rows": rows}
    return Report(
        {"chemistries": frame(rows, CHEMISTRY_COLUMNS)},
        about={"data_version": db.data_version},
        answer=answer,
    )


def chemistries_text(db: MaterialsDB) -> str:
    """Name, class and title of every chemistry."""
    rows = [
        [c.id, c.family.value, shortened(c.name) + (" (yours)" if c.layer == "overlay" else "")]
        for c in db.chemistries.values()
    ]
    return aligned(["chemistry", "class", "name"], rows, left=3)


# --- census ------------------------------------------------------------------------------

_COUNTS = (
    "records", "numbers", "low_confidence", "stale", "undated", "conflicting", "overlaid",
    "sources",
)  # fmt: skip
_BASES = ("measured", "reported", "derived", "assumed")
CENSUS_COLUMNS = ("table_name", *_COUNTS, *(f"{basis}_percent" for basis in _BASES))


def _census(db: MaterialsDB) -> Census:
    from materials_db.census import take_census

    return take_census(db, date.today())


def _census_row(table: TableCensus) -> dict[str, Any]:
    total = table.numbers or 1
    shares = {f"{basis}_percent": 100.0 * table.by_basis[basis] / total for basis in _BASES}
    counts = {name: getattr(table, name) for name in _COUNTS}
    return {"table_name": table.table, **counts, **shares}


def census_report(db: MaterialsDB) -> Report:
    """Counts of records and sources, and how the numbers came to be, by table."""
    census = _census(db)
    rows = [_census_row(table) for table in (*census.tables, census.total)]
    facts = {
        "data_version": db.data_version,
        "registered_sources": census.registered_sources,
        "stale_after_years": census.stale_years,
        "counted_on": census.today.isoformat(),
    }
    answer = {**facts, "total": rows[-1], "rows": rows[:-1]}
    table = frame(rows, CENSUS_COLUMNS)
    return Report({"census": table}, about={k: str(v) for k, v in facts.items()}, answer=answer)


def census_text(db: MaterialsDB) -> str:
    """The census as a table."""
    census = _census(db)
    heads = ["table", "records", "numbers", *_BASES, "low conf.", "stale", "conflicting", "yours"]
    units = ["", "", "", *["%"] * len(_BASES), "", "", "", ""]
    rows = [_census_line(table) for table in (*census.tables, census.total)]
    foot = (
        f"data version {db.data_version}; {census.registered_sources} sources registered; "
        f"every record was read and no fault found.\n"
        f"stale: dated more than {census.stale_years:g} years before {census.today}; "
        "conflicting: another source differs, or the range is wider than +/-25 %."
    )
    return f"{aligned(heads, rows, units)}\n\n{foot}"


def _census_line(table: TableCensus) -> list[str]:
    total = table.numbers
    shares = [figure(100.0 * table.by_basis[b] / total) if total else "-" for b in _BASES]
    counts = (table.low_confidence, table.stale, table.conflicting, table.overlaid)
    return [table.table, str(table.records), str(total), *shares, *map(str, counts)]


# --- reference ---------------------------------------------------------------------------

REFERENCE_MONEY = "USD_2022"
_INPUT_UNITS = {
    "_usd_per_kg": f"{REFERENCE_MONEY}/kg",
    "_usd_per_m2": f"{REFERENCE_MONEY}/m2",
    "_usd_per_l": f"{REFERENCE_MONEY}/L",
    "_usd_per_h": f"{REFERENCE_MONEY}/h",
    "_mah_per_cm2": "mAh/cm2",
    "_kwh": "kWh",
    "_kw": "kW",
    "_mm": "mm",
    "_um": "um",
    "_pct": "%",
    "_minutes": "min",
    "_temperature_c": "degC",
}
"""Unit of an input of the reference by the end of its name; the longest end counts."""
_KINDS = {"str": "text", "Bought": "none, cells or modules", "bool": "true or false"}
_SHOWN = (
    ("cell_Ah", "Ah"),
    ("cell_mass_g", "g"),
    ("pos_thickness_um", "um"),
    ("cell_total_usd_per_cell", REFERENCE_MONEY),
    ("pack_mass_kg", "kg"),
    ("pack_cost_usd", REFERENCE_MONEY),
)


def reference_columns_text() -> str:
    """Every column a file of cases may have, with its unit and what it is where left out."""
    from calculator.reference.cases import input_columns

    rows = [["case", "text", "its number"]]
    for name, column in input_columns().items():
        rows.append([name, _input_unit(name, str(column.type)), _default(column.default)])
    table = aligned(["column", "unit", "where left out"], rows, left=3)
    return f"columns of CASES.csv (only couple is needed):\n\n{table}"


def reference_page() -> str:
    """The page ``docs/reference.md``; ``python -m calculator.listing`` prints it."""
    return (
        "# Cases of the reference\n\n"
        "`python -m calculator reference CASES.csv` designs and costs cases of BatPaC 5.0, one a\n"
        f"row. Money is {REFERENCE_MONEY}. A column left out, or an empty cell, is the base case.\n"
        "This page is made from the inputs themselves\n"
        "(`python -m calculator.listing > docs/reference.md`), and a test keeps it so.\n\n"
        f"```text\n{reference_columns_text()}\n```\n"
    )


def _input_unit(name: str, kind: str) -> str:
    ends = sorted((end for end in _INPUT_UNITS if name.endswith(end)), key=len)
    return _KINDS.get(kind) or (_INPUT_UNITS[ends[-1]] if ends else "1")


def _default(value: object) -> str:
    """The default as a file would hold it."""
    if isinstance(value, str | float | int):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return "needed" if value is MISSING else "the couple's own, or worked out"


def reference_report(data_version: str, cases: Sequence[Case]) -> tuple[Report, tuple[str, ...]]:
    """Design of every case; a case that cannot be designed stays as a row with its fault."""
    from calculator.reference import column_names

    rows, faults = [], []
    for number, case in enumerate(cases, start=1):
        row, fault = _reference_row(number, case)
        rows.append(row)
        faults += [fault] if fault else []
    columns = ("case", "couple", *column_names(), "fault")
    facts = {"data_version": data_version, "currency": REFERENCE_MONEY}
    report = Report({"designs": frame(rows, columns)}, about=facts, answer={**facts, "rows": rows})
    return report, tuple(faults)


def _reference_row(number: int, case: Case) -> tuple[dict[str, Any], str]:
    from calculator.reference import as_row, reference_design

    label = case.label or str(number)
    who = {"case": label, "couple": case.inputs.couple}
    try:
        return {**who, **as_row(reference_design(case.inputs)), "fault": ""}, ""
    except InputError as error:
        return {**who, "fault": str(error)}, f"case {label}: {error}"


def reference_text(report: Report) -> str:
    """Headline figures of every case."""
    table: pd.DataFrame = report.tables["designs"]
    heads = ["case", "couple", *(name for name, _ in _SHOWN)]
    units = ["", "", *(unit for _, unit in _SHOWN)]
    rows = [
        [str(row["case"]), str(row["couple"]), *(figure(row[name]) for name, _ in _SHOWN)]
        for row in table.to_dict(orient="records")
    ]
    return aligned(heads, rows, units, left=2)


if __name__ == "__main__":
    print(reference_page(), end="")
