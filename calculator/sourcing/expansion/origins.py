"""A label of origin that travels with the goods, so that duty follows it (MODEL 2.4, 5).

Goods on which some lane charges duty by origin are told apart by the country they are from:
"cell (made in CHN)". A lane, a store or a relay passes the label on, so that shipping through a
third country changes no duty. A process gives its outputs the label of

- A, last substantial processing: its own country (`origin_from` left out);
- B, majority of value: its own country where it adds enough of the value, else that of its
  dearest input (`by_value` sets `origin_from` so);
- C, content follows: the input named in `origin_from`, as anti-dumping cases do.

Where goods are used or delivered the label has done its work and they are pooled again, so that
recipes, demands and rules go on naming the plain commodity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from calculator.sourcing.errors import raise_faults
from calculator.sourcing.expansion.parts import Parts
from calculator.sourcing.network import (
    PASSING,
    Arc,
    Commodity,
    Network,
    Node,
    Process,
    Supply,
)
from calculator.sourcing.rules.decided import SameInAll

UNKNOWN = "unknown"
"""Label of goods from a node without a country."""
Seen = Mapping[tuple[str, str], tuple[str, ...]]
"""Origins that can be met, by node and commodity."""


def with_origins(network: Network) -> Network:
    """Return the network with the goods told apart whose origin some duty depends on.

    A lane without `duty_by_origin` charges its `duty_rate` on every origin, and one with it on
    the origins it does not name. A lane that declares an `origin` pays by that. A network
    without `duty_by_origin` comes back as it is.
    """
    labelled = _labelled(network)
    return _Teller(network, labelled).told() if labelled else network


def retied(rule: SameInAll, network: Network) -> SameInAll:
    """Return the rule on a network whose goods were told apart after it was made.

    A decision on a lane or process that now has one part for each origin is one on each part.
    """
    labels = set(network.layout.labels)
    parts: dict[str, list[str]] = {}
    for label in labels:
        stem, bracket, origin = label.rpartition(" (")
        if bracket:
            parts.setdefault(stem, []).append(f" ({origin}")
    copies: list[tuple[str, ...]] = []
    for own in rule.copies:
        if labels.issuperset(own):
            copies.append(own)
            continue
        common = set.intersection(*(set(parts.get(name, ())) for name in own))
        copies += [tuple(name + end for name in own) for end in sorted(common)]
    return replace(rule, copies=tuple(copies))


def by_value(network: Network, prices: Mapping[str, float], threshold: float = 0.5) -> Network:
    """Return the network with `origin_from` set by the majority of value (rule B).

    A process gives its outputs its own country where 1 - (value in)/(value out) reaches the
    threshold, else the origin of its dearest input, at these prices per unit. One whose
    `origin_from` is set already, or that takes nothing in, stays.

    Raises:
        SourcingError: a commodity in a recipe without a price.
    """
    faults = [
        f"prices: {good!r} has none, which process {p.id!r} needs; give its price per unit."
        for p in network.processes
        for good in dict.fromkeys([*p.inputs, *_outputs(p)])
        if good not in prices
    ]
    raise_faults("The origin cannot be told by value:", faults)
    judged = (_judged(process, prices, threshold) for process in network.processes)
    return replace(network, processes=tuple(judged))


def _judged(process: Process, prices: Mapping[str, float], threshold: float) -> Process:
    if process.origin_from is not None or not process.inputs:
        return process
    worth = {good: amount * prices[good] for good, amount in process.inputs.items()}
    made = sum(amount * prices[good] for good, amount in _amounts(process))
    added = 1.0 - sum(worth.values()) / made if made > 0 else -inf
    dearest = max(worth, key=lambda good: (worth[good], good))
    return process if added >= threshold else replace(process, origin_from=dearest)


def _amounts(process: Process) -> Iterator[tuple[str, float]]:
    yield from process.outputs.items()
    for goods in process.elsewhere.values():
        yield from goods.items()


def _outputs(process: Process) -> set[str]:
    return {good for good, _ in _amounts(process)}


def _labelled(network: Network) -> set[str]:
    """Goods that need a label: those duty asks for, and what their label is taken from."""
    found = {arc.commodity for arc in network.arcs if arc.duty_by_origin}
    size = -1
    while size != len(found):
        size = len(found)
        found |= {
            process.origin_from
            for process in network.processes
            if process.origin_from is not None and _outputs(process) & found
        }
    return found


@dataclass(frozen=True)
class _Teller:
    """Tells goods of one network apart."""

    network: Network
    goods: set[str]

    def told(self) -> Network:
        parts = Parts.of(self.network)
        for node in self.network.nodes:
            parts.add_node(node)
        country = {node.id: node.country or UNKNOWN for node in self.network.nodes}
        seen = self._seen(country)
        parts.demands = list(self.network.demands)
        parts.supplies = [self._supply(parts, s, country) for s in self.network.supplies]
        for process in self.network.processes:
            self._process(parts, process, seen, country)
        for number, arc in enumerate(self.network.arcs):
            self._arc(parts, arc, number, seen)
        self._pool(parts, seen)
        return parts.network(self.network)

    def _seen(self, country: Mapping[str, str]) -> Seen:
        """Origins that can be met of each good at each node, followed along lanes and recipes."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for supply in self.network.supplies:
            if supply.commodity in self.goods:
                at = (supply.node, supply.commodity)
                found.setdefault(at, {})[country[supply.node]] = None
        arcs = [a for a in self.network.arcs if a.commodity in self.goods]
        makers = [p for p in self.network.processes if _outputs(p) & self.goods]
        grown = True
        while grown:
            before = sum(map(len, found.values()))
            for process in makers:
                named = self._origins(process, found, country)
                for at in self._made(process):
                    found.setdefault(at, {}).update(dict.fromkeys(named))
            for arc in arcs:
                here = found.get((arc.source, arc.commodity), {})
                found.setdefault((arc.target, arc.commodity), {}).update(here)
            grown = sum(map(len, found.values())) > before
        return {at: tuple(sorted(origins)) for at, origins in found.items()}

    def _origins(
        self, process: Process, seen: Mapping[tuple[str, str], Iterable[str]], country: Any
    ) -> tuple[str, ...]:
        """Origins the outputs of a process can have."""
        if process.origin_from is None:
            return (country[process.node],)
        return tuple(seen.get((process.node, process.origin_from), ()))

    def _made(self, process: Process) -> Iterator[tuple[str, str]]:
        for node, goods in ((process.node, process.outputs), *process.elsewhere.items()):
            yield from ((node, good) for good in goods if good in self.goods)

    def _of(self, parts: Parts, good: str, origin: str) -> str:
        """The part of a good that is from one country."""
        if good not in self.goods:
            return good
        whole = parts.commodities[good]
        name = f"{good} (made in {origin})"
        return parts.add_good(replace(whole, id=name, material=whole.material_label, base=good))

    def _supply(self, parts: Parts, supply: Supply, country: Mapping[str, str]) -> Supply:
        if supply.commodity not in self.goods:
            return supply
        return replace(supply, commodity=self._of(parts, supply.commodity, country[supply.node]))

    def _process(
        self, parts: Parts, process: Process, seen: Seen, country: Mapping[str, str]
    ) -> None:
        """One variant of a process for each origin its outputs can have."""
        if not _outputs(process) & self.goods:
            parts.processes.append(process)
            return
        origins = self._origins(process, seen, country)
        if not origins:
            said = f"process {process.id!r} is left out: no {process.origin_from!r} reaches it."
            parts.notes.append(said)
            return
        variants = [self._variant(parts, process, origin) for origin in origins]
        if len(variants) == 1:
            parts.processes.append(replace(variants[0], id=process.id))
            return
        room = _room(parts, f"capacity of {process.id}", process.node, process.capacity)
        parts.processes += [replace(v, inputs={**v.inputs, **room}, capacity=inf) for v in variants]

    def _variant(self, parts: Parts, process: Process, origin: str) -> Process:
        def told(goods: Mapping[str, float]) -> dict[str, float]:
            return {self._of(parts, good, origin): amount for good, amount in goods.items()}

        inputs, source = dict(process.inputs), process.origin_from
        if source is not None:
            inputs = {
                self._of(parts, good, origin) if good == source else good: amount
                for good, amount in inputs.items()
            }
        return replace(
            process,
            id=f"{process.id} ({origin})",
            inputs=inputs,
            outputs=told(process.outputs),
            elsewhere={node: told(goods) for node, goods in process.elsewhere.items()},
            origin_from=None,
        )

    def _arc(self, parts: Parts, arc: Arc, number: int, seen: Seen) -> None:
        """One lane for each origin, all within the capacity of the one."""
        if arc.commodity not in self.goods:
            parts.arcs.append(arc)
            return
        origins = seen.get((arc.source, arc.commodity), ())
        lanes = [self._lane(parts, arc, origin) for origin in origins]
        if len(lanes) > 1 and arc.capacity < inf:
            lanes = [_through(parts, lane, arc, number) for lane in lanes]
        parts.arcs += lanes

    def _lane(self, parts: Parts, arc: Arc, origin: str) -> Arc:
        declared = arc.origin or origin
        rate = (arc.duty_by_origin or {}).get(declared, arc.duty_rate)
        return replace(
            arc,
            id=f"{arc.id} ({origin})" if arc.id else "",
            commodity=self._of(parts, arc.commodity, origin),
            duty_rate=rate,
            origin=None if declared == UNKNOWN else declared,
            duty_by_origin=None,
        )

    def _pool(self, parts: Parts, seen: Seen) -> None:
        """Goods lose their label where a recipe or a demand takes them."""
        wanted = {(p.node, good): None for p in parts.processes for good in p.inputs}
        wanted |= {(d.node, d.commodity): None for d in parts.demands}
        for node, good in wanted:
            for origin in seen.get((node, good), ()):
                own = self._of(parts, good, origin)
                name = f"take {own} at {node}"
                parts.processes.append(Process(name, node, {own: 1.0}, {good: 1.0}, PASSING))


def _room(parts: Parts, name: str, node: str, capacity: float) -> dict[str, float]:
    """A good of which there is as much as a capacity that several processes share."""
    if capacity == inf:
        return {}
    parts.add_good(Commodity(name, "unit", counted=False))
    parts.supplies.append(Supply(node, name, 0.0, capacity, PASSING, id=name))
    return {name: 1.0}


def _through(parts: Parts, lane: Arc, arc: Arc, number: int) -> Arc:
    """The lane of one origin from a gate that lets as much through as the lane of all."""
    name = arc.id or f"lane {number + 1} of {arc.commodity} from {arc.source} to {arc.target}"
    source = parts.nodes[arc.source]
    new = name not in parts.nodes
    gate = parts.add_node(Node(name, source.country, source.owner, source.groups, source.period,
                               source.outcome, source.base or source.id))  # fmt: skip
    if new:
        _room(parts, f"capacity of {name}", arc.source, arc.capacity)
    inputs = {lane.commodity: 1.0, f"capacity of {name}": 1.0}
    parts.processes.append(
        Process(
            f"{name}: {lane.commodity}", arc.source, inputs, {}, PASSING,
            elsewhere={gate: {lane.commodity: 1.0}},
        )
    )  # fmt: skip
    return replace(lane, source=gate, capacity=inf)
