"""A cap on the mean of the dearest outcomes (MODEL 2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Columns, Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.tail import (
    check_level,
    free_then_positive,
    outcome_costs,
    tail_mean,
    tail_rows,
)


@dataclass(frozen=True)
class CVaRCap(Rule):
    """The mean of the dearest (1 - level) of outcomes costs at most the limit.

    t + 1/(1-level) sum_w p_w u_w <= limit, u_w >= cost_w - t, u_w >= 0. cost_w is what the flows
    cost in outcome w, those in no outcome included, before its probability; charges of other
    rules are not in it. Level 0 caps the mean, 1 the worst.
    """

    limit_amount: float
    level: float = 0.95

    limit_field: ClassVar[str] = "limit_amount"
    bounds: ClassVar[tuple[float, float]] = (-inf, inf)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_level(f"rule {self.name!r}", self.level)

    def build(self, layout: Layout) -> Built:
        """Return the cap, and the rows and variables of the tail."""
        turns = outcome_costs(layout, f"rule {self.name!r}")
        if self.level == 0.0:
            return Built((self._cap(sp.csr_array(turns.mean()[None, :]), None),))
        rows, weight = tail_rows(self.name, turns, self.level)
        n = len(weight)
        columns = Columns(
            rule=self.name,
            labels=tuple(f"{self.name}: {k}" for k in ("threshold", *turns.names)[:n]),
            lower=free_then_positive(n),
            upper=np.full(n, inf),
            cost=np.zeros(n),
            integer=np.zeros(n, np.bool_),
        )
        cap = self._cap(sp.csr_array((1, layout.n)), sp.csr_array(weight[None, :]))
        return Built((cap, rows), columns=columns)

    def _cap(self, flows: sp.csr_array, own: sp.csr_array | None) -> Rows:
        limit, none = np.array([self.limit_amount]), np.array([-inf])
        return Rows(self.name, flows, none, limit, np.ones(1), ("the tail",), own=own)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the mean of the dearest outcomes."""
        turns = outcome_costs(layout, f"rule {self.name!r}")
        return tail_mean(turns.costs(x), turns.probability, self.level)

    def limit_unit(self, layout: Layout) -> str:
        """Return the currency."""
        return layout.network.currency
