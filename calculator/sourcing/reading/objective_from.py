"""An objective from what a file or a terminal says.

carbon
{risk: {risks: {CHN: 0.6, CHL: 0.2}, missing: 0.5}}
{kind: risk, risks: {CHN: 0.6, CHL: 0.2}}
{weighted: {cost: 1, carbon: 0.1}}
{weighted: [{weight: 1, objective: cost}, {weight: 0.1, objective: {risk: {...}}}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.objectives import OBJECTIVES
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.objectives.weighted import Part, Weighted
from calculator.sourcing.reading.quantities import number
from calculator.sourcing.reading.record_reader import Row, read_record
from calculator.sourcing.reading.slips import Path, Slips, shown

_KIND = ("minimise", "minimize", "objective", "kind")
_SAME = {"co2": "carbon", "emissions": "carbon", "emission": "carbon", "ghg": "carbon"}
_START: Path = ("objective",)


def objective_from(spec: Any) -> Objective:
    """Return the objective that a word, or a group of keys, states.

    Raises:
        SourcingError: an unknown word or key (with the nearest known one), a missing or a
            wrong value; all slips at once.
    """
    slips = Slips()
    found = read_objective_at(spec, slips)
    slips.raise_if_any("The objective cannot be used:")
    if found is None:
        raise SourcingError("no objective is stated; name one, for example 'cost'.", ())
    return found


def read_objective_at(spec: Any, slips: Slips, path: Path = _START) -> Objective | None:
    """Read what the plan is to be best at; None, and slips, where it cannot be read."""
    if isinstance(spec, Objective):
        return spec
    word, stated = _word_and_keys(spec)
    word = _plain_word(word) if isinstance(word, str) else word
    kind = OBJECTIVES.get(word) if isinstance(word, str) else None
    if kind is None:
        said = "its kind is missing" if word is None else f"unknown objective {shown(word)}"
        slips.add(path, f": {said}; {did_you_mean(str(word), OBJECTIVES)}")
        return None
    if kind is Weighted:
        return _weighted(stated, slips, path)
    return _plain(kind, stated, slips, path)


def _plain_word(word: str) -> str:
    """The objective that a common word for it means: `minimise co2` is carbon."""
    plain = word.strip().lower().removeprefix("least ").removeprefix("min ")
    for verb in ("minimise", "minimize", "min_"):
        plain = plain.removeprefix(verb).strip()
    return _SAME.get(plain, plain)


def _word_and_keys(spec: Any) -> tuple[Any, Any]:
    """The word of an objective, and what is stated of it."""
    if not isinstance(spec, Mapping):
        return spec, {}
    keys = {str(key): value for key, value in spec.items()}
    named = next((k for k in _KIND if k in keys), None)
    if named is not None:
        return keys.pop(named), keys
    if len(keys) == 1:
        return next(iter(keys.items()))
    return None, keys


def _plain(kind: type[Objective], stated: Any, slips: Slips, path: Path) -> Objective | None:
    if stated is None:
        stated = {}
    if not isinstance(stated, Mapping):
        slips.add(path, f" is {shown(stated)}; give a group of keys.")
        return None
    if is_dataclass(kind) and not fields(kind):
        for key in stated:
            slips.unknown_key(path, str(key), _KIND[:1])
        return kind()
    row = Row(path, {str(key): value for key, value in stated.items()})
    found = read_record(kind, row, slips, {})
    return found if isinstance(found, Objective) else None


def _weighted(stated: Any, slips: Slips, path: Path) -> Weighted | None:
    entries = stated.get("parts") if isinstance(stated, Mapping) and "parts" in stated else stated
    before = len(slips.found)
    if isinstance(entries, Mapping):
        parts = [_part(w, word, slips, (*path, str(word))) for word, w in entries.items()]
    elif isinstance(entries, (list, tuple)) and entries:
        parts = [_entry(entry, slips, (*path, k)) for k, entry in enumerate(entries)]
    else:
        slips.add(path, ": give the weight of each objective, for example {cost: 1, carbon: 0.1}.")
        return None
    try:
        whole = tuple(part for part in parts if part is not None)
        return Weighted(whole) if len(slips.found) == before else None
    except SourcingError as fault:
        slips.add(path, f": {fault}")
        return None


def _entry(entry: Any, slips: Slips, path: Path) -> Part | None:
    """One part: `{weight: 2, objective: ...}`, `{weight: 2, risk: {...}}` or `[2, ...]`."""
    if isinstance(entry, (list, tuple)) and len(entry) == 2:
        return _part(entry[0], entry[1], slips, path)
    if not isinstance(entry, Mapping) or "weight" not in entry:
        slips.add(path, f" is {shown(entry)}; give a weight and an objective.")
        return None
    rest = {key: value for key, value in entry.items() if key != "weight"}
    plain = len(rest) == 1 and "objective" in rest
    return _part(entry["weight"], rest["objective"] if plain else rest, slips, path)


def _part(weight: Any, spec: Any, slips: Slips, path: Path) -> Part | None:
    value = number((*path, "weight"), weight, ("1",), slips)
    objective = read_objective_at(spec, slips, path)
    return Part(value, objective) if value is not None and objective is not None else None
