"""How far one rule must give way, alone, for a plan to exist: in its natural unit.

The tightest feasible limit of a rule on a share or an index is the optimum of a ratio; it is
found by Dinkelbach's iteration (each step a linear or cone problem with the limit's own slack
as the goal), which for a plain amount ends after one step, and by halving where that slack has
no least value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, inf, log10
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.answers.conflict import minimal_conflict, only
from calculator.sourcing.canonical import Canonical, ConeBlock, Stack, stack
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.problem import Stated, build_rules
from calculator.sourcing.rows import Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.solving.scaling import Scaled, scale
from calculator.sourcing.solving.solved import OPTIMAL, Solved
from calculator.sourcing.solving.solvers import solve_canonical

_STEPS = 40
_SETTLED = 1e-9
_INSIDE = 1e-6
_HALVED_TO = 1e-7
_PRICED = 1e-3  # of the dearest place
_SHOWN = 2


@dataclass(frozen=True)
class Relaxation:
    """The least change of one limit that makes the ask feasible, all other rules kept.

    `least` is the new limit in the rule's own terms, `change` the move in `unit`; both are None
    when this rule alone cannot help.
    """

    rule: str
    limit: float
    least: float | None
    change: float | None
    unit: str
    sentence: str


def relax(stated: Stated, name: str) -> Relaxation:
    """Return the least relaxation of the rule called `name`."""
    rule = next(r for r in stated.rules if r.name == name)
    others = tuple(r for r in stated.rules if r.name != name)
    x = _feasible(stated, others)
    unit = rule.limit_unit(stated.layout)
    if x is None:
        return _hopeless(rule, unit, minimal_conflict(stated, [r.name for r in others]))
    return _told(rule, *_tightest(stated.layout, rule, others, x), unit)


def _hopeless(rule: Rule, unit: str, left: list[str] | None) -> Relaxation:
    names = ", ".join(map(repr, left or ()))
    why = f": without it {names} clash" if names else ""
    sentence = f"{rule.name!r} alone cannot make it feasible{why}."
    return Relaxation(rule.name, rule.limit, None, None, unit, sentence)


def _feasible(stated: Stated, others: tuple[Rule, ...]) -> Floats | None:
    solved = solve_canonical(only(stated, [r.name for r in others]))
    return stated.scaled.plan(solved.x)[: stated.layout.n] if solved.status == OPTIMAL else None


def _tightest(
    layout: Layout, rule: Rule, others: tuple[Rule, ...], x: Floats
) -> tuple[float, tuple[str, ...]]:
    """The tightest feasible limit, and where it holds."""
    limit = inf if rule.sense > 0 else -inf
    where: tuple[str, ...] = ()
    for _ in range(_STEPS):
        reached = _within(rule, rule.measure(layout, x))
        if rule.sense and rule.sense * (limit - reached) <= _SETTLED * (abs(reached) + 1e-6):
            return _within(rule, limit if np.isfinite(limit) else reached), where
        limit = reached
        if rule.by_halves:
            return _halved(layout, rule, others, limit), ()
        slid = _slide(layout, _stated_at(rule, limit), others, x)
        if slid is None:
            return _halved(layout, rule, others, limit), ()
        x, where = slid
        if rule.sense == 0:
            return _within(rule, rule.measure(layout, x)), where
    return limit, where


def _halved(layout: Layout, rule: Rule, others: tuple[Rule, ...], good: float) -> float:
    """Close in by halves between the limit asked for and one that is met.

    For totals without an upper end, where the slack has no least value.
    """
    bad = rule.limit
    while abs(good - bad) > _HALVED_TO * max(abs(good), abs(bad)):
        middle = (good + bad) / 2
        asked = (*others, _stated_at(rule, middle))
        stacked = stack(layout, build_rules(layout, asked)).canonical
        scaled = scale(stacked.with_cost(np.zeros(stacked.n)))
        solved = solve_canonical(scaled.canonical)
        if solved.status == OPTIMAL:
            reached = _within(rule, rule.measure(layout, scaled.plan(solved.x)[: layout.n]))
            good = min(middle, reached) if rule.sense > 0 else max(middle, reached)
        else:
            bad = middle
        if rule.sense * (good - bad) <= 0:
            break
    return good


def _stated_at(rule: Rule, limit: float) -> Rule:
    """Return the rule at a limit where it still says something (an HHI of 1 does not)."""
    if rule.sense == 0:
        return rule
    low, high = rule.bounds
    room = _INSIDE * (high - low) if np.isfinite(high) else 0.0
    return rule.with_limit(min(max(limit, low), high - room))


def _within(rule: Rule, limit: float) -> float:
    low, high = rule.bounds
    return float(min(max(limit, low), high))


def _slide(
    layout: Layout, rule: Rule, others: tuple[Rule, ...], x: Floats
) -> tuple[Floats, tuple[str, ...]] | None:
    """Minimise the slack of the limit itself, its effect taken at the plan `x`.

    Return the plan, and where the rule holds the slack up: its rows and cones with a price.
    """
    stacked = stack(layout, build_rules(layout, (*others, rule)))
    scaled = scale(_with_slack(stacked, rule, x))
    solved = solve_canonical(scaled.canonical)
    if solved.status != OPTIMAL:
        return None
    return scaled.plan(solved.x)[: layout.n], _priced(stacked, rule, scaled, solved, x)


def _priced(
    stacked: Stack, rule: Rule, scaled: Scaled, solved: Solved, x: Floats
) -> tuple[str, ...]:
    """Details of the rule's rows and cones with a price, the dearest first; none if on one."""
    if len(solved.cones) != len(stacked.cones):  # some left an even split only
        return ()
    price = scaled.row_duals(solved.row[: scaled.canonical.m])
    priced: dict[str, float] = {}
    for rows, start in stacked.rows:
        if rows.rule == rule.name:
            value = price[start : start + len(rows.lower)] * rows.limit_gain(x)
            priced |= dict(zip(rows.details, np.abs(value).tolist(), strict=True))
    reach = scaled.cone_duals(np.array([dual.reach for dual in solved.cones]))
    for cone, v in zip(stacked.cones, reach.tolist(), strict=True):
        if cone.rule == rule.name:
            priced[cone.detail] = abs(v * cone.limit_gain(x))
    least = _PRICED * max(priced.values(), default=0.0)
    dearest = sorted(priced, key=lambda detail: -priced[detail])
    return tuple(d for d in dearest if priced[d] > least) if len(priced) > 1 else ()


def _with_slack(stacked: Stack, rule: Rule, x: Floats) -> Canonical:
    """Add the slack of the limit as a column (two, up and down, for an exact amount)."""
    problem = stacked.canonical
    effect = np.zeros(problem.m)
    for rows, start in stacked.rows:
        if rows.rule == rule.name:
            effect[start : start + len(rows.lower)] = _effect(rows, x)
    column = sp.csr_array(effect[:, None])
    cones = []
    for block, cone in zip(problem.cones, stacked.cones, strict=True):
        mine = cone.rule == rule.name
        moves = mine and cone.gain_on_reach != 0
        effect_here = _not_nought(np.array([cone.limit_gain(x)]))[0] if moves else 0.0
        cones.append(_slack_in_cone(block, float(effect_here)))
    either = rule.sense == 0
    cost = np.array([1.0, 1.0]) if either else np.array([float(rule.sense), 0.0])
    return replace(
        problem,
        cost=np.concatenate([np.zeros(problem.n), cost]),
        matrix=sp.csr_array(sp.hstack([problem.matrix, -column, column], format="csr")),
        lower=np.append(problem.lower, [0.0 if either else -inf, 0.0]),
        upper=np.append(problem.upper, [inf, inf if either else 0.0]),
        cones=tuple(cones),
    )


def _effect(rows: Rows, x: Floats) -> Floats:
    """What the limit does to each row; a row that knows no limit stays as it is."""
    gain = rows.limit_gain(x)
    return gain if rows.gain_on_total is None else _not_nought(gain)


def _not_nought(gain: Floats) -> Floats:
    """A total of 0 gives a limit nothing to act on; any positive effect will do there."""
    return np.where(gain > 0, gain, max(float(gain.max(initial=0.0)), 1.0))


def _slack_in_cone(block: ConeBlock, effect: float) -> ConeBlock:
    empty: Any = sp.csr_array((block.vectors.shape[0], 2))
    vectors = sp.csr_array(sp.hstack([block.vectors, empty], format="csr"))
    slack = sp.csr_array(np.array([[effect, -effect]]))
    reach = sp.csr_array(sp.hstack([block.reach, slack], format="csr"))
    return ConeBlock(vectors, reach, block.offset)


def _told(rule: Rule, least: float, where: tuple[str, ...], unit: str) -> Relaxation:
    up = least > rule.limit
    mark = "%" if rule.natural == 100.0 else unit
    now, new = rule.natural * rule.limit, _outward(rule.natural * least, up)
    verb = "raise" if up else "lower"
    at = "; ".join(where[:_SHOWN]) + ("; ..." if len(where) > _SHOWN else "")
    place = f" ({at})" if at else ""
    sentence = f"{verb} {rule.name!r} alone from {now:g} to {new:g} {mark}{place}."
    change = rule.natural * (least - rule.limit)
    return Relaxation(rule.name, rule.limit, least, change, unit, sentence)


def _outward(value: float, up: bool) -> float:
    """Round to four figures away from the tight side, so that the figure shown is feasible."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 3)
    return (ceil(value / step - 1e-6) if up else floor(value / step + 1e-6)) * step


def share_of_demand_met(stated: Stated) -> float | None:
    """Return the largest fraction of all demands, cut alike, that can be met under no rule."""
    problem = only(stated, ())
    at = np.flatnonzero(problem.lower > 0)
    amount = problem.lower[at]
    lower, upper = problem.lower.copy(), problem.upper.copy()
    exact = upper[at] == amount
    lower[at] = 0.0
    rows = sp.csr_array((np.ones(len(at)), (np.arange(len(at)), at)), shape=(len(at), problem.n))
    fraction = np.concatenate([np.zeros(problem.m), -amount])
    cut = replace(
        problem,
        cost=np.append(problem.cost, -1.0),
        matrix=sp.csr_array(
            sp.hstack([sp.vstack([problem.matrix, rows]), fraction[:, None]], format="csr")
        ),
        row_lower=np.append(problem.row_lower, np.zeros(len(at))),
        row_upper=np.append(problem.row_upper, np.where(exact, 0.0, inf)),
        lower=np.append(lower, 0.0),
        upper=np.append(upper, 1.0),
    )
    scaled = scale(cut)
    solved = solve_canonical(scaled.canonical)
    return max(0.0, float(scaled.plan(solved.x)[-1])) if solved.status == OPTIMAL else None
