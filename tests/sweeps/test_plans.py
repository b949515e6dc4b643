"""Sweeps through the optimiser against the plan of each scenario by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from calculator.scenario import make_scenario
from calculator.scenario.sourcing import source_scenario
from calculator.scenario.write import plain_scenario
from calculator.sweeps import planned
from calculator.sweeps.parts import Engine
from calculator.sweeps.paths import with_value
from calculator.sweeps.read import parse_sweep
from materials_db.database import MaterialsDB

EXAMPLES = Path(__file__).parents[2] / "examples"
CAPS = """
scenario: sourcing.yaml
vary:
  - field: sourcing.rules[No country above 40 %].limit
    values: [1 %, 40 %, 60 %]
outputs: [plan_usd_per_kwh, plan_usd_per_year, 'shadow_price/No country above 40 %']
"""


def test_each_plan_is_that_of_its_scenario_on_one_network(
    db: MaterialsDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[object] = []
    build = planned._supply
    monkeypatch.setattr(planned, "_supply", lambda *a: built.append(a) or build(*a))
    sweep = parse_sweep(CAPS, folder=EXAMPLES)
    part = Engine(sweep, db).part(0)
    assert part.counts == {"ok": 2, "failed": 0, "infeasible": 1}
    assert len(built) == 1, "rules alone moved, so the network is built once"
    _, rows = Engine(sweep, db).rows(range(3))
    assert rows.infeasible == {0}
    plain = with_value(plain_scenario(sweep.scenario), sweep.axes[0].field, "60 %")
    want = source_scenario(db, make_scenario(plain)).plan.cost
    assert rows.values["plan_usd_per_year"][2] == pytest.approx(want, rel=1e-7)
    assert rows.values["plan_usd_per_kwh"][2] == pytest.approx(want / 30e6, rel=1e-7)
    assert rows.values["plan_usd_per_year"][1] > rows.values["plan_usd_per_year"][2]
    assert rows.values["shadow_price/No country above 40 %"][1] < 0


def test_a_price_goes_into_the_network(db: MaterialsDB) -> None:
    sweep = parse_sweep(
        """
scenario: sourcing.yaml
vary: [{field: price/copper, values: [9, 18]}]
outputs: [plan_usd_per_kwh, cell_usd_per_kwh]
""",
        folder=EXAMPLES,
    )
    _, rows = Engine(sweep, db).rows(range(2))
    for name in sweep.outputs:
        assert rows.values[name][1] > rows.values[name][0], name
