"""How a teardown is given: ranges as draws, equivalent descriptions, and mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.teardown import (
    MeasuredSheets,
    Teardown,
    measured_areas,
    teardown_cell,
    teardown_spec,
)
from materials_db.database import MaterialsDB
from tests.calculator.teardown_cells import CELLS


def test_measured_ranges_as_draws_equal_one_cell_at_a_time(db: MaterialsDB) -> None:
    cell = CELLS["CATL_161"](db)
    loading = np.linspace(22.3, 22.9, 5)
    wall = np.linspace(0.6, 0.8, 5)

    def at(load: object, thickness: object) -> Teardown:
        return replace(
            cell,
            positive=replace(cell.positive, loading_mg_per_cm2=load),
            format=replace(cell.format, wall_mm=thickness),
        )

    together = teardown_cell(at(loading, wall))
    assert np.shape(together.mass_g) == (5,)
    for i in range(5):
        alone = teardown_cell(at(float(loading[i]), float(wall[i])))
        for name in ("energy_wh", "mass_g", "void_cm3", "headspace_cm3", "pore_filling"):
            drawn = np.broadcast_to(getattr(together, name), (5,))[i]
            assert drawn == pytest.approx(getattr(alone, name), rel=1e-12), name


def test_two_of_three_numbers_of_a_coating_say_the_third(db: MaterialsDB) -> None:
    cell = CELLS["CATL_161"](db)
    design = teardown_cell(cell)
    thickness = float(design.positive_thickness_um)
    for measured in (
        {"loading_mg_per_cm2": None, "thickness_um": thickness},
        {"density_g_per_cm3": None, "thickness_um": thickness},
        {"density_g_per_cm3": None, "porosity": float(teardown_spec(cell).positive.porosity)},
    ):
        other = teardown_cell(replace(cell, positive=replace(cell.positive, **measured)))
        assert other.mass_g == pytest.approx(design.mass_g, rel=1e-12)
        assert other.positive_thickness_um == pytest.approx(thickness, rel=1e-12)


def test_liquid_may_be_weighed_per_cell_per_ah_or_by_pores(db: MaterialsDB) -> None:
    cell = CELLS["Tesla_4680"](db)
    design = teardown_cell(cell)
    assert cell.liquid is not None
    grams = float(design.liquid_cm3 * cell.liquid.density_g_per_cm3)
    for amount in ({"mass_g": grams}, {"g_per_ah": grams / float(design.capacity_ah)}):
        other = replace(cell, liquid=replace(cell.liquid, pore_filling=None, **amount))
        assert teardown_cell(other).mass_g == pytest.approx(design.mass_g, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"thickness_um": 94.0}, "described by 3 of loading, thickness and density"),
        ({"loading_mg_per_cm2": None}, "described by 1 of loading, thickness and density"),
        ({"porosity": 0.3}, "has a density and a porosity; give one"),
        ({"density_g_per_cm3": 5.0}, "denser than its solids"),
        ({"loading_mg_per_cm2": -1.0}, "denser than its solids or without mass"),
        ({"capacity_mah_per_g": 0.0}, "capacity of the active part of the positive coating"),
        ({"parts": ()}, "the positive coating holds no active material"),
        ({"density_g_per_cm3": None, "thickness_um": 0.0}, "thickness_um of the positive coating"),
    ],
)
def test_a_coating_no_one_can_have_is_one_sentence(
    db: MaterialsDB, change: dict[str, object], sentence: str
) -> None:
    cell = CELLS["CATL_161"](db)
    with pytest.raises(InputError, match=sentence):
        teardown_cell(replace(cell, positive=replace(cell.positive, **change)))


def test_mass_fractions_must_add_to_one(db: MaterialsDB) -> None:
    cell = CELLS["CATL_161"](db)
    parts = (replace(cell.positive.parts[0], mass_fraction=0.9), *cell.positive.parts[1:])
    with pytest.raises(InputError, match="must add to 1"):
        teardown_cell(replace(cell, positive=replace(cell.positive, parts=parts)))


def test_liquid_given_twice_or_not_at_all_is_one_sentence(db: MaterialsDB) -> None:
    cell = CELLS["CATL_161"](db)
    assert cell.liquid is not None
    for change in ({"mass_g": 400.0}, {"pore_filling": None}):
        with pytest.raises(InputError, match="mass_g, g_per_ah or pore_filling; give one"):
            teardown_cell(replace(cell, liquid=replace(cell.liquid, **change)))
    with pytest.raises(InputError, match="pore_filling must be zero or more"):
        teardown_cell(replace(cell, liquid=replace(cell.liquid, pore_filling=-0.1)))


def test_sheets_that_do_not_fit_are_one_sentence(db: MaterialsDB) -> None:
    cell = CELLS["CATL_161"](db)
    with pytest.raises(InputError, match="cm3 more than the case holds; check counts"):
        teardown_cell(replace(cell, format=replace(cell.format, thickness_mm=40.0)))
    with pytest.raises(InputError, match="positive_cm2 of the measured areas must be above zero"):
        teardown_cell(replace(cell, areas=replace(cell.areas, positive_cm2=0.0)))


@pytest.mark.parametrize(
    ("sheets", "sentence"),
    [
        (MeasuredSheets(-1.0, 60.0), "length_mm of the positive sheets"),
        (MeasuredSheets(100.0, 60.0, count=0.0), "count of the positive sheets"),
        (MeasuredSheets(100.0, 60.0, foil_width_mm=50.0), "foil is smaller than its coating"),
    ],
)
def test_sheets_out_of_bounds_are_one_sentence(sheets: MeasuredSheets, sentence: str) -> None:
    good = MeasuredSheets(100.0, 60.0)
    with pytest.raises(InputError, match=sentence):
        measured_areas(sheets, good, good)
