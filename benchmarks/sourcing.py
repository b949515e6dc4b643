"""The optimiser's own work and memory against those of HiGHS on the same matrices.

"Own work" is all between the records and the answer but HiGHS's `run`: checks of the network,
matrices, rules, scaling, loading, reading back, certificate and marginals; no tie-break.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.networks import Records, records

SIZES = {1_000: 15, 10_000: 9, 100_000: 4}  # variables: repeats
GOAL_TIME, GOAL_MEMORY = 0.20, 3.0


@dataclass
class Stopwatch:
    """Seconds spent inside the solver."""

    seconds: float = 0.0


def run() -> Iterator[tuple[str, str]]:
    for size, repeats in SIZES.items():
        yield from _work(records(size), repeats)
    yield from _memory(max(SIZES))


def _work(data: Records, repeats: int) -> Iterator[tuple[str, str]]:
    runs = [(*_answer(data), _bare(data)) for _ in range(repeats)]
    own, inside, bare = (min(column) for column in zip(*runs, strict=True))
    goal = f" (goal {GOAL_TIME:.0%})" if data.variables >= max(SIZES) else ""
    size = f"{data.variables:,} variables"
    yield f"{size}: own work over bare HiGHS", f"{own / bare:.0%}{goal}"
    yield f"{size}: HiGHS inside over bare HiGHS", f"{inside / bare:.2f} x"


def _answer(data: Records) -> tuple[float, float]:
    """Seconds of own work and of HiGHS in one answer."""
    from calculator.sourcing import solve

    with timed_solver() as inside:
        start = time.perf_counter()
        plan = solve(data.network(), data.rules, tie_break=False)
        total = time.perf_counter() - start
    if plan.status != "optimal":
        raise RuntimeError(f"the benchmark network of {data.variables} variables is {plan.status}")
    return total - inside.seconds, inside.seconds


def _bare(data: Records) -> float:
    """Seconds of HiGHS alone on the same matrices with the same options."""
    from calculator.sourcing.problem import state
    from calculator.sourcing.solving.solvers import highs_model

    model = highs_model(state(data.network(), data.rules).scaled.canonical)
    start = time.perf_counter()
    model.run()
    return time.perf_counter() - start


@contextmanager
def timed_solver() -> Iterator[Stopwatch]:
    """Add up the time of every `run` of HiGHS inside the block."""
    import highspy

    solver: Any = highspy.Highs
    watch, plain = Stopwatch(), solver.run

    def timed(model: Any) -> object:
        start = time.perf_counter()
        try:
            return plain(model)
        finally:
            watch.seconds += time.perf_counter() - start

    solver.run = timed
    try:
        yield watch
    finally:
        solver.run = plain


def _memory(size: int) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "matrices.npz")
        memory.measured("write", file, size)
        own = memory.measured("answer", file, size)
        bare = memory.measured("bare", file, size)
    figure = f"{own / bare:.2f} x (goal {GOAL_MEMORY:g})"
    yield f"{size:,} variables: peak memory over bare HiGHS", figure
