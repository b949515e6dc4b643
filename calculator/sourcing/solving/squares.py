"""Least squares over a feasible set by Clarabel on the matrices, without a statement in between.

minimise ||S x||^2 = y'y with y = S x, over the linear rows, bounds and cones of a problem. Only
the plan is wanted, no prices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats
from calculator.sourcing.solving.solved import FAILED, INFEASIBLE, OPTIMAL, Solved


def solve_squares(problem: Canonical, squares: Any, tolerances: tuple[float, ...]) -> Solved:
    """Minimise ||squares x||^2; each tolerance is tried until one gives a clear answer."""
    import clarabel

    n, k = problem.n, squares.shape[0]
    weight = sp.csc_array(sp.diags_array(np.concatenate([np.zeros(n), np.full(k, 2.0)])))
    matrix, side, cones = _blocks(problem, squares)
    said = clarabel.SolverStatus
    known = {said.Solved: OPTIMAL, said.PrimalInfeasible: INFEASIBLE}
    status, x = FAILED, np.zeros(n)
    for tolerance in tolerances:
        settings = _settings(tolerance)
        solver = clarabel.DefaultSolver(weight, np.zeros(n + k), matrix, side, cones, settings)
        found = solver.solve()
        status, x = known.get(found.status, FAILED), np.array(found.x)[:n]
        if status != FAILED:
            break
    return Solved(status, x, np.zeros(problem.m), (), str(found.status))


def _settings(tolerance: float) -> Any:
    import clarabel

    settings = clarabel.DefaultSettings()
    settings.verbose, settings.max_iter = False, 400
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    return settings


def _blocks(problem: Canonical, squares: Any) -> tuple[Any, Floats, list[Any]]:
    """Rows A v + s = b of v = (x, y): s = 0 first, then s >= 0, then s in a second-order cone."""
    import clarabel

    k = squares.shape[0]
    equal, below, above = _linear(problem)
    zero = sp.hstack([sp.csr_array(squares), -sp.eye_array(k)])
    parts = [(_wide(equal[0], k), equal[1]), (zero, np.zeros(k))]
    ones = [(_wide(below[0], k), below[1]), (_wide(-above[0], k), -above[1])]
    soc = [_cone(block, k) for block in problem.cones]
    cones = [clarabel.ZeroConeT(_height(parts)), clarabel.NonnegativeConeT(_height(ones))]
    cones += [clarabel.SecondOrderConeT(len(side)) for _, side in soc]
    every = [*parts, *ones, *soc]
    matrix = sp.csc_array(sp.vstack([m for m, _ in every], format="csc"))
    return matrix, np.concatenate([side for _, side in every]), cones


def _linear(problem: Canonical) -> tuple[tuple[Any, Floats], ...]:
    """Equalities, upper sides and lower sides of rows and bounds together."""
    rows = sp.csr_array(sp.vstack([problem.matrix, sp.eye_array(problem.n)], format="csr"))
    lower = np.concatenate([problem.row_lower, problem.lower])
    upper = np.concatenate([problem.row_upper, problem.upper])
    equal = lower == upper
    below, above = np.isfinite(upper) & ~equal, np.isfinite(lower) & ~equal
    return (rows[equal], upper[equal]), (rows[below], upper[below]), (rows[above], lower[above])


def _cone(block: Any, k: int) -> tuple[Any, Floats]:
    """(reach x + offset, vectors x) as s = b - A v."""
    body = sp.vstack([block.reach, block.vectors])
    return _wide(-body, k), np.concatenate([[block.offset], np.zeros(block.vectors.shape[0])])


def _wide(matrix: Any, k: int) -> Any:
    return sp.hstack([matrix, sp.csr_array((matrix.shape[0], k))])


def _height(parts: list[tuple[Any, Floats]]) -> int:
    return sum(len(side) for _, side in parts)
