"""The sheet of inputs: blue cells to change, each with what is known of it."""

from __future__ import annotations

from typing import Any

from calculator.workbook.inputs import Input
from calculator.workbook.places import FIRST_INPUT, INPUT_COLUMN, INPUTS
from calculator.workbook.sheets import Book, Column, new_sheet, text

_COLUMNS = (
    Column("input", 48), Column("value", 14), Column("unit", 14), Column("low", 11),
    Column("high", 11), Column("as exported", 13), Column("changed", 9), Column("basis", 10),
    Column("confidence", 11), Column("date", 11), Column("source", 20), Column("locator", 30),
    Column("note", 60), Column("moves figures of", 30), Column("name of the cell", 40),
    Column("record or setting", 42),
)  # fmt: skip
_NAMES, _VALUES = 0, 1
_ADVICE = (
    "Change the blue cells; everything else follows. A record of the database is one cell wherever "
    "it is used."
)


def write_inputs(book: Book) -> None:
    """The sheet ``Inputs``."""
    sheet = new_sheet(book, INPUTS, _COLUMNS)
    text(sheet, 1, _NAMES, _ADVICE, book.styles.text("text"))
    for row, first in book.places.group_rows():
        for column in range(len(_COLUMNS)):
            sheet.write_blank(row - 1, column, None, book.styles.text("group"))
        text(sheet, row - 1, _NAMES, first.group, book.styles.text("group"))
    for one in book.places.model.inputs:
        _input(book, sheet, book.places.inputs[one.node.id], one)
    sheet.data_validation(
        FIRST_INPUT - 1, _VALUES, book.places.last_input - 1, _VALUES,
        {"validate": "decimal", "criteria": "between", "minimum": -1e300, "maximum": 1e300,
         "error_title": "Not a number", "error_message": "An input is a number."},
    )  # fmt: skip


def _input(book: Book, sheet: Any, row: int, one: Input) -> None:
    value, styles, line = one.node.value, book.styles, row - 1
    text(sheet, line, _NAMES, one.label, styles.text("text"))
    sheet.write_number(line, _VALUES, value, styles.number("input", value))
    text(sheet, line, 2, one.unit, styles.text("text"))
    for column, end in ((3, one.low), (4, one.high)):
        if end is not None:
            sheet.write_number(line, column, end, styles.number("number", end))
    sheet.write_number(line, 5, value, styles.number("exported", value))
    changed = f'=IF({INPUT_COLUMN}{row}=F{row},"","changed")'
    sheet.write_formula(line, 6, changed, styles.text("bold"), "")
    texts = (
        one.basis, one.confidence, one.date, one.source, one.locator, one.note,
        ", ".join(one.users), one.name, one.key,
    )  # fmt: skip
    for column, shown in enumerate(texts, start=7):
        text(sheet, line, column, shown, styles.text("text"))
    book.book.define_name(one.name, f"={INPUTS}!${INPUT_COLUMN}${row}")
