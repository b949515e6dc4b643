"""Files written: nothing runs, nothing is lost, units travel."""

import csv
import io
import json
import math
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from calculator.errors import InputError
from calculator.export import (
    ENDINGS,
    Report,
    check_target,
    harmless,
    report_bytes,
    write_report,
)

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://x")']
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _report(texts: list[str], values: list[float]) -> Report:
    costs = pd.DataFrame({"item": texts, "value": values, "unit": "USD_2024/kWh"})
    wide = pd.DataFrame({"=chemistry": ["LFP"], "mass_kg": [1.5]})
    wide.attrs["units"] = {"mass_kg": "kg"}
    about = {"data version": "abc", "title": "=1+1"}
    sources = pd.DataFrame({"source": ["=S1"], "year": [2024]})
    return Report({"costs": costs, "wide": wide}, {"sources": sources}, about)


EXAMPLE = _report([*EVIL, "LFP, 'a' \"b\"\nsecond line", "é😀"], [-1.5] * 9 + [math.nan, math.inf])


def test_csv_text_cannot_run_and_numbers_stay_numbers():
    rows = list(csv.reader(io.StringIO(report_bytes(EXAMPLE, ".csv").decode(), newline="")))
    head, body = rows[0], rows[1:]
    assert head == ["table", "item", "value", "unit", "'=chemistry", "mass_kg"]
    assert len(body) == len(EXAMPLE.tables["costs"]) + 1
    for row, text in zip(body, EVIL, strict=False):
        assert row[1] == f"'{text}"
        assert float(row[2]) == -1.5
    assert body[9][1].startswith("LFP, 'a' \"b\"\nsecond line")
    assert body[9][2] == ""


@given(st.text(max_size=12))
def test_harmless_text_never_begins_like_a_formula_and_keeps_every_character(text):
    safe = harmless(text)
    assert not safe.startswith(RUNS)
    assert safe in (text, f"'{text}")


def test_xlsx_has_no_formula_no_link_and_every_cell():
    content = report_bytes(EXAMPLE, ".xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            assert b"<f>" not in book.read(name)
            assert b"<hyperlink" not in book.read(name)
        assert not [name for name in book.namelist() if "external" in name or "vba" in name.lower()]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["costs", "wide", "sources", "about"]
    rows = book.get_sheet_by_name("costs").to_python()
    assert rows[0] == ["item", "value", "unit"]
    assert [row[0] for row in rows[1:6]] == EVIL[:5]
    assert rows[1][1] == -1.5
    assert ["title", "=1+1"] in book.get_sheet_by_name("about").to_python()


def test_parquet_carries_units_and_facts():
    table = pq.read_table(io.BytesIO(report_bytes(EXAMPLE, ".parquet")))
    assert table.schema.metadata[b"data version"] == b"abc"
    assert json.loads(table.schema.metadata[b"units"])["mass_kg"] == "kg"
    assert table.schema.field("mass_kg").metadata == {b"unit": b"kg"}
    assert table.schema.field("value").metadata == {b"unit": b"see column 'unit'"}
    frame = table.to_pandas()
    assert list(frame["item"][:9]) == EVIL
    assert list(frame["value"][:9]) == [-1.5] * 9


def test_json_is_strict():
    def refuse(word: str) -> None:
        raise AssertionError(word)

    content = json.loads(report_bytes(EXAMPLE, ".json"), parse_constant=refuse)
    assert content["data version"] == "abc"
    assert content["tables"]["costs"][0] == {"item": "=1+1", "value": -1.5, "unit": "USD_2024/kWh"}
    assert content["tables"]["costs"][9]["value"] is None
    answer = Report({}, answer={"a": np.float64(1.5), "b": (1, np.int64(2)), "c": np.array([1.0])})
    assert json.loads(report_bytes(answer, ".json")) == {"a": 1.5, "b": [1, 2], "c": [1.0]}


def test_one_table_is_written_as_it_is():
    frame = pd.DataFrame({"a": [1, 2]})
    assert report_bytes(Report({"x": frame}), ".csv") == b"a\r\n1\r\n2\r\n"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
            st.floats(-1e300, 1e300),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_numbers_and_texts_come_back_from_every_format(rows):
    frame = pd.DataFrame({"item": [r[0] for r in rows], "value": [r[1] for r in rows]})
    report = Report({"x": frame})
    read = list(csv.reader(io.StringIO(report_bytes(report, ".csv").decode(), newline="")))[1:]
    assert [float(row[1]) for row in read] == [r[1] for r in rows]
    assert [row[0] for row in read] == [harmless(r[0]) for r in rows]
    parquet = pq.read_table(io.BytesIO(report_bytes(report, ".parquet"))).to_pandas()
    assert parquet.to_dict("list") == frame.to_dict("list")
    assert json.loads(report_bytes(report, ".json"))["tables"]["x"] == frame.to_dict("records")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(report_bytes(report, ".xlsx")))
    cells = sheet.get_sheet_by_name("x").to_python()[1:]
    assert [float(row[1]) for row in cells] == pytest.approx([r[1] for r in rows], rel=1e-15)


@pytest.mark.parametrize("ending", ENDINGS)
def test_written_in_one_step_and_nothing_left_beside(tmp_path, ending):
    path = tmp_path / f"costs{ending.upper()}"
    path.write_bytes(b"old")
    path.chmod(0o640)
    assert write_report(EXAMPLE, path) == path
    assert path.stat().st_size > 100
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_failure_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "costs.csv"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(
        InputError, match=r"costs.csv cannot be written \(No space left on device\)"
    ):
        write_report(EXAMPLE, path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["costs.csv"]


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    write_report(EXAMPLE, link)
    assert link.is_symlink()
    assert real.read_bytes() == report_bytes(EXAMPLE, ".csv")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("costs.doc", r"costs.doc has no known ending; end the name in one of \.csv"),
        ("costs", "no known ending"),
        ("none/costs.csv", "no folder .*none; make it first"),
        ("folder.csv", "is a folder; name a file in it"),
    ],
)
def test_a_target_that_cannot_be_written_is_told_before_the_work(tmp_path, name, says):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=says):
        check_target(tmp_path / name)
    with pytest.raises(InputError):
        write_report(EXAMPLE, tmp_path / name)


def test_a_place_that_takes_no_file_is_told_before_the_work():
    with pytest.raises(InputError, match=r"/proc/costs.csv cannot be written \(.*\); choose"):
        check_target("/proc/costs.csv")


def test_odd_paths_are_told():
    with pytest.raises(InputError, match="not a usable path"):
        write_report(EXAMPLE, Path("a\0b.csv"))
    with pytest.raises(InputError, match="null character; choose another name"):
        check_target("a\0b.csv")


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut():
    frame = pd.DataFrame({"note": ["x" * 40_000]})
    with pytest.raises(InputError, match=r"too long for a spreadsheet cell; write \.csv"):
        report_bytes(Report({"notes": frame}), ".xlsx")
    assert b"x" * 40_000 in report_bytes(Report({"notes": frame}), ".csv")
