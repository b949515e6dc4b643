"""A least share of a variable total: so much of a material comes from some parties at least.

X is what the parties supply of a material at a stage, T the variable total there, supply without
a country included. The benchmarks of domestic extraction and processing in the EU Critical Raw
Materials Act are `ShareFloor(..., 0.10, group="EU", stage="mining")` and their like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.rows import Built, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.accounts import share_rows
from calculator.sourcing.scope import EACH, Counted, Names, counted, parties


@dataclass(frozen=True)
class ShareFloor(Rule):
    """Parties together supply at least a share of the variable total: X >= share x T.

    `country`, `owner` or `group` name them. Supply without a country is nobody's, so it counts in
    T alone. Where none of them has a source, the floor can be met by sourcing nothing at all.
    Without material or stage it holds for each there is.
    """

    share: float
    country: Names = None
    owner: Names = None
    group: Names = None
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    period: str | None = None

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if EACH in (self.country, self.owner, self.group):
            raise SourcingError(
                f"rule {self.name!r}: 'each' names nobody; name countries, owners or a group that "
                "supply at least so much together.",
                (),
            )

    def build(self, layout: Layout) -> Built:
        """Return one row for each (material, stage), by period and outcome."""
        rows = [
            share_rows(self, scope, scope.row(mine), ("",), self.sense)
            for scope, mine in self._scopes(layout)
        ]
        return Built(rows=tuple(rows), notes=idle(self.name, rows))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the least share of any (material, stage); 1 where nothing is sourced."""
        shares = (_share(scope, mine, x) for scope, mine in self._scopes(layout))
        return min(shares, default=1.0)

    def _scopes(self, layout: Layout) -> Iterator[tuple[Counted, Bools]]:
        """What is counted, and which of its sources are theirs."""
        party = parties(layout, self.country, self.owner, self.group)
        scopes = counted(layout, self.material, self.stage, self.commodity, self.period)
        for scope in scopes:
            yield scope, np.asarray(party.of_node[scope.node] >= 0)


def _share(scope: Counted, mine: Bools, x: Floats) -> float:
    total = float((scope.total @ x)[0])
    return float((scope.row(mine) @ x)[0]) / total if total > 0 else 1.0
