"""What a solver said: status, flows, duals."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.sourcing.layout import Floats

OPTIMAL, INFEASIBLE, UNBOUNDED, FAILED = "optimal", "infeasible", "unbounded", "failed"


@dataclass(frozen=True)
class ConeDual:
    """Dual of one cone: `reach` >= ||vectors||_2."""

    reach: float
    vectors: Floats


@dataclass(frozen=True)
class Solved:
    """One solution. `row` is d(cost)/d(right-hand side) of each row; flows only if optimal.

    `bound` is what a search over whole numbers says no plan can cost less than.
    """

    status: str
    x: Floats
    row: Floats
    cones: tuple[ConeDual, ...] = ()
    said: str = ""
    bound: float | None = None
