"""Prices of a deck in the money asked: VAT taken out, converted once, indexed to metals.

A price is looked up in the deck, then in the decks behind it (and is then told as borrowed).
An item with a metal-indexed formula follows its metals instead of borrowing an older quote:
price = fee + sum(kg of metal x price of the metal) (MODEL 4). Where the deck itself quotes the
item, the quote is the anchor and the formula moves it with the caller's metals, given with the
request or laid over the database: price = quote + sum(kg x (metal - metal of the shipped deck)).

A sheet quoted at several thicknesses is priced at its own, between the quotes by a straight
line and beyond them as the outermost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.asked import number
from calculator.errors import InputError
from calculator.money import parse_money
from calculator.numbers import Num
from calculator.unit_price import Borrowed, Ladder, UnitPrice, refuse_area
from materials_db.faults import did_you_mean

if TYPE_CHECKING:
    from calculator.money import MoneyTables
    from materials_db.database import FoundPrice, IndexFormula, MaterialsDB
    from materials_db.schema import Datum, IndexedPrice, Price

__all__ = ["Borrowed", "Ladder", "PriceBook", "UnitPrice", "price_book", "refuse_area"]

_TARGET = {
    "money per mass": ("usd_per_kg", "kg"),
    "money per area": ("usd_per_m2", "m2"),
    "money per volume": ("usd_per_l", "L"),
}
"""Field of ``UnitPrice`` and its unit, by the dimension of a price."""


@dataclass(frozen=True)
class PriceBook:
    """Prices of a deck in USD of ``year``, worked out when asked for."""

    db: MaterialsDB
    deck: str
    year: int
    region: str
    money: MoneyTables
    overrides: Mapping[str, Num]
    """USD of ``year`` per kg (or m2, as the item is priced) by item; arrays are allowed."""

    def __getitem__(self, item: str) -> UnitPrice:
        """Price of an item; a fee that stands beside it is added to any price.

        Raises:
            InputError: neither the deck nor any behind it prices the item.
        """
        formula = self.db.index_formula(item, self.deck)
        found = self.db.find_price(item, self.deck, self.region)
        if item in self.overrides:
            return self._with_fee(self._own(item, found))
        if formula is not None and (found is None or found.borrowed):
            return self._with_fee(self._indexed(formula, found))
        if found is None:
            raise InputError(
                f"no price of {item} in deck {self.deck} or the decks behind it; "
                "add a row to an overlay's prices.csv or choose another deck"
            )
        quoted = self._with_fee(self._quoted(found))
        return self._moved(quoted, formula) if formula is not None else quoted

    def money_factor(self, unit: str) -> float:
        """USD of the book's year per unit of another money, such as ``USD_2022``."""
        target = parse_money(f"USD_{self.year}")
        return self.money.conversion(parse_money(unit), target).factor

    def net_usd(self, row: Price) -> float:
        """A row's price without value-added tax, in USD of the book's year per kg, m2 or litre."""
        return self._net(row)[0]

    # --- one kind of price after the other ---------------------------------------------

    def _own(self, item: str, found: FoundPrice | None) -> UnitPrice:
        """The caller's number, per the unit in which the item is priced, at any thickness."""
        basis = "usd_per_kg" if found is None else _target(found.price)[0]
        return UnitPrice(item, own=True, **{basis: self.overrides[item]})  # type: ignore[arg-type]

    def _quoted(self, found: FoundPrice) -> UnitPrice:
        row = found.price
        amount, notes = self._net(row)
        ladder, rungs = self._ladder(row)
        return UnitPrice(
            row.item,
            records=(row, *rungs),
            borrowed=_if_borrowed(row.item, found),
            own=row.layer == "overlay",
            notes=notes,
            ladder=ladder,
            **{_target(row)[0]: amount},  # type: ignore[arg-type]
        )

    def _indexed(self, formula: IndexFormula, found: FoundPrice | None) -> UnitPrice:
        """Fee and metals; a sheet takes its steps by thickness from the quote behind."""
        fee, notes = self._converted(formula.fee)
        total: Num = fee
        records: list[Datum] = [formula.fee]
        own: list[str] = []
        borrowed = self._older_fee(formula.fee)
        for name, term in formula.terms.items():
            metal = self._metal(name)
            own += [name] if metal.is_own else []
            total = total + term.value * metal.usd_per_kg
            records += [term, *metal.records]
            borrowed += tuple(
                replace(entry, what=f"{entry.what} in {formula.item}") for entry in metal.borrowed
            )
            notes += metal.notes
        ladder, rungs = self._ladder(found.price) if found else (None, ())
        steps = (found.price, *rungs) if found and ladder else ()
        if ladder is not None and formula.fee.thickness_um is not None:
            ladder = ladder.against(formula.fee.thickness_um)
        return UnitPrice(
            formula.item,
            usd_per_kg=total,
            records=(*records, *steps),
            borrowed=borrowed,
            indexed=True,
            own_metals=tuple(own),
            notes=tuple(dict.fromkeys(notes)),
            ladder=ladder,
        )

    def _moved(self, quoted: UnitPrice, formula: IndexFormula) -> UnitPrice:
        """The quote, shifted by the user's metals against those it was quoted with.

        A shipped quote stands beside the shipped metals, a quote of the user's beside the user's.
        """
        base = replace(self, db=self.db if quoted.own else _shipped(self.db), overrides={})
        moved = [name for name in formula.terms if base.has(name) and self[name].is_own]
        total, records = quoted.usd_per_kg, list(quoted.records)
        changed = []
        for name in moved:
            metal = self._metal(name)
            change = metal.usd_per_kg - base[name].usd_per_kg
            if np.any(np.asarray(change) != 0):
                total = total + formula.terms[name].value * change
                records += [formula.terms[name], *metal.records]
                changed.append(name)
        if not changed:
            return quoted
        return replace(
            quoted,
            usd_per_kg=total,
            records=tuple(records),
            indexed=True,
            own_metals=tuple(changed),
        )

    def has(self, item: str) -> bool:
        """Whether the deck or one behind it prices an item."""
        if self.db.find_price(item, self.deck, self.region) is not None:
            return True
        formula = self.db.index_formula(item, self.deck)
        return formula is not None and all(self.has(name) for name in formula.terms)

    def _metal(self, name: str) -> UnitPrice:
        """A raw material of a formula, which counts it by mass."""
        price = self[name]
        refuse_area(price)
        return price

    def _with_fee(self, price: UnitPrice) -> UnitPrice:
        """The price with the conversion fee that stands beside it, of its own deck or behind."""
        found = self.db.find_fee(price.item, self.deck, self.region)
        if found is None:
            return price
        amount, notes = self._net(found.price)
        name = _target(found.price)[0]
        return replace(
            price,
            records=(*price.records, found.price),
            borrowed=(*price.borrowed, *_if_borrowed(f"fee of {price.item}", found)),
            notes=tuple(dict.fromkeys((*price.notes, *notes))),
            **{name: getattr(price, name) + amount},
        )

    # --- parts of a price ----------------------------------------------------------------

    def _ladder(self, base: Price) -> tuple[Ladder | None, tuple[Price, ...]]:
        """Steps by thickness against the row shown, and the further rows they rest on."""
        rungs = [row for row in self.db.price_rows_of[base.item] if _same_sheet(row, base)]
        if len(rungs) < 2:
            return None, ()
        start, _ = self._net(base)
        steps = sorted((row.thickness_um or 0.0, self._net(row)[0] - start) for row in rungs)
        thickness_um, premium = zip(*steps, strict=True)
        more = tuple(row for row in rungs if row is not base)
        return Ladder(_target(base)[0], thickness_um, premium), more

    def _older_fee(self, fee: IndexedPrice) -> tuple[Borrowed, ...]:
        """The fee, where it was read in another year than the deck's."""
        if not fee.date or fee.date[:4] == self.db.deck(self.deck).date[:4]:
            return ()
        return (Borrowed(f"conversion fee of {fee.item}", fee.deck, fee.date),)

    def _net(self, row: Price) -> tuple[float, tuple[str, ...]]:
        """A row's price without value-added tax in USD of the book's year."""
        amount, notes = self._converted(row)
        tax = self.db.vat_rate(row.region) if row.vat == "included" else 0.0
        return amount / (1.0 + tax), notes

    def _converted(self, row: Price | IndexedPrice) -> tuple[float, tuple[str, ...]]:
        """A row's money in USD of the book's year per kg, m2 or litre."""
        from materials_db.units import factor

        scale = factor(row.unit.partition("/")[2], _target(row)[1])
        step = self.money.conversion(parse_money(row.unit), parse_money(f"USD_{self.year}"))
        return row.value * step.factor / scale, step.notes


def _shipped(db: MaterialsDB) -> MaterialsDB:
    """The database without what the user laid over it."""
    if not db.overlay:
        return db
    from materials_db.load import load_database

    return load_database()


def _same_sheet(row: Price, base: Price) -> bool:
    """Whether two rows price one sheet, each at a stated thickness."""
    key = (row.item, row.deck, row.region, row.kind)
    stated = row.thickness_um is not None and base.thickness_um is not None
    return stated and key == (base.item, base.deck, base.region, base.kind)


def _if_borrowed(what: str, found: FoundPrice) -> tuple[Borrowed, ...]:
    row = found.price
    return (Borrowed(what, row.deck, row.date or ""),) if found.borrowed else ()


def _target(row: Price | IndexedPrice) -> tuple[str, str]:
    """Field of ``UnitPrice`` and unit of a row."""
    from materials_db.units import dimension

    found = _TARGET.get(dimension(row.unit))
    if found is None:
        raise InputError(
            f"price of {row.item} is given in {row.unit}; give it per kg, m2 or L, "
            "as a bill counts mass, area and volume"
        )
    return found


def price_book(
    db: MaterialsDB,
    deck: str,
    year: int,
    region: str = "",
    overrides: Mapping[str, Num] | None = None,
) -> PriceBook:
    """Prices of a deck in USD of ``year``.

    Args:
        db: the materials database.
        deck: id of a price deck.
        year: year of the money.
        region: country whose quotes are preferred where a deck has several.
        overrides: the caller's prices by item (USD of ``year`` per the item's own unit).

    Raises:
        UnknownNameError: no such deck.
        InputError: a price of the caller's is of no known item, or no finite number of zero or
            more.
    """
    from calculator.money import money_tables

    db.deck(deck)
    own = {item: number(f"price of {item}", value) for item, value in (overrides or {}).items()}
    _refuse_unknown(db, own)
    return PriceBook(db, deck, year, region, money_tables(db), own)


def _refuse_unknown(db: MaterialsDB, items: Iterable[str]) -> None:
    """Refuse a price of what is neither a material nor priced by any deck."""
    known = {*db.materials, *(row.item for row in db.prices)}
    for item in items:
        if item not in known:
            remedy = did_you_mean(item, known)
            raise InputError(f"prices: '{item}' is no item of the database; {remedy}")
