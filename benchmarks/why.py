"""What a derivation costs: nothing when nobody asks, and how much more when somebody does."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.timing import best
from calculator.evaluation import compute, prepare
from calculator.requests import request_for
from calculator.scenario.read import make_scenario
from calculator.why import compared_figures, derive
from materials_db.load import load_database


def run() -> Iterator[tuple[str, str]]:
    db = load_database()
    request = request_for(db, "NMC811")
    case, *_ = prepare(db, request)
    scenario = make_scenario({"chemistries": ["NMC811"]}, "benchmark")
    before = best(lambda: compute(case), 50)
    figures = compared_figures(db, scenario)
    after = best(lambda: compute(case), 50)
    watched = "on" if sys.getprofile() else "off"
    yield "design + cost after a derivation over before (1 is free)", f"{after / before:.2f}"
    yield "watching, once the derivation is done", watched
    whole = best(lambda: prepare(db, request), 5) + after
    asked = best(lambda: compared_figures(db, scenario), 3)
    yield (
        f"all {len(figures.by_address)} figures traced over one plain run",
        f"{asked / whole:.0f} x",
    )
    figure = figures.find("pack cost NMC811")
    tree = best(lambda: derive(figure.address, figure.number), 5)
    yield "one tree of them over one plain run", f"{tree / whole:.1f} x"
