"""Figures that a run makes: each a call on the records it rests on, which can be run again.

A table of a scenario's answers belongs to one of these, or to a formula of ``calculator.why``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from calculator.why import Figures, scenario_figures, table_of
from calculator.why_runs.drawn import drawn_figures
from calculator.why_runs.events import robust_figures, stocked_figures, stressed_figures
from calculator.why_runs.moved import (
    even_figures,
    scenario_sobol,
    scenario_tornado,
    sobol_figures,
    tornado_figures,
)
from calculator.why_runs.plans import front_figures, outage_figures, range_figures

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB

__all__ = [
    "drawn_figures",
    "even_figures",
    "figures_of",
    "front_figures",
    "outage_figures",
    "range_figures",
    "robust_figures",
    "run_tables",
    "sobol_figures",
    "stocked_figures",
    "stressed_figures",
    "tornado_figures",
]

_RUNS: Mapping[str, Callable[[MaterialsDB, Scenario], Figures]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("outcome", "costs", "binding", "ways", "avoided_by", "days"), stressed_figures
        ),
        **dict.fromkeys(
            ("stocks", "events", "covers", "money", "lasting", "frontier"), stocked_figures
        ),
        **dict.fromkeys(
            ("robust_money", "robust_events", "robust_stocks", "contracts"), robust_figures
        ),
        **dict.fromkeys(("bands", "pairs"), drawn_figures),
        **dict.fromkeys(("tornado", "joint"), scenario_tornado),
        "sobol": scenario_sobol,
        "ranges": range_figures,
        "fronts": front_figures,
        **dict.fromkeys(("plan_outages", "benchmarks"), outage_figures),
    }
)
"""What works out the figures of a table that a run makes."""


def run_tables() -> tuple[str, ...]:
    """Tables whose figures are calls."""
    return tuple(_RUNS)


def figures_of(db: MaterialsDB, scenario: Scenario, asked: str | None) -> Figures:
    """Figures of the answer of a scenario that holds the asked table.

    Raises:
        InputError: the scenario has no such answer.
    """
    table = table_of(asked)
    if table in _RUNS:
        return _RUNS[table](db, scenario)
    return scenario_figures(db, scenario, asked)
