"""The generic plant: scaling, sharing, revision of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.plant import (
    SCOPES,
    Adjustment,
    Factor,
    Load,
    Step,
    adjust,
    by_scope,
    by_stage,
    combine,
    hours_factors,
    merge_factors,
    read_steps,
    revise_steps,
    scale_steps,
)
from calculator.reference.production import baseline_steps

MIX = Step("mix", "kg", 100.0, 0.9, 20.0, 0.8, 50.0, 0.95, "electrode", "cell")
HOLD = Step("hold", "kg", 8.0, 0.0, 4.0, 0.95, 10.0, 0.95, "store", "equally", False)
ROOF = Step("roof", "kwh", 0.0, 0.7, 30.0, 0.95, 0.0, 0.95, "support", "by_area")
JOIN = Step("join", "kwh", 10.0, 0.7, 5.0, 0.95, 40.0, 0.95, "pack", "pack")
STEPS = (MIX, HOLD, ROOF, JOIN)
RATIOS = {"kg": 2.0, "kwh": 0.5}


def test_a_step_scales_by_its_powers_and_factors() -> None:
    load = scale_steps([MIX], RATIOS, {"mix": Factor(labour=3.0, capex=0.5)})["mix"]
    assert load.labour_h == pytest.approx(100.0 * 2.0**0.9 * 3.0)
    assert load.capex_musd == pytest.approx(20.0 * 2.0**0.8 * 0.5)
    assert load.area_m2 == pytest.approx(50.0 * 2.0**0.95)


def test_exponent_zero_is_constant_and_rate_zero_takes_nothing() -> None:
    load = scale_steps([HOLD, MIX], {"kg": 0.0})
    assert load["hold"].labour_h == 8.0
    assert load["hold"].capex_musd == 0.0
    assert load["mix"] == Load(0.0, 0.0, 0.0)


@pytest.mark.parametrize("ratio", [1e-3, 1.0, 7.0])
def test_arrays_equal_scalars(ratio: float) -> None:
    draws = np.array([ratio, 0.0, 3.0])
    many = scale_steps(STEPS, {"kg": draws, "kwh": 0.5 * draws})
    one = scale_steps(STEPS, {"kg": ratio, "kwh": 0.5 * ratio})
    for name, load in one.items():
        for part in ("labour_h", "capex_musd", "area_m2"):
            first = np.broadcast_to(getattr(many[name], part), 3)[0]
            assert first == pytest.approx(getattr(load, part), rel=1e-14)


def test_scopes_and_stages_sum_to_the_whole() -> None:
    loads = scale_steps(STEPS, RATIOS)
    whole = combine(loads.values())
    for parts in (by_scope(STEPS, loads), by_stage(STEPS, loads)):
        total = combine(parts.values())
        assert total.labour_h == pytest.approx(whole.labour_h, rel=1e-12)
        assert total.capex_musd == pytest.approx(whole.capex_musd, rel=1e-12)
        assert total.area_m2 == pytest.approx(whole.area_m2, rel=1e-12)
    assert set(by_scope(STEPS, loads)) == set(SCOPES)


def test_shared_steps_are_split_in_thirds_and_by_area() -> None:
    loads = scale_steps(STEPS, {"kg": 1.0, "kwh": 1.0})
    module = by_scope(STEPS, loads)["module"]
    assert module.labour_h == pytest.approx(8.0 / 3.0)
    assert module.area_m2 == pytest.approx(10.0 / 3.0)
    assert module.capex_musd == pytest.approx(4.0 / 3.0 + 30.0 * (10.0 / 3.0) / 100.0)


def test_adjustments_multiply_the_parts_they_name() -> None:
    rules = [
        Adjustment("mix", "ah", 68.0, 0.5, ("labour", "capex")),
        Adjustment("mix", "ah", 68.0, 1.0, ("capex",)),
    ]
    factor = adjust(rules, {"ah": 4.0 * 68.0})["mix"]
    assert (factor.labour, factor.capex, factor.area) == (2.0, 8.0, 1.0)


def test_fewer_hours_need_more_equipment_where_a_step_runs_by_the_hour() -> None:
    factors = merge_factors(hours_factors(STEPS, 1.5), {"mix": Factor(capex=2.0)})
    assert factors["mix"] == Factor(1.0, 3.0, 1.5)
    assert "hold" not in factors


def test_rows_are_dropped_stretched_and_added() -> None:
    press = Step("press", "kg", 1.0, 0.9, 1.0, 0.9, 1.0, 0.95)
    revised = revise_steps(STEPS, add=[press], remove=["hold"], stretch={"mix": Factor(capex=1.5)})
    assert [step.name for step in revised] == ["mix", "roof", "join", "press"]
    assert revised[0].capex_musd == 30.0
    assert revised[0].labour_h == 100.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"remove": ["mixx"]}, "remove: the plant has no step 'mixx'; choose one of"),
        ({"stretch": {"dry": Factor()}}, "stretch: the plant has no step 'dry'"),
        ({"add": [MIX]}, "add: the plant already has a step 'mix'"),
    ],
)
def test_a_revision_that_cannot_be_made(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        revise_steps(STEPS, **change)


def test_missing_and_negative_rates_are_refused() -> None:
    with pytest.raises(InputError, match="no rate for the driver 'kwh'"):
        scale_steps(STEPS, {"kg": 1.0})
    with pytest.raises(InputError, match="rate of 'kg' is negative"):
        scale_steps([MIX], {"kg": np.array([1.0, -1.0])})
    with pytest.raises(InputError, match="factors: the plant has no step 'mux'"):
        scale_steps([MIX], RATIOS, {"mux": Factor()})


ROW = {
    "name": "mix", "driver": "kg", "labour_h": 1, "p_labour": 0.9, "capex_musd": "2",
    "p_capex": 0.9, "area_m2": 3, "p_area": 0.95, "uses_hours": "false", "source": "x",
}  # fmt: skip


def test_rows_of_text_become_steps() -> None:
    (step,) = read_steps([ROW])
    assert (step.labour_h, step.capex_musd, step.uses_hours) == (1.0, 2.0, False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labour_h": "-1"}, r"plant row 1 \(mix\): labour_h is -1, must be"),
        ({"area_m2": "big"}, r"plant row 1 \(mix\): could not convert"),
        ({"capex_musd": "nan"}, "capex_musd is nan"),
        ({"scope": "factory"}, "scope 'factory' is not known"),
    ],
)
def test_a_bad_row_is_named(change: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_steps([{**ROW, **change}])


def test_a_row_without_a_field_is_named() -> None:
    with pytest.raises(InputError, match=r"plant row 1 \(mix\).*p_area"):
        read_steps([{k: v for k, v in ROW.items() if k != "p_area"}])


def test_the_baseline_plant() -> None:
    steps = baseline_steps()
    loads = scale_steps(steps, dict.fromkeys({s.driver for s in steps}, 1.0))
    whole = combine(loads.values())
    assert len(steps) == 25
    assert whole.capex_musd == pytest.approx(4207.6)
    assert whole.labour_h == pytest.approx(3_835_000.0)
