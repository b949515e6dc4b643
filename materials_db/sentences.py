"""Validation errors of a record, each as what is wrong and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

from materials_db.faults import did_you_mean

_PATTERN_HELP = {
    "date": "write a year, month or day such as 2025, 2025-06 or 2025-06-16",
    "valid_from": "write a year, month or day such as 2025, 2025-06 or 2025-06-16",
    "valid_to": "write a year, month or day such as 2025, 2025-06 or 2025-06-16",
    "country": "use the three-letter ISO code, such as CHN (ROW, WLD and EUU are known too)",
    "region": "use the three-letter ISO code, such as CHN (ROW, WLD and EUU are known too)",
    "importer": "use the three-letter ISO code, such as USA",
    "origin": "use the three-letter ISO code, such as CHN",
    "currency": "use the three-letter code, such as EUR",
}
_FORMULA_HELP = "formulas are not evaluated; write the number itself"
_PLAIN = {
    "float": ("{name} {given} is not a number", "write digits with a point, such as 3.5"),
    "finite_number": ("{name} {given} is not a finite number", "write a finite number"),
    "int": ("{name} {given} is not a whole number", "write digits, such as 2025"),
    "bool": ("{name} {given} is neither true nor false", "write true or false"),
    "string_too_short": ("{name} is empty", "give it a value"),
    "too_short": ("{name} is empty", "give it a value"),
    "string_type": ("{name} is not a text", "write it as one line of text"),
    "model": ("{name} {given} is not a set of fields", "write its fields, one a line, below it"),
    "dict": ("{name} {given} is not a set of fields", "write its fields, one a line, below it"),
    "tuple": ("{name} {given} is not a list", "write its entries as a list, each after '- '"),
}
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([^\d.]|$)")
_LONGEST = 60
_IDENTIFIER_HELP = "use letters, digits, dot, plus, minus and underscore, no space"


def sentence(error: ErrorDetails, fields: Iterable[str]) -> tuple[str, str]:
    """What is wrong and what to do, for one error of pydantic's."""
    name = ".".join(str(part) for part in error["loc"]) or "record"
    leaf = str(error["loc"][-1]) if error["loc"] else ""
    given = _shown(error.get("input"))
    kind = error["type"]
    if kind == "missing":
        return f"{name} is missing", "give it a value"
    if kind == "extra_forbidden":
        return f"{name} is not a field", did_you_mean(leaf, fields)
    if kind == "string_pattern_mismatch":
        return f"{name} {given} is malformed", _PATTERN_HELP.get(leaf, _IDENTIFIER_HELP)
    if kind == "model_type" and error.get("ctx", {}).get("class_name") == "Datum":
        return f"{name}: {given} is not a number with a unit", _example(error.get("input"))
    if kind == "value_error":
        return _own_words(error, name)
    return _by_kind(kind, name, given, error)


def _example(given: object) -> str:
    """A number as it should be written: the one given with a point for its comma, if it has one."""
    mended = _COMMA.sub(".", str(given)) if len(str(given)) <= _LONGEST else ""
    if mended != str(given) and _NUMBER.match(mended):
        return f"write one such as '{mended}'"
    return "write one such as '0.3' or '12 um'"


def _by_kind(kind: str, name: str, given: str, error: ErrorDetails) -> tuple[str, str]:
    if kind in {"enum", "literal_error"}:
        choices = str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
        known = [choice.strip(" '") for choice in choices.split(",")]
        return f"{name} {given} is not a choice", did_you_mean(given.strip("'"), known)
    for start, (what, remedy) in _PLAIN.items():
        if kind.startswith(start):
            is_formula = given.startswith("'=") and start == "float"
            help_ = _FORMULA_HELP if is_formula else remedy
            return what.format(name=name, given=given), help_
    return f"{name} {given}: {error['msg'][0].lower()}{error['msg'][1:]}", "mend the value"


def _own_words(error: ErrorDetails, name: str) -> tuple[str, str]:
    """The schema's own messages hold the remedy after a semicolon."""
    text = error["msg"].removeprefix("Value error, ")
    what, _, remedy = text.partition("; ")
    prefix = f"{name}: " if error["loc"] else ""
    return prefix + what, remedy or "mend the value"


def _shown(value: Any) -> str:
    text = str(value)
    return f"'{text[:_LONGEST]}...'" if len(text) > _LONGEST else f"'{text}'"
