"""A report and its run: put on once, on every format, with the unit of each column beside it."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pyarrow.parquet as pq

from calculator.export import PARTED, Report, parquet_tables, report_bytes, stamped, without_run
from calculator.runs import run_of

RUN, OTHER = run_of({"a": 1}, "data"), run_of({"a": 2}, "data")


def report() -> Report:
    masses = pd.DataFrame({"cell": ["A"], "mass_g": [1.5]})
    masses.attrs["units"] = {"mass_g": "g"}
    costs = pd.DataFrame({"value": [2.0], "unit": ["USD_2025/kWh"], "mass_g": ["none"]})
    return Report({"masses": masses, "costs": costs}, about={"title": "x"}, answer={"rows": [1]})


def test_a_stamp_adds_the_run_and_takes_nothing():
    marked = stamped(report(), RUN)
    assert marked.about["run"] == RUN.id
    assert marked.about["title"] == "x"
    assert ("about", "run", RUN.id) in marked.carried
    assert marked.answer is not None
    assert next(iter(marked.answer)) == "run"
    assert without_run(marked.answer) == {"rows": [1]}
    assert report().about == {"title": "x"}


def test_a_second_stamp_replaces_the_first():
    again = stamped(stamped(report(), RUN), OTHER)
    assert again.about == stamped(report(), OTHER).about
    runs = [text for table, key, text in again.carried if (table, key) == ("about", "run")]
    assert runs == [OTHER.id]
    assert again.answer is not None
    assert again.answer["run"] == OTHER.id
    assert again.answer["run_of"]["inputs"] == OTHER.inputs


def test_a_report_without_an_answer_bears_its_run_in_json():
    bare = Report({"masses": report().tables["masses"]})
    assert json.loads(report_bytes(stamped(bare, RUN), ".json"))["run"] == RUN.id


def test_an_archive_holds_each_table_as_parquet_with_units_and_run():
    content = report_bytes(stamped(report(), RUN), PARTED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["masses.parquet", "costs.parquet"]
        masses = pq.read_table(io.BytesIO(archive.read("masses.parquet")))
    assert masses.column_names == ["cell", "mass_g"]
    assert masses.schema.field("mass_g").metadata == {b"unit": b"g"}
    assert masses.schema.metadata[b"run"].decode() == RUN.id
    assert masses.schema.metadata[b"solver"].decode() == RUN.solver
    assert content == report_bytes(stamped(report(), RUN), PARTED)
    assert set(parquet_tables(report())) == {"masses", "costs"}
