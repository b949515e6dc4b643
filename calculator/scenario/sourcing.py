"""The sourcing question of a scenario: its network, its rules, the plan and why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.scenario.rules import CapCountryShare, CapGroupShare, CapHHI, Exclude, RecycledFloor
from calculator.scenario.run import scenario_request

if TYPE_CHECKING:
    from calculator.scenario.rules import Rule as Wish
    from calculator.scenario.schema import Scenario, Sourcing
    from calculator.sourcing.explain import Explanation
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rule_base import Rule
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB

_EACH = "each"
_NOT_SINGLE = frozenset({"ROW", "WLD"})


@dataclass(frozen=True)
class Sourced:
    """The answer to a sourcing question."""

    chemistry: str
    """Id of the chemistry that is sourced."""
    supply: SupplyNetwork
    rules: tuple[Rule, ...]
    plan: Plan
    free_cost: float | None
    """Cost of the cheapest plan under no rule, in the plan's currency; None where there is none."""
    explanation: Explanation | None
    """Why there is no plan; None where there is one."""

    @property
    def cost_of_rules(self) -> float | None:
        """What the rules cost a year, all together."""
        optimal = self.plan.status == "optimal"
        return self.plan.cost - self.free_cost if optimal and self.free_cost is not None else None


def source_scenario(db: MaterialsDB, scenario: Scenario) -> Sourced:
    """Solve the sourcing question of a scenario.

    Raises:
        InputError: the scenario asks none, or its chemistry lacks a number.
        SourcingError: a rule names a material or stage that the network lacks.
        UnknownNameError: a name is not in the database.
    """
    from calculator.sourcing import explain, solve
    from calculator.supply import supply_network

    asked = _question(scenario)
    name = asked.chemistry or scenario.chemistries[0]
    request = scenario_request(db, scenario, name)
    demand = asked.demand_gwh_per_year or scenario.volume_gwh_per_year
    supply = supply_network(db, request, asked.importer, demand)
    rules = scenario_rules(scenario)
    plan = solve(supply.network, rules)
    free = solve(supply.network, ()) if rules else plan
    return Sourced(
        chemistry=request.chemistry.id,
        supply=supply,
        rules=rules,
        plan=plan,
        free_cost=free.cost if free.status == "optimal" else None,
        explanation=explain(supply.network, rules) if plan.status == "infeasible" else None,
    )


def _question(scenario: Scenario) -> Sourcing:
    if scenario.sourcing is None:
        raise InputError(
            "the scenario asks no sourcing question; add 'sourcing:' with an 'importer' and rules"
        )
    return scenario.sourcing


def scenario_rules(scenario: Scenario) -> tuple[Rule, ...]:
    """The rules of a scenario as rules of the optimiser, in its order."""
    return tuple(_rule(wish) for wish in _question(scenario).rules)


def _rule(wish: Wish) -> Rule:
    from calculator.sourcing import rules

    if isinstance(wish, CapHHI):
        return rules.HHICap(wish.name, wish.limit, material=wish.material, stage=wish.stage)
    if isinstance(wish, Exclude):
        banned = _countries(wish.name, wish.countries)
        return rules.Ban(wish.name, country=banned, material=wish.material, stage=wish.stage)
    share = wish.limit_percent / 100.0
    if isinstance(wish, RecycledFloor):
        return rules.RecycledFloor(wish.name, share, element=wish.material, stage=wish.stage)
    return rules.ShareCap(
        wish.name, share, country=_capped(wish), material=wish.material, stage=wish.stage
    )


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
                "known singly cannot be ruled on; name countries"
            )
    members = (sorted(EU_MEMBERS) if code == EU else [code] for code in codes)
    return tuple(dict.fromkeys(country for found in members for country in found))
