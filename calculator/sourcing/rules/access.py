"""What one buyer can get: a share of what a source makes in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats, Ints, Layout
from calculator.sourcing.rows import Built, Rows, idle
from calculator.sourcing.rule_base import Rule

PER_POINT = 0.01


@dataclass(frozen=True)
class MarketAccess(Rule):
    """No source gives one buyer more than a share of its capacity: x_j <= share x K_j.

    On every supply and process with a capacity; those of nodes in the group `outside` (the
    buyer's own plants and scrap) are left out. A source without a capacity has no limit here.
    """

    share: float
    outside: str | None = None

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def build(self, layout: Layout) -> Built:
        """Return one row for each source."""
        at = self.columns(layout)
        if not len(at):
            return Built(notes=idle(self.name, ()))
        n = len(at)
        full = layout.upper[at]
        rows = Rows(
            rule=self.name,
            matrix=sp.csr_array((np.ones(n), (np.arange(n), at)), shape=(n, layout.n)),
            lower=np.full(n, -np.inf),
            upper=self.share * full,
            gain=PER_POINT * full,
            details=tuple(layout.labels[j] for j in at),
        )
        return Built(rows=(rows,))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest share taken of any one source."""
        return float(self._taken(layout, x).max(initial=0.0))

    def _taken(self, layout: Layout, x: Floats) -> Floats:
        at = self.columns(layout)
        return np.asarray(x[at] / layout.upper[at])

    def columns(self, layout: Layout) -> Ints:
        """Return the variables it limits.

        Those of supplies and processes with a capacity above 0, but for the group left out.
        """
        net = layout.network
        own = {node.id for node in net.nodes if self.outside in node.groups}
        at = [s.node for s in net.supplies] + [p.node for p in net.processes]
        others = np.array([node not in own for node in at], np.bool_)
        full = layout.upper[: layout.first_arc]
        return np.flatnonzero(others & np.isfinite(full) & (full > 0))
