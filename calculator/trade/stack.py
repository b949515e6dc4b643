"""The duties stacked on goods at one border on one day, line by line.

Equation: the base rate is the preferential rate where one is claimed, else the most-favoured-
nation rate; each measure that ``adds`` is summed on top; a measure that is ``all_in`` at X adds
``max(0, X - base)``, so that base and measure come to X together. Low, central and high are
stacked apart, each from the low, central and high of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Unpack

from calculator.regions import EU, WORLD
from calculator.trade.candidates import Candidate, candidates, chosen, holds
from calculator.trade.lines import BASE_TREATMENTS, DutyLine, DutyStack, OffLine
from calculator.trade.places import REST, customs_base, known_area
from calculator.trade.request import Given, Goods, Maker, Terms, goods_of, maker_of
from calculator.trade.standing import standing
from calculator.trade.told import (
    age_notes,
    agreement_notes,
    gap_notes,
    idle_switches,
    kind_notes,
    quota_notes,
)

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import Tariff


def duty_stack(
    db: MaterialsDB,
    product: str,
    origin: str,
    importer: str,
    on: date | str,
    **terms: Unpack[Given],
) -> DutyStack:
    """Duties on a product from an origin at an importer on a day.

    Args:
        db: the materials database.
        product: id of a trade product, another name of it, or its code of the Harmonized System.
        origin: ISO code of the country of origin.
        importer: ISO code of the importing country; a member of the EU stands for the EU.
        on: the day, or its text ``2026-11-22``.
        **terms: ``producer``, ``use``, ``unit_value_usd``, ``over_quota``, ``switched`` and
            ``include_proposed``; see ``Given``.

    Raises:
        InputError: an unknown product, code, country, day, use, measure, or a near miss of a
            producer's name.
    """
    goods = goods_of(db, product, importer, on, Terms(**terms))
    return stack_of(db, goods, known_area(origin, "origin"))


def stack_of(db: MaterialsDB, goods: Goods, origin: str) -> DutyStack:
    """The stack of goods already looked up, from a customs area."""
    empty = DutyStack(
        product=goods.product.id, hs=goods.hs, origin=origin, importer=goods.importer, on=goods.on,
        base=customs_base(db, goods.importer), lines=(), off=(), covered=False,
        quota_per_year=None, notes=kind_notes(goods), asks=(),
    )  # fmt: skip
    if origin == goods.importer and origin != REST:
        empty = replace(empty, covered=True)
        inside = "within the European Union" if origin == EU else f"within {origin}"
        return replace(empty, notes=(*empty.notes, f"{inside} no duty is charged"))
    rows = [row for row in db.tariffs_of.get(goods.importer, ()) if goods.covers(row)]
    met = [row for row in rows if origin not in row.except_origins]
    live = [row for row in met if holds(row, goods.on) and {origin, WORLD} & set(row.origins)]
    maker = maker_of(goods.terms.producer, live)
    picked = chosen(candidates(rows, goods, maker), goods, origin)
    return _filled(db, empty, goods, picked, maker, met)


def _filled(
    db: MaterialsDB,
    empty: DutyStack,
    goods: Goods,
    picked: Mapping[tuple[str, str], Candidate],
    maker: Maker,
    rows: list[Tariff],
) -> DutyStack:
    rates = [entry for (_, quantity), entry in picked.items() if quantity == "rate"]
    counted, off, asks = _sorted_out(db, goods, rates)
    lines, replaced = _lines(db, counted, picked)
    quota = _quota(picked)
    notes = [*empty.notes, *([] if rates else gap_notes(db, goods, empty.origin, rows))]
    notes += [maker.note, *age_notes(lines, goods.on), *quota_notes(quota, goods)]
    notes += agreement_notes(lines, goods.importer, empty.origin)
    notes += idle_switches(goods, {measure for measure, _ in picked})
    asks += [*(entry.ask or entry.row.ask for entry in counted), maker.ask]
    return replace(
        empty,
        lines=lines,
        off=(*replaced, *off),
        covered=bool(lines),
        quota_per_year=quota,
        notes=tuple(dict.fromkeys(note for note in notes if note)),
        asks=tuple(dict.fromkeys(a.replace("{origin}", empty.origin) for a in asks if a)),
    )


def _sorted_out(
    db: MaterialsDB, goods: Goods, rates: list[Candidate]
) -> tuple[list[Candidate], list[OffLine], list[str]]:
    """Rows that count, those that do not, and what the user must settle about the latter."""
    counted: list[Candidate] = []
    off: list[OffLine] = []
    asks: list[str] = []
    for entry in rates:
        found = standing(db.trade_measures[entry.row.measure], goods)
        if found.counts:
            counted.append(entry)
        else:
            off.append(_off(db, entry, found.reason))
            asks.append(found.ask)
    return counted, off, asks


def _lines(
    db: MaterialsDB, counted: list[Candidate], picked: Mapping[tuple[str, str], Candidate]
) -> tuple[tuple[DutyLine, ...], tuple[OffLine, ...]]:
    base, replaced = base_of(counted)
    others = sorted(
        (entry for entry in counted if entry.row.treatment not in BASE_TREATMENTS),
        key=lambda entry: (entry.row.treatment != "all_in", entry.row.measure),
    )
    lines = [_line(db, entry, base, picked) for entry in [*([base] if base else []), *others]]
    told = [_off(db, entry, f"replaced by {base.row.measure}") for entry in replaced if base]
    return tuple(lines), tuple(told)


def base_of(counted: list[Candidate]) -> tuple[Candidate | None, list[Candidate]]:
    """The base rate that is paid, the lowest preferential one if any, and those it replaces."""
    found = [entry for entry in counted if entry.row.treatment in BASE_TREATMENTS]
    order = sorted(found, key=lambda c: (c.row.treatment == "mfn", c.value, c.row.measure))
    return (order[0], order[1:]) if order else (None, [])


def _line(
    db: MaterialsDB,
    entry: Candidate,
    base: Candidate | None,
    picked: Mapping[tuple[str, str], Candidate],
) -> DutyLine:
    row = entry.row
    measure = db.trade_measures[row.measure]
    low, value, high = added(entry, base)
    least = picked.get((row.measure, "minimum_duty"))
    return DutyLine(
        measure=measure.id, label=measure.name, rate=value, low=low, high=high,
        treatment=row.treatment, stated=entry.value, kind=measure.kind, status=measure.status,
        recalled=row.recalled, valid_from=row.valid_from or "", valid_to=row.valid_to or "",
        record=row, minimum_per_unit=least.value if least else 0.0,
        minimum_money=least.row.unit.partition("/")[0] if least else "",
        minimum_record=least.row if least else None,
    )  # fmt: skip


def added(entry: Candidate, base: Candidate | None) -> tuple[float, float, float]:
    """Low, central and high of what a row adds, fractions of the customs value."""
    if entry.row.treatment != "all_in" or base is None:
        return entry.low, entry.value, entry.high
    return (
        max(0.0, entry.low - base.low),
        max(0.0, entry.value - base.value),
        max(0.0, entry.high - base.high),
    )


def _off(db: MaterialsDB, entry: Candidate, reason: str) -> OffLine:
    measure = db.trade_measures[entry.row.measure]
    return OffLine(measure.id, measure.name, entry.value, reason, measure.status, entry.row)


def _quota(picked: Mapping[tuple[str, str], Candidate]) -> float | None:
    found = [entry.value for (_, quantity), entry in picked.items() if quantity == "quota"]
    return min(found) if found else None
