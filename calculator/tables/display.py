"""Results in the units a reader asked for: pounds, a vehicle, a GWh, a year's output.

The kernel, the tables and the files stay in SI units and per kWh; this is the one layer between
them and a page. It reads the unit that a table states, converts the numbers under it and states
the new unit. What states no unit is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

KG_PER_LB = 0.45359237
"""International pound, exact by definition (agreement of 1 July 1959)."""
MASSES = ("kg", "lb")
AMOUNTS = ("kWh", "vehicle", "GWh", "year")
_KG = MappingProxyType({"g": 1e-3, "kg": 1.0, "t": 1e3, "kt": 1e6})
_LARGE = MappingProxyType({"vehicle": "kg", "GWh": "t", "year": "t"})
"""Mass in which an amount is told once it is no longer per kWh."""
_TOLD_IN_LB = ("", *AMOUNTS)
"""A mass per these is told in pounds; a density, a loading or a gram of a part is not."""
_MILLION = 1e6
_FOLLOWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "limit_unit": ("limit", "least_limit", "level"),
        "cost_unit": ("cost_of_rule",),
        "price_unit": ("price", "shadow_price"),
        "input_unit": ("low", "value", "high"),
        "unknown_unit": ("at",),
        "quote_unit": ("at_quote",),
        "Unit": (
            "Quantity", "Recorded values", "P5", "P50", "P95", "Mean", "Standard deviation",
        ),
        "unit": (
            "value", "low", "high", "quantity", "saved", "model_low", "model_high", "nominal",
            "p5", "p50", "p95", "mean", "sd", "shadow_price", "cost_of_rule", "change", "at_low",
            "at_high", "change_low", "change_high", "span", "together", "added", "interaction",
            "left", "right",
        ),
    }
)  # fmt: skip
"""Columns whose numbers are in the unit that another column of the row states, the first first."""
_PLAIN = frozenset(
    {
        "share", "below_nominal", "one_better", "standard_error", "times_now", "rate", "percent",
        "year", "unit_cost", "cost_per_kg", "market_price_per_kg", "Share, %", "Below recorded",
    }
)  # fmt: skip
"""Numbers that no unit of the row is that of."""


@dataclass(frozen=True)
class Scale:
    """What numbers are multiplied by, and the unit they then have."""

    factor: float
    unit: str


@dataclass(frozen=True)
class Display:
    """Units in which results are read; the default leaves all as it is."""

    mass: str = "kg"
    """``kg`` (with g and t) or ``lb``."""
    per: str = "kWh"
    """An amount is told per ``kWh``, per ``vehicle`` (one pack), per ``GWh`` or a ``year``."""
    pack_kwh: float = 1.0
    """Energy of one pack as asked, kWh."""
    gwh_per_year: float = 1.0
    """Output of the plant as asked, GWh a year."""

    @property
    def as_made(self) -> bool:
        """Whether units are those of the tables."""
        return self.mass == "kg" and self.per == "kWh"

    def sentence(self) -> str:
        """What a file says of its units."""
        amounts = {
            "kWh": "amounts per kWh",
            "vehicle": f"amounts per vehicle of {self.pack_kwh:g} kWh",
            "GWh": "amounts per GWh",
            "year": f"amounts for a year's {self.gwh_per_year:g} GWh",
        }
        return f"masses in {self.mass}, {amounts[self.per]}; column 'unit' gives each"

    def scale(self, unit: str) -> Scale:
        """Factor and new name of a unit such as ``USD_2025/kWh``, ``g/kWh`` or ``t/year``.

        Specific energy (Wh/kg) and masses of CO2e keep their kilograms, as the field writes them.
        A unit that was converted stays as it is when asked again.
        """
        kept, price, counted = unit.partition(" per ")
        top, slash, below = kept.partition("/")
        if price and not slash and _is_money(top):
            below_factor, below_unit = self._below(counted)
            return Scale(below_factor, f"{top} per {below_unit}")
        factor, top, below = self._parts(top, below)
        return Scale(factor, f"{top}{slash}{below}{price}{counted}")

    def named(self, unit: str) -> str:
        """The new name of a unit."""
        return self.scale(unit).unit

    def _parts(self, top: str, below: str) -> tuple[float, str, str]:
        if below == "kWh" and self.per != "kWh":
            factor, top, below = self._per_amount(top)
        elif _is_money(top):
            factor, below = self._below(below)
        else:
            factor = 1.0
        if self.mass == "lb" and top in _KG and below in _TOLD_IN_LB and (below or top != "g"):
            many = below in ("GWh", "year")
            factor *= _KG[top] / KG_PER_LB / (1000.0 if many else 1.0)
            top = "thousand lb" if many else "lb"
        return factor, top, below

    def _per_amount(self, top: str) -> tuple[float, str, str]:
        """Something per kWh, per the amount asked for; no number grows beyond reading."""
        kwh = {"vehicle": self.pack_kwh, "GWh": _MILLION, "year": self.gwh_per_year * _MILLION}
        if top in _KG:
            large = _LARGE[self.per]
            return kwh[self.per] * _KG[top] / _KG[large], large, self.per
        if self.per == "vehicle":
            return kwh[self.per], top, self.per
        return kwh[self.per] / _MILLION, f"million {top}", self.per

    def _below(self, below: str) -> tuple[float, str]:
        """Money per a mass, per pound."""
        if self.mass == "lb" and below in _KG:
            return KG_PER_LB / _KG[below], "lb"
        return 1.0, below

    def table(self, tidy: pd.DataFrame) -> pd.DataFrame:
        """A tidy table, or one for reading whose headings end in a unit, in these units.

        A tidy table states units in a column (``unit`` and its like); a heading ends in one
        after a comma, such as ``Cell, USD 2025/kWh``. The table given is not changed. One with a
        number of which it is not known what unit it is in stays whole as it is, units and all.
        """
        if self.as_made:
            return tidy
        units = _units_of(tidy)
        if units and not _understood(tidy, units):
            return tidy
        found = tidy.rename(columns=self.headings(tidy.columns))
        for old, new in zip(tidy.columns, found.columns, strict=True):
            if old != new and _is_number(tidy[old]):
                found[new] = tidy[old] * self._heading(str(old)).factor
        for name, numbers in units.items():
            found = self._rows(found, name, numbers)
        return found

    def _rows(self, tidy: pd.DataFrame, name: str, numbers: Iterable[str]) -> pd.DataFrame:
        """The numbers that are in the units of one column, and that column."""
        scales = {text: self.scale(str(text)) for text in tidy[name].dropna().unique()}
        factors = tidy[name].map({text: one.factor for text, one in scales.items()}).fillna(1.0)
        changed = {one: tidy[one] * factors for one in numbers}
        if name == "unit" and "unit_cost" in tidy:
            changed["unit_cost"] = tidy["unit_cost"] / factors
        named = tidy[name].map({text: one.unit for text, one in scales.items()})
        return tidy.assign(**changed, **{name: named})

    def headings(self, names: Iterable[object]) -> dict[str, str]:
        """Headings that end in a unit, with their new ones."""
        told = [str(name) for name in names]
        return {name: self._heading(name).unit for name in told}

    def _heading(self, name: str) -> Scale:
        words, comma, unit = name.rpartition(", ")
        if not comma or not _is_unit(unit):
            return Scale(1.0, name)
        scale = self.scale(unit)
        return Scale(scale.factor, f"{words}, {scale.unit}")

    def worded(self, text: str) -> str:
        """A sentence or a heading that ends in a unit, with the new one."""
        return self._heading(text).unit


AS_MADE = Display()
"""All as the tables are made."""


def _units_of(tidy: pd.DataFrame) -> dict[str, list[str]]:
    """Columns that state units, each with the numeric columns that are in them."""
    taken: set[str] = set()
    found = {}
    for name, numbers in _FOLLOWS.items():
        if name in tidy:
            found[name] = [n for n in numbers if n in tidy and n not in taken
                           and _is_number(tidy[n])]  # fmt: skip
            taken.update(found[name])
    return found


def _understood(tidy: pd.DataFrame, units: Mapping[str, list[str]]) -> bool:
    """Whether it is known of every number what unit it is in."""
    told = {name for numbers in units.values() for name in numbers} | _PLAIN
    rest = (str(name) for name in tidy.columns if _is_number(tidy[name]) and name not in told)
    return all(_is_unit(name.rpartition(", ")[2]) for name in rest)


def _is_number(column: pd.Series[Any]) -> bool:
    return column.dtype.kind in "fi"


def _is_money(text: str) -> bool:
    """``USD_2025`` or ``USD 2025``."""
    return len(text) == 8 and text[:3].isupper() and text[3] in "_ " and text[4:].isdigit()


def _is_unit(text: str) -> bool:
    """Whether a heading's end states what numbers are in, and not merely a word."""
    top, slash, _ = text.partition("/")
    return bool(slash) and (top in _KG or _is_money(top) or text.endswith("/kWh"))
