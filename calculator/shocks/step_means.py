"""Factors on lanes over time, as their mean over each step of a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from calculator.errors import InputError
from calculator.numbers import FloatArray

Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, counted from day 0: the factor on what is touched."""

    first: float
    last: float
    factor: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One effect: the lanes it touches and its factor over time."""

    lanes: Bools
    spans: tuple[Span, ...]


def step_edges(days: float, step_days: float = 1.0) -> FloatArray:
    """Days on which the steps begin, and the end of the last: (T + 1,)."""
    if not 0 < days <= 36_525 or not 0 < step_days <= 366:
        raise InputError(
            f"a test of {days:g} days in steps of {step_days:g} cannot be run; give up to 36525 "
            "days, in steps of up to a year"
        )
    inner = np.arange(0.0, days, step_days)
    return np.append(inner[inner < days * (1 - 1e-12)], days)


def mean_factors(
    hits: Sequence[Sequence[Hit]], weights: FloatArray, edges: FloatArray
) -> FloatArray:
    """(T, P, E): weighted sum over lanes of the product of all factors, the mean of each step.

    The weights of a point need not add to one; what no effect touches counts in full.
    """
    whole = weights.sum(axis=0)
    found = np.empty((len(edges) - 1, len(whole), len(hits)))
    found[:] = whole[:, None]
    shared = {k for k, several in enumerate(hits) if _overlap(several)}
    for k in shared:
        found[:, :, k] = _product_of(hits[k], weights, edges)
    for nth in range(max((len(several) for several in hits), default=0)):
        at = [k for k, several in enumerate(hits) if k not in shared and len(several) > nth]
        if at:
            _add_changes(found, at, [hits[k][nth] for k in at], weights, edges)
    return found


def _add_changes(
    found: FloatArray, at: list[int], hits: list[Hit], weights: FloatArray, edges: FloatArray
) -> None:
    """Effects on lanes that no other effect of their scenario touches add up."""
    share, change = _shares(hits, weights), _changes(hits, edges)
    columns: slice | list[int] = slice(None) if len(at) == found.shape[2] else at
    for p in np.flatnonzero(share.any(axis=1)):
        found[:, p, columns] += share[p] * change


def _shares(hits: Sequence[Hit], weights: FloatArray) -> FloatArray:
    """(P, F): share of each point that each effect touches."""
    known: dict[int, FloatArray] = {}
    for hit in hits:
        if id(hit.lanes) not in known:
            known[id(hit.lanes)] = hit.lanes @ weights
    return np.array([known[id(hit.lanes)] for hit in hits]).T


def _overlap(hits: Sequence[Hit]) -> bool:
    """Whether two effects touch the same lane."""
    return len(hits) > 1 and bool((np.sum([hit.lanes for hit in hits], axis=0) > 1).any())


def _changes(hits: Sequence[Hit], edges: FloatArray) -> FloatArray:
    """(T, F): mean over each step of each effect's factor less one."""
    change = np.zeros((len(edges) - 1, len(hits)))
    for nth in range(max((len(hit.spans) for hit in hits), default=0)):
        at = [k for k, hit in enumerate(hits) if len(hit.spans) > nth]
        spans = [hits[k].spans[nth] for k in at]
        less = np.array([span.factor - 1.0 for span in spans])
        change[:, at] += _overlaps(spans, edges) * less
    return change


def _overlaps(spans: Sequence[Span], edges: FloatArray) -> FloatArray:
    """(T, F): fraction of each step that lies in each span."""
    first = np.array([span.first for span in spans])
    last = np.array([span.last for span in spans])
    low, high = edges[:-1, None], edges[1:, None]
    inside = np.minimum(high, last) - np.maximum(low, first)
    return np.asarray(np.maximum(inside, 0.0) / (high - low))


def _product_of(hits: Sequence[Hit], weights: FloatArray, edges: FloatArray) -> FloatArray:
    """(T, P): where effects share lanes, piece by piece between the days that anything changes."""
    ends = (float(edges[0]), float(edges[-1]))
    days = {day for hit in hits for span in hit.spans for day in (span.first, span.last)}
    inner = sorted({min(max(day, ends[0]), ends[1]) for day in days} | set(ends))
    found = np.zeros((len(edges) - 1, weights.shape[1]))
    for first, last in pairwise(inner):
        left = np.ones(len(weights))
        for hit in hits:
            for span in hit.spans:
                if span.first <= first and last <= span.last:
                    left[hit.lanes] *= span.factor
        found += _overlaps([Span(first, last, 1.0)], edges) * (left @ weights)
    return found
