"""Which answer of a scenario a figure belongs to, and its figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from calculator.why.compared import COMPARED, compared_figures
from calculator.why.dependence import DEPENDENCE, scenario_dependence
from calculator.why.figures import Figures
from calculator.why.minerals import MINERALS, mineral_figures
from calculator.why.planned import PLANNED, planned_figures

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB

_ANSWERS: tuple[tuple[frozenset[str], Callable[..., Figures]], ...] = (
    (frozenset(COMPARED), compared_figures),
    (frozenset(PLANNED), planned_figures),
    (frozenset(MINERALS), mineral_figures),
    (frozenset(DEPENDENCE), scenario_dependence),
)
"""Tables of an answer, and what works out its figures."""


def table_of(asked: str | None) -> str:
    """Table that an asked figure begins with."""
    return (asked or "").strip().replace("/", " ").partition(" ")[0]


def scenario_figures(db: MaterialsDB, scenario: Scenario, asked: str | None = None) -> Figures:
    """Figures of the answer that holds the asked table; of the comparison where none is named.

    Raises:
        InputError: the scenario cannot be answered.
    """
    table = table_of(asked)
    for tables, figures in _ANSWERS:
        if table in tables:
            return figures(db, scenario)
    return _ANSWERS[0][1](db, scenario)
