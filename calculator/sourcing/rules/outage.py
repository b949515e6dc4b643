"""N-1: whatever one party fails, the others cover a share of the need (MODEL 2.4.12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Bools, Floats, Ints, Layout
from calculator.sourcing.rows import Built, Columns, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.accounts import check_rest
from calculator.sourcing.rules.amounts import names_of, value
from calculator.sourcing.rules.reach import Reach, reach_of
from calculator.sourcing.scope import (
    EACH,
    MANY,
    Counted,
    Names,
    counted,
    in_scope,
    parties,
    with_rest,
)

PER_POINT = 0.01


@dataclass(frozen=True)
class NMinusOne(Rule):
    """If any one party fails, the rest gives at least a share of the need.

    sum over i != j of K_i >= share x T for every party j, in each (material, stage): T is all
    that is sourced there, K_i what party i could give, X_i <= K_i <= its capacity. `each` says
    what fails as one: a "country", an "owner" or a "supplier" (one node).

    K is by default the whole capacity of the sources the network has, at no cost: the spare
    capacity of the others is there to be bought. `access` is the part of a capacity that one
    buyer can get (as in `MarketAccess`; of nodes in the group `outside`, all of it). `shut` names
    countries or owners whose spare capacity does not count, such as banned ones. A
    `standby_cost`, money per unit contracted and not used, makes K - X a decision, paid under
    "standby". With `standby` false only what is bought counts, so that no party may have more
    than 1 - share. A failure further up is another matter: state the rule at that stage too
    (see `reach` for what a source could give).
    """

    share: float
    each: str = "country"
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    standby: bool = True
    standby_cost: float = 0.0
    access: float = 1.0
    outside: str | None = None
    shut: Names = None
    rest: str = MANY
    period: str | None = None

    word: ClassVar[str] = "n_minus_1"
    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rest(self.name, self.rest)
        fault = ""
        if self.each not in ("country", "owner", "supplier"):
            fault = f"each is {self.each!r}; give 'country', 'owner' or 'supplier'"
        if not 0 <= self.access <= 1:
            fault = f"access is {self.access:g}; give between 0 and 1"
        if not 0 <= self.standby_cost < inf:
            fault = f"standby_cost is {self.standby_cost:g}; give 0 or more"
        if fault:
            raise SourcingError(f"rule {self.name!r}: {fault}.", ())

    def build(self, layout: Layout) -> Built:
        """Return a row for each failure; with a cost of standby, own variables for it."""
        found = self.outages(layout)
        if not found:
            return Built(notes=idle(self.name, ()))
        if not self.standby:
            return Built(rows=tuple(_bought(self, one) for one in found))
        if self.standby_cost > 0:
            return _contracted(self, found)
        rows = tuple(_open(self, one) for one in found if isfinite_rest(one))
        return Built(rows=rows, notes=() if rows else (self._never(),))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the smallest share that is left after a failure, 1 at most."""
        return min((self._left(one, x) for one in self.outages(layout)), default=1.0)

    def outages(self, layout: Layout) -> list[Outage]:
        """Return each (material, stage) in which there is a party that can fail."""
        found, reach = [], Reach.of(layout)
        for scope in counted(layout, self.material, self.stage, self.commodity, self.period):
            names, code = self._parties(layout, scope)
            if names:
                found.append(_outage(scope, names, code, self._reach(reach, scope)))
        return found

    def _left(self, one: Outage, x: Floats) -> float:
        total = value(one.scope.total, x)
        if total <= 0:
            return 1.0
        bought = np.asarray(one.amounts @ x)
        gives = one.reach if self.standby else bought
        if self.standby and self.standby_cost > 0:  # what is bought is contracted as well
            gives = np.maximum(gives, bought)
        n = len(one.names)
        least = min(float(np.delete(gives, j).sum()) for j in range(n))
        return min(least / total, 1.0)

    def _parties(self, layout: Layout, scope: Counted) -> tuple[tuple[str, ...], Ints]:
        """Names of what can fail, and the number of each counted source's (-1: nobody's)."""
        if self.each == "supplier":
            nodes, code = np.unique(scope.node, return_inverse=True)
            return tuple(layout.network.nodes[k].id for k in nodes), np.asarray(code)
        country, owner = (EACH, None) if self.each == "country" else (None, EACH)
        party = with_rest(parties(layout, country, owner, None), scope, self.rest)
        present = tuple(in_scope(party, scope))
        number = np.full(len(party.names) + 1, -1, np.int64)
        number[[k for k, _ in present]] = np.arange(len(present))
        return tuple(name for _, name in present), number[party.of_node[scope.node]]

    def _reach(self, reach: Reach, scope: Counted) -> Floats:
        """What each counted source could give."""
        shut, own = self._shut(scope), np.zeros(len(scope.column), np.bool_)
        nodes = scope.layout.network.nodes
        if self.outside is not None:
            own = np.array([self.outside in nodes[k].groups for k in scope.node], np.bool_)
        access = np.where(own, 1.0, self.access)
        open_ = (access > 0) & ~shut
        return np.where(open_, reach_of(reach, scope) * np.where(open_, access, 1.0), 0.0)

    def _shut(self, scope: Counted) -> Bools:
        closed = set(names_of(self.shut))
        nodes = scope.layout.network.nodes
        at = (nodes[k] for k in scope.node)
        return np.array([bool(closed & {n.country, n.owner}) for n in at], np.bool_)

    def _never(self) -> str:
        return (
            f"rule {self.name!r} never binds: a source without a capacity is left whatever fails."
        )


@dataclass(frozen=True)
class Outage:
    """One (material, stage): what each party buys and could give; the last is nobody's."""

    scope: Counted
    names: tuple[str, ...]
    amounts: Any
    reach: Floats

    def rest_of(self, j: int) -> float:
        """What all but party j could give."""
        return float(np.delete(self.reach, j).sum())


def isfinite_rest(one: Outage) -> bool:
    """Whether some failure leaves less than endless capacity."""
    return min(one.rest_of(j) for j in range(len(one.names))) < inf


def _outage(scope: Counted, names: tuple[str, ...], code: Ints, reach: Floats) -> Outage:
    n = len(names)
    full = np.where(code < 0, n, code)
    gives = np.zeros(n + 1)
    np.add.at(gives, full, reach)
    return Outage(scope, names, scope.by_party(full, n + 1), gives)


def _rows(rule: NMinusOne, one: Outage, which: list[int], matrix: Any, lower: Floats) -> Rows:
    """Matrix x - share x T >= lower, one row a failure."""
    n = len(which)
    return Rows(
        rule=rule.name,
        matrix=matrix,
        lower=lower,
        upper=np.full(n, inf),
        gain=np.zeros(n),
        details=tuple(f"without {one.names[j]}, {one.scope.label}" for j in which),
        total=one.scope.total,
        on_total=np.full(n, -rule.share),
        gain_on_total=np.full(n, PER_POINT),
    )


def _open(rule: NMinusOne, one: Outage) -> Rows:
    """-share x T >= -(what the rest could give), for the failure that leaves the least."""
    worst = min(range(len(one.names)), key=one.rest_of)
    nothing = sp.csr_array((1, one.scope.layout.n))
    return _rows(rule, one, [worst], nothing, np.array([-one.rest_of(worst)]))


def _bought(rule: NMinusOne, one: Outage) -> Rows:
    """T - X_j - share x T >= 0 for every failure."""
    n = len(one.names)
    return _rows(rule, one, list(range(n)), _without_each(one, n), np.zeros(n))


def _without_each(one: Outage, n: int) -> Any:
    all_of_it = sp.csr_array(np.ones((n, 1))) @ one.scope.total
    return sp.csr_array(all_of_it - one.amounts[:n])


def _contracted(rule: NMinusOne, found: list[Outage]) -> Built:
    """T - X_j + sum over i != j of E_i - share x T >= 0, with X_i + E_i <= what i could give."""
    sizes = [len(one.reach) for one in found]
    width, starts = sum(sizes), np.cumsum([0, *sizes]).tolist()
    rows: list[Rows] = []
    for one, at in zip(found, starts[:-1], strict=True):
        n, k = len(one.names), len(one.reach)
        others = _placed(np.ones((n, k)) - np.eye(n, k), at, width)
        fails = _rows(rule, one, list(range(n)), _without_each(one, n), np.zeros(n))
        rows.append(replace(fails, own=others))
        rows += _room(rule, one, at, width)
    cost = np.concatenate([_weights(one) for one in found]) * rule.standby_cost
    columns = Columns(
        rule=rule.name,
        labels=tuple(f"standby {x}, {o.scope.label}" for o in found for x in (*o.names, "others")),
        lower=np.zeros(width),
        upper=np.concatenate([np.where(one.reach > 0, inf, 0.0) for one in found]),
        cost=cost,
        integer=np.zeros(width, np.bool_),
        kind="standby",
    )
    return Built(rows=tuple(rows), columns=columns)


def _weights(one: Outage) -> Floats:
    """Discount and probability of the place and time a scope is in."""
    column = one.scope.column
    return np.full(len(one.reach), float(one.scope.layout.weight[column].max(initial=0.0)))


def _placed(own: Floats, at: int, width: int) -> Any:
    wide = np.zeros((own.shape[0], width))
    wide[:, at : at + own.shape[1]] = own
    return sp.csr_array(wide)


def _room(rule: NMinusOne, one: Outage, at: int, width: int) -> list[Rows]:
    """X_i + E_i <= what party i could give, where that has an end and is not 0."""
    which = np.flatnonzero(np.isfinite(one.reach) & (one.reach > 0))
    if not len(which):
        return []
    n, every = len(which), (*one.names, "others")
    return [
        Rows(
            rule=rule.name,
            matrix=sp.csr_array(one.amounts[which]),
            lower=np.full(n, -inf),
            upper=one.reach[which],
            gain=np.zeros(n),
            details=tuple(f"capacity of {every[k]}, {one.scope.label}" for k in which),
            own=_placed(np.eye(len(one.reach))[which], at, width),
        )
    ]
