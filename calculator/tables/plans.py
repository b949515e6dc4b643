"""A sourcing plan as tidy tables: shares, flows, cost by kind, binding rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from calculator.tables.provenance import frame, weakest

if TYPE_CHECKING:
    import pandas as pd

    from calculator.sourcing.answers.explain import Explanation
    from calculator.sourcing.marginals import Marginal
    from calculator.sourcing.plan import Plan, ShareRow, SourceRow
    from calculator.supply.recycled_rows import RecycledRow
    from calculator.tables.costs import Shown

REST = "ROW"
"""Shown for supply whose country is not known singly: the rest of the world."""
SHARE_COLUMNS = (
    "material", "stage", "country", "route", "share", "quantity", "unit", "basis", "own_data",
)  # fmt: skip
_SEE_UNIT = "see column 'unit'"
_AMOUNTS = {"share": "1", "quantity": f"{_SEE_UNIT}, a year"}
BasisOf = Callable[[str], str]
IsOwn = Callable[[str], bool]


def _with_units(table: pd.DataFrame, **units: str) -> pd.DataFrame:
    """The table with the unit of each column, as files carry it."""
    table.attrs["units"] = units
    return table


def share_table(
    plan: Plan, basis_of: BasisOf | None = None, is_own: IsOwn | None = None
) -> pd.DataFrame:
    """Share of each country and route in each material and stage, the largest first.

    ``basis_of`` gives the weakest basis behind a source by its id; that of a share is the
    weakest of its sources. ``is_own`` tells whether a source rests on the user's own data.
    """
    bases = _bases(plan, basis_of)
    own = {_key(row) for row in plan.sources if is_own and is_own(row.id)}
    rows: list[dict[str, Any]] = [
        {
            "material": row.material,
            "stage": row.stage,
            "country": row.country or REST,
            "route": row.route,
            "share": row.share,
            "quantity": row.quantity,
            "unit": row.unit,
            "basis": bases.get(_key(row), ""),
            "own_data": _key(row) in own,
        }
        for row in plan.shares
    ]
    rows.sort(key=lambda r: -float(r["share"]))
    order = {key: place for place, key in enumerate(_stages(plan))}
    rows.sort(key=lambda r: order[r["material"], r["stage"]])
    return _with_units(frame(rows, SHARE_COLUMNS), **_AMOUNTS)


def _stages(plan: Plan) -> dict[tuple[object, object], None]:
    """Materials and stages of a plan in the order of its rows."""
    return dict.fromkeys((row.material, row.stage) for row in plan.shares)


def _key(row: ShareRow | SourceRow) -> tuple[object, ...]:
    return row.material, row.stage, row.country, row.route


def _bases(plan: Plan, basis_of: BasisOf | None) -> dict[tuple[object, ...], str]:
    found: dict[tuple[object, ...], str] = {}
    for row in plan.sources if basis_of else ():
        key = _key(row)
        basis = basis_of(row.id) if basis_of else ""
        found[key] = weakest((basis, found.get(key, basis)))
    return found


_IN_MONEY = re.compile(r"[A-Z]{3}_\d{4} per ")
COST_COLUMNS = ("item", "value", "unit")


def plan_cost_table(plan: Plan, shown: Shown) -> pd.DataFrame:
    """Cost of the plan by kind, a year, in the money shown; sums to its whole cost."""
    rows = [
        {"item": kind, "value": value * shown.factor, "unit": f"{shown.money}/year"}
        for kind, value in plan.cost_by_kind.items()
    ]
    return frame(rows, COST_COLUMNS)


def price_of_limit(marginal: Marginal, shown: Shown) -> tuple[float, str]:
    """Change of the yearly cost per +1 of a limit in the money shown, and its unit.

    The price of a plan that is best at something else than cost stays in that unit.
    """
    if not _IN_MONEY.match(marginal.unit):
        return marginal.shadow_price, marginal.unit
    return marginal.shadow_price * shown.factor, f"{shown.money} per {_counted(marginal)}"


def unit_of_limit(marginal: Marginal) -> str:
    """Unit in which a limit and its level stand: shares and HHI are fractions."""
    return limit_unit(_counted(marginal))


def limit_unit(step: str) -> str:
    """Unit of a limit by what +1 of it is called: a percentage point is a step of a fraction."""
    return "1" if step == "percentage point" or step.startswith("HHI") else step


def _counted(marginal: Marginal) -> str:
    """What +1 of the limit is, such as ``percentage point`` or ``kg``."""
    return marginal.unit.partition(" per ")[2]


RULE_COLUMNS = ("rule", "kind", "limit", "level", "limit_unit", "shadow_price", "unit")


def rule_table(plan: Plan, shown: Shown) -> pd.DataFrame:
    """Limits that bind: the user's rules first, then demands and capacities.

    ``limit`` and ``level`` are in ``limit_unit``; ``shadow_price`` is the change of the yearly
    cost per +1 of what ``unit`` names, in the money shown.
    """
    rows = []
    for marginal in sorted(plan.binding, key=lambda m: m.kind != "rule"):
        price, unit = price_of_limit(marginal, shown)
        row = {
            "rule": marginal.name,
            "kind": marginal.kind,
            "limit": marginal.limit,
            "level": marginal.level,
            "limit_unit": unit_of_limit(marginal),
            "shadow_price": price,
            "unit": unit,
        }
        rows.append(row)
    in_limits = dict.fromkeys(("limit", "level"), "see column 'limit_unit'")
    return _with_units(frame(rows, RULE_COLUMNS), shadow_price=_SEE_UNIT, **in_limits)


RECYCLED_COLUMNS = (
    "material", "stream", "country", "share", "quantity", "unit", "cost_per_kg",
    "market_price_per_kg", "currency",
)  # fmt: skip


def recycled_table(rows: Iterable[RecycledRow], shown: Shown) -> pd.DataFrame:
    """Where the recycled part of each material comes from, against the market's price.

    ``share`` is of all that is refined of the material, ``quantity`` a year's.
    """
    found = [
        {
            "material": row.material,
            "stream": row.stream,
            "country": row.country,
            "share": row.share,
            "quantity": row.quantity_kg_per_year,
            "unit": "kg",
            "cost_per_kg": row.usd_per_kg * shown.factor,
            "market_price_per_kg": row.market_usd_per_kg * shown.factor,
            "currency": shown.money,
        }
        for row in rows
    ]
    price = "see column 'currency', per kg"
    units = {"cost_per_kg": price, "market_price_per_kg": price}
    return _with_units(frame(found, RECYCLED_COLUMNS), **units, **_AMOUNTS)


RULE_COST_COLUMNS = ("rule", "cost_of_rule", "unit")


def rule_cost_table(cost_by_rule: Mapping[str, float | None], shown: Shown) -> pd.DataFrame:
    """What each rule costs a year: the cost with all rules less that without the one.

    ``cost_by_rule`` is in US dollars; an unknown cost stays empty.
    """
    rows = [
        {
            "rule": name,
            "cost_of_rule": None if cost is None else cost * shown.factor,
            "unit": f"{shown.money}/year",
        }
        for name, cost in cost_by_rule.items()
    ]
    return _with_units(frame(rows, RULE_COST_COLUMNS), cost_of_rule=_SEE_UNIT)


SOURCE_FLOW_COLUMNS = (
    "commodity", "material", "stage", "country", "owner", "route", "share", "quantity", "unit",
    "unit_cost", "currency",
)  # fmt: skip


def flow_table(plan: Plan, shown: Shown) -> pd.DataFrame:
    """What each source makes in a year and at which unit cost, in the money shown."""
    rows = [
        {
            **{name: getattr(row, name) for name in SOURCE_FLOW_COLUMNS[:-1]},
            "country": row.country or REST,
            "unit_cost": row.unit_cost * shown.factor,
            "currency": shown.money,
        }
        for row in plan.sources
    ]
    table = frame(rows, SOURCE_FLOW_COLUMNS)
    return _with_units(table, unit_cost="see column 'currency', per 'unit'", **_AMOUNTS)


RELAXATION_COLUMNS = ("rule", "limit", "least_limit", "limit_unit", "change", "unit", "sentence")


def relaxation_table(explanation: Explanation) -> pd.DataFrame:
    """For each rule that clashes, how far it alone must give way."""
    rows = [
        {
            "rule": row.rule,
            "limit": row.limit,
            "least_limit": row.least,
            "limit_unit": limit_unit(row.unit),
            "change": row.change,
            "unit": row.unit,
            "sentence": row.sentence,
        }
        for row in explanation.relaxations
    ]
    return frame(rows, RELAXATION_COLUMNS)
