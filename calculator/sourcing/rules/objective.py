"""A cap on any objective: the epsilon constraint of a Pareto front, and a rule in itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.reading.objective_from import objective_from
from calculator.sourcing.rows import Built, Columns, Cone, Rows
from calculator.sourcing.rule_base import Rule


@dataclass(frozen=True)
class ObjectiveAtMost(Rule):
    """The figure of an objective is at most `limit_amount`, in the unit of that objective.

    `objective` is one of `objectives`, or what a file says of it ("carbon"). A cap on the cost
    is on that of the flows (prices, conversion, freight, duty, holding, less sales), without
    what other rules charge.
    """

    objective: Objective
    limit_amount: float

    limit_field: ClassVar[str] = "limit_amount"
    bounds: ClassVar[tuple[float, float]] = (-inf, inf)

    def __post_init__(self) -> None:
        object.__setattr__(self, "objective", objective_from(self.objective))
        super().__post_init__()

    def build(self, layout: Layout) -> Built:
        """Return the row money x cost + flows'x + cost of own variables <= limit."""
        goal = self.objective.build(layout)
        own = merged(self.name, goal.built)
        row = Rows(
            rule=self.name,
            matrix=sp.csr_array((goal.money * layout.cost + goal.flows)[None, :]),
            lower=np.array([-inf]),
            upper=np.array([self.limit]),
            gain=np.ones(1),
            details=(self.objective.word,),
            own=None if own.columns is None else sp.csr_array(own.columns.cost[None, :]),
        )
        columns = own.columns
        free = None if columns is None else replace(columns, cost=np.zeros(columns.n))
        return replace(own, rows=(*own.rows, row), columns=free)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the figure of the plan."""
        return self.objective.measure(layout, x, float(layout.cost @ x[: layout.n]))

    def limit_unit(self, layout: Layout) -> str:
        """Return the unit of the objective."""
        return self.objective.unit(layout)


def merged(rule: str, parts: Sequence[Built]) -> Built:
    """Return several built parts as one of a rule, their own variables side by side."""
    sizes = [part.columns.n if part.columns else 0 for part in parts]
    width, starts = sum(sizes), np.cumsum([0, *sizes])
    rows: list[Rows] = []
    cones: list[Cone] = []
    for part, at in zip(parts, starts[:-1].tolist(), strict=True):
        rows += [replace(r, rule=rule, own=_moved(r.own, at, width)) for r in part.rows]
        cones += [_cone(rule, cone, at, width) for cone in part.cones]
    columns = [part.columns for part in parts if part.columns is not None]
    notes = tuple(note for part in parts for note in part.notes)
    return Built(tuple(rows), tuple(cones), notes, _joined(rule, columns) if columns else None)


def _cone(rule: str, cone: Cone, at: int, width: int) -> Cone:
    vectors, reach = _moved(cone.own_vectors, at, width), _moved(cone.own_reach, at, width)
    return replace(cone, rule=rule, own_vectors=vectors, own_reach=reach)


def _moved(own: Any, at: int, width: int) -> Any:
    """A matrix over own variables, as one over all of them."""
    if own is None:
        return None
    small = sp.coo_array(own)
    entries = (small.data, (small.coords[0], at + small.coords[1]))
    return sp.csr_array(entries, shape=(small.shape[0], width))


def _joined(rule: str, columns: Sequence[Columns]) -> Columns:
    def side_by_side(field: str) -> Any:
        return np.concatenate([getattr(c, field) for c in columns])

    return Columns(
        rule=rule,
        labels=tuple(label for c in columns for label in c.labels),
        lower=side_by_side("lower"),
        upper=side_by_side("upper"),
        cost=side_by_side("cost"),
        integer=side_by_side("integer"),
    )
