"""Figures of dependence, traced: shares left without the largest supplier, HHI, GeoPolRisk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calculator.why.figures import Figures, traced_figures

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB

DEPENDENCE = ("n1", "losses", "geopolrisk")
"""Tables of the world and of an importer; those of a plan are a run's."""


def dependence_figures(db: MaterialsDB, importer: str | None) -> Figures:
    """Every figure of the world's shares and of the imports of an importer.

    Raises:
        InputError: no such importer.
    """
    return traced_figures(db, lambda traced, _: dependence_tables(traced, importer))


def dependence_tables(db: MaterialsDB, importer: str | None) -> dict[str, pd.DataFrame]:
    """What is left without the largest supplier, losses by country, GeoPolRisk of the importer."""
    from calculator.dependence import geopolrisk_by_year
    from calculator.dependence.tables import loss_table, n1_table, risk_table

    found = {"n1": n1_table(db, importer), "losses": loss_table(db)}
    if importer is not None:
        found["geopolrisk"] = risk_table(geopolrisk_by_year(db, importer))
    return found


def scenario_dependence(db: MaterialsDB, scenario: Scenario) -> Figures:
    """The same for the importer of a scenario; of the world alone where it names none."""
    return dependence_figures(db, scenario.sourcing.importer if scenario.sourcing else None)
