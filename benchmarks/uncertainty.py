"""Monte Carlo of twenty chemistries: everything with a range, and prices alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.timing import best
from calculator.requests import request_for
from calculator.uncertainty.run import Asked, Simulation, simulate
from calculator.uncertainty.summary import bands
from materials_db.load import load_database

DRAWS, MANY, CHEMISTRIES = 100_000, 1_000_000, 20
GOAL = 4.0
"""Times a copy of the array of the outputs."""


def run() -> Iterator[tuple[str, str]]:
    db = load_database()
    requests = [request_for(db, name) for name in list(db.chemistries)[:CHEMISTRIES]]

    def drawn(draws: int, *groups: str, threads: int | None = None) -> Simulation:
        return simulate(db, requests, Asked(draws=draws, groups=groups), threads)

    size = f"{DRAWS:,} draws x {CHEMISTRIES} chemistries"
    whole = drawn(DRAWS)
    everything = best(lambda: drawn(DRAWS), 3)
    yield f"{size}, {len(whole.inputs)} inputs, all cores", f"{everything:.2f} s"
    yield "the same on one core", f"{best(lambda: drawn(DRAWS, threads=1), 3):.2f} s"
    copied = copy_s(whole)
    yield "everything over a copy of its outputs", _times(everything, copied)
    yield "percentiles of every output", f"{best(lambda: bands(whole), 3):.2f} s"
    setup = best(lambda: drawn(100, "price"), 3)
    prices = best(lambda: drawn(DRAWS, "price"), 3)
    yield f"{size}, prices alone", f"{prices:.2f} s, {setup:.2f} s of it before the first draw"
    yield "prices alone over a copy of its outputs", _times(prices, copied)
    yield "the draws alone, without what comes before", _times(prices - setup, copied)
    many = drawn(MANY, "price")
    longest, copied = best(lambda: drawn(MANY, "price"), 3), copy_s(many)
    yield f"{MANY:,} draws, prices alone", f"{longest:.2f} s"
    yield "over a copy of its outputs", _times(longest, copied)


def copy_s(found: Simulation) -> float:
    """Seconds that a plain copy of all outputs takes."""
    table = np.array([drawn for values in found.values.values() for drawn in values.values()])
    out = np.empty_like(table)
    return best(lambda: np.copyto(out, table))


def _times(seconds: float, copied: float) -> str:
    return f"{seconds / copied:.1f} x (goal {GOAL:g})"
