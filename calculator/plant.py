"""The plant: every step's labour, capital and floor area from its own throughput.

A step scales as X = X0 (R / R0)^p, X being labour, capital or area and R the yearly rate of the
step's driver (BatPaC 5.0, sheets Cost Input and Manufacturing Costs). Steps are rows of data: a
process that adds, drops or stretches steps is other rows, not another function.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from calculator.errors import InputError
from calculator.maths import exp, log
from calculator.numbers import Num

CELL, MODULE, PACK = "cell", "module", "pack"
SCOPES = (CELL, MODULE, PACK)
EQUALLY, BY_AREA = "equally", "by_area"


@dataclass(frozen=True, slots=True)
class Step:
    """A process step at its baseline rate, and how it scales."""

    name: str
    driver: str
    """Name of the rate that sizes the step."""
    labour_h: Num
    """Direct labour, hours a year."""
    p_labour: float
    capex_musd: Num
    """Capital equipment, million USD."""
    p_capex: float
    area_m2: Num
    """Floor area, m2."""
    p_area: float
    stage: str = ""
    """Stage of production the step is reported under."""
    scope: str = CELL
    """cell, module or pack; `equally` or `by_area` where the three share it."""
    uses_hours: bool = True
    """Whether fewer hours of operation a year need more equipment and area."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Multipliers of a step's labour, capital and area; numbers or arrays of draws."""

    labour: Num = 1.0
    capex: Num = 1.0
    area: Num = 1.0

    def __mul__(self, other: Factor) -> Factor:
        return Factor(self.labour * other.labour, self.capex * other.capex, self.area * other.area)


UNCHANGED = Factor()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A factor (variable / baseline)^exponent on the parts of a step named in `on`."""

    step: str
    variable: str
    baseline: float
    exponent: float
    on: tuple[str, ...]
    """Any of labour, capex, area."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a step, or several, take in a year: hours, million USD, m2."""

    labour_h: Num = 0.0
    capex_musd: Num = 0.0
    area_m2: Num = 0.0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.labour_h + other.labour_h,
            self.capex_musd + other.capex_musd,
            self.area_m2 + other.area_m2,
        )

    def __mul__(self, share: Num) -> Load:
        return Load(self.labour_h * share, self.capex_musd * share, self.area_m2 * share)


def scale_steps(
    steps: Iterable[Step],
    ratios: Mapping[str, Num],
    factors: Mapping[str, Factor] | None = None,
) -> dict[str, Load]:
    """Labour, capital and area of every step, by step name.

    `ratios` holds R/R0 of every driver, not negative; `factors` further multipliers by step name.
    Numbers and arrays broadcast; one logarithm is taken a driver and one exponential a distinct
    driver and exponent. Raises ValueError for a driver without a ratio.
    """
    steps = tuple(steps)
    factors = factors or {}
    _refuse_unknown(factors, {step.name for step in steps}, "factors")
    powers = _powers(steps, ratios)
    return {s.name: _load(s, powers, factors.get(s.name, UNCHANGED)) for s in steps}


def _load(step: Step, powers: Mapping[tuple[str, float], Num], factor: Factor) -> Load:
    def part(base: Num, exponent: float, multiplier: Num) -> Num:
        if isinstance(base, float) and base == 0.0:
            return 0.0
        grown = base * powers[step.driver, exponent]
        return grown if multiplier is UNCHANGED.labour else grown * multiplier

    return Load(
        part(step.labour_h, step.p_labour, factor.labour),
        part(step.capex_musd, step.p_capex, factor.capex),
        part(step.area_m2, step.p_area, factor.area),
    )


def _powers(steps: tuple[Step, ...], ratios: Mapping[str, Num]) -> dict[tuple[str, float], Num]:
    drivers = {step.driver for step in steps}
    for driver in sorted(drivers - set(ratios)):
        raise InputError(f"plant: no rate for the driver {driver!r}; give its ratio to baseline.")
    logs = {driver: _log(ratios[driver], driver) for driver in drivers}
    pairs = {(s.driver, p) for s in steps for p in (s.p_labour, s.p_capex, s.p_area)}
    return {(driver, p): _exp(p, logs[driver]) for driver, p in pairs}


def _log(ratio: Num, driver: str) -> Num:
    if np.any(np.less(ratio, 0.0)) or np.any(np.isnan(ratio)):
        raise InputError(f"plant: the rate of {driver!r} is negative; give a rate of zero or more.")
    if isinstance(ratio, np.ndarray):
        with np.errstate(divide="ignore"):
            return np.log(ratio)
    return log(ratio) if ratio > 0.0 else -math.inf


def _exp(exponent: float, log_ratio: Num) -> Num:
    if exponent == 0.0:
        return 1.0
    return exp(exponent * log_ratio)


def combine(loads: Iterable[Load]) -> Load:
    """Sum of several loads."""
    return sum(loads, start=Load())


def by_stage(steps: Iterable[Step], loads: Mapping[str, Load]) -> dict[str, Load]:
    """Loads summed by the stage of production of their steps."""
    result: dict[str, Load] = {}
    for step in steps:
        result[step.stage] = result.get(step.stage, Load()) + loads[step.name]
    return result


def by_scope(steps: Iterable[Step], loads: Mapping[str, Load]) -> dict[str, Load]:
    """Loads of the cell, module and pack shares of the plant; they sum to the whole.

    A third of what is shared equally goes to each; what is shared by area follows the area of
    each share of the plant, shared third included.
    """
    result = dict.fromkeys(SCOPES, Load())
    shared = dict.fromkeys((EQUALLY, BY_AREA), Load())
    for step in steps:
        held = result if step.scope in result else shared
        held[step.scope] = held[step.scope] + loads[step.name]
    third = shared[EQUALLY] * (1.0 / len(SCOPES))
    result = {scope: load + third for scope, load in result.items()}
    area = combine(result.values()).area_m2
    return {scope: load + shared[BY_AREA] * (load.area_m2 / area) for scope, load in result.items()}


def adjust(adjustments: Iterable[Adjustment], values: Mapping[str, Num]) -> dict[str, Factor]:
    """Factors by step name from the present value of every adjustment's variable."""
    result: dict[str, Factor] = {}
    for rule in adjustments:
        growth = _exp(rule.exponent, _log(values[rule.variable] / rule.baseline, rule.variable))
        factor = Factor(**dict.fromkeys(rule.on, growth))
        result[rule.step] = result.get(rule.step, UNCHANGED) * factor
    return result


def hours_factors(steps: Iterable[Step], ratio: Num) -> dict[str, Factor]:
    """Equipment and area x (baseline hours / hours a year) on the steps that run by the hour."""
    return {step.name: Factor(capex=ratio, area=ratio) for step in steps if step.uses_hours}


def merge_factors(*parts: Mapping[str, Factor]) -> dict[str, Factor]:
    """Products of several sets of factors, by step name."""
    result: dict[str, Factor] = {}
    for part in parts:
        for name, factor in part.items():
            result[name] = result.get(name, UNCHANGED) * factor
    return result


def revise_steps(
    steps: Iterable[Step],
    *,
    add: Iterable[Step] = (),
    remove: Collection[str] = (),
    stretch: Mapping[str, Factor] | None = None,
) -> tuple[Step, ...]:
    """Other rows for another process: steps dropped, stretched (plain floats) and added.

    Raises ValueError for a step that is not there, or is there already.
    """
    present = {step.name: step for step in steps}
    stretch = stretch or {}
    _refuse_unknown(remove, present, "remove")
    _refuse_unknown(stretch, present, "stretch")
    kept = {n: _stretch(s, stretch.get(n)) for n, s in present.items() if n not in remove}
    for step in add:
        if step.name in kept:
            raise InputError(
                f"add: the plant already has a step {step.name!r}; rename the new one."
            )
        kept[step.name] = step
    return tuple(kept.values())


def _stretch(step: Step, factor: Factor | None) -> Step:
    if factor is None:
        return step
    return replace(
        step,
        labour_h=step.labour_h * factor.labour,
        capex_musd=step.capex_musd * factor.capex,
        area_m2=step.area_m2 * factor.area,
    )


def _refuse_unknown(names: Iterable[str], present: Collection[str], where: str) -> None:
    for name in names:
        if name not in present:
            known = ", ".join(sorted(present))
            raise InputError(f"{where}: the plant has no step {name!r}; choose one of {known}.")


_TEXTS = ("name", "driver", "stage", "scope")


def read_steps(rows: Iterable[Mapping[str, object]]) -> tuple[Step, ...]:
    """Steps from rows of JSON or CSV whose keys are the fields of Step.

    Raises ValueError naming the row and field of a missing key, a text that is no number, a
    negative number or an unknown scope.
    """
    return tuple(_read_step(row, number) for number, row in enumerate(rows, start=1))


def _read_step(row: Mapping[str, object], number: int) -> Step:
    known = {f.name for f in fields(Step)}
    try:
        values: dict[str, Any] = {k: _read_field(k, v) for k, v in row.items() if k in known}
        step = Step(**values)
    except (TypeError, ValueError) as error:
        raise InputError(f"plant row {number} ({row.get('name', '?')}): {error}.") from None
    if step.scope not in {*SCOPES, EQUALLY, BY_AREA}:
        raise InputError(f"plant row {number} ({step.name}): scope {step.scope!r} is not known.")
    return step


def _read_field(key: str, value: object) -> str | float | bool:
    if key in _TEXTS:
        return str(value)
    if key == "uses_hours":
        return str(value).lower() in {"true", "1", "yes"}
    number = float(str(value))
    if not number >= 0.0 or math.isinf(number):
        raise ValueError(f"{key} is {value}, must be a finite number of zero or more")
    return number
