"""Proof that a plan is optimal, recomputed from the problem's own matrices.

Weak duality needs nothing from the solver but two vectors: any x gives an upper bound on the
least cost if it is feasible, any y a lower bound if its reduced costs have the right sign. All
three figures are relative, in the scaled problem (see `scaling`), where flows, prices and
right-hand sides are near 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats
from calculator.sourcing.solving.solved import ConeDual

TOLERANCE = 1e-6
_TOUCHES = 1e-5
LEAST_COST = 1e-3  # below this scaled cost the gap is taken absolute


@dataclass(frozen=True)
class Certificate:
    """Largest primal residual, largest dual residual, and gap; each <= `tolerance` to pass.

    With whole numbers the first two are those of the plan as it is held, and the gap is to the
    least cost over all whole numbers, proved as `tree` says.
    """

    primal_residual: float
    dual_residual: float
    gap: float
    tolerance: float = TOLERANCE
    tree: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the plan is proved optimal within the tolerance."""
        figures = (self.primal_residual, self.dual_residual, self.gap)
        return all(np.isfinite(f) and f <= self.tolerance for f in figures)

    def sentence(self) -> str:
        """Return the certificate in one line."""
        verdict = "proved optimal" if self.ok else "NOT proved optimal"
        return (
            f"{verdict}: primal residual {self.primal_residual:.1e}, dual residual "
            f"{self.dual_residual:.1e}, gap {self.gap:.1e} (each at most {self.tolerance:.0e})"
            f"{f'; {self.tree}' if self.tree else ''}."
        )


@dataclass(frozen=True)
class Duals:
    """Row and cone duals projected on their sign, and the reduced cost of each column."""

    row: Floats
    cones: tuple[ConeDual, ...]
    reduced: Floats
    projected_by: float


def duals(problem: Canonical, row: Floats, cones: tuple[ConeDual, ...]) -> Duals:
    """Project the duals on the signs their rows allow and price every column.

    A row without an upper side has no negative dual, one without a lower side no positive; a
    cone dual has ||vectors|| <= reach. What the projection moved counts as dual residual.
    """
    allowed = np.where(np.isfinite(problem.row_lower), row, np.minimum(row, 0.0))
    allowed = np.where(np.isfinite(problem.row_upper), allowed, np.maximum(allowed, 0.0))
    inside = tuple(_project(dual) for dual in cones)
    reduced = problem.cost - problem.matrix.T @ allowed
    for block, dual in zip(problem.cones, inside, strict=True):
        reduced = reduced - block.vectors.T @ dual.vectors - block.reach.T @ [dual.reach]
    moved = [_relative(np.abs(row - allowed), np.abs(row))]
    moved += [
        abs(a.reach - b.reach) / (1 + abs(a.reach)) for a, b in zip(cones, inside, strict=True)
    ]
    return Duals(allowed, inside, np.asarray(reduced), float(max(moved)))


def certify(problem: Canonical, x: Floats, priced: Duals) -> Certificate:
    """Return the certificate of `x` under the duals.

    Upper bounds that `x` does not touch are left out of the dual side: what is optimal without
    them is optimal with them, and a capacity of 1e30 cannot swamp the gap.
    """
    touched = problem.upper - x <= _TOUCHES * (1.0 + np.abs(x))
    wider = replace(problem, upper=np.where(touched, problem.upper, np.inf))
    return Certificate(
        primal_residual=_primal(problem, x),
        dual_residual=dual_residual(wider, priced),
        gap=_gap(wider, x, priced),
    )


def _project(dual: ConeDual) -> ConeDual:
    return ConeDual(max(dual.reach, float(np.linalg.norm(dual.vectors))), dual.vectors)


def _relative(miss: Floats, size: Floats) -> float:
    return float(np.max(miss / (1.0 + size), initial=0.0))


def _primal(problem: Canonical, x: Floats) -> float:
    body = problem.matrix @ x
    miss = np.maximum(problem.row_lower - body, body - problem.row_upper).clip(0.0)
    rows = _relative(miss, abs(problem.matrix) @ np.abs(x))
    bounds = np.maximum(problem.lower - x, x - problem.upper).clip(0.0)
    worst = [rows, _relative(bounds, np.abs(x))]
    for block in problem.cones:
        reach = float((block.reach @ x)[0]) + block.offset
        length = float(np.linalg.norm(block.vectors @ x))
        worst.append(max(length - reach, 0.0) / (1.0 + length))
    return float(max(worst))


def dual_residual(problem: Canonical, priced: Duals) -> float:
    """Return by how much the duals miss the signs they must have, relative.

    A column without an upper bound may not have a negative reduced cost, one without a lower
    bound no positive one.
    """
    down = np.where(np.isfinite(problem.upper), 0.0, np.maximum(-priced.reduced, 0.0))
    up = np.where(np.isfinite(problem.lower), 0.0, np.maximum(priced.reduced, 0.0))
    size = np.abs(problem.cost) + abs(problem.matrix).T @ np.abs(priced.row)
    return max(priced.projected_by, _relative(down + up, size))


def _gap(problem: Canonical, x: Floats, priced: Duals) -> float:
    cost = dot(problem.cost, x)
    bound = dual_bound(problem, priced)
    size = max(dot(np.abs(problem.cost), np.abs(x)), abs(bound), LEAST_COST)
    return float(abs(cost - bound) / size)


def dual_bound(problem: Canonical, priced: Duals) -> float:
    """Return the least cost that the duals prove."""
    total = _sides(priced.row, problem.row_lower, problem.row_upper)
    total += _sides(priced.reduced, problem.lower, problem.upper)
    offsets = [b.offset * d.reach for b, d in zip(problem.cones, priced.cones, strict=True)]
    return float(total - sum(offsets))


def _sides(price: Floats, lower: Floats, upper: Floats) -> float:
    """Sum of price x the side it leans on; an infinite side was seen to in the residuals."""
    low = np.where(np.isfinite(lower), lower, 0.0)
    high = np.where(np.isfinite(upper), upper, 0.0)
    return dot(np.maximum(price, 0.0), low) + dot(np.minimum(price, 0.0), high)


def dot(a: Floats, b: Floats) -> float:
    """Sum of products, pairwise: more exact than a dot product, and no threads to wait for."""
    return float((a * b).sum())
