"""The optimisation problem as plain matrices, whatever network and rules it came from.

minimise cost'x  subject to  row_lower <= A x <= row_upper,  lower <= x <= upper,
||V_k x||_2 <= r_k'x + d_k.

The first columns are the variables of the `Layout`; totals of share rules follow as auxiliary
variables. Rows: balances, definitions of totals, then the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Cone, Rows

_SHARED_BY = 3  # rows that refer to one total before it earns a variable of its own


@dataclass(frozen=True)
class ConeBlock:
    """||vectors x||_2 <= reach x + offset over all columns; `reach` is one sparse row."""

    vectors: Any
    reach: Any
    offset: float = 0.0


@dataclass(frozen=True)
class Canonical:
    """One problem; `n_flow` columns are flows, the rest auxiliary."""

    cost: Floats
    matrix: Any
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cones: tuple[ConeBlock, ...]
    n_flow: int

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


@dataclass(frozen=True)
class Stack:
    """A canonical problem and where each rule's rows and cones stand in it."""

    canonical: Canonical
    rows: tuple[tuple[Rows, int], ...]
    cones: tuple[Cone, ...]

    @property
    def first_rule_row(self) -> int:
        """First row that belongs to a rule."""
        return self.rows[0][1] if self.rows else self.canonical.m


def stack(layout: Layout, built: Sequence[Built]) -> Stack:
    """Put balances and rules on top of each other."""
    rows = [r for b in built for r in b.rows]
    cones = tuple(c for b in built for c in b.cones)
    shared = [r for r in rows if r.total is not None and r.matrix.shape[0] >= _SHARED_BY]
    n, extra = layout.n, len(shared)
    column_of = {id(r): n + k for k, r in enumerate(shared)}
    blocks = [_wide(layout.balance, extra)]
    blocks += [_definition(r, column_of[id(r)], n + extra) for r in shared]
    first = layout.balance.shape[0] + extra
    blocks += [_rule_block(r, column_of.get(id(r)), extra) for r in rows]
    sizes = [r.matrix.shape[0] for r in rows]
    starts = first + np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    free = np.full(extra, np.inf)
    canonical = Canonical(
        cost=np.concatenate([layout.cost, np.zeros(extra)]),
        matrix=sp.csr_array(sp.vstack(blocks, format="csr")),
        row_lower=np.concatenate([np.zeros(first), *(r.lower for r in rows)]),
        row_upper=np.concatenate([np.zeros(first), *(r.upper for r in rows)]),
        lower=np.concatenate([layout.lower, np.zeros(extra)]),
        upper=np.concatenate([layout.upper, free]),
        cones=tuple(
            ConeBlock(_wide(c.vectors, extra), _wide(c.reach, extra), c.offset) for c in cones
        ),
        n_flow=n,
    )
    return Stack(canonical, tuple(zip(rows, starts[:-1].tolist(), strict=True)), cones)


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


def _rule_block(rows: Rows, column: int | None, extra: int) -> Any:
    if column is None:
        return _wide(rows.expanded(), extra)
    wide = sp.coo_array(_wide(rows.matrix, extra))
    k = rows.matrix.shape[0]
    assert rows.on_total is not None
    at_row = np.concatenate([wide.coords[0], np.arange(k)])
    at_column = np.concatenate([wide.coords[1], np.full(k, column)])
    value = np.concatenate([wide.data, rows.on_total])
    return sp.csr_array((value, (at_row, at_column)), shape=wide.shape)
