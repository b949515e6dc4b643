"""The straight line along which the matrices follow the limit of one rule.

Read off the rule built at both ends of a sweep: right-hand sides, shares of a total, and charges
may move; what else differs, or bends, has no line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Stack
from calculator.sourcing.layout import Floats, Ints
from calculator.sourcing.problem import Stated
from calculator.sourcing.rows import Built, Rows
from calculator.sourcing.rule_base import Rule

_STRAIGHT = 1e-12


@dataclass(frozen=True)
class Line:
    """How the problem moves per +1 of one limit, at positions of its arrays (unscaled)."""

    start: float
    entry: Ints
    on_entry: Floats
    row: Ints
    on_lower: Floats
    on_upper: Floats
    on_cost: Floats | None

    @classmethod
    def flat(cls, start: float) -> Line:
        """A limit that does not move."""
        none, nowhere = np.zeros(0), np.zeros(0, np.int64)
        return cls(start, nowhere, none, nowhere, none, none, None)


@dataclass(frozen=True)
class Finder:
    """Finds the line of a rule from the rule built at several limits."""

    stated: Stated

    def line(self, rule: Rule, low: float, high: float) -> Line | None:
        """Slope to the upper end, if the lower end lies on the same line."""
        ends = [self._slope(rule, end) for end in (high, low) if end != rule.limit]
        if not ends:
            return Line.flat(rule.limit)
        first, last = ends[0], ends[-1]
        return first if first and last and _same(first, last) else None

    def _slope(self, rule: Rule, limit: float) -> Line | None:
        per, scaled = 1.0 / (limit - rule.limit), self.stated.scaled
        starts = [(r, start) for r, start in self.stated.stacked.rows if r.rule == rule.name]
        here, there = (
            built_in(self.stated.stacked, rule.name),
            rule.with_limit(limit).build(self.stated.layout),
        )
        entries = self._entries(starts, there.rows) if _alike(here, there) else None
        if entries is None:
            return None
        spans = [np.arange(start, start + len(r.lower)) for r, start in starts]
        row = np.concatenate([np.zeros(0, np.int64), *spans])
        lower, upper = (
            per * scaled.row[row] * _moved(here.rows, there.rows, side)
            for side in ("lower", "upper")
        )
        cost = self._cost(rule, here, there, per)
        return Line(rule.limit, entries[0], per * entries[1], row, lower, upper, cost)

    def _entries(
        self, starts: Sequence[tuple[Rows, int]], there: Sequence[Rows]
    ) -> tuple[Ints, Floats] | None:
        """Positions in the data of the scaled matrix, and by how much they differ there."""
        at, change = [np.zeros(0, np.int64)], [np.zeros(0)]
        for (here, start), other in zip(starts, there, strict=True):
            if here.total is not None and here.on_total is not None and other.on_total is not None:
                found = self._totals(start, here.total, other.on_total - here.on_total)
                if found is None:
                    return None
                at.append(found[0])
                change.append(found[1])
        return np.concatenate(at), np.concatenate(change)

    def _totals(self, start: int, total: Any, move: Floats) -> tuple[Ints, Floats] | None:
        """Where rows refer to their total, in its own variable or written out; None if unclear."""
        matrix, scaled, n = self.stated.canonical.matrix, self.stated.scaled, self.stated.layout.n
        ends = matrix.indptr[start : start + len(move) + 1]
        column, first = matrix.indices[ends[0] : ends[-1]], int(ends[0])
        row = np.repeat(np.arange(len(move)), np.diff(ends))
        shared = (column >= n) & (column < n + self._shared())
        weight = np.where(shared, 1.0, 0.0)
        wanted = len(move)
        if not shared.any():
            dense = np.asarray(sp.csr_array(total).toarray())[0]
            weight = np.append(dense, np.zeros(self.stated.canonical.n - n))[column]
            wanted *= int(np.count_nonzero(dense))
        keep = np.flatnonzero(weight)
        if len(keep) != wanted:
            return None
        scale = scaled.row[start + row[keep]] * scaled.column[column[keep]]
        return first + keep, move[row[keep]] * weight[keep] * scale

    def _shared(self) -> int:
        own = sum(c.n for c, _ in self.stated.stacked.columns)
        return self.stated.canonical.n - self.stated.layout.n - own

    def _cost(self, rule: Rule, here: Built, there: Built, per: float) -> Floats | None:
        """Change of the scaled cost by the rule's charges and own variables."""
        scaled, move = self.stated.scaled, np.zeros(self.stated.canonical.n)
        for a, b in zip(here.charges, there.charges, strict=True):
            move[: len(a.cost)] += b.cost - a.cost
        for columns, start in self.stated.stacked.columns:
            if columns.rule == rule.name and there.columns is not None:
                move[start : start + columns.n] += there.columns.cost - columns.cost
        return per * move * scaled.column / scaled.money if move.any() else None


def _moved(here: Sequence[Rows], there: Sequence[Rows], side: str) -> Floats:
    """Change of one side of every row; sides without a limit stay so."""
    old, new = (
        np.concatenate([np.zeros(0), *(getattr(r, side) for r in rows)]) for rows in (here, there)
    )
    finite = np.isfinite(old) & np.isfinite(new)
    return np.where(finite, np.where(finite, new, 0.0) - np.where(finite, old, 0.0), 0.0)


def _alike(a: Built, b: Built) -> bool:
    """Whether only right-hand sides, shares of totals and costs differ."""
    if len(a.rows) != len(b.rows) or len(a.charges) != len(b.charges) or a.cones or b.cones:
        return False
    same = all(_alike_rows(r, s) for r, s in zip(a.rows, b.rows, strict=True))
    if a.columns is None or b.columns is None:
        return same and a.columns is b.columns
    bounds = all(
        np.array_equal(getattr(a.columns, f), getattr(b.columns, f)) for f in ("lower", "upper")
    )
    return same and bounds and a.columns.kind == b.columns.kind


def _alike_rows(a: Rows, b: Rows) -> bool:
    matrices = [(a.matrix, b.matrix), (a.total, b.total), (a.own, b.own)]
    infinite = [np.array_equal(np.isfinite(x), np.isfinite(y)) for x, y in
                ((a.lower, b.lower), (a.upper, b.upper))]  # fmt: skip
    return all(infinite) and all(_same_matrix(x, y) for x, y in matrices)


def _same_matrix(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    return bool(a.shape == b.shape and abs(a - b).nnz == 0)


def _same(a: Line, b: Line) -> bool:
    pairs = [(a.on_entry, b.on_entry), (a.on_lower, b.on_lower), (a.on_upper, b.on_upper)]
    costs = [(a.on_cost, b.on_cost)] if a.on_cost is not None and b.on_cost is not None else []
    if (a.on_cost is None) is not (b.on_cost is None):
        return False
    return np.array_equal(a.entry, b.entry) and np.array_equal(a.row, b.row) and all(
        bool(np.allclose(x, y, rtol=1e-9, atol=_STRAIGHT)) for x, y in (*pairs, *costs)
    )  # fmt: skip


def built_in(stacked: Stack, name: str) -> Built:
    """Return a rule as it stands in a problem."""
    return Built(
        rows=tuple(r for r, _ in stacked.rows if r.rule == name),
        cones=tuple(c for c in stacked.cones if c.rule == name),
        columns=next((c for c, _ in stacked.columns if c.rule == name), None),
        charges=tuple(c for c in stacked.charges if c.rule == name),
    )


def same_built(a: Built, b: Built) -> bool:
    """Tell whether two built rules are the same in every number."""
    if not _alike(a, b):
        return False
    pairs = [(getattr(r, f), getattr(s, f)) for r, s in zip(a.rows, b.rows, strict=True)
             for f in ("lower", "upper", "on_total")]  # fmt: skip
    pairs += [(c.cost, d.cost) for c, d in zip(a.charges, b.charges, strict=True)]
    if a.columns is not None and b.columns is not None:
        pairs.append((a.columns.cost, b.columns.cost))
    return all((x is None and y is None) or np.array_equal(x, y) for x, y in pairs)
