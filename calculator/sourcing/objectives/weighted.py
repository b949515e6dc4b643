"""A weighted sum of objectives (MODEL 2.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import ClassVar, NamedTuple

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.rows import Built


class Part(NamedTuple):
    """One objective in a sum, and what a unit of it weighs."""

    weight: float
    objective: Objective


@dataclass(frozen=True)
class Weighted(Objective):
    """Sum of weight x objective; weights are 0 or more, in 1 over the unit of each part."""

    parts: tuple[Part | tuple[float, Objective], ...]

    word: ClassVar[str] = "weighted"

    def __post_init__(self) -> None:
        weights = [weight for weight, _ in self.parts]
        if not any(weights):
            raise SourcingError("objective 'weighted': nothing has a weight above 0.", ())
        for weight, objective in self.parts:
            if not (isfinite(weight) and weight >= 0):
                said = f"the weight of {objective.word!r} is {weight:g}; give 0 or more."
                raise SourcingError(f"objective 'weighted': {said}", ())

    def unit(self, layout: Layout) -> str:
        """Return the unit of the parts where they share one, else "weighted"."""
        units = {objective.unit(layout) for weight, objective in self.parts if weight}
        same = len(units) == 1 and {weight for weight, _ in self.parts} == {1.0}
        return units.pop() if same else "weighted"

    def build(self, layout: Layout) -> Goal:
        """Return the sum of the goals."""
        return summed(layout, [(w, part.build(layout)) for w, part in self.parts if w])

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the sum of the figures."""
        return sum(w * part.measure(layout, x, cost) for w, part in self.parts if w)


def summed(layout: Layout, parts: list[tuple[float, Goal]]) -> Goal:
    """Return the sum of weight x goal; each keeps its own variables, whatever it weighs."""
    return Goal(
        money=float(sum(weight * goal.money for weight, goal in parts)),
        flows=sum((weight * goal.flows for weight, goal in parts), np.zeros(layout.n)),
        built=tuple(_weighed(weight, built) for weight, goal in parts for built in goal.built),
    )


def _weighed(weight: float, built: Built) -> Built:
    """The same rows and cones, the cost of own variables times the weight."""
    if built.columns is None:
        return built
    return replace(built, columns=replace(built.columns, cost=weight * built.columns.cost))
