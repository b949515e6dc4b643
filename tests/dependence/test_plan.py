"""Loss of a country from a plan: a chain by hand, properties, and the exact answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from calculator.dependence import n1_exact, n1_table, plan_outages
from calculator.dependence.plan import output_lost
from calculator.dependence.slack import plan_benchmarks
from calculator.errors import InputError
from calculator.scenario.read import load_scenario
from calculator.scenario.run import scenario_database
from calculator.scenario.sourcing import source_scenario
from calculator.sourcing import (
    Arc,
    Commodity,
    Demand,
    Network,
    Node,
    Process,
    ShareCap,
    Supply,
    solve,
)

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """As much of a sourcing answer as the loss of a country needs."""

    supply: SimpleNamespace
    plan: object
    rules: tuple = ()
    objective: object = None
    notes: tuple = field(default=())


def chain(graphite_capacity=100.0, rules=()):
    """100 cells of 2 graphite (CHN 60 %, MOZ 40 %) and 1 lithium (CHL alone)."""
    net = Network(
        commodities=(
            Commodity("graphite", "kg", "graphite", "refining"),
            Commodity("lithium", "kg", "lithium", "refining"),
            Commodity("cell", "kWh", "battery_cell", "cell"),
        ),
        nodes=(Node("C", "CHN"), Node("M", "MOZ"), Node("L", "CHL"), Node("P", "DEU")),
        supplies=(
            Supply("C", "graphite", 5.0, 1000.0, id="g1"),
            Supply("M", "graphite", 7.0, graphite_capacity, id="g2"),
            Supply("L", "lithium", 9.0, 500.0, id="l"),
        ),
        processes=(
            Process("p", "P", {"graphite": 2.0, "lithium": 1.0}, {"cell": 1.0}, capacity=500.0),
        ),
        arcs=(Arc("C", "P", "graphite"), Arc("M", "P", "graphite"), Arc("L", "P", "lithium")),
        demands=(Demand("P", "cell", 100.0, exact=True, id="d"),),
        currency="USD_2025",
    )
    cap = ShareCap("60 %", 0.6, country="CHN", material="graphite")
    every = (cap, *rules)
    return Asked(SimpleNamespace(network=net, access=None), solve(net, every), every)


def found(asked):
    return {(row.material, row.country): row for row in plan_outages(asked)}


def test_losses_pass_down_the_recipe():
    rows = found(chain())
    china = rows["graphite", "CHN"]
    assert china.share == pytest.approx(0.6)
    assert china.output_lost == pytest.approx(0.6)
    assert china.left == pytest.approx(0.4)
    assert china.left_with_spare == pytest.approx(0.5)  # Mozambique has 100 of the 200
    assert china.largest and not china.spare_steps_in
    assert rows["lithium", "CHL"].output_lost == pytest.approx(1.0)
    assert rows["battery_cell", "DEU"].output_lost == pytest.approx(1.0)
    assert china.hhi_low == pytest.approx(0.36 + 0.16)


def test_spare_capacity_steps_in_where_there_is_enough():
    china = found(chain(graphite_capacity=250.0))["graphite", "CHN"]
    assert china.spare_steps_in
    assert china.left_with_spare == 1.0


def test_a_country_lost_altogether_costs_the_scarcest_input():
    asked = chain()
    lost = output_lost(
        asked.plan.layout,
        asked.plan.x,
        [("CHN", None, None), ("MOZ", None, None), ("FRA", None, None)],
    )
    assert lost == pytest.approx([0.6, 0.4, 0.0])


def test_exact_answer_solves_again():
    short = n1_exact(chain(), "CHN", "graphite", "refining")
    assert (short.status, short.delivered) == ("short", pytest.approx(0.5))
    assert short.cost == pytest.approx(50 * (2 * 7 + 9))
    whole = n1_exact(chain(graphite_capacity=250.0), "CHN", "graphite", "refining")
    assert (whole.status, whole.delivered) == ("optimal", 1.0)
    assert whole.extra_cost == pytest.approx(120 * 2.0)
    none = n1_exact(chain(), "CHL")
    assert (none.status, none.delivered) == ("short", pytest.approx(0.0, abs=1e-9))


def test_no_plan_is_told():
    asked = chain(rules=(ShareCap("none", 0.1, country="CHL", material="lithium"),))
    assert asked.plan.status == "infeasible"
    for call in (plan_outages, lambda a: n1_exact(a, "CHN")):
        with pytest.raises(InputError, match="infeasible"):
            call(asked)


@pytest.fixture(scope="module")
def europe():
    scenario = load_scenario(ROOT / "examples" / "stockpile.yaml", {})
    db = scenario_database(scenario)
    return db, source_scenario(db, scenario)


def test_every_stage_of_a_scenario(europe):
    db, sourced = europe
    rows = plan_outages(sourced)
    totals = {}
    for row in rows:
        assert 0 <= row.left <= row.left_with_spare + 1e-9 <= 1 + 2e-9
        assert -1e-9 <= row.output_lost <= 1 + 1e-9
        key = (row.material, row.stage)
        totals[key] = totals.get(key, row.rest) + row.share
        assert row.share == pytest.approx(
            sourced.plan.share_of(row.country, row.material, row.stage), abs=1e-9
        )
    assert all(total == pytest.approx(1.0) for total in totals.values())
    table = n1_table(db, "EUU", sourced)
    assert (table["view"] == "plan").sum() == len(totals)


def test_a_larger_supplier_removed_never_leaves_more(europe):
    rows = plan_outages(europe[1])
    for one in rows:
        for other in rows:
            if (one.material, one.stage) == (other.material, other.stage):
                smaller, larger = sorted((one, other), key=lambda row: row.share)
                assert larger.left <= smaller.left + 1e-12


def test_exact_loss_is_never_above_the_loss_without_a_reply(europe):
    rows = [row for row in plan_outages(europe[1]) if row.largest and row.stage == "refining"]
    for row in rows[:3]:
        exact = n1_exact(europe[1], row.country, row.material, row.stage)
        assert 1 - exact.delivered <= row.output_lost + 1e-6


def test_slack_to_the_benchmarks_of_the_act(europe):
    db, sourced = europe
    by_stage = {(b.stage, b.floor): b for b in plan_benchmarks(db, sourced)["graphite"]}
    refining, cap = by_stage["refining", True], by_stage["refining", False]
    assert refining.limit == pytest.approx(0.40)
    assert (cap.country, cap.limit) == ("CHN", pytest.approx(0.65))
    assert cap.slack == pytest.approx(0.65 - sourced.plan.share_of("CHN", "graphite", "refining"))
