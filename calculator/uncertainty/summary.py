"""What draws say: percentiles of each output, differences of pairs and who is better how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.uncertainty.run import Simulation
from materials_db.faults import did_you_mean

QUANTILES = (0.05, 0.5, 0.95)
_MORE_IS_BETTER = frozenset({"specific_energy_wh_per_kg", "energy_density_wh_per_l"})
"""Outputs of which more is better; of costs and masses less is."""


@dataclass(frozen=True)
class Band:
    """One output of one chemistry over all draws, in the output's unit."""

    chemistry: str
    output: str
    nominal: float
    """With every number as recorded."""
    p5: float
    p50: float
    p95: float
    mean: float
    sd: float
    below_nominal: float
    """Share of the draws below the nominal value; near 0 or 1 where ranges lie to one side."""


@dataclass(frozen=True)
class Pair:
    """One output of two chemistries in the same draws: ``one`` less ``other``."""

    one: str
    other: str
    output: str
    p5: float
    p50: float
    p95: float
    mean: float
    sd: float
    beats: float
    """Probability that ``one`` is better (cheaper, lighter, denser); a tie counts half."""
    standard_error: float
    """Of that probability, from the number of draws alone: sqrt(p (1 - p) / n)."""


def bands(found: Simulation) -> tuple[Band, ...]:
    """Every output of every chemistry."""
    return tuple(
        band(name, output, drawn, found.nominal[name][output])
        for name, values in found.values.items()
        for output, drawn in values.items()
    )


def band(chemistry: str, output: str, drawn: FloatArray, nominal: float) -> Band:
    """Percentiles (linear between order statistics), mean and standard deviation of draws."""
    p5, p50, p95 = (float(q) for q in np.quantile(drawn, QUANTILES))
    ties = float(np.mean(drawn == nominal))
    below = float(np.mean(drawn < nominal)) + ties / 2.0
    mean, sd = _moments(drawn)
    return Band(chemistry, output, nominal, p5, p50, p95, mean, sd, below)


def _moments(drawn: FloatArray) -> tuple[float, float]:
    """Mean and standard deviation; exact where no draw differs from another."""
    if np.all(drawn == drawn[0]):
        return float(drawn[0]), 0.0
    return float(drawn.mean()), float(drawn.std(ddof=1))


def pairs(found: Simulation, output: str) -> tuple[Pair, ...]:
    """Every two chemistries in one output.

    Raises:
        InputError: no such output.
    """
    if output not in found.outputs:
        raise InputError(f"unknown output '{output}'; {did_you_mean(output, found.outputs)}")
    drawn = {name: values[output] for name, values in found.values.items()}
    return tuple(pair(output, one, drawn[one], other, drawn[other]) for one, other in _twos(drawn))


def _twos(names: Sequence[str] | dict[str, FloatArray]) -> Iterator[tuple[str, str]]:
    return combinations(list(names), 2)


def pair(output: str, one: str, drawn: FloatArray, other: str, beside: FloatArray) -> Pair:
    """The difference of two chemistries, draw by draw."""
    apart = drawn - beside
    p5, p50, p95 = (float(q) for q in np.quantile(apart, QUANTILES))
    better = apart > 0.0 if output in _MORE_IS_BETTER else apart < 0.0
    beats = float(np.mean(better)) + float(np.mean(apart == 0.0)) / 2.0
    error = sqrt(beats * (1.0 - beats) / len(apart))
    mean, sd = _moments(apart)
    return Pair(one, other, output, p5, p50, p95, mean, sd, beats, error)
