"""Cases in a CSV file, and what is said of a file that cannot be read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calculator.errors import InputError
from calculator.reference import (
    ReferenceInputs,
    column_names,
    inputs_from_workbook,
    read_cases,
    reference_design,
    write_designs,
)


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_cases_are_read_designed_and_written(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "case,couple,areal_mah_per_cm2,fast_charge,labour_usd_per_h,electrode_coat,"
        "pos_active_usd_per_kg,cells_per_module,bought\n"
        "=a,LFP-G (Energy),3.5,no,30,,8,,\n"
        "b,NMC811-G (Energy),,,,0.9,,10,cells\n",
    )
    first, second = read_cases(path)
    assert first.inputs.areal_mah_per_cm2 == 3.5
    assert first.inputs.fast_charge is False
    assert first.inputs.rates.labour_usd_per_h == 30.0
    assert first.inputs.prices.pos_active_usd_per_kg == 8.0
    assert second.inputs.yields.electrode_coat == 0.9
    assert (second.inputs.layout.cells, second.inputs.bought) == (200, "cells")
    out = tmp_path / "out.csv"
    write_designs(out, [(c.label, reference_design(c.inputs)) for c in (first, second)])
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"case", *column_names()}
    assert rows[0]["case"] == "'=a"
    assert float(rows[0]["pos_areal_capacity_mAh_cm2"]) == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs a column 'couple'"),
        ("energy_kwh\n5\n", "needs a column 'couple'"),
        ("couple\n", "holds no case"),
        ("couple,energy\nLFP-G (Energy),5\n", "column 'energy' is not an input; did you mean 'ene"),
        ("couple,energy_kwh\nLFP-G (Energy),=1+1\n", "line 2: energy_kwh: '=1\\+1' is not a numb"),
        ("couple,energy_kwh\nLFP-G (Energy),5 kWh\n", "line 2: energy_kwh: '5 kWh' is not a numb"),
        ("couple,rows\nLFP-G (Energy),2.5\n", "line 2: rows: 2.5 must be a whole number"),
        ("couple,fast_charge\nLFP-G (Energy),maybe\n", "line 2: fast_charge: 'maybe' must be true"),
        ("couple,rows\nLFP-G (Energy)\n", "line 2: has not as many cells as the header"),
        ("couple,rows\nLFP-G (Energy),4,4\n", "line 2: has not as many cells as the header"),
        ("couple,couple\na,b\n", "no column twice"),
        ("couple\n\"\"\n", "line 2: couple: is missing"),
        ("couple,energy_kwh\nLFP,5\n", "line 2: couple: 'LFP' is not in the reference"),
        ("couple,energy_kwh\nLFP-G (Energy),nan\n", "line 2: energy_kwh: nan must lie"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_cases(_file(tmp_path, text))


def test_a_missing_or_binary_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        read_cases(tmp_path / "none.csv")
    path = tmp_path / "cases.csv"
    path.write_bytes(b"couple\n\xff\xfe\x00")
    with pytest.raises(InputError, match="is not a CSV file in UTF-8"):
        read_cases(path)


def test_draws_are_not_written_as_one_row(tmp_path: Path) -> None:
    import numpy as np

    design = reference_design(
        ReferenceInputs("LFP-G (Energy)", areal_mah_per_cm2=np.array([3.0, 4.0]))
    )
    with pytest.raises(InputError, match="holds an array of draws"):
        write_designs(tmp_path / "out.csv", [("a", design)])


def test_an_unknown_workbook_cell_is_named() -> None:
    with pytest.raises(InputError, match="Dashboard!Z1: is not among the workbook cells"):
        inputs_from_workbook("LFP-G (Energy)", "Dashboard!Z1=4")
