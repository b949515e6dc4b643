"""Lifetimes: what share of the goods sold in one period comes back in another.

S(age) is the share still in use at an age in years. Of what is sold in period i, the share that
retires in period j, which spans the years (a_j, b_j], is S(a_j - m_i) - S(b_j - m_i), and
1 - S(b_i - m_i) in the period of sale itself; m_i is when in period i the goods are taken as
sold: its middle ("mid_year", the default), its end ("end_of_year") or its start ("start"). With
periods of one year the middle gives S(age - 1/2) - S(age + 1/2), first year 1 - S(1/2)
(MODEL 2.4, 6). Summed over all ages the shares are 1 under each convention.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import numpy.typing as npt

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats

MID_YEAR, END_OF_YEAR, START = "mid_year", "end_of_year", "start"
_SOLD_AT = {START: 0.0, MID_YEAR: 0.5, END_OF_YEAR: 1.0}


class Lifetime(ABC):
    """How long goods stay in use."""

    def survival(self, age_years: npt.ArrayLike) -> Floats:
        """Return the share still in use at each age, any shape; 1 at age 0 and before."""
        age = np.asarray(age_years, dtype=np.float64)
        return np.where(age <= 0.0, 1.0, self._after(np.maximum(age, 0.0)))

    @abstractmethod
    def _after(self, age: Floats) -> Floats:
        """S at ages of 0 and above."""


@dataclass(frozen=True)
class Fixed(Lifetime):
    """All goods last the same: S = 1 before `years`, 0 from then on."""

    years: float

    def __post_init__(self) -> None:
        _must_be_positive("lifetime", years=self.years)

    def _after(self, age: Floats) -> Floats:
        return np.where(age < self.years, 1.0, 0.0)


@dataclass(frozen=True)
class Weibull(Lifetime):
    """S = exp(-(age/scale)^shape); `scale` in years, the age by which 63 % have retired."""

    shape: float
    scale: float

    def __post_init__(self) -> None:
        _must_be_positive("weibull", shape=self.shape, scale=self.scale)

    def _after(self, age: Floats) -> Floats:
        return np.exp(-((age / self.scale) ** self.shape))


@dataclass(frozen=True)
class Normal(Lifetime):
    """Normally distributed lifetimes in years, cut off at 0: S = P(T > age | T > 0)."""

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        _must_be_positive("normal", mean=self.mean, deviation=self.deviation)

    def _after(self, age: Floats) -> Floats:
        from scipy.special import ndtr

        left = ndtr((self.mean - age) / self.deviation) / ndtr(self.mean / self.deviation)
        return np.asarray(left, np.float64)


def return_fractions(
    lifetime: Lifetime, start: Floats, length: Floats, convention: str = MID_YEAR
) -> Floats:
    """Return (sold in i, retired in j): shares of what is sold in each period.

    Args:
        lifetime: the survival curve.
        start: first moment of each period, years, ascending.
        length: years each lasts, same shape.
        convention: when in a period goods are sold: "mid_year", "end_of_year" or "start".

    Raises:
        SourcingError: an unknown convention.
    """
    start, length = np.asarray(start, np.float64), np.asarray(length, np.float64)
    sold = start + sold_at(convention) * length
    opening = lifetime.survival(start[None, :] - sold[:, None])
    closing = lifetime.survival((start + length)[None, :] - sold[:, None])
    return np.asarray(np.triu(opening - closing), np.float64)


def yearly_fractions(lifetime: Lifetime, years: int, convention: str = MID_YEAR) -> Floats:
    """Return the share of one year's sales that retires 0, 1, ..., `years` - 1 years later."""
    back = return_fractions(lifetime, np.arange(float(years)), np.ones(years), convention)
    return np.asarray(back[0], np.float64)


def sold_at(convention: str) -> float:
    """Return the part of a period that has gone by when its goods are sold.

    Raises:
        SourcingError: an unknown convention.
    """
    if convention not in _SOLD_AT:
        near = did_you_mean(convention, _SOLD_AT)
        raise SourcingError(f"unknown convention {convention!r}; {near}", ())
    return _SOLD_AT[convention]


@dataclass(frozen=True)
class Life:
    """Goods that come back: what is delivered of `commodity` returns as `returns`.

    A share `collection` of the units that retire in a period arrives, one unit of `returns`
    each, at the node of the demand, or at `to` if it is named; the rest is lost to the loop.
    Without `node` it holds for every demand of the commodity. Nobody has to take what comes
    back. `route` is what it counts as where a rule sees it beside primary goods. `sold_before`
    are units delivered in the years before the first period, by year; what is left of them
    retires at `to` or `node`, one of which it then needs.
    """

    commodity: str
    returns: str
    lifetime: Lifetime
    node: str | None = None
    to: str | None = None
    collection: float = 1.0
    convention: str = MID_YEAR
    route: str = "scrap"
    sold_before: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sold_at(self.convention)
        self._check_past()
        if not 0 <= self.collection <= 1:
            raise SourcingError(
                f"the life of {self.commodity!r}: collection is {self.collection:g}; "
                "give a share between 0 and 1 (40 % is written 0.40).",
                (),
            )

    def _check_past(self) -> None:
        where = f"the life of {self.commodity!r}: sold_before"
        for year, amount in self.sold_before.items():
            if not (_is_year(year) and isfinite(amount) and amount >= 0):
                said = f"{where} is {amount:g} in {year!r}; give an amount for each year."
                raise SourcingError(said, ())
        if self.sold_before and self.node is None and self.to is None:
            raise SourcingError(f"{where} needs the node it comes back to; give node or to.", ())

    def back_from_before(self, start: Floats, length: Floats) -> Floats:
        """Return the units sold before that come back in each period, `collection` included."""
        back = np.zeros(len(start))
        for year, amount in self.sold_before.items():
            sold = float(year) + sold_at(self.convention)
            left = self.lifetime.survival(start - sold) - self.lifetime.survival(
                start + length - sold
            )
            back += self.collection * amount * left
        return back


def _is_year(word: str) -> bool:
    try:
        return isfinite(float(word))
    except ValueError:
        return False


def _must_be_positive(name: str, **values: float) -> None:
    for what, value in values.items():
        if not (isfinite(value) and value > 0):
            raise SourcingError(f"{name}: {what} is {value:g}; give a number above 0.", ())
