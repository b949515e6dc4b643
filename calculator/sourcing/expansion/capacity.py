"""Capacity that is built: what a process or supply can give grows with what was spent on it.

z_t <= K_t + sum of n_t' over t' + lead <= t < t' + lead + life (MODEL 2.4, 4). Capacity is a
good: building makes units of it in the later periods, running the process takes one unit per
unit of activity, and what is idle goes unused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from calculator.sourcing.errors import did_you_mean
from calculator.sourcing.expansion.changes import is_one, known_names, located, name_of, stamped
from calculator.sourcing.expansion.parts import Parts
from calculator.sourcing.network import (
    PASSING,
    Commodity,
    Demand,
    Network,
    Period,
    Process,
    Supply,
)


@dataclass(frozen=True)
class Expansion:
    """Capacity of the process or supply `of` can be built, in any period.

    `cost_per_unit` is money per unit of capacity (units a period), paid whole when it is built;
    what outlives the last period is not credited. It is there `lead_periods` later and for
    `life_periods`. `most` is what can be built in one period.
    """

    of: str
    cost_per_unit: float
    lead_periods: int = 0
    life_periods: float = inf
    most: float = inf


@dataclass(frozen=True)
class _Place:
    """One record that can grow: its kind, name, copies by period, and their capacities."""

    kind: str
    at: list[int]
    name: str
    nodes: list[str]
    capacity: list[float]

    @property
    def good(self) -> str:
        return f"capacity of {self.name}"


def build_capacity(
    parts: Parts, network: Network, expansion: Expansion, spans: Sequence[Period], faults: list[str]
) -> None:
    """Let one record of the network grow; `parts` holds the plain copies of all records."""
    place = _place(parts, network, expansion, len(spans), faults)
    if place is None:
        return
    unit = _unit(parts, place)
    parts.add_good(Commodity(place.good, unit, counted=False))
    names = [span.id for span in spans]
    _build(parts, place, expansion, names)
    _keep(parts, place, unit)
    for k, at in enumerate(place.at):
        parts.demands.append(
            Demand(place.nodes[k], place.good, id=stamped(f"idle {place.good}", names[k]))
        )
        if place.kind == "processes":
            _limit_process(parts, at, place)
        else:
            _limit_supply(parts, at, place, names[k])


def _place(
    parts: Parts, network: Network, expansion: Expansion, periods: int, faults: list[str]
) -> _Place | None:
    where = f"expansion of {expansion.of!r}"
    for kind in ("processes", "supplies"):
        records = getattr(network, kind)
        found = located(network, kind, expansion.of)
        if found and not is_one(network, kind, found):
            faults.append(f"{where}: {len(found)} {kind} fit; give each an id and name that.")
            return None
        if found:
            at = [found[0] + k * len(records) for k in range(periods)]
            copies = [getattr(parts, kind)[k] for k in at]
            capacity = [copy.capacity for copy in copies]
            name = name_of(records[found[0]])
            faults += _faults(where, expansion, capacity)
            nodes = [copy.node for copy in copies]
            return _Place(kind, at, name, nodes, capacity) if max(capacity) < inf else None
    known = known_names(network, "processes") | known_names(network, "supplies")
    faults.append(f"{where}: it is unknown; {did_you_mean(expansion.of, known)}")
    return None


def _faults(where: str, expansion: Expansion, capacity: list[float]) -> list[str]:
    faults = []
    if max(capacity) == inf:
        faults.append(f"{where}: its capacity has no end already; give it one (0 if it is new).")
    if not (isfinite(expansion.cost_per_unit) and expansion.most >= 0):
        faults.append(f"{where}: give a finite cost_per_unit and a most of 0 or more.")
    whole = expansion.lead_periods == int(expansion.lead_periods) >= 0
    if not (whole and expansion.life_periods >= 1):
        faults.append(f"{where}: lead_periods are 0, 1, ... and life_periods 1 or more.")
    return faults


def _unit(parts: Parts, place: _Place) -> str:
    if place.kind == "processes":
        return "unit of activity"
    return parts.commodities[parts.supplies[place.at[0]].commodity].unit


def _build(parts: Parts, place: _Place, expansion: Expansion, names: list[str]) -> None:
    """One process a period that makes capacity in the later ones."""
    for k, name in enumerate(names):
        first = k + int(expansion.lead_periods)
        last = min(first + expansion.life_periods, len(names))
        there = [j for j in range(first, len(names)) if j < last]
        if there:
            later = {place.nodes[j]: {place.good: 1.0} for j in there}
            parts.processes.append(
                Process(
                    stamped(f"build {place.name}", name), place.nodes[k], {},
                    later.pop(place.nodes[k], {}), PASSING, expansion.cost_per_unit,
                    expansion.most, elsewhere=later,
                )
            )  # fmt: skip


def _keep(parts: Parts, place: _Place, unit: str) -> None:
    """What is there without building: one process that runs at its capacity, no more, no less.

    Were it free to run lower, idle capacity would be told apart from unmade, and plans alike
    in all that matters would count as two.
    """
    most = max(place.capacity)
    if most == 0:
        return
    there = f"existing {place.good}"
    parts.add_good(Commodity(there, unit, counted=False))
    pairs = zip(place.nodes, place.capacity, strict=True)
    later = {node: {place.good: amount / most} for node, amount in pairs if amount > 0}
    now = {there: 1.0, **later.pop(place.nodes[0], {})}
    parts.processes.append(Process(there, place.nodes[0], {}, now, PASSING, elsewhere=later))
    parts.demands.append(Demand(place.nodes[0], there, most, exact=True, id=there))


def _limit_process(parts: Parts, at: int, place: _Place) -> None:
    process = parts.processes[at]
    inputs = {**process.inputs, place.good: 1.0}
    parts.processes[at] = replace(process, inputs=inputs, capacity=inf)


def _limit_supply(parts: Parts, at: int, place: _Place, name: str) -> None:
    """A supply takes its capacity in a process that hands its goods over."""
    supply: Supply = parts.supplies[at]
    good = parts.commodities[supply.commodity]
    own = parts.add_good(Commodity(f"{good.id} of {place.name}", good.unit, counted=False))
    parts.supplies[at] = replace(supply, commodity=own, capacity=inf)
    parts.processes.append(
        Process(
            stamped(f"{place.name} within its capacity", name), supply.node,
            {own: 1.0, place.good: 1.0}, {good.id: 1.0}, supply.route,
        )
    )  # fmt: skip
