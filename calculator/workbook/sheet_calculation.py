"""The sheet of the calculation: one named step a row, each after those it uses."""

from __future__ import annotations

from typing import Any

from calculator.workbook.expressions import Node
from calculator.workbook.formulas import CELL, WORDS, written
from calculator.workbook.places import CALCULATION
from calculator.workbook.sheets import Book, Column, new_sheet, text
from calculator.workbook.steps import Row

_COLUMNS = (
    Column("step", 44), Column("symbol", 40), Column("value", 15), Column("unit", 14),
    Column("formula in words", 90), Column("for", 24), Column("where in the code", 46),
    Column("what the code says", 60),
)  # fmt: skip


def write_calculation(book: Book) -> None:
    """The sheet ``Calculation``."""
    sheet = new_sheet(book, CALCULATION, _COLUMNS)
    for one in book.places.model.rows:
        _row(book, sheet, book.places.steps[one.node.id] - 1, one)


def _row(book: Book, sheet: Any, line: int, one: Row) -> None:
    styles, plain = book.styles, book.styles.text("text")
    value = one.node.value
    text(sheet, line, 0, one.label, plain)
    text(sheet, line, 1, one.symbol, plain)
    sheet.write_formula(
        line, 2, cell_formula(book, one.node), styles.number("number", value), value
    )
    shown = (
        one.unit, in_words(book, one.node), ", ".join(one.users), one.where, one.text,
    )  # fmt: skip
    for column, found in enumerate(shown, start=3):
        text(sheet, line, column, found, plain)


def cell_formula(book: Book, node: Node) -> str:
    """The formula of a step's own cell."""
    return "=" + written(node, CELL, lambda one: book.places.cell_of(one, CALCULATION))


def in_words(book: Book, node: Node) -> str:
    """The same formula in symbols."""
    return written(node, WORDS, lambda one: book.places.symbols.get(one.id))


def reference(book: Book, node: Node) -> str:
    """A number as a formula of another sheet: its cell, or its operation where it has none."""
    there = book.places.cell_of(node)
    return there if there is not None else written(node, CELL, book.places.cell_of)


def symbol(book: Book, node: Node | float) -> str:
    """A number in words: its symbol, or its operation where it has none."""
    if not isinstance(node, Node):
        return WORDS.number(node)
    return book.places.symbols.get(node.id) or in_words(book, node)
