"""Stockpile sizing: days of cover of each good that cost least with what they spare.

A year costs: capital tied up (first purchase less end value), holding, what spoils, and the
shortage that is left, its mean and its tail weighed against each other (see
``stockpile_problem``). A stock that was drawn is filled again with the purchases that the event
had stopped, at the same price. At most one event comes in a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain, Point
from calculator.shocks.event import Event
from calculator.shocks.run_down import RunDown
from calculator.shocks.stock_sizing import Sizing, sizing_of, solved
from calculator.shocks.stock_terms import StockTerms
from calculator.sourcing.solving.certificate import Certificate
from calculator.sourcing.solving.linear import LinearAnswer

_TIE = 1e-6
"""Least carry a year, of the purchase: among stocks that cost nothing to hold, the smallest."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """The stock of one good; money is in that of the chain."""

    point: str
    material: str
    stage: str | None
    unit: str
    private_days: float
    public_days: float
    quantity: float
    """Own stock, in ``unit``."""
    purchase: float
    carry_per_year: float
    """Capital, holding and spoilage."""
    left_at_end: float
    """What it brings when it is given up, discounted."""

    @property
    def tonnes(self) -> float | None:
        """Own stock in tonnes; nothing for what is not counted in kg."""
        return self.quantity / 1e3 if self.unit == "kg" else None


@dataclass(frozen=True, slots=True)
class EventRow:
    """What one event takes, without the own stock and with it."""

    event: str
    name: str
    probability: float
    lost_gwh_without: float
    lost_gwh: float
    survived_days: float
    """Whole days before the first that falls short; the horizon where none does."""


@dataclass(frozen=True)
class StockPlan:
    """The stocks, what they cost and what they spare, a year; money is in ``money``."""

    money: str
    stocks: tuple[StockRow, ...]
    events: tuple[EventRow, ...]
    horizon_days: int
    shortage_per_year: float
    """Expected cost of the shortage that is left."""
    shortage_tail: float
    """Mean of its dearest (1 - level) of years."""
    shortage_without: float
    """Expected cost of the shortage without the own stock."""
    objective: float
    """Carry, and the mean and the tail of the shortage by their weights."""
    certificate: Certificate
    notes: tuple[str, ...] = ()

    @property
    def purchase(self) -> float:
        """First purchase of the own stocks."""
        return sum(row.purchase for row in self.stocks)

    @property
    def carry_per_year(self) -> float:
        """What the own stocks cost a year."""
        return sum(row.carry_per_year for row in self.stocks)

    @property
    def left_at_end(self) -> float:
        """What the own stocks bring at the end, discounted."""
        return sum(row.left_at_end for row in self.stocks)

    @property
    def saved_per_year(self) -> float:
        """Expected shortage spared, less what the stocks cost."""
        return self.shortage_without - self.shortage_per_year - self.carry_per_year

    def days(self, point: str) -> float:
        """Own days of cover of a good."""
        return next((row.private_days for row in self.stocks if row.point == point), 0.0)


def size_stockpile(
    chain: Chain,
    events: Sequence[Event],
    terms: StockTerms,
    arrives: FloatArray | None = None,
) -> StockPlan:
    """Return the stocks that cost least together with the shortage they leave.

    Args:
        chain: the supply of the plan.
        events: each on its own, with a probability a year.
        terms: what holding and shortage cost.
        arrives: (E, P, T) availability, where it is known already.

    Raises:
        InputError: no event, a probability or price that is missing, an unknown point.
    """
    sizing = sizing_of(chain, events, terms, arrives)
    price = terms.shortage_cost_per_kwh
    carry = np.maximum(sizing.carry, _TIE * sizing.per_day)
    answer = solved(sizing, sizing.problem.value(carry) + price * sizing.problem.risk)
    return _plan(sizing, answer)


def _plan(sizing: Sizing, answer: LinearAnswer) -> StockPlan:
    terms, chance, cover = sizing.terms, sizing.chance, sizing.cover(answer.x)
    bare, ran = sizing.ran(np.zeros_like(cover)), sizing.ran(cover)
    cost = 1e6 * terms.shortage_cost_per_kwh
    mean = float(chance @ ran.lost_gwh)
    tail = tail_mean(ran.lost_gwh, chance, terms.level)
    assert answer.certificate is not None
    rows = stock_rows(sizing, cover)
    risk = (1.0 - terms.weight) * mean + terms.weight * tail
    return StockPlan(
        money=sizing.chain.money,
        stocks=rows,
        events=event_rows(sizing, bare, ran),
        horizon_days=sizing.arrives.shape[2],
        shortage_per_year=cost * mean,
        shortage_tail=cost * tail,
        shortage_without=cost * float(chance @ bare.lost_gwh),
        objective=sum(row.carry_per_year for row in rows) + cost * risk,
        certificate=answer.certificate,
        notes=(*sizing.notes, *_gap(sizing, answer, cost, rows, risk)),
    )


def _gap(
    sizing: Sizing, answer: LinearAnswer, cost: float, rows: tuple[StockRow, ...], risk: float
) -> list[str]:
    """Says by how much day-by-day sharing falls short of sharing with foresight."""
    problem = sizing.problem
    foreseen = float(problem.risk @ answer.x) / 1e6
    if risk - foreseen <= 1e-6 * max(risk, 1e-9):
        return []
    return [
        f"shortages are those of sharing in proportion to need, day by day; a plan that knew the "
        f"event's end and put the energy first would lose {1e3 * foreseen:.3g} GWh per thousand "
        f"years' weight instead of {1e3 * risk:.3g}"
    ]


def stock_rows(sizing: Sizing, cover: FloatArray) -> tuple[StockRow, ...]:
    """One row for each good of which there is an own or a public stock."""
    public = sizing.problem.bounds.public
    rows = []
    for point, own, other in zip(sizing.chain.points, cover, public, strict=True):
        if own > 0 or other > 0:
            rows.append(_stock_row(sizing, point, float(own), float(other)))
    return tuple(rows)


def _stock_row(sizing: Sizing, point: Point, own: float, public: float) -> StockRow:
    terms, quantity = sizing.terms, own * point.per_day
    purchase = quantity * terms.price(sizing.chain, point.id)
    left = terms.end_value * (1.0 + terms.discount_per_year) ** -terms.years
    return StockRow(
        point=point.id,
        material=point.material,
        stage=point.stage,
        unit=point.unit,
        private_days=own,
        public_days=public,
        quantity=quantity,
        purchase=purchase,
        carry_per_year=purchase * terms.carry_per_year(point.id),
        left_at_end=purchase * left,
    )


def event_rows(sizing: Sizing, bare: RunDown, ran: RunDown) -> tuple[EventRow, ...]:
    """One row for each event, with own stocks and without."""
    return tuple(
        EventRow(
            event=event.id,
            name=event.name,
            probability=float(sizing.chance[k]),
            lost_gwh_without=float(bare.lost_gwh[k]),
            lost_gwh=float(ran.lost_gwh[k]),
            survived_days=float(ran.survived_days[k]),
        )
        for k, event in enumerate(sizing.events)
    )


def tail_mean(lost: FloatArray, chance: FloatArray, level: float) -> float:
    """Mean of the worst (1 - level) of years, the quiet ones with nothing lost among them."""
    order = np.argsort(-lost)
    worst, p = lost[order], chance[order]
    room = 1.0 - level
    if room <= 0:
        return float(worst[p > 0][:1].sum())
    before = np.concatenate([[0.0], np.cumsum(p)[:-1]])
    return float(worst @ np.clip(room - before, 0.0, p) / room)
