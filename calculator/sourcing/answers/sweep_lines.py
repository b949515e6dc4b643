"""What one point of a sweep changes, and the straight lines along which matrices follow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.answers.flow_names import FlowNames
from calculator.sourcing.answers.rule_line import Finder, Line, built_in, same_built
from calculator.sourcing.canonical import Canonical
from calculator.sourcing.errors import SourcingError, did_you_mean, raise_faults
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.network import Arc, Network
from calculator.sourcing.problem import Stated, state
from calculator.sourcing.rule_base import Rule

_GROUPS = ("limits", "prices", "capacities", "amounts")
_LISTS = ("supplies", "processes", "arcs", "demands")
_AMID = 0.618


@dataclass(frozen=True)
class Change:
    """One point: limits by rule; prices, capacities and amounts by column of the layout."""

    limits: Mapping[str, float]
    prices: Mapping[int, float]
    capacities: Mapping[int, float]
    amounts: Mapping[int, float]

    @classmethod
    def of(
        cls,
        layout: Layout,
        names: FlowNames,
        known: Mapping[str, Rule],
        stated: Mapping[str, Mapping[str, float]],
    ) -> Change:
        """Read one change; every fault of it in one `SourcingError`."""
        limits = dict(stated.get("limits", {}))
        faults = [f"unknown key {k!r}; {did_you_mean(k, _GROUPS)}" for k in stated
                  if k not in _GROUPS]  # fmt: skip
        for name, limit in limits.items():
            faults += _faults_of_limit(name, limit, known)
        raise_faults("The sweep cannot be run:", faults)
        prices, capacities, amounts = (
            _by_column(layout, names, group, stated.get(group, {})) for group in _GROUPS[1:]
        )
        return cls(limits, prices, capacities, amounts)


def _faults_of_limit(name: str, limit: float, known: Mapping[str, Rule]) -> list[str]:
    if name not in known:
        return [f"unknown rule {name!r}; {did_you_mean(name, known)}"]
    try:
        known[name].with_limit(limit)
    except SourcingError as fault:
        return [str(fault)]
    return []


def _by_column(
    layout: Layout, names: FlowNames, group: str, stated: Mapping[str, float]
) -> dict[int, float]:
    """Numbers by column; a price may be negative, a capacity without end."""
    columns = names.columns(stated)
    found = dict(zip(columns, map(float, stated.values()), strict=True))
    told = (
        _fault(layout, group, name, j, found[j]) for name, j in zip(stated, columns, strict=True)
    )
    raise_faults("The sweep cannot be run:", [fault for fault in told if fault])
    return found


def _fault(layout: Layout, group: str, name: str, j: int, value: float) -> str:
    """The sentence on one number, empty if it will do."""
    use = j >= layout.first_use
    if group == "amounts" and not use:
        return f"{name!r} is no demand; give its number under 'capacities'."
    if group == "capacities" and use:
        return f"{name!r} is a demand; give its number under 'amounts'."
    if isnan(value) or (group != "capacities" and not isfinite(value)):
        return f"{group} of {name!r} is {value}; give a number."
    if group != "prices" and value < 0:
        return f"{group} of {name!r} is {value:g}; give 0 or more."
    if use and group == "amounts" and value > layout.network.demands[j - layout.first_use].limit:
        return f"the amount {value:g} of {name!r} is above its limit; give less."
    return ""


def changed_network(network: Network, change: Change) -> Network:
    """Return the network with the prices, capacities and amounts of one point."""
    if not (change.prices or change.capacities or change.amounts):
        return network
    edges, start = [], 0
    for records in (network.supplies, network.processes, network.arcs, network.demands):
        edges.append(tuple(_record(r, start + k, change) for k, r in enumerate(records)))
        start += len(records)
    supplies, processes, arcs, demands = edges
    return replace(network, supplies=supplies, processes=processes, arcs=arcs, demands=demands)


_PRICE = {
    "Supply": "price_per_unit",
    "Process": "conversion_cost_per_unit",
    "Arc": "freight_per_unit",
    "Demand": "value_per_unit",
}


def _record(record: Any, column: int, change: Change) -> Any:
    fields: dict[str, float] = {}
    if column in change.prices:
        fields[_PRICE[type(record).__name__]] = change.prices[column]
    if column in change.capacities:
        fields["capacity"] = change.capacities[column]
    if column in change.amounts:
        fields["amount"] = change.amounts[column]
    return replace(record, **fields) if fields else record


@dataclass(frozen=True)
class Lines:
    """A stated problem, the line of each limit that is swept, and where it was set."""

    stated: Stated
    of_rule: Mapping[str, Line]
    was: Mapping[str, float]
    prices: Prices

    @classmethod
    def of(cls, network: Network, rules: Sequence[Rule], asked: Sequence[Change]) -> Lines | None:
        """Return the lines, or None where one model cannot serve.

        That is: no linear problem, a rule that is not on a line, or one whose rows depend on
        the prices, capacities or amounts that are swept.

        The matrices are those at limits amid the sweep, where no entry happens to be 0.
        """
        swept = {r.name: _reach(r, asked) for r in rules if any(r.name in c.limits for c in asked)}
        try:
            amid = [r.with_limit(_amid(*swept[r.name])) if r.name in swept else r for r in rules]
        except SourcingError:  # a limit that must be whole
            return None
        stated = state(network, amid)
        problem = stated.canonical
        if problem.cones or len(problem.integer) or not problem.n:
            return None
        finder, found = Finder(stated), {}
        for rule in amid:
            if rule.name in swept:
                line = finder.line(rule, *swept[rule.name])
                if line is None:
                    return None
                found[rule.name] = line
        if _sees_data(stated, asked):
            return None
        priced = {j for change in asked for j in change.prices}
        return cls(stated, found, {r.name: r.limit for r in rules}, Prices.of(stated, priced))

    def at(self, change: Change) -> Canonical:
        """Return the scaled problem at one point."""
        base = self.stated.scaled.canonical
        data, cost = base.matrix.data, base.cost.copy()
        if self.of_rule:
            data = data.copy()
        row_lower, row_upper = base.row_lower.copy(), base.row_upper.copy()
        lower, upper = _bounds(self.stated, change)
        for name, line in self.of_rule.items():
            move = change.limits.get(name, self.was[name]) - line.start
            data[line.entry] += move * line.on_entry
            row_lower[line.row] += move * line.on_lower
            row_upper[line.row] += move * line.on_upper
            cost += 0.0 if line.on_cost is None else move * line.on_cost
        self.prices.move(cost, change.prices)
        matrix = base.matrix
        if self.of_rule:
            matrix = sp.csr_array((data, matrix.indices, matrix.indptr), matrix.shape)
        return replace(
            base, matrix=matrix, cost=cost, lower=lower, upper=upper,
            row_lower=row_lower, row_upper=row_upper,
        )  # fmt: skip


def _reach(rule: Rule, asked: Sequence[Change]) -> tuple[float, float]:
    """The least and the largest limit of a sweep."""
    limits = [c.limits.get(rule.name, rule.limit) for c in asked]
    return min(limits), max(limits)


def _amid(low: float, high: float) -> float:
    return low + _AMID * (high - low)


def _sees_data(stated: Stated, asked: Sequence[Change]) -> bool:
    """Whether a rule looks at what the sweep changes: built on other numbers, it differs."""
    every = Change(
        {},
        *(
            {j: _other(v) for change in asked for j, v in getattr(change, group).items()}
            for group in _GROUPS[1:]
        ),
    )
    if not (every.prices or every.capacities or every.amounts):
        return False
    other = _shadow(stated.layout, every)
    return not all(
        same_built(built_in(stated.stacked, rule.name), rule.build(other)) for rule in stated.rules
    )


def _other(value: float) -> float:
    return 1.37 * value + 0.11 if isfinite(value) else 1.0


def _shadow(layout: Layout, change: Change) -> Layout:
    """The layout with other numbers, unchecked: only for rules to look at."""
    net = copy(layout.network)
    records = [_record(r, j, change) for j, r in enumerate(_records(net))]
    ends = np.cumsum([layout.n_supply, layout.n_process, layout.n_arc, layout.n_use]).tolist()
    for name, a, b in zip(_LISTS, [0, *ends], ends, strict=False):
        net.__dict__[name] = tuple(records[a:b])
    upper, lower = layout.upper.copy(), layout.lower.copy()
    for j, capacity in change.capacities.items():
        upper[j] = capacity
    for j, amount in change.amounts.items():
        lower[j] = amount
    cost = layout.cost_by_kind.copy()
    cost[:, list(change.prices)] += 0.11
    return replace(layout, network=net, lower=lower, upper=upper, cost_by_kind=cost)


@dataclass(frozen=True)
class Prices:
    """Of every flow: the price in the network, and the scaled cost of +1 of it."""

    was: Floats
    effect: Floats

    @classmethod
    def of(cls, stated: Stated, columns: Iterable[int]) -> Prices:
        """Read them for the columns whose prices are swept; 0 elsewhere."""
        layout, scaled = stated.layout, stated.scaled
        records = _records(layout.network)
        was, effect = np.zeros(layout.n), np.zeros(layout.n)
        for j in columns:
            was[j] = getattr(records[j], _PRICE[type(records[j]).__name__])
            effect[j] = 1.0 if j < layout.first_use else -1.0
            if isinstance(records[j], Arc) and records[j].duty_base == "cif":
                effect[j] += records[j].duty_rate
        per = layout.weight * scaled.column[: layout.n] / scaled.money
        return cls(was, effect * per)

    def move(self, cost: Floats, prices: Mapping[int, float]) -> None:
        """Move the scaled cost to other prices, in place."""
        at = np.fromiter(prices, np.int64, len(prices))
        now = np.fromiter(prices.values(), np.float64, len(prices))
        cost[at] += (now - self.was[at]) * self.effect[at]


def _records(network: Network) -> tuple[Any, ...]:
    return (*network.supplies, *network.processes, *network.arcs, *network.demands)


def _bounds(stated: Stated, change: Change) -> tuple[Floats, Floats]:
    base, column = stated.scaled.canonical, stated.scaled.column
    lower, upper = base.lower.copy(), base.upper.copy()
    for j, capacity in change.capacities.items():
        upper[j] = capacity / column[j]
    demands = stated.layout.network.demands
    for j, amount in change.amounts.items():
        lower[j] = amount / column[j]
        if demands[j - stated.layout.first_use].exact:
            upper[j] = lower[j]
    return lower, upper
