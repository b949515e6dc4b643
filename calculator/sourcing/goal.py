"""What is minimised, as weights on money, flows and variables of its own."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.sourcing.layout import Floats
from calculator.sourcing.rows import Built


@dataclass(frozen=True)
class Goal:
    """minimise money x (cost, charges included) + flows' x + cost of own variables.

    `built` holds own variables (of no `kind`) and the rows and cones that define them.
    """

    money: float
    flows: Floats
    built: tuple[Built, ...] = ()
