"""What every rule shares: a name, one limit in its natural unit, a residual, a relaxed copy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, ClassVar, Self

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built


@dataclass(frozen=True)
class Rule(ABC):
    """One condition on the plan, named by its user.

    The limit lives in the field `limit_field`, within `bounds`; `natural` is how many of `unit`
    one limit is (100 for a share shown in percentage points). `sense` is +1 for a cap, -1 for a
    floor, 0 for an exact amount.
    """

    name: str

    sense: ClassVar[int] = 1
    natural: ClassVar[float] = 1.0
    unit: ClassVar[str] = "unit"
    limit_field: ClassVar[str] = "limit"
    bounds: ClassVar[tuple[float, float]] = (0.0, float("inf"))
    by_halves: ClassVar[bool] = False
    """Whether the limit multiplies a variable, so that only halving finds the least that helps."""

    def __post_init__(self) -> None:
        if not self.name:
            raise SourcingError(f"a {type(self).__name__} has no name; give it one.", ())
        low, high = self.bounds
        if not (isfinite(self.limit) and low <= self.limit <= high):
            raise SourcingError(self._out_of_bounds(low, high), ())

    def _out_of_bounds(self, low: float, high: float) -> str:
        percent = ""
        if high == 1.0 and self.limit > 1.0:
            of_points = self.unit.startswith("HHI") and self.limit > 100.0
            percent = " (2500 of 10,000 is 0.25)" if of_points else " (40 % is written 0.40)"
        reach = f"between {low:g} and {high:g}" if isfinite(high) else f"{low:g} or more"
        return f"rule {self.name!r}: {self.limit_field} is {self.limit:g}; give {reach}{percent}."

    @property
    def limit(self) -> float:
        """The number the rule sets."""
        return float(getattr(self, self.limit_field))

    def with_limit(self, limit: float) -> Self:
        """Return the same rule with another limit."""
        changed: dict[str, Any] = {self.limit_field: limit}
        return replace(self, **changed)

    def limit_unit(self, layout: Layout) -> str:
        """Return what +1 of the limit is: a percentage point, or the unit of what it counts."""
        return self.unit

    @abstractmethod
    def build(self, layout: Layout) -> Built:
        """Return the rule as named rows and cones over the variables of `layout`."""

    @abstractmethod
    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the tightest limit that the plan `x` meets."""

    def residual(self, layout: Layout, x: Floats) -> float:
        """Return by how much `x` misses the limit, in limit units: <= 0 means it is met."""
        gap = self.measure(layout, x) - self.limit
        return abs(gap) if self.sense == 0 else self.sense * gap
