"""What the sheets of the live workbook have in common: cells, columns, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calculator.errors import InputError
from calculator.workbook.places import Places
from calculator.workbook.styles import Styles

_CELL_TEXT = 32_767


@dataclass(frozen=True)
class Book:
    """A workbook being written."""

    book: Any
    styles: Styles
    places: Places


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    title: str
    width: int


def new_sheet(book: Book, name: str, columns: Sequence[Column], head_row: int = 0) -> Any:
    """A sheet with a frozen head, set up for print on wide pages."""
    sheet = book.book.add_worksheet(name)
    for k, column in enumerate(columns):
        sheet.set_column(k, k, column.width)
        text(sheet, head_row, k, column.title, book.styles.text("head"))
    sheet.freeze_panes(head_row + 1, 1)
    sheet.repeat_rows(head_row)
    set_up(sheet, name)
    return sheet


def set_up(sheet: Any, name: str) -> None:
    """Print on wide pages, as many as it takes, with name and page below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{name}&RPage &P of &N")
    sheet.hide_gridlines(1)


def text(sheet: Any, row: int, column: int, value: str, style: Any = None) -> None:
    """A text, never a formula or a link; row and column counted from zero.

    Raises:
        InputError: it is longer than a cell may hold.
    """
    if len(value) > _CELL_TEXT:
        raise InputError("a text is too long for a spreadsheet cell; shorten the note")
    if value:
        sheet.write_string(row, column, value, style)
