"""The stress test of a plan: events, what stands ready, and the plan's stocks day by day.

Days to shortage follow from stock(t + 1) = stock(t) + inflow(t) - use(t) at every point; the
recursion and its rules stand in ``recursion``, what events leave of the flows in ``availability``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.availability import Blow
from calculator.shocks.chain import Chain
from calculator.shocks.mitigation import Alternative, Mitigation
from calculator.shocks.outcome import Stress, Timeline, first_short_day
from calculator.shocks.recursion import run
from calculator.shocks.run_records import SHORT, Inputs, Track
from calculator.shocks.stress_inputs import Asked, inputs_of

if TYPE_CHECKING:
    from calculator.shocks.event import Event

_YEAR = 365.0


def stress_test(
    chain: Chain,
    events: Event | Sequence[Blow],
    *,
    start: date,
    days: float = 365.0,
    mitigation: Mitigation | None = None,
    step_days: float = 1.0,
    detail: bool = True,
) -> Stress:
    """Put a plan to events, step by step.

    Args:
        chain: points, lanes and recipe of the plan.
        events: each on its own; a tuple of events comes as one scenario.
        start: day 0.
        days: horizon.
        mitigation: what stands ready; nothing if left out.
        step_days: length of a step: 1 for day by day, 30 for months.
        detail: keep every flow and stock of every step; without it summaries alone.

    Returns:
        Loss, days to shortage, cost and, with ``detail``, the timeline and what binds.

    Raises:
        InputError: a chain, event or mitigation that cannot be, or one that leaves a question
            open that only the user can answer.
    """
    asked = Asked.of(chain, events, start, days, mitigation, step_days)
    given, alternatives = inputs_of(asked)
    track = run(asked.sheet, given, keep=detail, binding=detail)
    return _outcome(asked, given, alternatives, track)


# --- the answer ------------------------------------------------------------------------


def _outcome(
    asked: Asked, given: Inputs, alternatives: tuple[Alternative, ...], track: Track
) -> Stress:
    output = np.ascontiguousarray(track.output.T)
    gwh = asked.sheet.kwh_per_day.sum() / 1e6
    lost = np.maximum(1.0 - output, 0.0) * given.steps * gwh
    lost[output >= 1.0 - SHORT] = 0.0
    lost_gwh = lost.sum(axis=1)
    return Stress(
        chain=asked.chain,
        events=asked.events,
        start=asked.start,
        edges=asked.edges,
        mitigation=asked.mitigation,
        output=output,
        lost_gwh=lost_gwh,
        first_short=first_short_day(output, asked.edges, SHORT),
        costs=_costs(asked, alternatives, track, lost_gwh),
        lost_at=_lost_at(asked, track, lost),
        timeline=_timeline(asked, given, track),
        notes=_notes(asked),
    )


def _costs(
    asked: Asked, alternatives: tuple[Alternative, ...], track: Track, lost_gwh: FloatArray
) -> dict[str, FloatArray]:
    """Extra cost by kind; what a stock cost to buy is no part of it."""
    points = [asked.chain.points[k] for k in asked.sheet.order]
    value = np.array([p.price * p.per_day for p in points])
    costs: dict[str, FloatArray] = {}
    for each, given in zip(alternatives, track.of_others, strict=True):
        costs[each.kind] = costs.get(each.kind, 0.0) + each.premium * (value @ given)
    costs["price_rise"] = value @ track.dearer
    terms = asked.mitigation
    if terms.holding_per_year is not None:
        costs["holding"] = terms.holding_per_year / _YEAR * (value @ track.held)
    if terms.shortage_cost_per_kwh is not None:
        costs["shortage"] = terms.shortage_cost_per_kwh * lost_gwh * 1e6
    return costs


def _lost_at(asked: Asked, track: Track, lost: FloatArray) -> FloatArray | None:
    """(E, P) in the order of the chain."""
    if track.limit is None:
        return None
    found = np.zeros((len(asked.events), len(asked.sheet.order)))
    step, scenario = np.nonzero(track.limit >= 0)
    rows = asked.sheet.order[track.limit[step, scenario]]
    np.add.at(found, (scenario, rows), lost[scenario, step])
    return found


def _timeline(asked: Asked, given: Inputs, track: Track) -> Timeline | None:
    if not track.flows or track.limit is None:
        return None
    place = asked.sheet.place

    def shown(by_time: FloatArray) -> FloatArray:
        return np.ascontiguousarray(by_time[:, place].transpose(2, 1, 0))

    inflow = {name: shown(flow) for name, flow in track.flows.items() if name != "use"}
    known = np.append(asked.sheet.order, -1)
    return Timeline(
        own=shown(track.stocks["own"]),
        public=shown(track.stocks["public"]),
        under_way=shown(track.stocks["under_way"]),
        inflow=inflow,
        use=shown(track.flows["use"]),
        limit=np.ascontiguousarray(known[track.limit.T]),
    )


def _notes(asked: Asked) -> tuple[str, ...]:
    """What the answer rests on."""
    told = list(asked.chain.notes)
    if asked.mitigation.stocks:
        told.append("stocks are full on day 0; what they cost to buy is not counted here")
    if any(point.price <= 0 for point in asked.chain.points):
        bare = ", ".join(p.id for p in asked.chain.points if p.price <= 0)
        told.append(f"{bare} have no price, so that no cost is counted on them")
    if asked.mitigation.switch is not None:
        told.append(
            "cells that are switched take the inputs that others leave, and more of their own as "
            "the events allow"
        )
    return tuple(told)
