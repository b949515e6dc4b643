"""YAML files of chemistries and formats: text in, records and faults out.

Every scalar stays text until its field converts it, so ``no`` is a word and ``2025`` a date
where a date is meant. A number with its provenance may be written in one line::

    porosity: 0.30 [0.25..0.36] | reported medium | S07 Table 1 | 0.27-0.33 in S03
    thickness: 12 [9..18] um | reported medium 2025 | S33 cell teardown

that is: value, range, unit | basis, confidence, date | source, locator | note. A user's own
file may stop after the unit; the number is then marked as the user's assumption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import ValidationError

from materials_db.bounds import FIELDS, FORMAT_FIELDS, Bound, datum_faults
from materials_db.csv_files import decode
from materials_db.faults import Fault
from materials_db.schema import (
    Basis,
    CellFormat,
    Chemistry,
    Coating,
    Component,
    Confidence,
    Datum,
    Filed,
    Foil,
    Layer,
    Liquid,
    Negative,
    Positive,
)
from materials_db.sentences import sentence

MAX_BYTES = 200_000
MAX_DEPTH = 12
_ABSENT = frozenset({"", "~", "null", "Null", "NULL"})
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_SHORT = re.compile(
    rf"^(?P<value>{_NUMBER})\s*(?:\[(?P<low>{_NUMBER})?\s*\.\.\s*(?P<high>{_NUMBER})?\])?"
    r"\s*(?P<unit>(?![,.])[^|\[\]]*)$"
)
_TEXT_FIELDS = frozenset(
    {"id", "name", "family", "process", "reference_couple", "note", "material"}
    | {"binder_solvent", "shape", "wall_material", "terminal_material"}
)

_FIELDS = sorted(
    name
    for model in (Chemistry, Coating, Component, Positive, Negative, Foil, Layer, Liquid, Datum)
    for name in model.model_fields
    if name not in Filed.model_fields
) + sorted(CellFormat.model_fields)
"""Every field a file may name, for suggestions."""

_BOUNDS: Mapping[type[Filed], Mapping[str, Bound]] = {
    Chemistry: FIELDS,
    CellFormat: FORMAT_FIELDS,
}

Tree = dict[str, Any]
Lines = dict[tuple[str | int, ...], int]
Document = TypeVar("Document", Chemistry, CellFormat)


def read_document(
    model: type[Document], content: bytes, file: str, extra: Mapping[str, str] | None = None
) -> tuple[Document | None, list[Fault]]:
    """The record of one YAML file, or its faults with their lines."""
    text, faults = decode(content, file)
    if len(content) > MAX_BYTES:
        what = f"the file holds {len(content):,} bytes, more than {MAX_BYTES:,}"
        faults = [Fault(file, 0, what, "a chemistry or format needs a few thousand")]
    if faults:
        return None, faults
    lines: Lines = {}
    filled: Tree = {}
    try:
        tree = _tree(text, file, lines)
        marked = {**(extra or {}), "file": file}
        filled = _fill(tree, (), lines, marked)
        return model.model_validate({**filled, **marked, "row": "1"}), []
    except _FaultError as error:
        return None, [error.fault]
    except ValidationError as error:
        located = _located(error, file, lines)
        return None, located + list(_number_faults(filled, (), _BOUNDS[model]))


def _number_faults(
    tree: Tree, path: tuple[str, ...], bounds: Mapping[str, Bound]
) -> Iterator[Fault]:
    """What is wrong with the unit or size of the numbers of a file that has other faults."""
    if "value" in tree:
        with suppress(ValidationError):
            datum = Datum.model_validate(tree)
            bound = bounds.get(path[-1]) if path else None
            yield from datum_faults(datum, ".".join(path), bound) if bound else ()
        return
    for name, value in tree.items():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, dict):
                yield from _number_faults(part, (*path, name), bounds)


class _FaultError(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def _tree(text: str, file: str, lines: Lines) -> Tree:
    """Nested mappings and lists of text; anchors, tags and depth are refused."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    try:
        node = yaml.compose(text)
    except YAMLError as error:
        raise _FaultError(_yaml_fault(error, file)) from None
    except (ValueError, RecursionError):
        raise _FaultError(Fault(file, 0, "the YAML cannot be read", "mend its syntax")) from None
    if node is None or node.id != "mapping":
        fault = Fault(file, 1, "the file holds no fields", "write 'name: value' lines")
        raise _FaultError(fault)
    tree: Tree = _plain(node, file, (), lines)
    return tree


def _yaml_fault(error: Exception, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "the YAML cannot be read").split(",")[0]
    if "depth" in problem:
        problem = f"the nesting is deeper than {MAX_DEPTH} levels"
    remedy = "mend the syntax: 'name: value', indented by spaces; quote texts with ': ' or '#'"
    return Fault(file, mark.line + 1 if mark else 0, problem, remedy)


def _plain(node: Any, file: str, path: tuple[str | int, ...], lines: Lines) -> Any:
    row = node.start_mark.line + 1
    lines[path] = row
    if node.anchor is not None:
        what = f"'&{node.anchor}' is a YAML anchor"
        raise _FaultError(Fault(file, row, what, "write the values out"))
    if not str(node.tag).startswith("tag:yaml.org,2002:") or "python" in str(node.tag):
        raise _FaultError(Fault(file, row, f"'{node.tag}' is a YAML tag", "write plain values"))
    if node.id == "sequence":
        return [_plain(entry, file, (*path, at), lines) for at, entry in enumerate(node.value)]
    if node.id == "mapping":
        return _mapping(node, file, path, lines)
    return node.value


def _mapping(node: Any, file: str, path: tuple[str | int, ...], lines: Lines) -> Tree:
    tree: Tree = {}
    for key, value in node.value:
        row = key.start_mark.line + 1
        if key.id != "scalar" or key.value == "<<":
            raise _FaultError(Fault(file, row, "a key is not a word", "write 'name: value'"))
        if key.value in tree:
            raise _FaultError(Fault(file, row, f"'{key.value}' stands twice", "keep one"))
        tree[key.value] = _plain(value, file, (*path, key.value), lines)
    return tree


def _fill(tree: Tree, path: tuple[str | int, ...], lines: Lines, marked: Mapping[str, str]) -> Tree:
    """Short numbers written out, absent fields dropped, numbers marked with file and line."""
    filled: Tree = {}
    for name, value in tree.items():
        here = (*path, name)
        if isinstance(value, str):
            if value in _ABSENT:
                continue
            short = name not in _TEXT_FIELDS and "value" not in tree
            filled[name] = _short(value, lines[here], marked) if short else value
        elif isinstance(value, list):
            filled[name] = tuple(
                _fill(entry, (*here, at), lines, marked) if isinstance(entry, dict) else entry
                for at, entry in enumerate(value)
            )
        else:
            filled[name] = _fill(value, here, lines, marked)
    if "value" in filled:
        filled = {**_own(marked), **filled, **marked, "row": str(lines[path])}
    return filled


def _own(marked: Mapping[str, str]) -> Tree:
    """Provenance of a number in a user's file that names none."""
    if marked.get("layer") != "overlay":
        return {}
    return {"source": "overlay", "basis": Basis.ASSUMED.value, "confidence": Confidence.LOW.value}


def _short(text: str, row: int, marked: Mapping[str, str]) -> Any:
    """Fields of a number written in one line; a text of another shape is left as it is."""
    quantity, *rest = (part.strip() for part in text.split("|", 3))
    match = _SHORT.match(quantity)
    if match is None:
        return text
    filled: Tree = {**_own(marked), "value": match["value"], "unit": match["unit"].strip() or "1"}
    filled |= {name: match[name] for name in ("low", "high") if match[name]}
    rest += [""] * (3 - len(rest))
    filled |= _standing(rest[0])
    source, _, locator = rest[1].partition(" ")
    filled |= {"source": source} if source else {}
    filled |= {"locator": locator.strip(), "note": rest[2]}
    return {**filled, **marked, "row": str(row)}


def _standing(text: str) -> Tree:
    """``reported medium 2025`` as basis, confidence and date."""
    return dict(zip(("basis", "confidence", "date"), text.split(), strict=False))


def _located(error: ValidationError, file: str, lines: Lines) -> list[Fault]:
    faults = []
    for detail in error.errors(include_url=False):
        place = tuple(detail["loc"])
        while place and place not in lines:
            place = place[:-1]
        faults.append(Fault(file, lines.get(place, 1), *sentence(detail, _FIELDS)))
    return faults
