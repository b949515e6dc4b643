"""The command ``stockpile``: its answer, its files and its mistakes."""

from __future__ import annotations

import json

import pytest

from calculator.cli import main

EXAMPLE = "examples/stockpile.yaml"


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """The example with its robust plan, in one run: exit code, JSON object."""
    path = tmp_path_factory.mktemp("stockpile") / "answer.json"
    code = main(["stockpile", EXAMPLE, "--robust", "--weight", "0.5", "--out", str(path)])
    return code, json.loads(path.read_text())


def test_the_example_is_answered_and_proved(answered):
    code, found = answered
    assert code == 0
    assert found["certificate"]["ok"] and found["robust"]["certificate"]["ok"]
    assert {row["event"] for row in found["events"]} == {
        row["event"] for row in found["robust"]["events"]
    }
    for row in found["stocks"]:
        assert row["private_days"] > 0 and row["purchase"] > 0


def test_two_models_lose_the_same_without_stocks(answered):
    """The chain of the plan, day by day, and the network under the cheapest contracts."""
    _, found = answered
    by_chain = {row["event"]: row["lost_gwh_without"] for row in found["events"]}
    for row in found["robust"]["events"]:
        assert row["lost_cheapest"] == pytest.approx(by_chain[row["event"]], rel=1e-4, abs=1e-6)


def test_bounds_of_the_example(answered):
    _, found = answered
    cost = found["robust"]["cost"]
    assert cost["value of planning for all events (VSS = EEV - RP)"] >= 0
    assert cost["value of knowing (EVPI = RP - WS)"] >= 0
    assert cost["premium"] >= 0
    lost = [point["expected_gwh"] for point in found["frontier"]]
    assert lost == sorted(lost, reverse=True) and lost[0] > lost[-1]


def test_covers_of_the_example(answered):
    """Tonnes are the plan's use, money its landed price, and 180 days six times 30."""
    _, found = answered
    rows = {(row["point"], row["days"]): row for row in found["covers"]}
    assert found["covers_shown_in"] == "JPY_2025"
    lithium = [rows["lithium, refined", days] for days in (30.0, 180.0)]
    assert lithium[1]["tonnes"] == pytest.approx(6 * lithium[0]["tonnes"])
    assert lithium[1]["cost_shown"] == pytest.approx(6 * lithium[0]["cost_shown"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--holding", "8"], "--holding: '8' has no unit; write '8 %/year'"),
        (["--shortage-cost", "60"], "'60' is not money per kWh; write it such as"),
        (["--shortage-cost", "60 USD_2025/kg"], "--shortage-cost: "),
        (["--weight", "2"], "--weight is '2'; give a share from 0 to 1"),
        (["--beta", "x"], "--beta is 'x'"),
        (["--years", "0"], "--years is '0'"),
        (["--spot", "10 %"], "add --spot-premium"),
        (["--spot", "10 %", "--spot-premium", "50 %"], "add --robust or leave it out"),
    ],
)
def test_a_mistake_is_one_sentence(options, said, capsys):
    assert main(["stockpile", EXAMPLE, *options]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1


def test_a_scenario_without_events(capsys):
    assert main(["stockpile", "examples/sourcing.yaml"]) == 2
    assert "names no event; add 'shocks:'" in capsys.readouterr().err
