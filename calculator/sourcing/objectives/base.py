"""What every objective shares: a word, a unit, the goal it states and the figure it measures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout


class Objective(ABC):
    """One figure of a plan that is made as small as it can be."""

    word: ClassVar[str]

    @abstractmethod
    def unit(self, layout: Layout) -> str:
        """Return the unit of the figure."""

    @abstractmethod
    def build(self, layout: Layout) -> Goal:
        """Return the goal over the variables of `layout`."""

    @abstractmethod
    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the figure at the flows `x`, which cost `cost` in all."""
