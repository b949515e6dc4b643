"""What each source could give: its capacity, and that of all it draws on.

Upstream each flow is taken alone: a process gets the most that could come of each input if no
one else drew on it. What draws on one good that only supplies at its own node make (line hours
that several recipes share) has to share it. So it is an upper bound, and exact where sources
share nothing further up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.scope import Counted
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import OPTIMAL
from calculator.sourcing.solving.solvers import solve_canonical

_ROUNDS = 60


@dataclass(frozen=True)
class Reach:
    """What the flows of a network could be at most.

    `alone` is the most of each flow if no other drew on what it draws on; `draws` (goods at
    nodes, flows) are the units drawn of what supplies there alone make, `supplied` their most.
    """

    alone: Floats
    draws: Any
    supplied: Floats

    @classmethod
    def of(cls, layout: Layout) -> Reach:
        """Work it out for a network."""
        return cls(_alone(layout), *_on_the_spot(layout))


def reach_of(reach: Reach, scope: Counted) -> Floats:
    """Return the largest counted amounts that the sources can give at once; inf without an end."""
    column, which = np.unique(scope.column, return_inverse=True)
    mine, limit, upper = sp.csr_array(reach.draws[:, column]), reach.supplied, reach.alone[column]
    held = np.asarray(mine.sum(axis=1)) > 0
    if not held.any():
        return np.asarray(upper[which] * scope.weight)
    mine, limit = mine[held], limit[held]
    bounded = np.isfinite(upper)
    weight = np.bincount(which, scope.weight, minlength=len(column)).astype(np.float64)
    most = np.full(len(column), inf)
    most[bounded] = _most(mine[:, bounded], limit, upper[bounded], weight[bounded])
    return np.asarray(most[which] * scope.weight)


def _alone(layout: Layout) -> Floats:
    """The most of each flow if no other drew on what it draws on.

    From the capacities down, so that it is an upper bound wherever the rounds end.
    """
    entries = sp.coo_array(layout.balance)
    pair, column, amount = entries.coords[0], entries.coords[1], entries.data
    into, out = amount > 0, (amount < 0) & (column < layout.first_use)
    most = layout.upper.copy()
    for _ in range(_ROUNDS):
        comes = np.bincount(pair[into], amount[into] * most[column[into]], layout.balance.shape[0])
        less = most.copy()
        np.minimum.at(less, column[out], comes[pair[out]] / -amount[out])
        if np.array_equal(less, most):
            break
        most = less
    return most


def _on_the_spot(layout: Layout) -> tuple[Any, Floats]:
    """(goods at nodes, flows): units drawn of what supplies there alone make; and their most."""
    entries = sp.coo_array(layout.balance)
    pair, column, amount = entries.coords[0], entries.coords[1], entries.data
    supplied = column < layout.first_process
    n = layout.balance.shape[0]
    fed = np.bincount(pair[(amount > 0) & ~supplied], minlength=n) > 0
    upper = layout.upper[column[supplied]]
    most = np.bincount(pair[supplied], upper, minlength=n).astype(np.float64)
    tied = np.flatnonzero(~fed & np.isfinite(most))
    process = (column >= layout.first_process) & (column < layout.first_arc) & (amount < 0)
    at = (-amount[process], (pair[process], column[process]))
    return sp.csr_array(at, shape=(n, layout.n))[tied], np.asarray(most[tied])


def _most(rows: Any, limit: Floats, upper: Floats, weight: Floats) -> Floats:
    """The activities that give most in all, by a linear problem.

    Goods on the spot couple the sources of one node alone, so this is the most of each node.
    """
    n = rows.shape[1]
    problem = Canonical(
        cost=-weight,
        matrix=sp.csr_array(rows),
        row_lower=np.full(len(limit), -inf),
        row_upper=limit,
        lower=np.zeros(n),
        upper=upper,
        cones=(),
        n_flow=n,
    )
    scaled = scale(problem)
    solved = solve_canonical(scaled.canonical)
    return scaled.plan(solved.x) if solved.status == OPTIMAL else upper
