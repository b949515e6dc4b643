"""The command ``store`` on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calculator.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*words: object) -> tuple[int, str, str]:
        code = main(["store", *map(str, words), "--store", url])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return run_it


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    found[0].write_text("# first\nchemistries: [LFP]\n")
    found[1].write_text("chemistries: [LFP]\npack: {energy: 60 kWh}\n")
    return found


def answer(run: Run, *words: object) -> Any:
    code, out, err = run(*words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_whole_life_of_a_scenario(run: Run, files: list[Path], tmp_path: Path) -> None:
    code, out, _ = run("list")
    assert code == 0 and "No scenario is saved" in out
    scenario = answer(run, "save", files[0], "--name", "Plan A")["id"]
    second = answer(run, "save", files[1], "--to", scenario, "--note", "smaller")
    assert second == {"id": scenario, "version": 2, "meanwhile": []}
    third = run("save", files[1], "--to", scenario, "--based-on", 1)[1]
    assert "Version 2 was saved since you opened it" in third
    assert run("show", scenario, "--version", 1)[1] == files[0].read_text()
    assert answer(run, "show", scenario)["yaml"] == files[1].read_text()
    assert "smaller" in run("versions", scenario)[1]
    diff = answer(run, "diff", f"{scenario}:1", scenario)["changes"]
    assert [(row["input"], row["before"], row["after"]) for row in diff] == [
        ("pack.energy", "75 kWh", "60 kWh")
    ]
    copy = answer(run, "clone", scenario, "--version", 1)["id"]
    run("rename", copy, "Plan B")
    bundle = tmp_path / "all.json"
    assert run("export", bundle)[0] == 0
    action = answer(run, "delete", copy)["action"]
    assert len(answer(run, "list")["scenarios"]) == 1
    assert answer(run, "undo", action) == {"undone": "delete", "id": copy}
    assert "2 here already" in run("import", bundle)[1]
    assert run("share", copy)[0] == 0 and run("share", copy, "--off")[0] == 0
    table = tmp_path / "list.csv"
    assert run("list", "--out", table)[0] == 0
    assert "Plan B" in table.read_text()


BAD = {
    ("show", "nonsense"): "there is no saved scenario 'nonsense'",
    ("show", "\x1b[31m"): "there is no saved scenario '?[31m'",
    ("show", "2" * 14, "--version", "x"): "--version: 'x' is no number",
    ("diff", "2" * 14 + ":x", "2" * 14): "'x' is no number",
    ("undo",): "nothing to undo",
    ("undo", "-1"): "unrecognized|is no number|arguments",
    ("undo", "9" * 30): "is no number",
    ("save", "missing.yaml"): "missing.yaml: cannot be read",
    ("import", "missing.json"): "missing.json: No such file",
    ("export", "no/such/folder/x.json"): "no/such/folder",
    ("rename", "2" * 14, ""): "the name is empty",
    ("eat",): "invalid choice: 'eat'",
}


def test_a_mistake_is_one_sentence(run: Run) -> None:
    for words, told in BAD.items():
        code, out, err = run(*words)
        assert (code, out) == (2, ""), words
        assert err.startswith("battcalc: ") and err.count("\n") == 1, err
        assert any(part in err for part in told.split("|")), err


def test_a_bad_scenario_file_is_not_saved(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("chemistries: [LFP]\npak: {}\n")
    code, _, err = run("save", path)
    assert code == 2 and "pak" in err
    assert answer(run, "list") == {"scenarios": []}


def test_another_owner_sees_nothing_of_it(run: Run, files: list[Path]) -> None:
    scenario = answer(run, "save", files[0])["id"]
    assert run("show", scenario, "--owner", "someone")[0] == 2
    assert answer(run, "list", "--owner", "someone") == {"scenarios": []}
