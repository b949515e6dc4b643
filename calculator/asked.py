"""A number as a caller gives it, checked once at the border."""

from __future__ import annotations

from math import inf

import numpy as np

from calculator.errors import InputError
from calculator.numbers import Num


def number(
    name: str, value: object, low: float = 0.0, high: float = inf, *, above: bool = False
) -> Num:
    """A float, or an array of floats where a list, a tuple or an array is given.

    Args:
        name: what it is, for the message; the unit may stand in brackets.
        value: what the caller gave.
        low: least it may be; not even that where ``above`` is set.
        high: most it may be.
        above: whether ``low`` itself is refused.

    Raises:
        InputError: it is no number, not finite or out of bounds.
    """
    found = _floats(name, value)
    if not np.all(np.isfinite(found)):
        raise InputError(f"{name} must be finite; mend the value")
    if np.any(found <= low if above else found < low) or np.any(found > high):
        raise InputError(f"{name} must {_bounds(low, high, above)}; mend the value")
    return found if found.ndim else float(found)


def one_number(
    name: str, value: object, low: float = 0.0, high: float = inf, *, above: bool = False
) -> float:
    """As ``number``, where one number and no array will do."""
    found = number(name, value, low, high, above=above)
    if np.ndim(found):
        raise InputError(f"{name} must be one number, not a list; give one value")
    return float(found)


def _floats(name: str, value: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    try:
        found = np.asarray(value)
    except ValueError:  # rows of unlike length
        found = np.asarray(None)
    if found.dtype.kind not in "iuf" or not found.size or found.ndim > 1:
        text = " ".join(repr(value).split())
        shown = text if len(text) <= 40 else f"a {type(value).__name__}"
        raise InputError(f"{name} is {shown}; give a number or a list of numbers")
    return found.astype(float)


def _bounds(low: float, high: float, above: bool) -> str:
    if high < inf:
        return f"lie {'above' if above else 'between'} {low:g} and {_upper(high, above)}"
    return f"be above {low:g}" if above else f"be finite and not below {low:g}"


def _upper(high: float, above: bool) -> str:
    return f"not above {high:g}" if above else f"{high:g}"
