"""Truth table of the limits: which one binds, a point inside and a point outside each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculator.reference import ReferenceInputs, as_row, reference_design
from calculator.reference.coatings import design_coatings
from calculator.reference.currents import full_power_currents
from calculator.reference.thickness import (
    CAP,
    CHARGING,
    CURRENT,
    ENERGY,
    GIVEN,
    POWER,
    ThicknessLimits,
    thickness_limits,
)

NAME = "NMC622-G (Energy)"


def _limits(power_asi: Any = 16.0, energy_asi: Any = 18.0, **changes: Any) -> ThicknessLimits:
    inputs = ReferenceInputs(NAME, **changes)
    return thickness_limits(
        inputs, design_coatings(inputs), full_power_currents(inputs), 68.0, power_asi, energy_asi
    )


@pytest.mark.parametrize(
    ("changes", "asi", "binding"),
    [
        ({}, (16.0, 18.0), CAP),
        ({"max_thickness_um": 40.0}, (16.0, 18.0), CAP),
        ({"power_kw": 1500.0}, (16.0, 18.0), POWER),
        ({"power_kw": 1500.0}, (8.0, 40.0), ENERGY),
        ({"power_kw": 1500.0}, (5.0, 5.0), CURRENT),
        ({"charge_minutes": 15.0}, (16.0, 18.0), CHARGING),
        ({"charge_minutes": 15.0, "fast_charge": False}, (16.0, 18.0), CAP),
        ({"charge_minutes": 15.0, "power_kw": 3000.0}, (16.0, 18.0), POWER),
        ({"thickness_um": 200.0, "charge_minutes": 10.0}, (16.0, 18.0), GIVEN),
        ({"areal_mah_per_cm2": 9.0, "power_kw": 3000.0}, (16.0, 18.0), GIVEN),
    ],
)
def test_the_limit_that_allows_least_binds(
    changes: dict[str, Any], asi: tuple[float, float], binding: str
) -> None:
    limits = _limits(*asi, **changes)
    assert limits.limited_by == binding
    least = min(float(np.min(um)) for um in limits.allowed_um.values())
    assert limits.thickness_um == pytest.approx(max(least, float(limits.floor_um)))


def test_power_area_gives_the_power_at_four_fifths_of_the_open_voltage() -> None:
    design = reference_design(ReferenceInputs(NAME, power_kw=1500.0))
    assert design.solution.limits.limited_by == POWER
    assert design.pack_kw_at_80pct_ocv == pytest.approx(1500.0, rel=1e-9)


def test_the_floor_holds_and_the_limit_keeps_its_name() -> None:
    design = reference_design(ReferenceInputs(NAME, charge_minutes=5.0))
    assert design.cell.stack.pos_um == 15.0
    assert design.solution.limits.limited_by == CHARGING


@pytest.mark.parametrize("soft", [15.0, 20.0, 30.0])
def test_less_time_to_charge_calls_for_thinner_coatings(soft: float) -> None:
    thin, thick = (
        reference_design(ReferenceInputs(NAME, charge_minutes=minutes)).cell.stack.pos_um
        for minutes in (soft - 1.0, soft)
    )
    assert thin < thick < 120.0


def test_areal_capacity_given_is_met() -> None:
    row = as_row(reference_design(ReferenceInputs(NAME, areal_mah_per_cm2=4.0)))
    assert row["pos_areal_capacity_mAh_cm2"] == pytest.approx(4.0, rel=1e-12)
    assert row["neg_areal_capacity_mAh_cm2"] == pytest.approx(4.4, rel=1e-12)


def test_names_of_limits_by_draw() -> None:
    limits = _limits(max_thickness_um=np.array([120.0, 120.0]), power_kw=np.array([300.0, 1500.0]))
    assert list(limits.limited_by) == [CAP, POWER]


def test_a_pulse_beyond_the_limiting_current_has_no_power() -> None:
    design = reference_design(
        ReferenceInputs(NAME, energy_kwh=10.0, power_kw=300.0, thickness_um=120.0)
    )
    assert design.solution.asi_power_ohm_cm2 == float("inf")
    assert design.pack_kw_at_80pct_ocv == 0.0
    assert np.isfinite(design.costs.pack.total_usd)
