"""The answer: flows, cost by kind, what binds, and the proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import nan

import numpy as np

from calculator.sourcing.layout import COST_KINDS, Floats, Layout
from calculator.sourcing.marginals import Marginal
from calculator.sourcing.scope import Counted, counted
from calculator.sourcing.solving.certificate import Certificate
from calculator.trace import plain


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one supply or process makes of one commodity.

    `share` is of all that is made of the material at that stage. `unit_cost` is the price, or
    the conversion cost spread over the outputs by amount, so that quantity x unit_cost sums to
    the cost of prices, conversion and recycling.
    """

    id: str
    commodity: str
    material: str
    stage: str | None
    node: str
    country: str | None
    owner: str | None
    route: str
    quantity: float
    unit: str
    share: float
    unit_cost: float


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """What one arc carries, with its freight and duty in money."""

    id: str
    commodity: str
    source: str
    target: str
    origin: str | None
    quantity: float
    unit: str
    freight_cost: float
    duty_cost: float


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Share of one country and route in a material at a stage, in contained or gross units.

    In a network over time or outcomes, in the period and outcome it names.
    """

    material: str
    stage: str | None
    country: str | None
    route: str
    quantity: float
    unit: str
    share: float
    period: str | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Plan:
    """A solved network: `status` is optimal, infeasible, unbounded or failed.

    Money is in `currency`; `cost` is exactly the sum of `cost_by_kind`. `value` is the figure of
    the `objective` in `unit`, which the marginals are changes of. `unique` is True when
    no other plan costs as little, False when there are others (this one is the documented
    choice among them, unless a note says otherwise), None when that was not decided. Only an
    optimal plan carries flows, marginals and a passed certificate.
    """

    status: str
    currency: str
    cost_by_kind: Mapping[str, float] = field(default_factory=dict)
    objective: str = "cost"
    value: float = nan
    unit: str = ""
    marginals: tuple[Marginal, ...] = ()
    certificate: Certificate | None = None
    unique: bool | None = None
    notes: tuple[str, ...] = ()
    x: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    layout: Layout | None = field(default=None, repr=False)

    @property
    def cost(self) -> float:
        """Total cost in `currency`; not a number unless optimal."""
        return sum(self.cost_by_kind.values()) if self.status == "optimal" else nan

    @property
    def emission_kg(self) -> float:
        """Emissions, kg CO2e, expected over outcomes; not a number unless optimal."""
        return self._expected("emission")

    @property
    def energy_kwh(self) -> float:
        """Energy of the processes, kWh, expected over outcomes; not a number unless optimal."""
        return self._expected("energy")

    def _expected(self, name: str) -> float:
        if self.status != "optimal" or self.layout is None:
            return nan
        used = np.flatnonzero(self.x)
        of_unit = (getattr(self.layout, name) * self.layout.probability)[used]
        return plain(of_unit @ self.x[used])

    @property
    def binding(self) -> tuple[Marginal, ...]:
        """The limits that have a price."""
        return tuple(m for m in self.marginals if m.binds)

    @cached_property
    def sources(self) -> tuple[SourceRow, ...]:
        """One row for each source that is used."""
        return tuple(_source_rows(self.layout, self.x)) if self.layout else ()

    @cached_property
    def shipments(self) -> tuple[ShipmentRow, ...]:
        """One row for each arc that is used."""
        return tuple(_shipment_rows(self.layout, self.x)) if self.layout else ()

    @cached_property
    def shares(self) -> tuple[ShareRow, ...]:
        """Shares by material, stage, country and route; those of a material and stage sum to 1.

        In a network over time or outcomes they do so in each period and outcome.
        """
        return tuple(_share_rows(self.layout, self.x)) if self.layout else ()

    def share_of(
        self,
        country: str | None,
        material: str,
        stage: str | None = None,
        period: str | None = None,
        outcome: str | None = None,
    ) -> float:
        """Return the share of a country in a material at a stage, all routes together.

        Of what is made in the period and outcome named; else in all, each outcome by its
        probability.
        """
        mine = [
            (row, self._probability(row.outcome) * row.quantity)
            for row in self.shares
            if (row.material, row.stage) == (material, stage)
            and period in (None, row.period)
            and outcome in (None, row.outcome)
        ]
        total = sum(quantity for _, quantity in mine)
        own = sum(quantity for row, quantity in mine if row.country == country)
        return own / total if total > 0 else 0.0

    def _probability(self, outcome: str | None) -> float:
        outcomes = self.layout.network.outcomes if self.layout else ()
        return next((o.probability for o in outcomes if o.id == outcome), 1.0)


def _every_stage(layout: Layout) -> tuple[Counted, ...]:
    return counted(layout, None, None)


def _source_rows(layout: Layout, x: Floats) -> Iterator[SourceRow]:
    share = _share_of_source(layout, x)
    unit_cost = _unit_costs(layout)
    sources, net = layout.sources, layout.network
    for k in np.flatnonzero(x[sources.column] > 0):
        good, node = net.commodities[sources.commodity[k]], net.nodes[sources.node[k]]
        j = int(sources.column[k])
        yield SourceRow(
            id=layout.labels[j],
            commodity=good.id,
            material=good.material_label,
            stage=good.stage,
            node=node.id,
            country=node.country,
            owner=node.owner,
            route=sources.route[k],
            quantity=plain(sources.per_unit[k] * x[j]),
            unit=good.unit,
            share=plain(share[k]),
            unit_cost=plain(unit_cost[k]),
        )


def _share_of_source(layout: Layout, x: Floats) -> Floats:
    share = np.zeros(len(layout.sources.column), x.dtype)
    for scope in _every_stage(layout):
        amount = scope.weight * x[scope.column]
        if amount.sum() > 0:
            share[scope.source] = amount / amount.sum()
    return share


def _unit_costs(layout: Layout) -> Floats:
    sources = layout.sources
    made = np.zeros(layout.n, sources.per_unit.dtype)
    np.add.at(made, sources.column, sources.per_unit)
    return np.asarray(layout.cost[sources.column] / made[sources.column])


def _shipment_rows(layout: Layout, x: Floats) -> Iterator[ShipmentRow]:
    net, first = layout.network, layout.first_arc
    freight, duty = (layout.cost_by_kind[COST_KINDS.index(k)] for k in ("freight", "duty"))
    country = {node.id: node.country for node in net.nodes}
    unit = {good.id: good.unit for good in net.commodities}
    for k in np.flatnonzero(x[first : first + layout.n_arc] > 0):
        arc, j = net.arcs[k], first + int(k)
        yield ShipmentRow(
            id=layout.labels[j],
            commodity=arc.commodity,
            source=arc.source,
            target=arc.target,
            origin=arc.origin or country[arc.source],
            quantity=plain(x[j]),
            unit=unit[arc.commodity],
            freight_cost=plain(freight[j] * x[j]),
            duty_cost=plain(duty[j] * x[j]),
        )


def _share_rows(layout: Layout, x: Floats) -> Iterator[ShareRow]:
    goods, nodes = layout.network.commodities, layout.network.nodes
    for scope in _every_stage(layout):
        good = goods[layout.sources.commodity[scope.source[0]]]
        amount = scope.weight * x[scope.column]
        sums: dict[tuple[str | None, str], float] = {}
        for k, route, v in zip(scope.node, scope.route, amount, strict=True):
            key = (nodes[k].country, route)
            sums[key] = sums.get(key, 0.0) + plain(v)
        total = sum(sums.values())
        for (country, route), v in sums.items():
            if v > 0:
                label = good.material_label
                share = v / total
                when = (scope.period, scope.outcome)
                yield ShareRow(label, good.stage, country, route, v, scope.unit, share, *when)
