"""A sweep: a scenario, what varies in it, how the points are made and which figures are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from calculator.numbers import FloatArray
from calculator.scenario.write import by_content, hash_of
from calculator.sweeps.axes import Axis, Value, grid_places, sampled

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario

GRID, ZIP, SAMPLE = HOW = ("grid", "zip", "sample")
ARRAY_PART, EACH_PART, PLAN_PART = 8_192, 256, 16
"""Points a part: of numbers the kernel takes at once, evaluated one by one, with a plan each."""
Column = FloatArray | list[Value]


@dataclass(frozen=True)
class Sweep:
    """What is asked; ``source`` reads back as the same sweep, in any process."""

    scenario: Scenario
    axes: tuple[Axis, ...]
    how: str
    draws: int
    seed: int
    outputs: tuple[str, ...]
    source: str
    """The sweep as JSON of the keys of its file, paths in full."""

    @property
    def points(self) -> int:
        """How many scenarios it has."""
        if self.how == SAMPLE:
            return self.draws
        counts = [axis.count for axis in self.axes]
        return counts[0] if self.how == ZIP else prod(counts)

    @property
    def is_planned(self) -> bool:
        """Whether every point asks the optimiser."""
        return any(name.startswith(("plan_", "shadow_price/")) for name in self.outputs)

    @property
    def part_size(self) -> int:
        """Points in each part but the last."""
        if self.is_planned:
            return PLAN_PART
        return ARRAY_PART if any(axis.is_array for axis in self.axes) else EACH_PART

    @property
    def parts(self) -> int:
        """How many parts hold all points."""
        return -(-self.points // self.part_size)

    @property
    def chemistries(self) -> tuple[str, ...]:
        """References of every chemistry met at any point, each once."""
        found = [*self.scenario.chemistries]
        for axis in self.axes:
            if axis.key == "scenario/chemistries":
                found = [name for value in axis.values for name in _listed(value)]
        return tuple(dict.fromkeys(found))

    @property
    def hash(self) -> str:
        """Hash of what is asked, 16 hexadecimal digits; files of one's own by their content."""
        return hash_of(_by_content(json.loads(self.source)))

    def part(self, number: int) -> range:
        """Indices of the points of a part, counted from 0."""
        first = number * self.part_size
        return range(first, min(first + self.part_size, self.points))

    def columns(self, points: range) -> dict[str, Column]:
        """Value of every axis at some points, by its field."""
        at = np.arange(points.start, points.stop, dtype=np.int64)
        if self.how == SAMPLE:
            return {axis.field: sampled(axis, self.seed, at) for axis in self.axes}
        if self.how == ZIP:
            return {axis.field: axis.at(at) for axis in self.axes}
        places = grid_places([axis.count for axis in self.axes], at)
        return {axis.field: axis.at(p) for axis, p in zip(self.axes, places, strict=True)}


def _listed(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _by_content(value: Any) -> Any:
    """Plain values with every path of a file of the user's replaced by what is in it."""
    if isinstance(value, Mapping):
        always = {"overlay"}
        return {
            key: by_content(item, always=True) if key in always and isinstance(item, str)
            else _by_content(item)
            for key, item in value.items()
        }  # fmt: skip
    if isinstance(value, list):
        return [_by_content(item) for item in value]
    return by_content(value) if isinstance(value, str) else value
