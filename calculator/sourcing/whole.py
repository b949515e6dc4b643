"""Whole numbers: suppliers used or not, lots, fees paid once.

HiGHS searches for the best whole numbers; where cones stand beside them, by cutting planes
around that search (outer approximation: every cone is the intersection of its tangents, so the
search is exact in the limit, and "infeasible" is a proof). With the whole numbers held where the
search left them, the rest is a linear or cone problem again, which gives exact flows and prices.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.cuts import solve_by_cuts
from calculator.sourcing.solved import OPTIMAL, Solved
from calculator.sourcing.solvers import by_highs, solve_canonical


def solve_whole(problem: Canonical) -> Solved:
    """Solve a problem some of whose columns are whole numbers.

    The duals are those with the whole numbers held; `bound` is the search's own lower bound.
    """
    found = solve_by_cuts(problem) if problem.cones else by_highs(problem)
    if found.status != OPTIMAL:
        return found
    held = problem.held(found.x)
    solved = solve_canonical(held)
    if solved.status != OPTIMAL:  # the search works to a tolerance that the rest need not meet
        return replace(solved, status="failed", said=f"with whole numbers held: {solved.said}")
    x = solved.x.copy()
    x[problem.integer] = np.round(found.x[problem.integer])
    return replace(solved, x=x, bound=found.bound)
