"""Reading long CSV tables: every fault in one go, one sentence each."""

from __future__ import annotations

import pytest

from materials_db.csv_files import read_table
from materials_db.faults import DatabaseError, Fault, UnknownNameError, did_you_mean
from materials_db.tables import TABLES

_HEAD = "material,property,element,value,unit,low,high,date,source,locator,basis,confidence,note\n"
_GOOD = "LFP,density,,3.6,g/cm3,3.4,3.6,2021,S01,row 1,reported,medium,\n"


def _faults(text: str | bytes, table: str = "properties") -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    return [str(fault) for fault in read_table(TABLES[table], content, "own.csv")[1]]


def test_a_good_row_keeps_its_place() -> None:
    (row,), faults = read_table(TABLES["properties"], (_HEAD + _GOOD).encode(), "own.csv")
    assert not faults
    assert (row.file, row.row, row.layer) == ("own.csv", 2, "shipped")
    assert (row.value, row.low, row.high, row.date) == (3.6, 3.4, 3.6, "2021")


def test_byte_order_mark_and_windows_lines_are_read() -> None:
    text = "\ufeff" + (_HEAD + _GOOD).replace("\n", "\r\n")
    assert _faults(text) == []


def test_quoted_line_breaks_do_not_shift_line_numbers() -> None:
    noted = _GOOD.replace("row 1", '"row\n1"')
    bad = _GOOD.replace("3.6,g/cm3", "x,g/cm3")
    assert _faults(_HEAD + noted + bad) == [
        "own.csv:4: value 'x' is not a number; write digits with a point, such as 3.5"
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("3.6,g/cm3", "3;6,g/cm3", "value '3;6' is not a number; write digits with a point"),
        ("3.6,g/cm3", "=1+1,g/cm3", "value '=1+1' is not a number; formulas are not evaluated"),
        ("3.6,g/cm3", "nan,g/cm3", "value 'nan' is not a finite number"),
        ("3.6,g/cm3", "inf,g/cm3", "value 'inf' is not a finite number"),
        ("3.6,g/cm3", ",g/cm3", "value is missing; give it a value"),
        ("density", "densty", "property 'densty' is not a choice; did you mean 'density'?"),
        ("reported", "guess", "basis 'guess' is not a choice; known:"),
        ("medium", "sure", "confidence 'sure' is not a choice; known:"),
        ("2021", "21/3/2021", "date '21/3/2021' is malformed; write a year, month or day"),
        ("2021", "2021-13", "date '2021-13' is malformed"),
        ("LFP", "my cell", "material 'my cell' is malformed; use letters, digits"),
        ("3.4,3.6", "4.4,3.6", "low 4.4 is above the value 3.6; swap or mend"),
        ("3.4,3.6", "3.4,3.5", "high 3.5 is below the value 3.6; swap or mend"),
    ],
)
def test_bad_cells(old: str, new: str, sentence: str) -> None:
    (fault,) = _faults(_HEAD + _GOOD.replace(old, new, 1))
    assert fault.startswith("own.csv:2: ")
    assert sentence in fault
    assert "\n" not in fault


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (_HEAD.replace("material,", "matrial,"), "column 'matrial' is not known; did you mean"),
        (_HEAD.replace("material,", "matrial,"), "column 'material' is missing; add it"),
        (_HEAD.replace("note", "unit"), "column 'unit' stands twice; keep one"),
        (_HEAD.replace("note", "file"), "column 'file' is not known"),
    ],
)
def test_bad_headers(header: str, sentence: str) -> None:
    assert any(fault.startswith(f"own.csv:1: {sentence}") for fault in _faults(header + _GOOD))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "own.csv: the table is empty; give a header and rows"),
        (_HEAD + "LFP,density\n", "own.csv:2: the row has 2 cells where the header has 13;"),
        (_HEAD.encode() + b"LFP,\xff\xfe\n", "own.csv:2: the text is not UTF-8; save"),
        (_HEAD + 'LFP,"density\n', "own.csv:2: the row cannot be read"),
        (_HEAD + "L\0FP,density\n", "own.csv:2: "),
    ],
)
def test_unreadable_files(content: str | bytes, sentence: str) -> None:
    assert _faults(content)[0].startswith(sentence)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    rows = [_GOOD.replace("3.6,g", f"x{n},g") for n in range(5)]
    assert len(_faults(_HEAD + "".join(rows))) == 5


def test_error_text_is_a_bullet_list_in_order() -> None:
    error = DatabaseError([Fault("b.csv", 3, "x", "do y"), Fault("a.csv", 0, "z", "do w")])
    assert str(error) == "- a.csv: z; do w\n- b.csv:3: x; do y"
    assert [fault.file for fault in error.faults] == ["a.csv", "b.csv"]


def test_did_you_mean() -> None:
    assert did_you_mean("nmc81", ["NMC811", "LFP"]) == "did you mean 'NMC811'?"
    assert did_you_mean("zzz", ["NMC811", "LFP"]) == "known: LFP, NMC811"
    assert did_you_mean("zzz", []) == "none is known"
    assert did_you_mean("zzz", [f"a{n}" for n in range(20)]).endswith(", ...")
    with pytest.raises(UnknownNameError, match="deck 'x' is not in the database; known: y"):
        raise UnknownNameError("deck", "x", ["y"])
