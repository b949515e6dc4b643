"""What one objective costs in another: all plans that nothing betters in both (MODEL 2.5).

Linear problems: every extreme point, exactly, by dichotomic search (Aneja and Nair 1979): from
the two lexicographic ends, the sum weighted along the line between two neighbours either finds a
point beyond that line or proves that there is none. With cones or whole numbers: the first
objective at its least under a cap on the second (epsilon constraint; Mavrotas 2009), at caps
spread evenly between the ends, each point pushed on until it is better in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from calculator.sourcing.answers.pareto_corners import Search, Two, Values, spread
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.network import Network
from calculator.sourcing.objectives import Objective
from calculator.sourcing.plan import Plan
from calculator.sourcing.problem import build_rules, solve
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.objective import ObjectiveAtMost
from calculator.sourcing.solving.solved import OPTIMAL
from calculator.sourcing.watch import step

_SAMPLES = 9
_ROOM = 1e-7  # slack of a cap that only just leaves a plan, where the solver works to 1e-8


@dataclass(frozen=True)
class FrontPoint:
    """One plan of the front: its two figures, and the ask that gives it.

    Solving the network under the rules and `rule`, for `objective`, gives `plan`.
    """

    values: Values
    plan: Plan
    rule: ObjectiveAtMost
    objective: Objective


@dataclass(frozen=True)
class Front:
    """The front from the best in `first` to the best in `second`.

    `exact` tells that the points are the corners of the front (every mix of two neighbours can
    be had, nothing lies beyond); else they are some of its points. `status` is that of the plan
    at an end that does not exist: then there are no points. `notes` say what was left out.
    """

    first: Objective
    second: Objective
    units: tuple[str, str]
    points: tuple[FrontPoint, ...] = ()
    exact: bool = False
    status: str = OPTIMAL
    notes: tuple[str, ...] = field(default=())


def pareto(
    network: Network,
    rules: Sequence[Rule],
    first: Objective,
    second: Objective,
    points: int | None = None,
) -> Front:
    """Return the front between two objectives.

    `points` is how many to keep: of a linear problem the most spread of its corners (default:
    all), else how many to look for (default 9), ends included.

    Raises:
        SourcingError: fewer than two points, or two objectives that both count money where
            rules charge it, which no cap on an objective sees.
    """
    if points is not None and points < 2:
        raise SourcingError(f"points is {points}; a front has at least 2, its ends.", ())
    layout = network.layout
    problem = Two.of(layout, build_rules(layout, rules), first, second)
    ask = _Ask(network, tuple(rules), first, second, problem.capped_is_second(first, second))
    units = (first.unit(layout), second.unit(layout))
    empty = Front(first, second, units)
    if problem.linear:
        return _by_corners(ask, problem, empty, points)
    return _by_caps(ask, empty, points or _SAMPLES)


@dataclass(frozen=True)
class _Ask:
    """What is asked; `on_second` tells which objective the caps of the points are on."""

    network: Network
    rules: tuple[Rule, ...]
    first: Objective
    second: Objective
    on_second: bool

    def capped(self, which: Objective, limit: float) -> ObjectiveAtMost:
        """A cap on an objective, under a name that no rule has."""
        name, taken = f"at most {limit:.6g} {which.word}", {rule.name for rule in self.rules}
        while name in taken:
            name = f"{name}'"
        return ObjectiveAtMost(name, which, limit)

    def solved(self, objective: Objective, rule: Rule | None = None) -> Plan:
        rules = self.rules if rule is None else (*self.rules, rule)
        return solve(self.network, rules, objective=objective)

    def values(self, plan: Plan) -> Values:
        layout = self.network.layout
        a, b = (o.measure(layout, plan.x, plan.cost) for o in (self.first, self.second))
        return a, b

    def point(self, values: Values) -> FrontPoint | None:
        """The plan at these figures, solved under the cap that gives it."""
        best, held = (self.first, self.second) if self.on_second else (self.second, self.first)
        rule = self.capped(held, values[1] if self.on_second else values[0])
        plan = self.solved(best, rule)
        if plan.status != OPTIMAL:
            return None
        return FrontPoint(self.values(plan), plan, rule, best)


def _by_corners(ask: _Ask, two: Two, front: Front, keep: int | None) -> Front:
    search = Search(two, keep)
    ends = (search.end(0), search.end(1))
    if ends[0] is None or ends[1] is None:
        return replace(front, status=_status_of_end(ask))
    corners = search.between(ends[0], ends[1])
    kept = spread(corners, keep)
    found = []
    for k, values in enumerate(kept):
        step(f"point {k + 1} of {len(kept)}")
        found.append(ask.point(values))
    lost = sum(point is None for point in found)
    notes = [f"{lost} points could not be proved and are left out."] if lost else []
    if search.cut or len(kept) < len(corners):
        least = "at least " if search.cut else ""
        notes.append(f"{len(kept)} of {least}{len(corners)} corners are shown.")
    points = tuple(point for point in found if point is not None)
    return replace(front, points=points, exact=not notes, notes=tuple(notes))


def _status_of_end(ask: _Ask) -> str:
    """The status of the first end without a plan."""
    plans = (ask.solved(objective) for objective in (ask.first, ask.second))
    return next((plan.status for plan in plans if plan.status != OPTIMAL), "failed")


def _by_caps(ask: _Ask, front: Front, keep: int) -> Front:
    """Points under caps on one objective, spread between the lexicographic ends."""
    ends = (_end(ask, ask.first, ask.second), _end(ask, ask.second, ask.first))
    if isinstance(ends[0], str) or isinstance(ends[1], str):
        return replace(front, status=next(end for end in ends if isinstance(end, str)))
    k = 1 if ask.on_second else 0
    caps = np.linspace(ends[0][k], ends[1][k], keep)
    found: list[FrontPoint] = []
    for at, cap in enumerate(caps.tolist()):
        step(f"point {at + 1} of {keep}")
        point = _pushed(ask, cap)
        if point is not None:
            found.append(point)
    kept = _undominated(found)
    notes = ["the points are some of the front, not all of it."]
    return replace(front, points=tuple(kept), notes=tuple(notes))


def _end(ask: _Ask, best: Objective, then: Objective) -> Values | str:
    """Figures of the plan that is least in `best` and, nearly so, in `then`; or a status."""
    plan = ask.solved(best)
    if plan.status != OPTIMAL:
        return plan.status
    again = ask.solved(then, ask.capped(best, _roomy(plan.value)))
    return ask.values(again if again.status == OPTIMAL else plan)


def _roomy(value: float) -> float:
    return value + _ROOM * abs(value) + 1e-12


def _pushed(ask: _Ask, cap: float) -> FrontPoint | None:
    """The best under a cap; where the cap does not bind, at the least it can be lowered to."""
    best, held = (ask.first, ask.second) if ask.on_second else (ask.second, ask.first)
    k = 1 if ask.on_second else 0
    rule = ask.capped(held, _roomy(cap))
    plan = ask.solved(best, rule)
    if plan.status != OPTIMAL:
        return None
    here = next(m for m in plan.marginals if m.name == rule.name)
    if not here.binds:
        lower = ask.solved(held, ask.capped(best, _roomy(plan.value)))
        if lower.status == OPTIMAL and ask.values(lower)[k] < ask.values(plan)[k] - _ROOM * abs(
            cap
        ):
            rule = ask.capped(held, _roomy(ask.values(lower)[k]))
            again = ask.solved(best, rule)
            plan = again if again.status == OPTIMAL else plan
    return FrontPoint(ask.values(plan), plan, rule, best)


def _undominated(points: list[FrontPoint]) -> list[FrontPoint]:
    """In order of the first figure, those that improve the second; equal ones once."""
    if not points:
        return []
    z = np.array([p.values for p in points])
    size = np.ptp(z, axis=0)
    kept: list[FrontPoint] = []
    for k in np.lexsort((z[:, 1], z[:, 0])).tolist():
        point = points[k]
        if not kept or point.values[1] < kept[-1].values[1] - 1e-6 * size[1]:
            kept.append(point)
    return kept
