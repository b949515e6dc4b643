"""The strict parser against an independent one, and what it must refuse."""

from __future__ import annotations

import periodictable
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_db.formula import ATOMIC_MASS, FormulaError, atoms, mass_fractions, molar_mass
from materials_db.load import load_database

_FORMULAS = sorted({m.formula for m in load_database().materials.values() if m.formula})


@pytest.mark.parametrize("formula", _FORMULAS)
def test_mass_fractions_agree_with_periodictable(formula: str) -> None:
    plain = formula.replace("[", "(").replace("]", ")")
    oracle = {str(k): v for k, v in periodictable.formula(plain).mass_fraction.items()}
    ours = mass_fractions(formula)
    assert set(ours) == set(oracle)
    for element, fraction in ours.items():
        assert fraction == pytest.approx(oracle[element], rel=3e-4)
    assert sum(ours.values()) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("element", sorted(ATOMIC_MASS))
def test_atomic_masses_agree_with_periodictable(element: str) -> None:
    oracle = getattr(periodictable, element).mass
    assert ATOMIC_MASS[element] == pytest.approx(oracle, rel=3e-4)


def test_brackets_multiply_out() -> None:
    assert dict(atoms("Na2Fe[Fe(CN)6]")) == {"Na": 2, "Fe": 2, "C": 6, "N": 6}
    assert atoms("(C2H4O)18LiN(SO2CF3)2")["C"] == 38
    assert atoms("LiNi0.8Mn0.1Co0.1O2")["Ni"] == 0.8
    assert molar_mass("CoSO4(H2O)7") == pytest.approx(281.1, abs=0.05)


@given(st.dictionaries(st.sampled_from(sorted(ATOMIC_MASS)), st.integers(1, 40), min_size=1))
@settings(max_examples=60, deadline=None)
def test_parsing_gives_back_what_was_written(counts: dict[str, int]) -> None:
    formula = "".join(f"{element}{number / 10:g}" for element, number in counts.items())
    assert dict(atoms(formula)) == pytest.approx({k: v / 10 for k, v in counts.items()})


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("NMC811", "is a trade name; write the composition, such as 'LiNi0.8Mn0.1Co0.1O2'"),
        ("LFP", "is a trade name"),
        ("LiXxO2", "names the unknown element 'Xx'"),
        ("Li(OH", "leaves '(' open"),
        ("LiOH)", "has a stray ')'"),
        ("Li(OH]", "has a stray ']'"),
        ("Li()2", "has an empty bracket"),
        ("Li0O2", "counts zero atoms"),
        ("LiOH·H2O", "cannot be read at '·H2O'"),
        ("Li OH", "cannot be read at ' OH'"),
        ("Li-O", "cannot be read at '-O'"),
        ("2H2O", "cannot be read at '2H2O'"),
        ("", "is empty"),
        ("0.9 graphite + 0.1 Si", "cannot be read"),
    ],
)
def test_refused_formulas(formula: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        atoms(formula)
    assert message in str(caught.value)
    assert "; " in str(caught.value)
