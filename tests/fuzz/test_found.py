"""What once ended in a traceback, each by the shortest input that did."""

from __future__ import annotations

import io
import zipfile

import pytest

from calculator.scenario import ScenarioError, make_scenario, parse_scenario
from materials_db.faults import DatabaseError
from materials_db.sheets import read_workbook
from pages.cached import overlaid


def test_a_name_that_stands_twice_in_values_without_lines() -> None:
    asked = {"importer": "EUU", "demand": "1 GWh/year", "chemistries": ["LFP", "LFP"]}
    with pytest.raises(ScenarioError, match="LFP"):
        make_scenario({"chemistries": ["LFP"], "sourcing": asked})


def test_a_line_break_inside_a_quantity_stays_one_sentence() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario("chemistries: [LFP]\npack:\n  energy: |-\n    75\n    kWh and\n", "s.yaml")
    assert all("\n" not in str(fault) for fault in caught.value.faults)


def test_a_packed_part_that_is_broken() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>" * 500)
    content = bytearray(made.getvalue())
    start = content.index(b".xml") + len(".xml")
    content[start : start + 8] = b"\xff" * 8
    sheets, (fault,) = read_workbook(bytes(content), "own.xlsx")
    assert sheets == []
    assert "is not a workbook" in str(fault)


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_is_a_folder(name: str) -> None:
    with pytest.raises(DatabaseError, match="is no usable name"):
        overlaid({name: b"item,value,unit\n"})
