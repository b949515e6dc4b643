"""From records to flat variables and sparse matrices, once, without a loop per nonzero.

Variables, in this order: supplies, process activities, arc flows, uses (one per demand).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from calculator.sourcing.network import RECYCLED_ROUTES, Network

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

COST_KINDS = ("price", "conversion", "freight", "duty", "recycling", "sales", "holding")


@dataclass(frozen=True)
class Sources:
    """Every way a commodity comes into being: a supply, or one output of a process.

    Arrays of equal length: column of the variable, units per unit of that variable, and the
    positions of commodity and node. `is_process` tells outputs from supplies.
    """

    column: Ints
    per_unit: Floats
    commodity: Ints
    node: Ints
    is_process: Bools
    route: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Variables, bounds, costs and balances of one network.

    `cost_by_kind` is (kinds, variables) and sums to `cost`; `balance @ x = 0` holds for every
    (commodity, node) pair: made + received - used - sent - delivered. Mass per period in the
    unit of the commodity; money in `network.currency`. `column_node` is where a variable is (an
    arc: where it starts); `weight` is the discount of its period x the probability of its
    outcome, by which its cost already counts.
    """

    network: Network
    n_supply: int
    n_process: int
    n_arc: int
    n_use: int
    lower: Floats
    upper: Floats
    cost_by_kind: Floats
    balance: Any
    pair_commodity: Ints
    pair_node: Ints
    sources: Sources
    commodity_index: Mapping[str, int]
    node_index: Mapping[str, int]
    column_node: Ints
    weight: Floats

    @property
    def n(self) -> int:
        """Number of variables."""
        return self.n_supply + self.n_process + self.n_arc + self.n_use

    @property
    def cost(self) -> Floats:
        """Cost of one unit of each variable."""
        return np.asarray(self.cost_by_kind.sum(axis=0))

    @property
    def first_process(self) -> int:
        """Column of the first process activity."""
        return self.n_supply

    @property
    def first_arc(self) -> int:
        """Column of the first arc flow."""
        return self.n_supply + self.n_process

    @property
    def first_use(self) -> int:
        """Column of the first use."""
        return self.n_supply + self.n_process + self.n_arc

    @cached_property
    def emission(self) -> Floats:
        """Kg CO2e of one unit of each variable."""
        net = self.network
        name, numbers = "emission_kg_per_unit", self.cost_by_kind.dtype
        parts = [_column(r, name, numbers) for r in (net.supplies, net.processes, net.arcs)]
        return np.concatenate([*parts, np.zeros(self.n_use)])

    @cached_property
    def energy(self) -> Floats:
        """Energy of one unit of each variable, kWh."""
        energy = np.zeros(self.n, self.cost_by_kind.dtype)
        at = slice(self.first_process, self.first_arc)
        energy[at] = _column(self.network.processes, "energy_kwh_per_unit", energy.dtype)
        return energy

    @cached_property
    def probability(self) -> Floats:
        """Probability of the outcome that each variable is in; 1 for what is in none."""
        return _of_node(self.network, "outcome", "probability")[self.column_node]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """A readable name for each variable, e.g. "supply nickel at A"."""
        return tuple(_labels(self.network))

    def unit_of(self, column: int) -> str:
        """Return the unit of one variable (a process runs in units of activity)."""
        net = self.network
        if column < self.first_process:
            good = net.supplies[column].commodity
        elif column < self.first_arc:
            return "unit of activity"
        elif column < self.first_use:
            good = net.arcs[column - self.first_arc].commodity
        else:
            good = net.demands[column - self.first_use].commodity
        return net.commodities[self.commodity_index[good]].unit


def assemble(network: Network, numbers: Any = np.float64) -> Layout:
    """Build the `Layout` of a validated network.

    Costs, recipes and weights are of the type `numbers`; with `object` they stay the numbers
    that the network holds, so that traced ones keep their history. A solver takes floats.
    """
    commodity_index = {c.id: k for k, c in enumerate(network.commodities)}
    node_index = {n.id: k for k, n in enumerate(network.nodes)}
    recipe = _Recipe.of(network, commodity_index, node_index, numbers)
    supply_node = _codes(map(attrgetter("node"), network.supplies), node_index)
    supply_good = _codes(map(attrgetter("commodity"), network.supplies), commodity_index)
    process_node = _codes(map(attrgetter("node"), network.processes), node_index)
    balance, pairs = _balance(
        network, recipe, supply_node, supply_good, commodity_index, node_index
    )
    lower, upper = _bounds(network)
    arc_node = _codes(map(attrgetter("source"), network.arcs), node_index)
    use_node = _codes(map(attrgetter("node"), network.demands), node_index)
    column_node = np.concatenate([supply_node, process_node, arc_node, use_node])
    weight = _of_node(network, "period", "discount") * _of_node(network, "outcome", "probability")
    return Layout(
        network=network,
        n_supply=len(network.supplies),
        n_process=len(network.processes),
        n_arc=len(network.arcs),
        n_use=len(network.demands),
        lower=lower,
        upper=upper,
        cost_by_kind=_costs(network, numbers) * weight[column_node],
        balance=balance,
        pair_commodity=pairs % max(len(commodity_index), 1),
        pair_node=pairs // max(len(commodity_index), 1),
        sources=_sources(network, recipe, supply_node, supply_good),
        commodity_index=commodity_index,
        node_index=node_index,
        column_node=column_node,
        weight=weight[column_node],
    )


def _of_node(network: Network, field: str, number: str) -> Floats:
    """A number of the period or outcome of each node; 1 for a node that is in none."""
    values = {r.id: getattr(r, number) for r in getattr(network, f"{field}s")}
    found = (values.get(getattr(node, field), 1.0) for node in network.nodes)
    return np.fromiter(found, np.float64, len(network.nodes))


@dataclass(frozen=True)
class _Recipe:
    """Inputs and outputs of all processes, flat."""

    in_process: Ints
    in_good: Ints
    in_amount: Floats
    in_node: Ints
    out_process: Ints
    out_good: Ints
    out_amount: Floats
    out_node: Ints

    @classmethod
    def of(
        cls,
        network: Network,
        index: Mapping[str, int],
        nodes: Mapping[str, int],
        numbers: Any = np.float64,
    ) -> _Recipe:
        home = _codes(map(attrgetter("node"), network.processes), nodes)
        used = _flat([p.inputs for p in network.processes], index, numbers)
        made = _flat([p.outputs for p in network.processes], index, numbers)
        later = _later(network, index, nodes)
        out = [np.concatenate(part) for part in zip((*made, home[made[0]]), later, strict=True)]
        return cls(*used, home[used[0]], *out)


def _later(
    network: Network, index: Mapping[str, int], nodes: Mapping[str, int]
) -> tuple[Ints, Ints, Floats, Ints]:
    """Outputs at other nodes: process, commodity, amount, node."""
    found = [
        (k, index[good], amount, nodes[node])
        for k, process in enumerate(network.processes)
        if process.elsewhere
        for node, goods in process.elsewhere.items()
        for good, amount in goods.items()
    ]
    process, goods, amounts, places = zip(*found, strict=True) if found else ((), (), (), ())
    return (
        np.array(process, np.int64),
        np.array(goods, np.int64),
        np.array(amounts, np.float64),
        np.array(places, np.int64),
    )


def _flat(
    recipes: Sequence[Mapping[str, float]], index: Mapping[str, int], numbers: Any
) -> tuple[Ints, Ints, Floats]:
    counts = np.fromiter(map(len, recipes), np.int64, len(recipes))
    goods = _codes(chain.from_iterable(recipes), index)
    amounts = np.fromiter(
        chain.from_iterable(r.values() for r in recipes), numbers, int(counts.sum())
    )
    return np.repeat(np.arange(len(recipes)), counts), goods, amounts


def _codes(names: Iterable[str], index: Mapping[str, int]) -> Ints:
    return np.fromiter(map(index.__getitem__, names), np.int64)


def _column(records: Sequence[Any], name: str, numbers: Any = np.float64) -> Floats:
    return np.fromiter(map(attrgetter(name), records), numbers, len(records))


def _balance(
    network: Network,
    recipe: _Recipe,
    supply_node: Ints,
    supply_good: Ints,
    commodity_index: Mapping[str, int],
    node_index: Mapping[str, int],
) -> tuple[Any, Ints]:
    n_goods = max(len(commodity_index), 1)
    arc_good = _codes(map(attrgetter("commodity"), network.arcs), commodity_index)
    arc_from = _codes(map(attrgetter("source"), network.arcs), node_index)
    arc_to = _codes(map(attrgetter("target"), network.arcs), node_index)
    use_good = _codes(map(attrgetter("commodity"), network.demands), commodity_index)
    use_node = _codes(map(attrgetter("node"), network.demands), node_index)
    n_s, n_p, n_a, n_u = map(
        len, (network.supplies, network.processes, network.arcs, network.demands)
    )
    arcs = n_s + n_p + np.arange(n_a)
    entries = [
        (supply_node, supply_good, np.arange(n_s), np.ones(n_s)),
        (
            recipe.out_node,
            recipe.out_good,
            n_s + recipe.out_process,
            recipe.out_amount,
        ),
        (
            recipe.in_node,
            recipe.in_good,
            n_s + recipe.in_process,
            -recipe.in_amount,
        ),
        (arc_from, arc_good, arcs, -np.ones(n_a)),
        (arc_to, arc_good, arcs, np.ones(n_a)),
        (use_node, use_good, n_s + n_p + n_a + np.arange(n_u), -np.ones(n_u)),
    ]
    key = np.concatenate([node * n_goods + good for node, good, _, _ in entries])
    pairs, row = np.unique(key, return_inverse=True)
    column = np.concatenate([e[2] for e in entries])
    value = np.concatenate([e[3] for e in entries]).astype(np.float64, copy=False)
    shape = (len(pairs), n_s + n_p + n_a + n_u)
    return sp.csr_array((value, (row, column)), shape=shape), pairs


def _bounds(network: Network) -> tuple[Floats, Floats]:
    amount = _column(network.demands, "amount")
    exact = np.fromiter((d.exact for d in network.demands), np.bool_, len(network.demands))
    made = (network.supplies, network.processes, network.arcs)
    upper = [_column(records, "capacity") for records in made]
    upper.append(np.where(exact, amount, _column(network.demands, "limit")))
    lower = np.concatenate([np.zeros(sum(map(len, made))), amount])
    return lower, np.concatenate(upper)


def _costs(network: Network, numbers: Any) -> Floats:
    price = _column(network.supplies, "price_per_unit", numbers)
    recycled_supply = _recycled(network.supplies)
    conversion = _column(network.processes, "conversion_cost_per_unit", numbers)
    recycled_process = _recycled(network.processes)
    freight = _column(network.arcs, "freight_per_unit", numbers)
    held = _stores(network)
    base = map(attrgetter("duty_base"), network.arcs)
    cif = np.fromiter(map("cif".__eq__, base), np.bool_, len(network.arcs))
    value = _column(network.arcs, "customs_value_per_unit", numbers) + np.where(cif, freight, 0.0)
    duty = _column(network.arcs, "duty_rate", numbers) * value
    sales = -_column(network.demands, "value_per_unit", numbers)
    s, p, a = len(price), len(conversion), len(freight)
    costs = np.zeros((len(COST_KINDS), s + p + a + len(sales)), numbers)
    costs[0, :s] = np.where(recycled_supply, 0.0, price)
    costs[1, s : s + p] = np.where(recycled_process, 0.0, conversion)
    costs[2, s + p : s + p + a] = np.where(held, 0.0, freight)
    costs[6, s + p : s + p + a] = np.where(held, freight, 0.0)
    costs[3, s + p : s + p + a] = duty
    costs[4, :s] = np.where(recycled_supply, price, 0.0)
    costs[4, s : s + p] = np.where(recycled_process, conversion, 0.0)
    costs[5, s + p + a :] = sales
    return costs


def _stores(network: Network) -> Bools:
    """Arcs that lead to another period."""
    if not network.periods:
        return np.zeros(len(network.arcs), np.bool_)
    period = {node.id: node.period for node in network.nodes}
    pairs = (period[a.source] != period[a.target] for a in network.arcs)
    return np.fromiter(pairs, np.bool_, len(network.arcs))


def _recycled(records: Sequence[Any]) -> Bools:
    return np.fromiter((r.route in RECYCLED_ROUTES for r in records), np.bool_, len(records))


def _sources(network: Network, recipe: _Recipe, supply_node: Ints, supply_good: Ints) -> Sources:
    n_s = len(network.supplies)
    routes = [s.route for s in network.supplies]
    process_routes = [p.route for p in network.processes]
    routes += [process_routes[k] for k in recipe.out_process]
    n_out = len(recipe.out_process)
    return Sources(
        column=np.concatenate([np.arange(n_s), n_s + recipe.out_process]),
        per_unit=np.concatenate([np.ones(n_s), recipe.out_amount]),
        commodity=np.concatenate([supply_good, recipe.out_good]),
        node=np.concatenate([supply_node, recipe.out_node]),
        is_process=np.concatenate([np.zeros(n_s, np.bool_), np.ones(n_out, np.bool_)]),
        route=tuple(routes),
    )


def _labels(network: Network) -> list[str]:
    names = _distinct([f"supply {s.id or f'{s.commodity} at {s.node}'}" for s in network.supplies])
    names += [f"process {p.id}" for p in network.processes]
    names += _distinct(
        [f"arc {a.id or f'{a.commodity} {a.source} to {a.target}'}" for a in network.arcs]
    )
    names += _distinct([f"demand {d.id or f'{d.commodity} at {d.node}'}" for d in network.demands])
    return names


def _distinct(names: list[str]) -> list[str]:
    """Number what stands twice."""
    if len(set(names)) == len(names):
        return names
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return out
