"""Long CSV tables: text in, records and faults out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from materials_db.faults import Fault, did_you_mean
from materials_db.schema import Filed
from materials_db.sentences import sentence
from materials_db.tables import Table

MAX_BYTES = 50_000_000
"""Largest table read; the largest shipped one is far below."""
MAX_ROWS = 20_000
MAX_COLUMNS = 200
"""Largest table of a user's."""
_LISTS = frozenset({"elements", "countries"})
"""Fields written as words separated by spaces."""

_SEPARATORS = {";": "semicolons", "\t": "tabs"}

Row = tuple[int, dict[str, str]]


def decode(content: bytes, file: str) -> tuple[str, list[Fault]]:
    """Text of a UTF-8 file without byte-order mark, or the fault that hinders."""
    if len(content) > MAX_BYTES:
        what = f"the file holds {len(content):,} bytes, more than {MAX_BYTES:,}"
        return "", [Fault(file, 0, what, "split it or drop what is not data")]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        return "", [Fault(file, row, "the text is not UTF-8", "save the file as UTF-8")]


def size_faults(text: str, file: str) -> list[Fault]:
    """Whether a user's table is larger than one is ever written, told before it is taken apart."""
    lines, columns = text.count("\n"), text.partition("\n")[0].count(",") + 1
    if lines <= MAX_ROWS and columns <= MAX_COLUMNS:
        return []
    what = f"the table holds {lines:,} lines of {columns:,} columns"
    most = f"{MAX_ROWS:,} lines of {MAX_COLUMNS} columns"
    return [Fault(file, 0, what, f"give at most {most}, or split it")]


def rows_of(text: str, file: str) -> tuple[list[str], list[Row], list[Fault]]:
    """Header and rows (line number, cells by column) of a CSV text; blank lines are passed over."""
    lines, faults = _lines(text, file)
    if not lines:
        return [], [], faults or [Fault(file, 0, "the table is empty", "give a header and rows")]
    header = [name.strip().lower() for name in lines[0][1]]
    sign = next((word for mark, word in _SEPARATORS.items() if mark in "".join(header)), "")
    if sign:
        what = f"the columns are separated with {sign}"
        return [], [], [Fault(file, lines[0][0], what, "separate with commas, decimal point")]
    rows: list[Row] = []
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            what = f"the row has {len(cells)} cells where the header has {len(header)}"
            faults.append(Fault(file, number, what, "quote texts that hold a comma"))
            continue
        rows.append((number, dict(zip(header, cells, strict=True))))
    return header, rows, faults


def _lines(text: str, file: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        return lines, [Fault(file, start, f"the row cannot be read ({error})", "mend its quotes")]
    return lines, []


def header_faults(
    header: list[str], table: Table, file: str, defaults: Mapping[str, str], line: int = 1
) -> list[Fault]:
    """Unknown, missing and doubled columns; a column with a default may be missing."""
    faults = [
        Fault(file, line, f"column '{name}' is not known", did_you_mean(name, table.columns))
        for name in header
        if name not in table.columns
    ]
    faults += [
        Fault(file, line, f"column '{name}' is missing", "add it to the header")
        for name in sorted(table.required - set(header) - set(defaults))
    ]
    faults += [
        Fault(file, line, f"column '{name}' stands twice", "keep one")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    return faults


def records(
    table: Table, rows: list[Row], file: str, extra: Mapping[str, str]
) -> tuple[list[Filed], list[Fault]]:
    """Records of rows; ``extra`` says where they come from (``layer``)."""
    found: list[Filed] = []
    faults: list[Fault] = []
    for number, cells in rows:
        try:
            found.append(record(table, cells, {**extra, "file": file, "row": str(number)}))
        except ValidationError as error:
            faults += _faults(error, file, number, table)
    return found, faults


def record(table: Table, cells: Mapping[str, str], extra: Mapping[str, str]) -> Filed:
    """One record; an empty cell leaves the field to its default."""
    given: dict[str, object] = {
        name: (tuple(cell.split()) if name in _LISTS else cell)
        for name, cell in cells.items()
        if cell.strip()
    }
    return table.record.model_validate({**given, **extra})


def _faults(error: ValidationError, file: str, row: int, table: Table) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        yield Fault(file, row, *sentence(detail, table.columns))


def read_table(
    table: Table, content: bytes, file: str, extra: Mapping[str, str] | None = None
) -> tuple[list[Filed], list[Fault]]:
    """Records and faults of one CSV file."""
    text, faults = decode(content, file)
    if faults:
        return [], faults
    header, rows, faults = rows_of(text, file)
    faults += header_faults(header, table, file, {}) if header else []
    if faults:
        return [], faults
    return records(table, rows, file, extra or {})
