"""YAML text to plain values with the line of each, in bounded time and memory.

The text is read as a stream of events and nothing is ever constructed from a tag. Anchors,
aliases and tags are refused: a scenario needs none, and they are how a small file becomes a
huge one. YAML 1.2: ``no`` and ``NO`` are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from materials_db.faults import Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_VALUES = 60_000
MAX_FAULTS = 50

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MAX_DIGITS = 40


class YamlFaultError(Exception):
    """The text is no usable YAML; holds the one fault to show."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.line, self.what, self.remedy = line, what, remedy


@dataclass
class Tree:
    """Plain value of a file and the line where each part of it begins."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[YamlFaultError] = field(default_factory=list)
    """Keys given twice; the first one is kept."""

    def line(self, path: Path) -> int:
        """Line of a path, or of the nearest part above it that the file holds; 0 without any."""
        above = (path[:n] for n in range(len(path), -1, -1))
        return next((self.lines[part] for part in above if part in self.lines), 0)


def read_tree(text: str) -> Tree:
    """Read one YAML document.

    Raises:
        YamlFaultError: malformed, too large, too deep, or with an anchor, alias or tag.
    """
    if len(text) > MAX_BYTES:
        raise YamlFaultError(0, "the file is larger than 1 MB", "a scenario is a page of text")
    tree = Tree()
    events = _events(text)
    for event in events:
        tree.lines[()] = _line(event)
        tree.value = _value(event, events, tree, ())
    return tree


def as_fault(file: str, fault: YamlFaultError) -> Fault:
    """The fault with the name of its file."""
    return Fault(file, fault.line, fault.what, fault.remedy)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _events(text: str) -> Iterator[Any]:
    """Events of the one document, checked; structure marks of the stream left out."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    documents = values = depth = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            kind = type(event).__name__
            documents += kind == "DocumentStartEvent"
            depth += kind.endswith(("MappingStartEvent", "SequenceStartEvent"))
            depth -= kind.endswith(("MappingEndEvent", "SequenceEndEvent"))
            values += 1
            _check(event, documents, depth, values)
            if not kind.startswith(("Stream", "Document", "Comment")):
                yield event
    except YAMLError as error:
        raise _malformed(error) from None
    except (RecursionError, ValueError, IndexError, AttributeError, AssertionError, TypeError):
        raise YamlFaultError(0, "the file is not YAML", "see the examples folder") from None


def _check(event: Any, documents: int, depth: int, values: int) -> None:
    line = _line(event)
    if documents > 1:
        raise YamlFaultError(line, "a second document begins here", "keep one scenario a file")
    if getattr(event, "anchor", None) is not None:
        raise YamlFaultError(line, "anchors and aliases are not used here", "write the value out")
    if getattr(event, "tag", None) is not None:
        raise YamlFaultError(
            line, f"tag '{event.tag}' is not used here", "write plain text or a number"
        )
    if depth > MAX_DEPTH:
        raise YamlFaultError(line, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
    if values > MAX_VALUES:
        raise YamlFaultError(line, f"more than {MAX_VALUES} values", "state that much in Python")


def _malformed(error: Any) -> YamlFaultError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", "") or getattr(error, "reason", "") or "not YAML")
    said = problem.splitlines()[0].replace(";", ",")
    remedy = "indent with spaces, write 'key: value', put text with ': ' or '#' in quotes"
    return YamlFaultError(mark.line + 1 if mark else 0, f"malformed YAML ({said})", remedy)


def _value(event: Any, events: Iterator[Any], tree: Tree, path: Path) -> Any:
    kind = type(event).__name__
    if kind == "MappingStartEvent":
        return _mapping(events, tree, path)
    if kind == "SequenceStartEvent":
        return _sequence(events, tree, path)
    return _scalar(event)


def _mapping(events: Iterator[Any], tree: Tree, path: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for event in events:
        if type(event).__name__ == "MappingEndEvent":
            break
        key, line = _key(event), _line(event)
        if key in result:
            what = f"key '{key}' is given twice, first in line {tree.lines[*path, key]}"
            tree.faults.append(YamlFaultError(line, what, "keep one"))
            _value(next(events), events, Tree(), ())
            continue
        tree.lines[*path, key] = line
        result[key] = _value(next(events), events, tree, (*path, key))
    return result


def _key(event: Any) -> str:
    if type(event).__name__ != "ScalarEvent":
        raise YamlFaultError(_line(event), "a key is not plain text", "write 'key: value'")
    return str(event.value)


def _sequence(events: Iterator[Any], tree: Tree, path: Path) -> list[Any]:
    result: list[Any] = []
    for event in events:
        if type(event).__name__ == "SequenceEndEvent":
            break
        here = (*path, len(result))
        tree.lines[here] = _line(event)
        result.append(_value(event, events, tree, here))
    return result


def _scalar(event: Any) -> Any:
    """A plain scalar by the core schema of YAML 1.2; quoted ones are text."""
    text = str(event.value)
    if getattr(event, "style", None) not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text)


def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text) and len(text) <= _MAX_DIGITS:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.lower().replace(".", ""))
    return text
