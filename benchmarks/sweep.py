"""A hundred neighbours of one plan, against HiGHS warm-started on the same matrices.

The direct loop keeps one model, changes in it what differs from point to point, runs on from
the last basis and reads the solution. Every cost of ours must agree with its cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from benchmarks.networks import Records, records
from benchmarks.sourcing import timed_solver

if TYPE_CHECKING:
    from calculator.sourcing.canonical import Canonical
    from calculator.sourcing.network import Network
    from calculator.sourcing.solving.scaling import Scaled

SIZE, POINTS, REPEATS, GOAL = 10_000, 100, 3, 2.0
AGREES = 1e-6

Floats = npt.NDArray[np.float64]
Change = Mapping[str, Mapping[str, float]]
Result = TypeVar("Result")


def run() -> Iterator[tuple[str, str]]:
    from calculator.sourcing import ShareCap

    base = records(SIZE)
    capped = [rule.name for rule in base.rules if isinstance(rule, ShareCap)]
    limits = np.linspace(0.5, 1.0, POINTS).tolist()
    caps = [{"limits": dict.fromkeys(capped, limit)} for limit in limits]
    yield from _swept("share caps", base, caps)
    nickel = {s.id: s.price_per_unit for s in base.supplies if s.commodity.startswith("nickel")}
    factors = np.linspace(0.5, 2.0, POINTS).tolist()
    prices = [{"prices": {name: x * usd for name, usd in nickel.items()}} for x in factors]
    yield from _swept("prices", base, prices)


def _swept(what: str, base: Records, points: Sequence[Change]) -> Iterator[tuple[str, str]]:
    network = base.network()
    direct = _Direct.of(_problem(base, points[0]), _problem(base, points[-1]))
    along = np.linspace(0.0, 1.0, len(points))
    own, (inside, ours) = _quickest(lambda: _costs(network, base, points))
    warm, theirs = _quickest(lambda: direct.costs(along))
    if not np.allclose(ours, theirs, rtol=AGREES):
        raise RuntimeError(f"the two sweeps over {what} disagree by {np.abs(ours - theirs).max()}")
    label = f"{len(points)} points over {what}"
    yield f"{label}: ours over a warm direct loop", f"{own / warm:.1f} x (goal {GOAL:g})"
    yield f"{label}: of which HiGHS", f"{inside / warm:.1f} x"


def _costs(network: Network, base: Records, points: Sequence[Change]) -> tuple[float, Floats]:
    """Seconds inside HiGHS, and the cost of each point."""
    from calculator.sourcing.answers.sweep import sweep

    with timed_solver() as inside:
        costs = np.array([point.cost for point in sweep(network, base.rules, points)])
    return inside.seconds, costs


def _quickest(call: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds of the shortest of some runs, and what it gave."""
    runs = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = call()
        runs.append((time.perf_counter() - start, result))
    return min(runs, key=lambda run: run[0])


def _problem(base: Records, change: Change) -> Canonical:
    """The matrices of one point, built from its own records."""
    from calculator.sourcing.problem import state

    limits, prices = change.get("limits", {}), change.get("prices", {})
    rules = [r.with_limit(limits[r.name]) if r.name in limits else r for r in base.rules]
    supplies = (
        replace(s, price_per_unit=prices[s.id]) if s.id in prices else s for s in base.supplies
    )
    return state(replace(base, supplies=tuple(supplies)).network(), rules).canonical


@dataclass(frozen=True)
class _Direct:
    """One HiGHS model whose matrix and cost move on a straight line between two ends.

    `entries` are row, column, first value and change; scaled as the first end is.
    """

    problem: Canonical
    money: float
    cost_change: Floats
    entries: tuple[tuple[int, int, float, float], ...]

    @classmethod
    def of(cls, first: Canonical, last: Canonical) -> _Direct:
        from calculator.sourcing.solving.scaling import scale

        scaled = scale(first)
        entries = _moving(scaled, sp.coo_array(last.matrix - first.matrix))
        cost = (last.cost - first.cost) * scaled.column / scaled.money
        return cls(scaled.canonical, scaled.money, cost, entries)

    def costs(self, points: Floats) -> Floats:
        """Cost at each point, 0 the first end and 1 the last."""
        from calculator.sourcing.solving.solvers import highs_model

        model = highs_model(self.problem)
        moved = np.flatnonzero(self.cost_change).astype(np.int32)
        costs = []
        for share in points.tolist():
            for row, column, start, grown in self.entries:
                model.changeCoeff(row, column, start + share * grown)
            if len(moved):
                cost = (self.problem.cost + share * self.cost_change)[moved]
                model.changeColsCost(len(moved), moved, cost)
            model.run()
            model.getSolution()
            costs.append(self.money * model.getInfo().objective_function_value)
        return np.array(costs)


def _moving(scaled: Scaled, change: sp.coo_array) -> tuple[tuple[int, int, float, float], ...]:
    """Entries that move from one end to the other, in the scaled problem."""
    at = np.flatnonzero(change.data)
    if not len(at):
        return ()
    row, column = change.coords[0][at], change.coords[1][at]
    start = scaled.canonical.matrix[row, column]
    grown = change.data[at] * scaled.row[row] * scaled.column[column]
    return tuple(zip(row.tolist(), column.tolist(), start.tolist(), grown.tolist(), strict=True))
