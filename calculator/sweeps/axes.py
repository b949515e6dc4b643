"""What a sweep varies: one field, and its value at each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from math import prod

import numpy as np
import numpy.typing as npt

from calculator.numbers import FloatArray
from calculator.uncertainty.distributions import Z90, from_uniform, to_normal
from calculator.uncertainty.inputs import UncertainInput

Value = float | int | bool | str | tuple[str, ...]
Indices = npt.NDArray[np.int64]
BLOCK = 4_096
"""Points that share one stream of random numbers; a part may begin anywhere."""

KERNEL = ("request/", "record/")
"""How the key of an axis begins whose numbers the kernel takes as arrays."""


@dataclass(frozen=True)
class Axis:
    """One field and its values: a list, equal steps from one number to another, or a sample."""

    field: str
    """As the file names it; the name of its column."""
    key: str
    """``request/NAME``, ``record/KEY``, or ``scenario/PATH`` for a field of the scenario file."""
    unit: str = ""
    """Unit of its numbers; empty for names, years and the like."""
    values: tuple[Value, ...] = ()
    steps: tuple[float, float, int] | None = None
    """First, last and how many."""
    sample: UncertainInput | None = None

    @property
    def is_array(self) -> bool:
        """Whether the kernel takes all its numbers at once."""
        return self.key.startswith(KERNEL)

    @property
    def name(self) -> str:
        """Key without what it begins with."""
        return self.key.partition("/")[2]

    @property
    def count(self) -> int:
        """Values it has; 0 for a sample, which has as many as there are draws."""
        return self.steps[2] if self.steps else len(self.values)

    @cached_property
    def is_number(self) -> bool:
        """Whether its column holds floats."""
        return not self.values or all(isinstance(value, float) for value in self.values)

    def at(self, places: Indices) -> FloatArray | list[Value]:
        """Its values by their place in the list, from 0."""
        if self.steps is not None:
            first, last, count = self.steps
            return first + (last - first) * (places / max(count - 1, 1))
        if self.is_number:
            return np.array(self.values)[places]
        return [self.values[place] for place in places]


def grid_places(counts: Sequence[int], indices: Indices) -> list[Indices]:
    """Place on each axis of points of a grid; the last axis runs fastest."""
    places = []
    for k, count in enumerate(counts):
        places.append(indices // prod(counts[k + 1 :]) % count)
    return places


def sampled(axis: Axis, seed: int, indices: Indices) -> FloatArray | list[Value]:
    """Values of an axis at points of a sample; a list gives each of its values equally often.

    A point has the same value whatever other points are asked for, and whatever else is varied.
    """
    u = _uniform(axis.field, seed, indices)
    if axis.sample is not None:
        return _drawn(axis.sample, u)
    return axis.at(np.minimum((u * axis.count).astype(np.int64), axis.count - 1))


def _drawn(one: UncertainInput, u: FloatArray) -> FloatArray:
    """Draws of a sample; a normal one may go below zero, and that point then fails by itself."""
    if one.distribution != "normal":
        return from_uniform(one, u)
    z = to_normal(u)
    return one.value + z * np.where(z >= 0.0, one.high - one.value, one.value - one.low) / Z90


def _uniform(name: str, seed: int, indices: Indices) -> FloatArray:
    """Uniform numbers of some points, drawn a block at a time from streams of their own."""
    stream = int.from_bytes(sha256(name.encode()).digest()[:8], "big")
    found = np.empty(len(indices))
    for block in np.unique(indices // BLOCK).tolist():
        source = np.random.default_rng(np.random.SeedSequence((seed, stream, block)))
        here = indices // BLOCK == block
        found[here] = source.random(BLOCK)[indices[here] % BLOCK]
    return found
