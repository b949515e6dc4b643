"""One input at a time from its low to its high, the others at their values.

Whether the parts add up is told beside them: all inputs moved together against the sum of what
each moves alone. The difference is the interaction of the inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.sensitivity.model import Columns, Model
from calculator.sourcing.watch import CancelledError
from calculator.uncertainty.inputs import UncertainInput

NO_NUMBER = "no figure at this end"


@dataclass(frozen=True)
class Bar:
    """What one input does to a figure."""

    input: UncertainInput
    at_low: float
    """The figure with the input at its low; not a number where there is none."""
    at_high: float
    change_low: float
    """``at_low`` less the figure with every input at its value."""
    change_high: float
    fault: str = ""
    """Why an end has no figure."""

    @property
    def span(self) -> float:
        """From the least to the most of the figure at low, value and high."""
        ends = [x for x in (self.change_low, self.change_high) if not isnan(x)]
        return max(0.0, *ends) - min(0.0, *ends) if ends else 0.0


@dataclass(frozen=True)
class Joint:
    """Every input moved at once, against the sum of what each does alone."""

    case: str
    together: float
    """The figure; not a number where there is none."""
    added: float
    """The nominal figure with the change of each input alone added to it."""
    fault: str = ""

    @property
    def interaction(self) -> float:
        """What moving the inputs together adds to the sum of the parts."""
        return self.together - self.added


@dataclass(frozen=True)
class Tornado:
    """Bars, the widest first, and the joint check."""

    name: str
    output: str
    nominal: float
    bars: tuple[Bar, ...]
    joint: tuple[Joint, ...]
    unit: str = ""


def tornado(model: Model, inputs: Sequence[UncertainInput]) -> Tornado:
    """Move each input to its low and its high, all cases in one call of the model.

    Args:
        model: the figure.
        inputs: what is moved, each within its own range.

    Raises:
        InputError: there is nothing to move.
        CancelledError: a watch stopped it.
    """
    if not inputs:
        raise InputError(f"{model.name}: no input states a range; widen the groups asked for")
    n = len(inputs)
    rows = np.tile([one.value for one in inputs], (2 * n, 1))
    rows[np.arange(n), np.arange(n)] = [one.low for one in inputs]
    rows[np.arange(n, 2 * n), np.arange(n)] = [one.high for one in inputs]
    values, faults = figures_of(model, inputs, rows)
    bars = [
        _bar(one, model.nominal, values[k], values[n + k], faults.get(k, faults.get(n + k, "")))
        for k, one in enumerate(inputs)
    ]
    joint = tuple(_joint(model, inputs, bars))
    ordered = sorted(bars, key=lambda bar: (-bar.span, bar.input.label))
    return Tornado(model.name, model.output, model.nominal, tuple(ordered), joint, model.unit)


def figures_of(
    model: Model, inputs: Sequence[UncertainInput], rows: FloatArray
) -> tuple[FloatArray, dict[int, str]]:
    """The figure for rows of inputs, and why a row has none.

    Args:
        model: the figure.
        inputs: the columns of ``rows``.
        rows: shape ``(cases, inputs)``, each column in the unit of its input.
    """
    try:
        values = model.evaluate(columns_of(inputs, rows))
        faults: dict[int, str] = {}
    except CancelledError:
        raise
    except InputError:
        values, faults = _one_by_one(model, inputs, rows)
    for k in np.flatnonzero(~np.isfinite(values)):
        faults.setdefault(int(k), NO_NUMBER)
    return np.where(np.isfinite(values), values, nan), faults


def columns_of(inputs: Sequence[UncertainInput], rows: FloatArray) -> Columns:
    """Rows of values as columns by key."""
    return {one.key: np.ascontiguousarray(rows[:, k]) for k, one in enumerate(inputs)}


def _one_by_one(
    model: Model, inputs: Sequence[UncertainInput], rows: FloatArray
) -> tuple[FloatArray, dict[int, str]]:
    """Each row alone, so that one the model refuses spoils no other."""
    values, faults = np.full(len(rows), nan), {}
    for k in range(len(rows)):
        try:
            values[k] = model.evaluate(columns_of(inputs, rows[k : k + 1]))[0]
        except CancelledError:
            raise
        except InputError as error:
            faults[k] = str(error)
    return values, faults


def _bar(one: UncertainInput, nominal: float, low: float, high: float, fault: str) -> Bar:
    return Bar(one, float(low), float(high), float(low) - nominal, float(high) - nominal, fault)


def _joint(model: Model, inputs: Sequence[UncertainInput], bars: Sequence[Bar]) -> list[Joint]:
    """All at low, all at high, all where they lower the figure, all where they raise it."""
    changes = np.array([[bar.change_low, 0.0, bar.change_high] for bar in bars])
    known = np.nan_to_num(changes)
    picks = {
        "every input at its low": np.zeros(len(bars), dtype=int),
        "every input at its high": np.full(len(bars), 2),
        "every input at the end that lowers the figure": known.argmin(axis=1),
        "every input at the end that raises the figure": known.argmax(axis=1),
    }
    ends = np.array([[one.low, one.value, one.high] for one in inputs])
    places = np.arange(len(bars))
    rows = np.array([ends[places, pick] for pick in picks.values()])
    values, faults = figures_of(model, inputs, rows)
    return [
        Joint(
            case,
            float(values[k]),
            model.nominal + float(changes[places, pick].sum()),
            faults.get(k, ""),
        )
        for k, (case, pick) in enumerate(picks.items())
    ]
