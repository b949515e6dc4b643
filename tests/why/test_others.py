"""Figures of minerals, landed cost, recycling mixes and runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from calculator.cli import main
from calculator.mineral_tables import mineral_tables
from calculator.recycling_mixes import mix_routes, recycling_mixes
from calculator.scenario.read import load_scenario, make_scenario
from calculator.scenario.run import evaluate_scenario
from calculator.tables import shown_in
from calculator.trace import Tape
from calculator.uncertainty.run import Asked
from calculator.why import Figures, derive, landed_figures, method_figures, mineral_figures
from calculator.why.figures import in_tables
from calculator.why.tree import evaluate
from calculator.why_runs import drawn_figures, stressed_figures
from materials_db.database import MaterialsDB
from materials_db.schema import Datum
from materials_db.substitute import record_key

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def same(found: Figures, tables: Mapping[str, pd.DataFrame]) -> int:
    """Every figure of the tables is there and is given back; how many they are."""
    expected = in_tables(Tape(), tables)
    got = list(found.by_address.values())
    assert [one.address for one in got] == [one.address for one in expected]
    for one, other in zip(got, expected, strict=True):
        assert one.number.value == pytest.approx(other.number.value, rel=1e-9, abs=1e-9)
        assert evaluate(one.number, {}) == one.number.value
    return len(got)


def test_minerals(db: MaterialsDB) -> None:
    scenario = make_scenario({"chemistries": ["LFP", "NMC811"]}, "test")
    found = mineral_figures(db, scenario, "CHN")
    assert same(found, mineral_tables(db, evaluate_scenario(db, scenario), "CHN")) > 300
    score = found.find("exposure graphite refining CHN geopolrisk")
    keys = {record_key(row).partition(":")[0] for row in derive("x", score.number).records}
    assert keys == {"shares.csv", "governance.csv"}


def test_landed_cost(db: MaterialsDB) -> None:
    found = landed_figures(db, "bev", "CHN", "EUU", "2026-11-22", 25_000.0, producer="BYD")
    total = found.find("landed cost total")
    tree = derive(total.address, total.number, total.unit)
    assert tree.top.value == pytest.approx(31_750)
    rates = [step for step in tree.steps.values() if isinstance(step.origin, Datum)]
    assert sorted(step.value for step in rates) == [10.0, 17.0]
    again = tree.again({next(step.id for step in rates if step.value == 17.0): 35.3})
    assert again == pytest.approx(25_000 * 1.453)


def test_landed_command(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "landed",
        "bev",
        "--from",
        "CHN",
        "--to",
        "EUU",
        "--producer",
        "BYD",
        "--fob",
        "25000",
        "--on",
        "2026-11-22",
    ]
    assert main([*words, "--why", "landed cost total"]) == 0
    out = capsys.readouterr().out
    assert "= 31750 USD_2026/vehicle" in out
    assert "tariffs.csv:" in out
    assert main([*words, "--why", "no such thing"]) == 2


def test_recycling_mixes(db: MaterialsDB) -> None:
    from pages.recycling_tables import Compared, compared_tables
    from pages.recycling_why import recycling_figures

    sourcing = {"importer": "EUU", "demand": "30 GWh/year", "chemistries": ["NMC811"]}
    scenario = make_scenario({"chemistries": ["NMC811"], "sourcing": sourcing}, "test")
    found = Compared(recycling_mixes(db, scenario, 2025), mix_routes(db, scenario))
    tables = compared_tables(found, shown_in(db, "USD", 2025))
    assert same(recycling_figures(db, scenario, None, found), tables) > 200


def test_a_run_is_one_step_on_its_records_and_runs_again(db: MaterialsDB) -> None:
    rows = db.vat_rates[:1]
    runs: list[float] = []

    def answer(used: MaterialsDB) -> dict[str, pd.DataFrame]:
        runs.append(used.vat_rates[0].value)
        lost = 100.0 - used.vat_rates[0].value
        return {"outcome": pd.DataFrame([{"item": "lost", "value": lost, "unit": "GWh"}])}

    found = method_figures(db, rows, answer, "calculator.a_run", "walks day by day").find("lost")
    tree = derive(found.address, found.number, found.unit)
    end = next(step for step in tree.steps.values() if step.kind == "record")
    assert (tree.top.where, tree.top.text) == ("calculator.a_run", "walks day by day")
    assert tree.top.formula == f"calculator.a_run({end.symbol})"
    assert tree.again() == found.number.value == 100.0 - rows[0].value
    assert tree.again({end.id: 5.0}) == 95.0
    assert runs == [rows[0].value, rows[0].value, 5.0]


def test_stress_test(db: MaterialsDB) -> None:
    scenario = load_scenario(str(EXAMPLES / "stress.yaml"), {})
    found = stressed_figures(db, scenario)
    lost = found.find("outcome lost_gwh")
    tree = derive(lost.address, lost.number, lost.unit)
    assert tree.top.where == "calculator.shocks.stress.stress_test"
    assert len(tree.records) > 200


def test_a_scenario_without_events_says_so(
    db: MaterialsDB, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["why", str(EXAMPLES / "compare.yaml"), "outcome/lost"]) == 2
    assert "names no event" in capsys.readouterr().err


def test_a_band_is_a_call_on_what_was_drawn(db: MaterialsDB) -> None:
    scenario = make_scenario({"chemistries": ["LFP"]}, "test")
    found = drawn_figures(db, scenario, Asked(draws=500, horizon_months=0))
    middle = found.find("bands LFP cell cost p50")
    tree = derive(middle.address, middle.number, middle.unit)
    assert tree.top.where == "calculator.uncertainty.run.simulate"
    assert middle.unit == "USD_2025/kWh"
    assert tree.again() == middle.number.value
    assert len(tree.records) > 30
