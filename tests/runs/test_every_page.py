"""Every page bears its run at its foot and on its files, and every chart its table and files."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit

from pages import exhibit

ROOT = Path(__file__).resolve().parents[2]
PAGES = re.findall(r'st\.Page\("(\w+\.py)"', (ROOT / "pages" / "app.py").read_text())
RUN = re.compile(r"Data version \S+\. Run ([0-9a-f]{16}), code [0-9a-f]{12}\.")
TABS = ("What happens", "What would help", "Stockpile", "One supplier fails", "Firms and projects")
LINKS: tuple[tuple[str, dict[str, str]], ...] = (
    *((page, {}) for page in PAGES if page != "shock.py"),
    *(("shock.py", {"shock_tab": tab}) for tab in TABS),
)
INPUT_FILES = {"spend_template", "template_csv", "template_yaml"}
"""Downloads that hold no answer: examples to fill in."""
OF_DATA = {"listed_firms.csv"}
"""Files of the database alone, which bear the run of the page's inputs and not of its scenario."""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Charts, tables and downloads in the order a page draws them."""
    found: list[tuple[str, dict[str, Any]]] = []
    for name in ("plotly_chart", "dataframe", "download_button"):
        monkeypatch.setattr(streamlit, name, _noted(found, name, getattr(streamlit, name)))
    whole = exhibit.begin_run

    def begin() -> None:
        found.append(("begin", {}))
        whole()

    monkeypatch.setattr(exhibit, "begin_run", begin)
    return found


def _noted(found: list[tuple[str, dict[str, Any]]], name: str, whole: Any) -> Any:
    def call(*args: Any, **more: Any) -> Any:
        found.append((name, more))
        return whole(*args, **more)

    return call


def ids_at_foot(app: Any) -> list[str]:
    return [match[1] for one in app.caption if (match := RUN.fullmatch(one.value))]


@pytest.mark.parametrize(("page", "link"), LINKS, ids=str)
def test_the_run_stands_at_the_foot_and_on_every_file_and_a_chart_has_its_table(
    opened, drawn, page, link
):
    (run,) = ids_at_foot(opened(page, **link))
    last = _last_run(drawn)
    runs = {
        str(more["key"]): _runs(more["data"]())
        for name, more in last
        if name == "download_button" and str(more["file_name"]).endswith(".csv")
        and more["key"] not in INPUT_FILES
    }  # fmt: skip
    assert all(len(found) == 1 for found in runs.values()), runs
    of_page = [found for key, found in runs.items() if key not in OF_DATA]
    assert not of_page or {run} in of_page
    behind = _behind_charts(last)
    assert all({"dataframe", "download_button"} <= found for found in behind.values()), behind


def _behind_charts(drawn: list[tuple[str, dict[str, Any]]]) -> dict[str, set[str]]:
    """What stands between each chart and the next."""
    behind: dict[str, set[str]] = {}
    for name, more in drawn:
        if name == "plotly_chart":
            behind[str(more["key"])] = set()
        elif behind:
            behind[next(reversed(behind))].add(name)
    return behind


def _last_run(drawn: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """What the last run of the page drew."""
    begun = [place for place, (name, _) in enumerate(drawn) if name == "begin"]
    return drawn[begun[-1] + 1 :]


def _runs(content: bytes) -> set[str]:
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return {row["text"] for row in rows if (row.get("table"), row.get("key")) == ("about", "run")}


def test_the_run_of_a_page_is_that_of_its_scenario_in_the_terminal(opened, capsys):
    import json

    from calculator.cli import main

    app = opened("compare.py", region="KOR", volume="50")
    names = ["LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li"]
    assert main(["compare", *names, "--region", "KOR", "--volume", "50 GWh/year", "--json"]) == 0
    assert ids_at_foot(app) == [json.loads(capsys.readouterr().out)["run"]]


def test_another_input_is_another_run(opened):
    app = opened("compare.py")
    before = ids_at_foot(app)
    app.number_input(key="volume").set_value(70.0).run()
    assert ids_at_foot(app) != before
