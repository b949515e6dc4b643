"""The roll-up: multipliers, sums, views and scopes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.economics import Rates, UnitCost, unit_cost
from calculator.plant import Load
from calculator.reference.data import plant_data

RATES = Rates()
LOAD = Load(4.0e6, 4200.0, 330_000.0)


def _cost(**changes: float) -> UnitCost:
    return unit_cost(8000.0, LOAD, 5e5, replace(RATES, **changes), electricity_usd=120.0)


def test_default_rates_are_the_workbooks() -> None:
    data = plant_data()["rates"]
    assert data["labour_usd_h"] == RATES.labour_usd_per_h
    assert data["building_usd_m2"] == RATES.building_usd_per_m2
    shares = {
        "launch_pct_materials": RATES.launch_on_materials,
        "launch_pct_labour_voh": RATES.launch_on_labour,
        "working_capital_pct_var": RATES.working_capital,
        "voh_pct_labour": RATES.overhead_on_labour,
        "voh_pct_depr": RATES.overhead_on_depreciation,
        "gsa_pct_labour_voh": RATES.gsa_on_labour,
        "gsa_pct_depr": RATES.gsa_on_depreciation,
        "rd_pct_depr": RATES.rnd_on_depreciation,
        "depr_equipment_pct": RATES.equipment_depreciation,
        "depr_building_pct": RATES.building_depreciation,
        "profit_pct_investment": RATES.profit_on_investment,
        "warranty_pct": RATES.warranty,
    }
    for name, share in shares.items():
        assert data[name] / 100.0 == pytest.approx(share, rel=1e-12), name


@pytest.mark.parametrize(
    ("name", "materials", "load"),
    [
        ("materials", 1.0, Load()),
        ("labour", 0.0, Load(labour_h=1.0 / 25.0)),
        ("capex", 0.0, Load(capex_musd=1e-6)),
        ("building", 0.0, Load(area_m2=1.0 / 3000.0)),
    ],
)
def test_price_of_one_dollar_of_each(name: str, materials: float, load: Load) -> None:
    expected = plant_data()["rates"]["multipliers"][name]
    assert unit_cost(materials, load, 1.0, RATES).total_usd == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("charges_profit", [True, False])
def test_parts_sum_to_the_whole(charges_profit: bool) -> None:
    cost = unit_cost(8000.0, LOAD, 5e5, RATES, charges_profit=charges_profit)
    assert sum(cost.parts().values()) == pytest.approx(cost.total_usd, abs=1e-9)
    assert cost.profit_usd + cost.warranty_usd == (
        pytest.approx(cost.total_usd - cost.variable_usd - cost.fixed_usd, abs=1e-9)
    )
    assert (cost.profit_usd == 0.0) is not charges_profit


def test_marginal_and_capital_views_and_sale_sum_to_the_whole() -> None:
    cost = _cost()
    views = cost.marginal_usd + cost.capital_usd + cost.profit_usd + cost.warranty_usd
    assert views == pytest.approx(cost.total_usd, abs=1e-9)
    assert cost.marginal_usd == pytest.approx(
        unit_cost(8000.0, Load(LOAD.labour_h), 5e5, RATES, electricity_usd=120.0,
                  charges_profit=False).total_usd
    )  # fmt: skip


def test_capital_multiplier_moves_equipment_alone() -> None:
    plain, dear = _cost(), _cost(capital_multiplier=1.07)
    assert dear.equipment_depreciation_usd == pytest.approx(1.07 * plain.equipment_depreciation_usd)
    assert dear.building_depreciation_usd == plain.building_depreciation_usd
    assert dear.investment.equipment_usd == pytest.approx(1.07 * 8400.0)


def test_electricity_is_charged_as_materials_are_without_launch() -> None:
    added = _cost().total_usd - unit_cost(8000.0, LOAD, 5e5, RATES).total_usd
    assert added == pytest.approx(120.0 * (1.0 + 0.05 * 0.15) * 1.056, abs=1e-9)


def test_arrays_equal_scalars() -> None:
    hours, price = np.array([1e6, 4e6]), np.array([7000.0, 8000.0])
    many = unit_cost(price, Load(hours, 4200.0, 330_000.0), 5e5, RATES, electricity_usd=120.0)
    assert many.total_usd[1] == pytest.approx(_cost().total_usd, rel=1e-14)
