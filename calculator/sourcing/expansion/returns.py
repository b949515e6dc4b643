"""Goods that come back in the network over time: R_t = collection x sum of returns (MODEL 2.4, 6).

A delivery passes through a use, a process that makes the good in use (which is what the demand
then is on) and, in the periods it retires in, the old goods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from calculator.sourcing.errors import unknown_word
from calculator.sourcing.expansion.changes import stamped
from calculator.sourcing.expansion.lives import Life, return_fractions
from calculator.sourcing.expansion.parts import Parts
from calculator.sourcing.expansion.spans import bounds_of
from calculator.sourcing.network import Commodity, Demand, Network, Period, Process, Supply

_SEEN = 1e-9


def life_faults(network: Network, life: Life) -> list[str]:
    """Return one sentence for everything a life names that cannot be."""
    where = f"the life of {life.commodity!r}"
    goods, nodes = [c.id for c in network.commodities], [n.id for n in network.nodes]
    faults = unknown_word(where, "commodity", life.commodity, goods)
    faults += unknown_word(where, "commodity", life.returns, goods)
    for node in (life.node, life.to):
        faults += unknown_word(where, "node", node, nodes) if node is not None else []
    if not any(_lives(life, demand.commodity, demand.node) for demand in network.demands):
        here = f" at {life.node!r}" if life.node else ""
        faults.append(f"{where}: nothing delivers it{here}; add a demand.")
    return faults


def _lives(life: Life, commodity: str, node: str) -> bool:
    return commodity == life.commodity and life.node in (None, node)


def add_life(parts: Parts, life: Life, spans: Sequence[Period]) -> None:
    """Put the old goods of every delivery into the periods they retire in."""
    back = return_fractions(life.lifetime, *bounds_of(spans), life.convention)
    number = {span.id: k for k, span in enumerate(spans)}
    used = _in_use(parts, life.commodity)
    done: dict[str, None] = {}
    for at, demand in enumerate(parts.demands):
        if _lives(life, demand.commodity, parts.nodes[demand.node].base):
            parts.demands[at] = replace(demand, commodity=used)
            done[demand.node] = None
    for node in done:
        share = life.collection * back[number[str(parts.nodes[node].period)]]
        later = _later(life, parts.nodes[node].base, share, spans)
        parts.processes.append(_use(life, node, used, later))
        _leave(parts, life.returns, later)
    _add_past(parts, life, spans)
    parts.notes += _beyond(life, back.sum(axis=1), spans)


def _in_use(parts: Parts, commodity: str) -> str:
    """The good that a delivered one becomes."""
    unit = parts.commodities[commodity].unit
    used = f"{commodity} in use"
    return parts.add_good(Commodity(used, unit, stage="in use", counted=False, base=commodity))


def _later(
    life: Life, base: str, share: Any, spans: Sequence[Period]
) -> dict[str, dict[str, float]]:
    pairs = zip(spans, share.tolist(), strict=True)
    return {
        stamped(life.to or base, span.id): {life.returns: part} for span, part in pairs if part > 0
    }


def _use(life: Life, node: str, used: str, later: dict[str, dict[str, float]]) -> Process:
    made = {used: 1.0, **later.get(node, {})}
    later = {place: goods for place, goods in later.items() if place != node}
    name = f"use of {life.commodity} at {node}"
    return Process(name, node, {life.commodity: 1.0}, made, life.route, elsewhere=later)


def _add_past(parts: Parts, life: Life, spans: Sequence[Period]) -> None:
    """What was sold before the first period comes back to whoever takes it."""
    back = life.back_from_before(*bounds_of(spans))
    for span, amount in zip(spans, back.tolist(), strict=True):
        if amount > 0:
            node = stamped(str(life.to or life.node), span.id)
            name = stamped(f"{life.returns} sold before, at {life.to or life.node}", span.id)
            parts.supplies.append(Supply(node, life.returns, 0.0, amount, life.route, id=name))


def _leave(parts: Parts, good: str, later: dict[str, dict[str, float]]) -> None:
    """Nobody has to take what comes back."""
    taken = {(demand.node, demand.commodity) for demand in parts.demands}
    parts.demands += [
        Demand(node, good, id=f"{good} left at {node}")
        for node in later
        if (node, good) not in taken
    ]


def _beyond(life: Life, seen: Any, spans: Sequence[Period]) -> list[str]:
    """Say what share of each period's goods comes back after the last period."""
    late = [
        f"{100 * (1 - share):.3g} % of those of {span.id}"
        for span, share in zip(spans, seen.tolist(), strict=True)
        if 1 - share > _SEEN
    ]
    said = f"{life.commodity!r} still in use after the last period does not come back in the plan: "
    return [said + ", ".join(late) + "."] if late else []
