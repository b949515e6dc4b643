"""A sourcing plan as a chain for a stress test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain, Spare
from calculator.shocks.flows import Flows, Made, Pools, Sent, Used, chain_from
from calculator.sourcing.layout import Layout
from calculator.sourcing.network import Process

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced
    from calculator.supply import SupplyNetwork

_CAPACITY = "capacity of "
_SLIGHT = 1e-9


def chain_of(sourced: Sourced) -> Chain:
    """The supply of a plan: goods pooled over places, lanes by country, owner and route.

    What the plan leaves unused, of what the buyer can get of each place, stands in ``spares``
    with its cost above the mean.

    Raises:
        InputError: there is no plan.
    """
    plan, supply = sourced.plan, sourced.supply
    if plan.status != "optimal" or plan.layout is None:
        raise InputError(
            f"there is no plan to put to a test: it is {plan.status}; relax a rule first"
        )
    flows = Flows(
        network=supply.network,
        made=tuple(_made(sourced)),
        sent=tuple(
            Sent(s.commodity, s.source, s.target, s.quantity, s.freight_cost + s.duty_cost)
            for s in plan.shipments
        ),
        used=tuple(_used(plan.layout, plan.x)),
        kwh_per_unit=dict.fromkeys(supply.cell_goods.values(), 1.0),
        notes=notes_of(supply),
    )
    chain = chain_from(flows)
    pools = Pools.among(supply.network)
    spares = sorted(_spares(sourced, chain, pools), key=lambda spare: (spare.point, -spare.share))
    return chain_from(flows, spares)


def notes_of(supply: SupplyNetwork) -> tuple[str, ...]:
    """What the chain of a network leaves out."""
    told = [
        "all places that make a good stand in one point: what one place lacks, the others make "
        "good within the planned flow",
        "what is recycled goes on as planned while nothing cuts it, own scrap included",
    ]
    if supply.unfollowed:
        told.append(
            f"{', '.join(supply.unfollowed)} are bought within materials and not followed, so that "
            "no event on them is felt"
        )
    return tuple(told)


def _made(sourced: Sourced) -> Iterator[Made]:
    """Sources of the plan; what is recycled at the cost of its recovery.

    A process that makes one good and scrap bears its whole cost on the good.
    """
    processes = {f"process {p.id}": p for p in sourced.supply.network.processes}
    for row in sourced.plan.sources:
        recovered = sourced.supply.recycled.get(row.id.partition(" ")[2])
        process, unit, route = processes.get(row.id), row.unit_cost, "primary"
        if recovered is not None:
            unit, route = recovered.usd_per_kg, recovered.route
        elif process is not None:
            unit = process.conversion_cost_per_unit / process.outputs[row.commodity]
        yield Made(row.commodity, row.node, route, row.quantity, row.quantity * unit)


def _used(layout: Layout, x: FloatArray) -> Iterator[Used]:
    """What every process takes, by what it makes."""
    goods = {good.id: good for good in layout.network.commodities}
    for k, process in enumerate(layout.network.processes):
        runs = float(x[layout.first_process + k])
        if runs <= 0:
            continue
        into = [name for name in process.outputs if goods[name].counted]
        for name, units in process.inputs.items():
            if goods[name].counted:
                yield Used(name, into[0] if into else None, runs * units)


# --- what is left of the market --------------------------------------------------------


def _spares(sourced: Sourced, chain: Chain, pools: Pools) -> Iterator[Spare]:
    """Capacity that the buyer could get of each place and that the plan leaves."""
    layout = sourced.plan.layout
    assert layout is not None
    open_ = _open_to_buyer(sourced, layout) - sourced.plan.x
    points = {point.id: point for point in chain.points}
    landed = _landing(layout)
    left_of_pool = {
        (s.node, s.commodity): float(open_[k])
        for k, s in enumerate(layout.network.supplies)
        if s.commodity.startswith(_CAPACITY)
    }
    recycled = sourced.supply.recycled
    for k, (good, node, unit_cost, inputs, pool) in _places(layout):
        if layout.labels[k].partition(" ")[2] in recycled:
            continue
        point = points.get(pools.of.get(good, ""))
        if point is None:
            continue
        left = min(float(open_[k]), left_of_pool.get((node, pool), np.inf))
        if not _SLIGHT * point.per_day < left < np.inf:
            continue
        priced = sum(u * points[p].price for p, u in _of_points(inputs, pools) if p in points)
        cost = unit_cost + priced + landed.get((good, node), 0.0)
        premium = cost / point.price - 1.0 if point.price > 0 else 0.0
        country = layout.network.nodes[layout.node_index[node]].country
        yield Spare(point.id, country, "primary", left / (365.0 * point.per_day), premium)


def _open_to_buyer(sourced: Sourced, layout: Layout) -> FloatArray:
    """Most that one buyer can get of every source."""
    most = np.array(layout.upper)
    access = sourced.supply.access
    if access is not None:
        rule = access.rule
        at = rule.columns(layout)  # type: ignore[attr-defined]
        most[at] *= rule.share  # type: ignore[attr-defined]
    return most


def _places(
    layout: Layout,
) -> Iterator[tuple[int, tuple[str, str, float, dict[str, float], str]]]:
    """Column, good, node, own cost, inputs and shared capacity of every primary source."""
    goods = {good.id: good for good in layout.network.commodities}
    for k, supply in enumerate(layout.network.supplies):
        if goods[supply.commodity].counted:
            yield k, (supply.commodity, supply.node, supply.price_per_unit, {}, "")
    for k, process in enumerate(layout.network.processes):
        made = [name for name in process.outputs if goods[name].counted]
        if len(made) == 1 and process.outputs[made[0]] == 1.0:
            pool = next((name for name in process.inputs if name.startswith(_CAPACITY)), "")
            inputs = _without(process, pool)
            yield (
                layout.first_process + k,
                (made[0], process.node, process.conversion_cost_per_unit, inputs, pool),
            )


def _without(process: Process, pool: str) -> dict[str, float]:
    return {name: units for name, units in process.inputs.items() if name != pool}


def _of_points(inputs: dict[str, float], pools: Pools) -> Iterator[tuple[str, float]]:
    for name, units in inputs.items():
        if name in pools.of:
            yield pools.of[name], units


def _landing(layout: Layout) -> dict[tuple[str, str], float]:
    """Least freight and duty of a good from a place to one that takes it."""
    found: dict[tuple[str, str], float] = {}
    for k, arc in enumerate(layout.network.arcs):
        key = (arc.commodity, arc.source)
        cost = float(layout.cost[layout.first_arc + k])
        found[key] = min(found.get(key, cost), cost)
    return found
