"""Laws of a plan as a tidy table: each rule with its law, limit, level and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calculator.tables.provenance import frame

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.sourcing import Sourced
    from calculator.tables.costs import Shown

LAW_COLUMNS = (
    "law", "law_year", "standing", "rule", "limit", "level", "limit_unit", "binds", "cost_of_rule",
    "unit",
)  # fmt: skip


def law_table(sourced: Sourced, shown: Shown) -> pd.DataFrame:
    """Every rule of every law; limit and level are fractions where they are shares.

    ``cost_of_rule`` is a year's cost with all rules less that without the one. A law that asks
    for nothing in its year has a row without a rule.
    """
    rows = [row for law in sourced.laws for row in _rows(sourced, law, shown)]
    return frame(rows, LAW_COLUMNS)


def _rows(sourced: Sourced, law: Any, shown: Shown) -> list[dict[str, Any]]:
    head = {
        "law": law.choice.policy,
        "law_year": law.choice.year,
        "standing": law.standing,
        "unit": f"{shown.money}/year",
    }
    if not law.rules:
        return [head]
    priced = {m.name: m for m in sourced.plan.marginals}
    return [{**head, **_rule(sourced, rule, priced.get(rule.name), shown)} for rule in law.rules]


def _rule(sourced: Sourced, rule: Any, marginal: Any, shown: Shown) -> dict[str, Any]:
    cost = sourced.cost_by_rule.get(rule.name)
    unit = rule.limit_unit(sourced.supply.network.layout)
    return {
        "rule": rule.name,
        "limit": rule.limit,
        "level": None if marginal is None else marginal.level,
        "limit_unit": "fraction" if rule.natural == 100.0 else unit,
        "binds": None if marginal is None else marginal.binds,
        "cost_of_rule": None if cost is None else cost * shown.factor,
    }
