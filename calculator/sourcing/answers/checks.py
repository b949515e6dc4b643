"""Plain arithmetic that already shows an ask cannot be met, before any solver is asked.

Each check is a necessary condition: what it reports is certainly impossible, but silence does
not mean feasible (MODEL 2.9 a).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import floor, inf, log10

import numpy as np

from calculator.sourcing.answers.checks_exposure import exposure_checks
from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules import (
    Ban,
    DemandAtLeast,
    HHICap,
    MarketAccess,
    RecycledFloor,
    ShareCap,
)
from calculator.sourcing.rules.accounts import Account, accounts
from calculator.sourcing.scope import Counted

_SLACK = 1e-9


def data_checks(layout: Layout, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return one sentence for each thing that cannot be, naming the rule where there is one."""
    allowed = _allowed(layout, rules)
    needed = _needed(layout, rules)
    most = _most(layout, rules, allowed)
    found = [*_unreached(layout), *_short(layout, rules, allowed, needed)]
    for rule in rules:
        if isinstance(rule, ShareCap):
            found += _too_few_parties(layout, rule, allowed, most, needed)
        if isinstance(rule, HHICap):
            found += _too_concentrated(layout, rule, allowed, needed)
        if isinstance(rule, RecycledFloor):
            found += _too_little_recycled(layout, rule, most, needed)
        found += exposure_checks(layout, rule, allowed, lambda s: _must(layout, s, needed))
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
        for account in accounts(rule, layout):
            closed[account.scope.source[account.code >= 0]] = True
    return closed


def _needed(layout: Layout, rules: Sequence[Rule]) -> Floats:
    """Least amount of each commodity that must be made: what is delivered, and what that takes.

    A unit takes at least what the most sparing of its makers draws; of a good that can be
    supplied outright it takes nothing further up.
    """
    index = layout.commodity_index
    delivered = _delivered(layout, {node.id for node in layout.network.nodes})
    for rule in rules:
        if isinstance(rule, DemandAtLeast):
            at = index[rule.commodity]
            delivered[at] = max(delivered[at], rule.limit)
    return _with_draws(layout, delivered)


def _needed_then(layout: Layout, scope: Counted) -> Floats:
    """Least amounts for what is delivered in the period and outcome of a scope.

    Nought where goods pass from one period to another: they may be of an earlier one.
    """
    net = layout.network
    period = {node.id: node.period for node in net.nodes}
    linked = any(period[arc.source] != period[arc.target] for arc in net.arcs)
    if linked or any(process.elsewhere for process in net.processes):
        return np.zeros(len(layout.commodity_index))
    at = {
        node.id
        for node in net.nodes
        if scope.period in (None, node.period) and node.outcome in (None, scope.outcome)
    }
    return _with_draws(layout, _delivered(layout, at))


def _delivered(layout: Layout, at: set[str]) -> Floats:
    """Amount of each commodity that the demands at these nodes ask for."""
    delivered = np.zeros(len(layout.commodity_index))
    for demand in layout.network.demands:
        if demand.node in at:
            delivered[layout.commodity_index[demand.commodity]] += demand.amount
    return delivered


def _with_draws(layout: Layout, delivered: Floats) -> Floats:
    """What is delivered and all that it takes, further up the chain."""
    draws = _least_draws(layout)
    needed = delivered
    for _ in range(len(delivered)):
        further = delivered + needed @ draws
        if np.allclose(further, needed, rtol=1e-12, atol=0.0):
            break
        needed = further
    return needed


def _least_draws(layout: Layout) -> Floats:
    """(made, drawn): least units drawn per unit made, over all sources of the good made."""
    index = layout.commodity_index
    main = _main_outputs(layout)
    in_all: defaultdict[tuple[int, int], float] = defaultdict(float)
    for made, column, per_unit in _sources(layout):
        in_all[made, column] += per_unit  # here and at other nodes
    draws = np.full((len(index), len(index)), np.inf)
    for made, column, _ in _sources(layout):
        row = np.zeros(len(index))
        if column >= layout.first_process and main[column - layout.first_process] == made:
            recipe = layout.network.processes[column - layout.first_process].inputs
            for good, amount in recipe.items():
                row[index[good]] = amount / in_all[made, column]
        draws[made] = np.minimum(draws[made], row)
    return np.where(np.isfinite(draws), draws, 0.0)


def _sources(layout: Layout) -> Iterator[tuple[int, int, float]]:
    """Commodity, column and units per unit of each source."""
    found = layout.sources
    columns = (found.commodity, found.column, found.per_unit)
    yield from zip(*(values.tolist() for values in columns), strict=True)


def _main_outputs(layout: Layout) -> list[int]:
    """The one output of each process that its inputs are put down to.

    What is made together is drawn for once: to put it down to each would count it twice.
    """
    net, index = layout.network, layout.commodity_index
    wanted = {demand.commodity for demand in net.demands if demand.amount > 0}
    wanted |= {good for process in net.processes for good in process.inputs}
    main = []
    for process in net.processes:
        made = dict.fromkeys(process.outputs)
        made |= {good: None for goods in process.elsewhere.values() for good in goods}
        main.append(index[next((good for good in made if good in wanted), next(iter(made)))])
    return main


def _most(layout: Layout, rules: Sequence[Rule], allowed: Bools) -> Floats:
    """Most that each source can give under the bans and what one buyer can get."""
    upper = layout.upper.copy()
    for rule in rules:
        if isinstance(rule, MarketAccess):
            at = rule.columns(layout)
            upper[at] = np.minimum(upper[at], rule.share * layout.upper[at])
    sources = layout.sources
    return np.where(allowed, upper[sources.column], 0.0) * sources.per_unit


def _reach(layout: Layout, most: Floats) -> Floats:
    """Most of each commodity that its sources can make."""
    out = np.zeros(len(layout.commodity_index))
    np.add.at(out, layout.sources.commodity, most)
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
    everything = np.ones_like(allowed)
    everyone = _reach(layout, _most(layout, (), everything))
    reach = _reach(layout, _most(layout, rules, allowed))
    for k in np.flatnonzero(reach < needed * (1 - _SLACK)):
        good = layout.network.commodities[k]
        amount = f"{_plain(needed[k])} {good.unit} of {good.id!r}"
        named = " and ".join(_closing(layout, rules, layout.sources.commodity == k))
        if everyone[k] < needed[k] * (1 - _SLACK):
            yield f"{amount} are asked for but all sources together reach {_plain(everyone[k])}."
        elif reach[k] == 0:
            yield f"under {named} there is no source of {good.id!r}; {amount} are asked for."
        else:
            yield f"{amount} are asked for but under {named} all sources reach {_plain(reach[k])}."


def _closing(layout: Layout, rules: Sequence[Rule], mine: Bools) -> Iterator[str]:
    """Names of the rules that close or limit some of these sources."""
    for rule in rules:
        bans = isinstance(rule, Ban) and bool((_closed(layout, rule) & mine).any())
        limits = isinstance(rule, MarketAccess) and bool(
            np.isin(layout.sources.column[mine], rule.columns(layout)).any()
        )
        if bans or limits:
            yield repr(rule.name)


def _must(layout: Layout, scope: Counted, needed: Floats) -> float:
    """Least total of a scope: what is delivered of its commodities, as the scope counts it."""
    sources = layout.sources
    if (scope.period, scope.outcome) != (None, None):
        needed = _needed_then(layout, scope)
    total = 0.0
    for good in np.unique(sources.commodity[scope.source]):
        k = np.flatnonzero(sources.commodity[scope.source] == good)[0]
        total += needed[good] * scope.weight[k] / scope.per_unit[k]
    return float(total)


def _too_few_parties(
    layout: Layout, rule: ShareCap, allowed: Bools, most: Floats, needed: Floats
) -> Iterator[str]:
    """What every party may give and can give, against what must be made."""
    for account in accounts(rule, layout):
        scope, code = account.scope, account.code[allowed[account.scope.source]]
        must = _must(layout, scope, needed)
        n = len(np.unique(code[code >= 0]))
        if must <= 0:
            continue
        if (code >= 0).all() and n and n * rule.share < 1 - _SLACK:
            yield (
                f"rule {rule.name!r}: {n} sourcing {_plural(rule, n)} of {scope.label} at "
                f"{100 * rule.share:g} % each reach {100 * n * rule.share:g} % only; "
                f"the cap must be {100 / n:.4g} % or more."
            )
            continue
        gives = _gives(account, rule.share, most, must)
        alone = sum(_gives(account, inf, most, must).values())
        if sum(gives.values()) < 1 - _SLACK <= alone:
            told = ", ".join(f"{name} {100 * share:.3g} %" for name, share in gives.items())
            yield (
                f"rule {rule.name!r}: at {100 * rule.share:g} % at most and with what each can "
                f"give, {scope.label} comes to {100 * sum(gives.values()):.4g} % of the need "
                f"({told})."
            )


def _gives(account: Account, share: float, most: Floats, must: float) -> dict[str, float]:
    """Share of the need that each party can give under the cap; the uncapped are one."""
    scope = account.scope
    reach = (scope.weight / scope.per_unit * most[scope.source]) / must
    gives = {
        name: min(share, float(reach[account.code == k].sum()))
        for k, name in enumerate(account.names)
    }
    others = float(reach[account.code < 0].sum())
    ranked = sorted(gives.items(), key=lambda pair: -pair[1])
    return {name: v for name, v in [*ranked, ("others", others)] if v > 0}


def _too_concentrated(
    layout: Layout, rule: HHICap, allowed: Bools, needed: Floats
) -> Iterator[str]:
    for account in accounts(rule, layout):
        scope, code = account.scope, account.code[allowed[account.scope.source]]
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
    layout: Layout, rule: RecycledFloor, most: Floats, needed: Floats
) -> Iterator[str]:
    for scope in rule.scopes(layout):
        yield from _too_little(layout, rule, scope, most, needed)


def _too_little(
    layout: Layout, rule: RecycledFloor, scope: Counted, most: Floats, needed: Floats
) -> Iterator[str]:
    held = most[scope.source] * scope.weight / scope.per_unit
    reach = float(held[rule.is_recycled(scope)].sum())
    must = _must(layout, scope, needed)
    if reach < rule.share * must * (1 - _SLACK):
        yield (
            f"rule {rule.name!r}: {100 * rule.share:g} % of {_plain(must)} {scope.unit} are "
            f"{_plain(rule.share * must)}, but recycled sources reach {_plain(reach)}; "
            f"the floor can be {_down(100 * reach / must):g} % at most."
        )


def _down(percent: float) -> float:
    """Round down to hundredths, so that the figure shown can be met."""
    return floor(100 * percent) / 100


def _plain(amount: float) -> str:
    """Five significant digits with separators: 71,842,000 rather than 7.1842e+07."""
    digits = max(0, 4 - floor(log10(amount))) if amount > 0 else 0
    text = f"{float(f'{amount:.5g}'):,.{min(digits, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
