"""The mean of the dear tail: conditional value at risk of a cost over outcomes.

CVaR_a = min_t t + 1/(1-a) sum_w p_w max(cost_w - t, 0) (Rockafellar and Uryasev 2000): the mean
of the dearest (1-a) of all outcomes. At a = 0 it is the mean, towards a = 1 the worst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Rows


@dataclass(frozen=True)
class Turns:
    """Turns of events: names, probabilities, and (turns, flows) what a unit of each flow costs."""

    names: tuple[str, ...]
    probability: Floats
    cost: Any

    def costs(self, x: Floats) -> Floats:
        """Return the cost of each turn at the flows `x`."""
        return np.asarray(self.cost @ x[: self.cost.shape[1]])

    def mean(self) -> Floats:
        """Return the expected cost of a unit of each flow."""
        return np.asarray(self.probability @ self.cost)


def outcome_costs(layout: Layout, asker: str) -> Turns:
    """Return what each outcome of the network costs, what is in no outcome being in all.

    Discounts of periods are kept. An outcome of probability 0 is left out.

    Raises:
        SourcingError: the network has no outcomes.
    """
    outcomes = [o for o in layout.network.outcomes if o.probability > 0]
    if not outcomes:
        raise SourcingError(
            f"{asker}: the network has no outcomes; give it outcomes with probabilities, and "
            f"nodes that are in them.",
            (),
        )
    of_node = [node.outcome for node in layout.network.nodes]
    of_column = np.array([of_node[k] or "" for k in layout.column_node], dtype=object)
    rows = [
        np.where(of_column == o.id, layout.cost / o.probability, 0.0)
        + np.where(of_column == "", layout.cost, 0.0)
        for o in outcomes
    ]
    weight = np.array([o.probability for o in outcomes])
    return Turns(tuple(o.id for o in outcomes), weight / weight.sum(), sp.csr_array(np.array(rows)))


def tail_mean(cost: Floats, probability: Floats, level: float) -> float:
    """Return CVaR of a discrete cost: the mean of its dearest (1 - level)."""
    order = np.argsort(-cost)
    dear, p = cost[order], probability[order]
    room = 1.0 - level
    if room <= 0:
        return float(dear[0])
    before = np.concatenate([[0.0], np.cumsum(p)[:-1]])
    taken = np.clip(room - before, 0.0, p)
    return float(dear @ taken / taken.sum())


def tail_rows(owner: str, turns: Turns, level: float) -> tuple[Rows, Floats]:
    """Return u_w + t - cost_w x >= 0, and the weights that make CVaR of (t, u_1, u_2, ...).

    At level 1 there is no u: t is the worst.
    """
    n = len(turns.names)
    extra = n if level < 1.0 else 0
    ones = sp.csr_array(np.ones((n, 1)))
    own = sp.hstack([ones, sp.eye_array(n)], format="csr") if extra else ones
    rows = Rows(
        rule=owner,
        matrix=sp.csr_array(-turns.cost),
        lower=np.zeros(n),
        upper=np.full(n, np.inf),
        gain=np.zeros(n),
        details=turns.names,
        own=sp.csr_array(own),
    )
    weight = turns.probability / (1.0 - level) if extra else np.zeros(0)
    return rows, np.append(1.0, weight)


def check_level(asker: str, level: float) -> None:
    """Refuse a level outside 0 to 1."""
    if not 0.0 <= level <= 1.0:
        raise SourcingError(
            f"{asker}: level is {level:g}; give a share between 0 (the mean) and 1 (the worst).", ()
        )


def free_then_positive(n: int) -> Floats:
    """Return lower bounds of (t, u_1, ...): t is any number."""
    lower = np.zeros(n)
    lower[0] = -np.inf
    return lower
