"""Find the numbers inside a record."""

from __future__ import annotations

from collections.abc import Iterator

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
