"""The sheet of results: the tables of the comparison, every cell a reference."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from calculator.workbook.expressions import Node
from calculator.workbook.places import (
    BAND_CELL,
    CHECKS,
    FIRST_CHEMISTRY,
    INPUTS,
    RESULTS,
    Block,
    Line,
)
from calculator.workbook.results import BANDED, HEADLINES, SUMS, Cell
from calculator.workbook.sheet_calculation import reference
from calculator.workbook.sheets import Book, set_up, text

HOLDS = "the workbook holds"
OUTSIDE = "outside what this workbook covers: run the calculator again"
_STATUS_ROW, _CHANGED_ROW, _BAND_ROW = 1, 2, 3


def write_results(book: Book, title: str, band: float) -> None:
    """The sheet ``Results``.

    Args:
        book: the workbook.
        title: name of the scenario.
        band: error of the model itself, as a share of a cost.
    """
    sheet, styles = book.book.get_worksheet_by_name(RESULTS), book.styles
    sheet.set_column(0, 0, 58)
    sheet.set_column(1, 1, 16)
    sheet.set_column(FIRST_CHEMISTRY, FIRST_CHEMISTRY + len(book.places.model.chemistries), 18)
    sheet.freeze_panes(2, FIRST_CHEMISTRY)
    set_up(sheet, RESULTS)
    text(sheet, 0, 0, title, styles.text("title"))
    _standing(book, sheet)
    text(sheet, _BAND_ROW, 0, "band of the model's own error, beside that of the inputs")
    sheet.write_number(_BAND_ROW, 1, band, styles.percent())
    for block in book.places.blocks:
        _block(book, sheet, block, band)
    sheet.activate()
    sheet.set_first_sheet()


def _standing(book: Book, sheet: Any) -> None:
    """Whether the workbook holds, and how many inputs were changed."""
    styles, last = book.styles, book.places.last_input
    status = f'=IF({CHECKS}!$B$1,"{HOLDS}","{OUTSIDE}")'
    sheet.write_formula(_STATUS_ROW, 0, status, styles.text("good"), HOLDS)
    sheet.conditional_format(
        _STATUS_ROW, 0, _STATUS_ROW, 0,
        {"type": "cell", "criteria": "!=", "value": f'"{HOLDS}"', "format": styles.text("bad")},
    )  # fmt: skip
    text(sheet, _CHANGED_ROW, 0, "inputs changed since export")
    sheet.write_formula(_CHANGED_ROW, 1, f'=COUNTIF({INPUTS}!$G$2:$G${last},"changed")', None, 0)


def _block(book: Book, sheet: Any, block: Block, band: float) -> None:
    styles, names = book.styles, book.places.model.chemistries
    text(sheet, block.title_row - 1, 0, block.section.title, styles.text("title"))
    for column, head in enumerate(("item", "unit", *names)):
        text(sheet, block.title_row, column, head, styles.text("head"))
    rows = {(line.item, line.unit): line.row for line in block.lines}
    for line in block.lines:
        text(sheet, line.row - 1, 0, line.item, styles.text("text"))
        text(sheet, line.row - 1, 1, line.unit, styles.text("text"))
    for cell in block.section.cells:
        column = FIRST_CHEMISTRY + names.index(cell.chemistry)
        _figure(book, sheet, rows[cell.item, cell.unit] - 1, column, cell)
    if block.section.name in SUMS:
        _sums(book, sheet, block)
    if block.section.name == HEADLINES:
        _bands(book, sheet, block, band)


def _figure(book: Book, sheet: Any, row: int, column: int, cell: Cell) -> None:
    number, styles = cell.number, book.styles
    if isinstance(number, Node):
        style = styles.number("number", number.value)
        sheet.write_formula(row, column, f"={reference(book, number)}", style, number.value)
    else:
        sheet.write_number(row, column, number, styles.number("fixed", number))


def value_in(block: Block, chemistry: str, item: str) -> float | None:
    """A figure of a block as it was exported."""
    for cell in block.section.cells:
        if (cell.chemistry, cell.item) == (chemistry, item):
            return cell.number.value if isinstance(cell.number, Node) else cell.number
    return None


def sum_in(block: Block, chemistry: str) -> float:
    """Sum of a block's figures of a chemistry as they were exported."""
    found = [one.number for one in block.section.cells if one.chemistry == chemistry]
    return sum(one.value if isinstance(one, Node) else one for one in found)


def _sums(book: Book, sheet: Any, block: Block) -> None:
    row, styles = block.last, book.styles  # from zero: the row below the last line
    text(sheet, row, 0, f"sum: {SUMS[block.section.name]}", styles.text("bold"))
    text(sheet, row, 1, block.lines[0].unit, styles.text("bold"))
    for k, name in enumerate(book.places.model.chemistries, start=FIRST_CHEMISTRY):
        letter, value = xl_col_to_name(k), sum_in(block, name)
        formula = f"=SUM({letter}{block.first}:{letter}{block.last})"
        sheet.write_formula(row, k, formula, styles.number("sum", value), value)


def _bands(book: Book, sheet: Any, block: Block, band: float) -> None:
    row = block.last
    for item in BANDED:
        line = next(line for line in block.lines if line.item == item)
        for words, sign in (("low", -1.0), ("high", 1.0)):
            _band(book, sheet, block, (row, line, words, sign), band)
            row += 1


def _band(
    book: Book, sheet: Any, block: Block, place: tuple[int, Line, str, float], band: float
) -> None:
    row, line, words, sign = place
    text(sheet, row, 0, f"{line.item}, {words} end of the model's band")
    text(sheet, row, 1, line.unit)
    for k, name in enumerate(book.places.model.chemistries, start=FIRST_CHEMISTRY):
        found = value_in(block, name, line.item)
        if found is not None:
            value = found * (1.0 + sign * band)
            formula = f"={xl_col_to_name(k)}{line.row}*(1{'+' if sign > 0 else '-'}{BAND_CELL})"
            sheet.write_formula(row, k, formula, book.styles.number("number", value), value)
