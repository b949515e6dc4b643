"""What each limit costs: the change of cost per +1 of the limit, in its natural unit.

One sign convention everywhere: a positive figure means that raising the limit raises the cost
(a demand, a floor), a negative one that raising it saves money (a cap, a capacity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calculator.sourcing.canonical import Stack
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.solving.certificate import Duals
from calculator.sourcing.solving.scaling import Scaled

_PRICED = 1e-8  # a scaled price below this is no price


@dataclass(frozen=True)
class Marginal:
    """One limit and its price.

    `shadow_price` is in `unit` (for example "USD_2024 per percentage point") and is the sum of
    `parts`, one for each material, stage or country the rule was applied to. `level` is where
    the plan stands, in the same terms as `limit`. `below` and `above` are the price just below
    and just above the limit, where they were asked for (see `sides.with_sides`); they differ at
    a degenerate plan, and `shadow_price` lies between.
    """

    name: str
    kind: str  # "rule", "demand" or "capacity"
    limit: float
    level: float
    shadow_price: float
    unit: str
    parts: tuple[tuple[str, float], ...] = ()
    below: float | None = None
    above: float | None = None

    @property
    def binds(self) -> bool:
        """Whether moving the limit changes the cost."""
        return self.shadow_price != 0.0


def marginals(
    layout: Layout,
    rules: Sequence[Rule],
    stacked: Stack,
    scaled: Scaled,
    priced: Duals,
    x: Floats,
    unit: str,
    money_weight: float = 1.0,
) -> tuple[Marginal, ...]:
    """Price every rule and demand, and every capacity that binds, in `unit` of the objective.

    `money_weight` is what a unit of money counts in the objective.
    """
    parts = _rule_parts(stacked, scaled, priced, x[: layout.n])
    if money_weight:
        _add_charges(parts, stacked, x, money_weight)
    flows = x[: layout.n]
    out = [_of_rule(layout, rule, parts.get(rule.name, {}), flows, unit) for rule in rules]
    return (*out, *_of_bounds(layout, scaled, priced, x, unit))


def _add_charges(
    parts: dict[str, dict[str, float]], stacked: Stack, x: Floats, money_weight: float
) -> None:
    """A charge grows with its rate by all it is laid on."""
    found = [(c.rule, c.kind, float(c.gain @ x[: len(c.gain)])) for c in stacked.charges]
    for columns, start in stacked.columns:
        if columns.gain is not None:
            amount = float(columns.gain @ x[start : start + columns.n])
            found.append((columns.rule, columns.kind, amount))
    for rule, kind, amount in found:
        into = parts.setdefault(rule, {})
        into[kind] = into.get(kind, 0.0) + money_weight * amount


def _rule_parts(
    stacked: Stack, scaled: Scaled, priced: Duals, x: Floats
) -> dict[str, dict[str, float]]:
    price = np.where(np.abs(priced.row) > _PRICED, scaled.row_duals(priced.row), 0.0)
    parts: dict[str, dict[str, float]] = {}
    for rows, start in stacked.rows:
        value = price[start : start + len(rows.lower)] * rows.limit_gain(x)
        into = parts.setdefault(rows.rule, {})
        for detail, v in zip(rows.details, value, strict=True):
            into[detail] = into.get(detail, 0.0) + float(v)
    reach = np.array([dual.reach for dual in priced.cones])
    lean = np.where(reach > _PRICED, -scaled.cone_duals(reach), 0.0)
    for cone, v in zip(stacked.cones, lean, strict=True):
        into = parts.setdefault(cone.rule, {})
        into[cone.detail] = into.get(cone.detail, 0.0) + float(v) * cone.limit_gain(x)
    return parts


def _of_rule(layout: Layout, rule: Rule, parts: dict[str, float], x: Floats, unit: str) -> Marginal:
    binding = tuple((detail, v) for detail, v in parts.items() if v != 0.0)
    return Marginal(
        name=rule.name,
        kind="rule",
        limit=rule.limit,
        level=rule.measure(layout, x),
        shadow_price=float(sum(v for _, v in binding)),
        unit=f"{unit} per {rule.limit_unit(layout)}",
        parts=binding,
    )


def _of_bounds(
    layout: Layout, scaled: Scaled, priced: Duals, x: Floats, unit: str
) -> list[Marginal]:
    """Demands (their lower side) and capacities, priced by the reduced cost of the column.

    A demand of amount 0 is a sink, not a limit, and has no price.
    """
    lean = np.where(np.abs(priced.reduced) > _PRICED, priced.reduced, 0.0)
    price = (scaled.money * lean / scaled.column)[: layout.n]
    fixed = layout.lower == layout.upper
    low = (price > 0) | fixed
    demands = [j for j in range(layout.first_use, layout.n) if layout.lower[j] > 0 or fixed[j]]
    of_amount = np.where(low, price, 0.0)
    tight = np.flatnonzero((price < 0) & ~fixed & np.isfinite(layout.upper)).tolist()
    return [
        *(_bound(layout, j, "demand", layout.lower[j], x[j], of_amount[j], unit) for j in demands),
        *(_bound(layout, j, "capacity", layout.upper[j], x[j], price[j], unit) for j in tight),
    ]


def _bound(
    layout: Layout, j: int, kind: str, limit: float, level: float, price: float, unit: str
) -> Marginal:
    label = layout.labels[j]
    return Marginal(
        name=label if kind == "demand" else f"capacity of {label}",
        kind=kind,
        limit=float(limit),
        level=float(level),
        shadow_price=float(price),
        unit=f"{unit} per {layout.unit_of(j)}",
    )
