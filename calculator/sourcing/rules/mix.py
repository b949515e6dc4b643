"""Bounds on the mix of what is delivered: how much of it is of one chemistry (MODEL 2.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.amounts import (
    known_goods,
    names_of,
    one_unit,
    ratio_rows,
    row,
    turns,
    used,
    value,
)
from calculator.sourcing.scope import Names


@dataclass(frozen=True)
class DeliveryAtMost(Rule):
    """Some goods are at most a share of all their like: sum of U_g <= share x sum over `among`.

    U_g is what is used of good g: what its demands take and what processes draw of it. So it is
    the same whether each chemistry's cells are delivered themselves or turned into one good by a
    process for each. `among` are the goods that make up the whole; without it, all those of the
    same stage. With `node`, at that place alone. In a network over time or outcomes it holds in
    each period and outcome.
    """

    share: float
    commodity: Names
    among: Names = None
    node: str | None = None

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def build(self, layout: Layout) -> Built:
        """Return one row for each period and outcome."""
        rows = [ratio_rows(self, *part) for part in self._parts(layout)]
        return Built(rows=tuple(rows), notes=idle(self.name, rows))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest share (for a floor the smallest) of any period and outcome."""
        found = []
        for mine, total, _ in self._parts(layout):
            whole = value(total, x)
            if whole > 0:
                found.append(value(mine, x) / whole)
        if not found:
            return 0.0 if self.sense > 0 else 1.0
        return max(found) if self.sense > 0 else min(found)

    def _parts(self, layout: Layout) -> list[tuple[Any, Any, str]]:
        goods, among = self._goods(layout)
        mine, total = used(layout, goods), used(layout, among)
        if self.node is not None:
            here = self._here(layout)
            mine, total = mine * here, total * here
        label = " + ".join(goods)
        return [
            (row(mine * now), row(total * now), ", ".join(filter(None, (label, turn))))
            for turn, now in turns(layout, np.flatnonzero(total))
        ]

    def _here(self, layout: Layout) -> Floats:
        nodes = layout.network.nodes
        here = np.array([self.node in (n.id, n.base) for n in nodes], float)
        if not here.any():
            near = did_you_mean(str(self.node), {n.base or n.id for n in nodes})
            raise SourcingError(f"rule {self.name!r}: unknown node {self.node!r}; {near}", ())
        return np.asarray(here[layout.column_node])

    def _goods(self, layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
        goods = known_goods(self, layout, names_of(self.commodity))
        among = known_goods(self, layout, names_of(self.among)) or self._alike(layout, goods)
        strange = [good for good in goods if good not in among]
        if strange or not goods:
            what = f"{strange[0]!r} is not among the goods it is a share of" if strange else (
                "it names no commodity"
            )  # fmt: skip
            raise SourcingError(f"rule {self.name!r}: {what}; mend commodity or among.", ())
        one_unit(self, layout, among, "name in 'among' goods of one unit")
        return goods, among

    def _alike(self, layout: Layout, goods: tuple[str, ...]) -> tuple[str, ...]:
        every = layout.network.commodities
        stages = {every[layout.commodity_index[good]].stage for good in goods}
        if len(stages) > 1 or None in stages:
            raise SourcingError(
                f"rule {self.name!r}: {', '.join(map(repr, goods))} are not of one named stage; "
                "say in 'among' which goods make up the whole.",
                (),
            )
        return tuple(c.id for c in every if c.counted and c.stage in stages)


@dataclass(frozen=True)
class DeliveryAtLeast(DeliveryAtMost):
    """Some goods are at least a share of all their like: sum of U_g >= share x sum over `among`.

    Counted as by `DeliveryAtMost`.
    """

    sense: ClassVar[int] = -1
