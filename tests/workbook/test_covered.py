"""Where the checks hold, the workbook's graph is the application, whatever record is changed."""

from __future__ import annotations

import random

import pytest

from calculator.errors import InputError
from calculator.scenario.run import evaluate_scenario
from calculator.workbook import live_model
from calculator.workbook.expressions import Node, evaluate
from materials_db.substitute import with_values

from .conftest import SCENARIOS
from .test_recalculated import application

_HELD = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@pytest.mark.parametrize("name", ["cylinders", "semi_solid"])
def test_changed_records_give_the_application_or_fail_a_check(db, name):
    scenario = SCENARIOS[name]
    model = live_model(db, scenario, evaluate_scenario(db, scenario))
    titles = {section.name: section.title for section in model.sections}
    sides = [side for check in model.checks for side in (check.left, check.right)]
    roots = [*(cell.number for cell in model.cells), *sides]
    draw = random.Random(5)
    records = [one for one in model.inputs if one.basis and one.node.value]
    followed = 0
    for one in draw.sample(records, 10):
        value = one.node.value * draw.choice((0.9, 0.98, 1.003, 1.2))
        found = evaluate(roots, {one.node.id: value})

        def now(side, found=found):
            return found[side.id] if isinstance(side, Node) else side

        if any(_HELD[k.op](now(k.left), now(k.right)) != k.was for k in model.checks):
            continue
        try:
            expected = application(with_values(db, {one.key: value}), scenario)
        except InputError:  # a number that the application refuses
            continue
        followed += 1
        for cell in model.cells:
            key = (titles[cell.section], cell.item, cell.unit, cell.chemistry)
            assert now(cell.number) == pytest.approx(expected[key], rel=1e-9, abs=0.0), one.label
    assert followed >= 6
