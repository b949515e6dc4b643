"""The corners of a linear front: dichotomic search on one model whose cost changes.

Aneja and Nair (1979): the sum of both objectives, weighted along the line between two
neighbours, either finds a point beyond that line or proves that there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from calculator.sourcing.canonical import Canonical, stack
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.objectives.weighted import summed
from calculator.sourcing.rows import Built
from calculator.sourcing.solving.scaling import Scaled, scale
from calculator.sourcing.solving.solved import OPTIMAL
from calculator.sourcing.solving.solvers import highs_model, highs_status
from calculator.sourcing.watch import run, step

_MOST = 400
_PER_POINT = 8  # corners sought for each to be kept
_BEYOND = 1e-7  # of the distance between the ends
_PRICED = 1e-9

Values = tuple[float, float]


@dataclass(frozen=True)
class Two:
    """One set of matrices and the scaled costs of both objectives on it."""

    scaled: Scaled
    costs: tuple[Floats, Floats]
    sizes: tuple[float, float]
    charged: bool
    money: tuple[bool, bool]

    @classmethod
    def of(cls, layout: Layout, built: Sequence[Built], first: Objective, second: Objective) -> Two:
        """State the problem under both objectives."""
        goals = (first.build(layout), second.build(layout))
        stacks = [stack(layout, built, goal) for goal in _over_both(layout, goals)]
        scaled = scale(stacks[0].canonical)
        costs = [s.canonical.cost * scaled.column for s in stacks]
        sizes = [float(np.abs(c).max(initial=0.0)) or 1.0 for c in costs]
        charged = any(b.charges or (b.columns is not None and b.columns.kind) for b in built)
        return cls(
            scaled,
            (costs[0] / sizes[0], costs[1] / sizes[1]),
            (sizes[0], sizes[1]),
            bool(charged),
            (goals[0].money != 0, goals[1].money != 0),
        )

    @property
    def problem(self) -> Canonical:
        """The scaled problem."""
        return self.scaled.canonical

    @property
    def linear(self) -> bool:
        """Whether there is neither a cone nor a whole number."""
        return not self.problem.cones and not len(self.problem.integer)

    def capped_is_second(self, first: Objective, second: Objective) -> bool:
        """Whether caps go on the second objective: not if rules charge money and it counts it."""
        if not (self.charged and self.money[1]):
            return True
        if self.money[0]:
            raise SourcingError(
                f"{first.word!r} and {second.word!r} both count money and a rule charges some, "
                "which a cap on an objective does not see; set one against another objective, "
                "or leave out the rules that charge.",
                (),
            )
        return False


def _over_both(layout: Layout, goals: tuple[Goal, Goal]) -> tuple[Goal, Goal]:
    """The goals over the own variables of both, so that they share their matrices."""
    first, second = goals
    return summed(layout, [(1.0, first), (0.0, second)]), summed(
        layout, [(0.0, first), (1.0, second)]
    )


@dataclass(frozen=True, order=True)
class _Gap:
    """Two neighbours between which a corner may lie; the widest comes first."""

    order: float
    start: Floats = field(compare=False)
    end: Floats = field(compare=False)

    @classmethod
    def between(cls, start: Floats, end: Floats, size: Floats) -> _Gap:
        return cls(-float(np.prod(np.abs(end - start) / size)), start, end)


class Search:
    """Corners of a linear front, on one HiGHS model whose cost changes.

    The widest gap is looked into first, so that a search which ends at `most` is spread.
    """

    def __init__(self, two: Two, keep: int | None) -> None:
        self.two, self.model = two, highs_model(two.problem)
        self.most = _MOST if keep is None else min(_MOST, _PER_POINT * keep)
        self.every = np.arange(two.problem.n, dtype=np.int32)
        self.cut = False

    def end(self, which: int) -> Floats | None:
        """Least in one objective and, among those, in the other; None without a plan.

        The second stage holds the columns and rows that have a price where they stand.
        """
        problem, other = self.two.problem, 1 - which
        if self._least(self.two.costs[which]) is None:
            return None
        solution = self.model.getSolution()
        price = np.abs(np.array(solution.col_dual))
        row_price = np.abs(np.array(solution.row_dual))
        x, body = np.array(solution.col_value), np.array(solution.row_value)
        self._bounds(
            np.where(price > _PRICED, x, problem.lower),
            np.where(price > _PRICED, x, problem.upper),
            np.where(row_price > _PRICED, body, problem.row_lower),
            np.where(row_price > _PRICED, body, problem.row_upper),
        )
        found = self._least(self.two.costs[other])
        self._bounds(problem.lower, problem.upper, problem.row_lower, problem.row_upper)
        return found

    def _bounds(self, lower: Floats, upper: Floats, row_lower: Floats, row_upper: Floats) -> None:
        rows = np.arange(self.two.problem.m, dtype=np.int32)
        self.model.changeColsBounds(len(self.every), self.every, lower, upper)
        self.model.changeRowsBounds(len(rows), rows, row_lower, row_upper)

    def _least(self, cost: Floats) -> Floats | None:
        """Both figures of a plan that is best at a cost."""
        step("seeking a corner")
        self.model.changeColsCost(len(self.every), self.every, cost)
        run(self.model)
        if highs_status(self.model) != OPTIMAL:
            return None
        x = np.array(self.model.getSolution().col_value)
        return np.array([(c * x).sum() for c in self.two.costs])

    def between(self, first: Floats, last: Floats) -> list[Values]:
        """All corners from one end to the other, both included, in the units of the objectives."""
        size = np.abs(last - first)
        if (size <= _BEYOND * (1e-3 + np.abs(first))).any():
            return [self._in_units(first)]
        found, open_ = [first, last], [_Gap.between(first, last, size)]
        while open_ and len(found) < self.most:
            gap = heappop(open_)
            beyond = self._beyond(gap.start, gap.end, size)
            if beyond is not None:
                found.append(beyond)
                for pair in ((gap.start, beyond), (beyond, gap.end)):
                    heappush(open_, _Gap.between(*pair, size))
        self.cut = bool(open_)
        found.sort(key=lambda z: (z[0], -z[1]))
        return [self._in_units(z) for z in _corners(found, size)]

    def _beyond(self, a: Floats, b: Floats, size: Floats) -> Floats | None:
        """A point beyond the line from a to b, or None."""
        weight = np.array([a[1] - b[1], b[0] - a[0]])
        if (weight <= _BEYOND * size[::-1]).any():
            return None
        weight = weight / weight.max()
        z = self._least(weight[0] * self.two.costs[0] + weight[1] * self.two.costs[1])
        if z is None or weight @ (a - z) <= _BEYOND * (weight @ size):
            return None
        return z

    def _in_units(self, z: Floats) -> Values:
        return float(z[0] * self.two.sizes[0]), float(z[1] * self.two.sizes[1])


def _corners(points: list[Floats], size: Floats) -> list[Floats]:
    """Leave out what lies on the line between its neighbours, or on them."""
    kept: list[Floats] = []
    for z in points:
        while len(kept) >= 2 and not _bends((kept[-2], kept[-1], z), size):
            kept.pop()
        if not kept or (np.abs(kept[-1] - z) > _BEYOND * size).any():
            kept.append(z)
    return kept


def _bends(three: tuple[Floats, Floats, Floats], size: Floats) -> bool:
    """Whether the middle one is beyond the line of its neighbours."""
    b, c = ((z - three[0]) / size for z in three[1:])
    return bool(b[0] * c[1] - b[1] * c[0] > 0.1 * _BEYOND * np.hypot(*c))


def spread(corners: list[Values], keep: int | None) -> list[Values]:
    """Return both ends, then always the corner farthest from those kept, each axis scaled."""
    if keep is None or len(corners) <= keep:
        return corners
    z = np.array(corners)
    z = (z - z.min(axis=0)) / np.ptp(z, axis=0)
    chosen = [0, len(corners) - 1]
    while len(chosen) < keep:
        gap = np.min([np.hypot(*(z - z[k]).T) for k in chosen], axis=0)
        chosen.append(int(np.argmax(gap)))
    return [corners[k] for k in sorted(chosen)]
