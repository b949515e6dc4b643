"""How long stocks last, day by day: the short recursion behind covers and frontiers.

Everything is in days of the plan: a stock of 60 covers 60 days, an inflow of 0.4 is 40 % of what
the plan takes in a day. What comes is used first, stocks fill the rest, and what is short is
shared among the users of a good in proportion to their need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain

_FULL = 1e-7
"""Share of the output that counts as none lacking."""


@dataclass(frozen=True)
class Flowsheet:
    """A chain in days of the plan: who needs what, and what a day of each product is."""

    names: tuple[str, ...]
    need: FloatArray
    """(P, P): days of source p that a day of target t takes; a row of a good in use sums to 1."""
    products: tuple[int, ...]
    kwh_per_day: FloatArray
    """(P,): energy of a day of each product; 0 for other points."""

    @classmethod
    def of(cls, chain: Chain) -> Flowsheet:
        """The flowsheet of a chain; a point that the plan does not use needs and gives nothing."""
        at = {point.id: k for k, point in enumerate(chain.points)}
        need = np.zeros((len(at), len(at)))
        for target, sources in chain.recipe.items():
            for source, units in sources.items():
                if chain.points[at[source]].per_day > 0:
                    day = chain.points[at[target]].per_day / chain.points[at[source]].per_day
                    need[at[source], at[target]] += units * day
        products = tuple(k for name, k in at.items() if name in chain.energy)
        kwh = [chain.energy.get(p.id, 0.0) * p.per_day for p in chain.points]
        return cls(tuple(at), need, products, np.array(kwh))

    @property
    def gwh_per_day(self) -> float:
        """What the plan delivers in a day."""
        return float(self.kwh_per_day.sum()) / 1e6


@dataclass(frozen=True)
class RunDown:
    """Outcome of each event."""

    lost_gwh: FloatArray
    """(E,)"""
    survived_days: FloatArray
    """(E,) whole days before the first that falls short; the horizon where none does."""
    output: FloatArray
    """(E, T) share of the planned energy delivered."""


def run_down(chain: Chain, arrives: FloatArray, cover_days: FloatArray) -> RunDown:
    """Run the stocks down, day by day, every event on its own.

    Args:
        chain: points in the order in which goods move.
        arrives: (E, P, T) share of each planned inflow that may arrive.
        cover_days: (P,) or (E, P) stock at the start, public and own together; also the most it
            is filled up to.
    """
    sheet = Flowsheet.of(chain)
    events, _, days = arrives.shape
    full = np.broadcast_to(cover_days, arrives.shape[:2]).astype(np.float64)
    stock = full
    made = np.zeros((events, days, len(sheet.names)))
    for day in range(days):
        made[:, day], stock = _one_day(sheet, arrives[:, :, day], stock, full)
    whole = float(sheet.kwh_per_day.sum())
    output = made @ sheet.kwh_per_day / whole
    short = output < 1.0 - _FULL
    first = np.where(short.any(axis=1), short.argmax(axis=1), days).astype(np.float64)
    lost = np.where(short, 1.0 - output, 0.0).sum(axis=1) * whole / 1e6
    return RunDown(lost, first, output)


def _one_day(
    sheet: Flowsheet, arrives: FloatArray, stock: FloatArray, full: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """What each product delivers, and the stocks after the day."""
    most = _most_in(sheet, arrives, stock)
    inflow, use = np.zeros_like(stock), np.zeros_like(stock)
    delivered = np.zeros_like(stock)
    for p in reversed(range(len(sheet.names))):
        if p in sheet.products:
            delivered[:, p] = np.minimum(1.0, stock[:, p] + most[:, p])
        use[:, p] = inflow @ sheet.need[p] + delivered[:, p]
        inflow[:, p] = np.minimum(most[:, p], use[:, p] + full[:, p] - stock[:, p])
    return delivered, (stock + inflow - use).clip(0.0)


def _most_in(sheet: Flowsheet, arrives: FloatArray, stock: FloatArray) -> FloatArray:
    """The most that can come in: what arrives, and what the inputs suffice for."""
    most = np.zeros_like(stock)
    for p in range(len(sheet.names)):
        most[:, p] = arrives[:, p]
        for source in np.flatnonzero(sheet.need[:, p]):
            most[:, p] = np.minimum(most[:, p], stock[:, source] + most[:, source])
    return most
