"""One record or rule from a group of keys, read by the types of its fields.

A further field, or a further rule, needs no line here: its type says what it takes.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.reading.quantities import number
from calculator.sourcing.reading.slips import Path, Slips, shown

Expected = Callable[[str, str | None], tuple[str, ...]]
"""Units in which text may be, by field and, inside a mapping, by its key."""
_IDS = frozenset({"id", "name", "node", "source", "target", "commodity", "of", "period", "outcome"})
_MUST = _IDS - {"name"}
_LONG = 10**40
_ENDLESS = ("unlimited", "none", "infinite")
_BAD = object()


@dataclass(frozen=True)
class Row:
    """A group of keys, and the path of what the user wrote that it comes from.

    `moved` gives the path of a value that stands elsewhere than below `path`.
    """

    path: Path
    values: dict[str, Any]
    moved: Mapping[str, Path] = field(default_factory=dict)

    def at(self, key: str) -> Path:
        """Return the path of one value."""
        return self.moved.get(key, (*self.path, key))


def plain_units(name: str, key: str | None) -> tuple[str, ...]:
    """Take fractions in percent and nothing else with a unit."""
    return ("1",)


def read_record(
    kind: type,
    row: Row,
    slips: Slips,
    short: Mapping[str, str],
    expected: Expected = plain_units,
    hints: Mapping[str, str] | None = None,
) -> Any:
    """Make one record; None, and slips, if anything is wrong with it.

    Args:
        kind: the class, a dataclass.
        row: what is stated.
        slips: takes what is wrong.
        short: short names of fields.
        expected: units in which text may stand.
        hints: for words that are no field, the sentence to say.
    """
    before = len(slips.found)
    types_of, required = fields_of(kind)
    values: dict[str, Any] = {}
    for key, value in row.values.items():
        name = key if key in types_of else short.get(key, key)
        if name not in types_of:
            said, listed = (hints or {}).get(key, ""), {_shortest(n, short) for n in types_of}
            slips.unknown_key(row.path, key, spoken(kind, short), said, listed)
        elif name in values:
            slips.add(row.path, f": {name} is given twice; keep one.")
        elif not _left_out(kind, name, value):
            values[name] = read_value(row.at(key), name, value, types_of[name], expected, slips)
    for name in required:
        if name not in values:
            slips.add(row.path, f": {_shortest(name, short)} is missing; give it.")
    return _made(kind, values, row.path, slips) if len(slips.found) == before else None


def _shortest(name: str, short: Mapping[str, str]) -> str:
    """What a field is called where it has a short name: `price` for `price_per_unit`."""
    words = (word for word, full in short.items() if full == name and name.startswith(word))
    return next(words, name)


def _made(kind: type, values: dict[str, Any], path: Path, slips: Slips) -> Any:
    try:
        return kind(**values)
    except SourcingError as fault:
        slips.add(path, f": {fault}")
    except (TypeError, ValueError, ArithmeticError) as fault:
        slips.add(path, f": its values do not go together ({fault}); mend them.")
    return None


@cache
def fields_of(kind: type) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the types of the fields of a dataclass, and which of them must be given."""
    hints = get_type_hints(kind)
    own = [f for f in fields(kind) if f.init]
    required = [f.name for f in own if f.default is MISSING and f.default_factory is MISSING]
    return {f.name: hints[f.name] for f in own}, tuple(required)


def spoken(kind: type, short: Mapping[str, str]) -> set[str]:
    """Return every word a field of a record may be called by."""
    names = fields_of(kind)[0]
    return set(names) | {word for word, full in short.items() if full in names}


def _left_out(kind: type, name: str, value: Any) -> bool:
    """Whether an empty value, or `unlimited`, means that a capacity or limit has no end."""
    if value is not None and value not in _ENDLESS:
        return False
    default = next(f.default for f in fields(kind) if f.name == name)
    return isinstance(default, float) and default == float("inf")


def read_value(
    path: Path, name: str, value: Any, hint: Any, expected: Expected, slips: Slips
) -> Any:
    """Check one value against the type of its field; a slip where it does not fit."""
    read = _reader(hint)
    found = read(path, name, value, expected, slips)
    return None if found is _BAD else found


def _reader(hint: Any) -> Callable[..., Any]:
    """Choose the reader of a type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(inner)
    if origin is Literal:
        return _word_of(inner)
    if origin is tuple:
        return _several(inner[0], bool(len(inner) == 2 and inner[1] is Ellipsis))
    if origin is not None and issubclass(origin, Mapping):
        return _by_name(inner[1])
    return _PLAIN.get(hint, _anything)


def _number(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
    found = number(path, value, expected(name, None), slips)
    return _BAD if found is None else found


def _whole(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
    is_whole = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_whole and value == value // 1 and abs(value) < 1e15:
        return int(value)
    slips.add(path, f" is {shown(value)}; give a whole number.")
    return _BAD


def _truth(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
    if isinstance(value, bool):
        return value
    slips.add(path, f" is {shown(value)}; give true or false.")
    return _BAD


def _text(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and name in _IDS:
        value = str(value) if abs(value) < _LONG else None
    if isinstance(value, str) and value.isprintable() and (value.strip() or name not in _MUST):
        return value
    slips.add(path, f" is {shown(value)}; give a name.")
    return _BAD


def _anything(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
    return value


_PLAIN: Mapping[Any, Callable[..., Any]] = {
    float: _number, int: _whole, bool: _truth, str: _text,
}  # fmt: skip


def _one_of(choices: tuple[Any, ...]) -> Callable[..., Any]:
    """Take what fits any of several types; an empty value where None is one of them."""

    def read(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
        if value is None and type(None) in choices:
            return None
        wanted = [c for c in choices if c is not type(None)]
        for choice in wanted:
            tried = Slips()
            found = _reader(choice)(path, name, value, expected, tried)
            if not tried.found:
                return found
        slips.found += _nearest(wanted, path, name, value, expected)
        return _BAD

    return read


def _nearest(wanted: list[Any], path: Path, name: str, value: Any, expected: Expected) -> list[Any]:
    """The slips of the choice that is of the same make as the value: list, group or single."""
    is_made = ((Mapping, _is_mapping), ((list, tuple), _is_list))
    like = [c for make, fits in is_made if isinstance(value, make) for c in wanted if fits(c)]
    tried = Slips()
    _reader((like or wanted)[0])(path, name, value, expected, tried)
    return tried.found


def _is_mapping(hint: Any) -> bool:
    origin = get_origin(hint)
    return origin is not None and isinstance(origin, type) and issubclass(origin, Mapping)


def _is_list(hint: Any) -> bool:
    origin: Any = get_origin(hint)
    return origin is tuple


def _word_of(words: tuple[Any, ...]) -> Callable[..., Any]:
    def read(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
        if value in words and isinstance(value, str):
            return value
        slips.add(path, f" is {shown(value)}; {did_you_mean(str(value), map(str, words))}")
        return _BAD

    return read


def _several(inner: Any, endless: bool) -> Callable[..., Any]:
    """Take a list; of names also a single one."""

    def read(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
        if inner is str and isinstance(value, str):
            return (value,)
        if not isinstance(value, (list, tuple)):
            slips.add(path, f" is {shown(value)}; give a list of {_called(inner)}.")
            return _BAD
        before = len(slips.found)
        items = [
            _reader(inner)((*path, k), name, item, expected, slips) for k, item in enumerate(value)
        ]
        return tuple(items) if len(slips.found) == before else _BAD

    return read


def _called(inner: Any) -> str:
    return "names" if inner is str else "numbers" if inner in (float, int) else "lists"


def _by_name(inner: Any) -> Callable[..., Any]:
    """Take a group of keys with one value each."""

    def read(path: Path, name: str, value: Any, expected: Expected, slips: Slips) -> Any:
        if not isinstance(value, Mapping):
            what = "groups of numbers" if _is_mapping(inner) else "numbers"
            slips.add(path, f" is {shown(value)}; give a mapping from names to {what}.")
            return _BAD
        before = len(slips.found)
        made = {}
        for key, item in value.items():
            inside = _keyed(expected, str(key))
            at = (*path, str(key))
            made[str(key)] = _reader(inner)(at, name, item, inside, slips)
        return made if len(slips.found) == before else _BAD

    return read


def _keyed(expected: Expected, key: str) -> Expected:
    """Units inside a mapping: those of the innermost key."""
    return lambda name, inner: expected(name, key if inner is None else inner)
