"""A sweep gives what solving each point gives, whatever moves and whichever way it takes."""

from __future__ import annotations

import sys
from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from calculator.sourcing import (
    Capacity,
    CostShare,
    DemandAtLeast,
    HHICap,
    RecycledFloor,
    ShareCap,
    SourcingError,
    solve,
)
from calculator.sourcing.answers.sweep import sweep
from calculator.sourcing.objectives import Carbon
from calculator.sourcing.watch import CancelledError, Watch, watching


def capped(rules, limits):
    return [r.with_limit(limits[r.name]) if r.name in limits else r for r in rules]


@pytest.fixture
def no_plan_of_its_own(monkeypatch):
    """Points must come from the one model."""

    def fail(*args, **kwargs):
        raise AssertionError("a point was solved anew")

    monkeypatch.setattr(sys.modules[sweep.__module__], "solve", fail)


@pytest.mark.parametrize("seed", [0, 2, 4, 6])
def test_limits_agree_with_solving_each(chain, seed, no_plan_of_its_own):
    network, rules = chain(seed)
    r = np.random.default_rng(seed)
    points = [
        {
            "cap": float(r.uniform(0.3, 1.0)),
            "floor": float(r.uniform(0.0, 0.3)),
            "ore cap": float(rules[2].limit * r.uniform(0.8, 1.3)),
        }
        for _ in range(12)
    ]
    points += [{}, {"cap": 1.0}, {"floor": 0.0}, {"cap": rules[0].limit}]
    found = sweep(network, rules, [{"limits": p} for p in points])
    statuses = set()
    for point, limits in zip(found, points, strict=True):
        plan = solve(network, capped(rules, limits), tie_break=False)
        statuses.add(plan.status)
        assert point.status == plan.status
        if plan.status == "optimal":
            assert point.cost == pytest.approx(plan.cost, rel=1e-9)
            assert point.certificate.ok
            assert network.layout.cost @ point.x == pytest.approx(point.cost, rel=1e-9)
        else:
            assert isnan(point.cost)
    assert "optimal" in statuses


def test_small_blocks_write_the_total_out(market, no_plan_of_its_own):
    """One or two parties have no variable for their total; a cap of 1 would cancel an entry."""
    network = market([1.0, 2.0], 10.0)
    rules = [ShareCap("cap", 1.0, country="A"), RecycledFloor("floor", 0.0, "nickel")]
    caps = [0.2, 0.5, 1.0, 0.7]
    found = sweep(network, rules[:1], [{"limits": {"cap": c}} for c in caps])
    assert [p.cost for p in found] == pytest.approx([20 - 10 * c for c in caps], rel=1e-12)


def test_prices_capacities_and_amounts(market, no_plan_of_its_own):
    network = market([1.0, 2.0, 4.0], 6.0, [4.0, 5.0, 9.0])
    found = sweep(
        network,
        (),
        [
            {},
            {"prices": {"nickel at S0": 3.0}},
            {"capacities": {"supply nickel at S0": 1.0}},
            {"amounts": {"nickel at M": 10.0}, "prices": {"nickel S2 to M": 0.5}},
            {"amounts": {"nickel at M": 19.0}},
        ],
    )
    costs = [4 + 4, 10 + 3, 1 + 10, 4 + 10 + 4.5]
    assert [p.cost for p in found[:4]] == pytest.approx(costs, rel=1e-12)
    assert found[4].status == "infeasible"


def test_duty_on_freight_follows_its_price(market, no_plan_of_its_own):
    network = market([1.0], 2.0)
    arc = replace(
        network.arcs[0], freight_per_unit=1.0, duty_rate=0.1, customs_value_per_unit=5.0,
        duty_base="cif",
    )  # fmt: skip
    network = replace(network, arcs=(arc,))
    (point,) = sweep(network, (), [{"prices": {"nickel S0 to M": 3.0}}])
    assert point.cost == pytest.approx(2 * (1 + 3 + 0.1 * (5 + 3)))


@pytest.mark.parametrize(
    ("rules", "objective"),
    [
        ([HHICap("it", 0.6)], None),
        ([ShareCap("it", 0.6, country="each")], Carbon()),
    ],
)
def test_cones_and_other_objectives_are_plans_of_their_own(market, rules, objective):
    network = market([1.0, 2.0, 4.0], 6.0)
    limits = [0.5, 0.7, 0.9]
    changes = [{"limits": {"it": v}, "prices": {"nickel at S1": 1 + v}} for v in limits]
    for point, v in zip(sweep(network, rules, changes, objective=objective), limits, strict=True):
        dearer = list(network.supplies)
        dearer[1] = replace(dearer[1], price_per_unit=1 + v)
        plan = solve(
            replace(network, supplies=tuple(dearer)), capped(rules, {"it": v}), objective=objective
        )
        assert point.cost == pytest.approx(plan.cost, rel=1e-7)
        assert point.value == pytest.approx(plan.value, rel=1e-7)


def test_threads_change_nothing(chain):
    network, rules = chain(2)
    changes = [{"limits": {"cap": float(c)}} for c in np.linspace(0.4, 1.0, 11)]
    one, two = (sweep(network, rules, changes, workers=n) for n in (1, 2))
    assert [p.cost for p in two] == pytest.approx([p.cost for p in one], rel=1e-9, nan_ok=True)
    assert [p.change for p in two] == [p.change for p in one]


def test_progress_is_told_and_a_cancel_stops(market):
    network = market([1.0, 2.0], 6.0)
    told: list[str] = []
    with watching(Watch(report=told.append)):
        sweep(network, (), [{}] * 3)
    assert [t for t in told if t.startswith("point")] == [f"point {k} of 3" for k in (1, 2, 3)]
    told.clear()
    watch = Watch(report=told.append, cancelled=lambda: "point 2 of 3" in told)
    with pytest.raises(CancelledError), watching(watch):
        sweep(network, (), [{}] * 3)
    assert "point 3 of 3" not in told


def test_demand_rules_move_too(market, no_plan_of_its_own):
    network = market([1.0, 2.0], 0.0, 4.0)
    rules = [DemandAtLeast("need", 2.0, "nickel"), Capacity("most", 9.0, "nickel")]
    found = sweep(network, rules, [{"limits": {"need": n, "most": 8.0}} for n in (1.0, 6.0, 9.0)])
    assert [p.cost for p in found[:2]] == pytest.approx([1.0, 8.0])
    assert found[2].status == "infeasible"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limits": {"cop": 0.5}}, "unknown rule 'cop'; did you mean 'cap'"),
        ({"limits": {"cap": 1.5}}, "between 0 and 1"),
        ({"limit": {"cap": 0.5}}, "unknown key 'limit'; did you mean 'limits'"),
        ({"prices": {"nickel at S9": 1.0}}, "unknown flow 'nickel at S9'"),
        ({"prices": {"nickel at S0": float("nan")}}, "give a number"),
        ({"capacities": {"nickel at M": 1.0}}, "is a demand; give its number under 'amounts'"),
        ({"amounts": {"nickel at S0": 1.0}}, "no demand; give its number under 'capacities'"),
        ({"amounts": {"nickel at M": -1.0}}, "give 0 or more"),
    ],
)
def test_faults_are_sentences(market, change, said):
    with pytest.raises(SourcingError, match=said):
        sweep(market([1.0, 2.0]), [ShareCap("cap", 0.6, country="each")], [change])


def test_a_rule_that_looks_at_prices_is_built_anew(market):
    """The share is of the cost, so its row changes with the prices."""
    network = market([1.0, 2.0], 10.0)
    rules = [CostShare("cost share", 0.5, country="A")]
    changes = [{"prices": {"nickel at S1": p}} for p in (2.0, 4.0)]
    for point, price in zip(sweep(network, rules, changes), (2.0, 4.0), strict=True):
        plan = solve(market([1.0, price], 10.0), rules)
        assert point.cost == pytest.approx(plan.cost, rel=1e-9)
        # x from A costs as much as 10 - x from B at the least
        assert plan.cost == pytest.approx(2 * 10 * price / (1 + price), rel=1e-9)
