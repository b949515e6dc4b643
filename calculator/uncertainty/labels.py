"""What a reader calls a number of the database, and the group it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from materials_db.schema import (
    Component,
    Datum,
    IndexedPrice,
    PlantRow,
    Price,
    ProcessYield,
    Property,
    Record,
    RegionFactor,
)

if TYPE_CHECKING:
    from materials_db.schema import CellFormat, Chemistry


@dataclass(frozen=True)
class Named:
    """A record, what a reader calls it and its group."""

    label: str
    group: str
    record: Datum


_GROUPS: tuple[tuple[type[Datum], str], ...] = (
    (Price, "price"),
    (IndexedPrice, "price"),
    (Property, "chemistry"),
    (PlantRow, "plant"),
    (ProcessYield, "yield"),
    (RegionFactor, "region"),
)


def group_of(record: Datum) -> str:
    """Group of a row of a table."""
    return next((group for kind, group in _GROUPS if isinstance(record, kind)), "other")


def name_of(record: Datum) -> str:
    """What a reader calls a row of a table."""
    for kind, name in _NAMES:
        if isinstance(record, kind):
            return name(record)
    return f"{record.file}:{record.row}"


def _price(row: Price) -> str:
    what = "fee on" if row.kind == "fee" else "price of"
    thickness = f" {row.thickness_um:g} um" if row.thickness_um else ""
    return f"{what} {_spoken(row.item)}{thickness} ({row.deck})"


def _index(row: IndexedPrice) -> str:
    if row.term != "fee":
        return f"{_spoken(row.term)} paid in {_spoken(row.item)}"
    deck = f" ({row.deck})" if row.deck else ""
    return f"conversion fee of {_spoken(row.item)}{deck}"


def _property(row: Property) -> str:
    element = f" of {row.element}" if row.element else ""
    return f"{_spoken(row.property)}{element}, {_spoken(row.material)}"


def _step(row: PlantRow) -> str:
    return f"{_spoken(row.step)} {_spoken(row.quantity)}, {_spoken(row.process)} plant"


def _yield(row: ProcessYield) -> str:
    return f"{_spoken(row.item)} yield, {_spoken(row.process)} plant"


def _factor(row: RegionFactor) -> str:
    return f"{_spoken(row.factor)} in {row.country}"


_NAMES: tuple[tuple[type[Datum], Callable[[Any], str]], ...] = (
    (Price, _price),
    (IndexedPrice, _index),
    (Property, _property),
    (PlantRow, _step),
    (ProcessYield, _yield),
    (RegionFactor, _factor),
)


def named_in_recipe(chemistry: Chemistry) -> Iterator[Named]:
    """Every number a chemistry's own file holds."""
    for label, record in _walk(chemistry, ()):
        yield Named(f"{label} of {chemistry.id}", "chemistry", record)


def named_in_format(fmt: CellFormat) -> Iterator[Named]:
    """Every number a cell format's own file holds."""
    for label, record in _walk(fmt, ()):
        yield Named(f"{label} of {fmt.id}", "format", record)


def _walk(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, Datum]]:
    """Numbers of a record with words for the way to each, the innermost first."""
    if isinstance(value, Datum):
        yield ", ".join(reversed(path)), value
    elif isinstance(value, Record):
        place = _placed(value, path)
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), (*place, _spoken(name)))
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item, path)


def _placed(record: Record, path: tuple[str, ...]) -> tuple[str, ...]:
    """The way to a record; ingredients and layers are told apart by their material."""
    material = getattr(record, "material", None)
    if material is None:
        return path
    kept = path[:-1] if isinstance(record, Component) else path
    return (*kept, _spoken(str(material)))


def _spoken(name: str) -> str:
    return name.replace("_", " ")
