"""How far projects cover a demand, and what that does to dependence on one country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calculator.errors import InputError
from calculator.projects.delivery import Delivery, Floats, capacity_in, total_in


@dataclass(frozen=True)
class Coverage:
    """Supply of projects against a demand, by year; arrays of one length."""

    years: Floats
    demand: Floats
    supply: Floats
    by_project: Mapping[str, Floats]
    before: float | None = None
    """Share of the demand from the country one depends on, without the projects."""

    @property
    def share(self) -> Floats:
        """Supply / demand; above 1 the projects give more than is needed."""
        return self.supply / self.demand

    @property
    def after(self) -> Floats | None:
        """Share still bought from that country if the projects displace it alone: d - c, from 0.

        None where the share before is not given.
        """
        return None if self.before is None else np.maximum(self.before - self.share, 0.0)


def coverage(
    deliveries: Iterable[Delivery],
    years: npt.ArrayLike,
    demand: npt.ArrayLike,
    before: float | None = None,
) -> Coverage:
    """Share of a demand that projects cover, by year: c = q / D.

    Args:
        deliveries: the projects, in the unit of the demand.
        years: calendar years.
        demand: one for all years, or one each.
        before: share of the demand that a country supplies without them, a fraction.

    Raises:
        InputError: a demand of 0 or less, or a share outside 0 to 1.
    """
    at, made = np.atleast_1d(np.asarray(years, float)), tuple(deliveries)
    needed = np.broadcast_to(np.asarray(demand, float), at.shape)
    if not np.all(np.isfinite(needed) & (needed > 0)):
        raise InputError("the demand is not above 0; give tonnes a year, such as 1475")
    if before is not None and not 0.0 <= before <= 1.0:
        raise InputError(f"a dependence of {before:g} is no fraction; give 0 to 1")
    each = {one.name: capacity_in(one, at) for one in made}
    return Coverage(at, needed, total_in(made, at), each, before)


def implied_demand(supply: float, share: float) -> float:
    """Demand of which a supply is said to be a share: D = q / s.

    Raises:
        InputError: a share that is not above 0 and up to 1.
    """
    return supply / _share(share)


def implied_output(demand: float, covered: float, taken: float) -> float:
    """Output of which ``taken`` (a fraction) covers ``covered`` of a demand: Q = D c / a.

    Raises:
        InputError: a share that is not above 0 and up to 1.
    """
    return demand * _share(covered) / _share(taken)


def _share(value: float) -> float:
    if not 0.0 < value <= 1.0:
        raise InputError(f"a share of {value:g} cannot be; give a fraction above 0 and up to 1")
    return value


def price_premium(contract: npt.ArrayLike, china: npt.ArrayLike) -> Floats:
    """Premium paid for another source: (P_contract - P_China) / P_China, a fraction.

    Both prices in one money and for one good.

    Raises:
        InputError: a Chinese price of 0 or less.
    """
    ours, theirs = np.asarray(contract, float), np.asarray(china, float)
    if not np.all(theirs > 0):
        raise InputError("the price in China is not above 0; give one in the same money")
    return np.asarray((ours - theirs) / theirs)


def look_through(
    shares: Mapping[str, float], feeds: Mapping[str, Mapping[str, float]], country: str
) -> float:
    """Share of a good whose feed comes from a country: sum over makers of s_i x f_i,country.

    Args:
        shares: share of each country that makes the good, fractions; what they leave out of 1
            is not looked through.
        feeds: origin of the feed of each maker, fractions; a maker without an entry feeds itself.
        country: origin asked for.

    Raises:
        InputError: shares or feeds of a maker outside 0 to 1, or above 1 together.
    """
    _check_shares("the shares", shares)
    for maker, feed in feeds.items():
        _check_shares(f"the feeds of {maker}", feed)
    own = {maker: {maker: 1.0} for maker in shares}
    return sum(s * feeds.get(m, own[m]).get(country, 0.0) for m, s in shares.items())


def look_through_bounds(
    shares: Mapping[str, float], unknown: Iterable[str], country: str
) -> tuple[float, float]:
    """Least and largest share that goes back to a country if the feeds of some are unknown.

    Least: none of theirs is from it; largest: all of it is. Use it where no source says.
    """
    makers = set(unknown) & set(shares)
    low = look_through(shares, {maker: {} for maker in makers}, country)
    high = look_through(shares, {maker: {country: 1.0} for maker in makers}, country)
    return low, high


def _check_shares(what: str, shares: Mapping[str, float]) -> None:
    if any(not 0.0 <= s <= 1.0 for s in shares.values()) or sum(shares.values()) > 1.0 + 1e-9:
        raise InputError(f"{what} are not fractions of one total; give 0 to 1, at most 1 together")
