"""Objective on what is in it: kilograms of chosen elements (MODEL 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.objectives.exposure import check_weights
from calculator.sourcing.scope import Counted, counted


@dataclass(frozen=True)
class Intensity(Objective):
    """Critical-mineral intensity: sum of w_e kg_e sourced, expected over outcomes.

    `weights` maps an element (or material) to its weight. An element that is sourced at several
    stages is in all of them; `stage` says at which one it is counted.
    """

    weights: Mapping[str, float]
    stage: str | None = None

    word: ClassVar[str] = "intensity"

    def __post_init__(self) -> None:
        check_weights(self.word, self.weights)

    def unit(self, layout: Layout) -> str:
        """Return weighted kg (or the unit in which the material is counted)."""
        units = {self._scopes(layout, e)[0].unit for e in self.weights}
        one = units.pop() if len(units) == 1 else "kg"
        return f"{one.split(' ')[0]} weighted"

    def build(self, layout: Layout) -> Goal:
        """Return the weighted content of each flow."""
        return Goal(0.0, self._content(layout))

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the weighted sum."""
        return float(self._content(layout) @ x[: layout.n])

    def _content(self, layout: Layout) -> Floats:
        total = np.zeros(layout.n)
        for element, weight in self.weights.items():
            for scope in self._scopes(layout, element):
                np.add.at(total, scope.column, weight * scope.weight)
        return np.asarray(total * layout.probability)

    def _scopes(self, layout: Layout, element: str) -> list[Counted]:
        """What is counted of an element, at its one stage (in each period and outcome)."""
        scopes = [s for s in counted(layout, element, self.stage) if len(s.column)]
        goods = layout.network.commodities
        stages = {goods[layout.sources.commodity[s.source[0]]].stage for s in scopes}
        if len(stages) == 1:
            return scopes
        where = ", ".join(sorted(map(str, stages)))
        said = f"is sourced at several stages ({where})" if stages else (
            f"has no source at stage {self.stage!r}"
        )  # fmt: skip
        cure = "name the stage to count"
        raise SourcingError(f"objective 'intensity': {element!r} {said}; {cure}.", ())
