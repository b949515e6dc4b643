"""Cones that leave one split only: an HHI of 1/n among n countries.

||X||_2 <= sqrt(1/n) (X_1 + ... + X_n) holds only where all X_i are equal (Cauchy-Schwarz). Such a
cone has no interior, its dual need not exist and its price is without bound: the first bit of
room saves at an infinite rate. Stated as X_i = T/n it is an ordinary linear problem again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical, ConeBlock
from calculator.sourcing.layout import Floats
from calculator.sourcing.solving.certificate import Duals
from calculator.sourcing.solving.solved import ConeDual, Solved

_EXACT = 1e-9
_PRICED = 1e-8


@dataclass(frozen=True)
class Evened:
    """A problem whose cones of one split are linear rows, appended at its end.

    `even` marks those cones of `before`; the others stay, in their order. `sizes` counts the
    rows each became.
    """

    before: Canonical
    problem: Canonical
    even: tuple[bool, ...]
    sizes: tuple[int, ...] = ()

    def strained(self, priced: Duals) -> tuple[bool, ...]:
        """Tell which cones hold the cost up without having a price."""
        ends = (self.before.m + np.cumsum([0, *self.sizes])).tolist()
        return tuple(bool(np.any(np.abs(priced.row[a:b]) > _PRICED)) for a, b in pairwise(ends))

    def back(self, solved: Solved) -> Solved:
        """Return a solution of `problem` as one of `before`, an even cone without a price."""
        cones = self._cones(solved.cones) if solved.cones or all(self.even) else ()
        return replace(solved, row=solved.row[: self.before.m], cones=cones)

    def placed(self, priced: Duals) -> Duals:
        """Return the duals in the rows and cones of `before`; an even cone has none."""
        cones = self._cones(priced.cones)
        return replace(priced, row=priced.row[: self.before.m], cones=cones)

    def _cones(self, found: tuple[ConeDual, ...]) -> tuple[ConeDual, ...]:
        rest = iter(found)
        return tuple(
            ConeDual(0.0, np.zeros(block.vectors.shape[0])) if even else next(rest)
            for block, even in zip(self.before.cones, self.even, strict=True)
        )


def evened(problem: Canonical) -> Evened:
    """Turn each cone that leaves one split only into linear rows."""
    if not problem.cones:
        return Evened(problem, problem, ())
    shut = _shut(problem)
    found = [_even_rows(block, shut) for block in problem.cones]
    rows = [r for r in found if r is not None]
    even = tuple(r is not None for r in found)
    if not rows:
        return Evened(problem, problem, even)
    matrix = sp.csr_array(sp.vstack([problem.matrix, *rows], format="csr"))
    none = np.zeros(matrix.shape[0] - problem.m)
    left = tuple(b for b, r in zip(problem.cones, found, strict=True) if r is None)
    linear = replace(
        problem,
        matrix=matrix,
        row_lower=np.append(problem.row_lower, none),
        row_upper=np.append(problem.row_upper, none),
        cones=left,
    )
    sizes = tuple(0 if r is None else r.shape[0] for r in found)
    return Evened(problem, linear, even, sizes)


def _shut(problem: Canonical) -> Any:
    """Columns that can only be 0: by their bounds, or by x <= K b with b held at 0."""
    shut = (problem.lower == 0) & (problem.upper == 0)
    fixed = problem.lower == problem.upper
    held = np.where(fixed, problem.lower, 0.0)
    free = sp.csr_array(problem.matrix @ sp.diags_array((~fixed).astype(float)))
    free.eliminate_zeros()
    room = problem.row_upper - problem.matrix @ held
    negative = (free < 0).sum(axis=1) + (free[:, problem.lower < 0] > 0).sum(axis=1)
    tight = (room <= 0) & (np.asarray(negative).ravel() == 0)
    shut[free[np.flatnonzero(tight)].indices] = True
    return shut


def _even_rows(block: ConeBlock, shut: Any) -> Any:
    """Rows X_i - T/n = 0 where the cone allows nothing else."""
    open_ = sp.diags_array((~shut).astype(float))
    parts = sp.csr_array(block.vectors @ open_)
    parts.eliminate_zeros()
    parts = parts[np.flatnonzero(np.diff(parts.indptr) > 0)]
    n = parts.shape[0]
    if n < 2 or block.offset != 0.0:
        return None
    total = parts.sum(axis=0)
    reach = np.asarray((block.reach @ open_).todense()).ravel()
    at = total != 0
    if not at.any() or np.any(reach[~at] != 0) or np.any(total < 0):
        return None
    ratio: Floats = reach[at] / total[at]
    same = np.ptp(ratio) <= _EXACT * abs(ratio[0])
    if not same or abs(n * ratio[0] ** 2 - 1.0) > _EXACT:
        return None
    mean = sp.csr_array(np.full((n, n), 1.0 / n)) @ parts
    return sp.csr_array(parts - mean)
