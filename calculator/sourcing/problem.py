"""Network + rules -> plan: state, scale, solve, prove, break ties, price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calculator.sourcing.canonical import Canonical, Stack, stack
from calculator.sourcing.certificate import Certificate, Duals, certify, duals
from calculator.sourcing.errors import SourcingError, raise_faults
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.marginals import marginals
from calculator.sourcing.network import Network
from calculator.sourcing.plan import Plan, cost_by_kind
from calculator.sourcing.polish import polished
from calculator.sourcing.rays import missing_prices
from calculator.sourcing.rows import Built
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scaling import Scaled, scale
from calculator.sourcing.solved import FAILED, OPTIMAL, UNBOUNDED, Solved
from calculator.sourcing.solvers import solve_canonical
from calculator.sourcing.ties import break_tie, is_unique, optimal_face

_SNAP = 1e-9  # scaled flow that counts as none
_SNAP_CONIC = 1e-6
_UNSETTLED = "other plans cost the same; this is the solver's choice among them."
_UNDECIDED = "whether another plan costs the same could not be decided."


def solve(
    network: Network, rules: Sequence[Rule] = (), *, path: str = "auto", tie_break: bool = True
) -> Plan:
    """Return the least-cost plan of the network under the rules.

    `path` is "auto" (HiGHS on the matrices for linear problems, cvxpy with Clarabel for
    cones), "highs", "cvxpy" or "cuts". Without `tie_break` the plan is the solver's own choice
    among equals and `unique` is None.

    Raises:
        SourcingError: a rule that names an unknown material, stage or commodity, or two rules
            with one name.
    """
    stated = state(network, rules)
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

    @property
    def canonical(self) -> Canonical:
        """The problem in its own units."""
        return self.stacked.canonical


def state(network: Network, rules: Sequence[Rule] = ()) -> Stated:
    """Build the matrices of a network and its rules, once."""
    layout = network.layout
    built = build_rules(layout, rules)
    stacked = stack(layout, built)
    notes = tuple(note for b in built for note in b.notes)
    return Stated(layout, tuple(rules), stacked, scale(stacked.canonical), notes)


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
    problem = stated.scaled.canonical
    priced = duals(problem, solved.row, solved.cones)
    x, proof = _snapped(problem, solved.x, priced)
    if not proof.ok:
        return replace(_without_flows(stated, FAILED, (proof.sentence(),)), certificate=proof)
    unique: bool | None = None
    notes = stated.notes
    if tie_break:
        x, proof, unique, said = _settled(stated, x, priced, proof)
        notes = (*notes, *said)
    flows = stated.scaled.plan(x)
    return Plan(
        status=OPTIMAL,
        currency=stated.layout.network.currency,
        cost_by_kind=cost_by_kind(stated.layout, flows),
        marginals=marginals(
            stated.layout, stated.rules, stated.stacked, stated.scaled, priced, flows
        ),
        certificate=proof,
        unique=unique,
        notes=notes,
        x=flows[: stated.layout.n],
        layout=stated.layout,
    )


def _settled(
    stated: Stated, x: Floats, priced: Duals, proof: Certificate
) -> tuple[Floats, Certificate, bool | None, tuple[str, ...]]:
    """Decide uniqueness and, between equals, take the documented plan if it is proved too."""
    face = optimal_face(stated.scaled.canonical, x, priced)
    unique = is_unique(face, x, vertex=not stated.canonical.cones)
    if unique:
        return x, proof, unique, ()
    chosen = break_tie(stated.layout, stated.scaled, face)
    if chosen is not None:
        tidy, proved = _snapped(stated.scaled.canonical, chosen, priced)
        if proved.ok:
            return tidy, proved, unique, ()
    return x, proof, unique, (_UNDECIDED if unique is None else _UNSETTLED,)


def _snapped(problem: Canonical, x: Floats, priced: Duals) -> tuple[Floats, Certificate]:
    """Clear the solver's dust (flows of 1e-9 at a bound), unless that harms the proof."""
    kept = np.clip(x, problem.lower, problem.upper)
    near = np.where(priced.reduced > _SNAP_CONIC, _SNAP_CONIC, _SNAP) if problem.cones else _SNAP
    tidy = np.where(kept - problem.lower <= near, problem.lower, kept)
    tidy = np.where(problem.upper - tidy <= _SNAP, problem.upper, tidy)
    tidy = polished(problem, tidy) if problem.cones else tidy
    proof = certify(problem, tidy, priced)
    return (tidy, proof) if proof.ok else (kept, certify(problem, kept, priced))
