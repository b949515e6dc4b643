"""Design and cost of one chemistry: once, and for a million draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.timing import best
from calculator.evaluation import compute, evaluate_draws, outputs, prepare
from calculator.requests import request_for
from materials_db.load import load_database

DRAWS = 1_000_000
GOAL_US = 1.0


def run() -> Iterator[tuple[str, str]]:
    db = load_database()
    request = request_for(db, "NMC811")
    case, *_ = prepare(db, request)
    scalar = best(lambda: compute(case))
    yield "scalar design + bill + elements + cost", f"{scalar * 1e6:.0f} us"
    border = best(lambda: prepare(db, request))
    yield "look-ups and unit conversion before it", f"{border * 1e3:.1f} ms"
    rng = np.random.default_rng(0)
    drawn = replace(
        request,
        cell={"areal_capacity_mah_per_cm2": rng.uniform(3.0, 5.0, DRAWS)},
        prices={"NMC811": rng.uniform(15.0, 30.0, DRAWS)},
        yields={"cell": rng.uniform(0.85, 0.98, DRAWS)},
    )
    seconds = best(lambda: evaluate_draws(db, drawn), 3)
    one = best(lambda: evaluate_draws(db, drawn, threads=1), 3)
    out = np.empty((len(outputs(compute(case))), DRAWS))
    source = rng.random(out.shape)
    copy = best(lambda: np.copyto(out, source))
    per_draw = f"{seconds / DRAWS * 1e6:.2f} us a draw (goal {GOAL_US})"
    yield "1e6 draws of price, yield and loading, all cores", per_draw
    yield "the same on one core", f"{one / DRAWS * 1e6:.2f} us a draw"
    yield "all cores over a plain copy of the outputs", f"{seconds / copy:.0f} x"
    yield "a draw over a scalar call", f"1/{scalar / (seconds / DRAWS):.0f}"
