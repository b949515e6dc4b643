"""The golden tables hold to 1e-9; ``python -m tests.calculator.golden`` renews them."""

from __future__ import annotations

import pytest

from materials_db.database import MaterialsDB
from materials_db.schema import Family
from tests.calculator.golden import CHEMISTRIES, FOLDER, read, table_of


@pytest.mark.parametrize("chemistry", CHEMISTRIES)
def test_every_number_is_the_golden_one(db: MaterialsDB, chemistry: str) -> None:
    golden, found = read(chemistry), table_of(db, chemistry)
    assert list(found) == list(golden)
    off = {
        key: (value, golden[key])
        for key, value in found.items()
        if value != pytest.approx(golden[key], rel=1e-9, abs=1e-15)
    }
    assert not off, "renew with python -m tests.calculator.golden if the change is meant"


def test_each_file_is_of_a_shipped_chemistry_and_each_class_has_some(db: MaterialsDB) -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(CHEMISTRIES)
    families = [db.chemistry(name).family for name in CHEMISTRIES]
    assert len(CHEMISTRIES) >= 6
    for family in (Family.LIQUID, Family.SEMI_SOLID, Family.SOLID_STATE):
        assert families.count(family) >= 2


def test_a_golden_table_has_every_kind_of_number() -> None:
    for chemistry in CHEMISTRIES:
        tables = {table for table, *_ in read(chemistry)}
        assert tables == {
            "headline",
            "cost of the cell",
            "cost of the pack",
            "cost by step",
            "elements in the cell",
            "elements bought",
            "masses",
        }
