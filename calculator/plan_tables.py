"""The tables of a sourcing plan that hold its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from calculator.answers import plan_costs, plan_shares
from calculator.tables import (
    flow_table,
    plan_cost_table,
    recycled_table,
    rule_cost_table,
    rule_table,
)
from calculator.tables.provenance import frame

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.sourcing import Sourced
    from calculator.tables import Shown


def plan_tables(
    sourced: Sourced, shown: Shown, cost_by_rule: Mapping[str, float | None] | None = None
) -> dict[str, pd.DataFrame]:
    """Shares, flows, cost, binding rules, what rules cost and what is recycled.

    ``cost_by_rule`` stands for the answer's own where it is known; else it is solved for.
    """
    costs = sourced.cost_by_rule if cost_by_rule is None else cost_by_rule
    plan = sourced.plan
    return {
        "plan": whole_table(sourced, shown),
        "shares": plan_shares(sourced),
        "flows": flow_table(plan, shown),
        "cost": plan_cost_table(plan, shown),
        "binding_rules": rule_table(plan, shown),
        "cost_of_rules": rule_cost_table(costs, shown),
        "recycled": recycled_table(sourced.recycled, shown),
    }


def whole_table(sourced: Sourced, shown: Shown) -> pd.DataFrame:
    """Cost of the plan per kWh, whole and by kind, with rules and without."""
    found = plan_costs(sourced, shown)
    unit = f"{shown.money}/kWh"
    rows = [
        {"item": name.removesuffix("_per_kwh").replace("_", " "), "value": value, "unit": unit}
        for name, value in found.items()
        if name.endswith("_per_kwh") and "usd" not in name and not isinstance(value, dict)
    ]
    kinds = found["cost_by_kind_per_kwh"]
    rows += [
        {"item": f"cost, {kind}", "value": value, "unit": unit} for kind, value in kinds.items()
    ]
    kwh = sourced.supply.demand_kwh_per_year
    plan = sourced.plan
    if plan.status == "optimal":
        rows += [
            {"item": "carbon", "value": plan.emission_kg / kwh, "unit": "kgCO2e/kWh"},
            {"item": "energy of processes", "value": plan.energy_kwh / kwh, "unit": "kWh/kWh"},
        ]
    return frame(rows, ("item", "value", "unit"))
