"""How a figure of the Shock page was made: each tab's tables as runs on their records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from calculator.why import Figures, dependence_figures, method_figures
from calculator.why_runs import outage_figures
from calculator.why_runs.behind import behind_events, behind_supply, planned
from calculator.why_runs.events import SOLVED, STOCK, STRESS, WALKED
from pages import shock_run, why

if TYPE_CHECKING:
    import pandas as pd

    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum
    from pages.cached import Data
    from pages.shock_run import Tested

Tables = Callable[["Tested"], Mapping[str, "pd.DataFrame"]]
_COVERS = "calculator.shocks.covers.cover_table"
_PRICED = "days of each good at its own price in the supply"


def happening(data: Data, tested: Tested, tables: Tables) -> None:
    """The test of the first tab."""
    _one(data, tested, "happens", lambda: _run(tested, tables, STRESS, WALKED))


def helping(data: Data, tested: Tested, asked: object, tables: Tables) -> None:
    """The ways side by side."""
    _one(data, tested, "helps", lambda: _run(tested, tables, STRESS, WALKED), asked)


def stocked(
    data: Data, tested: Tested, asked: object, covers: Tables, sized: Tables | None
) -> None:
    """What a cover costs, and the stock that pays where it was asked for."""
    answers = {"covers": lambda: _run(tested, covers, _COVERS, _PRICED)}
    if sized is not None:
        answers["stock"] = lambda: _run(tested, sized, STOCK, SOLVED)
    why.fold_of(data, "shock_stock", f"{tested.key} {asked}", answers, "", tested.about)


def failing(data: Data, tested: Tested) -> None:
    """Shares, HHI and GeoPolRisk as formulas; what a plan loses as a run."""
    importer, scenario = tested.asked.importer, tested.supply
    answers = {"world and imports": lambda: dependence_figures(data.db, importer)}
    if tested.asked.on_plan:
        answers["plan"] = lambda: outage_figures(data.db, scenario)
    why.fold_of(data, "shock_one", f"{importer} {tested.key}", answers, "", tested.about)


def _one(
    data: Data, tested: Tested, tab: str, figures: Callable[[], Figures], asked: object = ""
) -> None:
    why.fold(data, f"shock_{tab}", f"{tested.key} {asked}", figures, "", tested.about)


def _run(tested: Tested, tables: Tables, name: str, text: str) -> Figures:
    """Every figure of some tables as a call on the records behind the test."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        return tables(tested if used is tested.db else again(tested, used))

    return method_figures(tested.db, _records(tested), answer, name, text)


def again(tested: Tested, db: MaterialsDB) -> Tested:
    """The same test on a database with other values: its supply and its events are made anew."""
    from calculator.shocks.written import events_of

    chain = shock_run.chain_from(db, tested)
    shocks = tested.scenario.shocks
    assert shocks is not None
    found = events_of(db, shocks, {point.material for point in chain.points})
    return replace(tested, db=db, chain=chain, events=found.events, notes=found.notes)


def _records(tested: Tested) -> Iterator[Datum]:
    """Numbers behind the supply, the cells and the events."""
    from calculator.scenario.run import scenario_request
    from calculator.uncertainty.inputs import named_records

    db, scenario = tested.db, tested.supply
    yield from shock_run.records_of(db, tested)
    yield from behind_events(db, tested.scenario)
    if tested.asked.on_plan:
        yield from behind_supply(db, planned(db, scenario).supply)
        return
    for name in tested.asked.chemistries:
        named = named_records(db, scenario_request(db, scenario, name))
        yield from (one.record for one in named.values())
