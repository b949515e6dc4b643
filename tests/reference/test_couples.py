"""The table of couples against its own formulas."""

from __future__ import annotations

import math

import pytest

from calculator.errors import InputError
from calculator.reference import ReferenceInputs, couple_named, couples
from calculator.reference.coatings import coating_thickness_um, design_coatings
from calculator.reference.data import table
from calculator.reference.impedance import temperature_factor

ROWS = {int(row["row"]): row for row in table("batpac50_chem_properties.csv")}


def test_seventeen_couples() -> None:
    assert len(couples()) == 17


@pytest.mark.parametrize("name", list(couples()))
def test_thickness_at_the_default_loading_follows_from_density(name: str) -> None:
    coatings = design_coatings(ReferenceInputs(name))
    areal, expected = float(ROWS[133][name]), float(ROWS[134][name])
    assert coating_thickness_um(coatings.positive, areal) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", list(couples()))
def test_voltage_rises_with_charge(name: str) -> None:
    ocv = couples()[name].ocv_v
    assert list(ocv) == sorted(ocv)
    assert len(ocv) == 11


def test_temperature_factor() -> None:
    factor = temperature_factor(couple_named("LFP-G (Energy)"))
    assert factor == pytest.approx(math.exp(-30000 / 8.31 * (1 / 298 - 1 / 303)))
    assert round(factor, 4) == 0.8188


def test_an_unknown_couple_names_near_ones() -> None:
    with pytest.raises(InputError, match=r"couple: 'NMC811' is not.*NMC811-G \(Energy\)"):
        couple_named("NMC811")
