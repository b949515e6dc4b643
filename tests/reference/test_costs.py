"""Costs of a design: parts, levels, quirks and how they move with the plant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from calculator.plant import combine
from calculator.reference import Prices, ReferenceDesign, ReferenceInputs, reference_design

BASE = ReferenceInputs("NMC622-G (Energy)", fast_charge=False, areal_mah_per_cm2=4.0)


def _design(**changes: Any) -> ReferenceDesign:
    return reference_design(replace(BASE, **changes))


@pytest.mark.parametrize("bought", ["none", "cells", "modules"])
@pytest.mark.parametrize("cost_to_build", [True, False])
def test_parts_of_every_level_sum_to_the_level(bought: str, cost_to_build: bool) -> None:
    costs = _design(bought=bought, cost_to_build=cost_to_build).costs
    for level in (costs.cell, costs.module, costs.pack):
        assert sum(level.parts().values()) == pytest.approx(level.total_usd, abs=1e-9)
    assert (costs.pack.profit_usd == 0.0) is cost_to_build
    assert (costs.cell.profit_usd > 0.0) is (bought == "cells")
    assert (costs.module.profit_usd > 0.0) is (bought == "modules")


def test_purchases_of_a_pack_are_its_materials() -> None:
    design = _design()
    expected = (
        400 * design.cell_materials_usd
        + 20 * design.module_parts.total_usd
        + design.pack_parts.total_usd
        + design.management.price_usd
    )
    assert design.costs.pack.materials_usd == pytest.approx(expected, rel=1e-12)


def test_scopes_of_the_plant_sum_to_it() -> None:
    production = _design().production
    scopes, whole = combine(production.by_scope.values()), production.total
    assert scopes.labour_h == pytest.approx(whole.labour_h, rel=1e-12)
    assert scopes.capex_musd == pytest.approx(whole.capex_musd, rel=1e-12)
    assert scopes.area_m2 == pytest.approx(whole.area_m2, rel=1e-12)


def test_masses_sum_to_the_pack() -> None:
    design = _design()
    modules = 20 * design.module.masses.total_kg
    assert 400 * design.cell.mass_g / 1000.0 < modules < design.pack_mass_kg
    assert design.module.masses.cells_kg == pytest.approx(20 * design.cell.mass_g / 1000.0)


@pytest.mark.parametrize(
    "dearer",
    [
        {"cell_yield_pct": 80.0},
        {"packs_per_year": 20_000.0},
        {"days_per_year": 250.0},
        {"shifts_per_day": 2.0},
        {"np_ratio": 1.2},
        {"areal_mah_per_cm2": 2.0},
        {"bought": "cells"},
        {"prices": Prices(separator_usd_per_m2=2.0)},
        {"prices": Prices(pos_solvent_usd_per_kg=5.0)},
    ],
)
def test_what_makes_a_pack_dearer(dearer: dict[str, Any]) -> None:
    assert _design(**dearer).costs.pack.total_usd > _design().costs.pack.total_usd


def test_hours_leave_the_warehouse_and_labour_alone() -> None:
    plain, short = _design().production, _design(shifts_per_day=2.0).production
    assert short.total.labour_h == plain.total.labour_h
    assert short.by_step["warehouse"] == plain.by_step["warehouse"]
    ratio = short.by_step["formation"].capex_musd / plain.by_step["formation"].capex_musd
    assert ratio == pytest.approx(1.5)


def test_formation_of_cells_above_80_ah_costs_a_tenth_more() -> None:
    small, large = (
        _design(energy_kwh=energy).production.by_step["formation"] for energy in (117.0, 118.5)
    )
    assert large.capex_musd / small.capex_musd == pytest.approx(1.1, rel=0.01)


def test_quirks_stand_behind_their_flag() -> None:
    with_quirks, without = _design(), _design(applies_quirks=False)
    assert without.pack_parts.jacket_steel > with_quirks.pack_parts.jacket_steel
    assert without.pack_parts.pads > with_quirks.pack_parts.pads
    assert without.pack_parts.module_links < with_quirks.pack_parts.module_links
    assert without.metals.copper_kg_per_kwh < with_quirks.metals.copper_kg_per_kwh
    assert without.cell.mass_g == with_quirks.cell.mass_g
    assert without.costs.cell == with_quirks.costs.cell


@pytest.mark.parametrize(("applies_quirks", "rises"), [(True, True), (False, False)])
def test_plus_costs_of_pack_hardware_with_volume(applies_quirks: bool, rises: bool) -> None:
    few, many = (
        _design(packs_per_year=packs, applies_quirks=applies_quirks).pack_parts.total_usd
        for packs in (20_000.0, 1_000_000.0)
    )
    assert (many > few) is rises


def test_a_titanate_negative_pays_for_its_own_nmp() -> None:
    titanate = reference_design(ReferenceInputs("LMO-LTO (Energy)", thickness_um=70.0))
    bought = titanate.bought.neg_binder_g / 1000.0
    assert titanate.material_costs.neg_solvent == pytest.approx(16.0 * bought * 2.70)
    assert _design().material_costs.neg_solvent == 0.0
    assert titanate.cell.neg_terminal_g == titanate.cell.pos_terminal_g


@pytest.mark.parametrize(("energy", "lid_mm"), [(9.9, 1.0), (10.1, 1.5), (19.9, 1.5), (20.1, 2.0)])
def test_the_lid_is_thicker_on_larger_packs(energy: float, lid_mm: float) -> None:
    jacket = _design(energy_kwh=energy, power_kw=30.0).pack.jacket
    length, width, height = jacket.length_mm, jacket.width_mm, jacket.height_mm
    outer_mm3 = (2.0 * (length + width) * height + length * width) * lid_mm
    deep, wide = length - 24.0, width - 24.0
    sheets_mm3 = 2.0 * (wide + deep) * (height - 24.0) + deep * wide
    base_mm3 = deep * wide + 16.0 * (deep + wide)
    expected = (outer_mm3 + sheets_mm3 + base_mm3) * 2.70 / 1e6
    assert jacket.aluminium_kg == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("energy", "section_mm2"), [(4.0, 0.0), (9.9, 171.0), (25.0, 304.0)])
def test_the_frame_grows_with_the_modules(energy: float, section_mm2: float) -> None:
    design = _design(energy_kwh=energy, power_kw=3.0 * energy, cells=200)
    jacket = design.pack.jacket
    expected = section_mm2 * 2.0 * (jacket.length_mm + jacket.width_mm) * 7.80 / 1e6
    assert jacket.angle_iron_kg == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("heat", "usd"),
    [(499.9, 30.0), (500.0, 80.0), (999.9, 80.0), (1000.0, 120.0), (3000.0, 200.0)],
)
def test_steps_of_cooling(heat: float, usd: float) -> None:
    from calculator.reference.heat import external_cooling

    assert external_cooling(heat).price_usd == usd


def test_fast_charge_forces_the_largest_cooling() -> None:
    assert _design(fast_charge=True).cooling.heat_w == 4000.0
    assert _design().cooling.heat_w < 1000.0


@pytest.mark.parametrize("parallel", [1, 2, 3, 4, 5, 6])
def test_cells_in_parallel(parallel: int) -> None:
    design = _design(cells_per_module=10 * parallel, cells_in_parallel=parallel)
    assert design.inputs.layout.series_groups == 100
    assert 0.5 < design.solution.asi_hardware_ohm_cm2 < 14.0
    assert design.cell.capacity_ah == pytest.approx(135.8 / parallel, rel=0.03)
