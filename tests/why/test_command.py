"""The command ``why``: text, one object, files, and mistakes in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calculator.cli import BAD_INPUT, main

SCENARIO = "chemistries: [LFP]\nregion: HUN\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.yaml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["why", "one.yaml", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_tree(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cell cost LFP", "--depth", "2")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("comparison/LFP/cell cost = ")
    assert lines[1].startswith("rests on ")
    assert any("variable_usd = " in line for line in lines)
    deeper = run(capsys, "cell cost LFP", "--depth", "4")[1]
    assert len(deeper) > len(out)
    assert "prices.csv:" in run(capsys, "cell cost LFP", "--depth", "9")[1]


def test_one_object_holds_every_step_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "comparison/LFP/specific energy", "--json")
    found = json.loads(out)["why"]
    assert code == 0
    assert found["figure"] == "comparison/LFP/specific energy"
    steps = {step["id"]: step for step in found["steps"]}
    assert len(steps) == len(found["steps"])
    assert all(one in steps for step in found["steps"] for one in step.get("inputs", []))
    records = [step["record"] for step in found["steps"] if "record" in step]
    assert len({r["key"] for r in records}) == found["rests_on"]["records"]
    assert all(r["source"]["title"] and r["basis"] and r["unit"] for r in records)


def test_list_and_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    assert "comparison/LFP/cell cost = " in out
    path = tmp_path / "why.csv"
    assert run(capsys, "pack cost LFP", "--out", str(path))[0] == 0
    assert "materials_usd" in path.read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no such figure",), "figure 'no such figure' is not in the database"),
        (("cell",), "may be any of"),
        (("pack cost LFP", "--depth", "0"), "--depth '0' is no depth"),
        (("pack cost LFP", "--depth", "many"), "--depth 'many' is no depth"),
    ],
)
def test_mistakes(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    code, out, err = run(capsys, *words)
    assert code == BAD_INPUT
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert not out
