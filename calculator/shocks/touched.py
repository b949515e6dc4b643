"""What an event leaves of the flows of a network: a factor on each lane and each source.

An event is followed in phases within which its effects stay the same: while licences are awaited
nothing of what is touched comes, after that all but what is cut or refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.regions import EU, EU_MEMBERS
from calculator.shocks.event import Effect, Event
from calculator.sourcing.network import PASSING, Commodity, Network, Node

Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Phase:
    """A span of an event."""

    event: int
    days: float
    source: FloatArray
    """(S + P,): share of a contract with each supply and process that is made."""
    lane: FloatArray
    """(A,): share of the planned flow of each lane that may cross."""


def phases(network: Network, events: Sequence[Event], most_days: float) -> tuple[Phase, ...]:
    """Return the phases of all events, in their order.

    Args:
        network: lanes and sources.
        events: each on its own; one without an end lasts ``most_days``.
        most_days: longest that an event is followed.

    Raises:
        InputError: an effect that touches the network has no size.
    """
    found = []
    for number, event in enumerate(events):
        days = min(float(event.days or most_days), most_days)
        masks = [(effect, *_masks(network, effect)) for effect in event.effects]
        _ask_sizes(event, masks)
        for first, last in _spans(days, (effect.delay_days for effect in event.effects)):
            source = np.ones(len(network.supplies) + len(network.processes))
            lane = np.ones(len(network.arcs))
            for effect, of_source, of_lane in masks:
                left = _left(effect, first)
                source[of_source] *= left
                lane[of_lane] *= left
            found.append(Phase(number, last - first, source, lane))
    return tuple(found)


def _ask_sizes(event: Event, masks: Sequence[tuple[Effect, Bools, Bools]]) -> None:
    bare = [
        e.label
        for e, made, sent in masks
        if e.label in event.missing and (made.any() or sent.any())
    ]
    if bare:
        raise InputError(
            f"event '{event.id}': no source states how much it withholds of {', '.join(bare)}; "
            "give a cut, a refusal or a delay"
        )


def _spans(days: float, delays: Iterable[float]) -> list[tuple[float, float]]:
    inner = sorted({d for d in delays if 0 < d < days})
    edges = [0.0, *inner, days]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def _left(effect: Effect, day: float) -> float:
    """Share that comes on a day after the start."""
    come = (1.0 - effect.refusal) if day >= effect.delay_days else 0.0
    return (1.0 - effect.cut) * come


def _masks(network: Network, effect: Effect) -> tuple[Bools, Bools]:
    """Which sources and which lanes an effect touches.

    What is made is cut at its source, what is aimed at some destinations on the way there.
    """
    at_source = effect.reach == "output" and not effect.destinations
    goods = {good.id: good for good in network.commodities if good.counted}
    nodes = {node.id: node for node in network.nodes}
    sources = [
        *((s.node, {s.commodity}, s.route) for s in network.supplies),
        *((p.node, set(p.outputs), p.route) for p in network.processes),
    ]
    made = [
        at_source
        and route != PASSING
        and any(good in goods and _hits(effect, goods[good], nodes[node]) for good in out)
        for node, out, route in sources
    ]
    sent = [
        not at_source
        and arc.commodity in goods
        and _hits(effect, goods[arc.commodity], nodes[arc.source], nodes[arc.target], arc.origin)
        for arc in network.arcs
    ]
    return np.array(made, np.bool_), np.array(sent, np.bool_)


def _hits(
    effect: Effect, good: Commodity, start: Node, end: Node | None = None, origin: str | None = None
) -> bool:
    """Whether an effect withholds a good from one node, on its way to another where one is given.

    An origin or a destination that is not known is touched by no effect that asks for it.
    """
    home, there = origin or start.country, end.country if end else None
    checks = (
        effect.material in (None, good.material_label),
        effect.stage in (None, good.stage),
        not effect.origins or _among(home, effect.origins),
        not effect.destinations or _among(there, effect.destinations),
        not effect.owners or start.owner in effect.owners,
        start.owner not in effect.exempt and not _among(there, effect.exempt),
        effect.reach == "output" or _crosses(home, there),
    )
    return all(checks)


def _crosses(home: str | None, there: str | None) -> bool:
    """Whether goods leave a customs area, both ends being known."""
    return None not in (home, there) and customs_area(home) != customs_area(there)


def _among(country: str | None, named: Sequence[str]) -> bool:
    return country is not None and (country in named or customs_area(country) in named)


def customs_area(country: str | None) -> str | None:
    """The customs area of a country: the European Union is one."""
    return EU if country in EU_MEMBERS else country


def stocked_goods(network: Network, found: Sequence[Phase]) -> dict[str, tuple[str, ...]]:
    """Return the goods that some event cuts, and the nodes where they come in.

    A stock stands where the goods arrive: at the end of a lane that is cut, or of one from a
    source that is cut.
    """
    lane = np.zeros(len(network.arcs), np.bool_)
    makers: set[tuple[str, str]] = set()
    for phase in found:
        lane |= phase.lane < 1.0
        for k in np.flatnonzero(phase.source < 1.0):
            makers |= _makes(network, int(k))
    at: dict[str, dict[str, None]] = {}
    for arc, cut in zip(network.arcs, lane, strict=True):
        if cut or (arc.source, arc.commodity) in makers:
            at.setdefault(arc.commodity, {})[arc.target] = None
    return {good: tuple(nodes) for good, nodes in at.items()}


def _makes(network: Network, k: int) -> set[tuple[str, str]]:
    if k < len(network.supplies):
        supply = network.supplies[k]
        return {(supply.node, supply.commodity)}
    process = network.processes[k - len(network.supplies)]
    return {(process.node, good) for good in process.outputs}
