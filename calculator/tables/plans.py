"""A sourcing plan as tidy tables: shares, flows, cost by kind, binding rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from calculator.tables.provenance import frame, weakest

if TYPE_CHECKING:
    import pandas as pd

    from calculator.sourcing.explain import Explanation
    from calculator.sourcing.plan import Plan

REST = "ROW"
"""Shown for supply whose country is not known singly: the rest of the world."""
SHARE_COLUMNS = ("material", "stage", "country", "route", "share", "quantity", "unit", "basis")
BasisOf = Callable[[str], str]


def share_table(plan: Plan, basis_of: BasisOf | None = None) -> pd.DataFrame:
    """Share of each country and route in each material and stage, the largest first.

    ``basis_of`` gives the weakest basis behind a source by its id; that of a share is the
    weakest of its sources.
    """
    bases = _bases(plan, basis_of)
    rows = [
        {
            "material": row.material,
            "stage": row.stage,
            "country": row.country or REST,
            "route": row.route,
            "share": row.share,
            "quantity": row.quantity,
            "unit": row.unit,
            "basis": bases.get((row.material, row.stage, row.country, row.route), ""),
        }
        for row in plan.shares
    ]
    rows.sort(key=lambda r: -float(str(r["share"])))
    order = {key: place for place, key in enumerate(_stages(plan))}
    rows.sort(key=lambda r: order[r["material"], r["stage"]])
    return frame(rows, SHARE_COLUMNS)


def _stages(plan: Plan) -> dict[tuple[object, object], None]:
    """Materials and stages of a plan in the order of its rows."""
    return dict.fromkeys((row.material, row.stage) for row in plan.shares)


def _bases(plan: Plan, basis_of: BasisOf | None) -> dict[tuple[object, ...], str]:
    found: dict[tuple[object, ...], str] = {}
    for row in plan.sources if basis_of else ():
        key = (row.material, row.stage, row.country, row.route)
        basis = basis_of(row.id) if basis_of else ""
        found[key] = weakest((basis, found.get(key, basis)))
    return found


COST_COLUMNS = ("item", "value", "unit")


def plan_cost_table(plan: Plan) -> pd.DataFrame:
    """Cost of the plan by kind, a year; sums to its whole cost."""
    rows = [
        {"item": kind, "value": value, "unit": f"{plan.currency}/year"}
        for kind, value in plan.cost_by_kind.items()
    ]
    return frame(rows, COST_COLUMNS)


RULE_COLUMNS = ("rule", "kind", "limit", "level", "shadow_price", "unit")


def rule_table(plan: Plan) -> pd.DataFrame:
    """Limits that bind: the user's rules first, then demands and capacities.

    ``shadow_price`` is the change of cost per +1 of the limit, in ``unit``.
    """
    rows = [
        {
            "rule": marginal.name,
            "kind": marginal.kind,
            "limit": marginal.limit,
            "level": marginal.level,
            "shadow_price": marginal.shadow_price,
            "unit": marginal.unit,
        }
        for marginal in sorted(plan.binding, key=lambda m: m.kind != "rule")
    ]
    return frame(rows, RULE_COLUMNS)


SOURCE_FLOW_COLUMNS = (
    "commodity", "material", "stage", "country", "owner", "route", "share", "quantity", "unit",
    "unit_cost", "currency",
)  # fmt: skip


def flow_table(plan: Plan) -> pd.DataFrame:
    """What each source makes and at which unit cost."""
    rows = [
        {
            **{name: getattr(row, name) for name in SOURCE_FLOW_COLUMNS[:-1]},
            "country": row.country or REST,
            "currency": plan.currency,
        }
        for row in plan.sources
    ]
    return frame(rows, SOURCE_FLOW_COLUMNS)


RELAXATION_COLUMNS = ("rule", "limit", "least_limit", "change", "unit", "sentence")


def relaxation_table(explanation: Explanation) -> pd.DataFrame:
    """For each rule that clashes, how far it alone must give way."""
    rows = [
        {
            "rule": row.rule,
            "limit": row.limit,
            "least_limit": row.least,
            "change": row.change,
            "unit": row.unit,
            "sentence": row.sentence,
        }
        for row in explanation.relaxations
    ]
    return frame(rows, RELAXATION_COLUMNS)
