"""What is uncertain below some evaluations, and the same request with other values of it.

An input is a number of the database that states a range, or a number of the request to which
the user gives one. A quoted active material states none, but moves with the raw materials of
its price formula; their prices count as inputs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.evaluation import prepare
from calculator.numbers import Num
from calculator.prices import PriceBook, price_book
from calculator.uncertainty.labels import Named, group_of, name_of, named_in_format, named_in_recipe
from materials_db.substitute import changed_record, numbers_of, record_key, with_values

if TYPE_CHECKING:
    from calculator.case import Request
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, Price

ASKED = "request/"
"""Before the name of a number of the request's own."""
_FIELDS = {"volume_gwh_per_year": "GWh/year", "finance.discount_rate": "1"}
_TABLES = ("properties", "prices", "indexed_prices", "plant", "yields", "regions")
_GROUPS = ("cell", "prices", "yields", "rates")


@dataclass(frozen=True)
class UncertainInput:
    """A number with its range and how the range is read."""

    key: str
    """``record_key`` of the number, or ``request/`` and the name of a number of the request."""
    label: str
    """What a reader calls it."""
    group: str
    """price, chemistry, format, plant, yield, region or request."""
    value: float
    low: float
    high: float
    unit: str
    distribution: str = "triangular"
    """One of ``distributions.DISTRIBUTIONS``; how ``low`` and ``high`` are read."""
    record: Datum | None = None
    """The record behind it; None for a number of the request's own."""
    spread: str = "record"
    """Where the range is from: ``record``, ``volatility`` or ``user``."""


def uncertain_inputs(db: MaterialsDB, requests: Sequence[Request]) -> tuple[UncertainInput, ...]:
    """Every number with a range on which the evaluations of some requests rest, each once.

    Args:
        db: the materials database.
        requests: what is to be evaluated.

    Raises:
        InputError: a request lacks a number or a price.
        UnknownNameError: a name of a request is not in the database.
    """
    found: dict[str, UncertainInput] = {}
    for request in requests:
        for key, named in named_records(db, request).items():
            if key not in found and has_range(named.record):
                found[key] = uncertain_input(key, named)
    return tuple(found.values())


def named_records(db: MaterialsDB, request: Request) -> dict[str, Named]:
    """Every record below one evaluation by key, with what a reader calls it."""
    _, _, records, _ = prepare(db, request)
    return named_below(db, request, records)


def named_below(db: MaterialsDB, request: Request, records: Sequence[Datum]) -> dict[str, Named]:
    """As ``named_records``, of an evaluation whose records are at hand."""
    of_recipe = [*named_in_recipe(request.chemistry), *named_in_format(request.format)]
    found = {record_key(one.record): one for one in of_recipe}
    for record in (*records, *raw_material_rows(db, request, records)):
        found.setdefault(record_key(record), Named(name_of(record), group_of(record), record))
    return found


def has_range(record: Datum) -> bool:
    """Whether a record states a range; where one end is stated the value is the other."""
    low, high = _ends(record)
    return low < high


def _ends(record: Datum) -> tuple[float, float]:
    low = record.value if record.low is None else record.low
    return low, record.value if record.high is None else record.high


def uncertain_input(key: str, named: Named) -> UncertainInput:
    """A record as an input, with the range it states."""
    low, high = _ends(named.record)
    record = named.record
    return UncertainInput(
        key, named.label, named.group, record.value, low, high, record.unit, record=record
    )


def asked_input(requests: Sequence[Request], key: str) -> UncertainInput:
    """A number of the requests' own as an input, as yet without a range.

    Raises:
        InputError: they have no such number.
    """
    name = key[len(ASKED) :]
    value = _asked_value(requests[0], name) if requests else None
    if value is None:
        raise _no_such(name)
    unit = _FIELDS.get(name, "1")
    return UncertainInput(key, name.replace("_", " "), "request", value, value, value, unit)


def _asked_value(request: Request, name: str) -> float | None:
    group, _, rest = name.partition(".")
    value = {
        "volume_gwh_per_year": request.volume_gwh_per_year,
        "finance.discount_rate": request.finance.discount_rate,
    }.get(name)
    if value is None and group in _GROUPS:
        value = getattr(request, group).get(rest)
    return None if value is None else float(value)


# --- prices of raw materials -----------------------------------------------------------------


def raw_material_rows(
    db: MaterialsDB, request: Request, records: Sequence[Datum]
) -> tuple[Price, ...]:
    """Price rows of the raw materials whose formulas move the prices of a request's items."""
    from materials_db.schema import IndexedPrice, Price

    items = {row.item for row in records if isinstance(row, Price | IndexedPrice)}
    rows: dict[str, Price] = {}
    waiting = sorted(items)
    while waiting:
        formula = db.index_formula(waiting.pop(), request.deck)
        for term in formula.terms if formula else ():
            if term not in rows:
                waiting.append(term)
                found = db.find_price(term, request.deck, request.region)
                rows |= {term: found.price} if found else {}
    return tuple(rows.values())


def _moves_formulas(db: MaterialsDB, request: Request, row: Price) -> bool:
    """Whether a row is the price of a raw material that the formulas of other items follow."""
    found = db.find_price(row.item, request.deck, request.region)
    return (
        found is not None
        and record_key(found.price) == record_key(row)
        and any(entry.term == row.item for entry in db.indexed_prices)
    )


# --- the same request with other values ------------------------------------------------------


def with_inputs(
    db: MaterialsDB, request: Request, values: Mapping[str, Num]
) -> tuple[MaterialsDB, Request]:
    """The database and the request with the values of some inputs replaced.

    The price of a raw material goes in as the caller's own, so that a quoted item moves with it
    by its formula. The mass fractions of a coating are scaled to add to what they did.

    Args:
        db: the materials database.
        request: what is to be evaluated.
        values: numbers or arrays of draws by key, each in the unit of its input.

    Raises:
        UnknownNameError: a key names no number of the database or the request.
        InputError: a key names no number of the request's own.
    """
    book = price_book(db, request.deck, request.year, request.region)
    own = {key[len(ASKED) :]: value for key, value in values.items() if key.startswith(ASKED)}
    records = {key: value for key, value in values.items() if not key.startswith(ASKED)}
    asked = _with_records(request, records)
    kept, prices = _split_prices(db, request, book, records)
    held = set(_keys_of(request))
    of_tables = {key: value for key, value in kept.items() if key not in held}
    asked = replace(asked, prices={**prices, **asked.prices})
    return _with_rows(db, of_tables), _with_asked(asked, own)


def _with_rows(db: MaterialsDB, values: Mapping[str, Num]) -> MaterialsDB:
    """As ``with_values``, looking first where nearly all inputs stand."""
    left = dict(values)
    changed: dict[str, Any] = {}
    for name in _TABLES:
        rows = getattr(db, name)
        found = {k: left.pop(key) for k, row in enumerate(rows) if (key := record_key(row)) in left}
        if found:
            new = list(rows)
            for k, value in found.items():
                new[k] = rows[k].model_copy(update={"value": value})
            changed[name] = tuple(new)
    return with_values(replace(db, **changed), left) if left else replace(db, **changed)


def _keys_of(request: Request) -> Iterator[str]:
    for record in (request.chemistry, request.format):
        yield from (record_key(number) for number in numbers_of(record))


def _with_records(request: Request, values: Mapping[str, Num]) -> Request:
    """The request with the numbers of its own chemistry and format replaced."""
    from calculator.uncertainty.fractions import with_whole_coatings

    def change(record: Datum) -> object:
        return values.get(record_key(record))

    chemistry = changed_record(request.chemistry, change)
    return replace(
        request,
        chemistry=with_whole_coatings(chemistry, request.chemistry),
        format=changed_record(request.format, change),
    )


def _split_prices(
    db: MaterialsDB, request: Request, book: PriceBook, values: Mapping[str, Num]
) -> tuple[dict[str, Num], dict[str, Num]]:
    """Values that stay with their records, and prices of raw materials in USD of the request."""
    by_key = {record_key(row): row for row in db.prices if record_key(row) in values}
    kept, prices = dict(values), dict[str, Num]()
    for key, row in by_key.items():
        if row.kind != "fee" and row.value and _moves_formulas(db, request, row):
            prices[row.item] = kept.pop(key) * (book.net_usd(row) / row.value)
    return kept, prices


def _with_asked(request: Request, values: Mapping[str, Num]) -> Request:
    """The request with some of its own numbers replaced, by name."""
    for name, value in values.items():
        group, _, rest = name.partition(".")
        if name == "volume_gwh_per_year":
            request = replace(request, volume_gwh_per_year=value)
        elif name == "finance.discount_rate":
            request = replace(request, finance=replace(request.finance, discount_rate=value))
        elif group in _GROUPS and rest:
            more: dict[str, Any] = {group: {**getattr(request, group), rest: value}}
            request = replace(request, **more)
        else:
            raise _no_such(name)
    return request


def _no_such(name: str) -> InputError:
    known = ", ".join((*_FIELDS, *(f"{group}.NAME" for group in _GROUPS)))
    return InputError(f"request has no number '{name}'; give one of {known}")
