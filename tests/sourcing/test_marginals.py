"""Shadow prices against finite differences, one sign convention, degenerate points."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from calculator.sourcing import HHICap, ShareCap, marginal_sides, solve


@pytest.mark.parametrize("seed", range(24))
def test_prices_agree_with_finite_differences(chain, seed):
    """Random chains, every odd one with a cone: the dual lies between the two sides."""
    network, rules = chain(seed)
    plan = solve(network, rules, tie_break=False)
    assert plan.status == "optimal", plan.notes
    assert plan.binding
    shown = [m for m in plan.marginals if m.kind == "rule" or m.binds]
    for marginal in shown:
        sides = marginal_sides(network, rules, marginal, 1e-3 * max(marginal.limit, 1e-3))
        assert not all(isnan(side) for side in sides)
        low, high = np.nanmin(sides), np.nanmax(sides)
        room = 2e-2 * max(abs(low), abs(high)) + 1e-6 * plan.cost / max(marginal.limit, 1e-3)
        assert low - room <= marginal.shadow_price <= high + room, (marginal, sides)


@pytest.mark.parametrize("seed", [1, 3, 5, 7, 9])
def test_cone_price_converges_with_the_step(chain, seed):
    network, rules = chain(seed)
    plan = solve(network, rules, tie_break=False)
    cone = next(m for m in plan.marginals if m.name == "hhi")
    left, right = marginal_sides(network, rules, cone, 1e-4)
    assert cone.shadow_price == pytest.approx((left + right) / 2, rel=1e-3, abs=1e-4 * plan.cost)


@pytest.mark.parametrize("seed", range(8))
def test_dual_times_slack_is_nought(chain, seed):
    network, rules = chain(seed)
    plan = solve(network, rules)
    for marginal in plan.marginals:
        slack = marginal.limit - marginal.level
        value = marginal.shadow_price * slack * (100 if "percentage" in marginal.unit else 1)
        assert abs(value) <= 1e-5 * plan.cost, marginal


def test_signs(market):
    """Raising a cap or a capacity saves, raising a demand or a floor costs."""
    plan = solve(market([1.0, 2.0, 4.0], 10.0), [ShareCap("cap", 0.4, country="each")])
    prices = {m.name: m.shadow_price for m in plan.marginals}
    assert prices["cap"] == pytest.approx(-0.01 * 10 * (3 + 2))  # 1 point more from A and B each
    assert prices["demand nickel at M"] == pytest.approx(0.4 * 1 + 0.4 * 2 + 0.2 * 4)


def test_parts_of_a_rule_sum_to_its_price(market):
    plan = solve(market([1.0, 2.0, 4.0], 10.0), [ShareCap("cap", 0.4, country="each")])
    cap = plan.marginals[0]
    assert dict(cap.parts) == pytest.approx({"A, nickel": -0.3, "B, nickel": -0.2})
    assert cap.shadow_price == sum(v for _, v in cap.parts)


def test_degenerate_point_has_two_sides(market):
    """At a demand of 4 the cheap source is just full: one less saves 1, one more costs 2."""
    network = market([1.0, 2.0], 4.0, 4.0)
    plan = solve(network)
    demand = plan.marginals[0]
    left, right = marginal_sides(network, (), demand)
    assert (left, right) == pytest.approx((1.0, 2.0))
    assert left - 1e-9 <= demand.shadow_price <= right + 1e-9


def test_a_side_without_a_plan_is_not_a_number(market):
    network = market([1.0, 2.0], 4.0)
    rules = [HHICap("h", 0.5)]
    plan = solve(network, rules)
    left, right = marginal_sides(network, rules, plan.marginals[0], 1e-3)
    assert isnan(left)
    assert right < 0


def test_price_of_a_capacity_by_its_sides(market):
    network = market([1.0, 3.0], 10.0, [4.0, 20.0])
    capacity = next(m for m in solve(network).binding if m.kind == "capacity")
    assert marginal_sides(network, (), capacity) == pytest.approx((-2.0, -2.0))
