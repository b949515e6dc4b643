"""Landed cost: price at the port of origin, carriage, and every duty at the border.

Equations: customs value ``V`` = FOB, or FOB + freight + insurance where the importer values so;
duty of a line = rate x V, at least its specific minimum; landed = FOB + freight + insurance +
duties. Under a price undertaking ``V = max(MIP, V)`` and the countervailing duty falls away. The
minimum price that weighs as much as the duties: ``MIP = V (1 + base + cvd) / (1 + base)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np

from calculator.errors import InputError
from calculator.money import convert, parse_money
from calculator.numbers import Num
from calculator.trace import plain
from calculator.trade.lines import DutyLine, DutyStack
from calculator.trade.places import known_area
from calculator.trade.rebate import rebate_uplift
from calculator.trade.request import Terms, goods_of
from calculator.trade.stack import stack_of

if TYPE_CHECKING:
    from calculator.trade.request import Goods
    from materials_db.database import MaterialsDB

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    Stacks = Sequence[tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], DutyStack]]


@dataclass(frozen=True)
class LandedLine:
    """Money of one duty, in the unit of the FOB price."""

    line: DutyLine
    low: Num
    value: Num
    high: Num


@dataclass(frozen=True)
class Landed:
    """Cost of one unit delivered over a border; numbers or arrays, all in ``unit``."""

    unit: str
    """Money and what it is per, such as ``USD_2026/vehicle``."""
    fob: Num
    """As given."""
    uplift: Num
    """What a cut of the origin's VAT rebate adds to it."""
    freight: Num
    insurance: Num
    price_floor_gap: Num
    """Raise of the price to the minimum import price, where one is given."""
    customs_value: Num
    """What the rates are on."""
    lines: tuple[LandedLine, ...]
    duty_low: Num
    duty: Num
    duty_high: Num
    total_low: Num
    total: Num
    total_high: Num
    equal_minimum_price: Num
    """Minimum import price, as a customs value, that costs as much as the countervailing duty."""
    stack: DutyStack
    """Of the first value, where several stand in different bands."""
    notes: tuple[str, ...]
    asks: tuple[str, ...]


class LandedTerms(TypedDict, total=False):
    """Terms of a landed cost as keywords; those of a duty as well, but for the value of a unit."""

    minimum_import_price: Num | None
    """Price of an undertaking, on the base of the customs value; it takes the place of
    countervailing duties."""
    price_with_vat: Num | None
    """Domestic price with VAT, on which a cut of the rebate is counted."""
    pass_through: float
    """Share of that cut that reaches the buyer; 0, if left out, leaves the FOB price as given."""
    quoted_on: date | str | None
    """Day whose rebate the FOB price already holds; a full rebate where left out."""
    producer: str | None
    use: str | None
    over_quota: bool
    switched: Mapping[str, bool]
    include_proposed: bool


def landed_cost(  # noqa: PLR0913, PLR0917 - three amounts and their money belong together
    db: MaterialsDB,
    product: str,
    origin: str,
    importer: str,
    on: date | str,
    fob: Num,
    freight: Num = 0.0,
    insurance: Num = 0.0,
    money: str = "USD_2026",
    **terms: Unpack[LandedTerms],
) -> Landed:
    """Cost of one unit of a product, landed with every duty.

    Args:
        db: the materials database.
        product: id, other name or code of a trade product.
        origin: ISO code of the country of origin.
        importer: ISO code of the importing country.
        on: the day of entry.
        fob: price at the port of origin, a number or an array, per unit of the product.
        freight: carriage to the importer, per unit; broadcast with ``fob``.
        insurance: on the way, per unit.
        money: currency and year of the amounts, such as ``EUR_2026``.
        **terms: see ``LandedTerms``.

    Raises:
        InputError: as ``duty_stack`` and ``rebate_uplift``; a price that is not above zero, a
            negative freight or insurance, a pass-through without the price it is on.
    """
    if unknown := set(terms) - set(LandedTerms.__annotations__):
        raise TypeError(f"landed_cost() got unexpected keywords: {', '.join(sorted(unknown))}")
    mip = terms.get("minimum_import_price")
    _check(fob, freight, insurance, mip)
    goods = goods_of(db, product, importer, on, _duty_terms(terms))
    source = known_area(origin, "origin")
    uplift = _uplift(db, goods, source, terms)
    priced: Num = fob + uplift
    first = stack_of(db, goods, source)
    cif: Num = priced + freight + insurance
    own: Num = cif if first.base == "cif" else priced
    value: Num = own if mip is None else np.maximum(own, mip) * 1.0
    stacks = _by_band(db, goods, source, value, money, first)
    lines = tuple(_landed_lines(db, stacks, value, money, undertaking=mip is not None))
    low, middle, high = (sum_of(lines, end) + 0.0 * value for end in ("low", "value", "high"))
    before: Num = cif + (value - own)
    return Landed(
        unit=f"{parse_money(money)}/{goods.product.unit}",
        fob=fob, uplift=uplift, freight=freight, insurance=insurance,
        price_floor_gap=value - own, customs_value=value, lines=lines,
        duty_low=low, duty=middle, duty_high=high,
        total_low=before + low, total=before + middle, total_high=before + high,
        equal_minimum_price=_equal_price(stacks, own),
        stack=stacks[0][1], notes=_notes(stacks, freight, mip), asks=_asks(stacks),
    )  # fmt: skip


def equal_minimum_price(value: Num, base: Num, countervailing: Num) -> Num:
    """Minimum import price that costs the buyer as much as a countervailing duty.

    ``MIP = value (1 + base + cvd) / (1 + base)``; rates as fractions.
    """
    return value * (1.0 + base + countervailing) / (1.0 + base)


def sum_of(lines: Sequence[LandedLine], end: str) -> Num:
    """Sum of the lines' ``low``, ``value`` or ``high``."""
    total: Num = 0.0
    for line in lines:
        total = total + getattr(line, end)
    return total


def _check(fob: Num, freight: Num, insurance: Num, mip: Num | None) -> None:
    for name, amount in (("FOB price", fob), ("minimum import price", mip)):
        if amount is not None and not np.all((np.asarray(amount) > 0) & np.isfinite(amount)):
            raise InputError(f"the {name} must be a number above zero; give money per unit")
    for name, amount in (("freight", freight), ("insurance", insurance)):
        if not np.all((np.asarray(amount) >= 0) & np.isfinite(amount)):
            raise InputError(f"{name} must be a number of zero or more; give money per unit")


def _duty_terms(terms: LandedTerms) -> Terms:
    return Terms(
        producer=terms.get("producer"),
        use=terms.get("use"),
        over_quota=terms.get("over_quota", False),
        switched=terms.get("switched", {}),
        include_proposed=terms.get("include_proposed", False),
    )


def _uplift(db: MaterialsDB, goods: Goods, origin: str, terms: LandedTerms) -> Num:
    share = terms.get("pass_through", 0.0)
    if share == 0.0:
        return 0.0
    price = terms.get("price_with_vat")
    if price is None:
        raise InputError(
            "a pass-through of the VAT rebate needs the domestic price with VAT that it is on; "
            "give it, or leave the pass-through at 0"
        )
    name, since = goods.product.id, terms.get("quoted_on")
    return rebate_uplift(db, name, origin, goods.on, price, pass_through=share, since=since)


def _by_band(
    db: MaterialsDB, goods: Goods, origin: str, value: Num, money: str, first: DutyStack
) -> Stacks:
    """A stack for each band of value that the prices fall in, with the places of its prices."""
    rows = [row for row in db.tariffs_of.get(goods.importer, ()) if goods.covers(row)]
    edges = sorted({edge for row in rows if (edge := row.unit_value_from_usd)})
    everywhere = np.ones(np.shape(value), dtype=bool)
    if not edges:
        return [(everywhere, first)]
    in_usd = np.asarray(value, float) * float(_usd(db, money))
    found: list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], DutyStack]] = []
    for band in np.unique(np.digitize(in_usd, edges)):
        mask = np.digitize(in_usd, edges) == band
        inside = float(in_usd[mask].flat[0]) if in_usd.shape else float(in_usd)
        found.append((mask, stack_of(db, _valued(goods, inside), origin)))
    return found


def _valued(goods: Goods, unit_value_usd: float) -> Goods:
    from dataclasses import replace

    return replace(goods, terms=replace(goods.terms, unit_value_usd=unit_value_usd))


def _usd(db: MaterialsDB, money: str) -> float:
    """US dollars of the same year that one unit of the money buys."""
    year = parse_money(money).year
    return plain(convert(db, 1.0, str(parse_money(money)), f"USD_{year}")[0])


def _landed_lines(
    db: MaterialsDB, stacks: Stacks, value: Num, money: str, undertaking: bool
) -> list[LandedLine]:
    by_measure: dict[str, list[tuple[Num, DutyLine]]] = {}
    for mask, stack in stacks:
        for line in stack.lines:
            if not (undertaking and line.kind == "countervailing"):
                by_measure.setdefault(line.measure, []).append((_share(mask, value), line))
    return [_landed_line(db, parts, value, money) for parts in by_measure.values()]


def _share(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], value: Num) -> Num:
    return 1.0 if mask.all() or not np.shape(value) else mask.astype(float)


def _landed_line(
    db: MaterialsDB, parts: Sequence[tuple[Num, DutyLine]], value: Num, money: str
) -> LandedLine:
    """Money of one measure, of each price by the rate of its own band."""
    ends: list[Num] = []
    for end in ("low", "rate", "high"):
        amount: Num = 0.0
        for share, line in parts:
            amount = amount + share * _at_least(db, line, getattr(line, end) * value, money)
        ends.append(amount)
    return LandedLine(parts[0][1], *ends)


def _at_least(db: MaterialsDB, line: DutyLine, amount: Num, money: str) -> Num:
    """The duty, or its specific minimum where that is more; the law's dollars are nominal."""
    if not line.minimum_money:
        return amount
    least = line.minimum_per_unit / _usd(db, money)
    raised = np.maximum(amount, least)
    return raised if np.shape(raised) else plain(raised)


def _equal_price(stacks: Stacks, value: Num) -> Num:
    total: Num = 0.0
    for mask, stack in stacks:
        cvd = sum(line.rate for line in stack.lines if line.kind == "countervailing")
        total = total + _share(mask, value) * equal_minimum_price(value, stack.mfn, cvd)
    return total


def _notes(stacks: Stacks, freight: Num, mip: Num | None) -> tuple[str, ...]:
    notes = [note for _, stack in stacks for note in stack.notes]
    if not np.any(np.asarray(freight, float)):
        notes.append("freight is zero: give it to count it")
    if mip is not None:
        notes.append("minimum import price in place of countervailing duties")
    return tuple(dict.fromkeys(notes))


def _asks(stacks: Stacks) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ask for _, stack in stacks for ask in stack.asks))
