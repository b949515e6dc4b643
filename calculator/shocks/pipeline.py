"""Goods under way: what was sent arrives later, and orders make up for stock and pipeline."""

from __future__ import annotations

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.run_records import State, Step


def arriving(state: State, t: int) -> FloatArray:
    """(P, E): what was sent a transit time ago; not a number where goods are not under way."""
    found = np.full(state.own.shape, np.nan)
    queue, ahead = _queue(state)
    for row, steps in _moved(state):
        found[row] = queue[ahead + t - steps, row]
    return found


def under_way(state: State, t: int) -> FloatArray:
    """(P, E): days of the plan that are under way at the beginning of a step."""
    found = np.zeros(state.own.shape)
    queue, ahead = _queue(state)
    lengths = state.given.steps
    for row, steps in _moved(state):
        for ago in range(1, steps + 1):
            days = lengths[t - ago] if t >= ago else lengths[0]
            found[row] += days * queue[ahead + t - ago, row]
    return found


def ordered(state: State, now: Step, at: slice) -> FloatArray:
    """What is sent: what is used, and what stock and pipeline lack of where they began."""
    moved = state.moved[at]
    if not moved.any():
        return now.inflow[at]
    assert now.lacks is not None
    order = np.clip(now.use[at] + now.lacks[at] / now.days, 0.0, now.can[at])
    return np.where(moved > 0, order, now.inflow[at])


def lacking(state: State, t: int) -> FloatArray:
    """(P, E): days of the plan that stock and pipeline lack of where they began."""
    begun = state.given.own + state.moved * state.given.steps[0]
    return np.asarray(begun - state.own - under_way(state, t))


def send(state: State, now: Step) -> FloatArray:
    """Put what is ordered on its way; what arrives beyond the use goes into the stock.

    Returns:
        Planned flow that comes in on the day.
    """
    queue, ahead = _queue(state)
    queue[ahead + now.at] = now.sent
    planned = now.inflow.copy()
    assert now.comes is not None
    for row, _ in _moved(state):
        planned[row] = now.comes[row]
        state.own[row] += now.days * (now.comes[row] - now.inflow[row])
    return planned


def _moved(state: State) -> list[tuple[int, int]]:
    assert state.given.transit is not None
    return [(k, int(steps)) for k, steps in enumerate(state.given.transit) if steps > 0]


def _queue(state: State) -> tuple[FloatArray, int]:
    assert state.queue is not None and state.given.transit is not None
    return state.queue, int(state.given.transit.max())
