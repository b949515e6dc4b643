"""The sourcing question of a scenario: its network, its rules, the plan and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.scenario.run import scenario_request
from calculator.scenario.unnamed import unnamed_notes

if TYPE_CHECKING:
    from calculator.scenario.policy_law import LawRules
    from calculator.scenario.project_effect import ProjectEffect
    from calculator.scenario.schema import Scenario, Sourcing
    from calculator.scenario.wishes import Known
    from calculator.sourcing.answers.explain import Explanation
    from calculator.sourcing.network import Network
    from calculator.sourcing.objectives import Objective
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rule_base import Rule
    from calculator.supply import SupplyNetwork
    from calculator.supply.recycled_rows import RecycledRow
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Sourced:
    """The answer to a sourcing question; money is that of the plan, a year."""

    chemistry: str
    """Id of the chemistry that is sourced; several with commas between."""
    supply: SupplyNetwork
    wishes: tuple[Rule, ...]
    """The scenario's own rules, and those of its laws."""
    rules: tuple[Rule, ...]
    """All rules of the plan: the scenario's, and what one buyer can get of the market."""
    plan: Plan
    free_cost: float | None
    """Cost of the cheapest plan under none of the scenario's rules; None where there is none."""
    explanation: Explanation | None
    """Why there is no plan; None where there is one."""
    notes: tuple[str, ...] = ()
    """Sentences on the plan, on supply from countries not known singly among them."""
    known: Mapping[str, float] = field(default_factory=dict, repr=False)
    """Costs without a rule that are known already, by its name."""
    objective: Objective | None = None
    """What the plan is best at; the cost if none."""
    laws: tuple[LawRules, ...] = ()
    """The laws it is held to, each with its rules, which are among the scenario's."""
    projects: ProjectEffect | None = None
    """What the scenario's projects do to the plan; None without any."""

    @property
    def recycled(self) -> tuple[RecycledRow, ...]:
        """Where the recycled part of each material comes from, and at which cost."""
        from calculator.supply.recycled_rows import recycled_rows

        return recycled_rows(self.supply, self.plan)

    @property
    def chemistry_shares(self) -> Mapping[str, float]:
        """Share of each chemistry in the energy delivered; empty where there is no plan."""
        goods = self.supply.cell_goods
        made = dict.fromkeys(goods.values(), 0.0)
        for row in self.plan.sources:
            if row.commodity in made:
                made[row.commodity] += row.quantity
        total = sum(made.values())
        return {name: made[good] / total for name, good in goods.items()} if total else {}

    @property
    def cost_of_rules(self) -> float | None:
        """What the scenario's rules cost, all together."""
        optimal = self.plan.status == "optimal"
        return self.plan.cost - self.free_cost if optimal and self.free_cost is not None else None

    @cached_property
    def cost_by_rule(self) -> Mapping[str, float | None]:
        """What each rule costs: the cost with all rules less the cost without that one.

        Of the market's limit as well. None for every rule where there is no plan.
        """
        return cost_of_each_rule(
            self.supply.network, self.rules, self.plan, self.known, self.objective
        )


def cost_of_each_rule(
    network: Network,
    rules: Sequence[Rule],
    plan: Plan,
    known: Mapping[str, float] | None = None,
    objective: Objective | None = None,
) -> dict[str, float | None]:
    """Cost with all rules less the cost without one, for every rule, in the plan's currency.

    A rule without a price costs nothing: the least-cost plan stays so when it goes. The others
    are solved for again, each with all rules but the one; all of them where suppliers are
    counted in whole numbers or another objective than the cost is asked, since a price says
    nothing there.

    Args:
        network: the network of the plan.
        rules: all rules of the plan.
        plan: the plan under all of them.
        known: costs without a rule that are known already, by the rule's name.
        objective: of the plan; the cost if none.

    Returns:
        By name of the rule; None where the plan, or that without the rule, is not optimal.
    """
    from calculator.sourcing import solve
    from calculator.sourcing.watch import step

    if plan.status != "optimal":
        return {rule.name: None for rule in rules}
    without = dict(known or {})
    priced = {m.name for m in plan.binding if m.kind == "rule"}
    prices_tell = plan.objective == "cost" and plan.certificate and plan.certificate.tree is None
    costs: dict[str, float | None] = {}
    for rule in rules:
        if prices_tell and rule.name not in priced:
            costs[rule.name] = 0.0
            continue
        if rule.name not in without:
            step(f"what '{rule.name}' costs")
            rest = tuple(other for other in rules if other is not rule)
            found = solve(network, rest, objective=objective, tie_break=not prices_tell)
            without[rule.name] = found.cost
        saved = plan.cost - without[rule.name]
        costs[rule.name] = saved if isfinite(saved) else None
    return costs


def source_scenario(
    db: MaterialsDB, scenario: Scenario, supply: SupplyNetwork | None = None
) -> Sourced:
    """Solve the sourcing question of a scenario.

    Args:
        db: the materials database.
        scenario: what is asked.
        supply: its network from ``supply_of``, where it is known already.

    Raises:
        InputError: the scenario asks none, a chemistry lacks a number, or a rule is on a
            material or chemistry that is not sourced.
        SourcingError: a rule names a material or stage that the network lacks.
        UnknownNameError: a name is not in the database.
    """
    from calculator.scenario.project_effect import effect_notes, project_effect
    from calculator.sourcing import explain, solve

    asked = _question(scenario)
    stated = stated_scenario(db, scenario, supply)
    supply, objective = stated.supply, stated.objective
    plan = solve(supply.network, stated.rules, objective=objective)
    quiet = objective is not None
    free = (
        solve(supply.network, stated.market, objective=objective, tie_break=quiet)
        if stated.wishes
        else plan
    )
    free_cost = free.cost if free.status == "optimal" else None
    only = stated.wishes[0].name if len(stated.wishes) == 1 else None
    unmet = plan.status == "infeasible"
    effect = project_effect(db, scenario, supply, plan)
    return Sourced(
        chemistry=", ".join(product.chemistry for product in supply.products),
        supply=supply,
        wishes=stated.wishes,
        rules=stated.rules,
        plan=plan,
        free_cost=free_cost,
        explanation=explain(supply.network, stated.rules) if unmet else None,
        notes=(
            *plan.notes,
            *unnamed_notes(plan, stated.wishes),
            *_uncovered(supply, asked),
            *effect_notes(effect),
            *stated.law_notes,
        ),
        laws=stated.laws,
        projects=effect,
        known={only: free_cost} if only is not None and free_cost is not None else {},
        objective=objective,
    )


@dataclass(frozen=True)
class Stated:
    """A sourcing question ready to solve."""

    supply: SupplyNetwork
    wishes: tuple[Rule, ...]
    """The scenario's own rules, then those of its laws."""
    market: tuple[Rule, ...]
    """What one buyer can get of the market."""
    objective: Objective | None
    laws: tuple[LawRules, ...] = ()
    """The laws it is held to, each with its rules."""

    @property
    def law_notes(self) -> tuple[str, ...]:
        """What must be known of the laws, each sentence once."""
        return tuple(dict.fromkeys(f"{note}." for law in self.laws for note in law.notes))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules."""
        return (*self.wishes, *self.market)


def stated_scenario(
    db: MaterialsDB, scenario: Scenario, supply: SupplyNetwork | None = None
) -> Stated:
    """The network and the rules of a scenario's sourcing question.

    Raises:
        InputError: as ``source_scenario``.
    """
    from calculator.scenario.policy_rules import policy_rules
    from calculator.scenario.wishes import Known, rules_of

    asked = _question(scenario)
    supply = supply or supply_of(db, scenario)
    _check_materials(db, asked, supply)
    known = Known(db, supply)
    own = tuple(rule for wish in asked.rules for rule in rules_of(wish, known))
    laws = tuple(policy_rules(choice, known) for choice in asked.policies)
    market = (supply.access.rule,) if supply.access else ()
    wishes = (*own, *(rule for law in laws for rule in law.rules))
    return Stated(supply, wishes, market, _objective(asked, known), laws)


def supply_of(db: MaterialsDB, scenario: Scenario) -> SupplyNetwork:
    """The network of a scenario's sourcing question; its rules and objective do not count.

    Raises:
        InputError: the scenario asks none, or a chemistry lacks a number.
        UnknownNameError: a name is not in the database.
    """
    from calculator.scenario.projects import projects_of
    from calculator.sourcing.watch import step
    from calculator.supply import RecyclingTerms, supply_network

    asked = _question(scenario)
    step("building the supply network")
    names = asked.chemistries or (asked.chemistry or scenario.chemistries[0],)
    return supply_network(
        db,
        [scenario_request(db, scenario, name) for name in names],
        asked.importer,
        asked.demand_gwh_per_year or scenario.volume_gwh_per_year,
        recyclers=asked.recyclers,
        market_access=_fraction(asked.market_access_percent),
        recycling=RecyclingTerms(direct_discount=_fraction(asked.direct_discount_percent)),
        projects=projects_of(db, scenario),
    )


def _objective(asked: Sourcing, known: Known) -> Objective | None:
    """What the plan is to be best at; nothing for the cost."""
    from calculator.sourcing.objectives import OBJECTIVES, Risk

    if asked.objective == "cost":
        return None
    if asked.objective == "risk":
        return Risk(known.risks, missing=known.mean_risk)
    return OBJECTIVES[asked.objective]()


def _uncovered(supply: SupplyNetwork, asked: Sourcing) -> tuple[str, ...]:
    """Says how much of the mass has an emission figure, where one was asked to count."""
    by_law = any("CARBON" in choice.policy for choice in asked.policies)
    ruled = by_law or any("carbon" in wish.rule for wish in asked.rules)
    carbon = asked.objective == "carbon" or ruled
    if not carbon:
        return ()
    told = ", ".join(f"{cover.stage} {100 * cover.share:.0f} %" for cover in supply.covers)
    return (f"Share of the mass with an emission figure: {told}.",) if told else ()


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0


def _question(scenario: Scenario) -> Sourcing:
    if scenario.sourcing is None:
        raise InputError(
            "the scenario asks no sourcing question; add 'sourcing:' with an 'importer' and rules"
        )
    return scenario.sourcing


def _check_materials(db: MaterialsDB, asked: Sourcing, supply: SupplyNetwork) -> None:
    """Refuse a rule on a known material that these cells do not hold."""
    goods = supply.network.commodities
    held = {good.material_label for good in goods} | {e for good in goods for e in good.contents}
    known = {row.material for row in db.element_materials}
    cells = ", ".join(product.chemistry for product in supply.products)
    for wish in asked.rules:
        material = getattr(wish, "material", None)
        if material is not None and material in known - held:
            raise InputError(
                f"rule '{wish.name}' is on {material}, which {cells} cells do not hold; "
                "leave the rule out or source another chemistry"
            )
