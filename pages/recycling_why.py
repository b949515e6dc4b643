"""Figures of the recycling page, traced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calculator.recycling_mixes import mix_routes, mixes_on
from calculator.tables import shown_in
from calculator.why import Figures
from calculator.why.figures import traced_figures
from calculator.why.planned import traced_plan
from pages.recycling_tables import Compared, compared_tables

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario import Scenario
    from calculator.trace import Tape
    from materials_db.database import MaterialsDB


def recycling_figures(
    db: MaterialsDB, scenario: Scenario, discount: float | None, found: Compared
) -> Figures:
    """Every figure of the tables of the page, from its answer and a traced database."""

    def tables(traced: MaterialsDB, tape: Tape) -> dict[str, pd.DataFrame]:
        again = mixes_on(
            traced,
            scenario,
            discount,
            found.mixes,
            lambda plan, supply: traced_plan(plan, supply.network, tape),
        )
        compared = replace(found, mixes=again, routes=mix_routes(traced, scenario, discount))
        return compared_tables(compared, shown_in(traced, scenario.currency, scenario.year))

    return traced_figures(db, tables)
