"""The number a break-even is looked for: a price, an input with a record, or one of the request.

======================  ====================================================================
``price/ITEM``          price of a material in USD of the request's year, without VAT; quotes
                        with a formula move with it; a fee beside the item stays on top
``request/NAME``        a number of the request: volume_gwh_per_year, finance.discount_rate
a key or words          a record below the chemistries, by its file and line
                        (``properties.csv:3``) or by words of its label
======================  ====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.border import prepare_drawn
from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.prices import price_book
from calculator.sensitivity.crossing import Line
from calculator.uncertainty.inputs import ASKED, asked_input, uncertain_input
from materials_db.faults import did_you_mean

if TYPE_CHECKING:
    from calculator.case import Case
    from calculator.prices import PriceBook
    from calculator.uncertainty.jobs import Chemistry
    from calculator.uncertainty.labels import Named
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, Price

PRICE = "price/"
_PER = (("usd_per_kg", "kg"), ("usd_per_m2", "m2"), ("usd_per_l", "L"))
_SHOWN = 6
_SPOKEN = {"volume_gwh_per_year": "output of the plant", "finance.discount_rate": "discount rate"}


@dataclass(frozen=True)
class Unknown:
    """A number that is varied, and where it stands now."""

    name: str
    """As it was asked, in full."""
    label: str
    unit: str
    now: float
    low: float
    """Its record's range; equal to ``now`` where none is stated."""
    high: float
    record: Datum | None = None
    quote_unit: str = ""
    """Unit and tax of the quote, where it is another than ``unit``."""
    per_quote: float = 1.0
    """The quote's own number per ``unit`` of this."""
    notes: tuple[str, ...] = ()

    @property
    def item(self) -> str | None:
        """The item, where the unknown is a price."""
        return self.name[len(PRICE) :] if self.name.startswith(PRICE) else None

    def range(
        self, low: float | None = None, high: float | None = None, widen: float = 1.0
    ) -> tuple[float, float]:
        """Where it is looked for: the caller's ends, or the record's moved apart ``widen`` times.

        Raises:
            InputError: the ends are no range, or neither record nor caller gives one.
        """
        if not (np.isfinite(widen) and widen >= 1.0):
            raise InputError(f"--widen is {widen:g}; give 1 or more, such as 3")
        ends = [end for end in (low, high) if end is not None]
        if not np.all(np.isfinite(ends)):
            raise InputError(f"{self.label}: the ends of the range must be finite; mend them")
        least = self.low / widen if low is None else low
        most = self.high * widen if high is None else high
        if least < most:
            return least, most
        if len(ends) == 2:
            raise InputError(f"{self.label}: {least:g} to {most:g} is no range; give --from < --to")
        raise InputError(
            f"{self.label} states no range about {self.now:g} {self.unit} that holds one; "
            "give --from and --to, or --widen 3 for a third to three times of it"
        )


def unknown_of(db: MaterialsDB, found: Sequence[Chemistry], name: str) -> Unknown:
    """The number that is asked for, below some chemistries.

    Raises:
        InputError: no such number, or words that several records bear.
    """
    if name.startswith(PRICE):
        return _price(db, found, name[len(PRICE) :])
    if name.startswith(ASKED):
        one = asked_input([each.request for each in found], name)
        label = _SPOKEN.get(name[len(ASKED) :], one.label)
        return Unknown(name, label, one.unit, one.value, one.low, one.high)
    named: dict[str, Named] = {}
    for each in found:
        named = {**each.named, **named}
    key = name if name in named else _by_words(named, name)
    one = uncertain_input(key, named[key])
    return Unknown(key, one.label, one.unit, one.value, one.low, one.high, one.record)


def _by_words(named: Mapping[str, Named], name: str) -> str:
    """The one record whose label holds every word asked."""
    words = name.lower().replace("_", " ").split()
    hits = [key for key, one in named.items() if all(w in one.label.lower() for w in words)]
    if words and len(hits) == 1:
        return hits[0]
    if words and hits:
        listed = "; ".join(f"{key} ({named[key].label})" for key in hits[:_SHOWN])
        more = f"; and {len(hits) - _SHOWN} more" if len(hits) > _SHOWN else ""
        raise InputError(f"'{name}' is the name of {len(hits)} inputs: {listed}{more}; name one")
    remedy = did_you_mean(name, [*named, *(one.label for one in named.values())], shown=4)
    raise InputError(
        f"'{name}' is no number below these chemistries; {remedy} "
        "A price is written price/ITEM, such as price/lithium_carbonate"
    )


# --- prices ----------------------------------------------------------------------------------


def _price(db: MaterialsDB, found: Sequence[Chemistry], item: str) -> Unknown:
    request = found[0].request
    known = {row.item for row in db.prices}
    if item not in known:
        raise InputError(
            f"'{PRICE}{item}' is no price of the database; {did_you_mean(item, known)}"
        )
    book = price_book(db, request.deck, request.year, request.region)
    whole = book[item]
    field, per = next((f, per) for f, per in _PER if _is_priced(getattr(whole, f)))
    fee = db.find_fee(item, request.deck, request.region)
    now = float(getattr(whole, field)) - (book.net_usd(fee.price) if fee else 0.0)
    notes = ["its fee stays on top"] if fee else []
    notes += ["one price at every thickness"] if whole.ladder is not None else []
    quote = db.find_price(item, request.deck, request.region)
    label = f"price of {item.replace('_', ' ')}"
    unit = f"USD_{request.year}/{per}"
    bare = Unknown(PRICE + item, label, unit, now, now, now, notes=tuple(notes))
    if whole.indexed or quote is None:
        return replace(bare, notes=(*notes, "priced by its formula now"))
    return _quoted(book, bare, quote.price)


def _is_priced(value: object) -> bool:
    return value is not None and bool(np.all(np.asarray(value, dtype=float) != 0.0))


def _quoted(book: PriceBook, bare: Unknown, row: Price) -> Unknown:
    """With the range and the unit of the quote behind it."""
    if row.value == 0.0:
        return replace(bare, record=row)
    scale = book.net_usd(row) / row.value
    ends = [row.value if end is None else end for end in (row.low, row.high)]
    taxed = " with VAT" if row.vat == "included" else ""
    return replace(
        bare,
        low=ends[0] * scale,
        high=ends[1] * scale,
        record=row,
        quote_unit="" if row.unit == bare.unit and not taxed else f"{row.unit}{taxed}",
        per_quote=1.0 / scale,
    )


# --- curves ----------------------------------------------------------------------------------


def curve(found: Chemistry, unknown: Unknown, output: str) -> Line:
    """A figure of a chemistry over the unknown; a constant where it does not rest on it."""
    if not rests_on(found, unknown):
        return constant(found.nominal[output])

    def line(at: FloatArray) -> FloatArray:
        try:
            case = _case(found, unknown, at)
            values = found.followed(case)[output]
        except InputError as error:
            raise found.told(error) from error
        return np.array(np.broadcast_to(values, at.shape), dtype=float)

    return line


def constant(value: float) -> Line:
    """A target."""
    return lambda at: np.full(at.shape, value)


def rests_on(found: Chemistry, unknown: Unknown) -> bool:
    """Whether the unknown can move a chemistry: an own record of another one cannot."""
    return unknown.name.startswith((PRICE, ASKED)) or unknown.name in found.named


def _case(found: Chemistry, unknown: Unknown, at: FloatArray) -> Case:
    """The case with the unknown in it, and the pack's whole counts as recorded."""
    if unknown.item is None:
        return found.prepared({unknown.name: at})
    prices = {**found.request.prices, unknown.item: at}
    return prepare_drawn(found.db, replace(found.request, prices=prices), found.case.pack)
