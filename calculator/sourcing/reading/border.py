"""What is seen to at the border of an ask: which money it is in, and fractions that are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from calculator.sourcing.reading.record_reader import Row
from calculator.sourcing.reading.short_rows import is_number
from calculator.sourcing.reading.slips import Path, Slips, shown

_LOOSE_MONEY = re.compile(r"\s*([A-Za-z]{3})[\s_/-]*((?:19|20)\d\d)\s*")
_MONEY_IN_TEXT = re.compile(r"[0-9.]\s*([A-Z]{3}_(?:19|20)\d\d)(?:/|$)")
_NO_CURRENCY = ": it names no currency and year; add for example currency: USD_2025."
_LARGEST = 1e6


def currency_of(ask: Mapping[str, Any], slips: Slips) -> str:
    """Currency and year; where no key states them, those that all prices with a unit name."""
    stated, year = ask.get("currency"), ask.get("year")
    if stated is None:
        named = set(_MONEY_IN_TEXT.findall(" ".join(_texts(ask))))
        if len(named) == 1:
            return str(named.pop())
        slips.add((), _NO_CURRENCY)
        return ""
    if not isinstance(stated, str):
        slips.add(("currency",), f" is {shown(stated)}; write for example USD_2025.")
        return ""
    text = stated if year is None else f"{stated}_{year}"
    loose = _LOOSE_MONEY.fullmatch(text)
    if loose is None:
        slips.add(
            ("currency",),
            f": {shown(text)} does not name a currency and its year; write for example 'USD_2025'.",
        )
        return ""
    return f"{loose[1].upper()}_{loose[2]}"


def _texts(value: Any) -> list[str]:
    """Every text in an ask, each closed by a blank end."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, (Mapping, list, tuple)):
        return []
    return [text for item in inner for text in _texts(item)]


def check_fractions(row: Row, slips: Slips) -> None:
    """Refuse plain numbers above 1 where a fraction is meant: 25 for 25 %."""
    word = "duty" if "duty" in row.values else "duty_rate"
    found: list[tuple[Any, Path]] = [(row.values.get(word), row.at(word))]
    held = row.values.get("contents")
    if row.values.get("unit") == "kg" and isinstance(held, Mapping):
        found += [(value, (*row.at("contents"), str(key))) for key, value in held.items()]
    for value, path in found:
        if is_number(value) and 1 < value < _LARGEST:
            said = f"give a fraction (0.25), or text with the sign ('{value:g} %')"
            slips.add(path, f" is {value:g}, which is {100 * value:g} %; {said}.")


def in_kg(row: Row) -> Row:
    """Contents in percent of a good counted in another mass than kg, as kg in one unit."""
    held, unit = row.values.get("contents"), row.values.get("unit", "kg")
    if not isinstance(held, Mapping) or not isinstance(unit, str) or unit == "kg":
        return row
    from materials_db.units import UnitError, factor

    try:
        kg = factor(unit, "kg")
        changed = {
            key: kg * factor("%", "1") * float(value.strip().removesuffix("%"))
            if isinstance(value, str) and value.strip().endswith("%")
            else value
            for key, value in held.items()
        }
    except (UnitError, ValueError):  # no mass, or no number, which is told when it is read
        return row
    return Row(row.path, {**row.values, "contents": changed}, row.moved)
