"""The stockpile as a linear problem: stocks now, flows in each event, money and risk.

In days of the plan, for event e, point p and step j of d_j days within which nothing changes:

    s[e,p,j] = s[e,p,j-1] + q[e,p,j] - sum_t need[p,t] q[e,t,j] - d_j + l[e,p,j]   (d, l: products)
    0 <= q[e,p,j] <= a[e,p,j] d_j,   0 <= s[e,p,j] <= k[p] + public[p],   0 <= l[e,p,j] <= d_j
    L[e] = sum_p,j kwh[p] l[e,p,j],  u[e] >= L[e] - t,  u >= 0, t >= 0

with k the days of cover that are decided before. Within a step rates are even, so that nothing
is lost by taking its days together: the problem is exact, and small. Risk is
(1 - w) sum_e p_e L_e + w (t + sum_e p_e u_e / (1 - beta)) in kWh a year (Rockafellar and Uryasev
2000); in a quiet year nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain
from calculator.shocks.run_down import Flowsheet
from calculator.sourcing.solving.linear import LinearAnswer, solve_linear

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Steps:
    """Spans of one event within which availability stays the same."""

    days: FloatArray
    """(J,)"""
    arrives: FloatArray
    """(P, J) share of the planned inflow."""

    @classmethod
    def of(cls, arrives: FloatArray) -> Steps:
        """Join equal days of (P, T) availability."""
        changes = np.any(arrives[:, 1:] != arrives[:, :-1], axis=0)
        first = np.concatenate([[0], 1 + np.flatnonzero(changes)])
        ends = np.append(first[1:], arrives.shape[1])
        return cls((ends - first).astype(np.float64), arrives[:, first])


@dataclass(frozen=True)
class Bounds:
    """Days of cover of each point: least, most, and the public stock beside it."""

    least: FloatArray
    most: FloatArray
    public: FloatArray


class _Block:
    """Columns of one event, and their rows: balances, then stock within its room."""

    def __init__(self, sheet: Flowsheet, steps: Steps, first: int) -> None:
        self.points, self.count = len(sheet.names), len(steps.days)
        self.sheet, self.steps, self.first = sheet, steps, first
        self.products = np.array(sheet.products, np.int64)
        self.width = self.count * (2 * self.points + len(self.products))

    def flow(self, j: int) -> Ints:
        """Columns of the inflows in a step."""
        return np.asarray(self.first + j * self.points + np.arange(self.points))

    def stock(self, j: int) -> Ints:
        """Columns of the stocks at the end of a step."""
        return self.flow(self.count + j)

    def short(self, j: int) -> Ints:
        """Columns of the shortages in a step."""
        first = self.first + 2 * self.count * self.points + j * len(self.products)
        return np.asarray(first + np.arange(len(self.products)))

    def upper(self) -> FloatArray:
        """Most of each column."""
        arrives = (self.steps.arrives * self.steps.days).T.ravel()
        short = np.repeat(self.steps.days, len(self.products))
        return np.concatenate([arrives, np.full(arrives.size, np.inf), short])

    def kwh(self) -> FloatArray:
        """Energy lost by each column, kWh."""
        found = np.zeros(self.width)
        for j in range(self.count):
            found[self.short(j) - self.first] = self.sheet.kwh_per_day[self.products]
        return found

    def entries(self) -> list[tuple[Ints, Ints, FloatArray]]:
        """Row, column and value of the balances, then of the room of each stock."""
        found: list[tuple[Ints, Ints, FloatArray]] = []
        every = np.arange(self.points)
        flow_of, flow_in = np.nonzero(self.sheet.need)
        for j in range(self.count):
            row = j * self.points + every
            before = every if j == 0 else self.stock(j - 1)
            room = (self.count + j) * self.points + every
            one = np.ones(self.points)
            found += [
                (row, self.stock(j), one),
                (row, before, -one),
                (row, self.flow(j), -one),
                (row[flow_of], self.flow(j)[flow_in], self.sheet.need[flow_of, flow_in]),
                (row[self.products], self.short(j), -np.ones(len(self.products))),
                (room, self.stock(j), one),
                (room, every, -one),
            ]
        return found

    def sides(self, public: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Least and most of each row."""
        used = np.zeros((self.count, self.points))
        used[:, self.products] = -self.steps.days[:, None]
        used[0] += public
        room = np.tile(public, self.count)
        low = np.concatenate([used.ravel(), np.full(room.size, -np.inf)])
        return low, np.concatenate([used.ravel(), room])


@dataclass(frozen=True)
class StockProblem:
    """Columns: days of cover of each point, t, u of each event, then the blocks of the events."""

    sheet: Flowsheet
    steps: tuple[Steps, ...]
    chance: FloatArray
    weight: float
    level: float
    bounds: Bounds

    @classmethod
    def of(
        cls,
        chain: Chain,
        arrives: FloatArray,
        chance: Sequence[float],
        weight: float,
        level: float,
        bounds: Bounds,
    ) -> StockProblem:
        """The problem of (E, P, T) availability."""
        steps = tuple(Steps.of(one) for one in arrives)
        return cls(Flowsheet.of(chain), steps, np.array(chance), weight, level, bounds)

    def with_cover(self, cover: FloatArray) -> StockProblem:
        """The problem with the stocks as they are given."""
        return replace(self, bounds=replace(self.bounds, least=cover, most=cover))

    @cached_property
    def _blocks(self) -> tuple[_Block, ...]:
        found, first = [], len(self.sheet.names) + 1 + len(self.steps)
        for steps in self.steps:
            found.append(_Block(self.sheet, steps, first))
            first += found[-1].width
        return tuple(found)

    @property
    def _width(self) -> int:
        head = len(self.sheet.names) + 1 + len(self.steps)
        return head + sum(block.width for block in self._blocks)

    @cached_property
    def lost(self) -> sp.csr_array:
        """(E, n): kWh lost in each event by a unit of each column."""
        found = sp.lil_array((len(self.steps), self._width))
        for e, block in enumerate(self._blocks):
            found[[e], block.first : block.first + block.width] = block.kwh()
        return sp.csr_array(found)

    @cached_property
    def risk(self) -> FloatArray:
        """(n,): what is expected and the tail of it, kWh a year."""
        p, points = len(self.sheet.names), len(self.sheet.names) + 1
        found = np.asarray((1.0 - self.weight) * (self.chance @ self.lost))
        found[p] = self.weight
        if self.level < 1.0:
            tail = self.weight * self.chance / (1.0 - self.level)
            found[points : points + len(self.chance)] = tail
        return found

    def value(self, per_day: FloatArray) -> FloatArray:
        """(n,): a weight on the days of cover."""
        return np.concatenate([per_day, np.zeros(self._width - len(per_day))])

    def solve(
        self,
        cost: FloatArray,
        caps: Sequence[tuple[FloatArray, float]] = (),
    ) -> LinearAnswer:
        """Minimise a weight on the columns; ``caps`` hold other weights to a most."""
        matrix, low, high = self._rows
        for weights, most in caps:
            matrix = sp.vstack([matrix, sp.csr_array(weights[None, :])], format="csr")
            low, high = np.append(low, -np.inf), np.append(high, most)
        return solve_linear(cost, matrix, low, high, *self._sides)

    @cached_property
    def _sides(self) -> tuple[FloatArray, FloatArray]:
        events = len(self.steps)
        upper = np.concatenate(
            [
                self.bounds.most,
                [np.inf],
                np.full(events, np.inf if self.level < 1.0 else 0.0),
                *(block.upper() for block in self._blocks),
            ]
        )
        lower = np.zeros(self._width)
        lower[: len(self.bounds.least)] = self.bounds.least
        return lower, upper

    @cached_property
    def _rows(self) -> tuple[sp.csr_array, FloatArray, FloatArray]:
        parts, lows, highs = [], [], []
        for block in self._blocks:
            row, column, value = (np.concatenate(x) for x in zip(*block.entries(), strict=True))
            low, high = block.sides(self.bounds.public)
            parts.append(sp.csr_array((value, (row, column)), shape=(len(low), self._width)))
            lows.append(low)
            highs.append(high)
        tail = self._tail()
        zero = np.zeros(len(self.steps))
        matrix = sp.vstack([*parts, tail], format="csr")
        return (
            sp.csr_array(matrix),
            np.concatenate([*lows, zero]),
            np.concatenate([*highs, np.full(len(zero), np.inf)]),
        )

    def _tail(self) -> sp.csr_array:
        """Rows u + t - L >= 0."""
        events, points = len(self.steps), len(self.sheet.names)
        at = np.arange(events)
        ones = np.ones(events)
        shape = (events, self._width)
        own = sp.csr_array((ones, (at, points + 1 + at)), shape=shape)
        threshold = sp.csr_array((ones, (at, np.full(events, points))), shape=shape)
        return sp.csr_array(own + threshold - self.lost)
