"""Scenario file to record: every fault at once, each with its line and its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from calculator.errors import InputError
from calculator.scenario.messages import repeats, sentence
from calculator.scenario.quantity import AS_TEXT
from calculator.scenario.schema import REPEATED, Scenario
from calculator.scenario.yaml_tree import MAX_BYTES, Tree, YamlFaultError, as_fault, read_tree
from materials_db.faults import Fault

MAX_SHOWN = 40
NETWORK = "network"
_BARE = ("suppliers", "supplies", "processes", "commodities", "arcs")
"""A file without chemistries that holds one of these is itself a network."""


class ScenarioError(InputError):
    """The scenario cannot be used as written; ``faults`` holds each thing to mend."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        lines = [str(fault) for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            lines.append(f"and {len(self.faults) - MAX_SHOWN} more faults; mend these first")
        super().__init__(lines[0] if len(lines) == 1 else "\n".join(f"- {s}" for s in lines))


def parse_scenario(text: str, file: str = "scenario") -> Scenario:
    """Read a scenario from YAML text.

    Args:
        text: YAML 1.2; quantities are texts with a unit, such as ``75 kWh``.
        file: name that stands in messages.

    Raises:
        ScenarioError: every fault found, as ``file:line: what; what to do``.
    """
    return _checked(file_tree(text, file), file)


def load_scenario(path: FilePath | str, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Read a scenario file; paths in it are taken from the folder of the file.

    Args:
        path: the file.
        changes: values that replace those of the file, as a file would hold them.

    Raises:
        ScenarioError: the file cannot be read, or anything in it is wrong.
    """
    path = FilePath(path)
    tree = file_tree(file_text(path), path.name)
    tree.value = _replaced(dict(tree.value or {}), changes or {})
    kept = {place: line for place, line in tree.lines.items() if place[:1] not in _keys(changes)}
    tree.lines = {**kept, **dict.fromkeys(_keys(changes), 0)}
    return located(_checked(tree, path.name), path.parent)


def make_scenario(values: Mapping[str, Any], file: str = "scenario") -> Scenario:
    """A scenario from plain values as a file would hold them.

    Raises:
        ScenarioError: every fault found; ``file`` stands in the messages.
    """
    return _checked(Tree(_replaced({}, values)), file)


def _keys(changes: Mapping[str, Any] | None) -> list[tuple[str | int, ...]]:
    """Paths of the changed keys, which have no line in the file."""
    return [(key,) for key in changes or {}]


def _replaced(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values with others in their place; groups of keys are merged."""
    merged = dict(values)
    for key, value in changes.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, dict):
            merged[key] = _replaced(below, value)
        else:
            merged[key] = value
    return merged


def file_tree(text: str, file: str) -> Tree:
    """Read YAML text whose top is a group of keys.

    Raises:
        ScenarioError: malformed, or without keys.
    """
    try:
        tree = read_tree(text)
    except YamlFaultError as fault:
        raise ScenarioError([as_fault(file, fault)]) from None
    if not isinstance(tree.value, dict):
        what, remedy = "the file holds no keys", "begin with 'chemistries: [LFP, NMC811]'"
        raise ScenarioError([Fault(file, tree.line(()), what, remedy)])
    return tree


def _checked(tree: Tree, file: str) -> Scenario:
    faults = [as_fault(file, fault) for fault in tree.faults] + repeats(file, tree)
    if holds_network(tree.value) and "chemistries" not in tree.value:
        what, remedy = "the file states a network, which has no chemistries", "use 'optimise' on it"
        raise ScenarioError([*faults, Fault(file, tree.line((NETWORK,)), what, remedy)])
    try:
        scenario = Scenario.model_validate(
            tree.value, by_alias=True, by_name=False, context=AS_TEXT
        )
    except ValidationError as error:
        faults += _told(file, tree, error)
    if faults:
        raise ScenarioError(faults)
    return scenario


def holds_network(value: Any) -> bool:
    """Tell whether the content of a file is a network of one's own.

    It stands under ``network``, or, where no chemistries are named, is the file itself.
    """
    if not isinstance(value, dict):
        return False
    is_bare = "chemistries" not in value and any(key in value for key in _BARE)
    return NETWORK in value or is_bare


def file_text(path: FilePath) -> str:
    """Read the text of a scenario file.

    Raises:
        ScenarioError: it cannot be read, is too large or is no text.
    """

    def refuse(what: str, remedy: str) -> ScenarioError:
        return ScenarioError([Fault(str(path), 0, what, remedy)])

    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise refuse("is a folder", "name the scenario file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise refuse(f"cannot be read ({reason})", "check the path") from None
    if len(data) > MAX_BYTES:
        raise refuse("the file is larger than 1 MB", "a scenario is a page of text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not UTF-8 text", "save the scenario as a UTF-8 text file") from None


def is_path(reference: str) -> bool:
    """Whether a reference is a path to a file rather than the name of a record."""
    return reference.lower().endswith((".yaml", ".yml"))


def located(scenario: Scenario, folder: FilePath) -> Scenario:
    """The same scenario with every path in it taken from ``folder``."""

    def place(reference: str | None, always: bool = False) -> str | None:
        if reference is None or not (always or is_path(reference)):
            return reference
        return str(folder / reference)

    changed: dict[str, Any] = {
        "chemistries": tuple(place(name) for name in scenario.chemistries),
        "format": place(scenario.format),
        "overlay": place(scenario.overlay, always=True),
    }
    if scenario.sourcing is not None:
        asked = scenario.sourcing
        placed = {
            "chemistry": place(asked.chemistry),
            "chemistries": tuple(place(name) for name in asked.chemistries),
        }
        changed["sourcing"] = asked.model_copy(update=placed)
    return scenario.model_copy(update=changed)


def _told(file: str, tree: Tree, error: ValidationError) -> list[Fault]:
    """One fault an error; repeats are told from the file itself, where they have a line."""
    errors = error.errors(include_url=False)
    inner = {e["loc"][:-1] for e in errors}
    kept = [e for e in errors if e["type"] != REPEATED and not _follows(e, inner)]
    told = [sentence(file, tree, e) for e in kept]
    return told if told or repeats(file, tree) else [sentence(file, tree, e) for e in errors]


def _follows(error: ErrorDetails, inner: set[tuple[int | str, ...]]) -> bool:
    """A list is too short only because an entry of it was refused."""
    return error["type"] == "too_short" and error["loc"] in inner
