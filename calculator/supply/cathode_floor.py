"""Recycled content of an element, the cathodes that are recycled directly counted.

A floor at the refinery sees metal alone; a cathode that is recycled as such brings its metal past
the refinery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.sourcing.layout import Layout
from calculator.sourcing.rules.share import RecycledFloor
from calculator.sourcing.scope import Counted, counted_whole
from calculator.supply.makers import ACTIVE
from calculator.supply.recycled import DIRECT

if TYPE_CHECKING:
    from calculator.supply.api import SupplyNetwork


@dataclass(frozen=True)
class CathodeFloor(RecycledFloor):
    """Recycled content of an element, directly recycled cathodes counted.

    R + D >= share x (T + D), with R recycled of the T refined, and D what directly recycled
    cathodes hold of the element (`symbol` in their contents).
    """

    symbol: str = ""

    def whole(self, layout: Layout) -> Counted:
        """Return what is refined, and what directly recycled cathodes hold."""
        refined = super().whole(layout)
        cathodes = [_direct(c) for c in _held(layout, self.symbol)]
        return _joined((refined, *cathodes))


def with_cathodes(floor: RecycledFloor, supply: SupplyNetwork) -> RecycledFloor:
    """The floor with directly recycled cathodes counted, where the network has any.

    As it is at a stage of its own choice, or for a material that is not followed.
    """
    chain = next((c for c in supply.chains.values() if c.end.material == floor.element), None)
    direct = any(process.route == DIRECT for process in supply.network.processes)
    if chain is None or not direct or floor.stage not in (None, chain.end.stage):
        return floor
    stated = {f.name: getattr(floor, f.name) for f in fields(floor)}
    return CathodeFloor(**{**stated, "stage": chain.end.stage, "symbol": chain.element})


def _held(layout: Layout, symbol: str) -> tuple[Counted, ...]:
    goods = (c for c in layout.network.commodities if c.counted and c.stage == ACTIVE)
    if not any(symbol in good.contents for good in goods):
        return ()
    return counted_whole(layout, symbol, ACTIVE)


def _direct(scope: Counted) -> Counted:
    keep = np.array([route == DIRECT for route in scope.route], np.bool_)
    column, weight, source = scope.column[keep], scope.weight[keep], scope.source[keep]
    return replace(scope, column=column, weight=weight, source=source)


def _joined(scopes: Sequence[Counted]) -> Counted:
    return replace(
        scopes[0],
        column=np.concatenate([s.column for s in scopes]),
        weight=np.concatenate([s.weight for s in scopes]),
        source=np.concatenate([s.source for s in scopes]),
    )
