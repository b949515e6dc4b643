"""The data package: what it says of its files is true, and it reads back as the database."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calculator.cli import main
from calculator.packages import DESCRIPTOR, PROFILE
from calculator.requests import request_for
from materials_db.load import data_files, load_database
from materials_db.tables import TABLES

_TRUE, _FALSE = {"true", "True", "TRUE", "1"}, {"false", "False", "FALSE", "0"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("packages") / "materials"
    assert main(["package", str(target)]) == 0
    return target


@pytest.fixture(scope="module")
def described(package: Path) -> dict[str, Any]:
    return dict(json.loads((package / DESCRIPTOR).read_text(encoding="utf-8")))


def test_the_package_has_what_the_standard_asks_for(described):
    assert described["$schema"] == PROFILE
    assert re.fullmatch(r"[a-z0-9._-]+", described["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]+", described["version"])
    assert described["licenses"]
    assert all("name" in licence or "path" in licence for licence in described["licenses"])
    assert all(source["title"] for source in described["sources"])
    names = [one["name"] for one in described["resources"]]
    assert len(names) == len(set(names))
    for one in described["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", one["name"])
        assert not Path(one["path"]).is_absolute()
        assert ".." not in Path(one["path"]).parts


def test_every_shipped_file_is_a_resource_with_its_bytes_and_hash(package, described):
    held = {one["path"]: one for one in described["resources"]}
    on_disk = {path.relative_to(package).as_posix() for path in package.rglob("*.*")}
    assert on_disk == {*held, DESCRIPTOR}
    contents = sorted(content for _, content in data_files())
    assert contents == sorted((package / path).read_bytes() for path in held)
    for path, one in held.items():
        content = (package / path).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_table_and_document_is_described(described):
    titles = {one["title"] for one in described["resources"] if one.get("type") == "table"}
    assert titles == {name.replace("_", " ") for name in TABLES}
    db = load_database()
    documents = [one for one in described["resources"] if one["format"] == "yaml"]
    assert len(documents) == len(db.chemistries) + len(db.formats)
    assert all(one["sources"] for one in documents)


def test_every_cell_is_of_the_type_and_within_the_constraints_its_field_states(package, described):
    tables = [one for one in described["resources"] if "schema" in one]
    assert len(tables) >= len(TABLES)
    cells = 0
    for one in tables:
        header, rows = _read(package / one["path"])
        fields = one["schema"]["fields"]
        assert [field["name"] for field in fields] == header
        assert len(rows) == one["rows"]
        for row in rows:
            for field, cell in zip(fields, row, strict=True):
                fault = "; ".join(_faults(field, cell))
                assert not fault, f"{one['path']}: {field['name']} = {cell!r}: {fault}"
                cells += 1
        if "primaryKey" in one["schema"]:
            places = [header.index(name) for name in one["schema"]["primaryKey"] if name in header]
            keys = [tuple(row[place] for place in places) for row in rows]
            assert len(keys) == len(set(keys)), one["path"]
    assert cells > 30_000


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    text = path.read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return header, [row for row in rows if any(row)]


def _faults(field: dict[str, Any], cell: str) -> Iterator[str]:
    rules = field.get("constraints", {})
    text = cell.strip()
    if not text:
        if rules.get("required"):
            yield "is required"
        return
    kind = field["type"]
    if kind in ("number", "integer"):
        value = float(text) if kind == "number" else int(text)
        if not math.isfinite(value):
            yield "is not finite"
        if value < rules.get("minimum", -math.inf) or value > rules.get("maximum", math.inf):
            yield "is out of bounds"
        if value <= rules.get("exclusiveMinimum", -math.inf):
            yield "is on or below its bound"
    if kind == "boolean" and text not in _TRUE | _FALSE:
        yield "is no truth value"
    if "enum" in rules and text not in rules["enum"]:
        yield "is none of the words"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text):
        yield "does not match"


def test_the_check_of_cells_finds_what_is_wrong():
    number = {"name": "x", "type": "number", "constraints": {"required": True, "minimum": 0}}
    assert list(_faults(number, "")) == ["is required"]
    assert list(_faults(number, "-1")) == ["is out of bounds"]
    word = {"name": "x", "type": "string", "constraints": {"enum": ["a"], "pattern": "^b$"}}
    assert list(_faults(word, "c")) == ["is none of the words", "does not match"]


def test_units_and_meanings_come_from_the_record_classes(described):
    prices = next(one for one in described["resources"] if one["name"] == "prices")
    fields = {field["name"]: field for field in prices["schema"]["fields"]}
    assert fields["deck"]["description"] == "Price deck the row belongs to."
    assert fields["value"]["unit"] == "as in the column 'unit'"
    assert fields["thickness_um"]["unit"] == "um"
    assert fields["kind"]["constraints"]["enum"][0] == "quote"
    cited = {source["id"] for source in prices["sources"]}
    db = load_database()
    assert cited == {row.source for row in db.prices}
    assert all(source["licence"] for source in prices["sources"])


def test_the_package_reads_back_as_the_database(package):
    shipped, back = load_database(), load_database(package / "data")
    for name in TABLES:
        one, two = getattr(shipped, name), getattr(back, name)
        rows = [list(getattr(t, "values", lambda t=t: t)()) for t in (one, two)]
        plain = [
            sorted(row.model_dump_json(exclude={"layer", "file", "row"}) for row in table
                   if getattr(row, "id", "") != "overlay")
            for table in rows
        ]  # fmt: skip
        assert plain[0] == plain[1], name
    assert set(shipped.chemistries) == set(back.chemistries)
    from calculator.evaluation import evaluate

    costs = [
        evaluate(db, request_for(db, "NMC811")).cost.pack_usd_per_kwh for db in (shipped, back)
    ]
    assert costs[0] == costs[1]


def test_an_archive_is_the_same_every_time_and_holds_the_same_files(package, tmp_path):
    for name in ("a.zip", "b.zip"):
        assert main(["package", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (package / name).read_bytes()


def test_what_is_there_is_not_written_over(tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for target, says in (
        ("full", "holds files already"), ("file", "is a file"), ("no/where", "no folder"),
    ):  # fmt: skip
        assert main(["package", str(tmp_path / target)]) == 2
        told = capsys.readouterr().err
        assert says in told
        assert told.count("\n") == 1
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]
