"""Cells of a workbook looked over before it is opened: how far they reach, and dead formulas.

A reader that lays a sheet out as a full table needs room for every cell up to the last, so that
one value in ``XFD1048576`` would ask for half a terabyte. The sheets are therefore read through
as a stream first, and refused where a value lies beyond the limits.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from materials_db.csv_files import MAX_COLUMNS, MAX_ROWS
from materials_db.faults import Fault

MAX_CELLS = 200_000
MAX_SHEETS = 50
_LETTERS = 26
_CELL = re.compile(r"^([A-Za-z]{1,3})([0-9]{1,7})$")
_CONTENT = frozenset({"v", "f", "t"})


def cell_faults(package: zipfile.ZipFile, file: str) -> list[Fault]:
    """Values beyond the limits, and formulas without a saved value, of every sheet.

    Raises:
        ValueError: the package is not that of a readable workbook.
    """
    parts = _sheet_parts(package)
    if len(parts) > MAX_SHEETS:
        what = f"the workbook holds {len(parts)} sheets, more than {MAX_SHEETS}"
        return [Fault(file, 0, what, "drop those that are not data")]
    return [fault for name, part in parts for fault in _scan(package, part, f"{file}[{name}]")]


def _sheet_parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name and part of every sheet."""
    parts = {part.casefold(): part for part in package.namelist()}
    if len(parts) != len(package.namelist()):
        raise ValueError("a part stands twice")
    sheets = _elements(package, parts, "xl/workbook.xml", "sheet")
    targets = {
        entry.get("Id", ""): entry.get("Target", "")
        for entry in _elements(package, parts, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    return [
        (sheet.get("name", ""), _part(parts, targets.get(sheet.get("id", ""), "")))
        for sheet in sheets
    ]


def _part(parts: dict[str, str], target: str) -> str:
    path = target.removeprefix("/")
    path = path if path.startswith("xl/") else f"xl/{path}"
    if path.casefold() not in parts:
        raise ValueError(f"the part '{path}' is missing")
    return parts[path.casefold()]


def _elements(
    package: zipfile.ZipFile, parts: dict[str, str], part: str, wanted: str
) -> list[dict[str, str]]:
    """Attributes of every element of a name in one part."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == wanted:
            found.append({_local(key): text for key, text in attributes.items()})

    parser = _parser()
    parser.StartElementHandler = start
    _feed(parser, package, _part(parts, part))
    return found


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _parser() -> Any:
    def refuse(*_: object) -> None:
        raise ValueError("a document type is declared")

    parser = ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


def _feed(parser: Any, package: zipfile.ZipFile, part: str) -> None:
    try:
        with package.open(part) as stream:
            parser.ParseFile(stream)
    except ExpatError as error:
        raise ValueError(f"the part '{part}' is broken") from error


class _BeyondError(Exception):
    """A value beyond the limits; the rest of the sheet need not be read."""


@dataclass
class _Scan:
    """State of the reading of one sheet."""

    place: str
    faults: list[Fault] = field(default_factory=list)
    row: int = 0
    column: int = 0
    kind: str = ""
    formula: bool = False
    text: str = ""
    inside: str = ""
    cells: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell, or what a cell holds."""
        local = _local(name)
        if local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif local == "c":
            self._move(attributes.get("r", ""))
            self.kind, self.formula, self.text = attributes.get("t", ""), False, ""
        elif local in _CONTENT:
            self.inside = local
            self.formula = self.formula or local == "f"

    def characters(self, text: str) -> None:
        """Text of a value; that of the formula itself is passed over."""
        if self.inside in {"v", "t"}:
            self.text += text

    def end(self, name: str) -> None:
        """A cell is complete."""
        local = _local(name)
        if local == self.inside:
            self.inside = ""
        elif local == "c" and (self.formula or self.text):
            self._check()

    def _move(self, reference: str) -> None:
        match = _CELL.match(reference)
        if match is None and reference:
            raise ValueError(f"the cell '{reference[:20]}' has no place")
        if match is None:
            self.column += 1
            return
        self.row, self.column = int(match[2]), 0
        for letter in match[1].upper():
            self.column = self.column * _LETTERS + ord(letter) - ord("A") + 1

    def _check(self) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            self._tell(0, f"the sheet holds more than {MAX_CELLS:,} cells", "split the table")
            raise _BeyondError
        cell = f"{_letters(self.column)}{self.row}"
        if self.row > MAX_ROWS or self.column > MAX_COLUMNS:
            what = f"cell {cell} lies beyond {MAX_ROWS:,} rows x {MAX_COLUMNS} columns"
            self._tell(0, what, "delete what lies outside, or split the table")
            raise _BeyondError
        if self.kind == "e":
            what = f"cell {cell} holds the error '{self.text[:20]}'"
            self._tell(self.row, what, "mend it or write the number itself")
        elif self.formula and not self.text and self.kind != "str":
            what = f"the formula in cell {cell} has no saved value"
            self._tell(self.row, what, "write the number itself, or recalculate and save the file")

    def _tell(self, row: int, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.place, row, what, remedy))


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        text = chr(ord("A") + rest) + text
    return text


def _scan(package: zipfile.ZipFile, part: str, place: str) -> list[Fault]:
    scan = _Scan(place)
    parser = _parser()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.characters
    with suppress(_BeyondError):
        _feed(parser, package, part)
    return scan.faults
