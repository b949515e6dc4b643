"""Credits and grants on what is made in a country, as rules of the optimiser.

With m the units made there, in the flows, and w the units paid for:
w <= m, w <= most; the cost gains -credit x w, under "credit".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Columns, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules import CostShare
from calculator.sourcing.rules.amounts import row
from calculator.sourcing.scope import counted_whole


def made_in(layout: Layout, stage: str, country: str) -> Floats:
    """Units of a stage's goods that each flow makes in a country."""
    found = np.zeros(layout.n)
    there = np.array([node.country == country for node in layout.network.nodes], np.bool_)
    for scope in counted_whole(layout, None, stage):
        at = there[scope.node]
        found += np.bincount(scope.column[at], scope.per_unit[at], layout.n)
    return found


@dataclass(frozen=True)
class MadeCredit(Rule):
    """Money is paid for each unit that is made in a country, up to so many units.

    Its shadow price is what is paid for, with the other sign: +1 of the credit lowers the cost by
    the units paid.
    """

    credit: float
    country: str
    stage: str = "cell"
    most: float = inf

    unit: ClassVar[str] = "money per unit made"
    limit_field: ClassVar[str] = "credit"

    def build(self, layout: Layout) -> Built:
        """Return the units paid for and their one row."""
        made = made_in(layout, self.stage, self.country) * layout.weight
        if not made.any():
            return Built(notes=idle(self.name, ()))
        columns = Columns(
            rule=self.name,
            labels=(f"paid for in {self.country}",),
            lower=np.zeros(1),
            upper=np.array([self.most]),
            cost=np.array([-self.credit]),
            integer=np.array([False]),
            kind="credit",
            gain=np.array([-1.0]),
        )
        rows = Rows(
            rule=self.name,
            matrix=row(-made),
            lower=np.array([-inf]),
            upper=np.zeros(1),
            gain=np.zeros(1),
            details=(f"made in {self.country}",),
            own=sp.csr_array(np.ones((1, 1))),
        )
        return Built(rows=(rows,), columns=columns)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the credit: it is kept by whatever plan."""
        return self.credit

    def limit_unit(self, layout: Layout) -> str:
        """Return money per unit in the currency of the network."""
        return f"{layout.network.currency} per unit made"


@dataclass(frozen=True)
class MadeCostShare(CostShare):
    """A cost share with a credit on what is made in one country at one stage, if it is met.

    The share is that of the whole plan, since flows do not say which cell a kilogram went into.
    """

    made_in: str = ""
    made_stage: str = "cell"

    def credited_units(self, layout: Layout) -> Floats:
        """Return, for each flow, the units made there."""
        return made_in(layout, self.made_stage, self.made_in)
