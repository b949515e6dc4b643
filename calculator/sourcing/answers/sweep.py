"""Many neighbours of one plan: other limits, prices, capacities, amounts on the same matrices.

The matrices are built and scaled once. A limit of a rule moves right-hand sides, shares of a
total and charges on a straight line; which ones, and by how much, is read off the rule built at
two limits and checked at a third. One HiGHS model is then changed from point to point and goes
on from its last basis; every point is proved on its own matrices. Where that cannot serve
(cones, whole numbers, an objective other than the cost, a rule that bends) each point is a plan
of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan
from typing import Any

import numpy as np

from calculator.sourcing.answers.flow_names import FlowNames
from calculator.sourcing.answers.sweep_lines import Change, Lines, changed_network
from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats, Ints
from calculator.sourcing.network import Network
from calculator.sourcing.objectives import Cost, Objective
from calculator.sourcing.problem import Stated, solve
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.solving.certificate import Certificate, certify, dot, duals
from calculator.sourcing.solving.solved import FAILED, OPTIMAL
from calculator.sourcing.solving.solvers import highs_model, highs_status
from calculator.sourcing.watch import run, step


@dataclass(frozen=True)
class SweepPoint:
    """One point: its status, cost in the network's currency, flows and proof.

    `x` are the flows in the order of `network.layout.labels`; where several plans cost the same
    it is one of them. `change` is what was asked.
    """

    change: Change
    status: str
    cost: float
    value: float
    x: Floats = field(repr=False)
    certificate: Certificate | None = None


def sweep(
    network: Network,
    rules: Sequence[Rule],
    changes: Sequence[Mapping[str, Mapping[str, float]]],
    *,
    objective: Objective | None = None,
    workers: int = 1,
) -> list[SweepPoint]:
    """Return one point for each change of the network and its rules, in order.

    A change is a mapping of up to four groups: `limits` (rule name: limit), `prices` (flow:
    price of a supply, conversion cost of a process, freight of an arc, value of a demand),
    `capacities` and `amounts` (flow: number). A flow is named by its id or by its label, as in
    `ranges`. What a change leaves out stays as it is in `network` and `rules`. With `workers`
    above 1 that many threads share the points.

    Raises:
        SourcingError: every unknown name, and every limit out of its bounds.
    """
    known = {rule.name: rule for rule in rules}
    by_flow = any(change.keys() - {"limits"} for change in changes)
    names = FlowNames.of(network.layout) if by_flow else FlowNames({})
    asked = [Change.of(network.layout, names, known, change) for change in changes]
    ask = _Ask(network, tuple(rules), objective)
    lines = _lines(ask, asked)
    if lines is None:
        return [_anew(ask, change, k, len(asked)) for k, change in enumerate(asked)]
    return _shared(ask, lines, asked, workers)


@dataclass(frozen=True)
class _Ask:
    network: Network
    rules: tuple[Rule, ...]
    objective: Objective | None


def _lines(ask: _Ask, asked: Sequence[Change]) -> Lines | None:
    if ask.objective is not None and not isinstance(ask.objective, Cost):
        return None
    return Lines.of(ask.network, ask.rules, asked)


def _shared(ask: _Ask, lines: Lines, asked: Sequence[Change], workers: int) -> list[SweepPoint]:
    """Cut the points into runs of neighbours, one for each thread."""
    if workers <= 1 or len(asked) < 2 * workers:
        return list(_along(ask, lines, asked, len(asked)))
    from concurrent.futures import ThreadPoolExecutor

    parts = [list(part) for part in np.array_split(np.arange(len(asked)), workers)]
    with ThreadPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(
                copy_context().run,
                lambda some: list(_along(ask, lines, [asked[k] for k in some], len(asked))),
                part,
            )
            for part in parts
        ]
        return [point for job in jobs for point in job.result()]


def _along(ask: _Ask, lines: Lines, asked: Sequence[Change], total: int) -> Iterator[SweepPoint]:
    """Solve one point after another on one model."""
    model = _Model.of(lines.stated.scaled.canonical)
    for k, change in enumerate(asked):
        step(f"point {k + 1} of {total}")
        problem = lines.at(change)
        point = _read(lines.stated, model, problem, change)
        if point.status == FAILED or (point.certificate and not point.certificate.ok):
            point = _anew(ask, change, k, total)
        yield point


def _read(stated: Stated, model: _Model, problem: Canonical, change: Change) -> SweepPoint:
    status = model.solve(problem)
    if status != OPTIMAL:
        return SweepPoint(change, status, nan, nan, np.zeros(0))
    solution = model.highs.getSolution()
    x = np.clip(np.array(solution.col_value), problem.lower, problem.upper)
    proved = replace(problem, matrix=model.sizes.of(problem.matrix))
    proof = certify(proved, x, duals(proved, np.array(solution.row_dual), ()))
    cost = stated.scaled.money * dot(problem.cost, x)
    flows = stated.scaled.plan(x)[: stated.layout.n]
    return SweepPoint(change, OPTIMAL, cost, cost, flows, proof)


class _Kept:
    """A matrix whose transpose and absolute values are worked out once."""

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix

    def __matmul__(self, x: Any) -> Any:
        return self.matrix @ x

    @cached_property
    def T(self) -> Any:  # noqa: N802 - as arrays call it
        """The transpose."""
        return _Kept(self.matrix.T)

    @cached_property
    def _size(self) -> _Kept:
        return _Kept(abs(self.matrix))

    def __abs__(self) -> _Kept:
        return self._size


class _Sizes:
    """Keeps a matrix from point to point as long as it is the same."""

    def __init__(self) -> None:
        self.kept = _Kept(None)

    def of(self, matrix: Any) -> _Kept:
        """Return the matrix, kept."""
        if self.kept.matrix is not matrix:
            self.kept = _Kept(matrix)
        return self.kept


@dataclass
class _Model:
    """A HiGHS model and the problem that it holds, changed only where the next one differs."""

    highs: Any
    held: Canonical
    row_of: Ints
    sizes: _Sizes = field(default_factory=_Sizes)

    @classmethod
    def of(cls, problem: Canonical) -> _Model:
        entries = np.diff(problem.matrix.indptr)
        return cls(highs_model(problem), problem, np.repeat(np.arange(problem.m), entries))

    def solve(self, problem: Canonical) -> str:
        """Bring the model to the problem and solve it."""
        self._entries(problem)
        self._columns(problem)
        self._rows(problem)
        self.held = problem
        run(self.highs)
        return highs_status(self.highs)

    def _entries(self, problem: Canonical) -> None:
        old, new = self.held.matrix, problem.matrix
        if new is old:
            return
        for k in np.flatnonzero(old.data != new.data).tolist():
            self.highs.changeCoeff(int(self.row_of[k]), int(new.indices[k]), float(new.data[k]))

    def _columns(self, problem: Canonical) -> None:
        at = np.flatnonzero(self.held.cost != problem.cost).astype(np.int32)
        if len(at):
            self.highs.changeColsCost(len(at), at, problem.cost[at])
        moved = (self.held.lower != problem.lower) | (self.held.upper != problem.upper)
        at = np.flatnonzero(moved).astype(np.int32)
        if len(at):
            self.highs.changeColsBounds(len(at), at, problem.lower[at], problem.upper[at])

    def _rows(self, problem: Canonical) -> None:
        held = self.held
        moved = (held.row_lower != problem.row_lower) | (held.row_upper != problem.row_upper)
        at = np.flatnonzero(moved).astype(np.int32)
        if len(at):
            lower, upper = problem.row_lower[at], problem.row_upper[at]
            self.highs.changeRowsBounds(len(at), at, lower, upper)


def _anew(ask: _Ask, change: Change, k: int, total: int) -> SweepPoint:
    """Solve a point as a plan of its own."""
    step(f"point {k + 1} of {total}")
    rules = [r.with_limit(change.limits[r.name]) if r.name in change.limits else r
             for r in ask.rules]  # fmt: skip
    network = changed_network(ask.network, change)
    plan = solve(network, rules, objective=ask.objective, tie_break=ask.objective is not None)
    return SweepPoint(change, plan.status, plan.cost, plan.value, plan.x, plan.certificate)
