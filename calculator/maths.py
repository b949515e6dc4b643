"""Elementwise functions that leave a float a float, an array an array and a trace a trace."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from calculator.numbers import Num


def _either(of_float: Callable[[float], float], of_array: Callable[..., Num], x: Num) -> Num:
    return of_float(x) if isinstance(x, int | float) else of_array(x)


def sqrt(x: Num) -> Num:
    """Square root."""
    return _either(math.sqrt, np.sqrt, x)


def exp(x: Num) -> Num:
    """Exponential."""
    return _either(math.exp, np.exp, x)


def log(x: Num) -> Num:
    """Natural logarithm of a positive number."""
    return _either(math.log, np.log, x)


def floor(x: Num) -> Num:
    """Largest whole number not above x, as a float."""
    return _either(lambda value: float(math.floor(value)), np.floor, x)


def half_up(x: Num) -> Num:
    """Nearest whole number, halves away from zero as a spreadsheet rounds positive numbers."""
    return floor(x + 0.5)


def power(x: Num, exponent: float) -> Num:
    """Positive x raised to a fixed exponent."""
    return exp(exponent * log(x))


def larger(x: Num, y: Num) -> Num:
    """Elementwise maximum."""
    if isinstance(x, int | float) and isinstance(y, int | float):
        return max(x, y)
    return np.maximum(x, y)


def smaller(x: Num, y: Num) -> Num:
    """Elementwise minimum."""
    if isinstance(x, int | float) and isinstance(y, int | float):
        return min(x, y)
    return np.minimum(x, y)


def choose(condition: bool | NDArray[np.bool_], if_true: Num, if_false: Num) -> Num:
    """Pick elementwise; a plain bool picks one of the two as it is."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, if_true, if_false)
    return if_true if condition else if_false


def least(x: Num) -> float:
    """Smallest of the draws; not a number where any draw is not."""
    return float(x) if isinstance(x, int | float) else float(np.min(x))


def interpolate(x: Num, at: Sequence[float], values: Sequence[Num]) -> Num:
    """Straight lines between points at rising places; the ends are held.

    Written without a branch, so that a trace of it holds on every piece.
    """
    found = values[0]
    for k in range(1, len(at)):
        slope = (values[k] - values[k - 1]) / (at[k] - at[k - 1])
        found = found + slope * (smaller(larger(x, at[k - 1]), at[k]) - at[k - 1])
    return found


def total(terms: Iterable[Num]) -> Num:
    """Sum of numbers and arrays, broadcast."""
    result: Num = 0.0
    for term in terms:
        result = result + term
    return result
