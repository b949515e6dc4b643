"""Pages against an empty one, all without a browser; the Sourcing page against its bare solve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.timing import best

APP = Path(__file__).resolve().parent.parent / "pages" / "app.py"
FOUR = ("LFP", "LMFP", "NMC622", "NMC811")
_PATIENT_S = 100.0


def run() -> Iterator[tuple[str, str]]:
    from streamlit.testing.v1 import AppTest

    empty = AppTest.from_string("import streamlit as st\nst.title('empty')").run(timeout=60)
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    nothing = best(empty.run)
    rerun = best(app.run)
    yield "Compare, unchanged inputs, over an empty page", f"{rerun / nothing:.1f} x"
    yield from _sourcing(nothing)


def _sourcing(nothing: float) -> Iterator[tuple[str, str]]:
    """Four chemistries into the European Union: opened, left as it is, asked for another cap."""
    from streamlit.testing.v1 import AppTest

    from pages import jobs

    jobs.PATIENCE_S = _PATIENT_S  # a page without a browser does not come back by itself
    app = AppTest.from_file(str(APP), default_timeout=240)
    app.query_params.update({"source": list(FOUR), "cap": "65"})
    app.run()
    first = best(lambda: app.switch_page("sourcing.py").run(), 1)
    goal = nothing + _bare_solve_s()
    yield "Sourcing, first answer, over empty page + bare solve", f"{first / goal:.1f} x"
    yield "Sourcing, another cap, over the same", f"{_asked_again(app) / goal:.1f} x"
    yield "Sourcing, unchanged inputs, over the same", f"{best(app.run) / goal:.1f} x"


def _asked_again(app: Any) -> float:
    caps = iter((64.0, 63.0, 62.0, 61.0, 60.0))

    def ask() -> None:
        app.number_input(key="cap").set_value(next(caps))
        next(b for b in app.button if b.label == "Solve").click().run()

    return best(ask, 4)


def _bare_solve_s() -> float:
    """HiGHS alone on the matrices of the same question."""
    from calculator.scenario import make_scenario
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import stated_scenario
    from calculator.sourcing.problem import state
    from calculator.sourcing.solving.solvers import highs_model

    rule = {"rule": "cap_country_share", "name": "cap", "limit": "65 %"}
    asked = {"importer": "EUU", "demand": "30 GWh/year", "chemistries": FOUR, "rules": [rule]}
    scenario = make_scenario({"chemistries": list(FOUR), "sourcing": asked})
    stated = stated_scenario(scenario_database(scenario), scenario)
    problem = state(stated.supply.network, stated.rules).scaled.canonical
    return best(lambda: highs_model(problem).run())
