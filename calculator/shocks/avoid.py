"""What would have avoided a loss: the stock, or the second source, at the point that binds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.chain import Point
from calculator.shocks.mitigation import Mitigation, Stock, ramp
from calculator.shocks.outcome import Stress
from calculator.shocks.recursion import run
from calculator.shocks.run_records import SHORT, Other
from calculator.shocks.stress import Asked, inputs_of, stress_test

_CANDIDATES = 65


@dataclass(frozen=True)
class Cover:
    """Stock of a point, own and full on day 0, with which nothing is lost."""

    point: Point
    days: float

    @property
    def quantity(self) -> float:
        """In the unit of the point."""
        return self.days * self.point.per_day


@dataclass(frozen=True)
class SecondSource:
    """Second source of a point with which nothing is lost."""

    point: Point
    share: float
    """Of the plan's need."""
    lead_days: float
    ramp_days: float


def cover_that_avoids(stress: Stress, scenario: int = 0) -> tuple[Cover, ...] | None:
    """The stocks with which a scenario would have lost nothing, at the points that bind in turn.

    Each point that binds is given more than can be used up, until nothing is lost; what was drawn
    at the most is the stock needed. Exact: with that stock every flow is the same.

    Returns:
        Stocks that stand already counted in; empty where nothing is lost; ``None`` where no stock
        avoids it.
    """
    wide: dict[str, Point] = {}
    mitigation, found = stress.mitigation, _rerun(stress, scenario, stress.mitigation)
    while found.lost_gwh[0] > 0:
        point = found.binding()
        if point is None or point.id in wide:
            return None
        wide[point.id] = point
        more = Stock(stress.days, point.id, point.stage)
        mitigation = replace(mitigation, stocks=(*mitigation.stocks, more))
        found = _rerun(stress, scenario, mitigation)
    assert found.timeline is not None
    at = {point.id: k for k, point in enumerate(stress.chain.points)}
    own = found.timeline.own[0]
    return tuple(Cover(p, float(own[at[p.id], 0] - own[at[p.id]].min())) for p in wide.values())


def _rerun(stress: Stress, scenario: int, mitigation: Mitigation) -> Stress:
    return stress_test(
        stress.chain,
        (stress.events[scenario],),
        start=stress.start,
        days=stress.days,
        mitigation=mitigation,
        step_days=_step(stress),
    )


def _step(stress: Stress) -> float:
    return float(stress.edges[1] - stress.edges[0])


def second_source_that_avoids(
    stress: Stress, scenario: int = 0, *, lead_days: float = 0.0, ramp_days: float = 0.0
) -> SecondSource | None:
    """The least second source at the point that binds with which nothing is lost.

    Args:
        stress: a test with detail.
        scenario: which.
        lead_days: from the start of the event to its first delivery.
        ramp_days: from there to its most.

    Returns:
        ``None`` where nothing is lost, or where the whole need from a second source is too late.
    """
    point = stress.binding(scenario) if stress.lost_gwh[scenario] > 0 else None
    if point is None:
        return None
    low, high = 0.0, 1.0
    for _ in range(2):
        shares = np.linspace(low, high, _CANDIDATES)
        whole = _loses_nothing(stress, scenario, point, shares, lead_days, ramp_days)
        enough = np.flatnonzero(whole)
        if not len(enough):
            return None
        high = float(shares[enough[0]])
        low = float(shares[max(enough[0] - 1, 0)])
    return SecondSource(point, high, lead_days, ramp_days)


def _loses_nothing(
    stress: Stress,
    scenario: int,
    point: Point,
    shares: FloatArray,
    lead_days: float,
    ramp_days: float,
) -> FloatArray:
    """(E,) whether each share of a second source is enough; all in one run."""
    blows = (stress.events[scenario],) * len(shares)
    asked = Asked.of(
        stress.chain, blows, stress.start, stress.days, stress.mitigation, _step(stress)
    )
    given, _ = inputs_of(asked)
    at = [k for k, one in enumerate(stress.chain.points) if one.id == point.id]
    most = shares * ramp(asked.since, asked.edges, lead_days, ramp_days)
    others = (*given.others, Other(asked.rows(at), most, "second_source"))
    track = run(asked.sheet, replace(given, others=others), keep=False, binding=False)
    return np.asarray((track.output >= 1.0 - SHORT).all(axis=0))
