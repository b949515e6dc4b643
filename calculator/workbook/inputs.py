"""Inputs of the workbook: where the trace ends, each once, with what is known of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calculator.trace import Traced
from calculator.why.figures import FIXED
from calculator.why.leaves import Given, Setting
from calculator.why.texts import described, docstring
from calculator.why.units import unit_of, words_of
from calculator.workbook.expressions import Key, Node
from materials_db.schema import Datum
from materials_db.substitute import record_key

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation

GROUPS = (
    "Prices",
    "The question",
    "Country of the plant",
    "Yields",
    "Cell and format",
    "Properties of materials",
    "Process of the plant",
    "Other records",
    "Settings of the model",
)
"""Groups of inputs in the order of the sheet: what users change stands first."""
_PRICES, _QUESTION, _COUNTRY, _YIELDS, _CELL, _PROPERTIES, _PLANT, _OTHER, _SETTINGS = GROUPS
_GROUP_OF_TABLE = {
    "prices": _PRICES,
    "indexed_prices": _PRICES,
    "price_levels": _COUNTRY,
    "exchange_rates": _COUNTRY,
    "vat_rates": _COUNTRY,
    "regions": _COUNTRY,
    "yields": _YIELDS,
    "properties": _PROPERTIES,
    "plant": _PLANT,
}
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Input:
    """One input cell."""

    node: Node
    label: str
    group: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    basis: str = ""
    confidence: str = ""
    date: str = ""
    source: str = ""
    locator: str = ""
    note: str = ""
    key: str = ""
    """File and line of a record, field of a setting."""
    users: tuple[str, ...] = ()
    """Chemistries whose figures it moves."""
    name: str = field(default="", compare=False)
    """The defined name of its cell."""


def leaf_keys(numbers: Iterable[Traced], users: Mapping[int, int]) -> dict[int, Key | None]:
    """What tells each input from others, by the serial of the number.

    A record is one input wherever it stands. A setting is one for all chemistries that have the
    same value of it; where the model holds several under one name, each is its own.

    Args:
        numbers: ends of the trace.
        users: chemistries whose figures a number moves, as bits, by its serial.
    """
    seen: dict[Key, int] = {}
    found: dict[int, Key | None] = {}
    for number in sorted(numbers, key=lambda one: one.serial):
        key = _key(number)
        if key is not None and isinstance(number.origin, Setting) and users.get(number.serial):
            again = (*key, users[number.serial])
            seen[again] = seen.get(again, 0) + 1
            key = (*key, seen[again])
        elif key is not None:
            key = (*key, 1)
        found[number.serial] = key
    return found


def _key(number: Traced) -> Key | None:
    origin = number.origin
    if origin is FIXED:
        return None
    if isinstance(origin, Datum):
        return ("record", record_key(origin), number.value)
    return ("setting", origin, number.value)


def input_of(node: Node, places: Mapping[str, str], users: tuple[str, ...]) -> Input:
    """An input with its words and its provenance.

    Args:
        node: the input.
        places: what a number of a chemistry or a format is, by ``record_key``.
        users: chemistries whose figures it moves.
    """
    assert node.leaf is not None
    origin = node.leaf.origin
    if isinstance(origin, Datum):
        return _of_record(node, origin, places, users)
    if isinstance(origin, Setting):
        return _of_setting(node, origin, users)
    given = origin if isinstance(origin, Given) else Given("given", "given", "", "")
    return Input(node, given.label, _QUESTION, given.unit, note=given.text, users=users)


def _of_record(
    node: Node, record: Datum, places: Mapping[str, str], users: tuple[str, ...]
) -> Input:
    key = record_key(record)
    folder, _, table = record.file.rpartition(".")[0].rpartition("/")
    inside = folder.rpartition("/")[2] in ("chemistries", "formats") or type(record) is Datum
    label = f"{table}: {places[key]}" if key in places else described(record).label
    return Input(
        node,
        label,
        _CELL if inside else _GROUP_OF_TABLE.get(table, _OTHER),
        record.unit,
        record.low,
        record.high,
        record.basis.value,
        record.confidence.value,
        str(record.date or ""),
        record.source,
        record.locator,
        record.note,
        key,
        users,
    )


def _of_setting(node: Node, setting: Setting, users: tuple[str, ...]) -> Input:
    module = sys.modules.get(setting.module)
    text = docstring(module, setting.owner, setting.field) or docstring(module, setting.owner, "")
    of = f" of {setting.of}" if setting.of else ""
    return Input(
        node,
        words_of(setting.field) + of,
        _QUESTION if setting.is_asked else _SETTINGS,
        unit_of(setting.field),
        source=setting.source,
        note=text,
        key=f"{setting.module}.{setting.owner}.{setting.field}",
        users=users,
    )


def places_in(evaluations: Iterable[Evaluation]) -> dict[str, str]:
    """Where each number of the chemistries and formats stands in its file, by ``record_key``."""
    from calculator.tables.provenance import places_of

    return {
        record_key(record): place.removeprefix("format.")
        for evaluation in evaluations
        for record, place in places_of(evaluation).items()
    }


def sorted_inputs(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """Inputs by group, then as they were met; prices by their names."""
    return tuple(sorted(inputs, key=_order))


def _order(one: Input) -> tuple[int, str, int]:
    name = one.label if one.group == _PRICES else ""
    return GROUPS.index(one.group), name, one.node.id


def with_names(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """Inputs with defined names: of letters, digits and underscores, each once."""
    from dataclasses import replace

    taken: dict[str, int] = {}
    found: list[Input] = []
    for one in inputs:
        base = _slug(one)
        taken[base.lower()] = taken.get(base.lower(), 0) + 1
        again = taken[base.lower()]
        found.append(replace(one, name=base if again == 1 else f"{base}__{again}"))
    return tuple(found)


def _slug(one: Input) -> str:
    """``in_`` first, so that no name reads as a cell."""
    text = re.sub(r"[^0-9A-Za-z]+", "_", one.label).strip("_")
    return f"in_{text}"[:_LONGEST_NAME]
