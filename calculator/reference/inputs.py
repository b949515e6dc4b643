"""What is asked of the reference: a couple, a pack, a plant; the base case fills the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from calculator.economics import Rates
from calculator.errors import InputError
from calculator.numbers import Num
from calculator.reference.couples import Couple, couple_named
from calculator.reference.layout import PackLayout, resolve_layout
from calculator.reference.prices import Prices
from calculator.reference.yields import StepYields

Bought: TypeAlias = Literal["none", "cells", "modules"]


@dataclass(frozen=True, slots=True)
class ReferenceInputs:
    """One case of the reference; every default is the workbook's base case.

    Numbers may be arrays of draws (one length for all); counts, names and switches may not. None
    takes the couple's own value. Raises ValueError for a value out of range or a contradiction.
    """

    couple: str
    """One of the 17 couples, e.g. "NMC811-G (Energy)"."""
    energy_kwh: Num = 100.0
    power_kw: Num = 300.0
    """Power for ten seconds at 20 % state of charge."""
    cells: int | None = None
    """Cells in the pack; fixed by the next two where left out."""
    cells_per_module: int | None = None
    modules: int | None = None
    cells_in_parallel: int = 2
    rows: int = 4
    modules_in_parallel: int = 2
    cell_thickness_target_mm: Num = 20.0
    aspect_ratio: Num = 3.0
    """Length over width of the positive coating."""
    np_ratio: Num | None = None
    pos_porosity_pct: Num | None = None
    neg_porosity_pct: Num | None = None
    pos_foil_um: Num | None = None
    neg_foil_um: Num | None = None
    separator_um: Num | None = None
    silicon_5pct: bool = False
    """Whether 5 % by mass of the graphite is silicon."""
    thickness_um: Num | None = None
    """Positive coating, one side; overrides the limits."""
    areal_mah_per_cm2: Num | None = None
    """Areal capacity of the positive; overrides the limits."""
    fast_charge: bool = True
    charge_minutes: Num = 60.0
    """Minutes from 15 to 95 % state of charge."""
    max_temperature_c: Num = 55.0
    """Highest temperature while charging fast."""
    max_thickness_um: Num = 120.0
    min_thickness_um: Num = 15.0
    packs_per_year: Num = 500_000.0
    cell_yield_pct: Num = 95.0
    yields: StepYields = field(default_factory=StepYields)
    prices: Prices = field(default_factory=Prices)
    rates: Rates = field(default_factory=Rates)
    days_per_year: Num = 320.0
    shifts_per_day: Num = 3.0
    bought: Bought = "none"
    """What comes from another maker: nothing, cells or modules."""
    cost_to_build: bool = False
    """Leaves out profit and warranty."""
    applies_quirks: bool = True
    """Reproduces the workbook's slips in the price of purchased pack hardware."""

    def __post_init__(self) -> None:
        _check_names(self)
        for name in ("yields", "prices", "rates"):
            record = getattr(self, name)
            object.__setattr__(self, name, replace(record, **_numbers(record)))
        for name, number in _numbers(self).items():
            object.__setattr__(self, name, number)
        _check_one_length(self)
        _check_thickness(self)
        _ = self.layout

    @property
    def couple_data(self) -> Couple:
        """Properties of the couple asked for."""
        return couple_named(self.couple)

    @property
    def layout(self) -> PackLayout:
        """Counts of cells, modules and rows."""
        return resolve_layout(
            self.cells,
            self.cells_per_module,
            self.modules,
            self.cells_in_parallel,
            self.rows,
            self.modules_in_parallel,
        )

    @property
    def cells_per_year(self) -> Num:
        """Accepted cells a year."""
        return self.packs_per_year * self.layout.cells

    @property
    def cells_built_per_year(self) -> Num:
        """Cells built a year, rejects included."""
        return self.cells_per_year / (self.cell_yield_pct / 100.0)

    @property
    def is_thickness_given(self) -> bool:
        """Whether a given thickness or areal capacity sets the coatings aside from the limits."""
        return self.thickness_um is not None or self.areal_mah_per_cm2 is not None


_COUNTS = ("cells", "cells_per_module", "modules", "cells_in_parallel", "rows")
_COUNTS_MAX = 1_000_000
_SWITCHES = ("silicon_5pct", "fast_charge", "cost_to_build", "applies_quirks")

_RANGES: dict[str, tuple[float, float]] = {
    "energy_kwh": (0.01, 1e6),
    "power_kw": (0.001, 1e6),
    "cell_thickness_target_mm": (1.0, 200.0),
    "aspect_ratio": (0.2, 20.0),
    "np_ratio": (0.5, 5.0),
    "pos_porosity_pct": (1.0, 90.0),
    "neg_porosity_pct": (1.0, 90.0),
    "pos_foil_um": (1.0, 200.0),
    "neg_foil_um": (1.0, 200.0),
    "separator_um": (1.0, 500.0),
    "thickness_um": (1.0, 1000.0),
    "areal_mah_per_cm2": (0.05, 50.0),
    "charge_minutes": (1.5, 6000.0),
    "max_temperature_c": (20.0, 100.0),
    "max_thickness_um": (1.0, 1000.0),
    "min_thickness_um": (1.0, 1000.0),
    "packs_per_year": (1.0, 1e9),
    "cell_yield_pct": (1.0, 100.0),
    "days_per_year": (1.0, 366.0),
    "shifts_per_day": (0.5, 3.0),
}
"""Smallest and largest value taken, both included."""


def _bounds(record: object, name: str) -> tuple[float, float]:
    if isinstance(record, StepYields):
        return 0.01, 1.0
    if isinstance(record, ReferenceInputs):
        return _RANGES[name]
    return (0.0, 1e6)


def _numbers(record: Any) -> dict[str, Num]:
    """Numbers of a record as floats or arrays, each checked against its range."""
    found = {}
    for f in fields(record):
        value = getattr(record, f.name)
        if "Num" in str(f.type) and value is not None:
            found[f.name] = _in_range(f.name, _as_number(f.name, value), _bounds(record, f.name))
    return found


def _in_range(name: str, number: Num, bounds: tuple[float, float]) -> Num:
    low, high = bounds
    if not np.all((np.asarray(number) >= low) & (np.asarray(number) <= high)):
        raise InputError(f"{name}: {_shown(number)} must lie between {low:g} and {high:g}.")
    return number


def _as_number(name: str, value: object) -> Num:
    if isinstance(value, np.ndarray):
        if value.ndim != 1 or value.dtype.kind not in "iuf" or not value.size:
            raise InputError(f"{name}: an array of draws must be one-dimensional and numeric.")
        return value.astype(np.float64)
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InputError(f"{name}: {value!r} is not a number; write it without a unit.")
    return float(value)


def _shown(number: Num) -> str:
    if isinstance(number, np.ndarray):
        return f"an array from {number.min():g} to {number.max():g}"
    return f"{number:g}"


def _check_names(inputs: ReferenceInputs) -> None:
    couple_named(inputs.couple)
    if inputs.bought not in get_args(Bought):
        raise InputError(f"bought: {inputs.bought!r} must be one of {', '.join(get_args(Bought))}.")
    for name in _SWITCHES:
        if not isinstance(getattr(inputs, name), bool):
            raise InputError(f"{name}: {getattr(inputs, name)!r} must be true or false.")
    for name in (*_COUNTS, "modules_in_parallel"):
        _check_count(name, getattr(inputs, name))
    if inputs.silicon_5pct and inputs.couple_data.negative.active_material != "G":
        raise InputError(f"silicon_5pct: {inputs.couple} has no graphite to add silicon to.")


def _check_count(name: str, value: object) -> None:
    if value is None and name in {"cells", "cells_per_module", "modules"}:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _COUNTS_MAX:
        raise InputError(f"{name}: {value!r} must be a whole number from 1 to {_COUNTS_MAX}.")


def _check_one_length(inputs: ReferenceInputs) -> None:
    lengths = {
        f.name: len(value)
        for record in (inputs, inputs.yields, inputs.prices, inputs.rates)
        for f in fields(record)
        if isinstance(value := getattr(record, f.name), np.ndarray)
    }
    if len(set(lengths.values())) > 1:
        raise InputError(f"Arrays of draws must share one length, found {lengths}.")


def _check_thickness(inputs: ReferenceInputs) -> None:
    if inputs.thickness_um is not None and inputs.areal_mah_per_cm2 is not None:
        raise InputError("thickness_um and areal_mah_per_cm2 are both given; leave one out.")
    if not np.all(np.asarray(inputs.min_thickness_um) <= inputs.max_thickness_um):
        raise InputError("min_thickness_um: exceeds max_thickness_um; lower it or raise the other.")
    if not math.isfinite(float(np.max(inputs.charge_minutes))):
        raise InputError("charge_minutes: must be finite; switch fast_charge off for no limit.")
