"""The sheet of checks: comparisons that must stay as they were for the workbook to hold."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from calculator.workbook.checks import COUNT, Check
from calculator.workbook.expressions import Node
from calculator.workbook.places import (
    CHECKS,
    FIRST_CHECK,
    FIRST_CHEMISTRY,
    FIRST_INPUT,
    INPUT_COLUMN,
    INPUTS,
    RESULTS,
)
from calculator.workbook.results import HEADLINES, SUMS
from calculator.workbook.sheet_calculation import reference, symbol
from calculator.workbook.sheet_results import sum_in, value_in
from calculator.workbook.sheets import Book, set_up, text

_HEADS = (
    ("what", 30), ("comparison", 60), ("left", 16), ("is", 6), ("right", 16),
    ("when exported", 12), ("now", 10), ("holds", 10), ("for", 30),
)  # fmt: skip
_ADVICE = (
    "Whole counts of the pack (cells, bricks, modules, rows) are fixed in this workbook, and so is "
    "the way taken at every comparison. While each holds, the calculator would give these numbers."
)
SAME = 1e-9
"""Relative difference up to which a sum is the figure that it sums to."""


def write_checks(book: Book) -> None:
    """The sheet ``Checks``."""
    sheet, styles = book.book.add_worksheet(CHECKS), book.styles
    set_up(sheet, CHECKS)
    for column, (head, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width)
        text(sheet, FIRST_CHECK - 2, column, head, styles.text("head"))
    sheet.freeze_panes(FIRST_CHECK - 1, 0)
    text(sheet, 1, 0, _ADVICE)
    row = FIRST_CHECK
    for check in sorted(book.places.model.checks, key=lambda one: one.kind != COUNT):
        _check(book, sheet, row, check)
        row += 1
    row = _sums(book, sheet, _inputs(book, sheet, row))
    text(sheet, 0, 0, "all hold", styles.text("bold"))
    all_hold = f"=IFERROR(AND($H${FIRST_CHECK}:$H${row - 1}),FALSE)"
    sheet.write_formula(0, 1, all_hold, styles.text("bold"), True)
    sheet.conditional_format(
        FIRST_CHECK - 1, 7, row - 2, 7,
        {"type": "cell", "criteria": "==", "value": "FALSE", "format": styles.text("bad")},
    )  # fmt: skip


def _check(book: Book, sheet: Any, row: int, check: Check) -> None:
    words = f"{symbol(book, check.left)} {check.op} {symbol(book, check.right)}"
    _line(book, sheet, row, (check.kind, check.text or words, ", ".join(check.users)), check.was)
    for column, side in ((2, check.left), (4, check.right)):
        _side(book, sheet, row - 1, column, side)
    text(sheet, row - 1, 3, check.op)
    sheet.write_formula(row - 1, 6, f"=C{row}{check.op}E{row}", None, check.was)


def _side(book: Book, sheet: Any, line: int, column: int, side: Node | float) -> None:
    if isinstance(side, Node):
        style = book.styles.number("number", side.value)
        sheet.write_formula(line, column, f"={reference(book, side)}", style, side.value)
    else:
        sheet.write_number(line, column, side, book.styles.number("fixed", side))


def _line(book: Book, sheet: Any, row: int, words: tuple[str, str, str], was: bool) -> None:
    """What a check is about, what it was, and whether it is so still."""
    for column, found in ((0, words[0]), (1, words[1]), (8, words[2])):
        text(sheet, row - 1, column, found)
    sheet.write_boolean(row - 1, 5, was)
    sheet.write_formula(row - 1, 7, f"=IFERROR(G{row}=F{row},FALSE)", None, True)


def _inputs(book: Book, sheet: Any, row: int) -> int:
    """Inputs are numbers, and none has become negative."""
    cells = f"{INPUTS}!${INPUT_COLUMN}${FIRST_INPUT}:${INPUT_COLUMN}${book.places.last_input}"
    values = [one.node.value for one in book.places.model.inputs]
    negative = sum(value < 0 for value in values)
    for words, formula, count in (
        ("every input is a number", f"=COUNT({cells})", len(values)),
        ("no input has become negative", f'=COUNTIF({cells},"<0")', negative),
    ):
        _line(book, sheet, row, ("inputs", words, ""), True)
        sheet.write_formula(row - 1, 2, formula, None, count)
        text(sheet, row - 1, 3, "=")
        sheet.write_number(row - 1, 4, count)
        sheet.write_formula(row - 1, 6, f"=C{row}=E{row}", None, True)
        row += 1
    return row


def _sums(book: Book, sheet: Any, row: int) -> int:
    """Costs by component and by step sum to the cost they are parts of."""
    blocks = {block.section.name: block for block in book.places.blocks}
    whole = blocks[HEADLINES]
    for name, item in SUMS.items():
        for k, chemistry in enumerate(book.places.model.chemistries, start=FIRST_CHEMISTRY):
            part, letter = blocks[name], xl_col_to_name(k)
            cost = value_in(whole, chemistry, item) or 0.0
            title = f"{part.section.title} sums to {item}"
            _line(book, sheet, row, ("sums", title, chemistry), True)
            sides = (
                (2, f"={RESULTS}!{letter}{part.last + 1}", sum_in(part, chemistry)),
                (4, f"={RESULTS}!{letter}{whole.row_of(item)}", cost),
            )
            for column, formula, value in sides:
                style = book.styles.number("number", value)
                sheet.write_formula(row - 1, column, formula, style, value)
            text(sheet, row - 1, 3, "=")
            now = f"=ABS(C{row}-E{row})<={SAME:g}*ABS(E{row})"
            sheet.write_formula(row - 1, 6, now, None, True)
            row += 1
    return row
