"""``battcalc landed``: a pair of countries, the table, files and mistakes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest


def test_a_car(run: Any) -> None:
    ran = run(
        "landed", "bev", "--from", "CHN", "--to", "EUU", "--on", "2026-11-22", "--producer", "BYD",
        "--fob", "25000", "--freight", "1500", "--money", "EUR_2026", "--json",
    )  # fmt: skip
    assert ran.code == 0
    assert ran.answer["total"] == pytest.approx(26_500 * 1.27)
    assert [line["measure"] for line in ran.answer["lines"]] == ["EUU_MFN", "EUU_CVD_BEV"]
    assert all(line["source"] and line["date"] and line["status"] for line in ran.answer["lines"])


def test_the_text_shows_every_line(run: Any) -> None:
    ran = run("landed", "lithium_hydroxide", "--from", "CHN", "--to", "DEU", "--on", "2026-11-22")
    assert ran.code == 0
    assert "in_force, recalled" in ran.out
    assert "EU_TARIC_2026: European Commission" in ran.out
    assert "FOB is the price of lithium_hydroxide in deck quotes_2026-06, without VAT" in ran.out
    assert "sea_container Asia-Europe" in ran.out


def test_rates_without_a_price(run: Any) -> None:
    ran = run("landed", "BESS", "--from", "CHN", "--to", "USA", "--on", "2026-11-22")
    assert "40.9" in ran.out
    assert "no price given: rates alone" in ran.out


def test_the_cost_of_a_chemistry_as_price(run: Any) -> None:
    ran = run(
        "landed", "battery_cell", "--from", "CHN", "--to", "USA", "--on", "2026-11-22",
        "--chemistry", "LFP", "--money", "USD_2025", "--json",
    )  # fmt: skip
    assert ran.answer["total"] == pytest.approx(1.534 * ran.answer["fob"])
    assert 30 < ran.answer["fob"] < 120
    assert "FOB is the full cost of LFP made in CHN, deck quotes_2026-06" in ran.answer["notes"]


def test_a_switch(run: Any) -> None:
    args = ("landed", "bev", "--from", "CAN", "--to", "USA", "--on", "2026-11-22", "--json")
    plain, on = run(*args), run(*args, "--switch", "USA_S338_CAN=on")
    assert on.answer["rate"] - plain.answer["rate"] == pytest.approx(0.5)


def test_the_table(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "duties.csv"
    ran = run("landed", "bev", "--on", "2026-11-22", "--out", str(file))
    assert ran.code == 0
    assert "origins down, importers across" in ran.out
    rows = {
        (row["origin"], row["importer"]): row
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }
    assert float(rows["CHN", "USA"]["percent"]) == pytest.approx(127.5)
    assert rows["JPN", "MEX"]["percent"] == ""  # exempt from the one row there: no rate known
    narrow = run("landed", "bev", "--to", "TUR", "--on", "2026-11-22", "--json")
    assert {row["importer"] for row in narrow.answer["rows"]} == {"TUR"}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json"])
def test_files(run: Any, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"landed.{ending}"
    ran = run("landed", "bev", "--from", "CHN", "--to", "EUU", "--fob", "20000", "--out", str(file))
    assert ran.code == 0
    assert file.stat().st_size > 500


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (
            ("bevv", "--from", "CHN", "--to", "EUU"),
            "product 'bevv' is not in the table; did you mean",
        ),
        (("bev", "--from", "CHN", "--to", "EUX"), "importer 'EUX' is no country"),
        (("bev", "--from", "CHN", "--to", "EUU", "--fob", "much"), "--fob 'much' is no number"),
        (("bev", "--from", "CHN", "--to", "EUU", "--fob", "-1"), "the FOB price must be"),
        (("bev", "--from", "CHN", "--to", "EUU", "--on", "soon"), "date 'soon' is no day"),
        (("bev", "--from", "CHN", "--to", "EUU", "--mip", "1"), "--mip needs a price"),
        (("bev", "--from", "CHN", "--fob", "1"), "a price is for one pair of countries"),
        (("bev", "--freight", "1"), "--freight needs a price"),
        (
            ("bev", "--from", "CHN", "--to", "EUU", "--fob", "1", "--quoted-on", "2026-01-01"),
            "--price-with-vat and --quoted-on need --pass-through",
        ),
        (("bev", "--switch", "X"), "--switch 'X' is not understood; write ID=on or ID=off"),
        (("bev", "--switch", "X=on"), "measure 'X' to switch is not in the table"),
        (
            ("bev", "--from", "CHN", "--to", "EUU", "--chemistry", "LFP"),
            "--chemistry prices a cell",
        ),
        (("8507.60", "--from", "CHN", "--to", "USA"), "HS code '8507.60' covers battery_cell"),
    ],
)
def test_mistakes(run: Any, args: tuple[str, ...], sentence: str) -> None:
    ran = run("landed", *args)
    assert ran.code == 2
    assert ran.sentence.startswith(sentence)
