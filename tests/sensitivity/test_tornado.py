"""One at a time: closed forms, ranges, what cannot be evaluated, and the kernel itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.requests import request_for
from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model
from calculator.sensitivity.tornado import tornado
from calculator.sourcing.watch import CancelledError
from tests.sensitivity.conftest import made, model_of

THREE = (made("a", 1.0, 2.0, 4.0), made("b", -1.0, 0.0, 1.0), made("c", 5.0, 5.0, 6.0))


def line(x):
    return 10.0 + 3.0 * x["a"] - 4.0 * x["b"] + 0.5 * x["c"]


def test_a_linear_figure_moves_by_its_slopes_and_adds_up():
    found = tornado(model_of(line, THREE), THREE)
    bars = {bar.input.key: bar for bar in found.bars}
    assert (bars["a"].change_low, bars["a"].change_high) == pytest.approx((-3.0, 6.0))
    assert (bars["b"].change_low, bars["b"].change_high) == pytest.approx((4.0, -4.0))
    assert (bars["c"].change_low, bars["c"].change_high) == pytest.approx((0.0, 0.5))
    assert [bar.input.key for bar in found.bars] == ["a", "b", "c"]
    assert [joint.interaction for joint in found.joint] == pytest.approx([0.0] * 4, abs=1e-12)
    lowest, highest = found.joint[2:]
    assert (lowest.together, highest.together) == pytest.approx((18.5 - 7.0, 18.5 + 10.5))


def test_a_product_interacts_by_what_moves_together():
    two = (made("a", 1.0, 2.0, 3.0), made("b", 1.0, 2.0, 3.0))
    found = tornado(model_of(lambda x: x["a"] * x["b"], two), two)
    low, high, *_ = found.joint
    assert (low.together, low.added, low.interaction) == pytest.approx((1.0, 0.0, 1.0))
    assert (high.together, high.added, high.interaction) == pytest.approx((9.0, 8.0, 1.0))


def test_a_figure_best_at_the_value_has_both_ends_on_one_side():
    one = (made("a", -1.0, 0.0, 2.0),)
    found = tornado(model_of(lambda x: x["a"] ** 2, one), one)
    assert found.bars[0].span == pytest.approx(4.0)
    assert found.joint[2].together == pytest.approx(0.0)  # no end lowers it


def test_every_case_stays_within_the_ranges_and_is_one_call():
    seen = []

    def watch(x):
        seen.append({key: (column.min(), column.max(), len(column)) for key, column in x.items()})
        return line(x)

    model = model_of(watch, THREE)
    seen.clear()
    tornado(model, THREE)
    assert [cases["a"][2] for cases in seen] == [6, 4]
    for one in THREE:
        assert all(c[one.key][0] >= one.low and c[one.key][1] <= one.high for c in seen)


def test_an_end_that_is_refused_is_told_and_spoils_no_other():
    def picky(x):
        if np.any(x["a"] > 3.0):
            raise InputError("a is above 3")
        return line(x)

    found = tornado(model_of(picky, THREE), THREE)
    bars = {bar.input.key: bar for bar in found.bars}
    assert math.isnan(bars["a"].at_high)
    assert bars["a"].fault == "a is above 3"
    assert bars["a"].change_low == pytest.approx(-3.0)
    assert bars["b"].change_high == pytest.approx(-4.0)
    assert math.isnan(found.joint[1].together)


def test_an_end_without_a_figure_is_told():
    model = model_of(lambda x: np.where(x["a"] > 3.0, np.nan, line(x)), THREE)
    bars = {bar.input.key: bar for bar in tornado(model, THREE).bars}
    assert bars["a"].fault == "no figure at this end"
    assert bars["a"].span == pytest.approx(3.0)
    assert not bars["b"].fault


def test_a_cancel_is_not_taken_for_a_refused_end():
    def stopped(x):
        if len(x["a"]) > 1:
            raise CancelledError
        return line(x)

    with pytest.raises(CancelledError):
        tornado(model_of(stopped, THREE), THREE)


def test_nothing_to_move_is_one_sentence():
    with pytest.raises(InputError, match=r"no input states a range; widen the groups"):
        tornado(model_of(lambda x: np.zeros(1), ()), ())


@pytest.mark.parametrize("output", ["cell_usd_per_kwh", "energy_density_wh_per_l", "Li_g_per_kwh"])
def test_the_kernel_in_one_call_is_the_kernel_one_by_one(db, output):
    found = chemistry_for(db, request_for(db, "ASSB-sulfide-Li"), output)
    inputs, model = kernel_inputs(db, found), kernel_model(found, output)
    assert all(one.record is not None and one.low < one.high for one in inputs)
    bars = {bar.input.key: bar for bar in tornado(model, inputs).bars}
    for one in inputs[::12]:
        assert bars[one.key].at_low == pytest.approx(found.kernel({one.key: one.low})[output])
        assert bars[one.key].at_high == pytest.approx(found.kernel({one.key: one.high})[output])


def test_every_value_as_recorded_gives_the_recorded_figure(db):
    found = chemistry_for(db, request_for(db, "NMC811"), "cell_usd_per_kwh")
    columns = {one.key: np.array([one.value]) for one in kernel_inputs(db, found)}
    told = kernel_model(found, "cell_usd_per_kwh").evaluate(columns)
    assert told[0] == pytest.approx(found.nominal["cell_usd_per_kwh"], rel=1e-12)


@pytest.mark.parametrize(
    ("output", "match"),
    [
        ("cell_cost", r"unknown output 'cell_cost'; known: Li_g_per_kwh, cell_usd"),
        ("Co_g_per_kwh", r"LFP holds no 'Co', which Co_g_per_kwh asks for; "),
    ],
)
def test_an_unknown_figure_is_one_sentence(db, output, match):
    with pytest.raises(InputError, match=match):
        chemistry_for(db, request_for(db, "LFP"), output)
