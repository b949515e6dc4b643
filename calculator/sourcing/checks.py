"""Plain arithmetic that already shows an ask cannot be met, before any solver is asked.

Each check is a necessary condition: what it reports is certainly impossible, but silence does
not mean feasible (MODEL 2.9 a).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules import (
    Ban,
    DemandAtLeast,
    HHICap,
    RecycledFloor,
    ShareCap,
)
from calculator.sourcing.scope import Counted, counted, parties

_SLACK = 1e-9


def data_checks(layout: Layout, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return one sentence for each thing that cannot be, naming the rule where there is one."""
    allowed = _allowed(layout, rules)
    needed = _needed(layout, rules)
    found = [*_unreached(layout), *_short(layout, rules, allowed, needed)]
    for rule in rules:
        if isinstance(rule, ShareCap):
            found += _too_few_parties(layout, rule, allowed, needed)
        if isinstance(rule, HHICap):
            found += _too_concentrated(layout, rule, allowed, needed)
        if isinstance(rule, RecycledFloor):
            found += _too_little_recycled(layout, rule, allowed, needed)
    return tuple(found)


def _allowed(layout: Layout, rules: Sequence[Rule]) -> Bools:
    """Sources that no ban closes."""
    open_ = np.ones(len(layout.sources.column), np.bool_)
    for rule in rules:
        if isinstance(rule, Ban):
            open_ &= ~_closed(layout, rule)
    return open_


def _closed(layout: Layout, rule: Ban) -> Bools:
    """Sources that one ban closes."""
    closed = np.zeros(len(layout.sources.column), np.bool_)
    if rule.limit == 0:
        party = parties(layout, rule.country, rule.owner, rule.group, rule.outside)
        for scope in counted(layout, rule.material, rule.stage, rule.commodity):
            closed[scope.source[party.of_node[scope.node] >= 0]] = True
    return closed


def _needed(layout: Layout, rules: Sequence[Rule]) -> Floats:
    """Amount of each commodity that must be delivered."""
    index = layout.commodity_index
    needed = np.zeros(len(index))
    for demand in layout.network.demands:
        needed[index[demand.commodity]] += demand.amount
    for rule in rules:
        if isinstance(rule, DemandAtLeast):
            at = index[rule.commodity]
            needed[at] = max(needed[at], rule.limit)
    return needed


def _reach(layout: Layout, allowed: Bools) -> Floats:
    """Most of each commodity that its open sources can make."""
    sources = layout.sources
    most = np.where(allowed, layout.upper[sources.column], 0.0) * sources.per_unit
    out = np.zeros(len(layout.commodity_index))
    np.add.at(out, sources.commodity, most)
    return out


def _unreached(layout: Layout) -> Iterator[str]:
    """Demands at a node where the commodity neither is made nor arrives."""
    rows = layout.balance
    come_in = np.asarray((rows > 0).sum(axis=1)).ravel()
    pairs = zip(layout.pair_node.tolist(), layout.pair_commodity.tolist(), strict=True)
    row = {(n, g): k for k, (n, g) in enumerate(pairs)}
    node = {n.id: k for k, n in enumerate(layout.network.nodes)}
    for demand in layout.network.demands:
        at = row[node[demand.node], layout.commodity_index[demand.commodity]]
        if demand.amount > 0 and come_in[at] == 0:
            yield (
                f"nothing brings {demand.commodity!r} to node {demand.node!r}, where "
                f"{demand.amount:g} are asked for; add an arc, a supply or a process there."
            )


def _short(layout: Layout, rules: Sequence[Rule], allowed: Bools, needed: Floats) -> Iterator[str]:
    everyone = _reach(layout, np.ones_like(allowed))
    reach = _reach(layout, allowed)
    for k in np.flatnonzero(reach < needed * (1 - _SLACK)):
        good = layout.network.commodities[k]
        amount = f"{needed[k]:g} {good.unit} of {good.id!r}"
        mine = layout.sources.commodity == k
        bans = " and ".join(
            repr(r.name) for r in rules if isinstance(r, Ban) and (_closed(layout, r) & mine).any()
        )
        if everyone[k] < needed[k] * (1 - _SLACK):
            yield f"{amount} are asked for but all sources together reach {everyone[k]:g}."
        elif reach[k] == 0:
            yield f"under {bans} there is no source of {good.id!r}; {amount} are asked for."
        else:
            yield f"{amount} are asked for but under {bans} all sources reach {reach[k]:g}."


def _must(layout: Layout, scope: Counted, needed: Floats) -> float:
    """Least total of a scope: what is delivered of its commodities, as the scope counts it."""
    sources = layout.sources
    total = 0.0
    for good in np.unique(sources.commodity[scope.source]):
        k = np.flatnonzero(sources.commodity[scope.source] == good)[0]
        total += needed[good] * scope.weight[k] / sources.per_unit[scope.source[k]]
    return float(total)


def _too_few_parties(
    layout: Layout, rule: ShareCap, allowed: Bools, needed: Floats
) -> Iterator[str]:
    party = parties(layout, rule.country, rule.owner, rule.group, rule.outside)
    for scope in counted(layout, rule.material, rule.stage, rule.commodity):
        code = party.of_node[scope.node][allowed[scope.source]]
        n = len(np.unique(code))
        closed = _must(layout, scope, needed) > 0 and n > 0 and bool((code >= 0).all())
        if closed and n * rule.share < 1 - _SLACK:
            yield (
                f"rule {rule.name!r}: {n} sourcing {_plural(rule, n)} of {scope.label} at "
                f"{100 * rule.share:g} % each reach {100 * n * rule.share:g} % only; "
                f"the cap must be {100 / n:.4g} % or more."
            )


def _too_concentrated(
    layout: Layout, rule: HHICap, allowed: Bools, needed: Floats
) -> Iterator[str]:
    party = parties(layout, rule.country, rule.owner, rule.group, rule.outside)
    for scope in counted(layout, rule.material, rule.stage, rule.commodity):
        code = party.of_node[scope.node][allowed[scope.source]]
        n = len(np.unique(code))
        closed = _must(layout, scope, needed) > 0 and n > 0 and bool((code >= 0).all())
        if closed and rule.hhi < 1 / n - _SLACK:
            yield (
                f"rule {rule.name!r}: with {n} sourcing {_plural(rule, n)} of {scope.label} "
                f"the HHI cannot be below 1/{n} = {1 / n:.4g}; {rule.hhi:g} is asked for."
            )


def _plural(rule: ShareCap | HHICap, n: int) -> str:
    if rule.group is not None:
        return "group" if n == 1 else "groups"
    if rule.owner is not None:
        return "owner" if n == 1 else "owners"
    return "country" if n == 1 else "countries"


def _too_little_recycled(
    layout: Layout, rule: RecycledFloor, allowed: Bools, needed: Floats
) -> Iterator[str]:
    scope = rule.scope(layout)
    recycled = rule.is_recycled(scope) & allowed[scope.source]
    most = float(scope.capacity[recycled].sum()) if recycled.any() else 0.0
    must = _must(layout, scope, needed)
    if most < rule.share * must * (1 - _SLACK):
        yield (
            f"rule {rule.name!r}: {100 * rule.share:g} % of {must:g} {scope.unit} are "
            f"{rule.share * must:g}, but recycled sources reach {most:g}; "
            f"the floor can be {100 * most / must:.4g} % at most."
        )
