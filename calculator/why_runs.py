"""Figures of a scenario's answers that a run makes: draws, a stress test, a stockpile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.records import datums_of
from calculator.why import Figures, method_figures, scenario_figures, table_of

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.uncertainty.run import Asked, Simulation
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

STRESSED = ("outcome", "costs", "binding", "ways", "avoided_by", "days")
STOCKED = ("stocks", "covers", "money", "lasting", "frontier", "robust")
DRAWN = ("bands", "pairs")
_DRAW = "calculator.uncertainty.run.simulate"
_SEEDED = (
    "seeded draws of every range through the model, and their quantiles; see docs/uncertainty.md"
)
_STRESS = "calculator.shocks.stress.stress_test"
_STOCK = "calculator.shocks.stock_answer.stockpile_answer"
_WALKED = "followed day by day; the recursion is written in docs/stress.md"
_SOLVED = "solved for as a linear program with a certificate; see docs/stockpile.md"


def figures_of(db: MaterialsDB, scenario: Scenario, asked: str | None) -> Figures:
    """Figures of the answer of a scenario that holds the asked table.

    Raises:
        InputError: the scenario has no such answer.
    """
    table = table_of(asked)
    if table in STRESSED:
        return stressed_figures(db, scenario)
    if table in STOCKED:
        return stocked_figures(db, scenario)
    if table in DRAWN:
        return drawn_figures(db, scenario)
    return scenario_figures(db, scenario, asked)


def stressed_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Every figure of the stress test of a scenario."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.shocks.stress_answer import stress_answer
        from calculator.stress_reports import stress_report

        report = stress_report(stress_answer(used, scenario, _planned(used, scenario)))
        return {name: table for name, table in report.tables.items() if name in STRESSED}

    _check(scenario)
    return method_figures(db, _records(db, scenario), answer, _STRESS, _WALKED)


def stocked_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Every figure of the stockpile of a scenario."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.shocks.stock_answer import stockpile_answer
        from calculator.shocks.stock_asked import StockWishes
        from calculator.stockpile_reports import stockpile_report

        found = stockpile_answer(used, scenario, _planned(used, scenario), StockWishes())
        return dict(stockpile_report(found).tables)

    _check(scenario)
    return method_figures(db, _records(db, scenario), answer, _STOCK, _SOLVED)


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
        return {name: report.tables[name] for name in DRAWN}

    return method_figures(db, records_of(simulated(db)), answer, _DRAW, _SEEDED)


def _check(scenario: Scenario) -> None:
    if scenario.shocks is None or not scenario.shocks.events:
        raise InputError(
            "the scenario names no event; add 'shocks:' with a 'date' and 'events', or ask for a "
            "figure of its comparison or plan"
        )


def _planned(db: MaterialsDB, scenario: Scenario) -> Sourced:
    from calculator.scenario.sourcing import source_scenario

    found = source_scenario(db, scenario)
    if found.plan.status != "optimal":
        raise InputError(f"there is no plan to put to the test: it is {found.plan.status}")
    return found


def _records(db: MaterialsDB, scenario: Scenario) -> Iterator[Datum]:
    """Records behind the plan's network, its cells, and the events."""
    sourced = _planned(db, scenario)
    for grounds in sourced.supply.grounds.values():
        for one in grounds:
            yield from one.records
    for product in sourced.supply.products:
        if product.chemistry in db.chemistries:
            yield from datums_of(db.chemistries[product.chemistry])
    shocks = scenario.shocks
    named = {event.event for event in shocks.events} if shocks else set()
    yield from (row for row in db.event_numbers if row.event in named)
