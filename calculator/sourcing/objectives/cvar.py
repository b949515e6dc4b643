"""Cost with an eye on the dear outcomes: a mean of the expected and the tail."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.rows import Built, Columns
from calculator.sourcing.rules.tail import (
    Turns,
    check_level,
    free_then_positive,
    outcome_costs,
    tail_mean,
    tail_rows,
)

_ASKER = "objective 'mean_cvar'"


@dataclass(frozen=True)
class MeanCVaR(Objective):
    """(1 - weight) x expected cost + weight x mean of the dearest (1 - level) of outcomes.

    Charges of rules are the same in every outcome and count in full.
    """

    weight: float = 0.5
    level: float = 0.95

    word: ClassVar[str] = "mean_cvar"

    def __post_init__(self) -> None:
        check_level(_ASKER, self.level)
        if not 0.0 <= self.weight <= 1.0:
            raise SourcingError(
                f"{_ASKER}: weight is {self.weight:g}; give a share between 0 and 1.", ()
            )

    def unit(self, layout: Layout) -> str:
        """Return the currency."""
        return layout.network.currency

    def build(self, layout: Layout) -> Goal:
        """Return money, less a share of the expected cost, plus that share of the tail."""
        turns = self._turns(layout)
        if self.weight == 0.0 or self.level == 0.0:
            return Goal(1.0, np.zeros(layout.n))
        rows, weight = tail_rows(_ASKER, turns, self.level)
        n = len(weight)
        columns = Columns(
            rule=_ASKER,
            labels=tuple(f"{_ASKER}: {k}" for k in ("threshold", *turns.names)[:n]),
            lower=free_then_positive(n),
            upper=np.full(n, inf),
            cost=self.weight * weight,
            integer=np.zeros(n, np.bool_),
        )
        return Goal(1.0, -self.weight * turns.mean(), (Built((rows,), columns=columns),))

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the weighted mean at the flows `x`."""
        turns = self._turns(layout)
        each = turns.costs(x)
        tail = tail_mean(each, turns.probability, self.level)
        return float(cost + self.weight * (tail - turns.probability @ each))

    def _turns(self, layout: Layout) -> Turns:
        return outcome_costs(layout, _ASKER)
