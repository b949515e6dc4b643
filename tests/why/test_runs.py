"""Figures that a run makes: every table has them, and a call runs again with other records."""

from __future__ import annotations

from pathlib import Path

import pytest

from calculator.cli import main
from calculator.scenario import Scenario
from calculator.scenario.read import load_scenario, make_scenario
from calculator.sensitivity.breakeven import Range
from calculator.uncertainty.run import Asked
from calculator.why import Figures, derive
from calculator.why.compared import COMPARED
from calculator.why.dependence import DEPENDENCE
from calculator.why.minerals import MINERALS
from calculator.why.planned import PLANNED
from calculator.why_runs import (
    drawn_figures,
    even_figures,
    figures_of,
    outage_figures,
    range_figures,
    robust_figures,
    run_tables,
    sobol_figures,
    tornado_figures,
)
from calculator.why_runs.moved import Even, Moved
from materials_db.database import MaterialsDB
from materials_db.schema import Datum
from materials_db.substitute import record_key, with_values

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
INPUTS = {"inputs", "sources", "notes", "about", "drawn", "correlations"}
"""Sheets of an answer that hold what was asked, and records."""


def named(name: str) -> Scenario:
    return load_scenario(str(EXAMPLES / name), {})


def rerun(found: Figures, address: str, row: Datum, value: float) -> float:
    """The figure again with another value of a record, by its tree."""
    one = found.by_address[address]
    tree = derive(one.address, one.number, one.unit)
    assert tree.again() == one.number.value
    end = next(
        step.id for step in tree.steps.values()
        if isinstance(step.origin, Datum) and record_key(step.origin) == record_key(row)
    )  # fmt: skip
    return float(tree.again({end: value}))


def changed(db: MaterialsDB, row: Datum, value: float) -> MaterialsDB:
    return with_values(db, {record_key(row): value})


def test_bars_and_shares_of_the_variance(db: MaterialsDB) -> None:
    scenario = make_scenario({"chemistries": ["LFP"]}, "test")
    row = db.chemistries["LFP"].average_voltage
    bars = tornado_figures(db, scenario, [Moved("LFP", "pack_usd_per_kwh")])
    address = next(a for a in bars.by_address if a.endswith("/nominal"))
    again = tornado_figures(changed(db, row, 3.0), scenario, [Moved("LFP", "pack_usd_per_kwh")])
    told = rerun(bars, address, row, 3.0)
    assert told == pytest.approx(again.by_address[address].number.value, rel=1e-12)
    assert told != bars.by_address[address].number.value
    shares = sobol_figures(db, scenario, Moved("LFP"), 8)
    assert any(a.endswith("/total") for a in shares.by_address)


def test_a_figure_rests_on_what_its_chemistry_rests_on(db: MaterialsDB) -> None:
    scenario = make_scenario({"chemistries": ["LFP", "NMC811"]}, "test")
    found = drawn_figures(db, scenario, Asked(draws=200))
    tree = derive("x", found.find("bands LFP cell cost p50").number)
    files = {row.file for row in tree.records}
    assert "chemistries/LFP.yaml" in files
    assert "chemistries/NMC811.yaml" not in files
    assert any("volatil" in name or "series" in name for name in files)
    both = derive("x", found.find("pairs LFP NMC811 cell cost p50").number)
    assert {"chemistries/LFP.yaml", "chemistries/NMC811.yaml"} <= {r.file for r in both.records}


def test_a_break_even(db: MaterialsDB) -> None:
    scenario = make_scenario({"chemistries": ["LFP", "Na-NFM"]}, "test")
    asked = Even("price/lithium_carbonate", "Na-NFM", None, Range(None, None, 3.0))
    found = even_figures(db, scenario, Moved("LFP"), asked)
    at = next(a for a in found.by_address if a.endswith("/at"))
    row = db.chemistries["Na-NFM"].average_voltage
    told = rerun(found, at, row, row.value * 1.01)
    again = even_figures(changed(db, row, row.value * 1.01), scenario, Moved("LFP"), asked)
    assert told == again.by_address[at].number.value != found.by_address[at].number.value


def test_ranges_and_losses_of_a_plan(db: MaterialsDB) -> None:
    scenario = named("sourcing.yaml")
    ranges = range_figures(db, scenario)
    assert any(a.endswith("/least") for a in ranges.by_address)
    lost = outage_figures(db, scenario)
    one = lost.find("plan_outages battery_cell cell POL output_lost")
    tree = derive(one.address, one.number, one.unit)
    assert tree.top.where == "calculator.dependence.plan.plan_outages"
    assert len(tree.records) > 200
    assert tree.again() == one.number.value


def test_the_robust_plan(db: MaterialsDB) -> None:
    found = robust_figures(db, named("stockpile.yaml"))
    tables = {address.partition("/")[0] for address in found.by_address}
    assert {"robust_money", "contracts", "stocks", "events", "frontier"} <= tables
    assert tables <= set(run_tables())


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        ("compare.yaml", "bands"),
        ("compare.yaml", "tornado"),
        ("sourcing.yaml", "ranges"),
        ("sourcing.yaml", "plan_outages"),
        ("sourcing.yaml", "n1"),
        ("stress.yaml", "outcome"),
    ],
)
def test_a_table_is_found_by_its_name(db: MaterialsDB, file: str, asked: str) -> None:
    found = figures_of(db, named(file), asked)
    assert any(address.startswith(f"{asked}/") for address in found.by_address)


def test_no_table_of_an_answer_is_without(db: MaterialsDB) -> None:
    """Fails when an answer gains a table with figures that nothing derives."""
    from calculator.n1_reports import Asking, n1_report
    from calculator.scenario.run import scenario_request
    from calculator.scenario.sourcing import source_scenario
    from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model
    from calculator.sensitivity.tornado import tornado
    from calculator.sensitivity_reports import tornado_report
    from calculator.shocks.stock_answer import stockpile_answer
    from calculator.shocks.stress_answer import stress_answer
    from calculator.stockpile_reports import stockpile_report
    from calculator.stress_reports import stress_report
    from calculator.tables import shown_in
    from calculator.uncertainty.run import simulate
    from calculator.uncertainty_reports import uncertainty_report
    from calculator.why.dependence import dependence_tables

    compare, stock = named("compare.yaml"), named("stockpile.yaml")
    sourced = source_scenario(db, stock)
    shown = shown_in(db, compare.currency, compare.year)
    request = scenario_request(db, compare, "LFP")
    cell = chemistry_for(db, request, "cell_usd_per_kwh")
    moved = tornado(kernel_model(cell, "cell_usd_per_kwh"), kernel_inputs(db, cell))
    world = dependence_tables(db, "EUU")
    asking = Asking(db, "EUU", None, world["n1"], (), sourced, None, "", None, ())
    reports = (
        stress_report(stress_answer(db, named("stress.yaml"), None)),
        stockpile_report(stockpile_answer(db, stock, sourced, robust=True)),
        n1_report(asking),
        uncertainty_report(db, compare, simulate(db, [request], Asked(draws=200)), shown),
        tornado_report(db, compare, moved, shown),
    )
    known = {*COMPARED, *PLANNED, *MINERALS, *DEPENDENCE, *run_tables(), *INPUTS}
    for report in reports:
        assert set(report.tables) <= known


def test_the_range_of_an_input_is_in_its_own_unit(db: MaterialsDB) -> None:
    found = figures_of(db, named("compare.yaml"), "tornado")
    assert found.find("tornado LFP density at_low").unit == "EUR_2025/kWh"
    assert found.find("tornado LFP density input_value").unit == "g/cm3"


def test_a_table_alone_lists_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", str(EXAMPLES / "compare.yaml"), "joint"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("joint/") for line in lines if " = " in line)
    assert len(lines) > 10


def test_no_front_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", str(EXAMPLES / "clash.yaml"), "fronts"]) == 2
    assert "there is no front between cost and carbon" in capsys.readouterr().err
