"""The same database with the values of some records replaced: by numbers, draws or traces.

A record is named by the place it was read from, ``prices.csv:12`` or ``chemistries/LFP.yaml:6``;
no two numbers share one. Whatever stands in for a value must behave as a number does in the
sums it enters; the record keeps its unit, source and range.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from materials_db.faults import UnknownNameError
from materials_db.schema import Datum, Filed, Record

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

Kept = TypeVar("Kept", bound=Record)
Change = Callable[[Datum], object]
"""The value that stands in for a record's, or None to keep it."""


def record_key(record: Filed) -> str:
    """Where a number was read: file and line, and whose it is where it is the user's."""
    place = f"{record.file}:{record.row}"
    return place if record.layer == "shipped" else f"{record.layer}/{place}"


def numbers_of(value: object) -> Iterator[Datum]:
    """Every number inside a record, a tuple or a mapping, in the order of its fields."""
    if isinstance(value, Datum):
        yield value
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from numbers_of(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers_of(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from numbers_of(item)


def all_numbers(db: MaterialsDB) -> Mapping[str, Datum]:
    """Every number of the database by its key."""
    tables = (getattr(db, field.name) for field in dataclasses.fields(db))
    return {record_key(one): one for table in tables for one in numbers_of(table)}


def with_change(db: MaterialsDB, change: Change) -> MaterialsDB:
    """The database with each value for which ``change`` gives another replaced by it."""
    tables = {field.name: getattr(db, field.name) for field in dataclasses.fields(db)}
    new = {name: _in_table(table, change) for name, table in tables.items()}
    changed = {name: table for name, table in new.items() if table is not tables[name]}
    return dataclasses.replace(db, **changed) if changed else db


def with_values(db: MaterialsDB, values: Mapping[str, Any]) -> MaterialsDB:
    """The database with the values of named records replaced.

    Args:
        db: the materials database.
        values: numbers or arrays of draws by ``record_key``, each in the record's own unit.

    Raises:
        UnknownNameError: a key names no number of the database.
    """
    met: set[str] = set()

    def change(record: Datum) -> object:
        key = record_key(record)
        met.add(key)
        return values.get(key)

    changed = with_change(db, change)
    for key in values:
        if key not in met:
            raise UnknownNameError("record", key, met)
    return changed


def changed_record(record: Kept, change: Change) -> Kept:
    """One record with the numbers in it changed; the record itself where none is."""
    new = {name: _in_value(getattr(record, name), change) for name in type(record).model_fields}
    if isinstance(record, Datum):
        found = change(record)
        new["value"] = record.value if found is None else found
    changed = {name: one for name, one in new.items() if one is not getattr(record, name)}
    return record.model_copy(update=changed) if changed else record


def _in_value(value: Any, change: Change) -> Any:
    if isinstance(value, Record):
        return changed_record(value, change)
    if isinstance(value, tuple):
        items = tuple(_in_value(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _in_table(table: Any, change: Change) -> Any:
    if not isinstance(table, Mapping):
        return _in_value(table, change)
    rows = {name: _in_value(row, change) for name, row in table.items()}
    same = all(rows[name] is row for name, row in table.items())
    return table if same else MappingProxyType(rows)
