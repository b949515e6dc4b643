"""Answers on their way between processes that hold the same database.

A record of the database goes as its place there, so that the receiver's answer holds its own
records and not copies of them.
"""

from __future__ import annotations

import dataclasses
import io
import pickle
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from materials_db.schema import Record

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB


def packed(answer: object, db: MaterialsDB) -> bytes:
    """The answer as bytes; only ``unpacked`` with an equal database can read them."""
    held = io.BytesIO()
    places = {id(record): place for place, record in enumerate(_records(db))}
    _Packer(held, db, places).dump(answer)
    return held.getvalue()


def unpacked(parcel: bytes, db: MaterialsDB) -> Any:
    """The answer of a parcel that a process of this server packed."""
    return _Unpacker(io.BytesIO(parcel), db).load()


_DATABASE = -1


class _Packer(pickle.Pickler):
    def __init__(self, held: io.BytesIO, db: MaterialsDB, places: Mapping[int, int]) -> None:
        super().__init__(held, protocol=pickle.HIGHEST_PROTOCOL)
        self._db, self._places = db, places

    def persistent_id(self, obj: object) -> int | None:
        """The place of a record; nothing for what is packed whole."""
        if obj is self._db:
            return _DATABASE
        return self._places.get(id(obj)) if isinstance(obj, Record) else None


class _Unpacker(pickle.Unpickler):
    def __init__(self, parcel: io.BytesIO, db: MaterialsDB) -> None:
        super().__init__(parcel)
        self._db, self._records = db, list(_records(db))

    def persistent_load(self, pid: int) -> object:
        """The receiver's own record of that place."""
        return self._db if pid == _DATABASE else self._records[pid]


def _records(db: MaterialsDB) -> Iterator[Record]:
    """Every record, in an order that the same files always give."""
    for field in dataclasses.fields(db):
        yield from _within(getattr(db, field.name))


def _within(value: object) -> Iterator[Record]:
    if isinstance(value, Record):
        yield value
        for name in type(value).model_fields:
            below = getattr(value, name)
            if isinstance(below, Record | tuple | Mapping):
                yield from _within(below)
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _within(item)
