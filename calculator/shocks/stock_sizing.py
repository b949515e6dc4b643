"""A chain, its events and terms, checked and stated as a linear problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.availability import availability
from calculator.shocks.chain import Chain, Point
from calculator.shocks.event import Event
from calculator.shocks.run_down import RunDown, run_down
from calculator.shocks.stock_terms import StockTerms, chances, raise_sentences
from calculator.shocks.stockpile_problem import Bounds, StockProblem
from calculator.sourcing.solving.linear import LinearAnswer

_SAME = 1e-9
_NONE = 1e-6
"""Days of cover below which there is no stock."""


@dataclass(frozen=True)
class Sizing:
    """A chain, its events and terms, ready to be sized at any weight of money and risk."""

    chain: Chain
    events: tuple[Event, ...]
    terms: StockTerms
    arrives: FloatArray
    """(E, P, T)"""
    problem: StockProblem
    chance: FloatArray
    notes: tuple[str, ...]

    @property
    def per_day(self) -> FloatArray:
        """Purchase of a day of cover of each point."""
        price = {point.id: self.terms.price(self.chain, point.id) for point in self.chain.points}
        return np.array([price[p.id] * p.per_day for p in self.chain.points])

    @property
    def carry(self) -> FloatArray:
        """Cost a year of a day of cover of each point."""
        share = [self.terms.carry_per_year(point.id) for point in self.chain.points]
        return np.asarray(self.per_day * np.array(share))

    def cover(self, x: FloatArray) -> FloatArray:
        """Own days of cover in a solution."""
        days = x[: len(self.chain.points)]
        return np.asarray(np.where(days > _NONE, days, 0.0))

    def ran(self, cover: FloatArray) -> RunDown:
        """What own stocks and the public ones together withstand."""
        return run_down(self.chain, self.arrives, cover + self.problem.bounds.public)


def sizing_of(
    chain: Chain,
    events: Sequence[Event],
    terms: StockTerms,
    arrives: FloatArray | None = None,
) -> Sizing:
    """Check what is asked and state its problem.

    Raises:
        InputError: as ``size_stockpile``.
    """
    if not events:
        raise InputError("there is no event to hold a stock against; name one under 'events'")
    _check_points(chain, terms)
    chance = np.array(chances(events, terms))
    here = availability(chain, events, terms.start, terms.days) if arrives is None else arrives
    bounds = _bounds(chain, terms)
    problem = StockProblem.of(chain, here, chance.tolist(), terms.weight, terms.level, bounds)
    notes = (*chain.notes, *_notes(chain, terms, here))
    return Sizing(chain, tuple(events), terms, here, problem, chance, notes)


def solved(
    sizing: Sizing, cost: FloatArray, caps: Sequence[tuple[FloatArray, float]] = ()
) -> LinearAnswer:
    """Solve, and refuse an answer without proof.

    Raises:
        InputError: the least cover asked for is above the most that keeps.
    """
    answer = sizing.problem.solve(cost, caps)
    if answer.status != "optimal":
        raise InputError(f"the stockpile cannot be sized: the problem is {answer.status}")
    return answer


def _bounds(chain: Chain, terms: StockTerms) -> Bounds:
    names = [point.id for point in chain.points]
    least = np.array([terms.private_days.get(name, 0.0) for name in names])
    most = np.array([_most(chain, terms, point) for point in chain.points])
    too_old = np.flatnonzero(least > most + _SAME)
    raise_sentences(
        f"a stock of {least[k]:g} days of '{names[k]}' is above the {most[k]:g} days that it may "
        "stand; lower the one or raise the other"
        for k in too_old
    )
    return Bounds(least, most, np.array([terms.public_days.get(name, 0.0) for name in names]))


def _most(chain: Chain, terms: StockTerms, point: Point) -> float:
    """Days of cover that may be held of a point."""
    least = terms.private_days.get(point.id, 0.0)
    closed = terms.points is not None and point.id not in terms.points
    if closed or point.per_day <= 0 or terms.price(chain, point.id) <= 0:
        return least
    return terms.shelf_life_days.get(point.id, float("inf"))


def _check_points(chain: Chain, terms: StockTerms) -> None:
    from materials_db.faults import did_you_mean

    known = [point.id for point in chain.points]
    named = dict.fromkeys(terms.points or ())
    for field in ("loss_per_year", "shelf_life_days", "public_days", "private_days", "prices"):
        named |= dict.fromkeys(getattr(terms, field))
    raise_sentences(
        f"the plan has no good '{name}' to stock; {did_you_mean(name, known)}"
        for name in named
        if name not in known
    )


def _notes(chain: Chain, terms: StockTerms, arrives: FloatArray) -> list[str]:
    hit = np.any(arrives < 1.0 - _SAME, axis=(0, 2))
    free = [
        f"no price of '{point.id}' is known, so no stock of it was sized; give one"
        for point, touched in zip(chain.points, hit, strict=True)
        if touched and point.per_day > 0 and terms.price(chain, point.id) <= 0
    ]
    kept = f"after {terms.years:g} years" if terms.years != 1 else "after a year"
    return [
        *free,
        f"what is left of a stock {kept} is taken to be worth {100 * terms.end_value:g} % of its "
        "price",
        "at most one event comes in a year, and a stock is filled again after it with what the "
        "event kept from being bought, at the same price",
    ]
