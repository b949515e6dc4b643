"""Figures of a stress test and of a stockpile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.why import Figures, method_figures
from calculator.why_runs.behind import behind_events, behind_supply, planned

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

STRESS = "calculator.shocks.stress.stress_test"
WALKED = "followed day by day; the recursion is written in docs/stress.md"
STOCK = "calculator.shocks.stockpile.size_stockpile"
ROBUST = "calculator.shocks.robust.robust_plan"
SOLVED = "solved for as a linear program with a certificate; see docs/stockpile.md"
_KEPT_APART = ("events",)
"""Tables of a stress test that hold no figure of its own."""


def stressed_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Every figure of the stress test of a scenario."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.shocks.stress_answer import stress_answer
        from calculator.stress_reports import stress_report

        tables = stress_report(stress_answer(used, scenario, planned(used, scenario))).tables
        return {name: table for name, table in tables.items() if name not in _KEPT_APART}

    _check(scenario)
    return method_figures(db, _records(db, scenario), answer, STRESS, WALKED)


def stocked_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Every figure of the stockpile of a scenario."""
    return _stockpile(db, scenario, STOCK, robust=False)


def robust_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Every figure of the robust plan of a scenario, and of its stockpile."""
    return _stockpile(db, scenario, ROBUST, robust=True)


def _stockpile(db: MaterialsDB, scenario: Scenario, name: str, *, robust: bool) -> Figures:
    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.shocks.stock_answer import stockpile_answer
        from calculator.shocks.stock_asked import StockWishes
        from calculator.stockpile_reports import stockpile_report

        sourced = planned(used, scenario)
        found = stockpile_answer(used, scenario, sourced, StockWishes(), robust=robust)
        return dict(stockpile_report(found).tables)

    _check(scenario)
    return method_figures(db, _records(db, scenario), answer, name, SOLVED)


def _check(scenario: Scenario) -> None:
    if scenario.shocks is None or not scenario.shocks.events:
        raise InputError(
            "the scenario names no event; add 'shocks:' with a 'date' and 'events', or ask for a "
            "figure of its comparison or plan"
        )


def _records(db: MaterialsDB, scenario: Scenario) -> Iterator[Datum]:
    yield from behind_supply(db, planned(db, scenario).supply)
    yield from behind_events(db, scenario)
