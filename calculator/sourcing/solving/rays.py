"""Why a cost has no bottom: the flows that can grow for ever and earn on every unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculator.sourcing.canonical import Canonical, ConeBlock
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import OPTIMAL
from calculator.sourcing.solving.solvers import solve_canonical

_GROWS = 1e-7


def missing_prices(layout: Layout, problem: Canonical) -> tuple[str, ...]:
    """Name the records that earn without limit and those on their way that cost nothing."""
    ray = _ray(problem)
    if ray is None:
        return ("the cost has no lower bound, and no single direction shows why.",)
    grows = np.flatnonzero(ray[: layout.n] > _GROWS)
    cost = problem.cost
    earn = [layout.labels[j] for j in grows if cost[j] < 0] or ["what a rule pays"]
    free = [layout.labels[j] for j in grows if cost[j] == 0 and j < layout.first_arc]
    return (_sentence(earn, free),)


def _sentence(earn: list[str], free: list[str]) -> str:
    told = f"the cost falls without limit: {', '.join(earn)} earns on every unit"
    if free:
        return f"{told}, while {', '.join(free)} has no price and no capacity; give it one of them."
    return f"{told}, more than the way there costs; give it a capacity or limit, or another price."


def _ray(problem: Canonical) -> Floats | None:
    """Cheapest direction of the recession cone, each flow growing by at most 1."""
    homogeneous = replace(
        problem,
        row_lower=np.where(np.isfinite(problem.row_lower), 0.0, -np.inf),
        row_upper=np.where(np.isfinite(problem.row_upper), 0.0, np.inf),
        lower=np.where(np.isfinite(problem.lower), 0.0, -np.inf),
        upper=np.where(np.isfinite(problem.upper), 0.0, np.inf),
        cones=tuple(ConeBlock(c.vectors, c.reach) for c in problem.cones),
    )
    scaled = scale(homogeneous)
    inner = scaled.canonical
    boxed = replace(
        inner.relaxed(), lower=np.maximum(inner.lower, -1.0), upper=np.minimum(inner.upper, 1.0)
    )
    solved = solve_canonical(boxed)
    if solved.status != OPTIMAL or inner.cost @ solved.x >= -_GROWS:
        return None
    return np.asarray(solved.x)
