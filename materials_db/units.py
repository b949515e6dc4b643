"""Units: a whitelist with dimensions, and conversion at the border through one registry.

A unit outside the whitelist is refused, because general parsers read ``kt`` as knot and
``ton`` as the short ton. Money is ``CUR_YEAR``, for instance ``USD_2024/kg``: conversion
between currencies or years is no matter of units and is refused here.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from materials_db.faults import did_you_mean, with_article

if TYPE_CHECKING:
    import numpy as np
    import pint

    Numeric = TypeVar("Numeric", float, np.ndarray)


class UnitError(ValueError):
    """A unit or quantity that cannot be used as written."""


DIMENSIONS: dict[str, dict[str, str]] = {
    "dimensionless": {
        "1": "dimensionless",
        "%": "percent",
        "kg/kg": "kg/kg",
        "kWh/kWh": "kWh/kWh",
        "t/t": "t/t",
        "L/L": "L/L",
        "ppm": "ppm",
    },
    "length": {"um": "um", "mm": "mm", "cm": "cm", "m": "m", "km": "km", "nm": "nm"},
    "area": {"m2": "m**2", "cm2": "cm**2", "mm2": "mm**2"},
    "volume": {"L": "liter", "mL": "milliliter", "cm3": "cm**3", "m3": "m**3"},
    "mass": {
        "g": "g",
        "mg": "mg",
        "kg": "kg",
        "t": "metric_ton",
        "kt": "kilometric_ton",
        "Mt": "megametric_ton",
        "lb": "pound",
        "ozt": "troy_ounce",
    },
    "time": {"s": "s", "min": "minute", "h": "hour", "day": "day", "year": "year"},
    "charge": {"Ah": "A*hour", "mAh": "mA*hour"},
    "voltage": {"V": "V", "mV": "mV"},
    "power": {"W": "W", "kW": "kW", "MW": "MW"},
    "energy": {
        "Wh": "W*hour",
        "kWh": "kW*hour",
        "MWh": "MW*hour",
        "GWh": "GW*hour",
        "TWh": "TW*hour",
        "MJ": "MJ",
        "GJ": "GJ",
        "MMBtu": "1e6*Btu_it",
    },
    "pressure": {"MPa": "MPa", "kPa": "kPa"},
    "charge per mass": {
        "mAh/g": "mA*hour/g",
        "Ah/kg": "A*hour/kg",
    },
    "charge per area": {"mAh/cm2": "mA*hour/cm**2", "Ah/m2": "A*hour/m**2"},
    "mass per charge": {"g/Ah": "g/(A*hour)", "kg/Ah": "kg/(A*hour)"},
    "length per charge per area": {"um/(mAh/cm2)": "um*cm**2/(mA*hour)"},
    "mass per volume": {
        "g/cm3": "g/cm**3",
        "kg/m3": "kg/m**3",
        "kg/L": "kg/liter",
        "g/L": "g/liter",
    },
    "mass per area": {"g/m2": "g/m**2", "kg/m2": "kg/m**2", "mg/cm2": "mg/cm**2"},
    "amount per volume": {"mol/L": "mol/liter"},
    "mass per energy": {
        "g/kWh": "g/(kW*hour)",
        "kg/kWh": "kg/(kW*hour)",
        "t/GWh": "metric_ton/(GW*hour)",
    },
    "energy per mass": {
        "Wh/kg": "W*hour/kg",
        "kWh/kg": "kW*hour/kg",
        "MJ/kg": "MJ/kg",
        "kWh/t": "kW*hour/metric_ton",
    },
    "energy per volume": {"Wh/L": "W*hour/liter"},
    "area per energy": {"m2/kWh": "m**2/(kW*hour)"},
    "energy per time": {
        "GWh/year": "GW*hour/year",
        "MWh/year": "MW*hour/year",
        "kWh/year": "kW*hour/year",
    },
    "mass per time": {
        "t/year": "metric_ton/year",
        "kt/year": "kilometric_ton/year",
        "kg/year": "kg/year",
        "t/day": "metric_ton/day",
    },
    "time per time": {"h/year": "hour/year"},
    "time per mass": {"h/kg": "hour/kg", "h/t": "hour/metric_ton"},
    "time per energy": {"h/kWh": "hour/(kW*hour)"},
    "mass per length": {"kg/m": "kg/m"},
    "count": {"count": "dimensionless"},
    "count per time": {"count/year": "1/year"},
    "emission per energy": {"kgCO2e/kWh": "kg/(kW*hour)", "gCO2e/kWh": "g/(kW*hour)"},
    "emission per mass": {"kgCO2e/kg": "kg/kg", "tCO2e/t": "metric_ton/metric_ton"},
}
"""Whitelisted unit strings by dimension, each with its spelling for the registry."""

_DIMENSION = {unit: dimension for dimension, units in DIMENSIONS.items() for unit in units}
_SPELLING = {unit: text for units in DIMENSIONS.values() for unit, text in units.items()}
_EXACT = {("%", "1"): 0.01, ("1", "%"): 100.0, ("kg/kg", "1"): 1.0, ("kWh/kWh", "1"): 1.0}
"""Factors so common that reading the database would build the registry for them alone."""
_PLAIN = str.maketrans(
    {"µ": "u", "μ": "u", "²": "2", "³": "3", "·": "*", "\u2009": "", "\u00a0": " "}
)
_ALIASES = {
    "/yr": "/year",
    "/a": "/year",
    "/y": "/year",
    "pct": "%",
    "percent": "%",
    "l": "L",
    "hours": "h",
    "minutes": "min",
    "years": "year",
    "days": "day",
    "-": "1",
    "": "1",
}
_MONEY = re.compile(r"^(?P<currency>[A-Z]{3})_(?P<year>\d{4})(/(?P<per>.+))?$")
_BARE_MONEY = re.compile(r"^(?P<currency>[A-Z]{3}|[$€¥£₩])(/(?P<per>.+))?$")
_LOOSE_MONEY = re.compile(
    r"^(?P<currency>[A-Za-z]{3}|[$€¥£₩])[\s_-]*(?P<year>\d{4})\s*(/\s*(?P<per>.+))?$"
)
"""Money as a hand may write it; told how to write it, never guessed."""
_RATE = re.compile(r"^(?P<top>[A-Z]{3})/(?P<bottom>[A-Z]{3})$")
_QUANTITY = re.compile(
    r"^\s*(?P<number>[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?)\s*(?P<unit>.*?)\s*$"
)
_CODES = "USD EUR CNY JPY KRW INR GBP CAD AUD SEK NOK CHF BRL CLP"
_SYMBOLS = {"$": "USD", "€": "EUR", "¥": "CNY", "£": "GBP", "₩": "KRW"}
_CURRENCIES = frozenset(_CODES.split()) | frozenset(_SYMBOLS)
_AMBIGUOUS = {
    "ton": "write 't' for 1,000 kg or 'lb' for pounds",
    "tons": "write 't' for 1,000 kg or 'lb' for pounds",
    "tonne": "write 't'",
    "oz": "write 'ozt' for troy ounces or 'g'",
    "M": "write the full unit",
}


def canonical(unit: str) -> str:
    """The whitelist's spelling of a unit: ``µm`` and ``um`` are one.

    Raises ``UnitError`` for an unknown unit or money without a year.
    """
    text = unit.strip().translate(_PLAIN)
    if text in _DIMENSION:
        return text
    for alias, name in _ALIASES.items():
        if text == alias or (alias.startswith("/") and text.endswith(alias)):
            return canonical(text[: len(text) - len(alias)] + name)
    if _RATE.match(text) and set(text.split("/")) <= _CURRENCIES:
        return text
    return _canonical_money(text)


def _canonical_money(text: str) -> str:
    money = _MONEY.match(text)
    if money and money["currency"] in _CURRENCIES:
        per = money["per"]
        head = f"{money['currency']}_{money['year']}"
        return f"{head}/{_plain(per, text)}" if per else head
    bare = _BARE_MONEY.match(text)
    if bare and bare["currency"] in _CURRENCIES:
        per = f"/{bare['per']}" if bare["per"] else ""
        code = _SYMBOLS.get(bare["currency"], bare["currency"])
        remedy = f"name it, such as '{code}_2024{per}'"
        raise UnitError(f"unit '{text}' is money without a year; {remedy}")
    loose = _LOOSE_MONEY.match(text)
    raise _misspelt_money(text, loose) if loose else _unknown(text)


def _misspelt_money(text: str, loose: re.Match[str]) -> UnitError:
    code = _SYMBOLS.get(loose["currency"], loose["currency"].upper())
    if code not in _CURRENCIES:
        known = sorted(_CURRENCIES - set(_SYMBOLS))
        return UnitError(
            f"unit '{text}' has the unknown currency '{code}'; {did_you_mean(code, known, 20)}"
        )
    per = f"/{loose['per'].replace(' ', '')}" if loose["per"] else ""
    return UnitError(
        f"unit '{text}' is not written as money is; write '{code}_{loose['year']}{per}'"
    )


def _plain(unit: str, whole: str) -> str:
    """A denominator of money: any whitelisted unit that is not money itself."""
    try:
        return canonical(unit) if unit not in ("pack", "cell", "piece") else unit
    except UnitError:
        raise _unknown(whole) from None


def _unknown(text: str) -> UnitError:
    remedy = _AMBIGUOUS.get(text.partition("/")[0]) or did_you_mean(text, _DIMENSION)
    return UnitError(f"unit '{text}' is not known; {remedy}")


def dimension(unit: str) -> str:
    """Dimension of a unit; money per kilogram is ``money per mass``.

    >>> dimension("um"), dimension("USD_2024/kg")
    ('length', 'money per mass')
    """
    text = canonical(unit)
    if text in _DIMENSION:
        return _DIMENSION[text]
    if _RATE.match(text):
        return "exchange rate"
    per = text.partition("/")[2]
    return f"money per {_DIMENSION.get(per, per)}" if per else "money"


def currency_year(unit: str) -> tuple[str, int]:
    """Currency and year of a money unit.

    >>> currency_year("CNY_2026/t")
    ('CNY', 2026)
    """
    money = _MONEY.match(canonical(unit))
    if money is None:
        raise UnitError(f"unit '{unit}' is not money; write one such as 'USD_2024/kg'")
    return money["currency"], int(money["year"])


def _in_words(unit: str) -> str:
    found = dimension(unit)
    return with_article("plain number" if found == "dimensionless" else found)


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[float]:
    """The one registry, built when first asked for."""
    import pint

    return pint.UnitRegistry(cache_folder=None)


@lru_cache(maxsize=1024)
def factor(unit: str, target: str) -> float:
    """Number by which a value in ``unit`` is multiplied to stand in ``target``."""
    source, goal = canonical(unit), canonical(target)
    if source == goal:
        return 1.0
    if dimension(source) != dimension(goal):
        raise UnitError(
            f"unit '{unit}' is {_in_words(source)} where {_in_words(goal)} is needed; "
            f"give it in '{target}'"
        )
    if (source, goal) in _EXACT:
        return _EXACT[source, goal]
    return _money_factor(source, goal) if _MONEY.match(source) else _plain_factor(source, goal)


def _plain_factor(source: str, goal: str) -> float:
    reg = registry()
    ratio = reg.parse_expression(_SPELLING[source]) / reg.parse_expression(_SPELLING[goal])
    return float(reg.Quantity(ratio).to_base_units().magnitude)


def _money_factor(source: str, goal: str) -> float:
    if currency_year(source) != currency_year(goal):
        raise UnitError(
            f"money '{source}' and '{goal}' differ in currency or year; convert with dated "
            "exchange rates and price levels, not as units"
        )
    return 1.0 / factor(source.partition("/")[2], goal.partition("/")[2])


def to(value: Numeric, unit: str, target: str) -> Numeric:
    """``value`` (a number or an array) in ``unit``, expressed in ``target``.

    >>> to(1.5, "um", "mm")
    0.0015
    """
    return value * factor(unit, target)


def split_quantity(text: str) -> tuple[float, str]:
    """Number and canonical unit of a text such as ``12 um``; a bare number has the unit ``1``."""
    match = _QUANTITY.match(text.translate(_PLAIN))
    if match is None or match["unit"].startswith(",") or abs(float(match["number"])) == math.inf:
        raise UnitError(
            f"quantity '{text}' is not a number with a unit; write one such as '12 um' "
            "(point as decimal sign, no thousands separator)"
        )
    return float(match["number"]), canonical(match["unit"])


def parse_quantity(text: str, expected: str) -> float:
    """The number in a text such as ``12 um``, in the expected unit.

    A bare number is taken only where a plain number (``1``) or a count is expected.

    >>> parse_quantity("0.012 mm", "um")
    12.0
    """
    number, unit = split_quantity(text)
    goal = canonical(expected)
    if unit == "1" and dimension(goal) == "count":
        return number
    if unit == "1" and dimension(goal) != "dimensionless":
        raise UnitError(
            f"quantity '{text}' has no unit; write it with one, such as '{text.strip()} {goal}'"
        )
    return number * factor(unit, goal)
