"""Stores: goods held from one period to the next (MODEL 2.4, 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from calculator.sourcing.errors import unknown_word
from calculator.sourcing.expansion.changes import stamped
from calculator.sourcing.expansion.parts import Parts
from calculator.sourcing.network import (
    PASSING,
    Arc,
    Commodity,
    Demand,
    Network,
    Period,
    Process,
    Supply,
)

SAME = "initial"
"""As the final amount of a store: what it held at the start."""


@dataclass(frozen=True)
class Storage:
    """A store of one commodity at one node, from each period to the next.

    `cost_per_unit_period` is paid in the period the goods are put in, `loss` is the share gone
    by the next period, `capacity` the most that is held. At the start up to `initial` units can
    be drawn at `initial_cost` each, which must be stated: a stock that costs nothing looks free
    (MODEL 5). At the end at least `final` units are left (`SAME`: as many as at the start), each
    worth `final_value`. What is drawn from a store was counted by the rules when it was made.
    """

    commodity: str
    node: str
    cost_per_unit_period: float = 0.0
    capacity: float = inf
    loss: float = 0.0
    initial: float = 0.0
    initial_cost: float | None = None
    final: float | str = 0.0
    final_value: float = 0.0


def store_faults(network: Network, store: Storage) -> list[str]:
    """Return one sentence for everything about a store that cannot be."""
    where = f"storage of {store.commodity!r} at {store.node!r}"
    faults = unknown_word(where, "commodity", store.commodity, [c.id for c in network.commodities])
    faults += unknown_word(where, "node", store.node, [n.id for n in network.nodes])
    if not 0 <= store.loss < 1:
        faults.append(f"{where}: loss is {store.loss:g}; give a share from 0 to below 1.")
    for name in ("cost_per_unit_period", "capacity", "initial"):
        value = getattr(store, name)
        if not value >= 0 or (name != "capacity" and not isfinite(value)):
            faults.append(f"{where}: {name} is {value:g}; give 0 or more.")
    if store.initial and store.initial_cost is None:
        faults.append(
            f"{where}: initial_cost is missing; give what a unit of the first stock costs "
            "(0 if it is paid for)."
        )
    final = store.final
    if isinstance(final, str) and final != SAME:
        faults.append(f"{where}: final is {final!r}; give an amount, or {SAME!r}.")
    if not isinstance(final, str) and not 0 <= final < inf:
        faults.append(f"{where}: final is {final:g}; give 0 or more.")
    return faults


def add_store(parts: Parts, store: Storage, spans: Sequence[Period]) -> None:
    """Link the copies of a node over time by what it holds."""
    name = f"{store.commodity} at {store.node}"
    at = [stamped(store.node, span.id) for span in spans]
    if store.initial:
        price = float(store.initial_cost or 0.0)
        first = f"first stock of {name}"
        parts.supplies.append(
            Supply(at[0], store.commodity, price, store.initial, PASSING, id=first)
        )
    for k in range(len(spans) - 1):
        _add_holding(parts, store, f"stock of {name}, {spans[k].id} to {spans[k + 1].id}", at, k)
    _add_last(parts, store, name, at[-1])


def _add_holding(parts: Parts, store: Storage, name: str, at: list[str], k: int) -> None:
    """What is held from one period to the next: an arc, and what is lost on the way."""
    target = at[k + 1]
    if store.loss:
        store_id = f"store of {store.commodity}, {target}"
        target = parts.add_node(replace(parts.nodes[target], id=store_id))
        kept = {at[k + 1]: {store.commodity: 1.0 - store.loss}}
        parts.processes.append(
            Process(f"keep {name}", target, {store.commodity: 1.0}, {}, PASSING, elsewhere=kept)
        )
    parts.arcs.append(
        Arc(
            at[k], target, store.commodity, store.cost_per_unit_period,
            capacity=store.capacity, id=name,
        )
    )  # fmt: skip


def _add_last(parts: Parts, store: Storage, name: str, node: str) -> None:
    """What is left at the end: a good of its own, so that it is no delivery."""
    final = store.initial if isinstance(store.final, str) else store.final
    if not final and not store.final_value:
        return
    unit = parts.commodities[store.commodity].unit
    left = parts.add_good(Commodity(f"last stock of {name}", unit, counted=False))
    parts.processes.append(
        Process(f"keep {left}", node, {store.commodity: 1.0}, {left: 1.0}, PASSING)
    )
    parts.demands.append(
        Demand(node, left, final, value_per_unit=store.final_value, limit=store.capacity, id=left)
    )
