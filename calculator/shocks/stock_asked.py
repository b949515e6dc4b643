"""From the part of a scenario on shocks to the terms of a stockpile; what is missing is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.shocks.chain import Chain, Point
from calculator.shocks.event import Event
from calculator.shocks.stock_terms import StockTerms, missing_chances, raise_sentences

if TYPE_CHECKING:
    from calculator.scenario.shocks import Shocks, Stock
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class StockWishes:
    """What is asked of a stockpile beside the scenario; what is given goes before it."""

    holding_per_year: float | None = None
    shortage_cost: str | None = None
    """Such as ``60 USD_2025/kWh``."""
    weight: float = 0.0
    level: float = 0.95
    years: float = 1.0
    end_value: float = 1.0


@dataclass
class _Cover:
    """What the stocks of a scenario come to, by point."""

    public: dict[str, float] = field(default_factory=dict)
    private: dict[str, float] = field(default_factory=dict)
    shelf: dict[str, float] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=dict)


def stock_terms(
    db: MaterialsDB,
    shocks: Shocks,
    chain: Chain,
    events: Sequence[Event],
    wishes: StockWishes | None = None,
) -> StockTerms:
    """Return the terms that a scenario and its user give.

    Stocks of the scenario that are public count as they are; the own ones are the least held.

    Args:
        db: exchange rates.
        shocks: that part of the scenario.
        chain: the supply of the plan, whose points the stocks are of.
        events: the events of the scenario.
        wishes: what goes before the scenario.

    Raises:
        InputError: everything that only the user can say and has not, and every stock of a good
            that the plan does not hold.
    """
    wishes = wishes or StockWishes()
    holding = wishes.holding_per_year
    if holding is None and shocks.holding_percent is not None:
        holding = shocks.holding_percent / 100.0
    shortage = wishes.shortage_cost or shocks.shortage_cost
    raise_sentences(
        [
            *_missing(holding, shortage),
            *missing_chances(events, {}),
            *_unknown(chain, shocks.stock),
        ]
    )
    assert holding is not None and shortage is not None
    cover = _covers(db, chain, shocks.stock)
    return StockTerms(
        holding_per_year=holding,
        shortage_cost_per_kwh=_in(db, shortage, f"{chain.money}/kWh"),
        start=shocks.date,
        days=int(shocks.horizon_days),
        weight=wishes.weight,
        level=wishes.level,
        years=wishes.years,
        end_value=wishes.end_value,
        public_days=cover.public,
        private_days=cover.private,
        shelf_life_days=cover.shelf,
        prices=cover.prices,
    )


def _missing(holding: float | None, shortage: str | None) -> Iterator[str]:
    if holding is None:
        yield (
            "what it costs to hold a stock is not given; say it, such as --holding '8 %/year', or "
            "'holding' under 'shocks'"
        )
    if shortage is None:
        yield (
            "what a kWh that is not delivered costs is not given; say it, such as --shortage-cost "
            "'60 USD_2025/kWh', or 'shortage_cost' under 'shocks'"
        )


def _points(chain: Chain, stock: Stock) -> tuple[Point, ...]:
    return tuple(
        point
        for point in chain.points
        if point.material == stock.material and stock.stage in (None, point.stage)
    )


def _unknown(chain: Chain, stocks: Sequence[Stock]) -> Iterator[str]:
    from materials_db.faults import did_you_mean

    materials = [point.material for point in chain.points]
    for stock in stocks:
        if not _points(chain, stock):
            what = " ".join(filter(None, (stock.material, stock.stage)))
            near = did_you_mean(stock.material, dict.fromkeys(materials))
            yield f"the plan does not hold '{what}', of which a stock stands; {near}"


def _covers(db: MaterialsDB, chain: Chain, stocks: Sequence[Stock]) -> _Cover:
    found = _Cover()
    for stock in stocks:
        into = found.public if stock.public else found.private
        for point in _points(chain, stock):
            into[point.id] = into.get(point.id, 0.0) + stock.cover_days
            if stock.shelf_life_days is not None and not stock.public:
                found.shelf[point.id] = stock.shelf_life_days
            if stock.price is not None:
                found.prices[point.id] = _in(db, stock.price, f"{chain.money}/{point.unit}")
    return found


def _in(db: MaterialsDB, text: str, target: str) -> float:
    """Money per something in another money per something."""
    from calculator.money import convert
    from materials_db.units import split_quantity

    number, unit = split_quantity(text)
    return float(convert(db, number, unit, target)[0])
