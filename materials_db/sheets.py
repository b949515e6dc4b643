"""XLSX workbooks of a user: one table a sheet, every cell read as text, no macros."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date, datetime
from typing import Any

from materials_db.csv_files import Row
from materials_db.faults import Fault
from materials_db.workbook_cells import cell_faults

MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
MAX_RATIO, RATIO_FROM = 100, 20_000_000
"""A table packs to a tenth of its size or so; what shrinks far more was made to swell."""
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError)
"""What a damaged package makes its reader raise."""
REFUSED_ENDINGS = frozenset({"xlsm", "xlsb", "xls", "xltm", "xlam", "ods"})

Sheet = tuple[str, list[str], list[Row]]
"""Name, header and rows with their line numbers."""


def read_workbook(content: bytes, file: str) -> tuple[list[Sheet], list[Fault]]:
    """Sheets of a workbook; formulas stand as their last saved value, never evaluated."""
    fault = _package_fault(content, file)
    faults = [fault] if fault is not None else _cell_faults(content, file)
    if faults:
        return [], faults
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except (CalamineError, ValueError, OSError) as error:
        return [], [_unreadable(error, file)]
    return [sheet for sheet in sheets if sheet[1]], []


def _cell_faults(content: bytes, file: str) -> list[Fault]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return cell_faults(package, file)
    except _BROKEN as error:
        return [_unreadable(error, file)]


def _unreadable(error: Exception, file: str) -> Fault:
    what = f"the workbook cannot be read ({str(error).splitlines()[0]})"
    return Fault(file, 0, what, "save it again as .xlsx, without a password")


def _package_fault(content: bytes, file: str) -> Fault | None:
    """Why a workbook is refused before it is opened."""
    ending = file.rpartition(".")[2].lower()
    if ending in REFUSED_ENDINGS:
        return Fault(file, 0, f"a .{ending} workbook is not read", "save it as .xlsx")
    if len(content) > MAX_BYTES:
        what = f"the workbook holds {len(content):,} bytes, more than {MAX_BYTES:,}"
        return Fault(file, 0, what, "split it or drop what is not data")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            kinds = package.read("[Content_Types].xml") if _has_kinds(parts) else b""
    except (*_BROKEN, KeyError, OSError):
        return Fault(file, 0, "the file is not a workbook", "save it as .xlsx")
    if _unpacks_to_too_much(parts, len(content)):
        return Fault(file, 0, "the workbook unpacks to too much", "drop what is not data")
    if b"macroEnabled" in kinds or any("vba" in part.filename.lower() for part in parts):
        return Fault(file, 0, "the workbook holds macros", "save it as .xlsx without macros")
    return None


def _unpacks_to_too_much(parts: list[zipfile.ZipInfo], packed: int) -> bool:
    size = sum(part.file_size for part in parts)
    return size > MAX_UNPACKED or (size > RATIO_FROM and size > MAX_RATIO * packed)


def _has_kinds(parts: list[zipfile.ZipInfo]) -> bool:
    sizes = {part.filename: part.file_size for part in parts}
    return 0 < sizes.get("[Content_Types].xml", 0) < 1_000_000


def _sheet(name: str, cells: list[list[Any]]) -> Sheet:
    lines = [(number, [_text(cell) for cell in row]) for number, row in enumerate(cells, start=1)]
    filled = [(number, row) for number, row in lines if any(cell.strip() for cell in row)]
    if not filled:
        return name, [], []
    header = [cell.strip().lower() for cell in filled[0][1]]
    width = max((at for at, cell in enumerate(header, start=1) if cell), default=0)
    header = header[:width]
    return (
        name,
        header,
        [(number, dict(zip(header, row[:width], strict=True))) for number, row in filled[1:]],
    )


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
