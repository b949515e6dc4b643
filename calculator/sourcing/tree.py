"""Proof over whole numbers: a lower bound on the cost of every choice, recomputed by ourselves.

Branch and bound with the plan's own cost as the mark to beat: a branch is closed when the duals
of its relaxation prove, by weak duality on the problem's matrices, that nothing in it is
cheaper, or when it is infeasible. What the solver's search said is not used.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.certificate import LEAST_COST, Certificate, dual_bound, duals
from calculator.sourcing.layout import Floats
from calculator.sourcing.solved import INFEASIBLE, OPTIMAL
from calculator.sourcing.solvers import solve_canonical

_MOST_WORK = 4_000_000  # columns solved in all branches
_MOST_BRANCHES = 3_000
_WHOLE = 1e-6


def certify_whole(
    problem: Canonical, x: Floats, held: Certificate, bound: float | None
) -> Certificate:
    """Extend the certificate of a plan with its whole numbers held to all whole numbers."""
    cost = float(problem.cost @ x)
    size = max(float(np.abs(problem.cost) @ np.abs(x)), LEAST_COST)
    own, by = proved_bound(problem, cost, held.tolerance * size)
    least = own if own is not None else bound
    if least is None:
        return replace(held, gap=np.inf, tree=by)
    return replace(held, gap=max(held.gap, (cost - least) / size, 0.0), tree=by)


def proved_bound(problem: Canonical, cost: float, room: float) -> tuple[float | None, str]:
    """Return the least cost that is proved over all whole numbers, and how.

    Nothing where the work is too much: then the solver's own search has the word, and the
    sentence says so.
    """
    most = min(_MOST_BRANCHES, _MOST_WORK // max(problem.n, 1))
    least, open_ = np.inf, [problem.relaxed()]
    for count in range(most):
        if not open_:
            return min(least, cost), f"over whole numbers by {count} branches of our own"
        branch = open_.pop()
        solved = solve_canonical(branch)
        if solved.status == INFEASIBLE:
            continue
        if solved.status != OPTIMAL:
            break
        bound = dual_bound(branch, duals(branch, solved.row, solved.cones))
        split = _split(branch, problem, solved.x)
        if bound >= cost - room or split is None:
            least = min(least, bound)
        else:
            open_ += split
    return None, "over whole numbers by the solver's own search"


def _split(branch: Canonical, problem: Canonical, x: Floats) -> tuple[Canonical, Canonical] | None:
    """Two halves on either side of the number that is least whole; the nearer one last."""
    at = problem.integer
    off = np.abs(x[at] - np.round(x[at]))
    if not len(at) or off.max() <= _WHOLE:
        return None
    j = int(at[np.argmax(off)])
    below, above = np.floor(x[j]), np.ceil(x[j])
    upper, lower = branch.upper.copy(), branch.lower.copy()
    upper[j], lower[j] = below, above
    halves = (replace(branch, upper=upper), replace(branch, lower=lower))
    return halves if x[j] - below > 0.5 else halves[::-1]
