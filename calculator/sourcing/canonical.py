"""The optimisation problem as plain matrices, whatever network and rules it came from.

minimise cost'x  subject to  row_lower <= A x <= row_upper,  lower <= x <= upper,
||V_k x||_2 <= r_k'x + d_k.

The first columns are the variables of the `Layout`; totals of share rules follow as auxiliary
variables, then the rules' own variables. Rows: balances, definitions of totals, then the rules.
Some columns may be whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import COST_KINDS, Floats, Ints, Layout
from calculator.sourcing.rows import Built, Charge, Columns, Cone, Rows

_SHARED_BY = 3  # rows that refer to one total before it earns a variable of its own


@dataclass(frozen=True)
class ConeBlock:
    """||vectors x||_2 <= reach x + offset over all columns; `reach` is one sparse row."""

    vectors: Any
    reach: Any
    offset: float = 0.0


@dataclass(frozen=True)
class Canonical:
    """One problem; `n_flow` columns are flows, the rest auxiliary; `integer` ones are whole."""

    cost: Floats
    matrix: Any
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cones: tuple[ConeBlock, ...]
    n_flow: int
    integer: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def n(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def m(self) -> int:
        """Number of linear rows."""
        return len(self.row_lower)

    def with_cost(self, cost: Floats) -> Canonical:
        """Return the same feasible set under another cost."""
        return replace(self, cost=cost)

    def relaxed(self) -> Canonical:
        """Return the problem with whole numbers allowed to be any."""
        return replace(self, integer=np.zeros(0, np.int64))

    def held(self, x: Floats) -> Canonical:
        """Return the problem with its whole numbers fixed where `x` has them."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[self.integer] = upper[self.integer] = np.round(x[self.integer])
        return replace(self.relaxed(), lower=lower, upper=upper)


@dataclass(frozen=True)
class Stack:
    """A canonical problem and where each rule's rows, cones and variables stand in it.

    `money_by_kind` is what each column costs, by kind, whatever the objective.
    """

    canonical: Canonical
    rows: tuple[tuple[Rows, int], ...]
    cones: tuple[Cone, ...]
    columns: tuple[tuple[Columns, int], ...]
    charges: tuple[Charge, ...]
    money_by_kind: Mapping[str, Floats]

    @property
    def money(self) -> Floats:
        """What each column costs."""
        return np.asarray(sum(self.money_by_kind.values()))


def stack(layout: Layout, built: Sequence[Built], goal: Goal | None = None) -> Stack:
    """Put balances and rules on top of each other, under the goal (default: the cost)."""
    parts = [*built, *(goal.built if goal else ())]
    place = _Places.of(layout, parts)
    first = layout.balance.shape[0] + place.totals
    blocks = [_wide(layout.balance, place.width - layout.n)]
    blocks += [_definition(r, place.total_of[id(r)], place.width) for r in place.shared]
    blocks += [_rule_block(r, start, place) for r, start in place.rows]
    sizes = [r.matrix.shape[0] for r, _ in place.rows]
    starts = first + np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = [r for r, _ in place.rows]
    by_kind = _money_by_kind(layout, parts, place)
    canonical = Canonical(
        cost=_goal_vector(goal, by_kind, place),
        matrix=sp.csr_array(sp.vstack(blocks, format="csr")),
        row_lower=np.concatenate([np.zeros(first), *(r.lower for r in rows)]),
        row_upper=np.concatenate([np.zeros(first), *(r.upper for r in rows)]),
        lower=place.spread(layout.lower, "lower"),
        upper=place.spread(layout.upper, "upper", np.inf),
        cones=tuple(_cone_block(c, start, place) for c, start in place.cones),
        n_flow=layout.n,
        integer=place.integer(),
    )
    return Stack(
        canonical,
        tuple(zip(rows, starts[:-1].tolist(), strict=True)),
        tuple(c for c, _ in place.cones),
        place.columns,
        tuple(charge for part in parts for charge in part.charges),
        by_kind,
    )


@dataclass(frozen=True)
class _Places:
    """Where what stands: flows, then shared totals, then the rules' own variables."""

    n_flow: int
    shared: tuple[Rows, ...]
    total_of: Mapping[int, int]
    rows: tuple[tuple[Rows, int], ...]
    cones: tuple[tuple[Cone, int], ...]
    columns: tuple[tuple[Columns, int], ...]
    width: int

    @classmethod
    def of(cls, layout: Layout, built: Sequence[Built]) -> _Places:
        every = [r for b in built for r in b.rows]
        shared = tuple(r for r in every if r.total is not None and r.matrix.shape[0] >= _SHARED_BY)
        at = layout.n + len(shared)
        rows: list[tuple[Rows, int]] = []
        cones: list[tuple[Cone, int]] = []
        columns: list[tuple[Columns, int]] = []
        for b in built:
            rows += [(r, at) for r in b.rows]
            cones += [(c, at) for c in b.cones]
            if b.columns is not None:
                columns.append((b.columns, at))
                at += b.columns.n
        total_of = {id(r): layout.n + k for k, r in enumerate(shared)}
        return cls(layout.n, shared, total_of, tuple(rows), tuple(cones), tuple(columns), at)

    @property
    def totals(self) -> int:
        return len(self.shared)

    def spread(self, flows: Floats, field: str, total: float = 0.0) -> Floats:
        """One number a column: the flows', that of totals, and a field of the own variables."""
        parts = [flows, np.full(self.totals, total)]
        return np.concatenate([*parts, *(getattr(c, field) for c, _ in self.columns)])

    def integer(self) -> Ints:
        found = [start + np.flatnonzero(c.integer) for c, start in self.columns]
        return np.concatenate([np.zeros(0, np.int64), *found]).astype(np.int64)


def _money_by_kind(layout: Layout, built: Sequence[Built], place: _Places) -> dict[str, Floats]:
    """Cost of each column by kind: that of the flows, the rules' charges and own variables."""
    kinds = COST_KINDS if layout.network.periods else COST_KINDS[:-1]
    found = {k: np.zeros(place.width) for k in kinds}
    for k, values in zip(kinds, layout.cost_by_kind, strict=False):
        found[k][: layout.n] = values
    for charge in (c for b in built for c in b.charges):
        found.setdefault(charge.kind, np.zeros(place.width))[: layout.n] += charge.cost
    for columns, start in place.columns:
        if columns.kind:
            into = found.setdefault(columns.kind, np.zeros(place.width))
            into[start : start + columns.n] += columns.cost
    return found


def _goal_vector(goal: Goal | None, by_kind: Mapping[str, Floats], place: _Places) -> Floats:
    """What is minimised: the money, or the goal's weights on money, flows and own variables."""
    money = np.asarray(sum(by_kind.values()))
    if goal is None:
        return money
    vector = goal.money * money
    vector[: place.n_flow] += goal.flows
    for columns, start in place.columns:
        if not columns.kind:
            vector[start : start + columns.n] += columns.cost
    return np.asarray(vector)


def _wide(matrix: Any, extra: int) -> Any:
    """Append empty columns."""
    matrix = sp.csr_array(matrix)
    shape = (matrix.shape[0], matrix.shape[1] + extra)
    return sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=shape)


def _definition(rows: Rows, column: int, width: int) -> Any:
    """Return the row of total x - t = 0."""
    total = sp.coo_array(rows.total)
    entries = np.append(total.data, -1.0)
    at = np.append(total.coords[1], column)
    return sp.csr_array((entries, (np.zeros(len(at), np.int64), at)), shape=(1, width))


def _rule_block(rows: Rows, first_own: int, place: _Places) -> Any:
    column = place.total_of.get(id(rows))
    extra = place.width - place.n_flow
    if column is None:
        wide = sp.coo_array(_wide(rows.expanded(), extra))
    else:
        wide = sp.coo_array(_wide(rows.matrix, extra))
    at_row, at_column, value = [wide.coords[0]], [wide.coords[1]], [wide.data]
    if column is not None and rows.on_total is not None:
        k = rows.matrix.shape[0]
        at_row.append(np.arange(k))
        at_column.append(np.full(k, column))
        value.append(rows.on_total)
    if rows.own is not None:
        own = sp.coo_array(rows.own)
        at_row.append(own.coords[0])
        at_column.append(first_own + own.coords[1])
        value.append(own.data)
    entries = (np.concatenate(value), (np.concatenate(at_row), np.concatenate(at_column)))
    return sp.csr_array(entries, shape=wide.shape)


def _cone_block(cone: Cone, first_own: int, place: _Places) -> ConeBlock:
    return ConeBlock(
        _placed(cone.vectors, cone.own_vectors, first_own, place),
        _placed(cone.reach, cone.own_reach, first_own, place),
        cone.offset,
    )


def _placed(flows: Any, own: Any, first_own: int, place: _Places) -> Any:
    """A matrix over the flows and one over own variables, in their columns."""
    wide = _wide(flows, place.width - place.n_flow)
    if own is None:
        return wide
    small = sp.coo_array(own)
    entries = (small.data, (small.coords[0], first_own + small.coords[1]))
    return sp.csr_array(wide + sp.csr_array(entries, shape=wide.shape))
