"""Scale mass and money so that one tolerance means the same for grams and for megatonnes.

Geometric-mean equilibration of rows and columns, the right-hand sides taken as one more column
(so that the size of the demand sets the size of the flows); all factors are powers of two, so
scaling adds no rounding error. A cone keeps one factor for all its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical, ConeBlock
from calculator.sourcing.layout import Floats, Ints

_SWEEPS = 12
_LARGEST = 40.0  # log2 of the largest factor


@dataclass(frozen=True)
class Scaled:
    """The scaled problem and the way back: x = column * x', y = row * money * y'."""

    canonical: Canonical
    column: Floats
    row: Floats
    cone: Floats
    money: float

    def plan(self, x: Floats) -> Floats:
        """Return scaled variables in their own units."""
        return np.asarray(self.column * x)

    def row_duals(self, y: Floats) -> Floats:
        """Return d(cost)/d(right-hand side) of the linear rows."""
        return np.asarray(self.money * self.row * y)

    def cone_duals(self, y: Floats) -> Floats:
        """Return d(cost)/d(right-hand side) of the cones, one number each."""
        return np.asarray(self.money * self.cone * y)


def scale(problem: Canonical) -> Scaled:
    """Return the scaled problem."""
    row, column, cone = _equilibrate(problem)
    money = _money(problem.cost * column)
    return Scaled(_apply(problem, row, column, cone, money), column, row, cone, money)


def _apply(
    problem: Canonical, row: Floats, column: Floats, cone: Floats, money: float
) -> Canonical:
    across = sp.diags_array(column)
    blocks = tuple(
        ConeBlock(
            sp.csr_array(factor * block.vectors @ across),
            sp.csr_array(factor * block.reach @ across),
            factor * block.offset,
        )
        for block, factor in zip(problem.cones, cone, strict=True)
    )
    return replace(
        problem,
        cost=problem.cost * column / money,
        matrix=sp.csr_array(sp.diags_array(row) @ problem.matrix @ across),
        row_lower=problem.row_lower * row,
        row_upper=problem.row_upper * row,
        lower=problem.lower / column,
        upper=problem.upper / column,
        cones=blocks,
    )


def _equilibrate(problem: Canonical) -> tuple[Floats, Floats, Floats]:
    """Alternate row and column geometric means of |a_ij| until they settle, in log2."""
    group, column, size = _entries(problem)
    n_group = problem.m + len(problem.cones) + problem.n
    in_group = np.maximum(np.bincount(group, minlength=n_group), 1)
    in_column = np.maximum(np.bincount(column, minlength=problem.n + 1), 1)
    c = np.zeros(problem.n + 1)
    c[-1] = -_mean(size[column == problem.n])
    c[:-1] = 0.0
    for _ in range(_SWEEPS):
        r = -np.bincount(group, size + c[column], minlength=n_group) / in_group
        c = -np.bincount(column, size + r[group], minlength=problem.n + 1) / in_column
        c[problem.integer] = c[-1]  # whole numbers keep their unit
    r = -np.bincount(group, size + c[column], minlength=n_group) / in_group
    unit = c[-1]  # the factor of the right-hand sides: x = column/unit
    rows = _power(r[: problem.m] + unit)
    cones = _power(r[problem.m : problem.m + len(problem.cones)] + unit)
    return rows, _power(c[:-1] - unit), cones


def _entries(problem: Canonical) -> tuple[Ints, Ints, Floats]:
    """(group, column, log2 |entry|): rows, cones, then lower bounds, right-hand side last."""
    parts = [_of_matrix(problem.matrix, None)]
    for k, block in enumerate(problem.cones):
        parts += [_of_matrix(part, problem.m + k) for part in (block.vectors, block.reach)]
    for bound in (problem.row_lower, problem.row_upper):
        parts.append(_right_hand(bound, np.arange(problem.m), problem.n))
    first = problem.m + len(problem.cones)
    parts.append(_right_hand(problem.lower, first + np.arange(problem.n), problem.n))
    needed = np.flatnonzero(problem.lower > 0)
    parts.append((first + needed, needed, np.ones(len(needed))))
    group, column, value = (np.concatenate(p) for p in zip(*parts, strict=True))
    used = value != 0
    return group[used], column[used], np.log2(np.abs(value[used]))


def _of_matrix(matrix: Any, group: int | None) -> tuple[Ints, Ints, Floats]:
    entries = sp.coo_array(matrix)
    rows = entries.coords[0] if group is None else np.full(entries.nnz, group)
    return rows, entries.coords[1], entries.data


def _right_hand(bound: Floats, group: Ints, column: int) -> tuple[Ints, Ints, Floats]:
    at = np.flatnonzero(np.isfinite(bound) & (bound != 0))
    return group[at], np.full(len(at), column), bound[at]


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _power(exponent: Floats) -> Floats:
    return np.asarray(np.exp2(np.clip(np.round(exponent), -_LARGEST, _LARGEST)))


def _money(cost: Floats) -> float:
    paid = np.abs(cost[cost != 0])
    return float(_power(np.array([np.log2(paid).mean()]))[0]) if len(paid) else 1.0
