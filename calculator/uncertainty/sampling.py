"""Draws of every input, the same for whoever asks.

Pseudo-random numbers come from one stream an input, seeded by the run's seed and the input's
key (or that of the series of prices it follows): an input has the same draws in every chemistry
and in every comparison, whatever else is drawn. Scrambled Sobol points (scipy's) fill one
dimension an input, in the order given; they converge faster, but an input's draws then depend
on the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.uncertainty.copula import correlation_matrix, factor_of, nearest_correlation
from calculator.uncertainty.distributions import (
    checked,
    from_normal,
    from_uniform,
    needs_normal,
    to_normal,
)
from calculator.uncertainty.inputs import UncertainInput
from calculator.uncertainty.volatility import SERIES, Together

METHODS = ("random", "sobol")
MOST_SOBOL = 30_000_000
"""Points times inputs kept in memory."""
PART = 131_072
"""Draws held at once; a run of more is made of several parts, each with streams of its own."""


@dataclass(frozen=True)
class Sampler:
    """Draws of inputs by key; nothing is drawn until asked for."""

    inputs: Mapping[str, UncertainInput]
    draws: int
    seed: int
    chance: Mapping[str, str]
    """Source of chance of an input that does not have one of its own."""
    moving: tuple[str, ...]
    """Sources that move together."""
    factor: FloatArray
    """Lower triangle that correlates their normals."""
    points: Mapping[str, FloatArray]
    """Sobol points by source, where they are used."""

    def parts(self) -> Iterator[Part]:
        """The draws in parts, in order."""
        for number, start in enumerate(range(0, self.draws, PART)):
            yield Part(self, number, slice(start, min(start + PART, self.draws)))

    def column(self, key: str) -> FloatArray:
        """Draws of one input, shape ``(draws,)``, in its unit."""
        return np.concatenate([part.column(key) for part in self.parts()])


@dataclass(frozen=True)
class Part:
    """Some of the draws of a run."""

    of: Sampler
    number: int
    place: slice
    shared: dict[str, FloatArray] = field(default_factory=dict)
    """Columns kept for the next to ask; made of what was asked, whoever asks first."""

    @property
    def draws(self) -> int:
        """How many they are."""
        return int(self.place.stop - self.place.start)

    def column(self, key: str, keep: bool = False) -> FloatArray:
        """Draws of one input, shape ``(draws,)``, in its unit; kept where others want it."""
        if key in self.shared:
            return self.shared[key]
        one, source = self.of.inputs[key], self.of.chance.get(key, key)
        if source in self.of.moving:
            found = from_normal(one, self._together[source])
        elif needs_normal(one):
            found = from_normal(one, self._normal(source))
        else:
            found = from_uniform(one, self._uniform(source))
        if keep:
            self.shared[key] = found
        return found

    @cached_property
    def _together(self) -> Mapping[str, FloatArray]:
        """Correlated normals by source."""
        normals = np.array([self._normal(source) for source in self.of.moving])
        return dict(zip(self.of.moving, self.of.factor @ normals, strict=True))

    def mix(self) -> None:
        """Correlate the normals now, before several threads ask for them."""
        if self.of.moving:
            _ = self._together

    def _normal(self, source: str) -> FloatArray:
        if source in self.of.points:
            return to_normal(self.of.points[source][self.place])
        return stream(self.of.seed, source, self.number).standard_normal(self.draws)

    def _uniform(self, source: str) -> FloatArray:
        if source in self.of.points:
            return self.of.points[source][self.place]
        return stream(self.of.seed, source, self.number).random(self.draws)


def stream(seed: int, source: str, part: int = 0) -> np.random.Generator:
    """The random numbers of a source of chance in a part of the run."""
    digest = int.from_bytes(sha256(source.encode()).digest()[:16], "big")
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, digest, part])))


def sampler(
    inputs: Sequence[UncertainInput],
    pairs: Sequence[Together],
    draws: int,
    seed: int,
    method: str = "random",
    chance: Mapping[str, str] = MappingProxyType({}),
) -> Sampler:
    """Draws of some inputs.

    Args:
        inputs: what is drawn, each with its range.
        pairs: correlations of sources of chance; of two of one pair the last counts.
        draws: how many.
        seed: a whole number; the same seed gives the same draws.
        method: ``random`` or ``sobol``.
        chance: source of chance of the inputs that share one, such as a series of prices.

    Raises:
        InputError: a range cannot be read, or the draws are too many or too few.
    """
    check_draws(draws, seed, method)
    known = {one.key: checked(one) for one in inputs}
    ends = {chance.get(end, end) for pair in pairs for end in (pair.one, pair.other)}
    moving = sorted(ends, key=lambda end: (not end.startswith(SERIES), end))
    sources = dict.fromkeys((*moving, *(chance.get(key, key) for key in known)))
    points = _sobol(tuple(sources), draws, seed) if method == "sobol" else {}
    named = [
        replace(pair, one=chance.get(pair.one, pair.one), other=chance.get(pair.other, pair.other))
        for pair in pairs
    ]
    matrix = nearest_correlation(correlation_matrix(moving, named))
    factor = factor_of(matrix) if moving else matrix
    return Sampler(MappingProxyType(known), draws, seed, chance, tuple(moving), factor, points)


def check_draws(draws: int, seed: int, method: str) -> None:
    """Refuse a number of draws, a seed or a method that will not do."""
    if method not in METHODS:
        raise InputError(f"unknown method '{method}'; choose {' or '.join(METHODS)}")
    if not 100 <= draws <= 10_000_000:
        raise InputError(f"{draws:,} draws asked for; give 100 to 10,000,000")
    if not 0 <= seed < 2**63:
        raise InputError(f"seed is {seed}; give a whole number from 0")


def _sobol(keys: Sequence[str], draws: int, seed: int) -> Mapping[str, FloatArray]:
    """One dimension of a scrambled Sobol sequence for each key."""
    import warnings

    from scipy.stats import qmc

    if not keys:
        return MappingProxyType({})
    if draws * len(keys) > MOST_SOBOL:
        raise InputError(
            f"{draws:,} Sobol points of {len(keys)} inputs do not fit; give at most "
            f"{MOST_SOBOL // len(keys):,}, or draw at random"
        )
    engine = qmc.Sobol(len(keys), scramble=True, rng=np.random.default_rng(seed))
    with warnings.catch_warnings():  # balance asks for a power of two; draws may be any number
        warnings.filterwarnings("ignore", message="The balance properties")
        points = engine.random(draws)
    columns = np.ascontiguousarray(points.T)
    return MappingProxyType(dict(zip(keys, columns, strict=True)))
