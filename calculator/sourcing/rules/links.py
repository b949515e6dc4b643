"""Rows that let a supplier give something only if it is used: x <= K b.

Where a supplier serves several buyers, each lane is linked by what its buyer can take as well
(x <= d b), which is what makes location problems nearly whole of themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats, Ints, Layout
from calculator.sourcing.rows import Rows
from calculator.sourcing.rules.suppliers import Choice


def linked(layout: Layout, rule: str, found: Sequence[Choice], lanes: bool = True) -> Rows:
    """Return X - K b <= 0 for each supplier, and x - d b <= 0 for lanes whose buyer takes less.

    The variables b of all choices stand one after the other.
    """
    amounts = [c.amounts for c in found]
    most = np.concatenate([c.most for c in found])
    blocks, limit, column = [*amounts], most, np.arange(len(most))
    if lanes:
        every = sp.csr_array(sp.vstack(amounts, format="csr"))
        arcs, takes, whose = _lanes(layout, every, most)
        k = len(arcs)
        blocks.append(sp.csr_array((np.ones(k), (np.arange(k), arcs)), shape=(k, layout.n)))
        limit, column = np.concatenate([limit, takes]), np.concatenate([column, whose])
    names = [label for c in found for label in c.labels]
    m = len(limit)
    return Rows(
        rule=rule,
        matrix=sp.csr_array(sp.vstack(blocks, format="csr")),
        lower=np.full(m, -np.inf),
        upper=np.zeros(m),
        gain=np.zeros(m),
        details=tuple(names[k] for k in column),
        own=sp.csr_array((-limit, (np.arange(m), column)), shape=(m, len(most))),
    )


def _lanes(layout: Layout, amounts: Any, most: Floats) -> tuple[Ints, Floats, Ints]:
    """Arcs that carry one supplier's goods alone, what their buyer can take, and the supplier."""
    takes, balance = _takes(layout), sp.csr_array(layout.balance)
    by_column = sp.csc_array(balance)
    found = [
        (j, takes[j], k)
        for k in range(amounts.shape[0])
        for j in _arcs_of(layout, balance, by_column, amounts[[k]].indices)
        if takes[j] < most[k] * (1 - 1e-9)
    ]
    arcs, limit, whose = zip(*found, strict=True) if found else ((), (), ())
    return np.array(arcs, np.int64), np.array(limit, float), np.array(whose, np.int64)


def _arcs_of(layout: Layout, balance: Any, by_column: Any, sources: Ints) -> Iterator[int]:
    """Arcs out of the balances into which nothing but these sources flows."""
    mine = set(sources.tolist())
    made = by_column[:, np.unique(sources)]
    for row in np.unique(made.indices[made.data > 0]):
        span = slice(balance.indptr[row], balance.indptr[row + 1])
        column, value = balance.indices[span], balance.data[span]
        if set(column[value > 0].tolist()) <= mine:
            arcs = (column >= layout.first_arc) & (column < layout.first_use)
            yield from column[arcs & (value < 0)].tolist()


def _takes(layout: Layout) -> Floats:
    """What the end of each arc can take at most: all that leaves that balance, at capacity."""
    entries = sp.coo_array(layout.balance)
    row, column = entries.coords
    leaves = entries.data < 0
    flow = np.where(leaves, -entries.data, 0.0) * np.where(leaves, layout.upper[column], 0.0)
    room = np.bincount(row, flow, minlength=layout.balance.shape[0])
    takes = np.full(layout.n, np.inf)
    comes = (entries.data > 0) & (column >= layout.first_arc) & (column < layout.first_use)
    takes[column[comes]] = room[row[comes]]
    return np.asarray(np.minimum(takes, layout.upper))
