"""What a stock of so many days is: tonnes, money, and how long it lasts in each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calculator.money import Money, MoneyTables
from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain, Point
from calculator.shocks.event import Event
from calculator.shocks.run_down import run_down

COVERS_DAYS = (30.0, 60.0, 180.0)
SHOWN_IN = "JPY"


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A stock of one good; the money is nothing where the good has no price."""

    point: str
    material: str
    stage: str | None
    unit: str
    days: float
    quantity: float
    cost: float | None
    """In the money of the chain."""
    cost_shown: float | None
    """In the other currency; nothing where no rate is known."""

    @property
    def tonnes(self) -> float | None:
        """Tonnes; nothing for what is not counted in kg."""
        return self.quantity / 1e3 if self.unit == "kg" else None


@dataclass(frozen=True)
class CoverTable:
    """Every good of the plan at each number of days."""

    money: str
    shown: str | None
    """Other money, such as ``JPY_2025``; nothing where no rate was given."""
    rows: tuple[CoverRow, ...]
    notes: tuple[str, ...] = ()

    def total(self, days: float) -> float:
        """What stocks of so many days of every good cost together, in ``money``."""
        return sum(row.cost or 0.0 for row in self.rows if row.days == days)


@dataclass(frozen=True, slots=True)
class LastingRow:
    """What one event leaves of a plan with the same days of cover of every good it cuts."""

    event: str
    cover_days: float
    survived_days: float
    """Whole days before the first that falls short; the horizon where none does."""
    lost_gwh: float


def cover_table(
    chain: Chain,
    days: Sequence[float] = COVERS_DAYS,
    rates: MoneyTables | None = None,
    currency: str = SHOWN_IN,
    prices: Mapping[str, float] | None = None,
) -> CoverTable:
    """Return tonnes and money of a stock of so many days of each good of the plan.

    Args:
        chain: the supply of the plan.
        days: days of the plan's use.
        rates: exchange rates, to show the money in another currency of the same year.
        currency: that currency.
        prices: per unit by id of the point, before those of the chain.

    Raises:
        InputError: no rate of the currency in the year of the chain.
    """
    factor, shown, notes = _conversion(chain.money, rates, currency)
    rows = [
        _row(point, float(cover), (prices or {}).get(point.id, point.price), factor)
        for point in chain.points
        if point.per_day > 0
        for cover in days
    ]
    return CoverTable(chain.money, shown, tuple(rows), notes)


def _row(point: Point, days: float, price: float, factor: float | None) -> CoverRow:
    quantity = days * point.per_day
    cost = quantity * price if price > 0 else None
    other = cost * factor if cost is not None and factor is not None else None
    return CoverRow(
        point.id, point.material, point.stage, point.unit, days, quantity, cost, other
    )  # fmt: skip


def _conversion(
    money: str, rates: MoneyTables | None, currency: str
) -> tuple[float | None, str | None, tuple[str, ...]]:
    if rates is None:
        return None, None, ()
    code, _, year = money.partition("_")
    found = rates.conversion(Money(code, int(year)), Money(currency, int(year)))
    return found.factor, str(found.target), found.notes


def lasting(
    chain: Chain,
    events: Sequence[Event],
    arrives: FloatArray,
    days: Sequence[float] = (0.0, *COVERS_DAYS),
    public_days: FloatArray | None = None,
) -> tuple[LastingRow, ...]:
    """Return how long the same days of cover last, in each event on its own.

    Args:
        chain: the supply of the plan.
        events: as in ``arrives``.
        arrives: (E, P, T) share of each planned inflow that may arrive.
        days: own cover of every good that the event cuts.
        public_days: (P,) public stock beside it.
    """
    cuts = np.any(arrives < 1.0, axis=2)
    beside = np.zeros(len(chain.points)) if public_days is None else public_days
    rows = []
    for cover in map(float, days):
        ran = run_down(chain, arrives, cuts * cover + beside)
        for event, lasted, lost in zip(events, ran.survived_days, ran.lost_gwh, strict=True):
            rows.append(LastingRow(event.id, cover, float(lasted), float(lost)))
    return tuple(rows)
