"""What a plan is best at: cost, carbon, energy, risk, concentration, intensity, or a sum of them.

MODEL 2.5. A further objective is one class: its `unit`, `build` and `measure`; add it to
`OBJECTIVES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.objectives.content import Intensity
from calculator.sourcing.objectives.cvar import MeanCVaR
from calculator.sourcing.objectives.exposure import Concentration, Risk
from calculator.sourcing.objectives.weighted import Part, Weighted

__all__ = [
    "OBJECTIVES",
    "Carbon",
    "Concentration",
    "Cost",
    "Energy",
    "Intensity",
    "MeanCVaR",
    "Objective",
    "Part",
    "Risk",
    "Weighted",
]


@dataclass(frozen=True)
class Cost(Objective):
    """Money: prices, conversion, freight, duty, holding and the rules' charges, less sales."""

    word: ClassVar[str] = "cost"

    def unit(self, layout: Layout) -> str:
        """Return the currency."""
        return layout.network.currency

    def build(self, layout: Layout) -> Goal:
        """Return the money alone."""
        return Goal(1.0, np.zeros(layout.n))

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the cost."""
        return cost


@dataclass(frozen=True)
class Carbon(Objective):
    """Emissions of supplies, processes and lanes, expected over outcomes: sum p_w e'x."""

    word: ClassVar[str] = "carbon"

    def unit(self, layout: Layout) -> str:
        """Return kg of CO2 equivalent."""
        return "kg CO2e"

    def build(self, layout: Layout) -> Goal:
        """Return the emission of each flow."""
        return Goal(0.0, layout.emission * layout.probability)

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the emissions."""
        return float((layout.emission * layout.probability) @ x[: layout.n])


@dataclass(frozen=True)
class Energy(Objective):
    """Energy of the processes, expected over outcomes."""

    word: ClassVar[str] = "energy"

    def unit(self, layout: Layout) -> str:
        """Return kWh."""
        return "kWh"

    def build(self, layout: Layout) -> Goal:
        """Return the energy of each flow."""
        return Goal(0.0, layout.energy * layout.probability)

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the energy."""
        return float((layout.energy * layout.probability) @ x[: layout.n])


_KINDS: tuple[type[Objective], ...] = (
    Cost, Carbon, Energy, Risk, Concentration, Intensity, MeanCVaR, Weighted,
)  # fmt: skip
OBJECTIVES: Mapping[str, type[Objective]] = {kind.word: kind for kind in _KINDS}
"""Every objective under the word by which an ask chooses it."""
