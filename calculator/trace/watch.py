"""Reads what the code calls its numbers, from the code itself, while it runs.

When a function returns, the traced numbers made in it stand in its local names, in what it
returns and in the records it made. Those names, with the function's place, become the names
of the steps of a derivation; a renamed variable renames its step.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from calculator.trace.number import Naming, Tape, Traced

_WATCHED = ("calculator.", "materials_db.")
_PLUMBING = ("calculator.trace", "calculator.maths", "calculator.draws")
"""Modules whose own names say nothing of the model."""
_DEPTH = 3
_TELLING = (
    "name",
    "item",
    "component",
    "material",
    "element",
    "country",
    "step",
    "stage",
    "product",
    "id",
)
"""Fields whose text tells a record from others of its class."""


@contextmanager
def watching(tape: Tape) -> Iterator[Tape]:
    """Names every traced number that functions of the project make inside the block."""
    before = sys.getprofile()
    entered: list[int] = []

    def hook(frame: FrameType, event: str, found: Any) -> None:
        if event == "call":
            entered.append(tape.count)
        elif event == "return" and entered:
            start = entered.pop()
            if tape.count > start:
                _read(tape, frame, found, start)

    sys.setprofile(hook)
    try:
        yield tape
    finally:
        sys.setprofile(before)


def _read(tape: Tape, frame: FrameType, found: Any, start: int) -> None:
    module = frame.f_globals.get("__name__", "")
    if not module.startswith(_WATCHED) or module.startswith(_PLUMBING):
        return
    code = frame.f_code
    owner, line = code.co_qualname, code.co_firstlineno
    if "<" in code.co_name:  # a comprehension, a lambda
        return
    given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for name, value in frame.f_locals.items():
        if name in given:  # named where it was made
            continue
        _name(tape, value, name, Naming("", owner, module, line, "local"), start, _DEPTH)
    _name(tape, found, code.co_name, Naming("", owner, module, line, "function"), start, _DEPTH)


def _name(tape: Tape, value: Any, name: str, place: Naming, start: int, depth: int) -> None:
    """Names a number, and those inside a mapping, a sequence or a record."""
    if isinstance(value, Traced):
        if value.serial > start and value.op != "leaf":
            known = tape.names.setdefault(value.serial, [])
            found = dataclasses.replace(place, name=name)
            if found not in known:
                known.append(found)
    elif depth == 0 or isinstance(value, str | int | float) or _met(tape, value, name, start):
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _name(tape, item, name, dataclasses.replace(place, of=_key(key)), start, depth - 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        record, of = type(value), _of(value) or place.of
        held = Naming("", record.__name__, record.__module__, place.line, "field", of)
        for one in dataclasses.fields(value):
            _name(tape, getattr(value, one.name), one.name, held, start, depth - 1)
    elif isinstance(value, tuple) and type(value) is tuple:
        for item in value:
            if not isinstance(item, Traced):
                _name(tape, item, name, place, start, depth - 1)


def _met(tape: Tape, value: Any, name: str, start: int) -> bool:
    """Whether a collection was searched from as early a number on, under the same name and size."""
    mapping = isinstance(value, Mapping)
    key = (id(value), len(value), name) if mapping else (id(value), 0, "")
    if key in tape.met and tape.met[key][1] <= start:
        return True
    if mapping or isinstance(value, tuple) or dataclasses.is_dataclass(value):
        tape.met[key] = (value, start)
    return False


def _of(record: Any) -> str:
    """Which of several a record is, by the texts in it: the component and material of a line."""
    found = (getattr(record, one, None) for one in _TELLING)
    return ", ".join(text for text in found if isinstance(text, str) and 0 < len(text) < 60)


def _key(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{one:g}" if isinstance(one, Traced) else str(one) for one in parts)
