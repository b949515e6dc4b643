"""What money buys against shortage: the frontier of stocks, and how long a cover lasts.

Between no stock and the one that loses least, every corner of the frontier is found: the line
through two corners is moved until nothing lies below it (the problem is linear, so that the
frontier is a chain of lines between corners).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain
from calculator.shocks.event import Event
from calculator.shocks.stock_sizing import Sizing, sizing_of, solved
from calculator.shocks.stock_terms import StockTerms
from calculator.shocks.stockpile import EventRow, StockRow, event_rows, stock_rows, tail_mean

_SAME = 1e-7
_TIE = 1e-7
_MOST_CORNERS = 200


@dataclass(frozen=True)
class FrontierPoint:
    """One point of the frontier; money is in that of the chain."""

    purchase: float
    carry_per_year: float
    expected_gwh: float
    """Lost a year."""
    tail_gwh: float
    """Lost in the mean of the worst years."""
    worst_gwh: float
    """Lost in the worst event."""
    survived_days: float
    """Whole days before the first that falls short, in the event that bites first."""
    stocks: tuple[StockRow, ...]
    events: tuple[EventRow, ...]


@dataclass(frozen=True)
class Frontier:
    """Points by rising purchase; the corners of the frontier, or one for each budget asked."""

    money: str
    points: tuple[FrontierPoint, ...]
    horizon_days: int
    corners: bool
    notes: tuple[str, ...] = ()


def frontier(
    chain: Chain,
    events: Sequence[Event],
    terms: StockTerms,
    budgets: Sequence[float] | None = None,
    arrives: FloatArray | None = None,
) -> Frontier:
    """Return what each purchase of stock leaves of the shortage.

    The shortage that is made small is the mean and the tail by the weight of the terms, in kWh;
    holding and the cost of shortage do not count.

    Args:
        chain: the supply of the plan.
        events: each on its own, with a probability a year.
        terms: weight and level of the tail, limits of the stocks.
        budgets: first purchases to be spent at most; the corners if left out.
        arrives: (E, P, T) availability, where it is known already.

    Raises:
        InputError: as ``size_stockpile``, or a budget below the stock that must be held.
    """
    sizing = sizing_of(chain, events, terms, arrives)
    money = sizing.problem.value(sizing.per_day)
    if budgets is None:
        found = _corners(sizing, money)
    else:
        found = [_within(sizing, money, float(budget)) for budget in sorted(budgets)]
    points = tuple(_point(sizing, cover) for cover in found)
    return Frontier(chain.money, points, sizing.arrives.shape[2], budgets is None, sizing.notes)


def _within(sizing: Sizing, money: FloatArray, budget: float | None) -> FloatArray:
    """Stocks that lose least for a purchase, and the least purchase that does so."""
    least = float(sizing.per_day @ sizing.problem.bounds.least)
    if budget is not None and not least * (1 - _SAME) <= budget < 1e18:
        raise InputError(
            f"a budget of {budget:g} {sizing.chain.money} does not buy the stock that must be "
            f"held, {least:g}; give that or more"
        )
    caps = () if budget is None else ((money, budget),)
    return sizing.cover(solved(sizing, sizing.problem.risk + _thrift(sizing) * money, caps).x)


def _thrift(sizing: Sizing) -> float:
    """A weight on money too small to matter beside the risk: the cheapest of equals is taken."""
    bare = sizing.ran(np.zeros(len(sizing.per_day)))
    lost = 1e6 * float(sizing.chance @ bare.lost_gwh)
    year = 365.0 * float(sizing.per_day.sum())
    return _TIE * lost / year if lost > 0 and year > 0 else _TIE


def _corners(sizing: Sizing, money: FloatArray) -> list[FloatArray]:
    none = sizing.problem.bounds.least
    full = _within(sizing, money, None)
    risk = sizing.problem.risk
    ends = [_measured(sizing, cover) for cover in (none, full)]
    found = [(none, ends[0]), (full, ends[1])]
    if ends[0][1] - ends[1][1] <= _SAME * max(ends[0][1], 1.0):
        return [none]
    open_ends = [(found[0], found[1])]
    while open_ends and len(found) < _MOST_CORNERS:
        (low, a), (high, b) = open_ends.pop()
        slope = (a[1] - b[1]) / (b[0] - a[0])
        cover = sizing.cover(solved(sizing, risk + slope * money).x)
        c = _measured(sizing, cover)
        line = a[1] + slope * a[0]
        if c[1] + slope * c[0] < line - _SAME * abs(line):
            found.append((cover, c))
            open_ends += [((low, a), (cover, c)), ((cover, c), (high, b))]
    return [cover for cover, _ in sorted(found, key=lambda corner: corner[1][0])]


def _measured(sizing: Sizing, cover: FloatArray) -> tuple[float, float]:
    """Purchase, and risk in kWh, of given stocks."""
    held = sizing.problem.with_cover(cover)
    answer = held.solve(held.risk)
    return float(sizing.per_day @ cover), float(held.risk @ answer.x)


def _point(sizing: Sizing, cover: FloatArray) -> FrontierPoint:
    bare, ran = sizing.ran(np.zeros_like(cover)), sizing.ran(cover)
    rows = stock_rows(sizing, cover)
    return FrontierPoint(
        purchase=sum(row.purchase for row in rows),
        carry_per_year=sum(row.carry_per_year for row in rows),
        expected_gwh=float(sizing.chance @ ran.lost_gwh),
        tail_gwh=tail_mean(ran.lost_gwh, sizing.chance, sizing.terms.level),
        worst_gwh=float(ran.lost_gwh.max()),
        survived_days=float(ran.survived_days.min()),
        stocks=rows,
        events=event_rows(sizing, bare, ran),
    )
