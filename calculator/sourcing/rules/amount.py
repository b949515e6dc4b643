"""Rules on an amount: deliver this much, at most this much, nothing at all (MODEL 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.rows import Built, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scope import ANY, Counted, Names, check_period, counted, parties, uses_of


@dataclass(frozen=True)
class DemandAtLeast(Rule):
    """Deliver at least this much: sum of uses of the commodity >= amount.

    Without `node`, over all nodes. The commodity needs at least one `Demand` record there
    (amount 0 will do), which is where it is delivered. It holds in each period and outcome, or
    in the one `period` named, or over all periods together ("any").
    """

    amount: float
    commodity: str
    node: str | None = None
    period: str | None = None

    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "amount"

    def build(self, layout: Layout) -> Built:
        """Return one row over the uses, or one for each period and outcome."""
        upper = self.limit if self.sense == 0 else inf
        found = self._uses(layout).items()
        return _joined(self, [_plain(self, row, self.limit, upper, at) for at, row in found])

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the amount delivered: the least of all times, or that furthest off."""
        found = [float((row @ x)[0]) for row in self._uses(layout).values()]
        return min(found) if self.sense else max(found, key=lambda v: abs(v - self.limit))

    def limit_unit(self, layout: Layout) -> str:
        """Return the unit of the commodity."""
        return _unit_of(layout, self.commodity)

    def _uses(self, layout: Layout) -> dict[str, Any]:
        """The uses by period and outcome, each as one row."""
        check_period(layout, self.period)
        demands = layout.network.demands
        goods = uses_of(layout, self.commodity)
        nodes = {node.id: node for node in layout.network.nodes}
        at: dict[str, list[int]] = {}
        for k, demand in enumerate(demands):
            node = nodes[demand.node]
            here = self.node in (None, node.id, node.base or None)
            if demand.commodity in goods and here and self.period in (None, ANY, node.period):
                when = (None if self.period == ANY else node.period, node.outcome)
                label = ", ".join([self.commodity, *(w for w in when if w is not None)])
                at.setdefault(label, []).append(layout.first_use + k)
        if not at:
            raise SourcingError(
                f"rule {self.name!r}: nothing takes {self.commodity!r}; add a demand of amount 0 "
                f"or {did_you_mean(self.commodity, {d.commodity for d in demands})}",
                (),
            )
        return {w: _row(np.array(c), np.ones(len(c)), layout.n) for w, c in at.items()}


@dataclass(frozen=True)
class DemandExactly(DemandAtLeast):
    """Deliver exactly this much: sum of uses of the commodity = amount."""

    sense: ClassVar[int] = 0


@dataclass(frozen=True)
class Capacity(Rule):
    """At most this much: sum of the counted sources x <= limit.

    Counts a material at a stage, of a country, owner or group, on a route (each may be left
    out); or, with `of`, the one supply, process, arc or demand with that id. It holds in each
    period, or in the one `period` named, or over all together ("any").
    """

    limit_amount: float
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    country: Names = None
    owner: Names = None
    group: Names = None
    route: str | None = None
    of: str | None = None
    period: str | None = None

    limit_field: ClassVar[str] = "limit_amount"

    def build(self, layout: Layout) -> Built:
        """Return one row for each (material, stage) counted."""
        built = [_plain(self, row, -inf, self.limit, label) for label, row in self._rows(layout)]
        return _joined(self, built)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest counted amount."""
        return max((float((row @ x)[0]) for _, row in self._rows(layout)), default=0.0)

    def limit_unit(self, layout: Layout) -> str:
        """Return the unit of what is counted."""
        if self.of is not None:
            return layout.unit_of(int(_one_variable(self, layout, self.of).indices[0]))
        return _units(counted(layout, self.material, self.stage, self.commodity))

    def _rows(self, layout: Layout) -> list[tuple[str, Any]]:
        if self.of is not None:
            return [(self.of, _one_variable(self, layout, self.of))]
        rows = []
        for scope in counted(layout, self.material, self.stage, self.commodity, self.period):
            keep = self._on_route(scope)
            if self.country or self.owner or self.group:
                party = parties(layout, self.country, self.owner, self.group)
                keep &= party.of_node[scope.node] >= 0
            rows.append((scope.label, scope.row(keep)))
        return [(label, row) for label, row in rows if row.nnz]

    def _on_route(self, scope: Counted) -> Bools:
        return np.array([self.route in (None, route) for route in scope.route], np.bool_)


def _row(column: Any, value: Any, n: int) -> Any:
    return sp.csr_array((value, (np.zeros(len(column), np.int64), column)), shape=(1, n))


def _units(scopes: tuple[Counted, ...]) -> str:
    """The unit all scopes share; "unit" where they are counted in several."""
    units = {scope.unit for scope in scopes}
    return units.pop() if len(units) == 1 else "unit"


def _unit_of(layout: Layout, commodity: str) -> str:
    return layout.network.commodities[layout.commodity_index[commodity]].unit


def _plain(rule: Rule, row: Any, lower: float, upper: float, detail: str) -> Built:
    rows = Rows(
        rule=rule.name,
        matrix=row,
        lower=np.array([lower]),
        upper=np.array([upper]),
        gain=np.ones(1),
        details=(detail,),
    )
    return Built(rows=(rows,))


def _joined(rule: Rule, parts: list[Built]) -> Built:
    rows = tuple(row for part in parts for row in part.rows)
    return Built(rows=rows, notes=idle(rule.name, rows))


def _one_variable(rule: Rule, layout: Layout, wanted: str) -> Any:
    net = layout.network
    records: tuple[Any, ...] = (*net.supplies, *net.processes, *net.arcs, *net.demands)
    at = [k for k, record in enumerate(records) if record.id == wanted]
    if len(at) != 1:
        ids = {record.id for record in records if record.id}
        raise SourcingError(
            f"rule {rule.name!r}: {len(at)} records have the id {wanted!r}; "
            f"{did_you_mean(wanted, ids)}",
            (),
        )
    return _row(at, np.ones(1), layout.n)
