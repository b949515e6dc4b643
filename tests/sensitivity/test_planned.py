"""The optimiser's outcome as a function of its inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.scenario import load_scenario, make_scenario
from calculator.scenario.sourcing import source_scenario
from calculator.sensitivity.planned import (
    PLAN_COST,
    changed_database,
    plan_inputs,
    plan_model,
)
from calculator.sensitivity.tornado import tornado
from calculator.sourcing.watch import CancelledError, Watch, watching

SCENARIO = Path(__file__).resolve().parents[2] / "examples" / "sourcing.yaml"
RULE = "No country above 40 %"


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(SCENARIO)


@pytest.fixture(scope="module")
def sourced(db, scenario):
    return source_scenario(db, scenario)


@pytest.fixture(scope="module")
def inputs(db, scenario):
    return plan_inputs(db, scenario)


@pytest.fixture(scope="module")
def model(db, scenario):
    return plan_model(db, scenario, PLAN_COST)


def test_the_plan_is_that_of_the_scenario_and_moves_with_its_prices(
    db, scenario, sourced, inputs, model
):
    kwh = sourced.supply.demand_kwh_per_year
    assert model.nominal == pytest.approx(sourced.plan.cost / kwh, rel=1e-9)
    nickel = next(one for one in inputs if "price of nickel" in one.label)
    found = tornado(model, [nickel])
    dearer = source_scenario(changed_database(db, {nickel.key: nickel.high}), scenario)
    assert found.bars[0].at_high == pytest.approx(dearer.plan.cost / kwh, rel=1e-9)
    assert found.bars[0].change_low < 0.0 < found.bars[0].change_high
    assert model.unit == "USD_2025/kWh"


def test_the_price_of_a_rule_is_that_of_the_plan(db, scenario, sourced):
    model = plan_model(db, scenario, f"shadow_price/{RULE}")
    told = next(one for one in sourced.plan.marginals if one.name == RULE)
    assert model.nominal == pytest.approx(told.shadow_price, rel=1e-6)
    assert model.unit == told.unit
    with pytest.raises(InputError, match=r"the plan has no limit 'nope'; known: 15 % recycled"):
        plan_model(db, scenario, "shadow_price/nope")


def test_inputs_are_numbers_with_ranges_each_once_and_named(db, scenario, inputs):
    keys = [one.key for one in inputs]
    assert len(set(keys)) == len(keys) > 200
    assert all(one.low < one.high and one.record is not None for one in inputs)
    assert not [one.label for one in inputs if ".csv:" in one.label]
    with pytest.raises(InputError, match=r"no group 'foo' below this plan; known: chemistry"):
        plan_inputs(db, scenario, ("foo",))


def test_a_changed_coating_still_adds_up(db):
    recipe = db.chemistries["LFP"]
    fractions = [part.mass_fraction for part in recipe.positive.coating.components]
    key = f"{fractions[0].file}:{fractions[0].row}"
    new = changed_database(db, {key: 0.92}).chemistries["LFP"].positive.coating.components
    assert sum(part.mass_fraction.value for part in new) == pytest.approx(
        sum(one.value for one in fractions)
    )
    assert new[0].mass_fraction.value < fractions[0].value


def test_a_watch_stops_it_between_plans(inputs, model):
    one, steps = inputs[0], []
    with watching(Watch(steps.append, lambda: True)), pytest.raises(CancelledError):
        model.evaluate({one.key: np.array([one.value, one.value])})
    assert steps == []


def test_a_scenario_without_a_sourcing_question_is_one_sentence(db):
    plain = make_scenario({"chemistries": ["LFP"]}, "test")
    with pytest.raises(InputError, match=r"asks no sourcing question; add 'sourcing:'"):
        plan_model(db, plain, PLAN_COST)
