"""Network + rules -> plan: state, scale, solve, prove, break ties, price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from calculator.sourcing.canonical import Canonical, Stack, stack
from calculator.sourcing.errors import SourcingError, raise_faults
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.marginals import marginals
from calculator.sourcing.network import Network
from calculator.sourcing.objectives import Cost, Objective
from calculator.sourcing.plan import Plan
from calculator.sourcing.rows import Built
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.solving.certificate import Certificate, Duals, certify, duals
from calculator.sourcing.solving.equals import other_wholes
from calculator.sourcing.solving.even import Evened, evened
from calculator.sourcing.solving.polish import polished
from calculator.sourcing.solving.rays import missing_prices
from calculator.sourcing.solving.scaling import Scaled, scale
from calculator.sourcing.solving.solved import FAILED, OPTIMAL, UNBOUNDED, Solved
from calculator.sourcing.solving.solvers import solve_canonical
from calculator.sourcing.solving.ties import (
    Face,
    break_tie,
    is_unique,
    optimal_face,
    squared_shares,
)
from calculator.sourcing.solving.tree import certify_whole
from calculator.sourcing.solving.whole import cheapest_wholes, held_problem

_SNAP = 1e-9  # scaled flow that counts as none
_SNAP_CONIC = 1e-6
_UNSETTLED = "other plans cost the same; this is the solver's choice among them."
_HELD = "prices hold with the whole numbers as they are."
_OTHER_WHOLES = "whether other whole numbers cost the same was not decided."
_EVEN = (
    "its limit leaves an even split only; its price has no bound, as the first room beyond "
    "the limit saves at an unlimited rate."
)
_UNDECIDED = "whether another plan costs the same could not be decided."


def solve(
    network: Network,
    rules: Sequence[Rule] = (),
    *,
    objective: Objective | None = None,
    path: str = "auto",
    tie_break: bool = True,
) -> Plan:
    """Return the plan of the network that is best at the objective (default: the least cost).

    Among plans equal in another objective, the cheapest is taken. `path` is "auto" (HiGHS on
    the matrices for linear problems, cvxpy with Clarabel for cones), "highs", "cvxpy" or "cuts".
    Without `tie_break` the plan is the solver's own choice among equals and `unique` is None.

    Raises:
        SourcingError: a rule that names an unknown material, stage or commodity, or two rules
            with one name.
        CancelledError: a watch stopped it (see `watch`).
    """
    stated = state(network, rules, objective)
    whole = stated.scaled.canonical
    solved = solve_canonical(whole if len(whole.integer) else evened(whole).problem, path)
    if solved.status == UNBOUNDED:
        return _without_flows(stated, UNBOUNDED, missing_prices(stated.layout, stated.canonical))
    if solved.status != OPTIMAL:
        said = (f"the solver stopped: {solved.said}",) if solved.status == FAILED else ()
        return _without_flows(stated, solved.status, said)
    return _plan(stated, solved, tie_break)


@dataclass(frozen=True)
class Stated:
    """A problem ready to solve."""

    layout: Layout
    rules: tuple[Rule, ...]
    stacked: Stack
    scaled: Scaled
    notes: tuple[str, ...]
    objective: Objective
    money_weight: float = 1.0
    """What a unit of money counts in the objective."""

    @property
    def canonical(self) -> Canonical:
        """The problem in its own units."""
        return self.stacked.canonical


def state(
    network: Network, rules: Sequence[Rule] = (), objective: Objective | None = None
) -> Stated:
    """Build the matrices of a network and its rules, once."""
    best_at = objective or Cost()
    layout = network.layout
    built = build_rules(layout, rules)
    goal = best_at.build(layout)
    stacked = stack(layout, built, goal)
    notes = (*network.notes, *(note for b in built for note in b.notes))
    scaled = scale(stacked.canonical)
    return Stated(layout, tuple(rules), stacked, scaled, notes, best_at, goal.money)


def build_rules(layout: Layout, rules: Sequence[Rule]) -> list[Built]:
    """Build every rule; all their faults are raised together."""
    counts = Counter(rule.name for rule in rules)
    faults = [
        f"{n} rules are named {name!r}; names must differ." for name, n in counts.items() if n > 1
    ]
    built = []
    for rule in rules:
        try:
            built.append(rule.build(layout))
        except SourcingError as fault:
            text = str(fault)
            faults.append(text if repr(rule.name) in text else f"rule {rule.name!r}: {text}")
    raise_faults("The rules cannot be used:", faults)
    return built


def _without_flows(stated: Stated, status: str, notes: tuple[str, ...]) -> Plan:
    currency = stated.layout.network.currency
    return Plan(status=status, currency=currency, notes=(*stated.notes, *notes))


def _plan(stated: Stated, solved: Solved, tie_break: bool) -> Plan:
    whole = stated.scaled.canonical
    if tie_break and len(whole.integer) and not isinstance(stated.objective, Cost):
        solved = cheapest_wholes(whole, solved, stated.stacked.money * stated.scaled.column)
    even, best = _proved(stated, solved)
    if len(whole.integer):
        proof = certify_whole(whole, best.x, best.proof, solved.bound)
        best = replace(best, proof=proof, notes=(*best.notes, _HELD))
    if not best.proof.ok:
        said = _without_flows(stated, FAILED, (best.proof.sentence(),))
        return replace(said, certificate=best.proof)
    if tie_break:
        best = _settled(stated, even.problem, best)
        if len(whole.integer):
            even, best = _among_wholes(stated, even, best)
    return _unpriced(stated, even, best, _shown(stated, even.placed(best.priced), best))


def _shown(stated: Stated, priced: Duals, best: _Best) -> Plan:
    """Return the plan in its own units."""
    flows = stated.scaled.plan(best.x)
    cost = {kind: float(v @ flows) + 0.0 for kind, v in stated.stacked.money_by_kind.items()}
    inner = flows[: stated.layout.n]
    return Plan(
        status=OPTIMAL,
        currency=stated.layout.network.currency,
        cost_by_kind=cost,
        objective=stated.objective.word,
        value=stated.objective.measure(stated.layout, inner, sum(cost.values())),
        unit=stated.objective.unit(stated.layout),
        marginals=marginals(
            stated.layout, stated.rules, stated.stacked, stated.scaled, priced, flows,
            stated.objective.unit(stated.layout), stated.money_weight,
        ),
        certificate=best.proof,
        unique=best.unique,
        notes=best.notes,
        x=inner,
        layout=stated.layout,
    )  # fmt: skip


def _unpriced(stated: Stated, even: Evened, best: _Best, plan: Plan) -> Plan:
    """Say of a cone that leaves one split only that its price is without bound."""
    strained = even.strained(best.priced)
    at_once = {c.rule for c, bad in zip(stated.stacked.cones, strained, strict=False) if bad}
    if not at_once:
        return plan
    told = tuple(
        replace(m, shadow_price=-inf) if m.kind == "rule" and m.name in at_once else m
        for m in plan.marginals
    )
    notes = (f"rule {name!r}: {_EVEN}" for name in sorted(at_once))
    return replace(plan, marginals=told, notes=(*plan.notes, *notes))


def _proved(stated: Stated, solved: Solved) -> tuple[Evened, _Best]:
    """The plan of a solution, whole numbers held, with prices and proof."""
    whole = stated.scaled.canonical
    even = evened(whole.held(solved.x) if len(whole.integer) else whole)
    if len(solved.row) != even.problem.m:  # other cones came out even with rows left open
        solved = solve_canonical(even.problem)
    priced = duals(even.problem, solved.row, solved.cones)
    x, proof = _snapped(even.problem, solved.x, priced)
    return even, _Best(x, priced, proof, None, stated.notes)


def _among_wholes(stated: Stated, even: Evened, best: _Best) -> tuple[Evened, _Best]:
    """Look for other whole numbers at the same cost; the documented choice among all equals."""
    whole = stated.scaled.canonical
    others = other_wholes(whole, best.x)
    equals = [(even, best)]
    for other in others.found:
        again = solve_canonical(evened(held_problem(whole, other.x)).problem)
        if again.status == OPTIMAL:
            there, plan = _proved(stated, again)
            plan = replace(plan, notes=best.notes)
            if plan.proof.ok:
                proof = replace(plan.proof, **_of_tree(best.proof))
                plan = _settled(stated, there.problem, replace(plan, proof=proof))
                equals.append((there, plan))
    ranks = [_rank(stated, plan.x) for _, plan in equals]
    even, chosen = equals[ranks.index(min(ranks))]
    if sum(rank[0] == min(ranks)[0] for rank in ranks) > 1:
        return even, replace(chosen, unique=False)
    if others.all or best.unique is False:
        return even, chosen
    return even, replace(chosen, unique=None, notes=(*chosen.notes, _OTHER_WHOLES))


def _rank(stated: Stated, x: Floats) -> tuple[float, float, tuple[str, ...]]:
    """Money, sum of squared country shares, and the names of what is used."""
    flows = stated.scaled.plan(x)
    inner = flows[: stated.layout.n]
    used = tuple(sorted(stated.layout.labels[j] for j in np.flatnonzero(inner > 0)))
    money = float(f"{float(stated.stacked.money @ flows):.9g}")
    spread = float(f"{squared_shares(stated.layout, stated.scaled, x):.6g}")
    return (0.0 if isinstance(stated.objective, Cost) else money), spread, used


@dataclass(frozen=True)
class _Best:
    """The scaled plan so far, with its prices, its proof, and what is known of its equals."""

    x: Floats
    priced: Duals
    proof: Certificate
    unique: bool | None
    notes: tuple[str, ...]


def _settled(stated: Stated, problem: Canonical, best: _Best) -> _Best:
    """Decide uniqueness and, between equals, take the documented plan if it is proved too."""
    face, x, notes = optimal_face(problem, best.x, best.priced), best.x, best.notes
    if not isinstance(stated.objective, Cost):
        face, x, said = cheapest(stated, face, x)
        notes = (*notes, *said)
    unique = is_unique(face, x, vertex=not problem.cones)
    settled = x if unique else break_tie(stated.layout, stated.scaled, face)
    unsettled = (*notes, _UNDECIDED if unique is None else _UNSETTLED)
    for chosen, told in ((settled, notes), (x, unsettled)):
        if chosen is not None:
            tidy, proved = _snapped(problem, chosen, best.priced)
            proved = replace(proved, **_of_tree(best.proof))
            if proved.ok:
                return _Best(tidy, best.priced, proved, unique, told)
    return replace(best, unique=unique, notes=unsettled)


def _of_tree(proof: Certificate) -> dict[str, Any]:
    """What a proof over whole numbers adds to that of the flows."""
    return {} if proof.tree is None else {"tree": proof.tree, "gap": proof.gap}


def cheapest(stated: Stated, face: Face, x: Floats) -> tuple[Face, Floats, tuple[str, ...]]:
    """Return the face of the cheapest of equals in another objective, and one plan on it.

    Where there is no such plan, the face and plan given, and a note that says so.
    """
    money = stated.stacked.money * stated.scaled.column
    size = float(np.abs(money).max(initial=0.0)) or 1.0
    problem = face.problem.with_cost(money / size)
    solved = solve_canonical(problem)
    if solved.status != OPTIMAL:
        why = "has no lower end" if solved.status == UNBOUNDED else "could not be made least"
        equals = f"among plans equal in {stated.objective.word}"
        return face, x, (f"{equals} the cost {why}.",)
    held = optimal_face(problem, solved.x, duals(problem, solved.row, solved.cones))
    return held, solved.x, ()


def _snapped(problem: Canonical, x: Floats, priced: Duals) -> tuple[Floats, Certificate]:
    """Clear the solver's dust (flows of 1e-9 at a bound), unless that harms the proof."""
    kept = np.clip(x, problem.lower, problem.upper)
    near = np.where(priced.reduced > _SNAP_CONIC, _SNAP_CONIC, _SNAP) if problem.cones else _SNAP
    tidy = np.where(kept - problem.lower <= near, problem.lower, kept)
    tidy = np.where(problem.upper - tidy <= _SNAP, problem.upper, tidy)
    tidy = polished(problem, tidy) if problem.cones else tidy
    proof = certify(problem, tidy, priced)
    return (tidy, proof) if proof.ok else (kept, certify(problem, kept, priced))
