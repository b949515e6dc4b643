"""Cones by cutting planes: a second, independent way to solve them, on HiGHS alone.

||v|| <= t holds exactly when u'v <= t for every unit vector u (Cauchy-Schwarz). Each round
solves a linear problem and adds, for every cone that is still missed, the u of the point found
(Kelley 1960). The linear problems are outer approximations, so "infeasible" is a proof, and the
prices of the cuts add up to an exact dual of the cone. Slower than an interior point on large
problems, but sure at the edge of feasibility, where that one has no interior to walk in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats, Ints
from calculator.sourcing.solving.solved import FAILED, OPTIMAL, UNBOUNDED, ConeDual, Solved
from calculator.sourcing.watch import step

_ROUNDS = 300
_MISS = 3e-9  # scaled; HiGHS itself works to 1e-9

Cut = tuple[int, Floats]


def solve_by_cuts(problem: Canonical) -> Solved:
    """Solve a problem with cones; failed if the rounds run out or a round is unbounded."""
    cutting = Cutting.of(problem)
    for _ in range(_ROUNDS):
        step("cutting")
        solved = cutting.solve()
        if solved.status == UNBOUNDED:
            return replace(solved, status=FAILED)
        if solved.status != OPTIMAL or not cutting.cut(solved.x):
            return solved
    return _nothing(problem, FAILED, f"cones still missed after {_ROUNDS} rounds of cuts")


@dataclass
class Cutting:
    """A HiGHS model of the linear part and of the cuts found so far, kept from solve to solve."""

    problem: Canonical
    model: Any
    cuts: list[Cut]

    @classmethod
    def of(cls, problem: Canonical) -> Cutting:
        """Load a problem, with the first cuts of its cones."""
        from calculator.sourcing.solving.solvers import highs_model

        cutting = cls(problem, highs_model(problem), [])
        cutting.add(_first_cuts(problem))
        return cutting

    def set_bounds(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Move bounds of some columns."""
        self.model.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def solve(self) -> Solved:
        """Solve under the cuts so far; each cone's dual is made of the prices of its cuts."""
        from calculator.sourcing.solving.solvers import highs_bound, highs_status, run_model

        run_model(self.model)
        status = highs_status(self.model)
        if status != OPTIMAL:
            return _nothing(self.problem, status, status)
        x = np.array(self.model.getSolution().col_value)
        if len(self.problem.integer):
            nothing = _nothing(self.problem, OPTIMAL, "")
            return replace(nothing, x=x, bound=highs_bound(self.model, self.problem))
        return _read(self.problem, x, np.array(self.model.getSolution().row_dual), self.cuts)

    def cut(self, x: Floats) -> bool:
        """Cut off a point that misses a cone; tell whether it did."""
        missed = _missed(self.problem, x)
        self.add(missed)
        return bool(missed)

    def add(self, new: list[Cut]) -> None:
        """Add cuts: (cone, unit vector)."""
        _add(self.model, self.problem, self.cuts, new)


def _nothing(problem: Canonical, status: str, said: str) -> Solved:
    return Solved(status, np.zeros(problem.n), np.zeros(problem.m), (), said)


def _first_cuts(problem: Canonical) -> list[Cut]:
    """No part is longer than the whole, and the even direction."""
    cuts: list[Cut] = []
    for k, block in enumerate(problem.cones):
        n = block.vectors.shape[0]
        cuts += [(k, unit) for unit in np.eye(n)]
        cuts.append((k, np.full(n, n**-0.5)))
    return cuts


def _missed(problem: Canonical, x: Floats) -> list[Cut]:
    cuts = []
    for k, block in enumerate(problem.cones):
        v = block.vectors @ x
        norm = float(np.linalg.norm(v))
        if norm - float((block.reach @ x)[0]) - block.offset > _MISS * (1.0 + norm):
            cuts.append((k, v / norm))
    return cuts


def _add(model: Any, problem: Canonical, cuts: list[Cut], new: list[Cut]) -> None:
    for k, unit in new:
        block = problem.cones[k]
        row = sp.csr_array(sp.csr_array(unit[None, :]) @ block.vectors - block.reach)
        model.addRow(-np.inf, block.offset, row.nnz, row.indices.astype(np.int32), row.data)
    cuts += new


def _read(problem: Canonical, x: Floats, row: Floats, cuts: list[Cut]) -> Solved:
    reach = np.zeros(len(problem.cones))
    vectors = [np.zeros(block.vectors.shape[0]) for block in problem.cones]
    prices = -row[problem.m :]
    for j in np.flatnonzero(prices).tolist():  # few of thousands of cuts have a price
        (k, unit), price = cuts[j], prices[j]
        reach[k] += price
        vectors[k] -= price * unit
    duals = tuple(ConeDual(float(r), v) for r, v in zip(reach, vectors, strict=True))
    return Solved(OPTIMAL, x, row[: problem.m], duals, OPTIMAL)
