"""Both sides of a shadow price: what one more, and one less, of a limit really costs.

At a degenerate optimum a limit has no single price: the dual in the plan is one of many, and the
cost has one slope below the limit and another above (MODEL 2.8). For a linear problem the two
slopes are exact: moving right-hand sides by e d changes the least cost by e times

    min c'w  over  A w >= d in the tight rows, w >= 0 in the columns at their lower bound (and so
    on for the other sides), all else free,

which is a linear problem over the same matrix, started from the same basis. Cones, and limits
whose effect depends on which of several equal plans is taken, are solved again a small step to
each side. Whole numbers are held where the plan has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan
from typing import Any

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Ints
from calculator.sourcing.marginals import Marginal
from calculator.sourcing.network import Network
from calculator.sourcing.objectives import Cost, Objective
from calculator.sourcing.plan import Plan
from calculator.sourcing.problem import Stated, state
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import OPTIMAL
from calculator.sourcing.solving.solvers import highs_model, highs_status, solve_canonical
from calculator.sourcing.watch import run, step

_STEP = 1e-4
_TIGHT = 1e-9  # scaled


def with_sides(
    network: Network,
    rules: Sequence[Rule],
    plan: Plan,
    *,
    objective: Objective | None = None,
    capacities: bool = False,
) -> Plan:
    """Return the plan with `below` and `above` on the marginals of its rules and demands.

    `objective` is the one it was solved for. With `capacities`, those that bind as well. Where
    a limit has one price, both sides are that price; a side on which no plan exists is nan.
    """
    if plan.status != OPTIMAL:
        return plan
    stated = state(network, rules, objective)
    asked = [m for m in plan.marginals if capacities or m.kind != "capacity"]
    slopes = _Slopes.of(stated)
    told: dict[int, tuple[float, float]] = {}
    for marginal in asked:
        step(f"pricing {marginal.name}")
        exact = slopes.both(marginal, plan) if slopes else None
        told[id(marginal)] = exact or marginal_sides(network, rules, marginal, objective=objective)
    return replace(plan, marginals=tuple(_with(m, told.get(id(m))) for m in plan.marginals))


def _with(marginal: Marginal, sides: tuple[float, float] | None) -> Marginal:
    return marginal if sides is None else replace(marginal, below=sides[0], above=sides[1])


def marginal_sides(
    network: Network,
    rules: Sequence[Rule],
    of: Marginal,
    step: float | None = None,
    *,
    objective: Objective | None = None,
) -> tuple[float, float]:
    """Return the price of a limit just below and just above it, by solving again at a step.

    In the unit of `of`. `step` is in limit units (default 1e-4 of the limit, or of the plan's
    level at a limit of 0). A side on which no plan exists, or where the limit would leave its
    range, is nan.
    """
    size = step or _STEP * (abs(of.limit) or abs(of.level) or 1.0)
    ask = _Ask(network, tuple(rules), objective)
    below, here, above = (ask.least(of, of.limit + k * size) for k in (-1, 0, 1))
    natural = next((r.natural for r in rules if of.kind == "rule" and r.name == of.name), 1.0)
    return (here - below) / (natural * size), (above - here) / (natural * size)


@dataclass(frozen=True)
class _Ask:
    """A network, its rules and objective, to be solved with one limit moved."""

    network: Network
    rules: tuple[Rule, ...]
    objective: Objective | None

    def least(self, of: Marginal, limit: float) -> float:
        """The least figure with the limit there; nan where there is no plan."""
        if of.kind != "rule":
            stated = state(self.network, self.rules, self.objective)
            return _least(_with_bound(stated, of, limit)) if limit >= 0 else nan
        rule = next(r for r in self.rules if r.name == of.name)
        low, high = rule.bounds
        if not low <= limit <= high:
            return nan
        try:
            moved = [r.with_limit(limit) if r is rule else r for r in self.rules]
        except SourcingError:  # a limit that must be whole has no price beside it
            return nan
        return _least(state(self.network, moved, self.objective).canonical)


def _least(problem: Canonical) -> float:
    scaled = scale(problem)
    solved = solve_canonical(scaled.canonical)
    return float(problem.cost @ scaled.plan(solved.x)) if solved.status == OPTIMAL else nan


def _with_bound(stated: Stated, of: Marginal, limit: float) -> Canonical:
    problem, j = stated.canonical, _column(stated, of)
    lower, upper = problem.lower.copy(), problem.upper.copy()
    if of.kind == "demand":
        upper[j] = limit if upper[j] == lower[j] else upper[j]
        lower[j] = limit
    else:
        upper[j] = limit
    return replace(problem, lower=lower, upper=upper)


def _column(stated: Stated, of: Marginal) -> int:
    """The column of the demand or capacity that a marginal is on."""
    return stated.layout.labels.index(of.name.removeprefix("capacity of "))


@dataclass(frozen=True)
class _Slopes:
    """The tangent problem at an optimal vertex, in one HiGHS model (scaled)."""

    stated: Stated
    model: Any
    x: Floats
    tangent: Canonical
    smooth: bool

    @classmethod
    def of(cls, stated: Stated) -> _Slopes | None:
        """None where the problem has cones or no optimal vertex is found."""
        whole = stated.scaled.canonical
        if whole.cones or not whole.n:
            return None
        problem = whole
        if len(whole.integer):
            found = solve_canonical(whole)
            problem = whole.held(found.x) if found.status == OPTIMAL else whole.relaxed()
        model = highs_model(problem)
        run(model)
        if highs_status(model) != OPTIMAL:
            return None
        x = np.array(model.getSolution().col_value)
        tangent, tight = _tangent(problem, x)
        every, rows = _positions(problem.n), _positions(problem.m)
        model.changeColsBounds(problem.n, every, tangent.lower, tangent.upper)
        model.changeRowsBounds(problem.m, rows, tangent.row_lower, tangent.row_upper)
        return cls(stated, model, x, tangent, smooth=tight == problem.n)

    def both(self, of: Marginal, plan: Plan) -> tuple[float, float] | None:
        """Slopes below and above; None where one linear problem does not tell them."""
        alone = plan.unique is True and isinstance(self.stated.objective, Cost)
        if of.kind == "rule" and self._depends_on_plan(of.name, alone):
            return None
        if self.smooth:
            return of.shadow_price, of.shadow_price
        if of.kind != "rule":
            return self._of_bound(of)
        rows, change = self._change(of.name)
        charged = self._charged(of.name)
        slopes = [self._slope_of_rows(rows, sign * change) for sign in (-1.0, 1.0)]
        return charged - slopes[0], charged + slopes[1]

    def _flows(self) -> Floats:
        return self.stated.scaled.plan(self.x)

    def _change(self, name: str) -> tuple[Ints, Floats]:
        """Rows of a rule and how their right-hand sides move per +1 of its limit, scaled."""
        at, change = [np.zeros(0, np.int64)], [np.zeros(0)]
        for rows, start in self.stated.stacked.rows:
            if rows.rule == name:
                span = np.arange(start, start + len(rows.lower))
                gain = rows.limit_gain(self._flows()[: self.stated.layout.n])
                at.append(span)
                change.append(gain * self.stated.scaled.row[span])
        return np.concatenate(at), np.concatenate(change)

    def _depends_on_plan(self, name: str, alone: bool) -> bool:
        """Whether the effect of the limit differs between plans that are equal.

        A plan that stands alone is one in its flows; a rule's own variables may differ still.
        """
        stacked = self.stated.stacked
        own = [c for c, _ in stacked.columns if c.rule == name and c.gain is not None]
        if alone:
            return any(bool(np.any(c.gain[~c.integer])) for c in own if c.gain is not None)
        shares = any(r.rule == name and r.gain_on_total is not None for r, _ in stacked.rows)
        return shares or bool(own) or any(c.rule == name for c in stacked.charges)

    def _charged(self, name: str) -> float:
        """What the rule's own charges gain per +1 of its limit."""
        stacked, x = self.stated.stacked, self._flows()
        total = sum(c.gain @ x[: len(c.gain)] for c in stacked.charges if c.rule == name)
        for columns, start in stacked.columns:
            if columns.rule == name and columns.gain is not None:
                total += columns.gain @ x[start : start + columns.n]
        return float(total) * self.stated.money_weight

    def _slope_of_rows(self, rows: Ints, change: Floats) -> float:
        lower, upper = self.tangent.row_lower[rows], self.tangent.row_upper[rows]
        at, count = rows.astype(np.int32), len(rows)
        self.model.changeRowsBounds(count, at, lower + change, upper + change)
        slope = self._slope()
        self.model.changeRowsBounds(count, at, lower, upper)
        return slope

    def _of_bound(self, of: Marginal) -> tuple[float, float]:
        j = _column(self.stated, of)
        unit = 1.0 / float(self.stated.scaled.column[j])
        below, above = (self._slope_of_column(j, of.kind, sign * unit) for sign in (-1.0, 1.0))
        return (nan if of.limit <= 0 else -below), above

    def _slope_of_column(self, j: int, kind: str, change: float) -> float:
        """Move the lower bound of a demand (both, if exact), the upper one of a capacity."""
        lower, upper = float(self.tangent.lower[j]), float(self.tangent.upper[j])
        fixed = lower == upper
        down = change if kind == "demand" else 0.0
        up = change if fixed or kind == "capacity" else 0.0
        self.model.changeColBounds(j, lower + down, upper + up)
        slope = self._slope()
        self.model.changeColBounds(j, lower, upper)
        return slope

    def _slope(self) -> float:
        """The least change of the figure, per step; nan where no plan is left."""
        run(self.model)
        if highs_status(self.model) != OPTIMAL:
            return nan
        return float(self.stated.scaled.money * self.model.getInfo().objective_function_value)


def _tangent(problem: Canonical, x: Floats) -> tuple[Canonical, int]:
    """The directions that keep what is tight, and how many bounds and rows are."""
    lower, upper = _directions(x, problem.lower, problem.upper)
    body = problem.matrix @ x
    row_lower, row_upper = _directions(body, problem.row_lower, problem.row_upper)
    tight = sum(
        int((np.isfinite(low) | np.isfinite(high)).sum())
        for low, high in ((lower, upper), (row_lower, row_upper))
    )
    moved = replace(problem, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
    return moved, tight


def _directions(value: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    room = _TIGHT * (1.0 + np.abs(value))
    low = np.where(value - lower <= room, 0.0, -inf)
    return low, np.where(upper - value <= room, 0.0, inf)


def _positions(n: int) -> Any:
    return np.arange(n, dtype=np.int32)


def one_price(marginal: Marginal, near: float = 1e-6) -> bool | None:
    """Tell whether both sides are the same price; None where they were not computed."""
    if marginal.below is None or marginal.above is None:
        return None
    if isnan(marginal.below) or isnan(marginal.above):
        return False
    size = max(abs(marginal.below), abs(marginal.above))
    return abs(marginal.below - marginal.above) <= near * size
