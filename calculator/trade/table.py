"""Duties of a product between many countries on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Unpack

import numpy as np

from calculator.regions import WORLD
from calculator.trade.candidates import Candidate, candidates
from calculator.trade.lines import BASE_TREATMENTS
from calculator.trade.places import REST, known_area
from calculator.trade.request import Given, Goods, Maker, Terms, goods_of
from calculator.trade.stack import stack_of
from calculator.trade.standing import standing

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class DutyTable:
    """Rates (fractions) by origin (rows) and importer (columns)."""

    product: str
    on: date
    origins: tuple[str, ...]
    importers: tuple[str, ...]
    low: Array
    rate: Array
    high: Array
    covered: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    """Whether the table has a row for the pair; its zero is a gap, not a rate, where not."""
    notes: tuple[str, ...]


def duty_table(
    db: MaterialsDB,
    product: str,
    on: date | str,
    origins: Sequence[str] | None = None,
    importers: Sequence[str] | None = None,
    **terms: Unpack[Given],
) -> DutyTable:
    """Duties of a product from each origin into each importer on a day.

    Each importer is one pass over its rows, with the origins as an array; the cells equal the
    rates of ``duty_stack``.

    Args:
        db: the materials database.
        product: id, other name or code of a trade product.
        on: the day.
        origins: ISO codes, one a row; those the table names where left out.
        importers: ISO codes, one a column; those the table names where left out.
        **terms: as of ``duty_stack``.

    Raises:
        InputError: as ``duty_stack``.
    """
    places = tuple(origins) if origins else named_origins(db)
    borders = tuple(importers) if importers else tuple(sorted(db.tariffs_of))
    areas = np.array([known_area(place, "origin") for place in places])
    goods = [goods_of(db, product, border, on, Terms(**terms)) for border in borders]
    columns = [_column(db, entry, areas) for entry in goods]
    parts = zip(*(column.numbers for column in columns), strict=True)
    low, rate, high, covered = (np.stack(part, axis=1) for part in parts)
    told = [note for pair in zip(goods, columns, strict=True) for note in _told(*pair)]
    return DutyTable(
        goods[0].product.id, goods[0].on, places, borders, low, rate, high,
        covered.astype(bool), tuple(dict.fromkeys(told)),
    )  # fmt: skip


def named_origins(db: MaterialsDB) -> tuple[str, ...]:
    """Origins that any row of the tariff table names, and its importers, sorted."""
    named = {place for row in db.tariffs for place in row.origins}
    return tuple(sorted((named | set(db.tariffs_of)) - {WORLD}))


@dataclass(frozen=True)
class _Column:
    """One importer: low, central, high and whether covered, by origin; what must be settled."""

    numbers: tuple[Array, Array, Array, Array]
    asks: tuple[str, ...]


def _told(goods: Goods, column: _Column) -> list[str]:
    """What a reader of an importer's column must know."""
    where = f"no duty of {goods.importer} on {goods.product.id} in the table for {goods.on}"
    gap = [] if column.numbers[3].any() else [f"{where}; its zeros are gaps"]
    asks = dict.fromkeys(ask.replace("{origin}", "the origin") for ask in column.asks if ask)
    return [*gap, *(f"{goods.importer}: {ask}" for ask in asks)]


def _column(db: MaterialsDB, goods: Goods, areas: np.ndarray) -> _Column:
    rows = [row for row in db.tariffs_of.get(goods.importer, ()) if goods.covers(row)]
    if any(row.producer for row in rows):  # which makers are listed depends on the origin
        return _by_stack(db, goods, areas)
    found = candidates(rows, goods, Maker(""))
    live = [c for c in found if standing(db.trade_measures[c.row.measure], goods).counts]
    rates = [c for c in live if c.row.quantity == "rate"]
    picks = _picked(rates, goods, areas)
    base, named = _base(rates, picks, len(areas))
    inside = (areas == goods.importer) & (areas != REST)
    low, rate, high = (np.where(inside, 0.0, part) for part in _sums(rates, picks, base))
    used = {int(i) for pick in picks.values() for i in pick[~inside] if i >= 0}
    asks = tuple(rates[i].ask or rates[i].row.ask for i in sorted(used))
    return _Column((low, rate, high, (named | inside).astype(float)), asks)


def _by_stack(db: MaterialsDB, goods: Goods, areas: np.ndarray) -> _Column:
    stacks = [stack_of(db, goods, str(area)) for area in areas]
    cells = [(s.low, s.rate, s.high, float(s.covered)) for s in stacks]
    low, rate, high, covered = np.array(cells).T
    asks = tuple(ask for stack in stacks for ask in stack.asks)
    return _Column((low, rate, high, covered), asks)


def _picked(rates: Sequence[Candidate], goods: Goods, areas: np.ndarray) -> dict[str, np.ndarray]:
    """Position of the row that counts of each measure, by origin; -1 where none does."""
    order = sorted(range(len(rates)), key=lambda i: rates[i].closeness(goods))
    picks = {c.row.measure: np.full(len(areas), -1) for c in rates}
    for named in (False, True):  # rows that name the origin are laid over those for any
        for i in order:
            entry = rates[i]
            mask = [entry.meets(a) and entry.names(a) == named for a in areas]
            picks[entry.row.measure][np.array(mask, dtype=bool)] = i
    return picks


def _base(
    rates: Sequence[Candidate],
    picks: Mapping[str, np.ndarray],
    size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Position of the base rate paid by each origin, and whether any row is for it."""
    best, key = np.full(size, -1), np.full(size, np.inf)
    named = np.zeros(size, dtype=bool)
    order = sorted(picks)
    for measure in order:
        for place, i in enumerate(picks[measure]):
            if i < 0:
                continue
            row = rates[i].row
            named[place] = True
            rank = rates[i].value + (100.0 if row.treatment == "mfn" else 0.0)
            if row.treatment in BASE_TREATMENTS and rank < key[place]:
                best[place], key[place] = i, rank
    return best, named


def _sums(
    rates: Sequence[Candidate],
    picks: Mapping[str, np.ndarray],
    base: np.ndarray,
) -> tuple[Array, Array, Array]:
    """Low, central and high of the stack of each origin."""
    numbers = np.array([(c.low, c.value, c.high) for c in rates] + [(0.0, 0.0, 0.0)])
    all_in = np.array([c.row.treatment == "all_in" for c in rates] + [False])
    ground = np.array([c.row.treatment in BASE_TREATMENTS for c in rates] + [True])
    paid = numbers[base]
    total = paid.copy()
    for pick in picks.values():
        stated = numbers[pick]
        top_up = np.maximum(stated - paid, 0.0)
        extra = np.where(all_in[pick][:, None], top_up, stated)
        total += np.where(ground[pick][:, None], 0.0, extra)
    return total[:, 0], total[:, 1], total[:, 2]
