"""Decisions taken before it is known what happens, and decisions already taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Rows, idle
from calculator.sourcing.rule_base import Rule


@dataclass(frozen=True)
class SameInAll(Rule):
    """What is decided before the outcome is known is the same in all: x_w = x_1.

    Non-anticipativity (MODEL 2.4, 15). Each of `copies` holds the ids of the copies of one
    decision, as the plan labels them ("process plant @ boom") or without the kind. `difference`
    is how far a copy may be from the first, in its own unit; it has no price at 0, where it is
    no limit but what makes the copies one variable.
    """

    copies: tuple[tuple[str, ...], ...]
    difference: float = 0.0

    limit_field: ClassVar[str] = "difference"

    def build(self, layout: Layout) -> Built:
        """Return one row for each copy but the first; two where they may differ."""
        matrix, details = self._gaps(layout)
        if not details:
            return Built(notes=idle(self.name, details))
        if self.difference == 0.0:
            return Built(rows=(_rows(self, matrix, details, 0.0, 0.0),))
        both = (matrix, -matrix)
        return Built(rows=tuple(_rows(self, m, details, -np.inf, 1.0) for m in both))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest difference between the copies of a decision."""
        gaps = np.abs(self._gaps(layout)[0] @ x)
        return float(gaps.max(initial=0.0))

    def _gaps(self, layout: Layout) -> tuple[Any, tuple[str, ...]]:
        column = columns_of(layout)
        pairs = [(own[0], other) for own in self.copies for other in own[1:]]
        at = [(_column(self, column, a), _column(self, column, b)) for a, b in pairs]
        n = len(at)
        ends = np.array(at, np.int64).reshape(n, 2)
        entries = (np.tile([-1.0, 1.0], n), (np.repeat(np.arange(n), 2), ends.ravel()))
        return sp.csr_array(entries, shape=(n, layout.n)), tuple(b for _, b in pairs)


@dataclass(frozen=True)
class Decided(Rule):
    """Flows that are already decided: x_j = amount, each within `tolerance` of its size."""

    amounts: Mapping[str, float] = field(default_factory=dict)
    tolerance: float = 0.0

    limit_field: ClassVar[str] = "tolerance"

    def build(self, layout: Layout) -> Built:
        """Return one row for each."""
        at, amount, room = self._parts(layout)
        n = len(at)
        matrix = sp.csr_array((np.ones(n), (np.arange(n), at)), shape=(n, layout.n))
        rows = Rows(
            self.name, matrix, amount - self.tolerance * room, amount + self.tolerance * room,
            np.zeros(n), tuple(self.amounts),
        )  # fmt: skip
        return Built(rows=(rows,) if n else (), notes=idle(self.name, at))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest miss, relative to the size of the decision."""
        at, amount, room = self._parts(layout)
        return float((np.abs(x[at] - amount) / room).max(initial=0.0))

    def _parts(self, layout: Layout) -> tuple[list[int], Floats, Floats]:
        column = columns_of(layout)
        at = [_column(self, column, name) for name in self.amounts]
        amount = np.fromiter(self.amounts.values(), np.float64, len(at))
        return at, amount, np.maximum(np.abs(amount), 1.0)


def columns_of(layout: Layout) -> dict[str, int]:
    """Return the column of each flow by its label, and by its id where that is of one alone."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for j, label in enumerate(layout.labels):
        name = label.partition(" ")[2]
        if name in found:
            twice.add(name)
        found[name] = j
    for name in twice:
        del found[name]
    return found | {label: j for j, label in enumerate(layout.labels)}


def _column(rule: Rule, column: Mapping[str, int], name: str) -> int:
    if name not in column:
        raise SourcingError(
            f"rule {rule.name!r}: nothing is called {name!r}; {did_you_mean(name, column)}", ()
        )
    return column[name]


def _rows(
    rule: SameInAll, matrix: Any, details: tuple[str, ...], lower: float, gain: float
) -> Rows:
    n = len(details)
    return Rows(
        rule=rule.name,
        matrix=matrix,
        lower=np.full(n, lower),
        upper=np.full(n, rule.difference),
        gain=np.full(n, gain),
        details=details,
    )
