"""What a law costs a plan: solved with it and without it, all else the same.

cost of the law = cost with - cost without. For each of its requirements: where the plan without
the law stands against it, its shadow price under the law, and, where the law cannot be met, how
far the requirement can be met alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.scenario.policies import PolicyChoice
from calculator.scenario.sourcing import stated_scenario, supply_of

if TYPE_CHECKING:
    from calculator.scenario.policy_law import LawRules
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Stated
    from calculator.sourcing.answers.explain import Explanation
    from calculator.sourcing.marginals import Marginal
    from calculator.sourcing.network import Network
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rule_base import Rule
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB

_OPTIMAL = "optimal"
_ROUNDING = 1e-10
"""Share of a cost below which a difference of two optima says nothing."""
_HAIR = 1e-6  # of a share: keeps an eased limit off its own edge


@dataclass(frozen=True)
class LawStanding:
    """One requirement: what it asks, where the plan stands without the law, what it costs."""

    rule: str
    limit: float
    """In the rule's own terms: a share as a fraction."""
    level: float | None
    """Of the plan without the law; None where there is no such plan."""
    slack: float | None
    """How far that plan is on the right side, in the terms of the limit; negative where it
    misses it."""
    natural: float
    """How many of ``unit`` one limit is: 100 for a share in percentage points."""
    unit: str
    marginal: Marginal | None
    """Its shadow price under the law; None where there is no such plan."""
    reachable: float | None = None
    """Where the law cannot be met: the limit that can be met alone; None where even giving way
    does not help, or where the law can be met."""


@dataclass(frozen=True)
class Within:
    """What can be met of a law that cannot."""

    plan: Plan
    limits: Mapping[str, float]
    """By requirement, in their order: as far as those before it leave it."""


@dataclass(frozen=True)
class LawCost:
    """A law against a plan; money is that of the network, a year."""

    law: LawRules
    supply: SupplyNetwork
    without: Plan
    held: Plan
    """Under the law."""
    standings: tuple[LawStanding, ...]
    explanation: Explanation | None
    """Why the law cannot be met; None where it can."""
    within_reach: Within | None
    """Where it cannot: the plan with each requirement as far as it can be met."""

    @property
    def usd_per_year(self) -> float | None:
        """Cost with less cost without; None unless both plans are there."""
        return _difference(self.held, self.without)

    @property
    def usd_per_kwh(self) -> float | None:
        """The same per kWh of cells."""
        return self._per_kwh(self.usd_per_year)

    @property
    def within_reach_usd_per_kwh(self) -> float | None:
        """Cost of what can be met of a law that cannot, per kWh."""
        within = self.within_reach
        return None if within is None else self._per_kwh(_difference(within.plan, self.without))

    @property
    def binding(self) -> tuple[LawStanding, ...]:
        """Requirements with a price."""
        return tuple(s for s in self.standings if s.marginal is not None and s.marginal.binds)

    def _per_kwh(self, usd: float | None) -> float | None:
        return None if usd is None else usd / self.supply.demand_kwh_per_year


def law_cost(
    db: MaterialsDB, scenario: Scenario, policy: PolicyChoice | str, year: int | None = None
) -> LawCost:
    """What a law costs the plan of a scenario.

    Args:
        db: the materials database.
        scenario: the sourcing question; where it names the law itself, that is taken out first.
        policy: the law, with what it needs; or its id.
        year: year whose step holds; needed with an id alone.

    Raises:
        InputError: no year, a scenario that asks no sourcing question, or as ``policy_rules``.
    """
    from calculator.sourcing import explain, solve

    choice = _choice(policy, year)
    supply = supply_of(db, scenario)
    free = stated_scenario(db, _with(scenario, choice, held=False), supply)
    bound = stated_scenario(db, _with(scenario, choice, held=True), supply)
    law = bound.laws[-1]
    network = supply.network
    without = solve(network, free.rules, objective=free.objective)
    held = solve(network, bound.rules, objective=bound.objective) if law.rules else without
    unmet = held.status == "infeasible" and without.status == _OPTIMAL
    reach = _reaches(network, free, law.rules) if unmet else {}
    return LawCost(
        law,
        supply,
        without,
        held,
        tuple(_standing(network, rule, without, held, reach) for rule in law.rules),
        explain(network, bound.rules) if held.status == "infeasible" else None,
        _within_reach(network, free, law.rules, reach) if unmet else None,
    )


def _choice(policy: PolicyChoice | str, year: int | None) -> PolicyChoice:
    if isinstance(policy, PolicyChoice):
        return policy if year is None else policy.model_copy(update={"year": year})
    if year is None:
        raise InputError(f"policy '{policy}' has no year; give one, such as 2030")
    return PolicyChoice(policy=policy, year=year)


def _with(scenario: Scenario, choice: PolicyChoice, held: bool) -> Scenario:
    """The scenario with or without the law; other laws stay, the same one of a year goes."""
    asked = scenario.sourcing
    if asked is None:
        raise InputError(
            "the scenario asks no sourcing question; add 'sourcing:' with an 'importer'"
        )
    rest = tuple(other for other in asked.policies if other.policy != choice.policy)
    policies = (*rest, choice) if held else rest
    sourcing = asked.model_copy(update={"policies": policies})
    return scenario.model_copy(update={"sourcing": sourcing})


def _difference(plan: Plan, other: Plan) -> float | None:
    """Difference of two costs; none where it is no more than the rounding of the solver."""
    if not plan.status == _OPTIMAL == other.status:
        return None
    found = plan.cost - other.cost
    return 0.0 if abs(found) <= _ROUNDING * abs(other.cost) else found


def _standing(
    network: Network, rule: Rule, without: Plan, held: Plan, reach: Mapping[str, float | None]
) -> LawStanding:
    layout = network.layout
    level = slack = None
    if without.status == _OPTIMAL:
        level = rule.measure(layout, without.x[: layout.n])
        slack = rule.sense * (rule.limit - level)
    price = next((m for m in held.marginals if m.name == rule.name), None)
    return LawStanding(
        rule.name, rule.limit, level, slack, rule.natural, rule.limit_unit(layout),
        price if held.status == _OPTIMAL else None, reach.get(rule.name),
    )  # fmt: skip


# --- a law that cannot be met --------------------------------------------------------------


def _reaches(network: Network, free: Stated, rules: Sequence[Rule]) -> dict[str, float | None]:
    """By requirement the limit that can be met when it stands alone; None where none can."""
    from calculator.sourcing.watch import step

    found: dict[str, float | None] = {}
    for rule in rules:
        step(f"how far '{rule.name}' can be met")
        found[rule.name] = _reach(network, free.rules, rule)
    return found


def _reach(network: Network, others: Sequence[Rule], rule: Rule) -> float | None:
    """The limit that can be met beside others: the rule's own, or the nearest to it."""
    from calculator.sourcing import solve
    from calculator.sourcing.answers.relax import relax
    from calculator.sourcing.problem import state

    rules = (*others, rule)
    if solve(network, rules, tie_break=False).status == _OPTIMAL:
        return rule.limit
    return relax(state(network, rules), rule.name).least


def _within_reach(
    network: Network, free: Stated, rules: Sequence[Rule], reach: Mapping[str, float | None]
) -> Within | None:
    """The plan with each requirement, in their order, as far as those before it leave it.

    None where even that has no plan.
    """
    from calculator.sourcing import solve
    from calculator.sourcing.watch import step

    kept: list[Rule] = []
    for rule in rules:
        if reach.get(rule.name) is None:
            continue
        step(f"how far '{rule.name}' can be met beside the others")
        limit = _reach(network, (*free.rules, *kept), rule)
        kept += [] if limit is None else [_eased(rule, limit)]
    plan = solve(network, (*free.rules, *kept), objective=free.objective)
    return Within(plan, {r.name: r.limit for r in kept}) if plan.status == _OPTIMAL else None


def _eased(rule: Rule, limit: float) -> Rule:
    """The rule at a limit, a hair inside where it had to give way."""
    if limit == rule.limit:
        return rule
    low, high = rule.bounds
    return rule.with_limit(min(max(limit + rule.sense * _HAIR, low), high))
