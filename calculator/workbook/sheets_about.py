"""The sheets of words: sources, notes, and what the workbook is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from calculator.export import plain_value
from calculator.workbook.sheets import Book, Column, new_sheet, text

if TYPE_CHECKING:
    import pandas as pd

_WIDTHS = {
    "source": 22, "author": 32, "title": 70, "year": 8, "locator": 50, "licence": 24,
    "chemistry": 22, "kind": 16, "note": 120, "key": 34, "value": 100,
}  # fmt: skip
HOW_TO_USE = (
    "Change a blue cell of the sheet Inputs, such as a price; every sheet follows.",
    "Results names the figures; its second line tells whether the workbook still holds.",
    "Calculation shows every step in the order of computing, as a formula and in words.",
    "Checks lists what must stay as it was: whole counts of the pack and ways the code took.",
    "Where a check fails, the calculator must run again: counts or ways would be others.",
)


def write_table(book: Book, name: str, frame: pd.DataFrame) -> None:
    """A table of texts and counts as a sheet."""
    columns = [Column(str(title), _WIDTHS.get(str(title), 12)) for title in frame.columns]
    sheet = new_sheet(book, name, columns)
    style = book.styles.text("wrapped")
    for line, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        for column, value in enumerate(row):
            _cell(sheet, line, column, plain_value(value), style)


def _cell(sheet: Any, line: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, bool | str):
        text(sheet, line, column, str(value), style)
    elif value is not None:
        sheet.write_number(line, column, value, style)


def write_about(book: Book, facts: Mapping[str, str], inputs: pd.DataFrame) -> None:
    """What the workbook is of, how to use it, and every input of the scenario."""
    sheet = new_sheet(book, "About", (Column("about", 34), Column("", 120)))
    style, bold = book.styles.text("wrapped"), book.styles.text("bold")
    asked = zip(inputs["key"], inputs["value"], strict=True)
    how = ((f"use {k}", line) for k, line in enumerate(HOW_TO_USE, start=1))
    rows = [*facts.items(), *how, *((f"scenario: {key}", value) for key, value in asked)]
    for line, (key, value) in enumerate(rows, start=1):
        text(sheet, line, 0, str(key), bold)
        text(sheet, line, 1, str(value), style)
