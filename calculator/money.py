"""Money between currencies and years, each converted once.

An amount in currency ``a`` of year ``y`` becomes currency ``b`` of year ``t`` in three steps:
to US dollars by the rate of its own year, ``1 / e[a, y]``; to the asked year by the price level
of the United States, ``p[USD, t] / p[USD, y]``; to the asked currency by the rate of the asked
year, ``e[b, t]``. One price level serves every currency, so that no amount is deflated twice
and a round trip returns the amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.numbers import Num

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, ExchangeRate, PriceLevel

BASE = "USD"
_MONEY = re.compile(r"^([A-Z]{3})_(\d{4})(?:/(.+))?$")


@dataclass(frozen=True)
class Money:
    """A currency of a year, such as ``EUR_2024``."""

    currency: str
    year: int

    def __str__(self) -> str:
        return f"{self.currency}_{self.year}"


@dataclass(frozen=True)
class Conversion:
    """The factor between two moneys and where it comes from."""

    source: Money
    target: Money
    factor: float
    records: tuple[Datum, ...]
    """Exchange rates and price levels used, in the order of the steps."""
    notes: tuple[str, ...]
    """What stands in for something else; empty when every record is of its own full year."""

    def __call__(self, amount: Num) -> Num:
        """The amount (a number or an array) in the target money."""
        return amount * self.factor


@dataclass(frozen=True)
class MoneyTables:
    """Exchange rates and price levels, each by currency and year."""

    rates: Mapping[tuple[str, int], ExchangeRate]
    levels: Mapping[tuple[str, int], PriceLevel]

    def conversion(self, source: Money, target: Money) -> Conversion:
        """Factor from one money to another.

        Raises:
            InputError: a currency or year is not in the tables; the years that are stand in
                the message.
        """
        steps = (
            self._rate(source, inverse=True),
            self._level(source.year, target.year),
            self._rate(target, inverse=False),
        )
        factor = 1.0
        for step in steps:
            factor *= step.factor
        return Conversion(
            source,
            target,
            factor,
            tuple(record for step in steps for record in step.records),
            tuple(dict.fromkeys(note for step in steps for note in step.notes)),
        )

    def _rate(self, money: Money, *, inverse: bool) -> _Step:
        if money.currency == BASE:
            return _Step(1.0)
        record = self.rates.get((money.currency, money.year))
        if record is None:
            raise _missing("exchange rate", money, self.rates)
        value = 1.0 / record.value if inverse else record.value
        return _Step(value, (record,), _part_year(record, f"the exchange rate of {money}"))

    def _level(self, start: int, end: int) -> _Step:
        if start == end:
            return _Step(1.0)
        first, first_note = self._price_level(start)
        last, last_note = self._price_level(end)
        return _Step(last.value / first.value, (first, last), (*first_note, *last_note))

    def _price_level(self, year: int) -> tuple[PriceLevel, tuple[str, ...]]:
        """Level of a year; the year after the newest takes the newest, and says so."""
        record = self.levels.get((BASE, year))
        if record is not None:
            return record, _part_year(record, f"the US price level of {year}")
        newest = max((y for currency, y in self.levels if currency == BASE), default=0)
        if year != newest + 1:
            raise _missing("price level", Money(BASE, year), self.levels)
        note = (
            f"the US price level of {year} is not published; that of {newest} stands in, "
            f"so money of {year} is taken at the prices of {newest}"
        )
        return self.levels[BASE, newest], (note,)


@dataclass(frozen=True)
class _Step:
    factor: float
    records: tuple[Datum, ...] = ()
    notes: tuple[str, ...] = ()


def _part_year(record: Datum, what: str) -> tuple[str, ...]:
    """A note where the record says that it covers part of its year only."""
    span = record.note.partition(";")[0]
    return (f"{what} covers part of the year ({span})",) if span.startswith("part year") else ()


def _missing(what: str, money: Money, table: Mapping[tuple[str, int], object]) -> InputError:
    years = sorted(year for currency, year in table if currency == money.currency)
    if not years:
        known = ", ".join(sorted({currency for currency, _ in table} | {BASE}))
        return InputError(f"currency {money.currency} has no {what}; choose one of {known}")
    return InputError(
        f"{what} of {money.currency} for {money.year} is not in the database; "
        f"choose a year of {_spans(years)}"
    )


def _spans(years: Iterable[int]) -> str:
    """Years as spans: ``2010-2025, 2027``."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in spans)


def money_tables(db: MaterialsDB) -> MoneyTables:
    """Exchange rates and price levels of the database; the first row of a key is used."""
    return MoneyTables(db.exchange_rate_of, db.price_level_of)


def parse_money(text: str) -> Money:
    """Read ``EUR_2024`` or the money of ``EUR_2024/kg``.

    Raises:
        InputError: no currency with a year.
    """
    match = _MONEY.match(text.strip())
    if match is None:
        raise InputError(
            f"money '{text}' does not name a currency and its year; write one such as USD_2024"
        )
    return Money(match[1], int(match[2]))


def conversion(db: MaterialsDB, source: str, target: str) -> Conversion:
    """Factor between two moneys written as text, such as ``CNY_2026/t`` and ``USD_2024``.

    What stands behind a slash is not converted; that is a matter of units.

    Raises:
        InputError: money without a year, or a currency or year that is not in the tables.
    """
    return money_tables(db).conversion(parse_money(source), parse_money(target))


def convert(db: MaterialsDB, amount: Num, unit: str, target: str) -> tuple[Num, Conversion]:
    """An amount in ``unit`` (such as ``CNY_2026/t``) in the target unit, with its conversion.

    ``target`` is money (``USD_2024``, the rest of the unit is kept) or money per something of
    the same dimension (``USD_2024/kg``).

    Raises:
        InputError: as ``conversion``.
        UnitError: the denominators differ in dimension.
    """
    from materials_db.units import factor

    found = conversion(db, unit, target)
    scale = 1.0
    if "/" in target:
        per = unit.partition("/")[2]
        kept = f"{found.target}/{per}" if per else str(found.target)
        scale = factor(kept, target)
    return amount * (found.factor * scale), found


def years(db: MaterialsDB, currency: str) -> tuple[int, ...]:
    """Years to and from which a currency can be converted, ascending."""
    tables = money_tables(db)
    levels = {year for code, year in tables.levels if code == BASE}
    if not levels:
        return ()
    usable = levels | {max(levels) + 1}
    if currency == BASE:
        return tuple(sorted(usable))
    return tuple(sorted(year for code, year in tables.rates if code == currency and year in usable))
