"""Where in an ask a fault of the network or of a rule stands: the path of what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calculator.sourcing.reading.slips import Path, Slip
from calculator.sourcing.validate import where

Placed = Mapping[str, Sequence[tuple[Any, Path]]]
"""Records and rules by section, each with the path it was read from."""
_WORDS = {
    "supplies": "supply", "processes": "process", "arcs": "arc", "demands": "demand",
    "commodities": "commodity", "nodes": "node", "periods": "period", "outcomes": "outcome",
    "rules": "rule",
}  # fmt: skip
_QUOTED = re.compile(r"'([^']+)'")


def slips_of(faults: Sequence[str], placed: Placed) -> list[Slip]:
    """Return sentences as slips at the record that each begins with, or names first."""
    starts = list(_starts(placed))
    names = {name: path for _, name, path in reversed(starts) if name}
    return [Slip(_place(fault, starts, names), fault, is_whole=True) for fault in faults]


def _starts(placed: Placed) -> Iterator[tuple[str, str, Path]]:
    """How a sentence on each record begins, its name, and its path."""
    for section, records in placed.items():
        word = _WORDS[section]
        for number, (record, path) in enumerate(records):
            name = getattr(record, "id", "") or getattr(record, "name", "")
            start = f"{word} {name!r}" if name else where(word, record, number)
            yield start, name, path


def _place(fault: str, starts: Sequence[tuple[str, str, Path]], names: Mapping[str, Path]) -> Path:
    begun = (path for start, _, path in starts if fault.startswith(start))
    quoted = (names[name] for name in _QUOTED.findall(fault) if name in names)
    return next(begun, next(quoted, ()))
