"""Tables as aligned text: numbers to the right, units under their names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_GAP = "  "
_LONGEST = 60
_BLOCK = 6
"""Chemistries side by side before a table continues below."""


def figure(value: float | None) -> str:
    """A number with about three significant digits."""
    if value is None or math.isnan(value):
        return "-"
    if value == 0:
        return "0"
    size = abs(value)
    digits = 0 if size >= 99.95 else 1 if size >= 9.995 else 2 if size >= 0.9995 else 3
    return f"{value:,.{digits}f}" if size >= 0.0095 else f"{value:.2g}"


def printable(text: object) -> str:
    """One line of text without control characters, for a terminal."""
    return "".join(c if c.isprintable() else "?" for c in str(text))


def shortened(name: str) -> str:
    """A name as a table shows it: at most 60 characters."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."


def aligned(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    units: Sequence[str] = (),
    left: int = 1,
) -> str:
    """Rows of text as aligned columns.

    Args:
        heads: names of the columns.
        rows: cells, already as text.
        units: units of the columns, shown below their names.
        left: columns aligned to the left; the others hold numbers.
    """
    top = [list(heads)] + ([list(units)] if any(units) else [])
    body = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*top, *body, strict=True)]
    lines = [_line(cells, widths, left) for cells in top]
    lines.append(_GAP.join("-" * width for width in widths))
    lines += [_line(cells, widths, left) for cells in body]
    return "\n".join(line.rstrip() for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    return _GAP.join(
        cell.ljust(width) if index < left else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def crossed(frame: pd.DataFrame, down: str, across: str, total: str = "") -> str:
    """A tidy table with one of its columns across, in blocks that fit a screen.

    Args:
        frame: tidy rows with ``value`` and one ``unit``; a pair stands once.
        down: column whose entries become rows.
        across: column whose entries become columns.
        total: name of a last row that sums each column; none if empty.
    """
    pairs = zip(frame[down], frame[across], frame["value"], strict=True)
    values = {(key, name): float(value) for key, name, value in pairs}
    names = list(dict.fromkeys(frame[across]))
    keys = merged([[key for key, name in values if name == wanted] for wanted in names])
    if total:
        sums = {name: sum(v for (_, n), v in values.items() if n == name) for name in names}
        values |= {(total, name): value for name, value in sums.items()}
        keys.append(total)
    unit = frame["unit"].iloc[0] if len(frame) else ""
    blocks = [names[start : start + _BLOCK] for start in range(0, len(names), _BLOCK)]
    return "\n\n".join(_block(values, keys, block, down, unit) for block in blocks)


def _block(
    values: Mapping[tuple[str, str], float],
    keys: Sequence[str],
    names: Sequence[str],
    down: str,
    unit: str,
) -> str:
    rows = [[shortened(key), *(figure(values.get((key, name))) for name in names)] for key in keys]
    heads = [shortened(printable(name)) for name in (down, *names)]
    return aligned(heads, rows, ["", *[unit] * len(names)])


def merged(lists: Sequence[Sequence[str]]) -> list[str]:
    """Entries of several ordered lists in one order: a new one follows the one before it."""
    order: list[str] = []
    for entries in lists:
        place = 0
        for entry in entries:
            if entry not in order:
                order.insert(place, entry)
            place = order.index(entry) + 1
    return order
