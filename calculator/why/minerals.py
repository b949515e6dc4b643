"""Figures of the mineral answer, traced: elements, exposure to a country, pass-through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calculator.trace import Tape
from calculator.why.compared import traced_evaluation
from calculator.why.figures import Figures, traced_figures

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB

MINERALS = ("exposure", "pass_through")
"""Tables of the mineral answer beside the elements, which a comparison has too."""
COUNTRY = "CHN"


def mineral_figures(db: MaterialsDB, scenario: Scenario, country: str = COUNTRY) -> Figures:
    """Every figure of the mineral answer.

    Args:
        db: the materials database.
        scenario: its chemistries.
        country: whose share is shown.

    Raises:
        InputError: as ``evaluate_scenario``.
    """
    return traced_figures(db, lambda traced, tape: _tables(traced, scenario, country, tape))


def _tables(
    traced: MaterialsDB, scenario: Scenario, country: str, tape: Tape
) -> dict[str, pd.DataFrame]:
    from calculator.mineral_tables import mineral_tables
    from calculator.scenario.run import scenario_request

    asked = [scenario_request(traced, scenario, name) for name in scenario.chemistries]
    return mineral_tables(traced, [traced_evaluation(traced, one, tape) for one in asked], country)
