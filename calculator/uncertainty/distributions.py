"""How a range is read, and its quantile function.

==============  ==========================================================================
triangular      low and high are the ends of what is plausible, the value the most likely
uniform         low and high are the ends, nothing between them is likelier
normal          low and high are P10 and P90, the value P50; each side has its own spread
lognormal       as normal, of the logarithm
==============  ==========================================================================

The triangular reading is that of the curated ranges. The two-piece normal holds all three
stated quantiles: x = value + (high - value)/1.2816 z for z >= 0 and the same with (value - low)
below.
"""

from __future__ import annotations

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.uncertainty.inputs import UncertainInput
from materials_db.faults import did_you_mean

DISTRIBUTIONS = ("triangular", "uniform", "normal", "lognormal")
Z90 = 1.2815515655446004
"""Standard normal quantile of 0.9."""
_OPEN = 2.0**-53


def checked(one: UncertainInput) -> UncertainInput:
    """The input, where its range can be read as it says.

    Raises:
        InputError: the distribution is unknown, the ends are no finite numbers about the value,
            or a lognormal reaches zero.
    """
    if one.distribution not in DISTRIBUTIONS:
        remedy = did_you_mean(one.distribution, DISTRIBUTIONS)
        raise InputError(f"{one.label}: unknown distribution '{one.distribution}'; {remedy}")
    if not np.all(np.isfinite((one.low, one.value, one.high))):
        raise InputError(f"{one.label}: low and high must be finite; mend the range")
    if not one.low <= one.value <= one.high:
        ends = f"{one.low:g} to {one.high:g}"
        raise InputError(f"{one.label}: {ends} does not hold {one.value:g} {one.unit}; mend it")
    if one.distribution == "lognormal" and one.low <= 0.0:
        raise InputError(f"{one.label}: a lognormal range must lie above zero; raise its low end")
    return one


def needs_normal(one: UncertainInput) -> bool:
    """Whether the quantile function works on a standard normal rather than on a uniform."""
    return one.distribution in ("normal", "lognormal")


def from_uniform(one: UncertainInput, u: FloatArray) -> FloatArray:
    """Quantiles of an input at probabilities ``u``, shape as ``u``, in the input's unit."""
    if one.distribution == "triangular":
        return _triangular(u, one.low, one.value, one.high)
    if one.distribution == "uniform":
        return one.low + (one.high - one.low) * u
    return from_normal(one, to_normal(u))


def from_normal(one: UncertainInput, z: FloatArray) -> FloatArray:
    """Quantiles of an input at the probabilities of standard normal ``z``.

    Raises:
        InputError: a normal range gives a draw that its kind of number cannot have.
    """
    if one.distribution == "lognormal":
        return np.exp(_two_piece(z, *np.log((one.low, one.value, one.high))))
    if one.distribution == "normal":
        return _possible(one, _two_piece(z, one.low, one.value, one.high))
    return from_uniform(one, to_uniform(z))


def to_normal(u: FloatArray) -> FloatArray:
    """Standard normal quantiles; the ends of the interval are kept off infinity."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(u, _OPEN, 1.0 - _OPEN)))


def to_uniform(z: FloatArray) -> FloatArray:
    """Standard normal probabilities."""
    from scipy.special import ndtr

    return np.asarray(ndtr(z))


def _triangular(u: FloatArray, low: float, mode: float, high: float) -> FloatArray:
    """Inverse of the triangular distribution function."""
    width = high - low
    if width == 0.0:
        return np.full_like(u, mode)
    is_left = u * width < mode - low
    inside = np.where(is_left, u * (mode - low), (1.0 - u) * (high - mode))
    reach = np.sqrt(width * inside)
    return np.where(is_left, low + reach, high - reach)


def _two_piece(z: FloatArray, low: float, middle: float, high: float) -> FloatArray:
    return middle + z * np.where(z >= 0.0, (high - middle) / Z90, (middle - low) / Z90)


def _possible(one: UncertainInput, x: FloatArray) -> FloatArray:
    """A normal has no ends: what is stated within 0 and 1, or above 0, must stay there."""
    is_share = one.unit in ("1", "kg/kg") and one.low >= 0.0 and one.high <= 1.0
    if one.low >= 0.0 and x.size and (x.min() < 0.0 or (is_share and x.max() > 1.0)):
        bounds = "0 to 1" if is_share else "zero"
        raise InputError(
            f"{one.label}: a normal range of {one.low:g} to {one.high:g} gives draws beyond "
            f"{bounds}; choose triangular, uniform or a narrower range"
        )
    return x
