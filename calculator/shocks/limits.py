"""Which point holds the output down: back from the product along what suffices for least."""

from __future__ import annotations

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.levels import Ints, Levels

_SLIGHT = 1e-9


def binding_rows(sheet: Levels, limit: FloatArray, reach: FloatArray, product: Ints) -> Ints:
    """(E,): row of the point that binds a product.

    A point binds itself where events leave less of its own flow than its inputs suffice for;
    else that input binds which suffices for the least, or what binds that.

    Args:
        sheet: the chain.
        limit: (P, E) share of the planned flow that events leave.
        reach: (P, E) share of the need that flow, stock and other sources together can give.
        product: (E,) row of the product.
    """
    columns = np.arange(limit.shape[1])
    binds = np.tile(np.arange(len(limit))[:, None], (1, len(columns)))
    for level in sheet.levels:
        least = np.repeat(level.lead[:, None], len(columns), axis=1)
        for k, source in level.more:
            least[k] = np.where(reach[source] < reach[least[k], columns], source, least[k])
        for k, to in enumerate(level.target):
            by_input = reach[least[k], columns] < limit[to] - _SLIGHT
            binds[to] = np.where(by_input, binds[least[k], columns], to)
    return np.asarray(binds[product, columns])
