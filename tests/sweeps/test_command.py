"""``battcalc sweep``: summary, progress, and mistakes in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calculator.cli import main
from tests.sweeps.conftest import SMALL


@pytest.fixture
def asked(tmp_path: Path) -> str:
    (tmp_path / "small.yaml").write_text(SMALL)
    return str(tmp_path / "small.yaml")


def test_text_and_json(asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", asked, "--out", str(tmp_path / "a")]) == 0
    shown = capsys.readouterr()
    assert "42 of 42 points" in shown.out
    assert "42 ok, 0 failed, 0 infeasible" in shown.out
    assert "42 of 42 points (100 %)" in shown.err
    assert main(["sweep", asked, "--out", str(tmp_path / "a"), "--resume", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["points"], told["done"], told["stopped"]) == (42, 42, False)
    assert told["units"]["cell_usd_per_kwh"] == "USD_2025/kWh"
    assert len(told["run"]) == 16


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ([], "no folder is named; write --out FOLDER"),
        (["--out", "OUT", "--workers", "0"], "give a number of processes, or 'all'"),
        (["--out", "OUT", "--workers", "2", "--cluster", "x"], "both stand; give one of them"),
        (["--out", "OUT/no/such"], "cannot be used"),
    ],
)
def test_a_mistake_is_one_sentence(
    options: list[str], what: str, asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed = [text.replace("OUT", str(tmp_path / "out")) for text in options]
    assert main(["sweep", asked, *placed]) == 2
    shown = capsys.readouterr()
    assert what in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert not shown.out
