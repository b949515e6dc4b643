"""``battcalc projects``: the list, a year, a coverage, and mistakes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from calculator.cli import main


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["projects", *argv])
    out, err = capsys.readouterr()
    return code, out, err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys)
    assert code == 0
    for name in ("Lynas_2023", "Lofdal", "Caremag", "SRE_Vietnam", "Minamitori", "Toyota_Idemitsu"):
        assert name in out


def test_coverage_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    terms = {"material": "DyTb", "year": "2028", "demand": "1475", "dependence": "90", "ramp": "0"}
    asked = [word for name, value in terms.items() for word in (f"--{name}", value)]
    code, out, _ = said(capsys, *asked, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["coverage"]["share"] == pytest.approx(0.2)
    assert found["coverage"]["dependence_after"] == pytest.approx(0.7)
    caremag = next(row for row in found["projects"] if row["project"] == "Caremag")
    assert caremag["delivered_t_per_year"] == pytest.approx(295.0)
    assert "Lynas_heavy" in " ".join(found["notes"])
    cited = {row["source"] for row in (*found["projects"], *found["numbers"])}
    assert {one["id"] for one in found["sources"]} == cited


def test_ramp_lowers_the_first_year(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "--material", "NdPr", "--year", "2023", "--ramp", "2", "--json")
    (row,) = json.loads(out)["projects"]
    assert row["delivered_t_per_year"] == pytest.approx(1800.0)
    _, text, _ = said(capsys, "--material", "NdPr", "--year", "2023")
    assert "at most the whole is shown" in " ".join(text.split())


def test_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "projects.csv"
    code, _, err = said(capsys, "--out", str(target))
    assert code == 0
    assert "written to" in err
    rows = list(csv.DictReader(target.read_text().splitlines()))
    assert {row["table"] for row in rows} >= {"projects", "numbers", "sources"}


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("--year", "soon"), "--year 'soon' is no year"),
        (("--demand", "1475"), "give --year and --material as well"),
        (("--material", "DyTb", "--year", "2028", "--demand", "0"), "--demand 0 cannot be"),
        (("--material", "unobtainium"), "no project makes 'unobtainium'"),
        (("--dependence", "90"), "--dependence is a share of a demand"),
        (("--ramp", "nan"), "--ramp nan cannot be"),
    ],
)
def test_mistakes(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], sentence: str) -> None:
    code, out, err = said(capsys, *argv)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
