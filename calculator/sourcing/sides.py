"""Both sides of a shadow price: what one more, and one less, of a limit really costs.

At a degenerate optimum a limit has no single price; the dual in the plan lies between the two
sides given here, which come from solving again a small step to each side (MODEL 2.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import nan

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.marginals import Marginal
from calculator.sourcing.network import Network
from calculator.sourcing.problem import Stated, state
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scaling import scale
from calculator.sourcing.solved import OPTIMAL
from calculator.sourcing.solvers import solve_canonical

_STEP = 1e-4


def marginal_sides(
    network: Network, rules: Sequence[Rule], of: Marginal, step: float | None = None
) -> tuple[float, float]:
    """Return the price of a limit just below and just above it, in the unit of `of`.

    `step` is in limit units (default 1e-4 of the limit, or of the plan's level at a limit of
    0). A side on which no plan exists, or where the limit would leave its range, is nan.
    """
    size = step or _STEP * (abs(of.limit) or abs(of.level) or 1.0)
    below, here, above = (_cost(network, rules, of, of.limit + k * size) for k in (-1, 0, 1))
    natural = next((r.natural for r in rules if of.kind == "rule" and r.name == of.name), 1.0)
    return (here - below) / (natural * size), (above - here) / (natural * size)


def _cost(network: Network, rules: Sequence[Rule], of: Marginal, limit: float) -> float:
    if of.kind != "rule":
        stated = state(network, rules)
        return _least(_with_bound(stated, of, limit)) if limit >= 0 else nan
    rule = next(r for r in rules if r.name == of.name)
    low, high = rule.bounds
    if not low <= limit <= high:
        return nan
    moved = [r.with_limit(limit) if r is rule else r for r in rules]
    return _least(state(network, moved).canonical)


def _least(problem: Canonical) -> float:
    scaled = scale(problem)
    solved = solve_canonical(scaled.canonical)
    return float(problem.cost @ scaled.plan(solved.x)) if solved.status == OPTIMAL else nan


def _with_bound(stated: Stated, of: Marginal, limit: float) -> Canonical:
    problem, layout = stated.canonical, stated.layout
    lower, upper = problem.lower.copy(), problem.upper.copy()
    if of.kind == "demand":
        j = layout.labels.index(of.name, layout.first_use)
        upper[j] = limit if upper[j] == lower[j] else upper[j]
        lower[j] = limit
    else:
        upper[layout.labels.index(of.name.removeprefix("capacity of "))] = limit
    return replace(problem, lower=lower, upper=upper)
