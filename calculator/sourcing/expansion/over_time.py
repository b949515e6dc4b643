"""A network of one period, spread over several: one flat network whose nodes have a period.

Every record is copied into each period ("plant @ 2030"), with what changes there. Periods are
linked by stores (MODEL 2.4, 14), lanes with a lead time, capacity that is built (2.4, 4) and
goods that come back at the end of their life (2.4, 6). All of it is balances and bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from calculator.sourcing.errors import did_you_mean, raise_faults
from calculator.sourcing.expansion.capacity import Expansion, build_capacity
from calculator.sourcing.expansion.changes import Changes, changed, copies, stamped
from calculator.sourcing.expansion.lives import Life
from calculator.sourcing.expansion.parts import Parts
from calculator.sourcing.expansion.returns import add_life, life_faults
from calculator.sourcing.expansion.spans import periods_of
from calculator.sourcing.expansion.store import Storage, add_store, store_faults
from calculator.sourcing.network import Arc, Network, Period

_HEADING = "The network cannot be spread over periods:"


def over_time(
    network: Network,
    periods: Sequence[Period | str | int],
    changes: Mapping[str, Changes] | None = None,
    *,
    storage: Sequence[Storage] = (),
    lives: Sequence[Life] = (),
    expansions: Sequence[Expansion] = (),
    discount_rate: float | None = None,
) -> Network:
    """Return one flat network of all periods, linked as stated.

    Quantities are per period: a capacity of 80 is 80 in each. Nothing leaves that would arrive
    after the last period; goods that come back after it are dropped, and the network's `notes`
    say how much. One period is the network itself, under other names.

    Args:
        network: what there is in every period.
        periods: ids (years, or any names) or records, in order.
        changes: by period, what is different in it; see `changes`.
        storage: stores.
        lives: goods that come back.
        expansions: capacity that can be built.
        discount_rate: a year; without it the discount of each period holds.

    Raises:
        SourcingError: every name that is unknown, and every number that cannot be.
    """
    spans = periods_of(periods, discount_rate)
    faults = _unknown_periods(changes or {}, spans)
    faults += [f for store in storage for f in store_faults(network, store)]
    faults += [f for life in lives for f in life_faults(network, life)]
    parts = Parts.of(network)
    for k, span in enumerate(spans):
        now = changed(network, (changes or {}).get(span.id, {}), f"period {span.id!r}", faults)
        _copy(parts, network, now, spans, k)
    for expansion in expansions:
        build_capacity(parts, network, expansion, spans, faults)
    raise_faults(_HEADING, faults)
    for store in storage:
        add_store(parts, store, spans)
    for life in lives:
        late = [y for y in life.sold_before if float(y) + 1 > float(spans[0].start or 0.0)]
        faults += [f"the life of {life.commodity!r}: {y} is not before the periods." for y in late]
        add_life(parts, life, spans)
    raise_faults(_HEADING, faults)
    return parts.network(network, periods=spans)


def _unknown_periods(changes: Mapping[str, Changes], spans: Sequence[Period]) -> list[str]:
    known = [span.id for span in spans]
    return [
        f"changes: unknown period {name!r}; {did_you_mean(name, known)}"
        for name in changes
        if name not in known
    ]


def _copy(
    parts: Parts, network: Network, now: Mapping[str, Any], spans: Sequence[Period], k: int
) -> None:
    """Add the copy of every record in one period."""
    span = spans[k].id
    at = {node.id: stamped(node.id, span) for node in network.nodes}
    for n in network.nodes:
        parts.add_node(replace(n, id=at[n.id], period=span, base=n.base or n.id))
    for kind in ("supplies", "processes", "demands"):
        getattr(parts, kind).extend(copies(record, at, span) for record in now[kind])
    for arc in now["arcs"]:
        if arc.lead_periods:
            _add_slow_lane(parts, arc, spans, k)
        else:
            parts.arcs.append(copies(arc, at, span))


def _add_slow_lane(parts: Parts, arc: Arc, spans: Sequence[Period], k: int) -> None:
    """A lane with a lead time: paid when the goods leave, free to arrive periods later."""
    then = k + int(arc.lead_periods)
    if then >= len(spans):
        return
    span, end = spans[k].id, stamped(arc.target, spans[then].id)
    name = f"{arc.target} (under way from {arc.source} to {spans[then].id})"
    home = parts.nodes[stamped(arc.target, span)]
    under_way = parts.add_node(replace(home, id=stamped(name, span)))
    name = stamped(arc.id, span) if arc.id else ""
    start = stamped(arc.source, span)
    parts.arcs.append(replace(arc, id=name, source=start, target=under_way, lead_periods=0))
    parts.arcs.append(Arc(under_way, end, arc.commodity, origin=arc.origin))
