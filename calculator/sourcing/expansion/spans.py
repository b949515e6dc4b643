"""Periods of a plan: when each begins, how long it lasts, what money in it counts today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats
from calculator.sourcing.network import Period


def periods_of(
    given: Sequence[Period | str | int], discount_rate: float | None = None
) -> tuple[Period, ...]:
    """Return the periods in order, each with its start and length in years.

    Ids that are years start then and last until the next one; others follow one another, a year
    each. The last lasts as long as the one before it. With a `discount_rate` r a year, money in
    a period counts (1 + r)^-(years since the first start); a period's own discount is kept
    without.

    Raises:
        SourcingError: no periods, or periods that do not follow one another.
    """
    if not given:
        raise SourcingError("there are no periods; name at least one.", ())
    if discount_rate is not None and not discount_rate > -1:
        raise SourcingError(f"discount_rate is {discount_rate:g}; give a rate a year, 0.05.", ())
    periods = [p if isinstance(p, Period) else Period(str(p)) for p in given]
    start = _starts(periods)
    if any(b <= a for a, b in pairwise(start)):
        raise SourcingError("the periods do not follow one another; list them in order.", ())
    length = _lengths(periods, start)
    return tuple(
        replace(p, start=a, length=n, discount=_discount(p, a - start[0], discount_rate))
        for p, a, n in zip(periods, start, length, strict=True)
    )


def _starts(periods: list[Period]) -> list[float]:
    if all(p.start is not None for p in periods):
        return [float(p.start or 0.0) for p in periods]
    try:
        return [float(p.id) for p in periods]
    except ValueError:
        lengths = [p.length or 1.0 for p in periods]
        return [float(sum(lengths[:k])) for k in range(len(periods))]


def _lengths(periods: list[Period], start: list[float]) -> list[float]:
    gaps = [b - a for a, b in pairwise(start)]
    gaps.append(gaps[-1] if gaps else 1.0)
    return [p.length or gap for p, gap in zip(periods, gaps, strict=True)]


def _discount(period: Period, years: float, rate: float | None) -> float:
    return period.discount if rate is None else float((1.0 + rate) ** -years)


def bounds_of(periods: Sequence[Period]) -> tuple[Floats, Floats]:
    """Return the start and the length of each period, years."""
    start = np.array([p.start for p in periods], np.float64)
    return start, np.array([p.length for p in periods], np.float64)
