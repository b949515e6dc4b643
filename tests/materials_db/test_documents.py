"""Chemistry files: short numbers, hostile YAML, and one sentence a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from materials_db.faults import DatabaseError
from materials_db.load import data_files, load_chemistry, load_database, load_format
from materials_db.schema import CellFormat, Chemistry
from materials_db.yaml_files import MAX_DEPTH, read_document

_LFP = dict(data_files())["chemistries/LFP.yaml"].decode()
_4680 = dict(data_files())["formats/cylindrical_4680.yaml"].decode()
OWN = {"layer": "overlay"}


def _read(text: str | bytes, **extra: str) -> tuple[Chemistry | None, list[str]]:
    content = text if isinstance(text, bytes) else text.encode()
    entry, faults = read_document(Chemistry, content, "own.yaml", extra)
    return entry, [str(fault) for fault in faults]


def _own(tmp_path: Path, text: str, name: str = "own.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_short_and_long_numbers_are_one() -> None:
    long = """    porosity:
      value: 0.3
      low: 0.25
      high: 0.36
      unit: 1
      source: S07
      basis: derived
      confidence: medium
      note: measured
"""
    lines = _LFP.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("    porosity: 0.3 "))
    short = "    porosity: 0.3 [0.25..0.36] | derived medium | S07 | measured\n"
    first, faults = _read("".join([*lines[:at], short, *lines[at + 1 :]]))
    assert not faults
    second, faults = _read("".join([*lines[:at], long, *lines[at + 1 :]]))
    assert not faults
    assert first is not None
    assert second is not None
    porosity = first.positive.coating.porosity
    assert porosity.row == at + 1
    assert porosity == second.positive.coating.porosity.model_copy(update={"row": at + 1})


def test_a_short_number_holds_every_part() -> None:
    text = _LFP.replace(
        next(line for line in _LFP.splitlines() if line.startswith("average_voltage:")),
        "average_voltage: 3.2 [..3.3] V | reported high 2025-06 | S33 Table 2, p. 4 | at C/20",
    )
    entry, faults = _read(text)
    assert not faults
    assert entry is not None
    voltage = entry.average_voltage
    assert (voltage.value, voltage.low, voltage.high, voltage.unit) == (3.2, None, 3.3, "V")
    assert (voltage.source, voltage.locator) == ("S33", "Table 2, p. 4")
    assert (voltage.date, voltage.note, voltage.file) == ("2025-06", "at C/20", "own.yaml")


def test_a_users_number_may_stop_at_its_unit(tmp_path: Path) -> None:
    text = "".join(line.partition(" | ")[0] + "\n" for line in _LFP.splitlines())
    entry = load_chemistry(load_database(), _own(tmp_path, text.replace("id: LFP", "id: mine")))
    assert (entry.id, entry.layer, entry.file) == ("mine", "overlay", "own.yaml")
    voltage = entry.average_voltage
    assert (voltage.source, voltage.basis, voltage.confidence) == ("overlay", "assumed", "low")
    assert voltage.layer == "overlay"
    assert entry.positive.coating.components[0].mass_fraction.layer == "overlay"


def test_a_shipped_number_may_not() -> None:
    text = "".join(line.partition(" | ")[0] + "\n" for line in _LFP.splitlines())
    entry, faults = _read(text)
    assert entry is None
    assert "own.yaml:6: average_voltage.source is missing; give it a value" in faults


def test_a_users_format_is_read(tmp_path: Path) -> None:
    path = _own(tmp_path, _4680.replace("id: cylindrical_4680", "id: big"))
    entry = load_format(load_database(), path)
    assert (entry.id, entry.shape, entry.layer) == ("big", "cylindrical", "overlay")
    assert load_format(load_database(), "pouch_EV").layer == "shipped"


_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_BOMB, "own.yaml:1: '&a' is a YAML anchor; write the values out"),
        ("id: !!python/object/apply:os.system [ls]\n", "own.yaml:1: '"),
        ("id: !secret x\n", "own.yaml:1: '!secret' is a YAML tag; write plain values"),
        ("a: " + "[" * 100 + "]" * 100, f"the nesting is deeper than {MAX_DEPTH} levels"),
        ("id: LFP\nid: LMO\n", "own.yaml:2: 'id' stands twice; keep one"),
        ("a: *b\n", "own.yaml:1: found undefined alias"),
        ("<<: {a: 1}\n", "own.yaml:1: a key is not a word"),
        ("? [a, b]\n: 1\n", "a key is not a word"),
        ("a: b: c\n", "own.yaml:1: mapping values are not allowed here; mend the syntax"),
        ("a: [1, 2\n", "own.yaml:2: "),
        ("\tid: x\n", "own.yaml:1: "),
        ("- 1\n- 2\n", "own.yaml:1: the file holds no fields"),
        ("", "own.yaml:1: the file holds no fields; write 'name: value' lines"),
        ("id: a\n---\nid: b\n", "own.yaml:2: but found another document"),
        (b"id: \xff\n", "own.yaml:1: the text is not UTF-8; save the file as UTF-8"),
        (b"id: \x00\x01\n", "own.yaml"),
        ("#" * 300_000, "own.yaml: the file holds 300,000 bytes, more than 200,000"),
    ],
)
def test_hostile_yaml_gets_one_sentence(content: str | bytes, sentence: str) -> None:
    entry, faults = _read(content)
    assert entry is None
    assert len(faults) == 1
    assert sentence in faults[0]
    assert "; " in faults[0]
    assert "\n" not in faults[0]


@pytest.mark.parametrize(
    ("start", "line", "sentence"),
    [
        ("    porosity: 0.3 ", "    porosity: 1.2", "porosity 1.2 is out of bounds; give a value"),
        (
            "    porosity: 0.3 ",
            "    porosity: 30 um",
            "unit 'um' is a length where a plain number",
        ),
        (
            "    porosity: 0.3 ",
            "    porosity: much",
            "porosity: 'much' is not a number with a unit",
        ),
        (
            "    porosity: 0.3 ",
            "    porosity: 0,3",
            "porosity: '0,3' is not a number with a unit; write one such as '0.3'",
        ),
        (
            "    porosity: 0.3 ",
            "    porosity: .nan",
            "porosity: '.nan' is not a number with a unit",
        ),
        ("    thickness: 12 [10", "    thickness: -12 um", "thickness -12 um is out of bounds"),
        (
            "    thickness: 12 [10",
            "    thickness: 12",
            "is a plain number where a length is needed",
        ),
        ("    thickness: 12 [10", "    thickness: 12 ton", "unit 'ton' is not known; write 't'"),
        (
            "    material: aluminium",
            "    material: alu_foil",
            "material 'alu_foil' is not known; did",
        ),
        (
            "    material: aluminium",
            "    material: graphite",
            "material 'graphite' is a negative_a",
        ),
        ("process: liquid", "process: liqid", "process 'liqid' has no plant rows; did you mean"),
        ("family: liquid", "family: plasma", "family 'plasma' is not a choice; known:"),
        (
            "      - material: LFP",
            "      - material: LFPP",
            "material 'LFPP' is not known; did you",
        ),
        (
            "      - material: LFP",
            "      - material: LATP",
            "the coating holds no material of role positive_active; add one",
        ),
        (
            "        mass_fraction: 0.96",
            "        mass_fraction: 0.90",
            "the mass fractions of the coating add to 0.94; change them to add to 1",
        ),
        (
            "    binder_solvent: NMP",
            "    binder_solvent: PVDF",
            "binder_solvent 'PVDF' is a binder",
        ),
        ("  material: electrolyte", "  material: LATP", "'LATP' is a solid_electrolyte; name one"),
        ("  n_p_ratio: 1.08", "", "negative has a coating but no n_p_ratio; give one"),
        ("    areal_capacity: 2.9", "", "the positive coating has no areal_capacity; give one"),
        ("name: lithium", "nme: x", "nme is not a field; did you mean 'name'"),
    ],
)
def test_bad_numbers_get_one_sentence(tmp_path: Path, start: str, line: str, sentence: str) -> None:
    lines = _LFP.splitlines()
    at = next(i for i, text in enumerate(lines) if text.startswith(start))
    path = _own(tmp_path, "\n".join([*lines[:at], line, *lines[at + 1 :]]) + "\n")
    with pytest.raises(DatabaseError) as caught:
        load_chemistry(load_database(), path)
    told = [str(fault) for fault in caught.value.faults]
    assert any(sentence in text for text in told), told
    assert all(text.startswith("own.yaml:") for text in told)


def test_line_numbers_point_at_the_number(tmp_path: Path) -> None:
    lines = _LFP.splitlines()
    at = next(i for i, text in enumerate(lines) if text.startswith("    porosity: 0.3 "))
    lines[at] = "    porosity: 1.2"
    with pytest.raises(DatabaseError) as caught:
        load_chemistry(load_database(), _own(tmp_path, "\n".join(lines)))
    assert [fault.row for fault in caught.value.faults] == [at + 1]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no such file or folder; check the path"):
        load_chemistry(load_database(), str(tmp_path / "gone.yaml"))


def test_format_without_a_dimension() -> None:
    text = _4680.replace("diameter: 46 mm", "# diameter: 46 mm")
    entry, faults = read_document(CellFormat, text.encode(), "own.yaml", OWN)
    assert entry is None
    assert [str(fault) for fault in faults] == [
        "own.yaml:1: a cylindrical format needs diameter; mend the value"
    ]


def test_bounds_are_told_beside_what_cannot_be_read(tmp_path: Path) -> None:
    text = _LFP.replace("porosity: 0.3 ", "porosity: abc ").replace(
        "thickness: 12 [10..20] um", "thickness: -12 um"
    )
    with pytest.raises(DatabaseError) as caught:
        load_chemistry(load_database(), _own(tmp_path, text))
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert "thickness -12 um is out of bounds" in told[0]
    assert "porosity: 'abc " in told[1]


def test_a_format_for_a_chemistry_and_the_reverse_are_told(tmp_path: Path) -> None:
    db = load_database()
    with pytest.raises(DatabaseError, match=r"own\.yaml: this is a cell format; use --format"):
        load_chemistry(db, _own(tmp_path, _4680))
    with pytest.raises(DatabaseError, match=r"own\.yaml: this is a chemistry; name it as the chem"):
        load_format(db, _own(tmp_path, _LFP))


def test_endings_may_be_in_capitals(tmp_path: Path) -> None:
    db = load_database()
    assert load_chemistry(db, _own(tmp_path, _LFP, "own.YAML")).id == "LFP"
    assert load_format(db, _own(tmp_path, _4680, "own.Yml")).id == "cylindrical_4680"
