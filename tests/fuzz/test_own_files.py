"""Uploaded files with wrong bytes, cells and structure: every fault a sentence, nothing lost."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from types import MappingProxyType

import xlsxwriter

from materials_db.csv_files import decode, rows_of
from materials_db.load import data_files, load_database
from materials_db.overlay import _read
from materials_db.schema import CellFormat, Chemistry
from materials_db.sheets import read_workbook
from materials_db.tables import TABLES
from materials_db.yaml_files import read_document
from tests.fuzz import mutate
from tests.fuzz.told import only_own, tell_faults

TABLE_FILES, BYTES, DOCUMENTS, WORKBOOKS, WHOLE = 1_500, 500, 900, 500, 40
CASES = TABLE_FILES + BYTES + DOCUMENTS + WORKBOOKS + WHOLE
OWN = MappingProxyType({"layer": "overlay"})
DATA = dict(data_files())
_HEADED = {
    name: b"\n".join(DATA[name].splitlines()[:6]) + b"\n"
    for name in DATA
    if name.endswith(".csv") and DATA[name].count(b"\n") > 1
}
_PLAIN = {name: text.decode() for name, text in _HEADED.items()}
_YAML = [name for name in DATA if name.endswith(".yaml")]


def _own_rows() -> dict[str, list[object]]:
    return {name: [] for name in (*TABLES, "chemistries", "formats")}


def test_changed_tables() -> None:
    draws = random.Random(11)
    names = sorted(_PLAIN)
    for _ in range(TABLE_FILES):
        name = draws.choice(names)
        text = mutate.text(draws, _PLAIN[name], _PLAIN[draws.choice(names)])
        with only_own(lambda name=name, text=text: f"{name}\n{text}"):
            content = text.encode("utf-8", "surrogatepass")
            tell_faults(_read(_own_rows(), name.replace("/", "-"), content))


def test_changed_bytes_of_tables() -> None:
    draws = random.Random(12)
    names = sorted(_HEADED)
    for _ in range(BYTES):
        content = mutate.data(draws, _HEADED[draws.choice(names)])
        with only_own(lambda content=content: repr(content)):
            text, faults = decode(content, "p.csv")
            tell_faults(faults or rows_of(text, "p.csv")[2])


def test_changed_chemistries_and_formats() -> None:
    draws = random.Random(13)
    for _ in range(DOCUMENTS):
        name = draws.choice(_YAML)
        model = CellFormat if name.startswith("formats") else Chemistry
        changed = mutate.text(draws, DATA[name].decode(), DATA[draws.choice(_YAML)].decode())
        content = (
            mutate.data(draws, DATA[name])
            if draws.random() < 0.2
            else changed.encode("utf-8", "surrogatepass")
        )
        with only_own(lambda content=content: repr(content)):
            entry, faults = read_document(model, content, "own.yaml", OWN)
            assert (entry is None) == bool(faults)
            tell_faults(faults)


def _workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name in ("prices", "yields"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate((("item", "value", "unit"), ("LFP", 5.5, "USD_2026/kg"))):
                sheet.write_row(at, 0, row)
            sheet.write_formula(3, 1, "=1+1", None, 2)
    return made.getvalue()


def _repacked(draws: random.Random, content: bytes) -> bytes:
    """A workbook whose parts are changed, so that the package itself stays sound."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        parts = old.namelist()
        changed = draws.choice(parts)
        for part in parts:
            inside = old.read(part)
            new.writestr(part, mutate.data(draws, inside) if part == changed else inside)
    return made.getvalue()


def test_changed_workbooks() -> None:
    draws = random.Random(14)
    right = _workbook()
    for _ in range(WORKBOOKS):
        whole = draws.random() < 0.4
        content = mutate.data(draws, right) if whole else _repacked(draws, right)
        with only_own(lambda content=content: content.hex()):
            tell_faults(read_workbook(content, "own.xlsx")[1])
            tell_faults(_read(_own_rows(), "own.xlsx", content))


def test_whole_databases_with_changed_files_leave_the_shipped_one_as_it_was(
    tmp_path: Path,
) -> None:
    draws = random.Random(15)
    before = load_database()
    version, prices = before.data_version, before.prices
    names = sorted(_PLAIN)
    for _ in range(WHOLE):
        name = draws.choice(names)
        content = mutate.text(draws, _PLAIN[name], "").encode("utf-8", "surrogatepass")
        path = tmp_path / name.rpartition("/")[2]
        path.write_bytes(content)
        with only_own(lambda content=content: repr(content)):
            load_database(path)
        assert path.read_bytes() == content
        assert load_database() is before
    assert (before.data_version, before.prices) == (version, prices)
