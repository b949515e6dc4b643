"""Where a derivation ends: records, settings of the model, inputs, answers of a solver."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from calculator.trace import Tape, Traced
from materials_db.schema import Datum
from materials_db.substitute import changed_record, with_change

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Record

Kept = TypeVar("Kept", bound="Record")
Value = TypeVar("Value")


REFERENCE = "BATPAC50"
"""Source of the rows of the baseline plant and of the rates of cost."""
_OF_REFERENCE = frozenset({"calculator.plant", "calculator.process", "calculator.economics"})
_ASKED = frozenset({"Case", "PackTarget", "Finance"})


@dataclass(frozen=True)
class Setting:
    """A number of the model itself or of the question, by the field that holds it."""

    owner: str
    """Class of the record, such as ``Rates``."""
    field: str
    of: str
    """Which of several, such as the step of a plant; empty for a single one."""
    module: str

    @property
    def source(self) -> str:
        """Id of the source of the defaults, where the code names it; empty for the user's own."""
        return REFERENCE if self.module in _OF_REFERENCE else ""

    @property
    def is_asked(self) -> bool:
        """Whether the number is of the question and not of the model."""
        return self.owner in _ASKED


@dataclass(frozen=True)
class Given:
    """A number that something else than a formula gave: a question, a solver, a run."""

    name: str
    label: str
    unit: str
    text: str
    """Who gave it and how it can be checked."""
    needs: tuple[Traced, ...] = ()
    """What the answer was computed from, where it is not a formula."""


def traced_database(db: MaterialsDB, tape: Tape) -> MaterialsDB:
    """The database with every number traced back to its record."""
    return with_change(db, lambda record: leaf_of(tape, record))


def traced_record(record: Kept, tape: Tape) -> Kept:
    """One record with its numbers traced."""
    return changed_record(record, lambda one: leaf_of(tape, one))


def leaf_of(tape: Tape, record: Datum) -> Traced:
    """The value of a record as the end of a derivation."""
    if isinstance(record.value, Traced):
        return record.value
    return tape.leaf(record.value, record)


def traced_settings(value: Value, tape: Tape, of: str = "") -> Value:
    """A record of the kernel with each plain float in it made the end of a derivation.

    Zeros, whole numbers, records of the database and traced numbers stay as they are.
    """
    found: Any = value
    if isinstance(found, Datum | type):
        return value
    if dataclasses.is_dataclass(found):
        of = str(getattr(found, "name", None) or getattr(found, "item", None) or of)
        new = {
            one.name: _setting(getattr(found, one.name), tape, found, one.name, of)
            for one in dataclasses.fields(found)
            if one.init
        }
        changed = {name: item for name, item in new.items() if item is not getattr(found, name)}
        return _with_fields(found, changed) if changed else value
    if isinstance(found, tuple) and type(found) is tuple:
        items: Any = tuple(traced_settings(item, tape, of) for item in found)
        return value if all(a is b for a, b in zip(items, found, strict=True)) else items
    if isinstance(found, Mapping):
        entries: Any = {key: traced_settings(item, tape, str(key)) for key, item in found.items()}
        return value if all(entries[key] is found[key] for key in found) else entries
    return value


def _with_fields(record: Any, changed: Mapping[str, Any]) -> Any:
    return dataclasses.replace(record, **changed)


def _setting(value: Any, tape: Tape, owner: Any, name: str, of: str) -> Any:
    kind = type(owner)
    if type(value) is float and value != 0.0:
        return tape.leaf(value, Setting(kind.__name__, name, of, kind.__module__))
    if isinstance(value, Mapping) and any(type(item) is float for item in value.values()):
        return {
            key: tape.leaf(item, Setting(kind.__name__, name, _text(key), kind.__module__))
            if type(item) is float and item != 0.0
            else traced_settings(item, tape, _text(key))
            for key, item in value.items()
        }
    return traced_settings(value, tape, of)


def _text(key: Any) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)
