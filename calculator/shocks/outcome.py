"""The answer of a stress test: what is lost, when, what it costs and what holds the output down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.availability import Blow, events_in
from calculator.shocks.chain import Chain, Point
from calculator.shocks.levels import Ints
from calculator.shocks.mitigation import Mitigation

COST_KINDS = ("second_source", "recycling", "substitution", "price_rise", "holding", "shortage")


@dataclass(frozen=True)
class Timeline:
    """Every step of every scenario; flows in days of the plan a day, stocks in days of the plan."""

    own: FloatArray
    """(E, P, T + 1) own stock at the beginning of each step, and at the end."""
    public: FloatArray
    """(E, P, T + 1) public stock."""
    under_way: FloatArray
    """(E, P, T + 1) what has been sent and has not arrived."""
    inflow: Mapping[str, FloatArray]
    """(E, P, T) by kind: ``planned``, ``second_source``, ``recycling``, ``substitution``."""
    use: FloatArray
    """(E, P, T) what is taken of each point, for use and to fill later stocks."""
    limit: Ints
    """(E, T) position of the point that binds; -1 where nothing is short."""

    def imbalance(self, edges: FloatArray) -> float:
        """Most by which a stock's change differs from inflow less use, in days of the plan."""
        moved = (sum(self.inflow.values()) - self.use) * np.diff(edges)
        return float(np.abs(np.diff(self.own + self.public, axis=2) - moved).max())


@dataclass(frozen=True)
class Binding:
    """What binds in one scenario, and how much of the loss it accounts for."""

    point: Point
    lost_gwh: float


@dataclass(frozen=True)
class Stress:
    """Outcome of each scenario; arrays begin with their axis (E,)."""

    chain: Chain
    events: tuple[Blow, ...]
    start: date
    edges: FloatArray
    """(T + 1,) days on which the steps begin, and the end."""
    mitigation: Mitigation
    output: FloatArray
    """(E, T) share of the planned energy."""
    lost_gwh: FloatArray
    """(E,)"""
    first_short: FloatArray
    """(E,) days before the first short step; infinite where none is short."""
    costs: Mapping[str, FloatArray]
    """(E,) extra cost by kind, in the money of the chain; a kind not asked for is left out."""
    lost_at: FloatArray | None
    """(E, P) GWh lost while each point binds; nothing in a run of summaries."""
    timeline: Timeline | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """What each scenario is called."""
        return tuple(name_of(blow) for blow in self.events)

    @property
    def days(self) -> float:
        """Horizon."""
        return float(self.edges[-1])

    @property
    def extra_cost(self) -> FloatArray:
        """(E,) all kinds together."""
        zero = np.zeros(len(self.events))
        return np.asarray(sum(self.costs.values(), zero))

    @property
    def least_output(self) -> FloatArray:
        """(E,) share of the plan on the worst step."""
        return np.asarray(self.output.min(axis=1))

    def days_to_shortage(self, scenario: int = 0) -> float | None:
        """Days of whole output before the first that is short; ``None`` where none is."""
        found = float(self.first_short[scenario])
        return found if np.isfinite(found) else None

    def vehicles(self, scenario: int = 0) -> float | None:
        """Vehicles without a pack; ``None`` where their energy was not given."""
        kwh = self.mitigation.vehicle_kwh
        return None if kwh is None else float(self.lost_gwh[scenario]) * 1e6 / kwh

    def bindings(self, scenario: int = 0) -> tuple[Binding, ...]:
        """Points that bind, the one with the largest loss first.

        Raises:
            InputError: the run kept summaries alone.
        """
        if self.lost_at is None:
            raise InputError("the run kept summaries alone; run this event with detail=True")
        lost = self.lost_at[scenario]
        order = [k for k in np.argsort(-lost, kind="stable") if lost[k] > 0]
        return tuple(Binding(self.chain.points[k], float(lost[k])) for k in order)

    def binding(self, scenario: int = 0) -> Point | None:
        """The point whose want loses most."""
        return next((found.point for found in self.bindings(scenario)), None)


def name_of(blow: Blow) -> str:
    """The name of a scenario: of its event, or of all that come at once."""
    return " and ".join(event.name for event in events_in(blow))


def first_short_day(output: FloatArray, edges: FloatArray, slight: float) -> FloatArray:
    """(E,): the beginning of the first short step; infinite where none is."""
    short = output < 1.0 - slight
    return np.where(short.any(axis=1), edges[short.argmax(axis=1)], np.inf)


def scenarios_of(events: Blow | Sequence[Blow]) -> tuple[Blow, ...]:
    """Scenarios from one event, or several that each stand alone."""
    from calculator.shocks.event import Event

    if isinstance(events, Event):
        return (events,)
    return tuple(events)
