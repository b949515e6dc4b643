"""The front between two objectives: corners exactly, samples of curves, points that open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.sourcing import HHICap, ShareCap, SourcingError, solve
from calculator.sourcing.answers.pareto import pareto
from calculator.sourcing.objectives import Carbon, Concentration, Cost, Energy, Risk
from calculator.sourcing.problem import state
from calculator.sourcing.rules import CarbonPrice, SupplierFee
from calculator.sourcing.watch import Watch, watching


def emitting(network, emissions):
    pairs = zip(network.supplies, emissions, strict=True)
    supplies = tuple(replace(s, emission_kg_per_unit=float(e)) for s, e in pairs)
    return replace(network, supplies=supplies)


def values(front):
    return [p.values for p in front.points]


def random_ask(chain, seed):
    network, rules = chain(seed)
    r = np.random.default_rng(seed + 100)
    emissions = r.uniform(1.0, 20.0, len(network.supplies))
    network = emitting(network, emissions)
    arcs = tuple(replace(a, emission_kg_per_unit=float(r.uniform(0, 2))) for a in network.arcs)
    return replace(network, arcs=arcs), rules


def test_two_suppliers_have_two_corners(market):
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    front = pareto(network, (), Cost(), Carbon())
    assert front.exact
    assert values(front) == [pytest.approx((10.0, 50.0)), pytest.approx((20.0, 30.0))]
    assert front.units == ("USD_2024", "kg CO2e")


def test_a_supplier_on_the_line_is_no_corner_and_one_above_is_no_point(market):
    network = emitting(market([1.0, 2.0, 1.5, 1.6], 10.0), (5.0, 3.0, 4.0, 4.0))
    assert len(pareto(network, (), Cost(), Carbon()).points) == 2


def test_ends_are_the_best_in_the_other_among_equals(market):
    """Two cheapest, two cleanest: a weakly efficient end would show 60 or 3."""
    network = emitting(market([1.0, 1.0, 2.0, 3.0], 10.0), (6.0, 5.0, 2.0, 2.0))
    front = pareto(network, (), Cost(), Carbon())
    assert values(front) == [pytest.approx((10.0, 50.0)), pytest.approx((20.0, 20.0))]


def test_one_plan_best_in_both_is_one_point(market):
    network = emitting(market([1.0, 2.0], 10.0), (1.0, 2.0))
    front = pareto(network, (), Cost(), Carbon())
    assert values(front) == [pytest.approx((10.0, 10.0))]
    assert front.exact


@pytest.mark.parametrize("seed", [0, 2, 4, 6, 8])
def test_nothing_lies_beyond_the_corners(chain, seed):
    """Against an independent solver: many weights, none better; many caps, all on the front."""
    from scipy.optimize import linprog

    network, rules = random_ask(chain, seed)
    front = pareto(network, rules, Cost(), Carbon())
    assert front.status == "optimal"
    assert front.exact, front.notes
    z = np.array(values(front))
    assert np.all(np.diff(z[:, 0]) > 0)
    assert np.all(np.diff(z[:, 1]) < 0)
    slopes = np.diff(z[:, 1]) / np.diff(z[:, 0])
    assert np.all(np.diff(slopes) > 0)
    stated = state(network, rules).canonical
    carbon = np.zeros(stated.n)
    carbon[: network.layout.n] = network.layout.emission
    sides = _sides(stated)
    for cap in np.linspace(z[-1, 1], z[0, 1], 15)[1:-1]:
        a_ub = np.vstack([sides["A_ub"], carbon])
        b_ub = np.append(sides["b_ub"], cap)
        found = linprog(stated.cost, **{**sides, "A_ub": a_ub, "b_ub": b_ub})
        on_front = np.interp(cap, z[::-1, 1], z[::-1, 0])
        assert on_front == pytest.approx(found.fun, rel=1e-6)


def _sides(p):
    a, equal = p.matrix.toarray(), p.row_lower == p.row_upper
    up = np.isfinite(p.row_upper) & ~equal
    low = np.isfinite(p.row_lower) & ~equal
    return {
        "A_eq": a[equal],
        "b_eq": p.row_upper[equal],
        "A_ub": np.vstack([a[up], -a[low]]),
        "b_ub": np.concatenate([p.row_upper[up], -p.row_lower[low]]),
        "bounds": np.column_stack([p.lower, p.upper]),
    }


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_every_point_is_proved_and_opens(chain, seed):
    """Solving with its rule, for its objective, gives its plan; odd seeds have a cone."""
    network, rules = random_ask(chain, seed)
    front = pareto(network, rules, Cost(), Carbon(), points=5)
    assert len(front.points) > 1
    assert front.exact is (not seed % 2 and not front.notes)
    for point in front.points:
        assert point.plan.certificate.ok
        again = solve(network, (*rules, point.rule), objective=point.objective)
        assert (again.cost, again.emission_kg) == pytest.approx(point.values, rel=1e-5)


def test_the_order_of_the_two_only_turns_it_round(chain):
    network, rules = random_ask(chain, 2)
    one = values(pareto(network, rules, Cost(), Carbon()))
    two = values(pareto(network, rules, Carbon(), Cost()))
    assert [v for pair in two[::-1] for v in pair[::-1]] == pytest.approx(
        [v for pair in one for v in pair], rel=1e-6
    )


def test_some_corners_are_spread_and_it_is_said(market):
    prices = [1.0 + 0.1 * k for k in range(8)]
    network = emitting(market(prices, 16.0, 4.0), [9 * 0.7**k for k in range(8)])
    every = pareto(network, (), Cost(), Carbon())
    some = pareto(network, (), Cost(), Carbon(), points=4)
    assert len(some.points) == 4 < len(every.points)
    assert {values(some)[0], values(some)[-1]} <= set(values(every))
    assert not some.exact
    assert some.notes == (f"4 of {len(every.points)} corners are shown.",)


def test_concentration_gives_points_of_a_curve(market):
    """Two suppliers, T = 1: H = (1 + d^2)/2 and C = 1.5 - d/2 with d the difference."""
    front = pareto(market([1.0, 2.0], 1.0), (), Cost(), Concentration({"nickel": 1.0}), points=6)
    assert not front.exact
    assert front.notes
    assert len(front.points) == 6
    for cost, hhi in values(front):
        assert hhi == pytest.approx((1 + (3 - 2 * cost) ** 2) / 2, rel=1e-5)
    assert values(front)[0] == pytest.approx((1.0, 1.0), rel=1e-5)
    assert values(front)[-1][1] == pytest.approx(0.5, rel=1e-5)


def test_cones_of_rules_give_points_that_are_not_dominated(market):
    network = emitting(market([1.0, 2.0, 3.0], 10.0), (5.0, 3.0, 1.0))
    front = pareto(network, [HHICap("h", 0.5)], Cost(), Carbon(), points=5)
    z = np.array(values(front))
    assert np.all(np.diff(z[:, 0]) > 0)
    assert np.all(np.diff(z[:, 1]) < 0)
    assert all(p.plan.certificate.ok for p in front.points)


def test_whole_numbers_against_every_choice(market):
    """A fee a supplier: each point is the best of all subsets under its cap."""
    from itertools import combinations

    network = emitting(market([1.0, 2.0, 3.0], 10.0, 8.0), (5.0, 3.0, 1.0))
    front = pareto(network, [SupplierFee("fee", 6.0)], Carbon(), Cost(), points=5)
    assert len(front.points) >= 2
    for point in front.points:
        best = np.inf
        for some in (c for k in (1, 2, 3) for c in combinations(range(3), k)):
            closed = emitting(
                market([1.0, 2.0, 3.0], 10.0, [8.0 * (k in some) for k in range(3)]),
                (5.0, 3.0, 1.0),
            )
            plan = solve(closed, [_cap(point.values[0])])
            best = min(best, plan.cost + 6.0 * len(some) if plan.status == "optimal" else np.inf)
        assert point.values[1] == pytest.approx(best, rel=1e-5)
        assert point.plan.certificate.ok


def _cap(limit):
    from calculator.sourcing.rules.objective import ObjectiveAtMost

    return ObjectiveAtMost("cap", Carbon(), limit * (1 + 1e-9))


def test_charges_count_in_the_cost_of_a_front(market):
    """A price of carbon is part of the cost, so the cap is on the carbon."""
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    front = pareto(network, [CarbonPrice("tax", 0.1)], Carbon(), Cost())
    assert values(front) == [pytest.approx((30.0, 23.0)), pytest.approx((50.0, 15.0))]
    assert {p.rule.objective.word for p in front.points} == {"carbon"}


def test_an_ask_without_a_plan_has_no_front(market):
    network = emitting(market([1.0, 2.0], 10.0, 4.0), (5.0, 3.0))
    front = pareto(network, (), Cost(), Carbon())
    assert front.status == "infeasible"
    assert front.points == ()
    loose = emitting(market([1.0], 1.0, value_per_unit=2.0), (1.0,))
    assert pareto(loose, (), Cost(), Carbon()).status == "unbounded"


def test_a_front_needs_two_points(market):
    with pytest.raises(SourcingError, match="points is 1; a front has at least 2"):
        pareto(market([1.0, 2.0]), (), Cost(), Carbon(), points=1)


def test_risk_and_energy_are_objectives_like_any(chain):
    network, rules = random_ask(chain, 4)
    risk = Risk({f"C{k}": 0.1 + 0.15 * k for k in range(6)}, "nickel", "refining", missing=0.4)
    front = pareto(network, rules, Cost(), risk)
    assert front.exact
    assert len(front.points) >= 2
    assert len(pareto(network, rules, Cost(), Energy()).points) == 1


def test_progress_is_told(market):
    told: list[str] = []
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    with watching(Watch(report=told.append)):
        pareto(network, (), Cost(), Carbon())
    assert "point 1 of 2" in told


def test_names_of_the_user_are_not_taken(market):
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    rules = [ShareCap("at most 50 carbon", 1.0, country="each")]
    front = pareto(network, rules, Cost(), Carbon())
    assert front.points[0].rule.name == "at most 50 carbon'"
