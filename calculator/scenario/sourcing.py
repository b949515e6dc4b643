"""The sourcing question of a scenario: its network, its rules, the plan and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.scenario.rules import CapCountryShare, CapGroupShare, CapHHI, Exclude, RecycledFloor
from calculator.scenario.run import scenario_request
from calculator.scenario.unnamed import unnamed_notes

if TYPE_CHECKING:
    from calculator.scenario.rules import Rule as Wish
    from calculator.scenario.schema import Scenario, Sourcing
    from calculator.sourcing.explain import Explanation
    from calculator.sourcing.network import Network
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rule_base import Rule
    from calculator.supply import SupplyNetwork
    from calculator.supply.recycled_rows import RecycledRow
    from materials_db.database import MaterialsDB

_EACH = "each"
_NOT_SINGLE = frozenset({"ROW", "WLD"})


@dataclass(frozen=True)
class Sourced:
    """The answer to a sourcing question; money is that of the plan, a year."""

    chemistry: str
    """Id of the chemistry that is sourced."""
    supply: SupplyNetwork
    wishes: tuple[Rule, ...]
    """The scenario's own rules."""
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

    @property
    def recycled(self) -> tuple[RecycledRow, ...]:
        """Where the recycled part of each material comes from, and at which cost."""
        from calculator.supply.recycled_rows import recycled_rows

        return recycled_rows(self.supply, self.plan)

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
        return cost_of_each_rule(self.supply.network, self.rules, self.plan, self.known)


def cost_of_each_rule(
    network: Network,
    rules: Sequence[Rule],
    plan: Plan,
    known: Mapping[str, float] | None = None,
) -> dict[str, float | None]:
    """Cost with all rules less the cost without one, for every rule, in the plan's currency.

    A rule without a price costs nothing: the plan stays optimal when it goes. The others are
    solved for again, each with all rules but the one.

    Args:
        network: the network of the plan.
        rules: all rules of the plan.
        plan: the plan under all of them.
        known: costs without a rule that are known already, by the rule's name.

    Returns:
        By name of the rule; None where the plan, or that without the rule, is not optimal.
    """
    from calculator.sourcing import solve

    if plan.status != "optimal":
        return {rule.name: None for rule in rules}
    without = dict(known or {})
    priced = {m.name for m in plan.binding if m.kind == "rule"}
    costs: dict[str, float | None] = {}
    for rule in rules:
        if rule.name not in priced:
            costs[rule.name] = 0.0
            continue
        if rule.name not in without:
            rest = tuple(other for other in rules if other is not rule)
            without[rule.name] = solve(network, rest, tie_break=False).cost
        saved = plan.cost - without[rule.name]
        costs[rule.name] = saved if isfinite(saved) else None
    return costs


def source_scenario(db: MaterialsDB, scenario: Scenario) -> Sourced:
    """Solve the sourcing question of a scenario.

    Raises:
        InputError: the scenario asks none, its chemistry lacks a number, or a rule is on a
            material that its cells do not hold.
        SourcingError: a rule names a material or stage that the network lacks.
        UnknownNameError: a name is not in the database.
    """
    from calculator.sourcing import explain, solve
    from calculator.supply import supply_network

    asked = _question(scenario)
    request = scenario_request(db, scenario, asked.chemistry or scenario.chemistries[0])
    supply = supply_network(
        db,
        request,
        asked.importer,
        asked.demand_gwh_per_year or scenario.volume_gwh_per_year,
        recyclers=asked.recyclers,
        market_access=_fraction(asked.market_access_percent),
    )
    _check_materials(db, asked, supply, request.chemistry.id)
    wishes = scenario_rules(scenario)
    market = (supply.access.rule,) if supply.access else ()
    rules = (*wishes, *market)
    plan = solve(supply.network, rules)
    free = solve(supply.network, market, tie_break=False) if wishes else plan
    free_cost = free.cost if free.status == "optimal" else None
    only = wishes[0].name if len(wishes) == 1 else None
    return Sourced(
        chemistry=request.chemistry.id,
        supply=supply,
        wishes=wishes,
        rules=rules,
        plan=plan,
        free_cost=free_cost,
        explanation=explain(supply.network, rules) if plan.status == "infeasible" else None,
        notes=(*plan.notes, *unnamed_notes(plan, wishes)),
        known={only: free_cost} if only is not None and free_cost is not None else {},
    )


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0


def _question(scenario: Scenario) -> Sourcing:
    if scenario.sourcing is None:
        raise InputError(
            "the scenario asks no sourcing question; add 'sourcing:' with an 'importer' and rules"
        )
    return scenario.sourcing


def _check_materials(
    db: MaterialsDB, asked: Sourcing, supply: SupplyNetwork, chemistry: str
) -> None:
    """Refuse a rule on a known material that these cells do not hold."""
    goods = supply.network.commodities
    held = {good.material_label for good in goods} | {e for good in goods for e in good.contents}
    known = {row.material for row in db.element_materials}
    for wish in asked.rules:
        if wish.material is not None and wish.material in known - held:
            raise InputError(
                f"rule '{wish.name}' is on {wish.material}, which {chemistry} cells do not hold; "
                "leave the rule out or source another chemistry"
            )


def scenario_rules(scenario: Scenario) -> tuple[Rule, ...]:
    """The rules of a scenario as rules of the optimiser, in its order."""
    return tuple(_rule(wish) for wish in _question(scenario).rules)


def _rule(wish: Wish) -> Rule:
    from calculator.sourcing import rules

    if isinstance(wish, RecycledFloor):
        share = wish.limit_percent / 100.0
        return rules.RecycledFloor(wish.name, share, element=wish.material, stage=wish.stage)
    at, stage, rest = wish.material, wish.stage, wish.rest
    if isinstance(wish, CapHHI):
        return rules.HHICap(wish.name, wish.limit, material=at, stage=stage, rest=rest)
    if isinstance(wish, Exclude):
        banned = _countries(wish.name, wish.countries)
        return rules.Ban(wish.name, country=banned, material=at, stage=stage, rest=rest)
    share, capped = wish.limit_percent / 100.0, _capped(wish)
    return rules.ShareCap(wish.name, share, country=capped, material=at, stage=stage, rest=rest)


def _capped(wish: CapCountryShare | CapGroupShare) -> str | tuple[str, ...]:
    """Whom a cap is on: several countries as one, one country, or each on its own."""
    if isinstance(wish, CapGroupShare):
        return _countries(wish.name, wish.countries)
    return _countries(wish.name, (wish.country,)) if wish.country else _EACH


def _countries(rule: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Single countries of a rule; the European Union stands for its members."""
    from calculator.regions import EU, EU_MEMBERS

    for code in codes:
        if code in _NOT_SINGLE:
            raise InputError(
                f"rule '{rule}': '{code}' is no single country, and supply from countries not "
                "known singly cannot be ruled on by name; name countries, or write 'rest: one'"
            )
    members = (sorted(EU_MEMBERS) if code == EU else [code] for code in codes)
    return tuple(dict.fromkeys(country for found in members for country in found))
