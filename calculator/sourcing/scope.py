"""Which flows a rule counts, and on whose account: material and stage, country, owner, group.

In a network over time or over outcomes a rule holds in each period and each outcome on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Bools, Floats, Ints, Layout
from calculator.sourcing.network import PASSING, Commodity, Node

EACH = "each"
Names = str | tuple[str, ...] | None
MANY, ONE = "many", "one"
ANY = "any"
"""As the period of a rule: over all periods together."""
REST = "rest of the world"


@dataclass(frozen=True)
class Counted:
    """One (material, stage) as a rule sees it: which sources count, and with what weight.

    `column`, `weight`, `source` are of one length: variable, counted amount per unit of that
    variable, position in `layout.sources`. `unit` is what one counted unit is. `period` and
    `outcome` are those it is counted in, None where it is counted over all or there is none.
    """

    layout: Layout
    label: str
    unit: str
    column: Ints
    weight: Floats
    source: Ints
    period: str | None = None
    outcome: str | None = None

    @cached_property
    def total(self) -> Any:
        """The variable total as one sparse row."""
        return self.row(np.ones(len(self.column), np.bool_))

    def row(self, keep: Bools) -> Any:
        """Return the counted amount of the sources in `keep` as one sparse row."""
        return self.by_party(np.where(keep, 0, -1), 1)

    def by_party(self, party: Ints, n: int) -> Any:
        """Return (n, variables): the counted amount of each party; party -1 is left out."""
        keep = party >= 0
        entries = (self.weight[keep], (party[keep], self.column[keep]))
        return sp.csr_array(entries, shape=(n, self.layout.n))

    @property
    def per_unit(self) -> Floats:
        """Units of the commodity per unit of the variable, of each counted source."""
        return self.layout.sources.per_unit[self.source]

    @property
    def node(self) -> Ints:
        """Node of each counted source."""
        return self.layout.sources.node[self.source]

    @property
    def route(self) -> tuple[str, ...]:
        """Route of each counted source."""
        return tuple(self.layout.sources.route[k] for k in self.source)

    @property
    def capacity(self) -> Floats:
        """Largest counted amount of each source alone."""
        return np.asarray(self.layout.upper[self.column] * self.weight)


def counted(
    layout: Layout,
    material: str | None,
    stage: str | None,
    commodity: str | None = None,
    period: str | None = None,
) -> tuple[Counted, ...]:
    """Return what a rule counts; without material or stage, one entry for each there is.

    Each is counted on its own in every period and outcome: in the one `period` alone if it is
    named, over all periods together if it is `ANY`. Sources that no outcome has befallen count
    in every outcome of their period.

    Raises:
        SourcingError: see `counted_whole`; an unknown period.
    """
    whole = counted_whole(layout, material, stage, commodity)
    return tuple(part for scope in whole for part in in_time(scope, period))


def in_time(scope: Counted, period: str | None = None) -> Iterator[Counted]:
    """Split what is counted by period and outcome; see `counted`."""
    net = scope.layout.network
    check_period(scope.layout, period)
    if not (net.periods or net.outcomes):
        yield scope
        return
    code = {p.id: k for k, p in enumerate(net.periods)} if period != ANY else {}
    periods = _codes(scope, code, "period")
    names = [None, *(p.id for p in net.periods)]
    for k in np.unique(periods):
        name = names[k + 1]
        if period in (None, ANY, name):
            yield from _by_outcome(_part(scope, periods == k, period=name))


def _by_outcome(scope: Counted) -> Iterator[Counted]:
    net = scope.layout.network
    outcome = _codes(scope, {o.id: k for k, o in enumerate(net.outcomes)}, "outcome")
    after = np.unique(outcome[outcome >= 0])
    if not len(after):
        yield scope
    for k in after:
        yield _part(scope, (outcome == k) | (outcome < 0), outcome=net.outcomes[k].id)


def check_period(layout: Layout, period: str | None) -> None:
    """Refuse the name of a period there is not.

    Raises:
        SourcingError: with the nearest known one.
    """
    if period not in (None, ANY):
        _must_know("period", str(period), (p.id for p in layout.network.periods))


def _codes(scope: Counted, code: dict[str, int], field: str) -> Ints:
    """Number of the period or outcome each source is in, -1 for none."""
    of_node = [code.get(getattr(node, field), -1) for node in scope.layout.network.nodes]
    return np.array(of_node, np.int64)[scope.node]


def _part(scope: Counted, keep: Bools, **when: str | None) -> Counted:
    told = [scope.label, *(name for name in when.values() if name is not None)]
    return Counted(
        layout=scope.layout,
        label=", ".join(told),
        unit=scope.unit,
        column=scope.column[keep],
        weight=scope.weight[keep],
        source=scope.source[keep],
        period=when.get("period", scope.period),
        outcome=when.get("outcome", scope.outcome),
    )


def counted_whole(
    layout: Layout, material: str | None, stage: str | None, commodity: str | None = None
) -> tuple[Counted, ...]:
    """Return what is counted over all periods and outcomes: one for each (material, stage).

    Raises:
        SourcingError: an unknown name (with the nearest known one), or one total that would
            add different units.
    """
    everything = layout.network.commodities
    if commodity is not None:
        _must_know("commodity", commodity, (c.id for c in everything))
        same = goods_of(layout, commodity)
        return (_count(layout, commodity, lambda c: float(c.id in same)),)
    goods = [c for c in everything if c.counted]
    if stage is not None:
        _must_know("stage", stage, {c.stage for c in goods if c.stage is not None})
    made = [everything[k] for k in np.unique(layout.sources.commodity)]
    staged = [c for c in made if c.counted and stage in (None, c.stage)]
    found = [_count_material(layout, name, at) for name, at in _pairs(staged, material)]
    if material is not None and not any(_holds(c, material) for c in goods):
        known = {c.material_label for c in goods} | {e for c in goods for e in c.contents}
        raise SourcingError(f"unknown material {material!r}; {did_you_mean(material, known)}", ())
    return tuple(scope for scope in found if len(scope.source))


def goods_of(layout: Layout, commodity: str) -> frozenset[str]:
    """Return a commodity and its parts at the same stage (those made in one country)."""
    goods = {c.id: c for c in layout.network.commodities}
    stage = goods[commodity].stage if commodity in goods else None
    parts = (c.id for c in goods.values() if c.base == commodity and c.stage == stage)
    return frozenset({commodity, *parts})


def uses_of(layout: Layout, commodity: str) -> frozenset[str]:
    """Return a commodity and every part of it, also that in use, as something delivered."""
    parts = (c.id for c in layout.network.commodities if c.base == commodity)
    return frozenset({commodity, *parts})


def _pairs(goods: list[Commodity], material: str | None) -> list[tuple[str, str | None]]:
    """Every (material, stage) to count, in the order the commodities are listed."""
    if material is not None:
        return list(dict.fromkeys((material, c.stage) for c in goods if _holds(c, material)))
    return list(dict.fromkeys((c.material_label, c.stage) for c in goods))


def _holds(commodity: Commodity, material: str) -> bool:
    return commodity.material_label == material or commodity.contents.get(material, 0.0) > 0


def _count_material(layout: Layout, material: str, stage: str | None) -> Counted:
    def weigh(good: Commodity) -> float:
        if not good.counted or good.stage != stage or not _holds(good, material):
            return 0.0
        return float(good.contents.get(material, 1.0))

    label = material if stage is None else f"{material}, {stage}"
    _one_unit(layout, material, stage)
    return _count(layout, label, weigh, material)


def _count(
    layout: Layout, label: str, weigh: Callable[[Commodity], float], material: str = ""
) -> Counted:
    goods = layout.network.commodities
    by_good = np.fromiter((weigh(c) for c in goods), np.float64, len(goods))
    weight = by_good[layout.sources.commodity]
    source = np.flatnonzero((weight > 0) & _makers(layout))
    units = {_unit(goods[k], material) for k in np.flatnonzero(by_good > 0)}
    return Counted(
        layout=layout,
        label=label,
        unit=units.pop() if units else "unit",
        column=layout.sources.column[source],
        weight=weight[source] * layout.sources.per_unit[source],
        source=source,
    )


def _makers(layout: Layout) -> Bools:
    """Sources that make goods, not those that only pass them on."""
    if not layout.network.has_passing:
        return np.ones(len(layout.sources.column), np.bool_)
    return np.array([route != PASSING for route in layout.sources.route], np.bool_)


def _unit(good: Commodity, material: str) -> str:
    return f"kg {material}" if material in good.contents else good.unit


def _one_unit(layout: Layout, material: str, stage: str | None) -> None:
    """Refuse a total that adds contained kg to gross units, or two different units."""
    goods = [
        c
        for c in layout.network.commodities
        if c.counted and c.stage == stage and _holds(c, material)
    ]
    units = {_unit(good, material) for good in goods}
    if len(units) > 1:
        names = ", ".join(repr(good.id) for good in goods)
        raise SourcingError(
            f"{material!r} is counted in different units ({', '.join(sorted(units))}) in {names}; "
            f"give each of them contents of {material!r}.",
            (),
        )


def _must_know(kind: str, word: str, known: Iterable[str]) -> None:
    words = set(known)
    if word not in words:
        raise SourcingError(f"unknown {kind} {word!r}; {did_you_mean(word, words)}", ())


@dataclass(frozen=True)
class Party:
    """On whose account flows are counted: names, and the party of each node (-1: nobody).

    `unnamed` marks the nodes that could be anybody's: those without a country (or owner).
    `seeks` are the names one party stands for, none where each counts on its own.
    """

    names: tuple[str, ...]
    of_node: Ints
    unnamed: Bools
    seeks: frozenset[str] = frozenset()
    read: Callable[[Node], tuple[str, ...]] = lambda node: ()


def parties(
    layout: Layout, country: Names, owner: Names, group: Names, outside: str | None = None
) -> Party:
    """Return the parties a rule names: `EACH` gives one a country (or owner), names give one.

    Several names form one party together. `outside` leaves out the nodes of a group, which is
    how a rule on third countries only is written.
    """
    if group == EACH:
        raise SourcingError("groups overlap, so there is no 'each' of them; name one group.", ())
    nodes = layout.network.nodes
    home = np.array([outside in node.groups for node in nodes], np.bool_)
    for read, names in ((_country, country), (_owner, owner), (_groups, group)):
        if names is not None:
            party = _each(nodes, read) if names == EACH else _together(nodes, read, names)
            return replace(
                party,
                of_node=np.where(home, -1, party.of_node),
                unnamed=_unnamed(nodes, read) & ~home,
                read=read,
            )
    raise SourcingError("the rule names no country, owner or group; give one of them.", ())


def with_rest(party: Party, scope: Counted, rest: str) -> Party:
    """Count the unnamed sources of a scope as the rule's `rest` says.

    `MANY`: many small parties, none of which is counted. `ONE`: one party of its own; and where
    a name the rule seeks has no source of its own in the scope, the unnamed may be just that
    one and count as it (of a group, which may have further members, always). So `ONE` holds
    whoever the unnamed are.
    """
    if rest == MANY:
        return party
    if not party.seeks:
        code = np.where(party.unnamed, len(party.names), party.of_node)
        return replace(party, names=(*party.names, REST), of_node=code)
    nodes = scope.layout.network.nodes
    seen = {name for k in np.unique(scope.node) for name in party.read(nodes[k])}
    if party.seeks <= seen and party.read is not _groups:
        return party
    return replace(party, of_node=np.where(party.unnamed, 0, party.of_node))


def _unnamed(nodes: tuple[Node, ...], read: Reader) -> Bools:
    """Nodes that say nothing; one that has a country but no group is in no group."""
    named = _country if read is _groups else read
    return np.array([not named(node) for node in nodes], np.bool_)


def _country(node: Node) -> tuple[str, ...]:
    return (node.country,) if node.country else ()


def _owner(node: Node) -> tuple[str, ...]:
    return (node.owner,) if node.owner else ()


def _groups(node: Node) -> tuple[str, ...]:
    return node.groups


Reader = Callable[[Node], tuple[str, ...]]


def _each(nodes: tuple[Node, ...], read: Reader) -> Party:
    names = sorted({name for node in nodes for name in read(node)})
    index = {name: k for k, name in enumerate(names)}
    codes = [index[read(node)[0]] if read(node) else -1 for node in nodes]
    return Party(tuple(names), np.array(codes, np.int64), _unnamed(nodes, read))


def _together(nodes: tuple[Node, ...], read: Reader, names: str | tuple[str, ...]) -> Party:
    wanted = frozenset({names} if isinstance(names, str) else names)
    codes = [0 if wanted & set(read(node)) else -1 for node in nodes]
    label = " + ".join(sorted(wanted))
    return Party((label,), np.array(codes, np.int64), _unnamed(nodes, read), wanted)


def in_scope(party: Party, scope: Counted) -> Iterator[tuple[int, str]]:
    """Yield position and name of each party that has a source in the scope."""
    present = np.unique(party.of_node[scope.node])
    for k in present[present >= 0]:
        yield int(k), party.names[k]
