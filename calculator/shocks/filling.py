"""Own stocks are filled up with planned flow that is left once all use is met."""

from __future__ import annotations

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.levels import least_of_inputs
from calculator.shocks.run_records import SLIGHT, State, Step


def fill_up(
    state: State, now: Step, planned: FloatArray, use: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Fill stocks towards where they began, with flow from the mine on and from no other stock.

    Returns:
        Planned flow that comes in and what is taken of each point, filling included.
    """
    gap = state.given.own - state.own
    left = now.can - now.inflow
    columns = np.flatnonzero(((gap > SLIGHT) & (left > SLIGHT)).any(axis=0))
    if not len(columns):
        return planned, use
    gap = np.maximum(gap[:, columns], 0.0) / now.days
    left = np.maximum(left[:, columns], 0.0)
    if state.given.transit is not None:
        under_way = state.given.transit > 0
        gap[under_way] = left[under_way] = 0.0
    free = None if now.free is None else np.maximum(now.free - now.inflow, 0.0)[:, columns]
    fill, used = _flows(state, gap, left, free)
    state.own[:, columns] += now.days * (fill - used)
    planned, use = planned.copy(), use.copy()
    planned[:, columns] += fill
    use[:, columns] += used
    return planned, use


def _flows(
    state: State, gap: FloatArray, left: FloatArray, free: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """What comes to each point to fill it and later ones, and what later ones take of that."""
    carries, per_carried = state.sheet.carries, state.sheet.per_carried
    for level in state.sheet.levels:
        to = level.target
        if len(to):
            more = least_of_inputs(level, left)
            more = more if free is None else free[to] + carries[to] * more
            left[to] = np.minimum(left[to], more)
    fill, taken, used = left, np.zeros_like(left), np.zeros_like(left)
    for level in reversed(state.sheet.levels):
        at = level.at
        if level.need.shape[1]:
            used[at] = level.need @ taken[at.stop :]
        fill[at] = np.minimum(left[at], used[at] + gap[at])
        taken[at] = fill[at]
        if free is not None:
            taken[at] = np.maximum(fill[at] - free[at], 0.0) * per_carried[at]
    return fill, used
