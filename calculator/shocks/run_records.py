"""What the recursion of a stress test runs on, one step of it, and what is kept.

Rows are points in the order of levels, columns scenarios; flows are in days of the plan a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.levels import Ints, Levels

SHORT = 1e-7
"""Share of the output from which it counts as short."""
SLIGHT = 1e-12


@dataclass(frozen=True)
class Other:
    """One source that steps in: its points, and what it can give of their need."""

    rows: Ints
    most: FloatArray
    """(T, E)"""
    kind: str


@dataclass(frozen=True)
class Shift:
    """The product that may be made in place of others."""

    row: int
    most: FloatArray
    """(T, E): share of all energy."""
    alone: FloatArray
    """(P, 1): 1 for points that no other product needs, of which more is bought; else 0."""


@dataclass(frozen=True)
class Inputs:
    """One test."""

    steps: FloatArray
    """(T,) days."""
    arrives: FloatArray
    """(T, P, E): share of the planned flow that events leave."""
    own: FloatArray
    """(P, E): own stock on day 0 and the most it is filled to, days."""
    free: FloatArray | None = None
    """(T, P, E): the part of ``arrives`` that needs no input; nothing where there is none."""
    public: FloatArray | None = None
    """(P, E): public stock on day 0."""
    release: FloatArray | None = None
    """(T, E): share of each step on which public stock may be given out."""
    others: tuple[Other, ...] = ()
    """In the order in which they are used."""
    transit: Ints | None = None
    """(P,) steps that goods are under way."""
    shift: Shift | None = None
    rises: FloatArray | None = None
    """(T, P, E): by how much planned purchases are dearer."""
    holding: bool = False
    """Whether what is held is added up."""


@dataclass
class Track:
    """What is kept; stocks are in days of the plan."""

    output: FloatArray
    """(T, E) share of the planned energy."""
    held: FloatArray
    """(P, E) own stock over the time, days x days."""
    dearer: FloatArray
    """(P, E) planned purchases x their rise of price, days."""
    of_others: list[FloatArray]
    """(P, E) given by each other source, days."""
    limit: Ints | None = None
    """(T, E) row of the point that binds; -1 where nothing is short."""
    flows: dict[str, FloatArray] = field(default_factory=dict)
    """(T, P, E): ``planned``, ``use``, and one for each kind of other source."""
    stocks: dict[str, FloatArray] = field(default_factory=dict)
    """(T + 1, P, E): ``own``, ``public``, ``under_way``."""

    @classmethod
    def of(cls, given: Inputs, *, keep: bool, binding: bool) -> Track:
        """An empty record."""
        steps, *shape = given.arrives.shape
        found = cls(
            output=np.empty((steps, shape[1])),
            held=np.zeros(shape),
            dearer=np.zeros(shape),
            of_others=[np.zeros(shape) for _ in given.others],
            limit=np.full((steps, shape[1]), -1, np.int64) if binding else None,
        )
        if keep:
            kinds = dict.fromkeys(other.kind for other in given.others)
            found.flows = {name: np.zeros((steps, *shape)) for name in ("planned", "use", *kinds)}
            stocks = ("own", "public", "under_way")
            found.stocks = {name: np.zeros((steps + 1, *shape)) for name in stocks}
        return found


@dataclass
class Step:
    """Arrays of one step, (P, E)."""

    at: int
    days: float
    limit: FloatArray
    """Planned flow that events leave."""
    free: FloatArray | None
    """The part of it that needs no input."""
    spare: FloatArray
    """What stocks and other sources can give."""
    comes: FloatArray | None
    """What arrives of what was sent before; nothing where goods are not under way."""
    lacks: FloatArray | None
    """What stock and pipeline lack of where they began, days."""
    can: FloatArray
    """Planned flow that can be sent."""
    reach: FloatArray
    """All that can be used."""
    use: FloatArray
    inflow: FloatArray
    """Planned flow that is used."""
    sent: FloatArray
    """Planned flow that is ordered."""
    taken: FloatArray
    """What each point takes of its inputs."""
    delivered: FloatArray
    """(products, E)"""


@dataclass
class State:
    """Stocks as they stand, and the record."""

    sheet: Levels
    given: Inputs
    own: FloatArray
    public: FloatArray | None
    queue: FloatArray | None
    """What was sent on each step, the plan's flow of the steps before day 0 in front."""
    track: Track

    @classmethod
    def of(cls, sheet: Levels, given: Inputs, track: Track) -> State:
        """Day 0: full stocks, and the plan's flow under way."""
        steps, *shape = given.arrives.shape
        ahead = 0 if given.transit is None else int(given.transit.max(initial=0))
        return cls(
            sheet,
            given,
            np.array(given.own),
            None if given.public is None else np.array(given.public),
            np.ones((ahead + steps, *shape)) if ahead else None,
            track,
        )

    @property
    def moved(self) -> FloatArray:
        """(P, 1): steps that goods are under way."""
        assert self.given.transit is not None
        return self.given.transit[:, None].astype(np.float64)
