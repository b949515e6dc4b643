"""The part of every flow that touched a country, as linear rows (MODEL 2.4.13).

Each flow x_j has a touched part y_j <= x_j. All of a flow at a node in the country is touched, a
supply elsewhere is not. Elsewhere touched goods in are touched goods out, at every node and for
every good; t_kg is what process k draws touched of good g, u_kg what it draws of it per unit of
activity. Which of the goods that meet at a node goes where is free:

- kept apart, a process touches y_k >= t_kg / u_kg for the input with the most of it: the least
  touched that goods apart from each other can give, exact where chains have goods or nodes of
  their own;
- mixed, touched inputs spread: y_k <= sum over g of t_kg / u_kg, the most that can be touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Bools, Floats, Ints, Layout
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import OPTIMAL
from calculator.sourcing.solving.solvers import solve_canonical

_ROOMS = (0.0, 1e-10, 1e-8, 1e-6)  # of the largest flow: what a plan may miss its balance by


@dataclass(frozen=True)
class Touched:
    """Own variables: y of every flow outside the country but supplies, then t of every draw.

    `balance` (over flows, those inside, all of them touched) and `own` are the touched balance
    of each good at each node outside. `draw_of` is the own variable y of the process of each
    draw, `draw_units` its u.
    """

    layout: Layout
    inside: Bools
    flow: Ints
    balance: Any
    own: Any
    draw_of: Ints
    draw_units: Floats

    @property
    def n(self) -> int:
        """Number of own variables."""
        return len(self.flow) + len(self.draw_of)

    def within(self) -> tuple[Any, Any]:
        """Return y_j - x_j (<= 0) as matrices over flows and own variables."""
        k, at = len(self.flow), np.arange(len(self.flow))
        flows = sp.csr_array((-np.ones(k), (at, self.flow)), shape=(k, self.layout.n))
        return flows, sp.csr_array((np.ones(k), (at, at)), shape=(k, self.n))

    def apart(self) -> Any:
        """Return t_kg / u_kg - y_k (<= 0) over own variables."""
        k, at = len(self.draw_of), np.arange(len(self.draw_of))
        entries = np.concatenate([1.0 / self.draw_units, -np.ones(k)])
        column = np.concatenate([len(self.flow) + at, self.draw_of])
        return sp.csr_array((entries, (np.tile(at, 2), column)), shape=(k, self.n))

    def mixed(self) -> Any:
        """Return y_k - sum of t_kg / u_kg (<= 0) of every process, over own variables."""
        at = np.arange(len(self.draw_of))
        process, which = np.unique(self.draw_of, return_inverse=True)
        entries = np.concatenate([-1.0 / self.draw_units, np.ones(len(process))])
        rows = np.concatenate([which, np.arange(len(process))])
        column = np.concatenate([len(self.flow) + at, process])
        return sp.csr_array((entries, (rows, column)), shape=(len(process), self.n))

    def of(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return the touched part of a weighted sum of flows: over flows, over own variables."""
        own = np.zeros(self.n)
        own[: len(self.flow)] = weights[self.flow]
        return np.where(self.inside, weights, 0.0), own


def touched(layout: Layout, countries: tuple[str, ...]) -> Touched:
    """Return the touched parts of every flow of a network."""
    at_home = np.array([n.country in countries for n in layout.network.nodes], np.bool_)
    inside = at_home[layout.column_node]
    flow = np.flatnonzero(~inside & (np.arange(layout.n) >= layout.first_process))
    number = np.full(layout.n, -1, np.int64)
    number[flow] = np.arange(len(flow))
    balance = sp.coo_array(layout.balance)
    abroad = ~at_home[layout.pair_node][balance.coords[0]]
    pair, column, amount = (v[abroad] for v in (*balance.coords, balance.data))
    is_process = (column >= layout.first_process) & (column < layout.first_arc)
    draws = is_process & (amount < 0)
    whole, part = inside[column] & ~draws, (number[column] >= 0) & ~draws
    own_column = np.concatenate([number[column[part]], len(flow) + np.arange(draws.sum())])
    own_pair = np.concatenate([pair[part], pair[draws]])
    own_amount = np.concatenate([amount[part], -np.ones(int(draws.sum()))])
    rows, n_own = layout.balance.shape[0], len(flow) + int(draws.sum())
    used = np.unique(np.concatenate([pair[whole], own_pair]))
    inner = sp.csr_array((amount[whole], (pair[whole], column[whole])), shape=(rows, layout.n))
    own = sp.csr_array((own_amount, (own_pair, own_column)), shape=(rows, n_own))
    return Touched(
        layout, inside, flow, inner[used], own[used], number[column[draws]], -amount[draws]
    )


def touched_share(parts: Touched, x: Floats, weights: Floats, *, least: bool) -> float:
    """Return the least (or most) touched share of a weighted sum of the flows `x`.

    Raises:
        SourcingError: the flows do not balance.
    """
    flows = np.maximum(x[: parts.layout.n], 0.0)
    whole = float(weights @ flows)
    if whole <= 0:
        return 0.0
    inside, own = parts.of(weights)
    for room in _ROOMS:
        scaled = scale(_attribution(parts, flows, own if least else -own, least, room))
        solved = solve_canonical(scaled.canonical)
        if solved.status == OPTIMAL:
            amount = float(inside @ flows) + float(own @ scaled.plan(solved.x))
            return min(max(amount / whole, 0.0), 1.0)
    raise SourcingError("the flows do not balance, so nothing can be told of them.", ())


def _attribution(parts: Touched, x: Floats, cost: Floats, least: bool, dust: float) -> Canonical:
    """The touched parts of given flows, as a problem of their own."""
    rules = parts.apart() if least else parts.mixed()
    came_in = np.asarray(parts.balance @ x)
    room = dust * float((abs(parts.layout.balance) @ x).max(initial=0.0))
    process_activity = x[parts.flow[parts.draw_of]]
    upper = np.concatenate([x[parts.flow], parts.draw_units * process_activity])
    k = rules.shape[0]
    return Canonical(
        cost=cost,
        matrix=sp.csr_array(sp.vstack([parts.own, rules], format="csr")),
        row_lower=np.concatenate([-came_in - room, np.full(k, -inf)]),
        row_upper=np.concatenate([-came_in + room, np.zeros(k)]),
        lower=np.zeros(parts.n),
        upper=upper,
        cones=(),
        n_flow=parts.n,
    )
