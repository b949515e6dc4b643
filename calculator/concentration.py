"""Concentration and supply risk of shares: HHI, GeoPolRisk, N-1, pass-through.

Pure functions on arrays. Shares are fractions (0.4, not 40) along one axis, the last unless
said; leading axes are cases, so a whole table or a sample of draws is one call.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calculator.trace import numbers

Floats = npt.NDArray[np.float64]
_ROUNDING = 1e-6  # published shares may sum to a little over 1


def hhi(shares: npt.ArrayLike, axis: int = -1) -> Floats:
    """Return the Herfindahl-Hirschman index sum(s_i^2), from 1/n to 1.

    Shares that sum to less than 1 leave a rest that counts as infinitely many suppliers (adds
    nothing); see `hhi_bounds` for what the rest may hide.

    Raises:
        ValueError: a negative share, or shares that sum to more than 1.
    """
    s = _shares(shares, axis)
    return np.asarray((s * s).sum(axis=axis))


def hhi_bounds(
    shares: npt.ArrayLike, rest: npt.ArrayLike | None = None, axis: int = -1
) -> tuple[Floats, Floats]:
    """Return the lowest and highest HHI that named shares and an unnamed rest allow.

    `rest` is the share of all unnamed countries together (default: what is missing to 1).
    Lowest: the rest is many tiny suppliers. Highest: it is one single country.

    Raises:
        ValueError: shares as in `hhi`, or a rest that is negative or lifts the sum above 1.
    """
    s = _shares(shares, axis)
    named = s.sum(axis=axis)
    other = np.maximum(1.0 - named, 0.0) if rest is None else numbers(rest)
    if not (_all(other >= 0) and _all(named + other <= 1 + _ROUNDING)):
        raise ValueError("rest must be 0 or more and lift the sum of shares to 1 at most")
    low = hhi(s, axis)
    return low, np.asarray(low + other * other)


def weighted_hhi(shares: npt.ArrayLike, weights: npt.ArrayLike, axis: int = -1) -> Floats:
    """Return sum(w_i s_i^2): an HHI in which risky suppliers weigh more.

    With w_i = governance risk x trade adjustment this is the index of the EU criticality
    method (JRC 2017).

    Raises:
        ValueError: shares as in `hhi`, or a negative weight.
    """
    s, w = _shares(shares, axis), numbers(weights)
    if not _all(w >= 0):
        raise ValueError("weights must be numbers of 0 or more")
    return np.asarray((w * s * s).sum(axis=axis))


def geopolrisk(
    world_hhi: npt.ArrayLike,
    imports: npt.ArrayLike,
    political_risk: npt.ArrayLike,
    domestic_production: npt.ArrayLike = 0.0,
    axis: int = -1,
) -> Floats:
    """Return the GeoPolRisk score HHI x sum(q_i g_i) / (p + sum q_i), from 0 to 1.

    `world_hhi` is the HHI of world production, `imports` q_i the amount from each country and
    `domestic_production` p, in one unit; `political_risk` g_i is from 0 (stable) to 1. Times
    the price it is the characterisation factor of Gemechu et al. 2016 and Koyamparambath et
    al. 2024. With no supply at all the score is not a number.

    Raises:
        ValueError: a negative amount, or an index outside 0 to 1.
    """
    q, p = numbers(imports), numbers(domestic_production)
    g, h = numbers(political_risk), numbers(world_hhi)
    if not _all(q >= 0) or not _all(p >= 0):
        raise ValueError("imports and domestic production must be numbers of 0 or more")
    if not (_all(g >= 0) and _all(g <= 1) and _all(h >= 0) and _all(h <= 1)):
        raise ValueError("world HHI and political risk must lie between 0 and 1")
    risky, supply = np.broadcast_arrays(h * (q * g).sum(axis=axis), p + q.sum(axis=axis))
    score = np.full(supply.shape, np.nan, np.result_type(risky, supply))
    some = np.asarray(supply > 0, bool)
    score[some] = risky[some] / supply[some]
    return score


def top_share(shares: npt.ArrayLike, n: int = 1, axis: int = -1) -> Floats:
    """Return the sum of the `n` largest shares (all of them if there are fewer).

    Raises:
        ValueError: shares as in `hhi`, or n below 1.
    """
    if n < 1:
        raise ValueError("n must be 1 or more")
    s = np.sort(_shares(shares, axis), axis=axis)
    return np.asarray(np.moveaxis(s, axis, -1)[..., -n:].sum(axis=-1))


def n_minus_1(supply: npt.ArrayLike, demand: npt.ArrayLike, axis: int = -1) -> Floats:
    """Return what is left without the largest supplier, as a fraction of demand.

    `supply` is the capacity or contract of each supplier and `demand` the need, in one unit; 1
    or more means that any one supplier may fail (MODEL 5).

    Raises:
        ValueError: a negative supply, or a demand of 0 or less.
    """
    s, d = numbers(supply), numbers(demand)
    if not _all(s >= 0):
        raise ValueError("supply must be a number of 0 or more")
    if not _all(d > 0):
        raise ValueError("demand must be above 0")
    return np.asarray((s.sum(axis=axis) - s.max(axis=axis, initial=0.0)) / d)


def pass_through(stage_shares: npt.ArrayLike, axis: int = -1) -> Floats:
    """Return the share of the product that touched a country at any stage: 1 - prod(1 - s_k).

    `stage_shares` s_k is the country's share at each stage of one chain. Assumes that where a
    unit is made at one stage says nothing about where it was made at another (independence by
    stage); `pass_through_bounds` needs no such assumption.

    Raises:
        ValueError: a share outside 0 to 1.
    """
    s = _fractions(stage_shares)
    return np.asarray(1.0 - np.prod(1.0 - s, axis=axis))


def pass_through_bounds(stage_shares: npt.ArrayLike, axis: int = -1) -> tuple[Floats, Floats]:
    """Return the least and largest pass-through any pairing of stages allows.

    Least: max(s_k), the same units touch the country every time. Largest: min(1, sum(s_k)),
    different ones do (Frechet bounds of a union).

    Raises:
        ValueError: a share outside 0 to 1.
    """
    s = _fractions(stage_shares)
    largest = np.minimum(1.0, s.sum(axis=axis))
    return np.asarray(s.max(axis=axis, initial=0.0)), np.asarray(largest)


def _all(holds: Any) -> bool:
    """Whether a comparison holds everywhere, on floats and on traced numbers."""
    return bool(np.all(np.asarray(holds, bool)))


def _shares(shares: npt.ArrayLike, axis: int) -> Floats:
    s = _fractions(shares)
    if not _all(s.sum(axis=axis) <= 1 + _ROUNDING):
        raise ValueError("shares sum to more than 1; give fractions of one total")
    return s


def _fractions(values: Any) -> Floats:
    s: Floats = numbers(values)
    if not (_all(s >= 0) and _all(s <= 1 + _ROUNDING)):
        raise ValueError("shares must lie between 0 and 1 (40 % is 0.40)")
    return s
