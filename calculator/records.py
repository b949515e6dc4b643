"""Find the numbers inside a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from materials_db.schema import Datum, Record


def datums_of(value: object) -> Iterator[Datum]:
    """Every datum inside a record, depth first, in the order of its fields."""
    if isinstance(value, Datum):
        yield value
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from datums_of(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from datums_of(item)


def each_once(records: Iterable[Datum]) -> tuple[Datum, ...]:
    """Records without repeats, in order; a record is told by the place it was read from.

    Its value may be draws or a trace, so that two are not compared by what they hold.
    """
    found: dict[object, Datum] = {}
    for record in records:
        key = (record.layer, record.file, record.row) if record.file else id(record)
        found.setdefault(key, record)
    return tuple(found.values())
