"""The terminal on laws: lists, what one costs, and mistakes in one sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from calculator.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "plan.yaml"
    path.write_text("name: cells\nchemistries: [NMC811]\nsourcing: {importer: DEU}\n")
    return str(path)


def answered(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> dict[str, Any]:
    assert main([*argv, "--json"]) == code
    return dict(json.loads(capsys.readouterr().out))


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(argv) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_laws_of_a_jurisdiction_on_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "policies", "--jurisdiction", "DEU", "--on", "2031")
    laws = {law["policy"]: law for law in found["policies"]}
    assert {law["jurisdiction"] for law in laws.values()} == {"EUU"}
    floors = {n["subject"]: n["value"] for n in laws["EU_RECYCLED_CONTENT"]["in_force"]}
    assert floors == {"cobalt": 16.0, "lead": 85.0, "lithium": 6.0, "nickel": 6.0}
    assert laws["EU_IAA"]["standing"] == "proposal of 4 Mar 2026"
    assert laws["EU_CRMA"]["on_plan"]
    assert not laws["EU_COLLECTION"]["on_plan"]


def test_every_law_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    from materials_db.load import load_database

    found = answered(capsys, "policies", "--on", "2026-11-22")
    assert {law["policy"] for law in found["policies"]} == set(load_database().policies)
    assert main(["policies", "--on", "2026-11-22"]) == 0
    text = capsys.readouterr().out
    assert "US_IRA_30D is ended." in text
    assert "recalled" in text


def test_korea_has_no_sourced_law(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policies", "--jurisdiction", "KOR"]) == 0
    assert "No law of KOR is in the table" in capsys.readouterr().out


def test_the_lists_go_into_a_workbook(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    target = tmp_path / "laws.xlsx"
    assert main(["policies", "--out", str(target)]) == 0
    book = CalamineWorkbook.from_path(str(target))
    assert {"policies", "numbers", "members", "sources"} <= set(book.sheet_names)


def test_what_a_law_costs(capsys: pytest.CaptureFixture[str], file: str) -> None:
    found = answered(capsys, "law", file, "EU_RECYCLED_CONTENT", "--year", "2036")
    assert found["status"] == "optimal"
    difference = found["with_law_per_kwh"] - found["without_law_per_kwh"]
    assert found["cost_per_kwh"] == pytest.approx(difference, abs=1e-9)
    assert len(found["requirements"]) == 3
    assert {row["source"] for row in found["sources"]} == {"EU_2023_1542"}
    assert main(["law", file, "EU_RECYCLED_CONTENT", "--year", "2036"]) == 0
    assert "The law costs 0.0" in capsys.readouterr().out


def test_a_law_that_cannot_be_met_leaves_with_code_one(
    capsys: pytest.CaptureFixture[str], file: str, tmp_path: Path
) -> None:
    target = tmp_path / "law.xlsx"
    argv = ["law", file, "EU_CRMA", "--year", "2030", "--materials", "graphite"]
    found = answered(capsys, *argv, "--requirements", "refining", "--out", str(target), code=1)
    assert found["status"] == "infeasible"
    assert found["requirements"][0]["reachable_alone"] == pytest.approx(0.0, abs=1e-9)
    assert found["why_not"]
    assert target.exists()


def test_options_of_a_law_go_over_the_scenario(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "plan.yaml"
    law = "{policy: EU_CARBON_FOOTPRINT, year: 2030, cap: 90 kgCO2e/kWh}"
    path.write_text(f"chemistries: [LFP]\nsourcing: {{importer: DEU, policies: [{law}]}}\n")
    stated = answered(capsys, "law", str(path), "EU_CARBON_FOOTPRINT")
    assert stated["requirements"][0]["limit"] == 90.0
    tighter = answered(capsys, "law", str(path), "EU_CARBON_FOOTPRINT", "--cap", "85 kgCO2e/kWh")
    assert tighter["requirements"][0]["limit"] == 85.0


def test_the_plan_lists_its_laws(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "chemistries: [NMC811]\n"
        "sourcing: {importer: DEU, policies: [EU_RECYCLED_CONTENT @ 2036, EU_CRMA @ 2029]}\n"
    )
    found = answered(capsys, "optimise", str(path))
    by_law = [(row["law"], row["binds"]) for row in found["laws"]]
    assert by_law == [
        ("EU_RECYCLED_CONTENT", True),
        ("EU_RECYCLED_CONTENT", False),
        ("EU_RECYCLED_CONTENT", False),
        ("EU_CRMA", None),
    ]
    assert found["laws"][0]["cost_of_rule"] > 0
    assert main(["optimise", str(path)]) == 0
    assert "EU_CRMA 2029" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["EU_CRM", "--year", "2030"], "policy 'EU_CRM' is not known; did you mean 'EU_CRMA'"),
        (["EU_CRMA"], "the law has no year; add --year"),
        (["EU_CRMA", "--year", "soon"], "--year is 'soon'; give a year"),
        (["EU_CRMA", "--year", "1990"], "--year: "),
        (["EU_CRMA", "--year", "2030", "--cap", "60"], "--cap: '60' has no unit"),
        (["EU_CRMA", "--year", "2030", "--credit"], "has no key 'credit'"),
        (["US_45X", "--year", "2028"], "is of USA and the plan imports into DEU"),
    ],
)
def test_a_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], file: str, argv: list[str], said: str
) -> None:
    assert said in refused(capsys, "law", file, *argv)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--jurisdiction", "Mars"], "'Mars' is no country"),
        (["--on", "soon"], "'soon' is no date"),
    ],
)
def test_a_list_of_nothing_is_refused(
    capsys: pytest.CaptureFixture[str], argv: list[str], said: str
) -> None:
    assert said in refused(capsys, "policies", *argv)


def test_a_scenario_without_a_question_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "bare.yaml"
    path.write_text("chemistries: [LFP]\n")
    said = refused(capsys, "law", str(path), "EU_CRMA", "--year", "2030")
    assert "the scenario asks no sourcing question" in said


def test_the_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/policy.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_the_scenario_of_the_page_is_answered() -> None:
    from calculator.scenario.read import parse_scenario
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import source_scenario

    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    scenario = parse_scenario(text)
    found = source_scenario(scenario_database(scenario), scenario)
    assert found.plan.status == "optimal"
    assert found.cost_of_rules is not None
    assert found.cost_of_rules > 0


def test_the_page_names_every_law_on_offer() -> None:
    from calculator.policy import ON_PLAN

    assert all(f"`{law}`" in PAGE for law in ON_PLAN)
