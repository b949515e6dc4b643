"""The stocks of a chain step by step: every scenario and point at once, a loop over time alone.

All flows are in days of the plan: an inflow of 0.4 is 40 % of what the plan takes in a day. On
each step, in this order:

1. upward from the mine, what can come to each point: what events leave of the planned flow, and
   what its inputs suffice for; several users of a good share it in proportion to their need;
2. downward from the products, what is used: planned flow first, then other sources, then the
   plan's own stock, then a public one;
3. what one product cannot use for want of something else is offered to the others;
4. own stocks are filled up with planned flow that is left, never above where they began.

stock(t + 1) = stock(t) + inflow(t) - use(t) at every point; no stock falls below zero.
"""

from __future__ import annotations

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks import pipeline
from calculator.shocks.filling import fill_up
from calculator.shocks.levels import Ints, Level, Levels, least_of_inputs
from calculator.shocks.limits import binding_rows
from calculator.shocks.run_records import SHORT, Inputs, State, Step, Track

_ROUNDS = 4
"""Times that what is left over is offered again."""


def run(sheet: Levels, given: Inputs, *, keep: bool, binding: bool) -> Track:
    """Follow every scenario through every step.

    Args:
        sheet: the chain in levels.
        given: what events leave, and what stands ready.
        keep: whether every flow and stock is kept.
        binding: whether it is told what binds on each step.
    """
    state = State.of(sheet, given, Track.of(given, keep=keep, binding=binding))
    for t in range(len(given.steps)):
        _note_stocks(state, t)
        _one(state, t)
    _note_stocks(state, len(given.steps))
    return state.track


def _one(state: State, t: int) -> None:
    now = _begin(state, t)
    wanted = np.ones((len(state.sheet.products), now.limit.shape[1]))
    for level in state.sheet.levels:
        _forward(state, now, level)
    shares_more = state.sheet.shared or state.given.shift is not None
    first = now.reach.copy() if state.track.limit is not None and shares_more else now.reach
    _backward(state, now, wanted)
    if shares_more:
        from calculator.shocks.leftovers import offer_leftovers, shift_products

        offer_leftovers(state, now, wanted, _ROUNDS)
        if state.given.shift is not None:
            shift_products(state, now, _ROUNDS)
    _settle(state, now)
    _note_output(state, now, first)


def _begin(state: State, t: int) -> Step:
    given, days = state.given, float(state.given.steps[t])
    spare = state.own / days if days != 1.0 else state.own.copy()
    if state.public is not None:
        opened = 1.0 if given.release is None else given.release[t]
        spare += state.public * (opened / days)
    for other in given.others:
        spare[other.rows] += other.most[t]
    shape = state.own.shape
    can, reach, use, inflow, taken = (np.empty(shape) for _ in range(5))
    return Step(
        at=t,
        days=days,
        limit=given.arrives[t],
        free=None if given.free is None else given.free[t],
        spare=spare,
        comes=None if state.queue is None else pipeline.arriving(state, t),
        lacks=None if state.queue is None else pipeline.lacking(state, t),
        can=can,
        reach=reach,
        use=use,
        inflow=inflow,
        sent=inflow if state.queue is None else np.empty(shape),
        taken=taken,
        delivered=np.empty((len(state.sheet.products), shape[1])),
    )


# --- what can come, and what is used ---------------------------------------------------


def _forward(state: State, now: Step, level: Level) -> None:
    """What can come to the points of a level, all users of a good alike."""
    at = level.at
    now.can[at] = now.limit[at]
    if len(level.target):
        suffices = least_of_inputs(level, now.reach)
        now.can[level.target] = of_inputs(state, now, level.target, suffices)
    reach_of(now, at)


def of_inputs(state: State, now: Step, to: Ints | slice, suffices: FloatArray) -> FloatArray:
    """Planned flow to points whose inputs suffice for a share of it."""
    if now.free is None:
        return np.minimum(now.limit[to], suffices)
    carries = state.sheet.carries[to]
    return np.minimum(now.limit[to], now.free[to] + carries * suffices)


def reach_of(now: Step, at: slice) -> None:
    """All that can be used: planned flow of the day, stocks and other sources."""
    comes = now.can if now.comes is None else np.where(np.isnan(now.comes), now.can, now.comes)
    np.add(comes[at], now.spare[at], out=now.reach[at])


def _backward(state: State, now: Step, wanted: FloatArray) -> None:
    use_down(state, now, np.minimum(now.reach[state.sheet.products], wanted))


def use_down(state: State, now: Step, delivered: FloatArray) -> None:
    """What is used of every point for what the products deliver."""
    now.delivered = delivered
    rows = state.sheet.product_rows
    for level in reversed(state.sheet.levels):
        at, use = level.at, now.use[level.at]
        if level.need.shape[1]:
            np.matmul(level.need, now.taken[at.stop :], out=use)
        else:
            use[:] = 0.0
        for row, k in rows[level.number]:
            now.use[row] += delivered[k]
        _inflow(state, now, at)


def _inflow(state: State, now: Step, at: slice) -> None:
    """Planned flow that is used and ordered, and what it takes of its inputs."""
    if now.comes is None:
        np.minimum(now.can[at], now.use[at], out=now.inflow[at])
        sent = now.inflow[at]
    else:
        comes = np.where(np.isnan(now.comes[at]), now.can[at], now.comes[at])
        np.minimum(comes, now.use[at], out=now.inflow[at])
        sent = now.sent[at] = pipeline.ordered(state, now, at)
    if now.free is None:
        now.taken[at] = sent
    else:
        now.taken[at] = beyond_free(state, sent, now.free[at], at)


def beyond_free(state: State, flow: FloatArray, free: FloatArray, at: slice) -> FloatArray:
    """What a flow takes of its inputs; its recycled part comes first and takes none."""
    return np.maximum(flow - free, 0.0) * state.sheet.per_carried[at]


# --- after the flows -------------------------------------------------------------------


def _settle(state: State, now: Step) -> None:
    """Draw on other sources and stocks, fill up, and write down."""
    given, track, days = state.given, state.track, now.days
    begin = state.own.copy() if given.holding else state.own
    rest = now.use - now.inflow
    if given.others:
        _use_others(state, rest, now)
    if state.public is None:
        state.own -= rest if days == 1.0 else days * rest
    else:
        drawn = np.minimum(state.own / days, rest)
        state.own -= days * drawn
        state.public -= days * (rest - drawn)
        np.maximum(state.public, 0.0, out=state.public)
    planned, use = now.inflow, now.use
    if state.queue is not None:
        planned = pipeline.send(state, now)
    np.maximum(state.own, 0.0, out=state.own)
    planned, use = fill_up(state, now, planned, use)
    if given.holding:
        track.held += (0.5 * days) * (begin + state.own)
    if given.rises is not None:
        track.dearer += days * planned * given.rises[now.at]
    if track.flows:
        track.flows["planned"][now.at], track.flows["use"][now.at] = planned, use


def _use_others(state: State, rest: FloatArray, now: Step) -> None:
    """What other sources give of the rest, in their order; the rest is lowered by it."""
    for other, given in zip(state.given.others, state.track.of_others, strict=True):
        taken = np.minimum(rest[other.rows], other.most[now.at])
        rest[other.rows] -= taken
        given[other.rows] += now.days * taken
        if state.track.flows:
            state.track.flows[other.kind][now.at, other.rows] += taken


def _note_stocks(state: State, t: int) -> None:
    kept = state.track.stocks
    if not kept:
        return
    kept["own"][t] = state.own
    if state.public is not None:
        kept["public"][t] = state.public
    if state.queue is not None:
        kept["under_way"][t] = pipeline.under_way(state, t)


def _note_output(state: State, now: Step, reach: FloatArray) -> None:
    sheet, track = state.sheet, state.track
    kwh = sheet.kwh_per_day[sheet.products]
    output = (kwh / kwh.sum()) @ now.delivered
    track.output[now.at] = output
    if track.limit is None:
        return
    short = np.flatnonzero(output < 1.0 - SHORT)
    if len(short):
        lost = (1.0 - now.delivered[:, short]) * kwh[:, None]
        product = sheet.products[lost.argmax(axis=0)]
        rows = binding_rows(sheet, now.limit[:, short], reach[:, short], product)
        track.limit[now.at, short] = rows
