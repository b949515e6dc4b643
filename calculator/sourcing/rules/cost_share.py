"""The material assistance cost ratio: cost that does not come from prohibited entities.

MODEL 2.4.9. N is the cost of the sources that are not prohibited, P of those that are, all of it
T = N + P; each linear in the flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import COST_KINDS, Floats, Ints, Layout
from calculator.sourcing.rows import Built, Columns, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.accounts import check_rest
from calculator.sourcing.rules.amounts import delivered, known_goods, ratio_rows, row, value
from calculator.sourcing.scope import EACH, MANY, Counted, Names, counted_whole, parties, with_rest

_OWN = [COST_KINDS.index(kind) for kind in ("price", "conversion", "recycling")]
_LANDED = [COST_KINDS.index(kind) for kind in ("freight", "duty")]
_CLEAR = 1e-3  # room that keeps a switched-off row off its own edge


@dataclass(frozen=True)
class CostShare(Rule):
    """Cost from elsewhere than some parties is at least a share of all: N >= share x T.

    `country`, `owner` or `group` name the prohibited; `rest="one"` counts who has no name as
    prohibited wherever a named one has no source of its own (see `ShareCap`). What a cost is:

    - by default the cost added at each source that is counted: the price of a supply, the
      conversion of a process. Over all stages this is the cost of the whole chain by where it
      was spent; `material`, `stage` or `commodity` count less.
    - with `prices` (money per unit of a commodity), each unit made of these goods counts at its
      price, on account of who makes it: the purchase price of direct materials, by producer.
    - with `landed`, freight and duty on the lanes of the counted goods as well, on account of
      the node they start from.

    A negative cost (a fee paid to the taker) counts as none. Discounts and probabilities count
    as they do in the cost.

    With `credit` (money per unit delivered of `credit_on`) the rule is no must: the credit is
    paid, under "credit", for all that is delivered, over all periods and outcomes, if the share
    is met, and not at all if it is not. That is one whole number b: w <= D, w <= D_most b and
    N - share x T >= -M (1 - b), with D_most and M the largest that the network allows.
    """

    share: float
    country: Names = None
    owner: Names = None
    group: Names = None
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    prices: Mapping[str, float] | None = None
    landed: bool = False
    rest: str = MANY
    credit: float | None = None
    credit_on: str | None = None

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rest(self.name, self.rest)
        fault = _credit_fault(self.credit, self.credit_on) or _price_fault(self.prices)
        if EACH in (self.country, self.owner, self.group):
            fault = "'each' names nobody; name the prohibited countries, owners or a group"
        if fault:
            raise SourcingError(f"rule {self.name!r}: {fault}.", ())

    def build(self, layout: Layout) -> Built:
        """Return the row N - share x T >= 0, or that row under a whole number."""
        free, total = self.costs(layout)
        if not total.any():
            return Built(notes=idle(self.name, ()))
        rows = ratio_rows(self, row(free), row(total), "cost")
        return Built(rows=(rows,)) if self.credit is None else self._credited(layout, rows)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return N / T (1 where there is no cost at all)."""
        free, total = (value(row(cost), x) for cost in self.costs(layout))
        return free / total if total > 0 else 1.0

    def residual(self, layout: Layout, x: Floats) -> float:
        """Return by how much the share is missed; with a credit nothing is ever missed."""
        missed = super().residual(layout, x)
        return missed if self.credit is None else min(missed, 0.0)

    def costs(self, layout: Layout) -> tuple[Floats, Floats]:
        """Return N and T as money per unit of each flow."""
        total, bad = np.zeros(layout.n), np.zeros(layout.n)
        party = parties(layout, self.country, self.owner, self.group)
        scopes = counted_whole(layout, self.material, self.stage, self.commodity)
        made = sum((_units_made(scope) for scope in scopes), np.zeros(layout.n))
        for scope in scopes:
            of_node = with_rest(party, scope, self.rest).of_node >= 0
            entries = [self._made(scope, made), *([_lanes(scope)] if self.landed else [])]
            for column, cost in entries:
                total[column] += cost
                bad[column] += cost * of_node[layout.column_node[column]]
        return total - bad, total

    def _made(self, scope: Counted, made: Floats) -> tuple[Ints, Floats]:
        """Columns that make what a scope counts, and the cost of one unit of each.

        That of a process with outputs in several scopes is spread over them by amount.
        """
        layout, column = scope.layout, np.unique(scope.column)
        if self.prices is None:
            part = (_units_made(scope)[column]) / made[column]
            return column, part * layout.cost_by_kind[_OWN].sum(axis=0)[column].clip(0.0)
        known_goods(self, layout, self.prices)
        price = np.array([self.prices.get(good.id, 0.0) for good in layout.network.commodities])
        each = price[layout.sources.commodity[scope.source]] * scope.per_unit
        money = np.bincount(scope.column, each, minlength=layout.n) * layout.weight
        return column, money[column]

    def credited_units(self, layout: Layout) -> Floats:
        """Return, for each flow, the units that the credit is paid on: what is delivered."""
        return delivered(self, layout, (str(self.credit_on),))

    def _credited(self, layout: Layout, share: Rows) -> Built:
        units = self.credited_units(layout) * layout.weight
        most = _bounded(self, layout, units, f"what is delivered of {self.credit_on!r}")
        free, total = self.costs(layout)
        miss = _bounded(self, layout, self.share * total - free, "what the prohibited can sell")
        miss = max(miss, 0.0) * (1.0 + _CLEAR)
        columns = Columns(
            rule=self.name,
            labels=("share is met", f"{self.credit_on} credited"),
            lower=np.zeros(2),
            upper=np.array([1.0, most]),
            cost=np.array([0.0, -float(self.credit or 0.0)]),
            integer=np.array([True, False]),
            kind="credit",
        )
        return Built(rows=(_switched(share, miss), _paid(self, units, most)), columns=columns)


def _credit_fault(credit: float | None, on: str | None) -> str:
    if (credit is None) != (on is None):
        return "a credit needs credit_on, the commodity it is paid on, and the other way round"
    if credit is not None and not (isfinite(credit) and credit >= 0):
        return f"credit is {credit:g}; give 0 or more"
    return ""


def _price_fault(prices: Mapping[str, float] | None) -> str:
    for good, price in (prices or {}).items():
        if not (isfinite(price) and price >= 0):
            return f"the price of {good!r} is {price:g}; give 0 or more"
    return "prices is empty; give a price per commodity or leave it out" if prices == {} else ""


def _units_made(scope: Counted) -> Floats:
    """Units of counted goods per unit of each flow."""
    return np.bincount(scope.column, scope.per_unit, scope.layout.n).astype(np.float64)


def _lanes(scope: Counted) -> tuple[Ints, Floats]:
    """Lanes of what a scope counts, and freight and duty of one unit of each."""
    layout = scope.layout
    goods = np.unique(layout.sources.commodity[scope.source])
    index = layout.commodity_index
    good = np.array([index[a.commodity] for a in layout.network.arcs], np.int64)
    column = layout.first_arc + np.flatnonzero(np.isin(good, goods))
    return column, layout.cost_by_kind[_LANDED].sum(axis=0)[column].clip(0.0)


def _switched(share: Rows, miss: float) -> Rows:
    """N - share x T - M b >= -M."""
    return Rows(
        rule=share.rule,
        matrix=share.matrix,
        lower=np.array([-miss]),
        upper=np.array([inf]),
        gain=share.gain,
        details=share.details,
        total=share.total,
        on_total=share.on_total,
        gain_on_total=share.gain_on_total,
        own=sp.csr_array(np.array([[-miss, 0.0]])),
    )


def _paid(rule: Rule, units: Floats, most: float) -> Rows:
    """Two rows: w - D <= 0 and w - D_most b <= 0."""
    nothing = np.zeros(len(units))
    return Rows(
        rule=rule.name,
        matrix=sp.csr_array(sp.vstack([row(-units), row(nothing)], format="csr")),
        lower=np.full(2, -inf),
        upper=np.zeros(2),
        gain=np.zeros(2),
        details=("credit on what is delivered", "credit if met"),
        own=sp.csr_array(np.array([[0.0, 1.0], [-most, 1.0]])),
    )


def _bounded(rule: Rule, layout: Layout, weights: Floats, what: str) -> float:
    """The largest of weights'x that the network allows, by a linear problem.

    Raises:
        SourcingError: it has no upper end.
    """
    from calculator.sourcing.canonical import stack
    from calculator.sourcing.solving.scaling import scale
    from calculator.sourcing.solving.solved import INFEASIBLE, OPTIMAL
    from calculator.sourcing.solving.solvers import solve_canonical

    at = np.flatnonzero(weights)
    if (weights >= 0).all() and np.isfinite(layout.upper[at]).all() and (
        (layout.lower == layout.upper)[at].all()
    ):  # fmt: skip
        return float(weights @ np.where(weights > 0, layout.upper, 0.0))
    problem = stack(layout, []).canonical.with_cost(-weights)
    scaled = scale(problem)
    solved = solve_canonical(scaled.canonical)
    if solved.status == OPTIMAL:
        return float(weights @ scaled.plan(solved.x)[: layout.n])
    if solved.status == INFEASIBLE:
        return 1.0  # no plan at all, whatever the number
    raise SourcingError(
        f"rule {rule.name!r}: {what} has no upper end, so a credit paid only if the share is met "
        "cannot be stated; give the demand exact or a limit, or the sources a capacity.",
        (),
    )
