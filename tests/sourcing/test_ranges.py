"""Range of a flow at optimal cost, against what is known and against brute force."""

from __future__ import annotations

from math import inf

import pytest

from calculator.sourcing import HHICap, ShareCap, SourcingError, solve
from calculator.sourcing.answers.ranges import ranges
from calculator.sourcing.objectives import Carbon, Intensity


def ends(rows):
    return {row.id: (row.least, row.most) for row in rows}


def test_equal_suppliers_may_swap(market):
    network = market([2.0, 2.0, 5.0], 9.0, [6.0, 9.0, 9.0])
    found = ends(ranges(network, (), solve(network), ["nickel at S0", "nickel at S1"]))
    assert found["supply nickel at S0"] == pytest.approx((0.0, 6.0), abs=1e-9)
    assert found["supply nickel at S1"] == pytest.approx((3.0, 9.0), abs=1e-9)


def test_a_unique_plan_has_no_room(market):
    network = market([1.0, 2.0, 5.0], 9.0, 6.0)
    plan = solve(network)
    assert plan.unique is True
    for row in ranges(network, (), plan):
        assert row.least == row.most == pytest.approx(row.level), row


def test_the_plan_lies_within(chain):
    for seed in range(0, 10, 2):
        network, rules = chain(seed)
        plan = solve(network, rules)
        for row in ranges(network, rules, plan):
            room = 1e-6 * (1 + abs(row.level))
            assert row.least - room <= row.level <= row.most + room
        spread = [r for r in ranges(network, rules, plan) if r.most - r.least > 1e-5 * (1 + r.most)]
        assert bool(spread) is not plan.unique


def test_a_price_a_hair_above_is_no_tie(market):
    network = market([2.0, 2.0 + 1e-6], 4.0)
    rows = ends(ranges(network, (), solve(network)))
    assert rows["supply nickel at S1"] == (0.0, 0.0)


def test_a_cap_limits_the_range(market):
    network = market([2.0, 2.0, 2.0], 10.0)
    rules = [ShareCap("cap", 0.5, country="each")]
    rows = ends(ranges(network, rules, solve(network, rules)))
    assert rows["supply nickel at S0"] == pytest.approx((0.0, 5.0), abs=1e-8)


def test_a_cone_limits_the_range(market):
    """Equal costs under HHI <= 0.5 of three: no share above (1 + sqrt(1/2 x 2 ...))/3."""
    network = market([2.0, 2.0, 2.0], 1.0)
    rules = [HHICap("h", 0.5)]
    rows = ends(ranges(network, rules, solve(network, rules), ["supply nickel at S0"]))
    # s + 2 (1-s)/2 = 1 and s^2 + (1-s)^2/2 <= 1/2: 3 s^2 - 2 s <= 0
    assert rows["supply nickel at S0"] == pytest.approx((0.0, 2 / 3), abs=1e-5)


def test_a_priced_cone_leaves_no_room(market):
    network = market([1.0, 2.0], 4.0)
    rules = [HHICap("h", 0.6)]
    plan = solve(network, rules)
    for row in ranges(network, rules, plan):
        assert (row.least, row.most) == pytest.approx((row.level, row.level), abs=1e-5)


def test_other_objectives_range_over_the_cheapest(market):
    """All emit alike; among them the cheapest two are equal."""
    network = market([2.0, 2.0, 3.0], 6.0)
    plan = solve(network, objective=Carbon())
    rows = ends(ranges(network, (), plan, objective=Carbon()))
    assert rows["supply nickel at S2"] == pytest.approx((0.0, 0.0), abs=1e-9)
    assert rows["supply nickel at S0"] == pytest.approx((0.0, 6.0), abs=1e-9)
    weighed = Intensity({"nickel": 1.0})
    again = ends(ranges(network, (), solve(network, objective=weighed), objective=weighed))
    assert {k: pytest.approx(v, abs=1e-9) for k, v in again.items()} == rows


def test_a_flow_without_end(market):
    """A lane there and back at no cost may carry any amount."""
    from dataclasses import replace

    from calculator.sourcing import Arc

    network = market([1.0, 1.0], 4.0)
    loop = replace(network, arcs=(*network.arcs, Arc("M", "S0", "nickel", id="back")))
    rows = ends(ranges(loop, (), solve(loop), ["back"]))
    assert rows["arc back"] == (0.0, inf)


def test_faults_are_sentences(market):
    network = market([1.0, 1.0], 4.0)
    plan = solve(network)
    with pytest.raises(SourcingError, match="unknown flow 'nickle at S0'; did you mean"):
        ranges(network, (), plan, ["nickle at S0"])
    short = market([1.0, 1.0], 4.0, 1.0)
    with pytest.raises(SourcingError, match="the plan is infeasible"):
        ranges(short, (), solve(short))
