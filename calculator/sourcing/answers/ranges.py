"""How far a flow may go without the plan getting worse: flux variability (MODEL 2.10).

Two problems a flow on the face of all plans that are as good, and as cheap, as the one reported.
Whole numbers are held where the plan has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np

from calculator.sourcing.answers.flow_names import FlowNames
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats
from calculator.sourcing.network import Network
from calculator.sourcing.objectives import Cost, Objective
from calculator.sourcing.plan import Plan
from calculator.sourcing.problem import Stated, cheapest, state
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.solving.certificate import duals
from calculator.sourcing.solving.even import evened
from calculator.sourcing.solving.solved import OPTIMAL, UNBOUNDED
from calculator.sourcing.solving.solvers import highs_model, highs_status, solve_canonical
from calculator.sourcing.solving.ties import Face, optimal_face
from calculator.sourcing.watch import run, step

_MOST = 4_000


@dataclass(frozen=True)
class FlowRange:
    """The least and the most of one flow among plans as good as the one reported.

    `level` is where that plan stands, in `unit`. A side that could not be found is nan, one
    without an end is inf.
    """

    id: str
    least: float
    most: float
    level: float
    unit: str


def ranges(
    network: Network,
    rules: Sequence[Rule],
    plan: Plan,
    flows: Sequence[str] | None = None,
    *,
    objective: Objective | None = None,
) -> tuple[FlowRange, ...]:
    """Return the range of each flow at the optimum, all other flows free to follow.

    `flows` are ids of supplies, processes, arcs and demands, or their labels ("supply nickel at
    A"); without them, every flow of the network. `objective` is the one the plan was solved for.

    Raises:
        SourcingError: an unknown flow, a plan without flows, or more flows than 4,000 at once.
    """
    if plan.status != OPTIMAL:
        raise SourcingError(f"the plan is {plan.status}; only an optimal plan has ranges.", ())
    layout = network.layout
    columns = range(layout.n) if flows is None else FlowNames.of(layout).columns(flows)
    if len(columns) > _MOST:
        raise SourcingError(f"{len(columns)} flows are too many to range; name those you ask.", ())
    stated = state(network, rules, objective)
    face = _face(stated)
    if face is None:
        raise SourcingError("the plan could not be found again; solve it anew.", ())
    return tuple(_ranges(stated, face, plan, columns))


def _face(stated: Stated) -> Face | None:
    """The face of all plans as good (and, among those, as cheap)."""
    whole = stated.scaled.canonical
    if not len(whole.integer):
        whole = evened(whole).problem
    solved = solve_canonical(whole)
    if solved.status != OPTIMAL:
        return None
    problem = whole.held(solved.x) if len(whole.integer) else whole
    face = optimal_face(problem, solved.x, duals(problem, solved.row, solved.cones))
    if isinstance(stated.objective, Cost):
        return face
    return cheapest(stated, face, solved.x)[0]


def _ranges(stated: Stated, face: Face, plan: Plan, columns: Sequence[int]) -> Iterator[FlowRange]:
    extreme = _by_cones if face.problem.cones else _Persistent.of(face)
    layout, scale = stated.layout, stated.scaled.column
    for j in columns:
        step(f"ranging {layout.labels[j]}")
        level = float(plan.x[j])
        if face.free[j]:
            ends = [float(scale[j]) * extreme(face, j, sign) + 0.0 for sign in (1.0, -1.0)]
        else:
            ends = [float(scale[j] * face.problem.lower[j])] * 2
        least, most = (_settled(end, level) for end in ends)
        yield FlowRange(layout.labels[j], least, most, level, layout.unit_of(j))


def _settled(end: float, level: float) -> float:
    """An end within the solver's accuracy of the plan's own level is that level."""
    return level if abs(end - level) <= 1e-9 * (1.0 + abs(level)) else end


def _by_cones(face: Face, j: int, sign: float) -> float:
    cost = np.zeros(face.problem.n)
    cost[j] = sign
    solved = solve_canonical(face.problem.with_cost(cost))
    return _end(solved.status, sign, solved.x, j)


def _end(status: str, sign: float, x: Floats, j: int) -> float:
    if status == UNBOUNDED:
        return -sign * inf
    return float(x[j]) if status == OPTIMAL else nan


@dataclass(frozen=True)
class _Persistent:
    """One HiGHS model of a linear face; from flow to flow only the cost of two columns moves."""

    model: Any

    @classmethod
    def of(cls, face: Face) -> _Persistent:
        return cls(highs_model(face.problem.with_cost(np.zeros(face.problem.n))))

    def __call__(self, face: Face, j: int, sign: float) -> float:
        self.model.changeColCost(j, sign)
        run(self.model)
        status = highs_status(self.model)
        x = np.array(self.model.getSolution().col_value) if status == OPTIMAL else np.zeros(0)
        self.model.changeColCost(j, 0.0)
        return _end(status, sign, x, j)
