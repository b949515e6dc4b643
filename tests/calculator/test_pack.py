"""Packs of whole cells: smooth in energy, modules of a like size, better cells no heavier."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from calculator.design import CellDesign, design_cell
from calculator.errors import InputError
from calculator.evaluation import evaluate
from calculator.pack import (
    SERIES_SLACK,
    PackDesign,
    PackPlan,
    PackTarget,
    design_product_pack,
    plan_pack,
)
from calculator.requests import request_for
from calculator.spec import FormatSpec, cell_spec, format_spec
from materials_db.database import MaterialsDB
from materials_db.load import load_database

CHEMISTRIES = tuple(load_database().chemistries)
ENERGIES = tuple(float(kwh) for kwh in range(60, 91))


def cell_of(db: MaterialsDB, chemistry: str, cell_format: str) -> tuple[CellDesign, FormatSpec]:
    fmt = format_spec(db, db.cell_format(cell_format))
    return design_cell(cell_spec(db, db.chemistry(chemistry)), fmt), fmt


def packs(
    db: MaterialsDB, chemistry: str, cell_format: str = "prismatic_EV"
) -> list[tuple[PackPlan, PackDesign]]:
    design, fmt = cell_of(db, chemistry, cell_format)
    plans = [plan_pack(PackTarget(energy_kwh=kwh), design, fmt) for kwh in ENERGIES]
    return [(plan, design_product_pack(plan, design, fmt, 1.0, 30e6)) for plan in plans]


def kg_per_kwh(pack: PackDesign) -> float:
    return float(pack.mass_kg / pack.energy_kwh)


@pytest.mark.parametrize(
    ("cell_format", "most_bricks"), [("prismatic_EV", 20), ("cylindrical_21700", 36)]
)
@pytest.mark.parametrize("chemistry", CHEMISTRIES)
def test_mass_per_kwh_and_modules_vary_smoothly(
    db: MaterialsDB, chemistry: str, cell_format: str, most_bricks: int
) -> None:
    found = packs(db, chemistry, cell_format)
    masses = [kg_per_kwh(pack) for _, pack in found]
    for kwh, one, other in zip(ENERGIES, masses, masses[1:], strict=False):
        assert other == pytest.approx(one, rel=0.06), kwh
    for kwh, (plan, pack) in zip(ENERGIES, found, strict=True):
        assert 7 <= plan.layout.cells_per_module <= most_bricks, kwh
        assert 2 <= pack.modules <= 32
        # half a cell group, beside the groups let go for better modules
        slack = SERIES_SLACK + 1.5 / pack.series_groups
        assert pack.energy_kwh == pytest.approx(kwh, rel=slack)


@pytest.mark.parametrize(
    ("better", "than"), [("NCA", "NMC622"), ("NMC811", "NMC622"), ("NMC622", "LFP")]
)
def test_a_better_cell_makes_no_heavier_pack(db: MaterialsDB, better: str, than: str) -> None:
    for kwh, (_, one), (_, other) in zip(ENERGIES, packs(db, better), packs(db, than), strict=True):
        assert kg_per_kwh(one) < kg_per_kwh(other), kwh


@pytest.mark.parametrize("kwh", [0.1, 1.0, 7.3, 400.0, 1e5])
def test_small_and_huge_packs_have_a_layout(db: MaterialsDB, kwh: float) -> None:
    target = PackTarget(energy_kwh=kwh, power_kw=3 * kwh)
    pack = evaluate(db, request_for(db, "LFP", pack=target)).pack
    assert pack.cells >= 1
    assert pack.energy_kwh == pytest.approx(kwh, rel=0.05) or pack.cells <= 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"energy_kwh": 0.0}, "pack energy (kWh) must lie between 0.1 and 100000; mend the value"),
        ({"energy_kwh": 1e6}, "pack energy (kWh) must lie between 0.1 and 100000; mend the value"),
        ({"energy_kwh": float("inf")}, "pack energy (kWh) must be finite; mend the value"),
        ({"energy_kwh": "75"}, "pack energy (kWh) is '75'; give a number or a list of numbers"),
        ({"energy_kwh": [70.0, 80.0]}, "pack energy (kWh) must be one number, not a list; give"),
        ({"voltage_v": -3.0}, "pack voltage (V) must lie between 1 and 100000; mend the value"),
        ({"power_kw": None}, "pack power (kW) is None; give a number"),
        ({"fast_charge": 2}, "pack fast_charge must be true or false; mend it"),
    ],
)
def test_a_pack_out_of_bounds_is_one_sentence(
    db: MaterialsDB, change: dict[str, object], message: str
) -> None:
    target = replace(PackTarget(), **change)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        evaluate(db, request_for(db, "LFP", pack=target))
    assert "\n" not in str(caught.value)
