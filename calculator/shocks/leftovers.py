"""What one product cannot use for want of something else, offered to those who can."""

from __future__ import annotations

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.levels import least_of_inputs
from calculator.shocks.recursion import of_inputs, reach_of, use_down
from calculator.shocks.run_records import SHORT, SLIGHT, State, Step
from calculator.shocks.step_means import Bools


def offer_leftovers(state: State, now: Step, wanted: FloatArray, rounds: int) -> None:
    """Offer what is left, in proportion to need, to those whose product is still short.

    Args:
        state: the stocks.
        now: the step; its flows are raised.
        wanted: (products, E) what each product would deliver.
        rounds: most times that it is tried.
    """
    for _ in range(rounds):
        if not (now.delivered < wanted - SLIGHT).any():
            return
        open_ = _open(state, now, wanted)
        if not open_.any():
            return
        _offer(state, now, open_)
        reach = now.reach[state.sheet.products]
        use_down(state, now, np.minimum(reach, wanted))


def shift_products(state: State, now: Step, rounds: int) -> None:
    """Make more of one product where others fall short, and of what it alone needs."""
    shift, sheet = state.given.shift, state.sheet
    assert shift is not None
    kwh = sheet.kwh_per_day[sheet.products]
    k = int(np.flatnonzero(sheet.products == shift.row)[0])
    lost = np.maximum(1.0 - (kwh / kwh.sum()) @ now.delivered, 0.0)
    whole = now.delivered[k] >= 1.0 - SHORT  # what it lacks itself, more of it cannot make up
    extra = np.minimum(shift.most[now.at], lost) * whole * (kwh.sum() / kwh[k])
    if not (extra > SLIGHT).any():
        return
    wanted = now.delivered.copy()
    wanted[k] += extra
    more = 1.0 + extra * shift.alone
    now.limit = now.limit * more
    now.free = None if now.free is None else now.free * more
    now.can[sheet.unfed] = now.limit[sheet.unfed]
    for level in sheet.levels:
        reach_of(now, level.at)
    offer_leftovers(state, now, wanted, rounds)


def _open(state: State, now: Step, wanted: FloatArray) -> Bools:
    """Points that can make more, and whose product wants it."""
    sheet = state.sheet
    gives = now.reach > now.use + SLIGHT
    for level in sheet.levels:
        to = level.target
        if len(to):
            fed = least_of_inputs(level, gives.astype(np.float64)) > 0
            gives[to] |= fed & (now.can[to] < now.limit[to] - SLIGHT)
    open_ = np.zeros_like(gives)
    open_[sheet.products] = gives[sheet.products] & (now.delivered < wanted - SLIGHT)
    for level in reversed(sheet.levels):
        if level.need.shape[1]:
            asked = (level.need > 0).astype(np.float64) @ open_[level.at.stop :] > 0
            open_[level.at] |= asked & gives[level.at]
    return open_


def _offer(state: State, now: Step, open_: Bools) -> None:
    """Planned flow that can come once what is left is shared among the open."""
    weight = state.sheet.need @ open_
    weight[weight <= 0.0] = np.inf
    base, used = now.taken.copy(), now.use.copy()
    for level in state.sheet.levels:
        to = level.target
        if len(to):
            left = np.maximum(now.reach - used, 0.0) / weight
            more = least_of_inputs(level, left) * open_[to]
            offered = of_inputs(state, now, to, base[to] + more)
            now.can[to] = np.maximum(offered, now.sent[to])
        reach_of(now, level.at)
