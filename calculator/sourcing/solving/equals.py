"""Other whole numbers at the same cost: found by shutting out, one by one, those that are known.

A choice of yes-or-no's b* is shut out by sum_{b*=0} b + sum_{b*=1} (1 - b) >= 1. So that a yes
means a supplier that is really used, a supplier with a yes gives at least a thousandth of what
it could while other choices are looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats, Ints
from calculator.sourcing.solving.solved import INFEASIBLE, OPTIMAL, Solved
from calculator.sourcing.solving.whole import solve_whole
from calculator.sourcing.watch import step

_MOST = 8
_LARGEST = 20_000  # columns x whole numbers / 100 above which nothing is looked for
_REALLY = 1e-3
_SAME, _SAME_CONIC = 1e-9, 1e-7
_DIFFERS = 1e-6


@dataclass(frozen=True)
class Others:
    """Plans of the same cost with other whole numbers; `all` says that there are no more."""

    found: tuple[Solved, ...]
    all: bool


def other_wholes(problem: Canonical, x: Floats) -> Others:
    """Look for plans as good as `x` (scaled) with other yes-or-no's."""
    at = problem.integer
    binary = bool(np.all((problem.lower[at] >= 0) & (problem.upper[at] <= 1)))
    if not binary or problem.n * len(at) > 100 * _LARGEST:
        return Others((), False)
    strict = _really_used(problem)
    best = float(problem.cost @ x)
    same = _SAME_CONIC if problem.cones else _SAME
    mark = best + same * (1.0 + abs(best))
    found: list[Solved] = []
    known = [_plain(strict, problem, x)]
    for _ in range(_MOST):
        step("looking for equals")
        other = solve_whole(_without(strict, known), mark)
        if other.status == INFEASIBLE or (
            other.status == OPTIMAL and problem.cost @ other.x > mark
        ):
            return Others(tuple(found), True)
        if other.status != OPTIMAL:
            break
        known.append(np.round(other.x[at]))
        if all(_far(problem, other.x, seen) for seen in (x, *(f.x for f in found))):
            found.append(other)
    return Others(tuple(found), False)


def _far(problem: Canonical, x: Floats, seen: Floats) -> bool:
    n = problem.n_flow
    return bool(
        np.abs(x[:n] - seen[:n]).max(initial=0.0) > _DIFFERS * (1.0 + np.abs(seen[:n]).max())
    )


def _links(problem: Canonical) -> Iterator[tuple[int, int]]:
    """(row, yes-or-no) of X - K b <= 0, the row of the supplier itself, not of a lane."""
    matrix = sp.csr_array(problem.matrix)
    whole = np.zeros(problem.n, np.bool_)
    whole[problem.integer] = True
    first: dict[int, tuple[int, int]] = {}
    for row in np.flatnonzero((problem.row_upper == 0) & np.isneginf(problem.row_lower)).tolist():
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        column, value = matrix.indices[span], matrix.data[span]
        mine: Ints = column[whole[column] & (value < 0)]
        if len(mine) != 1 or np.count_nonzero(value < 0) != 1 or whole[column].sum() != 1:
            continue
        j, source = int(mine[0]), int(column[~whole[column]].min(initial=problem.n))
        if source < first.get(j, (problem.n, 0))[0]:
            first[j] = (source, row)
    for j, (_, row) in first.items():
        yield row, j


def _really_used(problem: Canonical) -> Canonical:
    """Add X - a thousandth of K b >= 0 for each supplier."""
    links = list(_links(problem))
    if not links:
        return problem
    rows = sp.lil_array(sp.csr_array(problem.matrix)[[row for row, _ in links]])
    for k, (_, j) in enumerate(links):
        rows[k, j] = _REALLY * rows[k, j]
    return replace(
        problem,
        matrix=sp.csr_array(sp.vstack([problem.matrix, rows.tocsr()], format="csr")),
        row_lower=np.append(problem.row_lower, np.zeros(len(links))),
        row_upper=np.append(problem.row_upper, np.full(len(links), np.inf)),
    )


def _plain(strict: Canonical, problem: Canonical, x: Floats) -> Floats:
    """The yes-or-no's of a plan, without a yes to suppliers that give nothing."""
    b = np.round(x[problem.integer])
    place = {int(j): k for k, j in enumerate(problem.integer)}
    for row, j in _links(problem):
        flows = x.copy()
        flows[problem.integer] = 0.0
        if float((problem.matrix[[row]] @ flows)[0]) <= _DIFFERS and problem.cost[j] == 0:
            tried = x.copy()
            tried[problem.integer] = b
            tried[j] = 0.0
            body = strict.matrix @ tried
            if np.all(body >= strict.row_lower - _DIFFERS) and np.all(
                body <= strict.row_upper + _DIFFERS
            ):
                b[place[j]] = 0.0
    return b


def _without(problem: Canonical, known: list[Floats]) -> Canonical:
    """Shut out the yes-or-no's that are known."""
    values = np.array([np.where(b > 0.5, -1.0, 1.0) for b in known])
    row = np.repeat(np.arange(len(known)), len(problem.integer))
    column = np.tile(problem.integer, len(known))
    rows = sp.csr_array((values.ravel(), (row, column)), shape=(len(known), problem.n))
    least = np.array([1.0 - np.count_nonzero(b > 0.5) for b in known])
    return replace(
        problem,
        matrix=sp.csr_array(sp.vstack([problem.matrix, rows], format="csr")),
        row_lower=np.append(problem.row_lower, least),
        row_upper=np.append(problem.row_upper, np.full(len(known), np.inf)),
    )
