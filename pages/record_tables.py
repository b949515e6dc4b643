"""Records of the database as tables to browse, and as files to edit and lay over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from calculator.export import Report, report_bytes
from calculator.figures import spoken
from materials_db.checks import data_of
from materials_db.load import data_files
from materials_db.schema import Datum
from materials_db.substitute import record_key
from materials_db.tables import TABLES

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Filed

DOCUMENTS = ("chemistries", "formats")
BROWSED = (*TABLES, *DOCUMENTS)
"""Names of everything that can be browsed."""
TEMPLATES = ("prices", "properties", "shares", "regions", "yields", "indexed_prices", "recycling")
"""Tables a user is likeliest to lay rows over."""
YOURS, SHIPPED = "yours", "shipped"
_PROVENANCE = (
    "value", "unit", "low", "high", "date", "basis", "confidence", "source", "locator", "note",
)  # fmt: skip
_TEMPLATE_ROWS = 3


def record_table(db: MaterialsDB, name: str) -> pd.DataFrame:
    """Every record of a table, or every number of the chemistries or formats; one a row."""
    rows = list(_numbers(db, name) if name in DOCUMENTS else _rows(db, name))
    table = pd.DataFrame(rows).astype(object).where(lambda frame: frame.notna(), None)
    return table.convert_dtypes()


def _rows(db: MaterialsDB, name: str) -> Iterator[dict[str, Any]]:
    columns = TABLES[name].columns
    for record in _records(db, name):
        held = {column: _plain(getattr(record, column)) for column in columns}
        yield {**_ordered(held), **_file(db, record)}


def _numbers(db: MaterialsDB, name: str) -> Iterator[dict[str, Any]]:
    for entry in _records(db, name):
        for path, datum in data_of(entry):
            held = {column: _plain(getattr(datum, column)) for column in _PROVENANCE}
            where = {"of": getattr(entry, "id", ""), "number": spoken(path)}
            yield {**where, **held, **_file(db, datum)}


def _records(db: MaterialsDB, name: str) -> list[Filed]:
    table = getattr(db, name)
    return list(table.values()) if hasattr(table, "values") else list(table)


def _ordered(held: dict[str, Any]) -> dict[str, Any]:
    """What names a record first, then its number and where that comes from."""
    keys = {column: value for column, value in held.items() if column not in _PROVENANCE}
    return {**keys, **{column: held[column] for column in _PROVENANCE if column in held}}


def _file(db: MaterialsDB, record: Filed) -> dict[str, Any]:
    found = db.sources.get(getattr(record, "source", ""))
    title = {} if found is None else {"source_title": f"{found.author}, {found.title}"}
    whose = YOURS if record.layer == "overlay" else SHIPPED
    return {**title, "whose": whose, "record": record_key(record)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return getattr(value, "value", value)


def every_number(db: MaterialsDB) -> Iterator[Datum]:
    """Every number of the database with its provenance."""
    for name in BROWSED:
        for record in _records(db, name):
            if isinstance(record, Datum):
                yield record
            elif name in DOCUMENTS:
                yield from (datum for _, datum in data_of(record))


def own_records(db: MaterialsDB) -> pd.DataFrame:
    """How many records of each table are the user's."""
    counts = {
        name: sum(record.layer == "overlay" for record in _records(db, name)) for name in BROWSED
    }
    rows = [{"table": spoken(name), "your records": n} for name, n in counts.items() if n]
    return pd.DataFrame(rows, columns=["table", "your records"])


def filtered(
    table: pd.DataFrame, find: str, bases: list[str], confidences: list[str], own_only: bool
) -> pd.DataFrame:
    """Rows that hold the text in any column and are of the bases and confidences asked."""
    kept = pd.Series(data=True, index=table.index)
    for column, asked in (("basis", bases), ("confidence", confidences)):
        if asked and column in table:
            kept &= table[column].isin(asked)
    if own_only:
        kept &= table["whose"] == YOURS
    if find.strip() in set(table.get("record", ())):
        kept &= table["record"] == find.strip()
    elif find.strip():
        text = table.astype(object).map(str).agg(" ".join, axis=1).str.lower()
        kept &= text.str.contains(find.strip().lower(), regex=False)
    return table[kept]


# --- files to edit -----------------------------------------------------------------------


def template(db: MaterialsDB, name: str) -> bytes:
    """A CSV of a table with its columns and a few shipped rows to write over."""
    columns = list(TABLES[name].columns)
    rows = [
        {column: _plain(getattr(record, column)) for column in columns}
        for record in _records(db, name)[:_TEMPLATE_ROWS]
    ]
    return report_bytes(Report({name: pd.DataFrame(rows, columns=columns, dtype=object)}), ".csv")


def chemistry_file(name: str) -> bytes:
    """The file of a shipped chemistry, to copy and change."""
    asked = f"chemistries/{name}.yaml"
    return next(content for path, content in data_files() if path == asked)
