"""A node as the formula of a cell and as the formula in words, from the same operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from calculator.workbook.expressions import Node

LONGEST = 8192
"""Characters that a cell's formula may have."""
DEEPEST = 64
"""Levels of brackets and functions that a spreadsheet reads."""

_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_ATOM = 9
_IN_CELL = {
    "max": "MAX({})",
    "min": "MIN({})",
    "sqrt": "SQRT({})",
    "exp": "EXP({})",
    "log": "LN({})",
    "floor": "INT({})",
    "abs": "ABS({})",
    # a spreadsheet reads -2^2 as 4: brackets always
    "neg": "(-{})",
    "ceil": "(-INT(-({})))",
}
_SIGN_IN_WORDS = {"+": " + ", "-": " - ", "*": " x ", "/": " / ", "^": "^"}


@dataclass(frozen=True)
class Style:
    """How operations and constants are written."""

    sign: Callable[[str], str]
    call: Callable[[str, list[str]], str]
    number: Callable[[float], str]


def _called_in_cell(op: str, parts: list[str]) -> str:
    if op == "round":  # halves to the even number, as the application rounds
        (x,) = parts
        return f"IF(ABS({x}-TRUNC({x}))=0.5,2*ROUND({x}/2,0),ROUND({x},0))"
    if op == "neg" and not _is_simple(parts[0]):
        parts = [f"({parts[0]})"]
    return _IN_CELL[op].format(",".join(parts))


def _is_simple(text: str) -> bool:
    return all(one.isalnum() or one in "!$._" for one in text)


def number_in_cell(value: float) -> str:
    """A constant as a formula writes it, to its last digit."""
    text = repr(value).upper().removesuffix(".0")
    return f"({text})" if value < 0 else text


def _called_in_words(op: str, parts: list[str]) -> str:
    return f"{op}({', '.join(parts)})"


CELL = Style(lambda op: op, _called_in_cell, number_in_cell)
WORDS = Style(_SIGN_IN_WORDS.__getitem__, _called_in_words, lambda value: f"{value:.12g}")


def written(node: Node, style: Style, named: Callable[[Node], str | None]) -> str:
    """A node as a formula.

    Args:
        node: the number; it is written out even where it has a name.
        style: ``CELL`` or ``WORDS``.
        named: how a number below is referred to; None where it is written out.
    """
    return _operation(node, style, named)


def _operand(one: Node | float, style: Style, named: Callable[[Node], str | None]) -> str:
    if not isinstance(one, Node):
        return style.number(one)
    return named(one) or _operation(one, style, named)


def _operation(node: Node, style: Style, named: Callable[[Node], str | None]) -> str:
    own = _RANK.get(node.op)
    if own is None:
        return style.call(node.op, [_operand(one, style, named) for one in node.args])
    left, right = node.args
    # one after another, as the application computes: only the first operand goes without brackets
    first = _bracketed(left, own + (node.op == "^"), style, named)
    return f"{first}{style.sign(node.op)}{_bracketed(right, own + 1, style, named)}"


def _bracketed(
    one: Node | float, least: int, style: Style, named: Callable[[Node], str | None]
) -> str:
    text = _operand(one, style, named)
    if not isinstance(one, Node) or named(one) is not None:
        return text
    return f"({text})" if _RANK.get(one.op, _ATOM) < least else text


def depth(text: str) -> int:
    """Levels of brackets in a formula."""
    level = most = 0
    for one in text:
        level += (one == "(") - (one == ")")
        most = max(most, level)
    return most
