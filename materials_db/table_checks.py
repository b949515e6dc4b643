"""Faults between the rows of one table, or of a row and the money tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from materials_db import schema
from materials_db.database import MaterialsDB
from materials_db.faults import Fault
from materials_db.tables import TABLES, Rows
from materials_db.units import UnitError, currency_year, dimension, to

MAX_SHARE = 100.5
"""Sum of the shares of a material and stage beyond which they are no shares, percent."""
_SHOWN = 5
_BASE = "USD"
_INNER = frozenset({"", "overlay", "WLD", None})
"""Parts of a key that the user need not have written."""


def duplicate_faults(rows: Rows) -> Iterator[Fault]:
    """Two rows of one key: always a fault in registries, elsewhere only from one source."""
    for table in TABLES.values():
        keys = ((table.key_of(record), record) for record in rows[table.name])
        if table.unique:
            yield from _twice((key, record) for key, record in keys)
        else:
            yield from _twice(((*key, getattr(row, "source", "")), row) for key, row in keys)
    for name in ("chemistries", "formats"):
        yield from _twice(((record.id,), record) for record in rows[name])


def _twice(keyed: Iterable[tuple[tuple[object, ...], schema.Filed]]) -> Iterator[Fault]:
    seen: dict[object, schema.Filed] = {}
    for key, record in keyed:
        first = seen.setdefault(key, record)
        if first is not record:
            what = f"{_named(key, record)} twice, {_places(first, record)}"
            yield Fault(record.file, record.row, what, "keep one of the two")


def _named(key: tuple[object, ...], record: schema.Filed) -> str:
    if isinstance(record, schema.Price):
        return f"{record.item} is priced"
    return f"'{' '.join(str(part) for part in key if part not in _INNER)}' stands"


def _places(first: schema.Filed, second: schema.Filed) -> str:
    if first.file == second.file:
        return f"lines {first.row} and {second.row}"
    return f"here and in {first.file}:{first.row}"


def share_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Shares of a material and stage that add to more than the whole, with those that stay.

    Of two rows of one country the first counts, as everywhere.
    """
    firsts = {(row.material, row.stage, row.country): row for row in reversed(db.shares)}
    groups: dict[tuple[str, str], list[schema.Share]] = defaultdict(list)
    for row in firsts.values():
        groups[row.material, row.stage].append(row)
    for rows in groups.values():
        yield from _beyond_whole(rows)


def _beyond_whole(rows: list[schema.Share]) -> Iterator[Fault]:
    try:
        percent = {row.country: float(to(row.value, row.unit, "%")) for row in rows}
    except UnitError:
        return
    total = sum(percent.values())
    if total <= MAX_SHARE:
        return
    own = [row for row in rows if row.layer == "overlay"]
    place = min(own or rows, key=lambda row: (row.file, row.row))
    what = f"shares of {place.material} in {place.stage} add to {total:.4g} %"
    stay = {row.country: percent[row.country] for row in rows if row.layer == "shipped"}
    if own and stay:
        largest = sorted(stay, key=lambda name: -stay[name])
        told = ", ".join(f"{name} {stay[name]:.3g} %" for name in largest[:_SHOWN])
        more = f" and {len(stay) - _SHOWN} more" if len(stay) > _SHOWN else ""
        what += f", for the shipped rows of {told}{more} stay"
    yield Fault(place.file, place.row, what, "give those countries rows of their own, to 100 %")


def money_faults(db: MaterialsDB, rows: Iterable[schema.Filed]) -> Iterator[Fault]:
    """Money of a currency or year that the exchange rates and price levels do not hold."""
    rates = {(row.currency, row.year) for row in db.exchange_rates}
    levels = {row.year for row in db.price_levels if row.currency == _BASE}
    for row in rows:
        money = _money(row)
        if money is None:
            continue
        currency, year = money
        known = {y for code, y in rates if code == currency} if currency != _BASE else levels
        # The price level of the running year is not published; the newest stands in.
        if year in known or (currency == _BASE and year == max(levels, default=0) + 1):
            continue
        what = f"money of {currency}_{year} cannot be converted"
        yield Fault(row.file, row.row, what, _remedy(currency, known))


def vat_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Prices with value-added tax from a region whose rate is not in the table."""
    known = {row.country for row in db.vat_rates}
    for row in db.prices:
        if row.vat == "included" and row.region not in known:
            what = f"the price includes VAT, and {row.region} has no rate in vat_rates"
            remedy = f"give a region of {', '.join(sorted(known))}, or the price without VAT"
            yield Fault(row.file, row.row, what, remedy)


def _money(row: schema.Filed) -> tuple[str, int] | None:
    try:
        is_money = isinstance(row, schema.Datum) and dimension(row.unit).startswith("money")
        return currency_year(row.unit) if is_money else None  # type: ignore[attr-defined]
    except UnitError:
        return None


def _remedy(currency: str, known: set[int]) -> str:
    if not known:
        return f"quote it in {_BASE}, or add {currency} to exchange_rates"
    return f"give a year of {min(known)} to {max(known)}"
