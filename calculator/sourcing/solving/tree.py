"""Proof over whole numbers: a lower bound on the cost of every choice, recomputed by ourselves.

Branch and bound with the plan's own cost as the mark to beat: a branch is closed when the duals
of its relaxation prove, by weak duality on the problem's matrices, that nothing in it is
cheaper, or when it is infeasible. What the solver's search said is not used. Branches are taken
in the order of their bounds and split where that has raised the bound most so far; one HiGHS
model serves them all, each starting from the basis of the last. Cones enter as cuts that all
branches share (their prices add up to an exact dual of the cone).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats
from calculator.sourcing.solving.certificate import (
    LEAST_COST,
    TOLERANCE,
    Certificate,
    dual_bound,
    dual_residual,
    duals,
)
from calculator.sourcing.solving.cuts import Cutting
from calculator.sourcing.solving.even import evened
from calculator.sourcing.solving.solved import INFEASIBLE, OPTIMAL
from calculator.sourcing.solving.solvers import solve_canonical
from calculator.sourcing.watch import step

_MOST_WORK = 12_000_000  # columns solved in all branches
_MOST_BRANCHES = 4_000
_WHOLE = 1e-6
_ROUNDS = 12  # of cuts in a branch before it is split instead
_LEAST_GAIN = 1e-9


def certify_whole(
    problem: Canonical, x: Floats, held: Certificate, bound: float | None
) -> Certificate:
    """Extend the certificate of a plan with its whole numbers held to all whole numbers."""
    cost = float(problem.cost @ x)
    size = max(float(np.abs(problem.cost) @ np.abs(x)), LEAST_COST)
    own, by = proved_bound(problem, cost, 0.5 * held.tolerance * size)
    least = own if own is not None else bound
    if least is None:
        return replace(held, gap=np.inf, tree=by)
    return replace(held, gap=max(held.gap, (cost - least) / size, 0.0), tree=by)


def proved_bound(problem: Canonical, cost: float, room: float) -> tuple[float | None, str]:
    """Return the least cost that is proved over all whole numbers, and how.

    Nothing where the work is too much: then the solver's own search has the word, and the
    sentence says so.
    """
    tree = Tree(problem, Cutting.of(problem.relaxed()), cost - room)
    at = problem.integer
    open_ = [(-np.inf, 0, problem.lower[at], problem.upper[at])]
    order, least = count(1), np.inf
    most = min(_MOST_BRANCHES, _MOST_WORK // max(problem.n, 1))
    for done in range(most):
        if not open_:
            branches = "1 branch" if done == 1 else f"{done} branches"
            return min(least, cost), f"over whole numbers by {branches} of our own"
        step("proving")
        _, _, lower, upper = heapq.heappop(open_)
        found = tree.bound(lower, upper)
        if found is None:
            break
        bound, x = found
        halves = tree.split(lower, upper, x, bound) if bound < tree.mark and x is not None else ()
        if not halves:
            least = min(least, bound)
        for low, high in halves:
            heapq.heappush(open_, (bound, -next(order), low, high))
    return None, "over whole numbers by the solver's own search"


@dataclass
class Tree:
    """The branches' shared model, and what splitting each whole number has gained so far.

    A branch is closed when it cannot cost less than `mark` (scaled).
    """

    problem: Canonical
    cutting: Cutting
    mark: float
    gains: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    last: dict[bytes, tuple[int, int, float, float]] = field(default_factory=dict)

    def bound(self, lower: Floats, upper: Floats) -> tuple[float, Floats | None] | None:
        """Return the cost a branch cannot go below and its plan; None if not known."""
        branch = self._branch(lower, upper)
        held = np.array_equal(lower, upper)
        found = self._leaf(branch) if held else self._relaxed(branch)
        if found is not None:
            self._learn(lower, upper, found[0])
        return found

    def _branch(self, lower: Floats, upper: Floats) -> Canonical:
        low, high = self.problem.lower.copy(), self.problem.upper.copy()
        low[self.problem.integer], high[self.problem.integer] = lower, upper
        return replace(self.problem.relaxed(), lower=low, upper=high)

    def _relaxed(self, branch: Canonical) -> tuple[float, Floats | None] | None:
        at = self.problem.integer
        self.cutting.set_bounds(at, branch.lower[at], branch.upper[at])
        for _ in range(_ROUNDS):
            solved = self.cutting.solve()
            if solved.status == INFEASIBLE:
                return np.inf, None
            if solved.status != OPTIMAL:
                return self._leaf(branch)
            priced = duals(branch, solved.row, solved.cones)
            if dual_residual(branch, priced) > TOLERANCE:
                return self._leaf(branch)
            bound = dual_bound(branch, priced)
            if bound >= self.mark or not self.cutting.cut(solved.x):
                break
        return bound, solved.x

    def _leaf(self, branch: Canonical) -> tuple[float, Floats | None] | None:
        """Solve a branch by itself, cones and all."""
        even = evened(branch).problem
        solved = solve_canonical(even)
        if solved.status == INFEASIBLE:
            return np.inf, None
        if solved.status != OPTIMAL:
            return None
        priced = duals(even, solved.row, solved.cones)
        return (dual_bound(even, priced), solved.x) if priced.projected_by <= TOLERANCE else None

    def split(
        self, lower: Floats, upper: Floats, x: Floats, bound: float
    ) -> tuple[tuple[Floats, Floats], ...]:
        """Return parts on either side of one whole number; none where all are held."""
        z = x[self.problem.integer]
        off = np.abs(z - np.round(z))
        if off.max() > _WHOLE:
            j = self._best(z, off)
            cuts = [(lower[j], np.floor(z[j])), (np.ceil(z[j]), upper[j])]
        else:
            open_ = np.flatnonzero(upper > lower)
            if not len(open_):
                return ()
            j, v = int(open_[0]), float(np.round(z[open_[0]]))
            cuts = [(v, v), (lower[j], v - 1.0), (v + 1.0, upper[j])]
        parts = []
        for side, (low, high) in enumerate(cuts):
            if low <= high:
                part = (lower.copy(), upper.copy())
                part[0][j], part[1][j] = low, high
                parts.append(part)
                if off[j] > _WHOLE:
                    way = z[j] - high if side == 0 else low - z[j]
                    self.last[_key(*part)] = (j, side, bound, float(way))
        return tuple(parts)

    def _best(self, z: Floats, off: Floats) -> int:
        """The fractional number whose split has gained most, by the mean where none is known."""
        known = [g[0] / g[1] for g in self.gains.values()]
        usual = float(np.mean(known)) if known else 1.0
        best, most = -1, -1.0
        for j in np.flatnonzero(off > _WHOLE).tolist():
            down, up = z[j] - np.floor(z[j]), np.ceil(z[j]) - z[j]
            score = self._gain(j, 0, usual) * down * (self._gain(j, 1, usual) * up)
            if score > most:
                best, most = j, float(score)
        return best

    def _gain(self, j: int, side: int, usual: float) -> float:
        total, times = self.gains.get((j, side), [usual, 1.0])
        return max(total / times, _LEAST_GAIN)

    def _learn(self, lower: Floats, upper: Floats, bound: float) -> None:
        """Remember by how much a split raised the bound, per unit of the number."""
        told = self.last.pop(_key(lower, upper), None)
        if told is None:
            return
        j, side, before, way = told
        rise = min(bound, self.mark) - before
        if not np.isfinite(rise):
            return
        gain = self.gains.setdefault((j, side), [0.0, 0.0])
        gain[0] += max(rise, 0.0) / max(way, _WHOLE)
        gain[1] += 1.0


def _key(lower: Floats, upper: Floats) -> bytes:
    return lower.tobytes() + upper.tobytes()
