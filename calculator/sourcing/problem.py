"""Network + rules -> plan: state, scale, solve, prove, break ties, price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from calculator.sourcing.canonical import Canonical, Stack, stack
from calculator.sourcing.certificate import Certificate, Duals, certify, duals
from calculator.sourcing.errors import SourcingError, raise_faults
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.marginals import marginals
from calculator.sourcing.network import Network
from calculator.sourcing.objectives import Cost, Objective
from calculator.sourcing.plan import Plan
from calculator.sourcing.polish import polished
from calculator.sourcing.rays import missing_prices
from calculator.sourcing.rows import Built
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scaling import Scaled, scale
from calculator.sourcing.solved import FAILED, OPTIMAL, UNBOUNDED, Solved
from calculator.sourcing.solvers import solve_canonical
from calculator.sourcing.ties import Face, break_tie, is_unique, optimal_face
from calculator.sourcing.tree import certify_whole

_SNAP = 1e-9  # scaled flow that counts as none
_SNAP_CONIC = 1e-6
_UNSETTLED = "other plans cost the same; this is the solver's choice among them."
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
    solved = solve_canonical(stated.scaled.canonical, path)
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

    @property
    def canonical(self) -> Canonical:
        """The problem in its own units."""
        return self.stacked.canonical


def state(
    network: Network, rules: Sequence[Rule] = (), objective: Objective | None = None
) -> Stated:
    """Build the matrices of a network and its rules, once."""
    goal = objective or Cost()
    layout = network.layout
    built = build_rules(layout, rules)
    stacked = stack(layout, built, goal.build(layout))
    notes = tuple(note for b in built for note in b.notes)
    return Stated(layout, tuple(rules), stacked, scale(stacked.canonical), notes, goal)


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
    problem = whole.held(solved.x) if len(whole.integer) else whole
    priced = duals(problem, solved.row, solved.cones)
    x, proof = _snapped(problem, solved.x, priced)
    if len(whole.integer):
        proof = certify_whole(whole, x, proof, solved.bound)
    if not proof.ok:
        return replace(_without_flows(stated, FAILED, (proof.sentence(),)), certificate=proof)
    best = _Best(x, priced, proof, None, stated.notes)
    if tie_break:
        best = _settled(stated, problem, best)
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
            stated.objective.unit(stated.layout),
        ),
        certificate=best.proof,
        unique=best.unique,
        notes=best.notes,
        x=inner,
        layout=stated.layout,
    )  # fmt: skip


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
    face = optimal_face(problem, best.x, best.priced)
    x = best.x
    if not isinstance(stated.objective, Cost):
        face, x = _cheapest(stated, face, x)
    unique = is_unique(face, x, vertex=not problem.cones)
    chosen = x if unique else break_tie(stated.layout, stated.scaled, face)
    if chosen is not None:
        tidy, proved = _snapped(problem, chosen, best.priced)
        proved = replace(proved, **_of_tree(best.proof))
        if proved.ok:
            return _Best(tidy, best.priced, proved, unique, best.notes)
    notes = (*best.notes, _UNDECIDED if unique is None else _UNSETTLED)
    return replace(best, unique=unique, notes=notes)


def _of_tree(proof: Certificate) -> dict[str, Any]:
    """What a proof over whole numbers adds to that of the flows."""
    return {} if proof.tree is None else {"tree": proof.tree, "gap": proof.gap}


def _cheapest(stated: Stated, face: Face, x: Floats) -> tuple[Face, Floats]:
    """The cheapest of equals in another objective, and the face of all as cheap."""
    money = stated.stacked.money * stated.scaled.column
    size = float(np.abs(money).max(initial=0.0)) or 1.0
    problem = face.problem.with_cost(money / size)
    solved = solve_canonical(problem)
    if solved.status != OPTIMAL:
        return face, x
    return optimal_face(problem, solved.x, duals(problem, solved.row, solved.cones)), solved.x


def _snapped(problem: Canonical, x: Floats, priced: Duals) -> tuple[Floats, Certificate]:
    """Clear the solver's dust (flows of 1e-9 at a bound), unless that harms the proof."""
    kept = np.clip(x, problem.lower, problem.upper)
    near = np.where(priced.reduced > _SNAP_CONIC, _SNAP_CONIC, _SNAP) if problem.cones else _SNAP
    tidy = np.where(kept - problem.lower <= near, problem.lower, kept)
    tidy = np.where(problem.upper - tidy <= _SNAP, problem.upper, tidy)
    tidy = polished(problem, tidy) if problem.cones else tidy
    proof = certify(problem, tidy, priced)
    return (tidy, proof) if proof.ok else (kept, certify(problem, kept, priced))
