"""Contracts, stocks and the tail of a year's cost, as rules and objective of the optimiser.

Outcome 0 of the network is the quiet state, the others are phases of events. All flows are
yearly rates; a phase of d days counts for the fraction d/365 of a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.numbers import FloatArray
from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.rows import Built, Columns, Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.tail import (
    Turns,
    check_level,
    free_then_positive,
    outcome_costs,
    tail_mean,
    tail_rows,
)

CONTRACTS, STOCKS, HOLDING = "contracts", "stocks", "holding"
_ASKER = "objective 'year_tail'"


@dataclass(frozen=True)
class Limits:
    """Pairs of flows: in a phase, at most a factor of the flow in the quiet state."""

    phase: Any
    """(n,) columns in phases."""
    quiet: Any
    """(n,) columns in the quiet state."""
    factor: FloatArray


@dataclass(frozen=True)
class FirmContracts(Rule):
    """x[phase] <= factor x[quiet]: what is contracted is what is bought when all is quiet.

    A contract is firm: in the quiet state all of it is taken, in an event at most what the event
    leaves of it. A flow over a border that is cut is held to its factor likewise.
    """

    limits: Limits = field(default_factory=lambda: Limits(np.zeros(0), np.zeros(0), np.zeros(0)))
    above: float = 0.0
    """How far a flow may be above, in its unit."""

    limit_field: ClassVar[str] = "above"

    def build(self, layout: Layout) -> Built:
        """Return one row for each pair."""
        n = len(self.limits.factor)
        rows = Rows(
            self.name, self._matrix(layout), np.full(n, -inf), np.full(n, self.above),
            np.ones(n), tuple(layout.labels[int(k)] for k in self.limits.phase),
        )  # fmt: skip
        return Built(rows=(rows,) if n else ())

    def measure(self, layout: Layout, x: FloatArray) -> float:
        """Return the most that a flow is above its contract."""
        over = self._matrix(layout) @ x[: layout.n]
        return float(over.max(initial=0.0))

    def _matrix(self, layout: Layout) -> Any:
        n = len(self.limits.factor)
        row = np.tile(np.arange(n), 2)
        column = np.concatenate([self.limits.phase, self.limits.quiet]).astype(np.int64)
        value = np.concatenate([np.ones(n), -self.limits.factor])
        return sp.csr_array((value, (row, column)), shape=(n, layout.n))


@dataclass(frozen=True)
class Store:
    """The stock of one good: what it costs a year, and how much of each draw it gives."""

    good: str
    carry_per_unit: float
    """A year."""
    least: float
    most: float
    public: float
    draws: tuple[tuple[tuple[int, float], ...], ...]
    """By event: column of each draw, and the years that its rate lasts."""


@dataclass(frozen=True)
class StartStock(Rule):
    """sum_phase years x draw <= k + public: an event draws no more than stood at its start.

    k is decided before, costs its carry, and is the same for every event.
    """

    stores: tuple[Store, ...] = ()
    above: float = 0.0
    """How far a draw may go beyond, in its unit."""

    limit_field: ClassVar[str] = "above"

    def build(self, layout: Layout) -> Built:
        """Return one row for each good and event, and the stocks as variables."""
        parts = self._parts(layout)
        n = len(parts.detail)
        if not n:
            return Built()
        rows = Rows(
            self.name, parts.matrix, np.full(n, -inf), parts.public + self.above, np.ones(n),
            parts.detail, own=parts.own,
        )  # fmt: skip
        columns = Columns(
            rule=self.name,
            labels=tuple(f"stock of {store.good}" for store in self.stores),
            lower=np.array([store.least for store in self.stores]),
            upper=np.array([store.most for store in self.stores]),
            cost=np.array([store.carry_per_unit for store in self.stores]),
            integer=np.zeros(len(self.stores), np.bool_),
            kind=HOLDING,
        )
        return Built(rows=(rows,), columns=columns)

    def measure(self, layout: Layout, x: FloatArray) -> float:
        """Return 0: the stocks are variables of the rule's own and stand above every draw."""
        return 0.0

    def drawn(self, x: FloatArray) -> dict[str, float]:
        """Return the most that an event draws of each good beyond the public stock."""
        return {
            store.good: max(
                [
                    store.least,
                    *(sum(t * float(x[k]) for k, t in one) - store.public for one in store.draws),
                ]
            )
            for store in self.stores
        }

    def _parts(self, layout: Layout) -> _Parts:
        entries: list[tuple[int, int, float]] = []
        own: list[tuple[int, int]] = []
        public: list[float] = []
        detail: list[str] = []
        for s, store in enumerate(self.stores):
            for e, draws in enumerate(store.draws):
                entries += [(len(detail), column, years) for column, years in draws]
                own.append((len(detail), s))
                public.append(store.public)
                detail.append(f"{store.good}, event {e + 1}")
        n = len(detail)
        row, column, value = (np.array(part) for part in zip(*entries, strict=True))
        at = np.array(own, np.int64).reshape(n, 2)
        return _Parts(
            sp.csr_array((value, (row, column)), shape=(n, layout.n)),
            sp.csr_array((-np.ones(n), (at[:, 0], at[:, 1])), shape=(n, len(self.stores))),
            np.array(public),
            tuple(detail),
        )


@dataclass(frozen=True)
class _Parts:
    matrix: Any
    own: Any
    public: FloatArray
    detail: tuple[str, ...]


@dataclass(frozen=True)
class Years:
    """Kinds of year: the quiet one, then one for each event.

    ``share[y, o]`` is the part of a year of kind y that is spent in outcome o; ``chance`` is the
    probability of each kind.
    """

    names: tuple[str, ...]
    chance: FloatArray
    share: FloatArray

    @property
    def weight(self) -> FloatArray:
        """Expected part of a year in each outcome."""
        return np.asarray(self.chance @ self.share)


@dataclass(frozen=True)
class Near:
    """Flows that stay near given ones wherever that costs nothing: + sum weight |x - amount|."""

    column: Any
    amount: FloatArray
    weight: FloatArray

    def built(self, width: int) -> Built:
        """Return d >= x - amount and d >= amount - x, and d at its weight."""
        n = len(self.amount)
        flows = sp.csr_array((np.ones(n), (np.arange(n), self.column)), shape=(n, width))
        own = -sp.eye_array(n, format="csr")
        labels = tuple(f"{_ASKER}: move {k}" for k in range(n))
        rows = tuple(
            Rows(_ASKER, sign * flows, np.full(n, -inf), sign * self.amount, np.zeros(n), labels,
                 own=sp.csr_array(own))
            for sign in (1.0, -1.0)
        )  # fmt: skip
        zero, top = np.zeros(n), np.full(n, inf)
        columns = Columns(_ASKER, labels, zero, top, self.weight, np.zeros(n, np.bool_))
        return Built(rows=rows, columns=columns)


@dataclass(frozen=True)
class YearTail(Objective):
    """(1 - weight) x expected cost + weight x mean of the dearest (1 - level) of years.

    The cost of a year with an event is that of its phases and of the quiet rest. Among plans that
    are as good, the one ``near`` is taken.
    """

    years: Years
    weight: float = 0.0
    level: float = 0.95
    near: Near | None = None

    word: ClassVar[str] = "year_tail"

    def __post_init__(self) -> None:
        check_level(_ASKER, self.level)

    def unit(self, layout: Layout) -> str:
        """Return the currency."""
        return layout.network.currency

    def build(self, layout: Layout) -> Goal:
        """Return money, less a share of the expected cost, plus that share of the tail."""
        near = () if self.near is None else (self.near.built(layout.n),)
        if self.weight == 0.0:
            return Goal(1.0, np.zeros(layout.n), near)
        turns = self.turns(layout)
        return Goal(1.0, -self.weight * turns.mean(), (self._tail(turns), *near))

    def _tail(self, turns: Turns) -> Built:
        """The threshold and what is beyond it, with their rows."""
        rows, weight = tail_rows(_ASKER, turns, self.level)
        n = len(weight)
        columns = Columns(
            rule=_ASKER,
            labels=tuple(f"{_ASKER}: {k}" for k in ("threshold", *turns.names)[:n]),
            lower=free_then_positive(n),
            upper=np.full(n, inf),
            cost=self.weight * weight,
            integer=np.zeros(n, np.bool_),
        )
        return Built((rows,), columns=columns)

    def measure(self, layout: Layout, x: FloatArray, cost: float) -> float:
        """Return the weighted mean at the flows `x`."""
        turns = self.turns(layout)
        each = turns.costs(x)
        tail = tail_mean(each, turns.probability, self.level)
        return float(cost + self.weight * (tail - turns.probability @ each))

    def turns(self, layout: Layout) -> Turns:
        """Return the cost of each kind of year, which outcomes it is made of by their shares."""
        found = outcome_costs(layout, _ASKER)
        known = {outcome.id: k for k, outcome in enumerate(layout.network.outcomes)}
        share = self.years.share[:, [known[name] for name in found.names]]
        cost = sp.csr_array(sp.csr_array(share) @ found.cost)
        return Turns(self.years.names, self.years.chance, cost)


def held(rule: StartStock, amounts: Mapping[str, float]) -> StartStock:
    """Return the rule with its stocks as they are given."""
    stores = tuple(
        replace(s, least=amounts.get(s.good, s.least), most=amounts.get(s.good, s.least))
        for s in rule.stores
    )
    return replace(rule, stores=stores)
