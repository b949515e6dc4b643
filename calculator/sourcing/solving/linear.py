"""A plain linear problem on sparse matrices, solved and proved like a plan.

For problems that are no supply network: minimise cost'x subject to row_lower <= A x <= row_upper
and lower <= x <= upper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats
from calculator.sourcing.solving.certificate import Certificate, certify, duals
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import FAILED, OPTIMAL
from calculator.sourcing.solving.solvers import solve_canonical


@dataclass(frozen=True)
class LinearAnswer:
    """The answer to a linear problem; without a passed certificate it is no answer.

    `row` is d(cost)/d(right-hand side) of each row, in the problem's own units.
    """

    status: str
    x: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    row: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    certificate: Certificate | None = None


def solve_linear(
    cost: Floats,
    matrix: Any,
    row_lower: Floats,
    row_upper: Floats,
    lower: Floats,
    upper: Floats,
) -> LinearAnswer:
    """Solve by HiGHS and prove the answer from the matrices alone.

    Args:
        cost: (n,) cost of a unit of each variable.
        matrix: (m, n) sparse rows.
        row_lower: (m,) least of each row; -inf for none.
        row_upper: (m,) most of each row; inf for none.
        lower: (n,) least of each variable.
        upper: (n,) most of each variable.

    Returns:
        `status` "optimal", "infeasible", "unbounded" or "failed" (no proof within tolerance).

    Raises:
        SourcingError: a number that is none, among the costs or the matrix.
    """
    rows = sp.csr_array(matrix)
    _check(cost, rows)
    problem = Canonical(cost, rows, row_lower, row_upper, lower, upper, (), len(cost))
    scaled = scale(problem)
    solved = solve_canonical(scaled.canonical)
    if solved.status != OPTIMAL:
        return LinearAnswer(solved.status)
    priced = duals(scaled.canonical, solved.row, ())
    proof = certify(scaled.canonical, solved.x, priced)
    status = OPTIMAL if proof.ok else FAILED
    return LinearAnswer(status, scaled.plan(solved.x), scaled.row_duals(priced.row), proof)


def _check(cost: Floats, rows: Any) -> None:
    if not (np.isfinite(cost).all() and np.isfinite(rows.data).all()):
        raise SourcingError("a linear problem holds a number that is none; check its inputs.", ())
