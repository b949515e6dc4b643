"""Prices of a deck in the money asked: VAT taken out, converted once, indexed to metals.

A price is looked up in the deck, then in the decks behind it (and is then marked as borrowed).
An item with a metal-indexed formula follows its metals: price = fee + sum(kg of metal x price
of the metal) (MODEL 4). Where the deck itself quotes the item, the quote is the anchor and the
formula moves it with the metals: price = quote + sum(kg x (metal - metal of the deck)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.money import parse_money
from calculator.numbers import Num

if TYPE_CHECKING:
    from calculator.money import MoneyTables
    from materials_db.database import FoundPrice, IndexFormula, MaterialsDB
    from materials_db.schema import Datum, Price

_TARGET = {
    "money per mass": ("mass", "kg"),
    "money per area": ("area", "m2"),
    "money per volume": ("volume", "L"),
}


@dataclass(frozen=True)
class UnitPrice:
    """Price of one item in USD of one year, per kg, m2 and litre; the terms add."""

    item: str
    usd_per_kg: Num = 0.0
    usd_per_m2: Num = 0.0
    usd_per_l: Num = 0.0
    usd_per_piece: Num = 0.0
    records: tuple[Datum, ...] = ()
    """Price rows and formula coefficients it rests on."""
    borrowed_from: str = ""
    """Deck that answered in place of the one asked, if any."""
    indexed: bool = False
    """Whether a metal-indexed formula set it."""
    own: bool = False
    """Whether it is the user's own."""
    notes: tuple[str, ...] = ()


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
        """Price of an item.

        Raises:
            InputError: neither the deck nor any behind it prices the item.
        """
        formula = self.db.index_formula(item, self.deck)
        found = self.db.find_price(item, self.deck, self.region)
        if item in self.overrides:
            return self._own(item, found)
        if formula is not None and (found is None or found.borrowed):
            return self._indexed(item, formula)
        if found is None:
            raise InputError(
                f"no price of {item} in deck {self.deck} or the decks behind it; "
                "add a row to an overlay's prices.csv or choose another deck"
            )
        quoted = self._with_fees(self._quoted(found))
        return self._moved(quoted, formula) if formula is not None else quoted

    def _with_fees(self, quoted: UnitPrice) -> UnitPrice:
        """The price with the conversion fee that stands beside it, of its own deck or behind."""
        found = self.db.find_fee(quoted.item, self.deck, self.region)
        if found is None:
            return quoted
        amount, notes = self._net(found.price)
        name = _field(found.price.unit)
        return replace(
            quoted,
            records=(*quoted.records, found.price),
            notes=tuple(dict.fromkeys((*quoted.notes, *notes))),
            **{name: getattr(quoted, name) + amount},
        )

    def _net(self, row: Price) -> tuple[float, tuple[str, ...]]:
        """A row's price without value-added tax in USD of the book's year."""
        amount, notes = self._converted(row.value, row.unit, row)
        tax = self.db.vat_rate(row.region) if row.vat == "included" else 0.0
        return amount / (1.0 + tax), notes

    def money_factor(self, unit: str) -> float:
        """USD of the book's year per unit of another money, such as ``USD_2022``."""
        target = parse_money(f"USD_{self.year}")
        return self.money.conversion(parse_money(unit), target).factor

    def _own(self, item: str, found: FoundPrice | None) -> UnitPrice:
        """The caller's number, per the unit in which the item is priced."""
        value = self.overrides[item]
        if np.any(np.asarray(value) < 0) or not np.all(np.isfinite(value)):
            raise InputError(f"price of {item} must be finite and not negative; mend the value")
        basis = "usd_per_kg" if found is None else _field(found.price.unit)
        return UnitPrice(item, own=True, **{basis: value})  # type: ignore[arg-type]

    def _quoted(self, found: FoundPrice) -> UnitPrice:
        row = found.price
        amount, notes = self._net(row)
        return UnitPrice(
            row.item,
            records=(row,),
            borrowed_from=row.deck if found.borrowed else "",
            own=row.layer == "overlay",
            notes=notes,
            **{_field(row.unit): amount},  # type: ignore[arg-type]
        )

    def _converted(self, value: float, unit: str, row: Datum) -> tuple[float, tuple[str, ...]]:
        from materials_db.units import factor

        per = unit.partition("/")[2]
        dimension = _TARGET.get(_dimension(unit))
        scale = factor(per, dimension[1]) if dimension else 1.0
        step = self.money.conversion(parse_money(unit), parse_money(f"USD_{self.year}"))
        return value * step.factor / scale, step.notes

    def _indexed(self, item: str, formula: IndexFormula) -> UnitPrice:
        fee, notes = self._converted(formula.fee.value, formula.fee.unit, formula.fee)
        total: Num = fee
        records: list[Datum] = [formula.fee]
        borrowed = ""
        for name, term in formula.terms.items():
            metal = self[name]
            total = total + term.value * metal.usd_per_kg
            records += [term, *metal.records]
            borrowed = borrowed or metal.borrowed_from
            notes += metal.notes
        return UnitPrice(
            item,
            usd_per_kg=total,
            records=tuple(records),
            borrowed_from=borrowed,
            indexed=True,
            notes=tuple(dict.fromkeys(notes)),
        )

    def _moved(self, quoted: UnitPrice, formula: IndexFormula) -> UnitPrice:
        """The quote, shifted by the user's metals against the deck's."""
        moved = [name for name in formula.terms if name in self.overrides]
        if not moved:
            return quoted
        total = quoted.usd_per_kg
        for name in moved:
            base = self.db.find_price(name, self.deck, self.region)
            if base is None:
                raise InputError(f"no price of {name} in deck {self.deck}; choose another deck")
            change = self[name].usd_per_kg - self._quoted(base).usd_per_kg
            total = total + formula.terms[name].value * change
        terms = tuple(formula.terms[name] for name in moved)
        return UnitPrice(
            quoted.item,
            usd_per_kg=total,
            records=(*quoted.records, *terms),
            borrowed_from=quoted.borrowed_from,
            indexed=True,
            notes=quoted.notes,
        )


def _dimension(unit: str) -> str:
    from materials_db.units import dimension

    return dimension(unit)


def _field(unit: str) -> str:
    basis = _TARGET.get(_dimension(unit), ("piece", ""))[0]
    return {"mass": "usd_per_kg", "area": "usd_per_m2", "volume": "usd_per_l"}.get(
        basis, "usd_per_piece"
    )


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
    """
    from calculator.money import money_tables

    db.deck(deck)
    return PriceBook(db, deck, year, region, money_tables(db), dict(overrides or {}))
