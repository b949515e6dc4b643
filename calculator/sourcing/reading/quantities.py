"""Numbers of a network at its border: plain, or text with a unit that is converted once.

A plain number is in the unit of its commodity and in the currency of the network. Text such as
"80 t/year", "14 USD_2025/kg" or "40 %" is converted; a wrong dimension is refused. A year is
one period, so that "80 t/year" is 80 t in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from numbers import Real
from typing import Any

from calculator.sourcing.reading.slips import Path, Slips, shown

_YEARLY = ("/year", "/yr", "/a", "/y", "/period")
_MONEY = frozenset({"price_per_unit", "conversion_cost_per_unit", "freight_per_unit"})
_MONEY |= {"customs_value_per_unit", "value_per_unit"}
_AMOUNT = frozenset({"capacity", "amount", "limit", "limit_amount"})
_BY_ENDING = (("_kwh", "kWh"), ("_kg", "kg"))
_PAID = ("price", "cost", "fee", "charge")
RATIO = "1"
_LEAST, _MOST = 1e-60, 1e60
_NO_UNIT = "state the unit of its commodity, such as 'unit: kg', or write a plain number"


@dataclass(frozen=True)
class Units:
    """What plain numbers of a network stand for: its currency and the unit of each good."""

    currency: str = ""
    of: Mapping[str, str] = field(default_factory=dict)

    def expected(self, name: str, good: str | None) -> tuple[str, ...]:
        """Return the units in which text for a field may be, the field's own first.

        Args:
            name: the field, such as `price_per_unit`.
            good: the commodity the record is on; None where it is on none or on several.
        """
        unit = self.of.get(good, "") if good is not None else ""
        if name in _MONEY:
            return (f"{self.currency}/{unit}",) if unit and self.currency else ()
        if name in _AMOUNT:
            return (unit,) if unit else ()
        if name == "emission_kg_per_unit":
            return (f"kgCO2e/{unit}", f"kg/{unit}") if unit else ()
        if name == "energy_kwh_per_unit":
            return (f"kWh/{unit}",) if unit else ()
        if "_per_" in name:
            per = name.rpartition("_per_")[2].replace("kwh", "kWh")
            return (f"{self.currency}/{per}",) if name.startswith(_PAID) else ()
        return next(((u,) for end, u in _BY_ENDING if name.endswith(end)), (RATIO,))


def number(path: Path, value: Any, expected: tuple[str, ...], slips: Slips) -> float | None:
    """Return a plain number, or text with a unit in the first of `expected`; None on a slip."""
    if isinstance(value, bool) or not isinstance(value, (Real, str)):
        said = "is empty" if value is None else f"is {shown(value)}"
        slips.add(path, f" {said}; give a plain number{_such_as(expected)}.")
        return None
    try:
        found = float(value) if not isinstance(value, str) else _read(value, expected)
        if found == 0 or not isfinite(found) or _LEAST < abs(found) < _MOST:
            return found
        slips.add(path, f" is {found:g}; give 0, or a number of a size between 1e-60 and 1e60.")
    except OverflowError:
        slips.add(path, " has too many digits; give a smaller number.")
    except ValueError as error:
        slips.add(path, f" is {shown(value)}; {_said(str(error), expected)}.")
    return None


def _such_as(expected: tuple[str, ...]) -> str:
    if not expected:
        return ""
    example = "'40 %'" if expected[0] == RATIO else f"'1 {expected[0]}'"
    return f", or text with a unit such as {example}"


def _said(error: str, expected: tuple[str, ...]) -> str:
    """A fault of a unit without the words the sentence has said already."""
    if error.startswith("quantity") or not error:
        return f"give a plain number{_such_as(expected)}"
    return error.replace("; give it in '1'", ", so write a plain number").rstrip(".")


def _read(text: str, expected: tuple[str, ...]) -> float:
    """Text to a number in the first expected unit.

    Raises:
        ValueError: no number, an unknown unit, or one of another dimension.
    """
    figure, unit = _parted(text)
    return figure * _to(unit, expected) if unit else figure


def _parted(text: str) -> tuple[float, str]:
    head, _, tail = text.strip().partition(" ")
    try:
        return float(head), tail.strip()
    except ValueError:
        from materials_db.units import split_quantity

        figure, unit = split_quantity(text)
        return figure, "" if unit == RATIO else unit


def _to(unit: str, expected: tuple[str, ...]) -> float:
    """Factor from a unit to the first expected one that it fits."""
    from materials_db.units import UnitError

    plain = next((unit.removesuffix(end) for end in _YEARLY if unit.endswith(end)), unit)
    if plain in expected[:1]:
        return 1.0
    if not expected:
        raise UnitError(_NO_UNIT)
    if not any(map(_is_known, _parts(expected[0]))):
        raise UnitError(f"it is counted in '{expected[0]}', so write a plain number")
    faults = []
    for goal in expected:
        try:
            return _factor(plain, goal)
        except UnitError as error:
            faults.append(error)
    raise faults[0]


def _factor(unit: str, goal: str) -> float:
    """Factor between two units; of a ratio, that of its parts where it is not listed whole."""
    from materials_db.units import UnitError, factor

    try:
        return factor(_as_mass(unit), _as_mass(goal))
    except UnitError:
        ends = (_parts(unit), _parts(goal))
        if not all(len(parts) == 2 and all(map(_is_known, parts)) for parts in ends):
            raise
        (top, per), (goal_top, goal_per) = ends
        return factor(top, goal_top) / factor(per, goal_per)


def _as_mass(unit: str) -> str:
    """A mass of gas is a mass: kg for kgCO2e, kgCO2e/kWh kept as it is listed."""
    if "/" in unit:
        return unit
    return unit.replace("CO2eq", "").replace("CO2e", "").replace("CO2", "").strip()


def _parts(unit: str) -> list[str]:
    return [_as_mass(part) for part in unit.split("/")]


def _is_known(unit: str) -> bool:
    from materials_db.units import UnitError, canonical

    try:
        canonical(unit)
    except UnitError:
        return False
    return True
