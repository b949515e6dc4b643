"""Figures of a comparison, traced: cost, energy, bill, elements and prices of each chemistry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calculator.trace import Tape
from calculator.why.figures import Figures, traced_figures
from calculator.why.leaves import traced_record, traced_settings

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation, Request
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB


COMPARED = (
    "comparison",
    "cost_by_component",
    "cost_by_step",
    "bill_of_materials",
    "elements",
    "prices",
)
"""Tables of a comparison."""


def compared_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Every figure of the tables of a comparison.

    Raises:
        InputError: as ``evaluate_scenario``.
    """
    return traced_figures(db, lambda traced, tape: _tables(traced, scenario, tape))


def _tables(traced: MaterialsDB, scenario: Scenario, tape: Tape) -> dict[str, pd.DataFrame]:
    import pandas as pd

    from calculator.scenario.run import scenario_request
    from calculator.tables import (
        bill_table,
        comparison_table,
        cost_by_component_table,
        cost_by_step_table,
        element_table,
        price_table,
        shown_in,
    )

    asked = [scenario_request(traced, scenario, name) for name in scenario.chemistries]
    found = [traced_evaluation(traced, one, tape) for one in asked]
    shown = shown_in(traced, scenario.currency, scenario.year)
    scopes = [cost_by_component_table(found, shown, scope) for scope in ("cell", "pack")]
    return {
        "comparison": comparison_table(found, shown),
        "cost_by_component": pd.concat(scopes, ignore_index=True),
        "cost_by_step": cost_by_step_table(found, shown),
        "bill_of_materials": bill_table(found, shown),
        "elements": element_table(traced, found),
        "prices": price_table(found, shown),
    }


def traced_evaluation(db: MaterialsDB, request: Request, tape: Tape) -> Evaluation:
    """A request evaluated on a traced database; the settings of the model are traced as well."""
    from dataclasses import replace

    from calculator.evaluation import Evaluation, compute, prepare

    request = replace(
        request,
        chemistry=traced_record(request.chemistry, tape),
        format=traced_record(request.format, tape),
    )
    case, region, records, notes = prepare(db, request)
    case = traced_settings(case, tape)
    return Evaluation(request, case, compute(case), region, records, notes)
