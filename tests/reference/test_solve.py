"""The fixed point: it agrees with itself, and what is done where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from calculator.reference import ReferenceInputs, couples, reference_design
from calculator.reference.solve import solve
from calculator.reference.stack import design_stack

STUBBORN = ReferenceInputs("LFP-G (Energy)", charge_minutes=30.0)
"""The workbook does not converge on this one."""


@pytest.mark.parametrize("name", list(couples()))
@pytest.mark.parametrize("minutes", [60.0, 25.0, 12.0])
def test_capacity_thickness_and_impedance_agree(name: str, minutes: float) -> None:
    inputs = ReferenceInputs(name, charge_minutes=minutes)
    found = solve(inputs)
    couple, area = inputs.couple_data, found.stack.pos_area_cm2
    volts = couple.ocv_at(50) - found.cell_ah / 3.0 * found.asi_energy_ohm_cm2 / area
    assert found.cell_ah * volts * 400.0 == pytest.approx(100_000.0, rel=1e-9)
    assert found.stack.pos_um == pytest.approx(found.limits.thickness_um, rel=1e-9)
    assert float(found.stack.layers).is_integer()


def test_where_no_layer_count_agrees_the_larger_is_held() -> None:
    found = solve(STUBBORN)
    assert found.is_layer_count_held is True
    assert found.stack.pos_um == pytest.approx(found.limits.thickness_um, rel=1e-9)
    free = design_stack(
        STUBBORN, found.coatings, found.stack.foils, found.cell_ah, found.stack.pos_um
    )
    assert free.layers == found.stack.layers - 1.0
    assert 15.0 < found.stack.pos_um < 120.0


def test_the_held_design_lies_between_its_neighbours() -> None:
    cost = [
        reference_design(ReferenceInputs("LFP-G (Energy)", charge_minutes=minutes)).costs.pack
        for minutes in (29.0, 30.0, 31.0)
    ]
    assert cost[0].total_usd > cost[1].total_usd > cost[2].total_usd


def test_a_draw_without_agreement_does_not_disturb_the_others() -> None:
    minutes = np.array([60.0, 30.0, 20.0])
    many = solve(ReferenceInputs("LFP-G (Energy)", charge_minutes=minutes))
    held = [bool(x) for x in np.asarray(many.is_layer_count_held)]
    assert held == [False, True, False]
    for draw, value in enumerate(minutes):
        one = solve(ReferenceInputs("LFP-G (Energy)", charge_minutes=float(value)))
        assert np.asarray(many.stack.pos_um)[draw] == pytest.approx(one.stack.pos_um, rel=1e-9)
