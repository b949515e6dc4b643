"""The rows of trade policy: what a user's own must hold, and what the shipped ones are."""

from __future__ import annotations

from pathlib import Path

import pytest

from calculator.trade import customs_base, duty_stack
from materials_db.database import MaterialsDB
from materials_db.faults import DatabaseError
from materials_db.load import load_database

_HEAD = "measure,quantity,treatment,origins,hs,valid_from,valid_to,value,unit\n"


def _overlay(path: Path, row: str) -> Path:
    file = path / "tariffs.csv"
    file.write_text(_HEAD + row + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("EUU_MFN,rate,mfn,WLD,7410.11,,,5,%", "the duty has no date; give valid_from"),
        ("EUU_MFN,rate,mfn,WLD,7410.11,2026-05-01,2026-04-01,5,%", "ends before it begins"),
        ("EUU_MFM,rate,mfn,WLD,7410.11,2026-05-01,,5,%", "measure 'EUU_MFM' is not known; did you"),
        ("EUU_MFN,rate,,WLD,7410.11,2026-05-01,,5,%", "a rate has a treatment"),
        ("EUU_MFN,rate,mfn,XYZ,7410.11,2026-05-01,,5,%", "'XYZ' is not a country"),
        ("EUU_MFN,rate,mfn,WLD,copper,2026-05-01,,5,%", "hs"),
        ("EUU_MFN,rate,mfn,WLD,7410.11,2026-05-01,,5,kg", "rate"),
        ("EUU_MFN,rate,mfn,WLD,7410.11,2026-05-01,,5000,%", "rate"),
    ],
)
def test_a_faulty_row_is_told(tmp_path: Path, row: str, sentence: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        load_database(_overlay(tmp_path, row))
    told = [str(fault) for fault in caught.value.faults]
    assert any(sentence in text for text in told), told


def test_a_row_of_ones_own(tmp_path: Path) -> None:
    row = "EUU_MFN,rate,mfn,WLD,7410.11,2026-05-01,,5.2,%"
    own = load_database(_overlay(tmp_path, row))
    found = duty_stack(own, "copper_foil", "CHN", "EUU", "2026-06-01")
    assert found.rate == pytest.approx(0.052)
    assert found.lines[0].record.layer == "overlay"
    assert not duty_stack(own, "copper_foil", "CHN", "EUU", "2026-04-30").covered


def test_customs_bases(db: MaterialsDB) -> None:
    bases = {c: customs_base(db, c) for c in ("USA", "CAN", "AUS", "MEX", "DEU", "JPN", "IND")}
    assert bases == {
        "USA": "fob", "CAN": "fob", "AUS": "fob", "MEX": "cif", "DEU": "cif", "JPN": "cif",
        "IND": "cif",
    }  # fmt: skip


def test_every_measure_and_product_is_used(db: MaterialsDB) -> None:
    """A measure without a rate says so; every product has a code."""
    with_rows = {row.measure for row in db.tariffs}
    without = {m.id for m in db.trade_measures.values() if m.id not in with_rows}
    assert without == {"USA_IEEPA", "USA_S301_CAPACITY", "USA_S232_MINERALS", "IND_EU_FTA"}
    assert all(db.trade_measures[name].note for name in without)
    assert {row.product for row in db.hs_codes} == set(db.trade_products)


def test_recalled_rows_are_not_trusted(db: MaterialsDB) -> None:
    recalled = [row for row in db.tariffs if row.recalled]
    assert recalled
    assert all(row.basis == "assumed" and row.confidence == "low" for row in recalled)
