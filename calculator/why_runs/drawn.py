"""Figures of a Monte Carlo run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from calculator.why import Figures, method_figures
from calculator.why_runs.behind import behind_chemistries, below_its_chemistries
from materials_db.substitute import record_key

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from calculator.uncertainty.run import Asked, Simulation
    from materials_db.database import MaterialsDB

_DRAW = "calculator.uncertainty.run.simulate"
_SEEDED = (
    "seeded draws of every range through the model, and their quantiles; see docs/uncertainty.md"
)
_TABLES = ("bands", "pairs")


def drawn_figures(db: MaterialsDB, scenario: Scenario, asked: Asked | None = None) -> Figures:
    """Every band and every pair of a simulation, at the defaults unless ``asked`` otherwise."""
    from calculator.scenario.run import scenario_request
    from calculator.tables import shown_in
    from calculator.uncertainty.run import Asked, simulate
    from calculator.uncertainty_reports import records_of, uncertainty_report

    wanted = asked or Asked()

    def simulated(used: MaterialsDB) -> Simulation:
        requests = [scenario_request(used, scenario, name) for name in scenario.chemistries]
        return simulate(used, requests, wanted)

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        shown = shown_in(used, scenario.currency, scenario.year)
        report = uncertainty_report(used, scenario, simulated(used), shown)
        return {name: report.tables[name] for name in _TABLES}

    behind = behind_chemistries(db, scenario, scenario.chemistries)
    rows = (row for rows in behind.values() for row in rows.values())
    drawn = records_of(simulated(db))
    below = below_its_chemistries(behind, map(record_key, drawn))
    return method_figures(db, (*drawn, *rows), answer, _DRAW, _SEEDED, below)
