"""Where two curves over one unknown cross: a scan that brackets, then Brent's method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray

Line = Callable[[FloatArray], FloatArray]
"""From values of the unknown, shape ``(n,)``, to a figure of that shape."""
POINTS = 401
_SAME = 1e-9
"""Relative difference of two figures up to which they count as equal."""

_STEP = 1e-6
"""Part of the gap beside a crossing that may be left at it; more is a step over."""


@dataclass(frozen=True)
class Crossing:
    """A value of the unknown at which the two figures are equal."""

    at: float
    left: float
    """The first figure, evaluated there."""
    right: float
    kind: str
    """``rises`` where the first goes from below the second to above it, ``falls``, ``touches``,
    or ``jumps`` where a step leads from one side to the other without a point of equality."""


@dataclass(frozen=True)
class Scan:
    """Two curves over a range, and every crossing that the scan could tell apart."""

    at: FloatArray
    left: FloatArray
    right: FloatArray
    crossings: tuple[Crossing, ...]

    @property
    def gap(self) -> FloatArray:
        """First figure less the second."""
        return self.left - self.right

    @property
    def is_same(self) -> bool:
        """Whether the curves are equal everywhere."""
        return bool(np.all(_signs(self.left, self.right) == 0))

    @property
    def moves(self) -> bool:
        """Whether the unknown moves the distance between the curves at all."""
        size = float(np.max(np.abs(self.left) + np.abs(self.right)))
        return bool(np.ptp(self.gap) > _SAME * size)


def crossings(left: Line, right: Line, low: float, high: float, points: int = POINTS) -> Scan:
    """Every crossing of two curves that points at equal distances tell apart.

    Args:
        left: first figure; evaluated at all points in one call.
        right: second figure; a constant for a target.
        low: least value of the unknown.
        high: most.
        points: how many values are looked at; two crossings between neighbours go unseen.

    Raises:
        InputError: the range is empty, or a figure is not finite somewhere in it.
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise InputError(f"range {low:g} to {high:g} is empty; give --from below --to")
    at = np.linspace(low, high, points)
    one, other = _finite(left, at), _finite(right, at)
    found = tuple(_all(left, right, at, _signs(one, other)))
    return Scan(at, one, other, found)


def _finite(line: Line, at: FloatArray) -> FloatArray:
    values = np.array(np.broadcast_to(line(at), at.shape), dtype=float)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise InputError(f"no figure at {at[bad[0]]:g}; narrow the range")
    return values


def _signs(left: FloatArray, right: FloatArray) -> FloatArray:
    gap = left - right
    same = np.abs(gap) <= _SAME * (np.abs(left) + np.abs(right))
    return np.where(same, 0.0, np.sign(gap))


def _all(left: Line, right: Line, at: FloatArray, signs: FloatArray) -> Iterator[Crossing]:
    """Crossings in rising order; nothing for curves that are the same everywhere."""
    away = np.flatnonzero(signs)
    if not len(away):
        return
    if away[0] > 0:
        yield _told(left, right, float(at[away[0] - 1]), "touches")
    for k, following in pairwise(away):
        turns = signs[k] != signs[following]
        way = ("rises" if signs[k] < 0 else "falls") if turns else "touches"
        if following > k + 1:
            yield _told(left, right, float(at[k + 1]), way)
        elif turns:
            yield _root(left, right, float(at[k]), float(at[following]), way)
    if away[-1] < len(at) - 1:
        yield _told(left, right, float(at[away[-1] + 1]), "touches")


def _root(left: Line, right: Line, low: float, high: float, way: str) -> Crossing:
    from scipy.optimize import brentq

    def gap(x: float) -> float:
        return _at(left, x) - _at(right, x)

    root = brentq(gap, low, high, xtol=1e-12 * max(abs(low), abs(high)), rtol=1e-12)
    found = _told(left, right, float(root), way)
    left_over = abs(found.left - found.right)
    if left_over > _STEP * max(abs(gap(low)), abs(gap(high))):
        return Crossing(found.at, found.left, found.right, "jumps")
    return found


def _told(left: Line, right: Line, at: float, kind: str) -> Crossing:
    return Crossing(at, _at(left, at), _at(right, at), kind)


def _at(line: Line, x: float) -> float:
    return float(np.broadcast_to(line(np.array([x])), (1,))[0])
