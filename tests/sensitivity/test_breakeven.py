"""Crossings of known curves, and break-evens of the real kernel checked by evaluating there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.evaluation import evaluate
from calculator.requests import request_for
from calculator.sensitivity.breakeven import Range, break_even
from calculator.sensitivity.crossing import crossings
from calculator.sensitivity.unknown import constant
from materials_db.substitute import record_key

CELL = "cell_usd_per_kwh"


def test_two_lines_cross_where_algebra_says():
    found = crossings(lambda x: 2.0 * x + 1.0, lambda x: 7.3 - x, 0.0, 5.0)
    (cross,) = found.crossings
    assert cross.at == pytest.approx(2.1, rel=1e-12)
    assert cross.left == pytest.approx(cross.right) == pytest.approx(5.2)
    assert cross.kind == "rises"


def test_several_crossings_are_all_told_in_order():
    found = crossings(np.sin, constant(0.0), 1.0, 10.0)
    assert [cross.at for cross in found.crossings] == pytest.approx(
        [np.pi, 2 * np.pi, 3 * np.pi], rel=1e-10
    )
    assert [cross.kind for cross in found.crossings] == ["falls", "rises", "falls"]


def test_a_touch_a_jump_and_an_equal_end_are_told_as_such():
    touch = crossings(lambda x: (x - 1.0) ** 2, constant(0.0), 0.0, 2.0)
    assert [(c.at, c.kind) for c in touch.crossings] == [(pytest.approx(1.0), "touches")]
    jump = crossings(lambda x: np.where(x < 1.0 / 3.0, 1.0, 3.0), constant(2.0), 0.0, 1.0)
    assert [(c.at, c.kind) for c in jump.crossings] == [(pytest.approx(1 / 3), "jumps")]
    end = crossings(lambda x: x, constant(2.0), 0.0, 2.0)
    assert [c.at for c in end.crossings] == [2.0]


def test_no_crossing_and_the_same_curve():
    apart = crossings(lambda x: x, constant(9.0), 0.0, 2.0)
    assert apart.crossings == ()
    assert apart.moves
    assert not crossings(constant(1.0), constant(2.0), 0.0, 1.0).moves
    same = crossings(lambda x: x + 1.0, lambda x: 1.0 + x, 0.0, 2.0)
    assert same.is_same
    assert same.crossings == ()


def test_a_range_or_a_curve_that_will_not_do_is_one_sentence():
    with pytest.raises(InputError, match=r"range 2 to 1 is empty"):
        crossings(lambda x: x, constant(0.0), 2.0, 1.0)
    with pytest.raises(InputError, match=r"no figure at 0; narrow the range"):
        crossings(lambda x: np.where(x == 0.0, np.nan, x), constant(0.5), 0.0, 1.0)


def test_lithium_price_at_which_sodium_wins_holds_when_evaluated_there(db):
    sodium, iron = (request_for(db, name) for name in ("Na-NFM", "LFP"))
    found = break_even(
        db, sodium, "price/lithium_carbonate", CELL, against=iron, within=Range(widen=4.0)
    )
    (cross,) = found.crossings
    prices = {"lithium_carbonate": cross.at}
    costs = [
        evaluate(db, replace(request, prices=prices)).cost.cell_usd_per_kwh
        for request in (sodium, iron)
    ]
    assert costs == pytest.approx([cross.left, cross.right], rel=1e-9)
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)
    assert (found.better_below(0), found.better_above(0)) == ("LFP", "Na-NFM")
    assert found.still == ("Na-NFM",)
    row = found.unknown.record
    assert found.unknown.now * found.unknown.per_quote == pytest.approx(row.value)
    assert found.unknown.quote_unit == "CNY_2026/t with VAT"


def test_the_same_price_by_its_record_gives_the_same_break_even(db):
    sodium, iron = (request_for(db, name) for name in ("Na-NFM", "LFP"))
    ask = {"against": iron, "within": Range(widen=4.0)}
    by_item = break_even(db, sodium, "price/lithium_carbonate", CELL, **ask)
    by_row = break_even(db, sodium, record_key(by_item.unknown.record), CELL, **ask)
    assert by_row.unknown.record is by_item.unknown.record
    assert by_row.crossings[0].at == pytest.approx(
        by_item.crossings[0].at * by_item.unknown.per_quote, rel=1e-9
    )


def test_a_target_out_of_reach_tells_who_wins_over_the_whole_range(db):
    solid = request_for(db, "ASSB-sulfide-Li")
    found = break_even(db, solid, "price/LPSCl", CELL, target=100.0, within=Range(0.0, 400.0))
    assert found.crossings == ()
    assert np.all(found.scan.left > 100.0)
    assert found.better(float(found.scan.gap[0])) == "target"


def test_a_target_in_reach_is_met_by_a_number_of_the_cell(db):
    request = request_for(db, "NMC811")
    target = 255.0
    found = break_even(
        db, request, "utilisation", "specific_energy_wh_per_kg", target=target, within=Range()
    )
    for cross in found.crossings:
        assert cross.left == pytest.approx(target)
    assert found.unknown.record.file == "chemistries/NMC811.yaml"
    assert found.ends == (found.unknown.low, found.unknown.high)


def test_more_energy_and_less_cost_are_better(db):
    request, other = request_for(db, "LFP"), request_for(db, "NMC811")
    name = "request/volume_gwh_per_year"
    ask = {"against": other, "within": Range(10.0, 50.0)}
    cost = break_even(db, request, name, CELL, **ask)
    energy = break_even(db, request, name, "specific_energy_wh_per_kg", **ask)
    assert cost.better(float(cost.scan.gap[0])) == "LFP"
    assert energy.better(float(energy.scan.gap[0])) == "NMC811"
    assert not energy.scan.moves


@pytest.mark.parametrize(
    ("name", "more", "match"),
    [
        ("price/lithium", {"target": 1.0}, r"'price/lithium' is no price of the database; did you"),
        ("nonsense", {"target": 1.0}, r"'nonsense' is no number below these chemistries; "),
        ("porosity", {"target": 1.0}, r"'porosity' is the name of 3 inputs: "),
        ("request/speed", {"target": 1.0}, r"request has no number 'speed'"),
        ("price/LFP", {"target": 1.0}, r"price of LFP states no range .* give --from and --to"),
        ("price/LFP", {}, r"needs one aim; give --against a chemistry or --target"),
        (
            "price/LFP",
            {"target": 1.0, "within": Range(widen=0.5)},
            r"--widen is 0.5; give 1 or more",
        ),
        (
            "price/LFP",
            {"target": 1.0, "within": Range(5.0, 2.0)},
            r"5 to 2 is no range; give --from < --to",
        ),
    ],
)
def test_a_mistake_is_one_sentence(db, name, more, match):
    with pytest.raises(InputError, match=match) as told:
        break_even(db, request_for(db, "LFP"), name, CELL, **more)
    assert "\n" not in str(told.value)


def test_a_chemistry_is_not_held_against_itself(db):
    request = request_for(db, "LFP")
    with pytest.raises(InputError, match=r"LFP is even with itself"):
        break_even(db, request, "price/graphite", CELL, against=request)
