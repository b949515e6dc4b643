"""Columns of a table as a Table Schema: types, constraints, units and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from materials_db.tables import Table

_SAID: Mapping[str, str] = {
    "id": "Key of the record in its table.",
    "name": "Name in words.",
    "value": "The number, in the unit of the column 'unit'.",
    "basis": "How the number came to be.",
    "confidence": "How far the curators trust the number.",
    "note": "What a reader must know.",
    "title": "Title of the source.",
}
"""What columns of every table mean, where the record class leaves it to their name."""
_IN_UNIT = ("value", "low", "high")
_UNITS: Mapping[str, str] = {
    "thickness_um": "um",
    "unit_value_from_usd": "USD",
    "unit_value_below_usd": "USD",
    "outage_months": "month",
    "months_from": "month",
    "months_to": "month",
    "months": "month",
}
"""Units of columns that bear them in their name."""
_BOUNDS = ((Ge, "ge", "minimum"), (Le, "le", "maximum"),
           (Gt, "gt", "exclusiveMinimum"), (Lt, "lt", "exclusiveMaximum"))  # fmt: skip
_ABSENT = type(None)


def table_schema(table: Table, header: Sequence[str]) -> dict[str, Any]:
    """Table Schema of a file of a table; ``header`` names its columns in their order."""
    fields = [_field(name, table.record.model_fields[name]) for name in header]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    return {**schema, "primaryKey": list(table.key)} if table.unique else schema


def _field(name: str, info: FieldInfo) -> dict[str, Any]:
    said = info.description or _SAID.get(name, "")
    unit = "as in the column 'unit'" if name in _IN_UNIT else _UNITS.get(name, "")
    constraints = _constraints(info)
    return {
        "name": name,
        **_type(info.annotation),
        **({"description": " ".join(said.split())} if said else {}),
        **({"unit": unit} if unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _type(annotation: Any) -> dict[str, Any]:
    """Type of the values of a column; lists are words with spaces between."""
    kinds = {get_origin(part) or part for part in _parts(annotation)}
    if tuple in kinds:
        return {"type": "list", "delimiter": " ", "itemType": "string"}
    if bool in kinds:
        return {"type": "boolean"}
    if float in kinds:
        return {"type": "number"}
    return {"type": "integer"} if int in kinds else {"type": "string"}


def _constraints(info: FieldInfo) -> dict[str, Any]:
    found: dict[str, Any] = {"required": True} if info.is_required() else {}
    words = [word for word in _words(info.annotation) if word != ""]
    if words:
        found["enum"] = words
    for hint in (*info.metadata, *_hints(info.annotation)):
        found |= _of_hint(hint)
    return found


def _of_hint(hint: Any) -> dict[str, Any]:
    """What one annotation allows."""
    if isinstance(hint, FieldInfo):
        return {key: value for inner in hint.metadata for key, value in _of_hint(inner).items()}
    if isinstance(hint, StringConstraints):
        pattern = hint.pattern
        return {"pattern": str(pattern)} if pattern else {}
    bounds = [(key, getattr(hint, name)) for kind, name, key in _BOUNDS if isinstance(hint, kind)]
    return dict(bounds)


def _words(annotation: Any) -> list[str]:
    """The words a column may hold, where they are listed."""
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            return [str(word) for word in get_args(part)]
        if isinstance(part, type) and issubclass(part, StrEnum):
            return [member.value for member in part]
    return []


def _parts(annotation: Any) -> Iterator[Any]:
    """The types an annotation allows, without what only marks them."""
    if get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif hasattr(annotation, "__metadata__"):
        yield from _parts(annotation.__origin__)
    elif annotation is not _ABSENT:
        yield annotation


def _hints(annotation: Any) -> Iterator[Any]:
    """What is annotated inside an optional type; that of a list's items is left out."""
    if get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _hints(part)
    elif hasattr(annotation, "__metadata__"):
        yield from annotation.__metadata__
