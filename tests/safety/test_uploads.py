"""Uploads that were made to hurt: each is refused in one sentence, soon and in little memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from calculator.dependence.spend import read_spend
from calculator.errors import InputError
from materials_db.csv_files import MAX_COLUMNS, MAX_ROWS
from materials_db.faults import MAX_SHOWN, DatabaseError
from materials_db.workbook_cells import MAX_CELLS
from pages.cached import overlaid

_HEAD = "item,value,unit\n"
_NUL = b"item,value,unit\nLF\0P,5,USD_2026/kg\n"
_LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)


def _refused(name: str, content: bytes) -> str:
    with pytest.raises(DatabaseError) as caught:
        overlaid({name: content})
    return str(caught.value)


def _swollen() -> bytes:
    """A workbook of 100 kB whose strings unpack to 100 MB."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("prices").write_row(0, 0, ["item", "value", "unit"])
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        new.writestr("xl/sharedStrings2.xml", b" " * 100_000_000)
    return out.getvalue()


def _with_sheet(old_text: bytes, new_text: bytes) -> bytes:
    """A workbook whose one sheet is changed."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("prices").write_row(0, 0, ["item", "value", "unit"])
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            changed = text.replace(old_text, new_text, 1)
            new.writestr(part, changed if part.endswith("sheet1.xml") else text)
    return out.getvalue()


def _many_cells() -> bytes:
    row = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    return _with_sheet(b"</sheetData>", row * (MAX_CELLS // 100 + 1) + b"</sheetData>")


def _entity() -> bytes:
    """A sheet that declares entities, which could grow."""
    return _with_sheet(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>')


@pytest.mark.parametrize(
    ("name", "made", "says"),
    [
        ("p.csv", (_HEAD + "LFP,5,USD_2026/kg\n" * (MAX_ROWS + 1)).encode, "lines of"),
        ("p.csv", ("a," * MAX_COLUMNS + "a\n").encode, "columns"),
        ("p.csv", lambda: _NUL, "LF P"),
        ("p.csv", (_HEAD + "LFP,=1+1,USD_2026/kg\n").encode, "formulas"),
        ("p.csv", (_HEAD + "LFP,@SUM(1),USD_2026/kg\n").encode, "not a number"),
        ("p.csv", lambda: (_HEAD + "LFP,5,USD_2026/kg\n").encode("utf-16"), "not UTF-8"),
        ("p.csv", lambda: _HEAD.encode() + b"Lithi\xfcm,5,USD_2026/kg\n", "not UTF-8"),
        ("p.csv", (_HEAD + '"' + "x" * 200_000 + '",5,USD_2026/kg\n').encode, "p.csv:2"),
        ("p.csv", lambda: b"\x7fELF\x02\x01" + b"\0" * 50, "p.csv"),
        ("p.xlsx", _swollen, "unpacks to too much"),
        ("p.xlsx", _many_cells, f"more than {MAX_CELLS:,} cells"),
        ("p.xlsx", _entity, "document type is declared"),
        ("p.xlsx", lambda: b"PK\x03\x04" + b"\0" * 100, "is not a workbook"),
        ("p.xlsm", lambda: b"PK", "a .xlsm workbook is not read"),
        ("c.yaml", _LAUGHS.encode, "YAML anchor"),
        ("c.yaml", lambda: b"a: " + b"[" * 5_000, "deeper than"),
        ("c.yaml", lambda: b"id: !!python/object/apply:os.system [ls]\n", "YAML tag"),
        ("c.yaml", lambda: b"id: a\0b\n", "c.yaml"),
        ("c.yaml", lambda: b"#" * 1_000_000, "more than 200,000"),
        ("c.py", lambda: b"import os", "a .py file is not read"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_one_sentence(name: str, made: Callable[[], bytes], says: str) -> None:
    told = _refused(name, made())
    assert says in told
    assert told.count("\n") == 0
    assert len(told) < 3_000


@pytest.mark.parametrize(
    "name",
    ["../p.csv", "/etc/passwd", "a/b.csv", ".", "..", "", "p\n.csv", "p\0.csv", "\u202e.csv"],
)
def test_a_name_leads_nowhere(name: str) -> None:
    assert "is no usable name" in _refused(name, (_HEAD + "LFP,5,USD_2026/kg\n").encode())


def _rows(number: int, unit: str) -> bytes:
    return (_HEAD + "".join(f"none{k},5,{unit}\n" for k in range(number))).encode()


def test_a_table_of_wrong_rows_does_not_fill_the_page() -> None:
    told = _refused("p.csv", _rows(1_000, "bananas"))
    assert 1 < len(told.split("\n")) <= MAX_SHOWN + 1
    told = _refused("p.csv", _HEAD.encode() + b"LFP,x\n" * 1_000)
    assert len(told.split("\n")) == MAX_SHOWN + 1
    assert told.endswith("more faults; mend these first")


def test_rows_beyond_use_are_refused_before_they_are_checked() -> None:
    told = _refused("p.csv", _rows(5_000, "USD_2026/kg"))
    assert "rows, more than 20,000; keep those you need" in told
    assert told.count("\n") == 0


def test_a_spend_of_wrong_rows_is_told_in_part() -> None:
    header = b"supplier,spend,unit\n"
    with pytest.raises(InputError) as caught:
        read_spend(header + b"Acme,much,USD_2026\n" * 2_000)
    assert len(str(caught.value).split("\n")) == MAX_SHOWN + 1
