"""What events leave of the planned flows: a fraction for each event, point and step of time.

An event touches lanes. On a lane it touches, nothing comes while a licence is awaited, and
(1 - refusal) x (1 - cut) after that until the event ends; effects and events that touch the same
lane multiply. A point gets the sum over its lanes, each by its share of the planned flow. What
waits for a licence when the event ends is not delivered on top of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from math import inf
from typing import TypeAlias

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.regions import EU, EU_MEMBERS
from calculator.shocks.chain import Chain, Lane, Point
from calculator.shocks.event import Effect, Event
from calculator.shocks.step_means import Bools, Hit, Span, mean_factors, step_edges

Blow: TypeAlias = Event | tuple[Event, ...]
"""One scenario of a test: an event alone, or several at once."""
LaneTest: TypeAlias = Callable[[Effect, Point, Lane], bool]


def availability(
    chain: Chain, events: Sequence[Blow], start: date, days: float, step_days: float = 1.0
) -> FloatArray:
    """Fraction of each planned inflow that events let through.

    Args:
        chain: points and lanes.
        events: each on its own; a tuple of events comes as one.
        start: day 0.
        days: horizon.
        step_days: length of a step; the last one may be shorter.

    Returns:
        (E, P, T), the mean over each step; exact, since what comes is constant between the days
        on which something begins or ends.

    Raises:
        InputError: whether an event is in force is not known, or an effect that touches the chain
            has no size.
    """
    hits = quantity_hits(chain, events, start, days)
    found = mean_factors(hits, lane_weights(chain), step_edges(days, step_days))
    return np.ascontiguousarray(np.clip(found, 0.0, 1.0).transpose(2, 1, 0))


def price_rises(
    chain: Chain, events: Sequence[Blow], start: date, days: float, step_days: float = 1.0
) -> FloatArray:
    """Fraction by which each point's purchases are dearer; (E, P, T), the mean over each step."""
    hits = price_hits(chain, events, start, days)
    found = mean_factors(hits, lane_weights(chain), step_edges(days, step_days))
    return np.ascontiguousarray(found.transpose(2, 1, 0) - 1.0)


def lane_weights(chain: Chain, taken: Callable[[Lane], bool] = lambda lane: True) -> FloatArray:
    """(L, P): the share of each lane at its point; 0 for lanes that are not taken."""
    at = {point.id: k for k, point in enumerate(chain.points)}
    weights = np.zeros((len(chain.lanes), len(at)))
    for k, lane in enumerate(chain.lanes):
        if taken(lane):
            weights[k, at[lane.point]] = lane.share
    return weights


def events_in(blow: Blow) -> tuple[Event, ...]:
    """The events of a scenario."""
    return blow if isinstance(blow, tuple) else (blow,)


def first_days(events: Sequence[Blow], start: date) -> FloatArray:
    """(E,): day on which the first event of each scenario starts; may lie before day 0."""
    firsts = [[(e.start - start).days for e in events_in(blow)] for blow in events]
    return np.array([float(min(found, default=0)) for found in firsts])


# --- which lanes an effect touches -----------------------------------------------------


def customs_area(country: str | None) -> str | None:
    """The customs area of a country: the European Union is one."""
    return EU if country in EU_MEMBERS else country


def touches(effect: Effect, point: Point, lane: Lane) -> bool:
    """Whether an effect withholds goods of a lane.

    An origin that is not known is touched by no effect on countries, and by none on exports.
    """
    if not _on(effect, point) or (effect.owners and lane.owner not in effect.owners):
        return False
    home, there = customs_area(lane.origin), customs_area(lane.destination)
    if effect.origins and not {lane.origin, home} & set(effect.origins):
        return False
    if effect.reach == "exports" and (home is None or home == there):
        return False
    return _aimed(effect, lane)


def dearer(effect: Effect, point: Point, lane: Lane) -> bool:
    """Whether an effect makes a lane dearer: the market's price, so that its origin is no matter.

    Buyers within the origin of a measure on exports pay what they paid.
    """
    if not _on(effect, point):
        return False
    home = {customs_area(country) for country in effect.origins}
    if effect.reach == "exports" and customs_area(lane.destination) in home:
        return False
    return _aimed(effect, lane)


def _on(effect: Effect, point: Point) -> bool:
    same = effect.material in (None, point.material)
    return same and effect.stage in (None, point.stage)


def _aimed(effect: Effect, lane: Lane) -> bool:
    """Whether its destination is meant, and neither that nor its owner is exempt."""
    named = {lane.destination, customs_area(lane.destination)} - {None}
    if effect.destinations and not named & set(effect.destinations):
        return False
    return not (named | {lane.owner}) & set(effect.exempt)


# --- when ------------------------------------------------------------------------------


def active_spans(event: Event, start: date, days: float) -> tuple[tuple[float, float], ...]:
    """When an event is in force, in days from day 0; its suspension is left out.

    Raises:
        InputError: its suspension ends within the horizon and whether it came back is not known.
    """
    first = float((event.start - start).days)
    last = inf if event.days is None else first + event.days
    if event.suspended_from is None:
        return _within([(first, last)], days)
    off = float((event.suspended_from - start).days)
    before = _within([(first, min(last, off))], days)
    if event.suspended_to is None or event.resumes is False:
        return before
    back = float((event.suspended_to - start).days + 1)
    after = _within([(max(first, back), last)], days)
    if after and event.resumes is None:
        raise InputError(
            f"'{event.name}' was suspended to {event.suspended_to}, and whether it came back is "
            "not known; choose whether it is in force"
        )
    return (*before, *after)


def _within(spans: Sequence[tuple[float, float]], days: float) -> tuple[tuple[float, float], ...]:
    return tuple((a, b) for a, b in spans if b > a and b > 0.0 and a < days)


# --- effects on lanes over time --------------------------------------------------------


def quantity_hits(
    chain: Chain, events: Sequence[Blow], start: date, days: float
) -> list[list[Hit]]:
    """What each scenario withholds, effect by effect.

    Raises:
        InputError: as ``availability``.
    """
    mask = _masks(chain, touches)

    def hits(event: Event) -> Iterator[Hit]:
        _ask_sizes(event, mask)
        active = active_spans(event, start, days)
        for effect in event.effects:
            lanes = mask(effect)
            if (effect.cut or effect.delay_days or effect.refusal) and lanes.any():
                yield Hit(lanes, tuple(s for a, b in active for s in _licence(effect, a, b)))

    return [[hit for event in events_in(blow) for hit in hits(event)] for blow in events]


def price_hits(chain: Chain, events: Sequence[Blow], start: date, days: float) -> list[list[Hit]]:
    """What each scenario makes dearer, effect by effect."""
    mask = _masks(chain, dearer)

    def hits(event: Event) -> Iterator[Hit]:
        for effect in event.effects:
            if effect.price_rise and mask(effect).any():
                factor, active = 1.0 + effect.price_rise, active_spans(event, start, days)
                yield Hit(mask(effect), tuple(Span(a, b, factor) for a, b in active))

    return [[hit for event in events_in(blow) for hit in hits(event)] for blow in events]


def _licence(effect: Effect, first: float, last: float) -> Iterator[Span]:
    granted = min(first + effect.delay_days, last)
    if granted > first:
        yield Span(first, granted, 0.0)
    if last > granted:
        yield Span(granted, last, (1.0 - effect.refusal) * (1.0 - effect.cut))


def _masks(chain: Chain, test: LaneTest) -> Callable[[Effect], Bools]:
    """Lanes of an effect, found once for all effects that differ in their sizes alone."""
    points = {point.id: point for point in chain.points}
    lanes = [(points[lane.point], lane) for lane in chain.lanes]
    known: dict[Effect, Bools] = {}

    def mask(effect: Effect) -> Bools:
        key = replace(effect, cut=0.0, delay_days=0.0, refusal=0.0, price_rise=0.0)
        if key not in known:
            known[key] = np.array([test(key, *pair) for pair in lanes], np.bool_)
        return known[key]

    return mask


def _ask_sizes(event: Event, mask: Callable[[Effect], Bools]) -> None:
    bare = [e.label for e in event.effects if e.label in event.missing and mask(e).any()]
    if bare:
        raise InputError(
            f"event '{event.id}': no source states how much it withholds of {', '.join(bare)}; "
            "give a cut, a refusal, a delay or a price rise"
        )
