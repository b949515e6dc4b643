"""Inputs that differ between two versions, like for like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calculator.errors import InputError
from calculator.scenario import parse_network, parse_scenario
from calculator.scenario.read import file_tree, holds_network
from calculator.store.records import Snapshot

ABSENT = ""
OWN_DATA = "own data"


@dataclass(frozen=True)
class InputChange:
    """One input that differs; empty where a side has none."""

    part: str
    """scenario, page or own data."""
    place: str
    """Path of keys, such as ``pack.energy`` or ``sourcing.rules[cap on China].max``; of own data
    the name of a file."""
    before: str
    after: str


def input_changes(before: Snapshot, after: Snapshot) -> tuple[InputChange, ...]:
    """Every input that differs, by place.

    An input that is left out counts as its default, so that writing a default changes nothing,
    and units are brought to one. The address of a page is compared only where one side has no
    scenario file or the pages differ: what it asks stands in the scenario otherwise.
    """
    found = list(_differing("scenario", _asked(before.yaml), _asked(after.yaml)))
    if not (before.yaml and after.yaml and before.page == after.page):
        found += _differing("page", _address(before), _address(after))
    found += _differing(OWN_DATA, _own(before), _own(after))
    return tuple(found)


def _differing(
    part: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[InputChange]:
    for place in dict.fromkeys((*before, *after)):
        pair = before.get(place, ABSENT), after.get(place, ABSENT)
        if pair[0] != pair[1]:
            yield InputChange(part, place, *pair)


def _address(snapshot: Snapshot) -> dict[str, str]:
    found = {"page": snapshot.page} if snapshot.page else {}
    return found | {key: ", ".join(values) for key, values in snapshot.parameters.items()}


def _own(snapshot: Snapshot) -> dict[str, str]:
    """The user's own files by name; their contents count by the beginning of their hash."""
    return {file.name: f"sha256 {file.digest[:12]}, {file.size:,} bytes" for file in snapshot.files}


def _asked(yaml: str) -> dict[str, str]:
    """Every input of a scenario file by its path."""
    return dict(_leaves("", _plain(yaml))) if yaml else {}


def _plain(yaml: str) -> Any:
    """Plain values of a file; one that an older program wrote and this one refuses, as it is."""
    tree = file_tree(yaml, "saved scenario").value
    try:
        if holds_network(tree) and "chemistries" not in tree:
            return dict(parse_network(yaml).stated)
        return parse_scenario(yaml).model_dump(mode="json", by_alias=True)
    except InputError:
        return tree


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), below)
    elif isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value):
        for name, below in _named(value):
            yield from _leaves(f"{path}[{name}]", below)
    elif isinstance(value, list | tuple):
        yield path, ", ".join(str(item) for item in value)
    elif value is not None:
        yield path, str(value)


def _named(items: list[Any] | tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Entries of a list by their name or id, else by their number; a repeat by both."""
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        own = (
            next((item[key] for key in ("name", "id") if item.get(key)), None)
            if (isinstance(item, Mapping))
            else None
        )
        name = str(number) if own is None else str(own)
        yield (f"{name} {number}" if name in seen else name), item
        seen.add(name)
