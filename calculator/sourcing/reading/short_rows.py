"""Rows of an ask: groups of keys under one name for each field, with the path of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from numbers import Real
from typing import Any

from calculator.sourcing.reading.record_reader import Row
from calculator.sourcing.reading.slips import Path, Slips, shown

PLACE = ("country", "owner", "groups", "period", "outcome")
"""Keys of a node that may stand beside what is at it."""
_RENAMED = {
    "name": "id", "group": "groups", "good": "commodity", "product": "commodity",
    "element": "material",
}  # fmt: skip
_COST = {
    "suppliers": "price", "supplies": "price",
    "processes": "conversion_cost", "arcs": "freight",
}  # fmt: skip
_ONE_WORD = {"nodes": "country", "commodities": "unit"}
"""What a lone word after an id is."""
_ONE_NUMBER = {"suppliers": "price", "supplies": "price", "arcs": "freight"}
"""What a lone number after an id is."""
_EXAMPLES = {
    "suppliers": "{price: 14, capacity: 80}",
    "supplies": "{price: 14, capacity: 80}",
    "demand": "{commodity: nickel, amount: 100}",
    "demands": "{commodity: nickel, amount: 100}",
    "processes": "{input: ore, output: salt, yield: 90 %, cost: 1.1}",
    "arcs": "{from: mine, to: plant}",
    "rules": "{rule: share_cap, name: half, country: each, share: 50 %}",
}


def rows_of(name: str, stated: Any, slips: Slips) -> list[Row]:
    """Return a list of groups of keys, or a group by id, as rows; the id becomes a key."""
    if stated is None:
        return []
    pairs: list[tuple[Path, dict[str, Any], Any]]
    if isinstance(stated, Mapping):
        pairs = [((name, str(key)), {"id": str(key)}, value) for key, value in stated.items()]
    elif isinstance(stated, (list, tuple)):
        pairs = [((name, k), {}, value) for k, value in enumerate(stated)]
    else:
        slips.add((name,), f" is a {type(stated).__name__}; give a list or a mapping.")
        return []
    rows = (_one_row(name, path, start, value, slips) for path, start, value in pairs)
    return [row for row in rows if row is not None]


def _one_row(name: str, path: Path, start: dict[str, Any], value: Any, slips: Slips) -> Row | None:
    if isinstance(value, Mapping):
        return row_of(name, path, start, value, slips)
    if value is None and start:
        return Row(path, start)
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    if name == "periods" and is_id and not start:
        return Row(path, {"id": value}, {"id": path})
    if isinstance(value, str) and name in _ONE_WORD:
        word = _ONE_WORD[name] if start else "id"
        return Row(path, {**start, word: value}, {word: path})
    if start and name in _ONE_NUMBER and _starts_as_number(value):
        word = _ONE_NUMBER[name]
        return Row(path, {**start, word: value}, {word: path})
    such = f", such as {_EXAMPLES[name]}" if name in _EXAMPLES else ""
    slips.add(path, f" is {shown(value)}; give a mapping of its fields{such}.")
    return None


def _starts_as_number(value: Any) -> bool:
    return is_number(value) or (isinstance(value, str) and value.strip()[:1].isdigit())


def row_of(
    name: str, path: Path, start: Mapping[str, Any], value: Mapping[Any, Any], slips: Slips
) -> Row:
    """Return one row under the words of the fields, where a word can mean one field alone."""
    values, moved = dict(start), {}
    given = {str(key) for key in value}
    for key, item in value.items():
        word = str(key)
        full = _full_word(name, word)
        if full != word and (full in given or full in moved):
            slips.add(path, f": {full} is given twice; keep one.")
        if full != word:
            moved[full] = (*path, word)
        values[full] = item
    return Row(path, values, moved)


def _full_word(name: str, word: str) -> str:
    if word in ("cost", "unit_cost"):
        return _COST.get(name, word)
    if word == "quantity" and name.startswith("demand"):
        return "amount"
    return _RENAMED.get(word, word) if name != "rules" or word == "name" else word


def end_of(row: Row, word: str) -> Any:
    """Return one end of a lane, `from` or `to`, under either of its names."""
    long = {"from": "source", "to": "target"}[word]
    return row.values.get(word, row.values.get(long))


def label(value: Any) -> str:
    """Return an id as text; of anything else something that no id is."""
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value) if is_id and (isinstance(value, str) or abs(value) < 10**40) else "\0"


def named_goods(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the goods that suppliers, supplies, processes or demands name."""
    for row in rows:
        good = row.values.get("commodity")
        if isinstance(good, (str, int)):
            yield label(good)
        for key in ("input", "inputs", "output", "outputs"):
            goods = row.values.get(key)
            if isinstance(goods, str):
                yield goods
            elif isinstance(goods, (Mapping, list, tuple)):
                yield from map(str, goods)


def is_number(value: Any) -> bool:
    """Tell whether a value is a plain number."""
    return isinstance(value, Real) and not isinstance(value, bool)
