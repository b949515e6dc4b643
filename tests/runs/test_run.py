"""The run id: what it hangs on, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from calculator.runs import (
    LIBRARIES,
    call_inputs,
    code_version,
    run_of,
    scenario_run,
    solver_versions,
)
from calculator.runs.code import source_files
from calculator.scenario import make_scenario
from calculator.scenario.run import scenario_database
from materials_db.load import load_database

LFP = {"chemistries": ["LFP"]}


def scenario(**more: object):
    return make_scenario({**LFP, **more}, "test")


def test_an_id_is_sixteen_hexadecimal_digits_and_hangs_on_each_of_four():
    run = run_of({"deck": "a"}, "data")
    assert len(run.id) == 16
    int(run.id, 16)
    others = [
        run_of({"deck": "b"}, "data"),
        run_of({"deck": "a"}, "other data"),
        replace(run, code_version="other"),
        replace(run, solvers={**run.solvers, "highspy": "0"}),
    ]
    assert len({run.id, *(other.id for other in others)}) == 5


def test_order_and_what_is_left_out_do_not_count():
    one = run_of({"a": 1, "b": {"c": 2, "d": None}}, "x")
    assert one.id == run_of({"b": {"c": 2}, "a": 1, "e": None}, "x").id
    assert one.id != run_of({"a": 1, "b": {"c": 2, "d": 0}}, "x").id
    with pytest.raises(TypeError):
        run_of({"a": object()}, "x")


def test_a_scenario_has_one_run_whatever_its_title_and_spelling():
    db = load_database()
    run = scenario_run(db, scenario())
    assert run.id == scenario_run(db, scenario(name="Mine", volume="30000 MWh/year")).id
    assert run.id != scenario_run(db, scenario(volume="31 GWh/year")).id
    assert run.id != scenario_run(db, scenario(), country="CHN").id
    assert run.id == scenario_run(db, scenario(), country=None).id


def test_own_rows_count_by_content_and_not_by_place(tmp_path: Path):
    rows = "item,value,unit,date\nLFP,{},USD_2025/kg,2026\n"
    ids = []
    for folder, price in (("a", 5), ("b", 5), ("c", 6)):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "prices.csv"
        file.write_text(rows.format(price))
        asked = scenario(overlay=str(file))
        ids.append(scenario_run(scenario_database(asked), asked).id)
    assert ids[0] == ids[1] != ids[2]
    assert scenario_run(load_database(), scenario()).id not in ids


def test_the_code_version_is_of_every_source_file(monkeypatch: pytest.MonkeyPatch, root: Path):
    files = dict(source_files())
    assert {"calculator/cost.py", "materials_db/load.py", "calculator/runs/code.py"} <= set(files)
    assert not [name for name in files if not name.endswith(".py")]
    packages = [root / "calculator", root / "materials_db"]
    assert len(files) == sum(1 for folder in packages for _ in folder.rglob("*.py"))
    assert list(files) == sorted(files)
    before = code_version.__wrapped__()
    files["calculator/cost.py"] += b"# more\n"
    monkeypatch.setattr("calculator.runs.code.source_files", lambda: iter(files.items()))
    assert code_version.__wrapped__() != before


def test_the_solvers_are_named_with_their_versions():
    versions = solver_versions()
    assert set(versions) == {*LIBRARIES, "python"}
    assert {"highspy", "clarabel", "cvxpy", "numpy", "scipy"} <= set(versions)
    assert all(version[0].isdigit() for version in versions.values())


def test_a_call_asks_its_scenario_and_what_stands_beside_it():
    options = {"command": "compare", "json": True, "out": "x.csv", "deck": "d", "scenario": "s"}
    assert call_inputs(options, "hash") == {"scenario": "hash"}
    stress = {"command": "stress", "scenario": "s", "days": "90", "event": None, "market": False}
    assert call_inputs(stress, "hash") == {"scenario": "hash", "command": "stress", "days": "90"}
    landed = {"command": "landed", "product": "bev", "deck": "d", "out": None}
    assert call_inputs(landed) == {"command": "landed", "product": "bev", "deck": "d"}


def test_a_file_of_a_call_counts_by_its_content(tmp_path: Path):
    for name, text in (("a.csv", "x\n1\n"), ("b.csv", "x\r\n1\r\n"), ("c.csv", "x\n2\n")):
        (tmp_path / name).write_bytes(text.encode())
    found = [
        call_inputs({"command": "reference", "cases": str(tmp_path / name)})["cases"]
        for name in ("a.csv", "b.csv", "c.csv")
    ]
    assert found[0] == found[1] != found[2]
