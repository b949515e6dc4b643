"""The command ``stress``: sentences, JSON, files, and what it asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calculator.cli import main

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "stress.yaml")
MARKET = (EXAMPLE, "--market")


def answered(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    """The JSON answer."""
    assert main(["stress", *args, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """The sentence of a refusal."""
    assert main(["stress", *args]) == 2
    found = capsys.readouterr()
    assert found.out == "" and "Traceback" not in found.err
    return found.err


def test_the_example_says_how_many_days_its_stock_buys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", EXAMPLE]) == 0
    said = capsys.readouterr().out
    assert "Cells keep coming for" in said and "The stock alone buys" in said
    assert "What binds: anode active material (graphite)." in said
    assert "would have lost nothing" in said


def test_the_answer_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, *MARKET)
    row = found["outcome"][0]
    ways = {way["option"]: way for way in found["ways"]}
    assert list(ways) == ["nothing", "stock", "second source", "all together"]
    assert ways["nothing"]["lost_gwh"] > ways["all together"]["lost_gwh"] == row["lost_gwh"]
    series = found["timelines"]
    assert len(series["output"]) == 365 and len(series["day"]) == 366
    stock = series["goods"]["graphite"]["stock_days"]
    assert stock[0] == 60.0 and min(stock) >= 0.0
    assert found["events"][0]["cut"] == 1.0 and found["supply"] == "today's mix"


def test_options_go_before_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    longer = answered(capsys, *MARKET, "--days", "300", "--on", "2027-01-01", "--cover", "5")
    assert longer["test_from"] == longer["events"][0]["start"] == "2027-01-01"
    assert longer["events"][0]["days"] == 300
    assert longer["timelines"]["goods"]["lithium, refined"]["stock_days"][0] == 5.0
    mild = answered(capsys, *MARKET, "--cut", "10 %", "--cover", "0")
    assert mild["events"][0]["cut"] == pytest.approx(0.1)


def test_a_shipped_event_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(
        capsys, *MARKET, "--event", "COD_cobalt_suspension_2025", "--event",
        "China stops licences for anode graphite", "--on", "2025-03-01", "--cover", "0",
    )  # fmt: skip
    assert found["outcome"][0]["events"] == "all together"
    assert {row["event"] for row in found["events"]} >= {"COD_cobalt_suspension_2025"}
    assert len(found["outcome"]) == 3


def test_it_asks_for_a_size_and_a_choice(capsys: pytest.CaptureFixture[str]) -> None:
    asked = refused(capsys, *MARKET, "--event", "CHN_graphite_licence_2023")
    assert "no source states how much it withholds" in asked and asked.count("\n") == 1
    found = answered(capsys, *MARKET, "--event", "CHN_graphite_licence_2023", "--cut", "60 %")
    assert found["events"][0]["source"]
    asked = refused(capsys, *MARKET, "--event", "CHN_batteries_58_2025", "--cut", "60 %")
    assert "whether it came back is not known" in asked and "active" in asked


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--days", "soon"), "--days is 'soon'; give a number of days"),
        (("--cover", "-1"), "--cover is '-1'"),
        (("--on", "tomorrow"), "--on is 'tomorrow'; give a date"),
        (("--cut", "120 %"), "120"),
        (("--event", "COD_cobalt_suspention"), "COD_cobalt_suspension_2025"),
    ],
)
def test_bad_options(capsys: pytest.CaptureFixture[str], args: tuple[str, ...], said: str) -> None:
    assert said in refused(capsys, *MARKET, *args)


def test_a_scenario_without_events(capsys: pytest.CaptureFixture[str]) -> None:
    bare = str(Path(EXAMPLE).parent / "europe.yaml")
    assert "names no event" in refused(capsys, bare)


def test_a_workbook_and_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("stress.xlsx", "stress.csv", "stress.parquet", "stress.json"):
        assert main(["stress", *MARKET, "--out", str(tmp_path / name)]) == 0
        assert list(tmp_path.glob(f"{Path(name).stem}*{Path(name).suffix}"))
    capsys.readouterr()
