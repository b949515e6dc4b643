"""Fields of a scenario file by their path, such as ``sourcing.rules[cap].limit``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from calculator.errors import InputError
from materials_db.faults import did_you_mean

_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[([^\[\]]+)\]")
_NAMES = ("name", "policy", "project", "event")


def steps_of(path: str) -> tuple[str, ...]:
    """Steps of a path; an entry of a list keeps its bracket, as ``[cap China``.

    Raises:
        InputError: it is no path.
    """
    found, place = [], 0
    while place < len(path):
        match = _STEP.match(path, place)
        if match is None:
            break
        found.append(match[1] or f"[{match[2].strip()}")
        place = match.end()
    if place < len(path) or not found or path.startswith((".", "[")):
        raise InputError(f"'{path}' is no field; write it such as 'volume' or 'pack.energy'")
    return tuple(found)


def with_value(values: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The plain values of a scenario with one replaced; nothing given is changed.

    Raises:
        InputError: a list has no such entry, or a step leads nowhere.
    """
    changed = _put(values, steps_of(path), value, path)
    assert isinstance(changed, dict)
    return changed


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; None where nothing does."""
    here: Any = values
    for step in steps_of(path):
        if step.startswith("["):
            here = here[_entry(here, step[1:], path)] if isinstance(here, list) else None
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
    return here


def _put(here: Any, steps: tuple[str, ...], value: Any, path: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.startswith("["):
        if not isinstance(here, list):
            raise InputError(f"'{path}' names an entry of what is no list; mend the field")
        place = _entry(here, step[1:], path)
        return [_put(one, rest, value, path) if k == place else one for k, one in enumerate(here)]
    if here is not None and not isinstance(here, Mapping):
        raise InputError(f"'{path}' leads below what is no group of keys; mend the field")
    below = dict(here or {})
    below[step] = _put(below.get(step), rest, value, path)
    return below


def _entry(entries: list[Any], name: str, path: str) -> int:
    names = [_name_of(entry) for entry in entries]
    if name in names:
        return names.index(name)
    if name.isascii() and name.isdigit() and 1 <= int(name) <= len(entries):
        return int(name) - 1
    raise InputError(f"'{path}': no entry '{name}'; {did_you_mean(name, filter(None, names))}")


def _name_of(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return next((str(entry[key]) for key in _NAMES if entry.get(key)), "")
