"""What pydantic found, in the user's words: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from calculator.scenario.fields import Found, fields_of, find, parts_below, tag_of
from calculator.scenario.rules import KINDS
from calculator.scenario.schema import Scenario
from calculator.scenario.yaml_tree import Path, Tree
from materials_db.faults import Fault, did_you_mean

_LISTS = {"chemistry": ("chemistries",), "rule": ("sourcing", "rules")}
_KINDS = {
    "tuple_type": "it should be a list",
    "list_type": "it should be a list",
    "model_type": "it should be a group of keys",
    "model_attributes_type": "it should be a group of keys",
    "dict_type": "it should be a group of keys",
    "too_short": "it should not be empty",
    "string_too_short": "it should not be empty",
    "bool_type": "it should be true or false",
    "bool_parsing": "it should be true or false",
    "int_parsing_size": "it has too many digits",
    "finite_number": "it should be a finite number",
    "int_type": "it should be a whole number",
    "int_parsing": "it should be a whole number",
    "int_from_float": "it should be a whole number",
    "float_type": "it should be a number",
    "float_parsing": "it should be a number",
}
_RULES = [tag_of(kind) for kind in KINDS]


def sentence(file: str, tree: Tree, error: Mapping[str, Any]) -> Fault:
    """One error as a fault at its line."""
    found = find(Scenario, error["loc"])
    what, remedy = _SAY.get(error["type"], _other)(error, found)
    above = error["type"] == "missing"
    return Fault(file, tree.line(found.path[:-1] if above else found.path), what, remedy)


def repeats(file: str, tree: Tree) -> list[Fault]:
    """Names that stand twice in a list that wants them different."""
    faults = []
    for kind, path in _LISTS.items():
        seen: dict[str, int] = {}
        for index, name in _names(tree.value, path):
            line = tree.line((*path, index))
            if name in seen:
                first = f", first in line {seen[name]}" if line else ""
                what = f"{kind} '{name}' stands twice{first}"
                faults.append(Fault(file, line, what, "keep one or rename it"))
            seen.setdefault(name, line)
    return faults


def _names(value: Any, path: Path) -> Iterator[tuple[int, str]]:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    for index, item in enumerate(value if isinstance(value, list) else ()):
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str):
            yield index, name.strip()


def _unknown_key(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    key = str(found.path[-1])
    what = f"unknown key '{_short(key)}'{_inside(found.path)}"
    near = did_you_mean(key, fields_of(found.model) if found.model else ())
    homes = [where for where, part in parts_below(Scenario) if key in fields_of(part)]
    if near.startswith("did you mean") or not homes:
        return what, near
    return what, f"it belongs under '{homes[0]}'" if homes[0] else "it belongs at the top"


def _missing(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    example = f"{found.path[-1]}: {found.example}"
    return f"key '{found.path[-1]}' is missing{_inside(found.path)}", f"add it, such as '{example}'"


def _unknown_rule(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    tag = _short(error["ctx"]["tag"])
    return f"{_dotted(found.path)}: unknown rule '{tag}'", did_you_mean(tag, _RULES)


def _no_rule(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    where = _dotted(found.path)
    return f"{where}: key 'rule' is missing", f"add 'rule:' and one of {', '.join(_RULES)}"


def _own(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    what, _, remedy = str(error["ctx"]["error"]).partition("; ")
    return f"{_dotted(found.path)}: {what}", remedy or f"write it such as '{found.example}'"


def _other(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    said = _said(error)
    what = f"{_dotted(found.path)}: {_quoted(error['input'])} will not do, {said.replace(';', ',')}"
    return what, f"write it such as '{found.example}'" if found.example else "mend or remove it"


def _said(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, without the words of the validator."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "too_long":
        return f"it has {context['actual_length']} entries and may have {context['max_length']}"
    if kind == "string_too_long":
        return f"it may have {context['max_length']} characters"
    return _KINDS.get(kind) or error["msg"].replace("Input should", "it should")


def _pattern(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    what = f"{_dotted(found.path)}: '{_short(error['input'])}' is not written as needed"
    return what, f"write it such as '{found.example}'{_hint(str(error['input']), found)}"


def _hint(given: str, found: Found) -> str:
    """What the user may have meant."""
    if found.key == "currency" and given[:3].isalpha() and any(c.isdigit() for c in given):
        return " and the year under 'year'"
    if found.key in ("region", "importer", "country", "countries"):
        return ", a country code of three letters (ISO 3166)"
    return ""


def _text(error: Mapping[str, Any], found: Found) -> tuple[str, str]:
    given = error["input"]
    if isinstance(given, bool | int | float):
        return f"{_dotted(found.path)}: {_short(given)} is not text", "put it in quotes"
    return _other(error, found)


_SAY = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "union_tag_invalid": _unknown_rule,
    "union_tag_not_found": _no_rule,
    "value_error": _own,
    "string_type": _text,
    "string_pattern_mismatch": _pattern,
}


def _dotted(path: Path) -> str:
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return _short(text.lstrip(".")) or "scenario"


def _inside(path: Path) -> str:
    return f" in '{_dotted(path[:-1])}'" if len(path) > 1 else ""


def _quoted(value: object) -> str:
    return (
        _short(value) if value is None or isinstance(value, dict | list) else f"'{_short(value)}'"
    )


def _short(value: object) -> str:
    """A value as it may be shown: one line, printable, not long."""
    if isinstance(value, dict | list | tuple):
        return "a list" if isinstance(value, list | tuple) else "a group of keys"
    text = "nothing" if value is None else str(value)
    text = "".join(c if c.isprintable() else "?" for c in text[:80])
    return text if len(str(value)) <= 80 else f"{text[:60]}..."
