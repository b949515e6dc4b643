"""How the duties between two countries change with the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Unpack

import numpy as np

from calculator.errors import InputError
from calculator.trade.days import first_day, last_day
from calculator.trade.places import known_area
from calculator.trade.request import Given, Goods, Terms, goods_of
from calculator.trade.stack import stack_of

if TYPE_CHECKING:
    from calculator.trade.lines import DutyStack
    from materials_db.database import MaterialsDB

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class DutyHistory:
    """The days on which the stack of one pair changes, with the stack from each day on."""

    days: tuple[date, ...]
    """First day of each step; the first is the day asked from."""
    stacks: tuple[DutyStack, ...]
    low: Array
    rate: Array
    high: Array
    """Fractions of the customs value from each day on."""


def duty_history(
    db: MaterialsDB,
    product: str,
    origin: str,
    importer: str,
    start: date | str = date(2024, 1, 1),
    end: date | str = date(2030, 12, 31),
    **terms: Unpack[Given],
) -> DutyHistory:
    """The stack of one pair from day to day, as steps.

    Args:
        db: the materials database.
        product: id, other name or code of a trade product.
        origin: ISO code of the country of origin.
        importer: ISO code of the importing country.
        start: first day of the history.
        end: last day; a measure that begins later is left out.
        **terms: as of ``duty_stack``.

    Raises:
        InputError: as ``duty_stack``, or the history ends before it begins.
    """
    goods = goods_of(db, product, importer, start, Terms(**terms))
    last = goods_of(db, product, importer, end, Terms(**terms)).on
    if last < goods.on:
        raise InputError(f"the history ends on {last}, before it begins on {goods.on}; swap them")
    source = known_area(origin, "origin")
    steps = [(goods.on, stack_of(db, goods, source))]
    for day in sorted({day for day in _turns(db, goods) if goods.on < day <= last}):
        found = stack_of(db, replace(goods, on=day), source)
        if _differs(found, steps[-1][1]):
            steps.append((day, found))
    stacks = tuple(stack for _, stack in steps)
    low, rate, high = np.array([(s.low, s.rate, s.high) for s in stacks]).T
    return DutyHistory(tuple(day for day, _ in steps), stacks, low, rate, high)


def _turns(db: MaterialsDB, goods: Goods) -> Iterator[date]:
    """Days on which a row for the goods or the standing of its measure may change."""
    for row in db.tariffs_of.get(goods.importer, ()):
        if not goods.covers(row):
            continue
        if row.valid_from:
            yield first_day(row.valid_from)
        if row.valid_to:
            yield last_day(row.valid_to) + timedelta(days=1)
        measure = db.trade_measures[row.measure]
        if measure.suspended_from:
            yield first_day(measure.suspended_from)
        if measure.suspended_to:
            yield last_day(measure.suspended_to) + timedelta(days=1)


def _differs(one: DutyStack, other: DutyStack) -> bool:
    def shown(stack: DutyStack) -> object:
        counted = [(line.measure, line.low, line.rate, line.high) for line in stack.lines]
        return counted, stack.minimum_per_unit_usd, stack.quota_per_year, stack.covered

    return shown(one) != shown(other)
