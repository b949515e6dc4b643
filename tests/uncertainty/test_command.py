"""The command and the page: what they print, write and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from calculator.cli import main

APP = Path(__file__).resolve().parents[2] / "pages" / "app.py"
Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    scenario = tmp_path / "asked.yaml"
    scenario.write_text("chemistries: [LFP, NMC811]\n", encoding="utf-8")

    def run(*options: str) -> tuple[int, str, str]:
        code = main(["uncertainty", str(scenario), "--draws", "500", *options])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_text_holds_bands_odds_and_what_was_not_drawn(ran: Ran) -> None:
    code, out, _ = ran("--elements", "Li")
    assert code == 0
    assert "500 random draws of" in out
    assert "raw materials 12 months ahead" in out
    for words in ("P5", "P50", "P95", "model +/-15%", "cheaper", "Li in the cell, g/kWh"):
        assert words in out
    assert "No range and no series, so they stay: " in out


def test_json_repeats_with_the_seed(ran: Ran) -> None:
    first, again, other = (json.loads(ran("--json", "--seed", s)[1]) for s in ("7", "7", "8"))
    assert first == again
    assert first["bands"] != other["bands"]
    assert first["seed"] == 7
    cell = next(one for one in first["bands"] if one["output"] == "cell_usd_per_kwh")
    assert cell["p5"] < cell["p50"] < cell["p95"]
    assert {pair["output"] for pair in first["pairs"]} == {"cell_usd_per_kwh", "pack_usd_per_kwh"}


def test_costs_are_shown_in_the_currency_asked(ran: Ran, tmp_path: Path) -> None:
    import pandas as pd

    sizes = {}
    for money in ("USD", "EUR"):
        path = tmp_path / f"{money}.csv"
        assert ran("--currency", money, "--out", str(path))[0] == 0
        rows = pd.read_csv(path)
        kept = (rows["table"] == "bands") & (rows["item"] == "cell cost")
        assert set(rows[kept]["unit"]) == {f"{money}_2025/kWh"}
        sizes[money] = rows[kept]["p95"].astype(float).to_numpy()
    ratio = sizes["EUR"] / sizes["USD"]
    assert ratio[0] == pytest.approx(ratio[1]) and ratio[0] < 1.0


def test_parquet_holds_every_draw_with_its_unit(ran: Ran, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "draws.parquet"
    assert ran("--out", str(path))[0] == 0
    table = pq.read_table(path)
    assert table.num_rows == 500
    assert table.column_names[0] == "LFP: cell cost"
    assert table.schema.field("LFP: cell cost").metadata == {b"unit": b"USD_2025/kWh"}
    assert table.schema.metadata[b"draws"] == b"500 (random), seed 1"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--draws", "many"), "--draws is 'many'; give a whole number"),
        (("--seed", "-3"), "--seed is '-3'; give a whole number"),
        (("--horizon-months", "999"), "the horizon is 999 months; give 0"),
        (("--method", "halton"), "unknown method 'halton'"),
        (("--only", "weather"), "unknown group 'weather'"),
        (("--elements", "Xx"), "no chemistry asked for holds 'Xx'"),
        (("--spread", "lithium"), "--spread is 'lithium'; write it such as"),
        (("--spread", "prices.csv:150=1..2"), "1 to 2 does not hold 160939"),
        (("--spread", "yields.csv:8=gamma"), "cell yield, liquid plant: unknown distribution"),
        (("--spread", "prices.csv:166=uniform"), "price of PVDF (quotes_2026-06) states no range"),
        (("--correlation", "a,b"), "--correlation is 'a,b'; write it such as"),
        (("--correlation", "yields.csv:8,regions.csv:215=7"), "correlation 7 must lie between"),
        (("--correlation", "yields.csv:8,nothing=0.5"), "'nothing' is drawn nowhere"),
    ],
)
def test_a_mistake_is_one_sentence(ran: Ran, options: tuple[str, ...], sentence: str) -> None:
    code, out, err = ran(*options)
    assert (code, out) == (2, "")
    assert err.startswith("battcalc: ") and err.count("\n") == 1
    assert sentence in err


def test_a_range_can_be_read_otherwise(ran: Ran) -> None:
    told = json.loads(ran("--json", "--spread", "regions.csv:215=normal")[1])
    labour = next(one for one in told["drawn"] if one["key"] == "regions.csv:215")
    assert (labour["low"], labour["high"], labour["distribution"]) == (4.69, 7.64, "normal")


def test_own_ranges_and_correlations_count(ran: Ran) -> None:
    spread = ("--spread", "yields.csv:8=0.90..0.98:uniform")
    pair = ("--correlation", "yields.csv:8,regions.csv:215=-0.9")
    told = json.loads(ran("--json", *spread, *pair)[1])
    drawn = next(one for one in told["drawn"] if one["key"] == "yields.csv:8")
    assert (drawn["distribution"], drawn["spread"]) == ("uniform", "user")
    assert {"one": "yields.csv:8", "other": "regions.csv:215", "value": -0.9} in told[
        "correlations"
    ]


# --- the page ------------------------------------------------------------------------------


def _page(**link: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params.update(link)
    app.run()
    app.switch_page("uncertainty.py").run()
    assert not app.exception
    return app


def test_page_shows_bands_and_pairs() -> None:
    app = _page()
    bands, pairs = app.dataframe[0].value, app.dataframe[1].value
    assert list(bands["Chemistry"]) == ["LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li"]
    assert (bands["P5"] < bands["P50"]).all() and (bands["P50"] < bands["P95"]).all()
    assert "Model band" in bands
    assert len(pairs) == 6
    assert pairs["cheaper, %"].between(0, 100).all()


def test_page_takes_a_link() -> None:
    app = _page(horizon="0", seed="5", draws="2000", drawn="price")
    told = app.caption[0].value
    assert told.startswith("2,000 random draws") and "seed 5" in told
    assert "within the ranges of their records" in told
    assert (app.dataframe[0].value["Chemistry"] == "LFP").any()


def test_compare_shows_the_band_of_the_inputs() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    shown = app.dataframe[0].value
    low, high = (float(end) for end in shown["Cell, P5-P95"][0].split(" to "))
    assert low < float(str(shown["Cell, USD 2025/kWh"][0])) < high
    assert "Cell, band" in shown


# --- the document ----------------------------------------------------------------------------


def test_the_document_runs_and_its_table_is_that_of_the_data() -> None:
    import contextlib
    import io
    import re

    from calculator.uncertainty.volatility import series_of
    from materials_db.load import load_database

    text = (APP.parents[1] / "docs" / "uncertainty.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "uncertainty.md", "exec"), {})
    assert "LFP" in printed.getvalue()
    series = series_of(load_database())
    rows = re.findall(r"^\| (\w+)[^|]*\|[^|]*\| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", text, re.M)
    assert len(rows) == 6
    for item, *told in rows:
        found = series["lithium_carbonate" if item == "lithium" else item]
        figures = (found.annual_volatility, found.lag_1, found.log_sd(12))
        assert [float(one) for one in told] == pytest.approx(figures, abs=0.006)
