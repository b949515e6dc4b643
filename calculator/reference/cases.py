"""Cases of the reference as rows of a CSV file, and their designs written back.

Input columns are named after the fields of ReferenceInputs, StepYields, Prices and Rates; an
empty cell or a column left out is the base case. A column `case` may hold a label. Output columns
are those of the solved designs of the reference.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from calculator.economics import Rates
from calculator.errors import InputError
from calculator.reference.columns import Value, as_row, column_names
from calculator.reference.design import ReferenceDesign
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.prices import Prices
from calculator.reference.yields import StepYields
from materials_db.faults import did_you_mean

LABEL = "case"
_MOST_ROWS = 100_000
_NESTED: Mapping[str, type[Any]] = {"yields": StepYields, "prices": Prices, "rates": Rates}
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Case:
    """One row of a file of cases."""

    label: str
    inputs: ReferenceInputs


def input_columns() -> dict[str, Field[Any]]:
    """Every input column and the field it fills."""
    own = {f.name: f for f in fields(ReferenceInputs) if f.name not in _NESTED}
    return own | {f.name: f for record in _NESTED.values() for f in fields(record)}


def read_cases(path: str | Path) -> tuple[Case, ...]:
    """Read a CSV file of cases.

    Raises ValueError naming the file, the line and the column of what cannot be read.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, reader.fieldnames)
            cases = tuple(_read_case(path, n, row) for n, row in enumerate(reader, start=2))
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror}); check the path.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: is not a CSV file in UTF-8 ({error}).") from None
    if not cases:
        raise InputError(f"{path}: holds no case; add a row under the header.")
    return cases


def _check_header(path: Path, names: Iterable[str] | None) -> None:
    known = [LABEL, *input_columns()]
    given = list(names or ())
    for name in given:
        if name not in known:
            hint = did_you_mean(name or "", known)
            raise InputError(f"{path.name}: column {name!r} is not an input; {hint}")
    if "couple" not in given or len(set(given)) < len(given):
        raise InputError(f"{path.name}: needs a column 'couple' and no column twice.")


def _read_case(path: Path, line: int, row: Mapping[str | None, Any]) -> Case:
    if line > _MOST_ROWS:
        raise InputError(f"{path.name}: more than {_MOST_ROWS} lines; split the file.")
    if None in row or None in row.values():
        raise InputError(f"{path.name}, line {line}: has not as many cells as the header.")
    texts = {str(name): str(text).strip() for name, text in row.items()}
    label = texts.pop(LABEL, "")
    try:
        return Case(label, inputs_from_texts(texts))
    except InputError as error:
        raise InputError(f"{path.name}, line {line}: {error}") from None


def inputs_from_texts(texts: Mapping[str, str]) -> ReferenceInputs:
    """Inputs from texts by column name; empty texts are left out.

    Raises ValueError for an unknown name or a text that cannot be read as the field's kind.
    """
    columns = input_columns()
    values: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in columns:
            raise InputError(f"{name}: is not an input of the reference; remove it.")
        if text:
            values[name] = _read_text(name, str(columns[name].type), text)
    return inputs_from_values(values)


def inputs_from_values(values: Mapping[str, Any]) -> ReferenceInputs:
    """Inputs from values by column name, those of yields, prices and rates among them."""
    if not values.get("couple"):
        raise InputError("couple: is missing; name one of the reference's couples.")
    nested = {
        group: record(**{f.name: values[f.name] for f in fields(record) if f.name in values})
        for group, record in _NESTED.items()
    }
    inner = {f.name for record in _NESTED.values() for f in fields(record)}
    own = {name: value for name, value in values.items() if name not in inner}
    return ReferenceInputs(**own, **nested)


def _read_text(name: str, kind: str, text: str) -> Any:
    if kind in {"str", "Bought"}:
        return text
    if kind == "bool":
        if text.lower() not in _TRUTH:
            raise InputError(f"{name}: {text!r} must be true or false.")
        return _TRUTH[text.lower()]
    try:
        number = float(text)
    except ValueError:
        raise InputError(f"{name}: {text!r} is not a number; write it without a unit.") from None
    is_count = kind.startswith("int") and number.is_integer()
    return int(number) if is_count else number


def write_designs(path: str | Path, designs: Iterable[tuple[str, ReferenceDesign]]) -> None:
    """Write labelled designs as CSV, one a row; designs of arrays are refused."""
    path = Path(path)
    rows = [{LABEL: _safe(label), **as_text_row(design)} for label, design in designs]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [LABEL, *column_names()])
        writer.writeheader()
        writer.writerows(rows)


def as_text_row(design: ReferenceDesign) -> dict[str, str]:
    """A design of single numbers as texts by column name, eight significant figures."""
    return {name: _text(name, value) for name, value in as_row(design).items()}


def _text(name: str, value: Value) -> str:
    if isinstance(value, np.ndarray):
        raise InputError(f"{name}: holds an array of draws; write a design of single numbers.")
    return value if isinstance(value, str) else f"{value:.8g}"


def _safe(label: str) -> str:
    """Label that no spreadsheet runs as a formula."""
    return f"'{label}" if label[:1] in {"=", "+", "-", "@", "\t", "\r"} else label
