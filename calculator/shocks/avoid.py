"""What would have avoided a loss: the stock, or the second source, at the point that binds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.chain import Point
from calculator.shocks.mitigation import ramp
from calculator.shocks.outcome import Stress
from calculator.shocks.recursion import run
from calculator.shocks.run_records import SHORT, Inputs, Other
from calculator.shocks.stress_inputs import Asked, inputs_of

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

    Each point that binds is given more than can be used up, until nothing is lost; then each is
    lowered in turn to the least that still loses nothing, to a four-thousandth of the horizon.

    Returns:
        Stocks that stand at these points counted in; empty where nothing is lost; ``None`` where
        no stock avoids it.
    """
    trial = _Trial.of(stress, scenario)
    cover = trial.given.own[:, :1].copy()
    wide: list[int] = []
    while (row := trial.binding(cover)) is not None:
        if row in wide:
            return None
        wide.append(row)
        cover[row] += stress.days
    begun = trial.given.own[:, 0]
    for row in wide:
        cover[row] = trial.least(cover, row, float(begun[row]))
    points = [stress.chain.points[k] for k in trial.asked.sheet.order]
    return tuple(Cover(points[row], float(cover[row, 0])) for row in wide)


@dataclass(frozen=True)
class _Trial:
    """One scenario with other stocks than it has."""

    asked: Asked
    given: Inputs
    """Of as many equal scenarios as there are candidates."""

    @classmethod
    def of(cls, stress: Stress, scenario: int) -> _Trial:
        asked = Asked.of(
            stress.chain,
            (stress.events[scenario],) * _CANDIDATES,
            stress.start,
            stress.days,
            stress.mitigation,
            _step(stress),
        )
        return cls(asked, inputs_of(asked)[0])

    def binding(self, cover: FloatArray) -> int | None:
        """Row of the point that loses most with these stocks; nothing where none is lost."""
        own = np.repeat(cover, _CANDIDATES, axis=1)
        track = run(self.asked.sheet, replace(self.given, own=own), keep=False, binding=True)
        assert track.limit is not None
        lost, at = np.maximum(1.0 - track.output[:, 0], 0.0), track.limit[:, 0]
        if not (at >= 0).any():
            return None
        return int(np.bincount(at[at >= 0], lost[at >= 0] * self.given.steps[at >= 0]).argmax())

    def least(self, cover: FloatArray, row: int, low: float) -> float:
        """Least stock of a row with which nothing is lost, the others as they are."""
        high = float(cover[row, 0])
        for _ in range(2):
            own = np.repeat(cover, _CANDIDATES, axis=1)
            own[row] = np.linspace(low, high, _CANDIDATES)
            track = run(self.asked.sheet, replace(self.given, own=own), keep=False, binding=False)
            enough = np.flatnonzero((track.output >= 1.0 - SHORT).all(axis=0))
            if enough[0] == 0:
                return low
            low, high = float(own[row, enough[0] - 1]), float(own[row, enough[0]])
        return high


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
