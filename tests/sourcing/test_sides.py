"""Both sides of a price: exact slopes against finite differences, kinks, other objectives."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from calculator.sourcing import Capacity, DemandAtLeast, HHICap, ShareCap, marginal_sides, solve
from calculator.sourcing.answers.sides import one_price, with_sides
from calculator.sourcing.objectives import Carbon, Risk


def sides(plan, name):
    return next((m.below, m.above) for m in plan.marginals if m.name == name)


def test_not_asked_is_none(market):
    marginal = solve(market([1.0, 2.0], 4.0)).marginals[0]
    assert marginal.below is None
    assert marginal.above is None
    assert one_price(marginal) is None


def test_smooth_plan_has_one_price(market):
    network = market([1.0, 2.0], 6.0, 4.0)
    plan = with_sides(network, (), solve(network), capacities=True)
    assert sides(plan, "demand nickel at M") == (2.0, 2.0)
    assert sides(plan, "capacity of supply nickel at S0") == (-1.0, -1.0)
    assert all(one_price(m) for m in plan.marginals)


def test_a_full_source_makes_a_kink_in_the_demand(market):
    network = market([1.0, 2.0], 4.0, 4.0)
    plan = with_sides(network, (), solve(network))
    assert sides(plan, "demand nickel at M") == pytest.approx((1.0, 2.0), rel=1e-12)
    assert one_price(plan.marginals[0]) is False


def test_kink_of_a_rule_on_an_amount(market):
    """A capacity rule of 4 at a demand of 4: one less costs 1, one more saves nothing."""
    network = market([1.0, 2.0], 4.0)
    rules = [Capacity("most", 4.0, "nickel", country="A")]
    plan = with_sides(network, rules, solve(network, rules))
    assert sides(plan, "most") == pytest.approx((-1.0, 0.0))


def test_kink_of_a_share_cap(market):
    """A cap of 60 % where the cheapest can make 60 % and no more."""
    network = market([1.0, 3.0], 10.0, [6.0, 20.0])
    rules = [ShareCap("cap", 0.6, country="A")]
    plan = with_sides(network, rules, solve(network, rules))
    assert sides(plan, "cap") == pytest.approx((-0.2, 0.0), abs=1e-9)


def test_no_plan_on_one_side_is_not_a_number(market):
    network = market([1.0, 3.0], 10.0, [6.0, 4.0])
    plan = with_sides(network, (), solve(network))
    below, above = sides(plan, "demand nickel at M")
    assert below == pytest.approx(3.0)
    assert isnan(above)
    assert one_price(plan.marginals[0]) is False


def test_least_index_has_one_side(market):
    """HHI at 1/n: none tighter exists, and just above it the cost falls ever faster."""
    network = market([1.0, 2.0], 4.0)
    rules = [HHICap("h", 0.5)]
    plan = with_sides(network, rules, solve(network, rules))
    below, above = sides(plan, "h")
    assert isnan(below)
    assert above < 0


def test_equal_suppliers_leave_no_doubt_of_the_price(market):
    """The plan is not unique, the price is."""
    network = market([2.0, 2.0], 4.0, 4.0)
    plan = with_sides(network, (), solve(network))
    assert plan.unique is False
    assert sides(plan, "demand nickel at M") == pytest.approx((2.0, 2.0))


def test_share_cap_among_equal_plans_is_solved_again(market):
    """Two equal suppliers under a cap: which is taken sets what the cap acts on."""
    network = market([2.0, 2.0, 3.0], 10.0)
    rules = [ShareCap("cap", 0.5, country=("A", "B"))]
    plan = with_sides(network, rules, solve(network, rules))
    assert sides(plan, "cap") == pytest.approx((-0.1, -0.1), rel=1e-6)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_slopes_are_those_of_finite_differences(chain, seed):
    network, rules = chain(seed)
    plan = with_sides(network, rules, solve(network, rules), capacities=True)
    for marginal in plan.marginals:
        step = 1e-5 * max(marginal.limit, 1e-3)
        far = marginal_sides(network, rules, marginal, step)
        room = 1e-3 * np.nanmax(np.abs([*far, 0.0])) + 1e-5 * plan.cost / max(marginal.limit, 1e-3)
        assert marginal.below == pytest.approx(far[0], abs=room, nan_ok=True), marginal
        assert marginal.above == pytest.approx(far[1], abs=room, nan_ok=True), marginal
        low, high = np.nanmin(far), np.nanmax(far)
        assert low - room <= marginal.shadow_price <= high + room


@pytest.mark.parametrize("objective", [Carbon(), Risk({"A": 0.9, "B": 0.1, "C": 0.4})])
def test_other_objectives_have_the_same_signs(market, objective):
    """More demand never lowers the figure, more capacity never raises it."""
    network = market([1.0, 2.0, 3.0], 6.0, 4.0)
    rules = [DemandAtLeast("deliver", 7.0, "nickel"), Capacity("most", 3.0, "nickel", country="B")]
    plan = solve(network, rules, objective=objective)
    told = with_sides(network, rules, plan, objective=objective)
    for marginal in told.marginals:
        far = marginal_sides(network, rules, marginal, objective=objective)
        assert (marginal.below, marginal.above) == pytest.approx(far, rel=1e-6, abs=1e-9)
    if objective.word == "risk":
        assert sides(told, "most") == pytest.approx((-0.8, -0.3))
        assert sides(told, "deliver") == pytest.approx((0.4, 0.9))
