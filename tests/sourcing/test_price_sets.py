"""Uncertain prices: budgets, ellipsoids, price vectors, outcomes and the mean of their tail."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from scipy.optimize import linprog

from calculator.sourcing import (
    Commodity,
    CVaRCap,
    Demand,
    HHICap,
    MeanCVaR,
    Network,
    Node,
    PriceBudget,
    PriceEllipsoid,
    PriceScenarios,
    ShareCap,
    SourcingError,
    SupplierFee,
    Supply,
    explain,
    from_dict,
    marginal_sides,
    solve,
)
from calculator.sourcing.network import Outcome, Process
from calculator.sourcing.rules.tail import tail_mean

PRICES = [10.0, 11.0, 12.0, 13.0]
MOVES = {"S0": 6.0, "S1": 3.0, "S2": 2.0, "S3": 0.5}
DEMAND, MOST = 100.0, 60.0


def four(market):
    return market(PRICES, DEMAND, MOST)


# --- budget ----------------------------------------------------------------------------------


def worst_of_subsets(budget):
    """min over x of the worst over all subsets of so many prices, each written as a row."""
    d = np.array(list(MOVES.values()))
    n = len(d)
    rows = []
    for subset in combinations(range(n), min(budget, n)):
        row = np.zeros(n + 1)
        row[list(subset)] = d[list(subset)]
        rows.append(np.append(row[:n], -1.0))
    found = linprog(
        [*PRICES, 1.0],
        A_ub=np.array(rows),
        b_ub=np.zeros(len(rows)),
        A_eq=[[1.0] * n + [0.0]],
        b_eq=[DEMAND],
        bounds=[(0, MOST)] * n + [(0, None)],
    )
    return float(found.fun)


@pytest.mark.parametrize("budget", range(6))
def test_budget_equals_the_worst_over_all_subsets(market, budget):
    plan = solve(four(market), [PriceBudget("care", budget, MOVES)])
    assert plan.status == "optimal", plan.notes
    assert plan.cost == pytest.approx(worst_of_subsets(budget), rel=1e-9)
    assert plan.certificate.ok


def test_budget_of_nought_is_the_nominal_price_and_a_full_one_the_upper_end(market):
    network = four(market)
    nominal = solve(network, [PriceBudget("care", 0.0, MOVES)])
    assert nominal.cost == pytest.approx(solve(network).cost)
    assert any("is the nominal price" in note for note in nominal.notes)
    upper = replace(
        network,
        supplies=tuple(
            replace(s, price_per_unit=s.price_per_unit + MOVES[s.node]) for s in network.supplies
        ),
    )
    for budget in (4.0, 7.5):
        full = solve(network, [PriceBudget("care", budget, MOVES)])
        assert full.cost == pytest.approx(solve(upper).cost)


@pytest.mark.parametrize("budget", [0.4, 1.0, 1.7, 2.5, 3.2])
def test_charge_is_the_worst_at_the_flows_and_its_price_that_of_the_limit(market, budget):
    rule = PriceBudget("care", budget, MOVES)
    network = four(market)
    plan = solve(network, [rule])
    assert plan.cost_by_kind["price risk"] == pytest.approx(rule.worst(network.layout, plan.x))
    price = plan.marginals[0]
    low, high = sorted(marginal_sides(network, [rule], price, 1e-5))
    assert price.unit == "USD_2024 per price"
    assert low - 1e-5 <= price.shadow_price <= high + 1e-5
    assert price.shadow_price > 0


def test_caution_never_gets_cheaper(market):
    costs = [
        solve(four(market), [PriceBudget("care", g, MOVES)], tie_break=False).cost
        for g in np.linspace(0, 4, 9)
    ]
    assert np.all(np.diff(costs) >= -1e-9)


def test_prices_of_a_country_move_together(market):
    """Two supplies of one country are one price of the budget; fractions are of the price."""
    network = market([10.0, 10.0, 16.0], 100.0, 60.0, countries="AAB")
    apart = solve(network, [PriceBudget("care", 1.0, {"S0": 0.5, "S1": 0.5}, of_price=True)])
    together = solve(network, [PriceBudget("care", 1.0, {"A": 0.5}, of_price=True)])
    assert apart.cost == pytest.approx(1000.0 + 0.5 * 10 * 50)
    assert together.cost == pytest.approx(1000.0 + 0.5 * 1000.0)
    by_material = solve(network, [PriceBudget("care", 1.0, {"nickel": 2.0})])
    assert by_material.cost == pytest.approx(1200.0)
    by_owner = solve(network, [PriceBudget("care", 1.0, {"O0": 50.0})])
    assert by_owner.cost == pytest.approx(10.0 * 60 + 16.0 * 40)


def test_the_flows_are_unique_where_only_the_dual_of_the_budget_is_not(market):
    plan = solve(market([1.0, 2.0], 10.0), [PriceBudget("care", 1.0, {"S1": 1.0})])
    assert plan.unique is True


# --- ellipsoid -------------------------------------------------------------------------------


def two_prices(radius, gap, s0, s1, r):
    """min over a in [0, 1] of gap (1 - a) + radius sd(a), a unit of demand, where it is flat.

    With v = s0^2 + s1^2 - 2 r s0 s1 the variance is v (a - m)^2 + w at a = m + u, and
    gap = radius v u / sqrt(v u^2 + w).
    """
    v = s0**2 + s1**2 - 2 * r * s0 * s1
    m = (s1**2 - r * s0 * s1) / v
    w = s0**2 * s1**2 * (1 - r**2) / v
    u = gap * sqrt(w / (v * (radius**2 * v - gap**2)))
    return m + u, gap * (1 - m - u) + radius * sqrt(v * u**2 + w)


@pytest.mark.parametrize("r", [-0.5, 0.0, 0.4])
@pytest.mark.parametrize("radius", [0.8, 1.645, 3.0])
def test_ellipsoid_of_two_prices_in_closed_form(market, radius, r):
    rule = PriceEllipsoid("care", radius, {"S0": 2.0, "S1": 1.5}, {"S0": {"S1": r}})
    network = market([10.0, 10.5], 100.0)
    share, beyond = two_prices(radius, 0.5, 2.0, 1.5, r)
    assert 0 < share < 1
    plan = solve(network, [rule])
    assert plan.certificate.ok
    assert plan.cost == pytest.approx(100.0 * (10.0 + beyond), rel=1e-7)
    assert plan.x[0] == pytest.approx(100.0 * share, rel=1e-4)
    price = plan.marginals[0]
    assert price.shadow_price == pytest.approx(plan.cost_by_kind["price risk"] / radius)
    low, high = sorted(marginal_sides(network, [rule], price, 1e-3))
    assert low - 1e-2 <= price.shadow_price <= high + 1e-2
    assert plan.unique


def test_covariance_says_the_same_as_deviations_and_correlation(market):
    network = market([10.0, 10.5], 100.0)
    table = {"S0": {"S0": 4.0, "S1": 1.2}, "S1": {"S1": 2.25}}
    by_table = solve(network, [PriceEllipsoid("care", 1.0, covariance=table)])
    by_parts = solve(
        network, [PriceEllipsoid("care", 1.0, {"S0": 2.0, "S1": 1.5}, {"S1": {"S0": 0.4}})]
    )
    assert by_table.cost == pytest.approx(by_parts.cost, rel=1e-9)
    assert solve(network, [PriceEllipsoid("care", 0.0, covariance=table)]).cost == 1000.0


def test_ellipsoid_with_fees_and_a_cone(market):
    """All three kinds of difficulty at once, against every set of suppliers."""
    network = four(market)
    care = PriceEllipsoid("care", 1.0, MOVES)
    rules = [care, HHICap("hhi", 0.45)]
    plan = solve(network, [*rules, SupplierFee("fee", 120.0)])
    best = min(
        solve(_only(network, used), rules, tie_break=False).cost + 120.0 * len(used)
        for k in (3, 4)
        for used in combinations([s.node for s in network.supplies], k)
    )
    assert plan.status == "optimal", plan.notes
    assert plan.cost == pytest.approx(best, rel=1e-6)


def _only(network, used):
    return replace(
        network,
        supplies=tuple(s if s.node in used else replace(s, capacity=0.0) for s in network.supplies),
    )


# --- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (PriceBudget, {"budget": 1, "deviations": {}}, "no deviation is given"),
        (PriceBudget, {"budget": 1, "deviations": {"S0": -1.0}}, "'S0' is -1; give 0 or more"),
        (PriceEllipsoid, {"radius": 1.0}, "give deviations, with correlations"),
        (
            PriceEllipsoid,
            {"radius": 1.0, "deviations": {"a": 1.0, "b": 1.0}, "correlation": {"a": {"b": 1.5}}},
            "contradict each other",
        ),
        (
            PriceEllipsoid,
            {"radius": 1.0, "deviations": {"a": 1.0}, "correlation": {"a": {"b": 0.5}}},
            "a pair names 'b'",
        ),
        (PriceScenarios, {"weight": 2.0, "level": 0.5, "scenarios": {}}, "give between 0 and 1"),
        (
            PriceScenarios,
            {"weight": 1, "level": 0.5, "scenarios": {"a": {"probability": 0.5, "prices": {}}}},
            "sum to 0.5; make them sum to 1",
        ),
        (PriceScenarios, {"weight": 1, "level": 0.5, "scenarios": {"a": 3}}, "must hold a prob"),
        (CVaRCap, {"limit_amount": 1.0, "level": 1.5}, "level is 1.5"),
    ],
)
def test_faults_when_made(kind, values, sentence):
    with pytest.raises(SourcingError, match=sentence):
        kind("r", **values)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (PriceBudget("r", 1.0, {"Nikel": 1.0}), "no supply, process, country, owner or material"),
        (CVaRCap("r", 1.0), "the network has no outcomes"),
    ],
)
def test_faults_in_a_network(market, rule, sentence):
    with pytest.raises(SourcingError, match=sentence):
        solve(market([1.0], 1.0), [rule])


# --- outcomes --------------------------------------------------------------------------------

NEEDS = {"low": (20.0, 0.2), "usual": (50.0, 0.5), "high": (100.0, 0.3)}
BUY, RUSH, SALVAGE = 4.0, 9.0, 1.0


def newsvendor():
    """Buy before the need is known; what is short is bought dear, what is left sold cheap."""
    return Network(
        commodities=(Commodity("cell"), Commodity("order")),
        nodes=(Node("stock"), *(Node(w, outcome=w) for w in NEEDS)),
        supplies=(
            Supply("stock", "order", BUY),
            *(Supply(w, "cell", RUSH, id=f"rush {w}") for w in NEEDS),
        ),
        processes=(
            Process(
                "buy", "stock", {"order": 1.0}, {}, elsewhere={w: {"cell": 1.0} for w in NEEDS}
            ),
        ),
        demands=(
            *(Demand(w, "cell", need, exact=True) for w, (need, _) in NEEDS.items()),
            *(Demand(w, "cell", value_per_unit=SALVAGE) for w in NEEDS),
        ),
        outcomes=tuple(Outcome(w, p) for w, (_, p) in NEEDS.items()),
    )


def newsvendor_cost(bought):
    need = np.array([need for need, _ in NEEDS.values()])
    short, left = np.maximum(need - bought, 0), np.maximum(bought - need, 0)
    return BUY * bought + RUSH * short - SALVAGE * left


PROBABILITY = np.array([p for _, p in NEEDS.values()])


def newsvendor_best(weight, level):
    """The cost is piecewise linear in what is bought: its corners are the needs."""
    figures = {}
    for bought, _ in NEEDS.values():
        cost = newsvendor_cost(bought)
        tail = tail_mean(cost, PROBABILITY, level)
        figures[bought] = (1 - weight) * float(cost @ PROBABILITY) + weight * tail
    return min(figures.items(), key=lambda pair: pair[1])


def test_newsvendor_buys_the_critical_fractile():
    """(9 - 4)/(9 - 1) = 0.625 lies in the usual need, at 0.2 to 0.7 of the probability."""
    plan = solve(newsvendor())
    assert plan.x[0] == pytest.approx(50.0)
    assert plan.cost == pytest.approx(newsvendor_cost(50.0) @ PROBABILITY)


@pytest.mark.parametrize("level", [0.0, 0.3, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
def test_mean_and_tail_of_the_newsvendor(weight, level):
    plan = solve(newsvendor(), objective=MeanCVaR(weight, level))
    bought, figure = newsvendor_best(weight, level)
    assert plan.status == "optimal", plan.notes
    assert plan.value == pytest.approx(figure, rel=1e-7)
    assert plan.cost == pytest.approx(newsvendor_cost(plan.x[0]) @ PROBABILITY)
    if weight == 0.0:
        assert plan.x[0] == pytest.approx(bought)


def test_tail_at_nought_is_the_mean_and_at_one_the_worst():
    cost = np.array([3.0, 10.0, 7.0])
    p = np.array([0.5, 0.2, 0.3])
    assert tail_mean(cost, p, 0.0) == pytest.approx(5.6)
    assert tail_mean(cost, p, 1.0) == 10.0
    assert tail_mean(cost, p, 0.5) == pytest.approx((0.2 * 10 + 0.3 * 7) / 0.5)
    assert tail_mean(cost, p, 0.9) == pytest.approx(10.0)
    assert CVaRCap("r", 5.6, 0.0).limit == 5.6


@pytest.mark.parametrize("level", [0.0, 0.5, 0.8, 1.0])
def test_cap_on_the_tail(level):
    """Truth table, the price by finite differences, and the least that helps."""
    network = newsvendor()
    usual = solve(network)
    free = CVaRCap("tail", 0.0, level).measure(network.layout, usual.x)
    assert free == pytest.approx(tail_mean(newsvendor_cost(50.0), PROBABILITY, level))
    least = min(
        tail_mean(newsvendor_cost(b), PROBABILITY, level) for b in np.linspace(0, 120, 2401)
    )
    loose, tight = CVaRCap("tail", free + 1, level), CVaRCap("tail", (free + least) / 2, level)
    assert loose.residual(network.layout, usual.x) == pytest.approx(-1.0)
    assert solve(network, [loose]).cost == pytest.approx(usual.cost)
    if level > 0:
        assert tight.residual(network.layout, usual.x) > 0
        plan = solve(network, [tight])
        assert plan.status == "optimal", plan.notes
        assert plan.cost > usual.cost
        assert tight.residual(network.layout, plan.x) == pytest.approx(0.0, abs=1e-6)
        low, high = sorted(marginal_sides(network, [tight], plan.marginals[0], 1e-3))
        assert low - 1e-6 <= plan.marginals[0].shadow_price <= high + 1e-6
        assert plan.marginals[0].shadow_price < 0
    shut = CVaRCap("tail", least - 10, level)
    assert solve(network, [shut]).status == "infeasible"
    told = explain(network, [shut]).relaxations[0]
    assert told.least == pytest.approx(least, abs=1e-4)


YEARS = {"good": 1.2, "mean": 1.0, "bad": 0.8}


def farmer():
    """Birge and Louveaux, section 1.1: plant, then buy and sell in each of three years."""
    planting = {"wheat": 150.0, "corn": 230.0, "beets": 260.0}
    grown = {"wheat": 2.5, "corn": 3.0, "beets": 20.0}
    uses = []
    for year in YEARS:
        uses += [Demand(year, "wheat", 200.0, exact=True), Demand(year, "corn", 240.0, exact=True)]
        uses += [Demand(year, "wheat", value_per_unit=170.0)]
        uses += [Demand(year, "corn", value_per_unit=150.0)]
        uses += [Demand(year, "beets", value_per_unit=36.0, limit=6000.0)]
        uses += [Demand(year, "beets", value_per_unit=10.0)]
    return Network(
        commodities=tuple(Commodity(good) for good in ("land", *planting)),
        nodes=(Node("field"), *(Node(year, outcome=year) for year in YEARS)),
        supplies=(
            Supply("field", "land", 0.0, 500.0),
            *(Supply(year, "wheat", 238.0) for year in YEARS),
            *(Supply(year, "corn", 210.0) for year in YEARS),
        ),
        processes=tuple(
            Process(
                crop, "field", {"land": 1.0}, {}, conversion_cost_per_unit=usd,
                elsewhere={year: {crop: f * grown[crop]} for year, f in YEARS.items()},
            )
            for crop, usd in planting.items()
        ),
        demands=tuple(uses),
        outcomes=tuple(Outcome(year, 1 / 3) for year in YEARS),
    )  # fmt: skip


def farmer_by_hand(weight, level):
    """The same as one linear programme written out: (1 - weight) mean + weight CVaR."""
    # columns: 3 acres, then per year: bought wheat, corn; sold wheat, corn, beets in and over quota
    n, p = 3 + 6 * 3, 1 / 3
    index = {(y, k): 3 + 6 * i + k for i, y in enumerate(YEARS) for k in range(6)}
    size = n + 1 + 3
    a_ub, b_ub = [np.concatenate([np.ones(3), np.zeros(size - 3)])], [500.0]
    a_eq, b_eq, goal = [], [], np.zeros(size)
    goal[:3] = (1 - weight) * np.array([150.0, 230.0, 260.0])
    goal[n] = weight
    prices = [238.0, 210.0, -170.0, -150.0, -36.0, -10.0]
    for i, (year, f) in enumerate(YEARS.items()):
        for crop, (grown, need) in enumerate([(2.5, 200.0), (3.0, 240.0)]):
            row = np.zeros(size)
            row[crop], row[index[year, crop]], row[index[year, 2 + crop]] = f * grown, 1.0, -1.0
            a_eq.append(row)
            b_eq.append(need)
        row = np.zeros(size)
        row[2], row[index[year, 4]], row[index[year, 5]] = f * 20.0, -1.0, -1.0
        a_eq.append(row)
        b_eq.append(0.0)
        row = np.zeros(size)
        row[:3] = [150.0, 230.0, 260.0]
        for k, price in enumerate(prices):
            row[index[year, k]] = price
            goal[index[year, k]] = (1 - weight) * p * price
        row[n], row[n + 1 + i] = -1.0, -1.0
        a_ub.append(row)
        b_ub.append(0.0)
        goal[n + 1 + i] = weight * p / (1 - level)
    bounds = [(0, None)] * n + [(None, None)] + [(0, None)] * 3
    for year in YEARS:
        bounds[index[year, 4]] = (0, 6000.0)
    found = linprog(goal, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, bounds=bounds)
    return float(found.fun)


@pytest.mark.parametrize(("weight", "level"), [(0.0, 0.5), (0.5, 0.5), (1.0, 0.6), (0.7, 0.9)])
def test_the_farmer_with_an_eye_on_bad_years(weight, level):
    plan = solve(farmer(), objective=MeanCVaR(weight, level))
    assert plan.status == "optimal", plan.notes
    assert plan.value == pytest.approx(farmer_by_hand(weight, level), rel=1e-8)
    if weight == 0.0:
        assert plan.value == pytest.approx(-108_390.0)


def test_fees_count_in_full_whatever_the_weight():
    """What is the same in every outcome is not a risk."""
    plan = solve(
        newsvendor(), [SupplierFee("fee", 30.0, material="order")], objective=MeanCVaR(0.5, 0.9)
    )
    _, figure = newsvendor_best(0.5, 0.9)
    assert plan.value == pytest.approx(figure + 30.0)


# --- price vectors ---------------------------------------------------------------------------

VECTORS = {
    "calm": {"probability": 0.6, "prices": {}},
    "ban": {"probability": 0.3, "prices": {"S0": 25.0, "S1": 14.0}},
    "glut": {"probability": 0.1, "prices": {"S3": 5.0}},
}


def price_vectors_by_hand(weight, level):
    table = np.array([PRICES, [25.0, 14.0, 12.0, 13.0], [10.0, 11.0, 12.0, 5.0]])
    p, n = np.array([0.6, 0.3, 0.1]), 4
    goal = np.concatenate([(1 - weight) * p @ table, [weight], weight * p / (1 - level)])
    tail = np.hstack([table, -np.ones((3, 1)), -np.eye(3)])
    total = np.concatenate([np.ones(n), np.zeros(4)])
    bounds = [(0, MOST)] * n + [(None, None)] + [(0, None)] * 3
    found = linprog(goal, A_ub=tail, b_ub=np.zeros(3), A_eq=[total], b_eq=[DEMAND], bounds=bounds)
    return float(found.fun)


@pytest.mark.parametrize("level", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_price_vectors_against_an_independent_programme(market, weight, level):
    rule = PriceScenarios("turns", weight, level, VECTORS)
    network = four(market)
    plan = solve(network, [rule])
    assert plan.status == "optimal", plan.notes
    assert plan.cost == pytest.approx(price_vectors_by_hand(weight, level), rel=1e-8)
    if 0 < weight < 1:
        price = plan.marginals[0]
        low, high = sorted(marginal_sides(network, [rule], price, 1e-5))
        assert low - 1e-4 <= price.shadow_price <= high + 1e-4


# --- in a file -------------------------------------------------------------------------------


def test_the_rules_are_stated_in_a_file():
    ask = {
        "currency": "USD_2024",
        "commodity": "nickel",
        "demand": 100.0,
        "suppliers": {
            k: {"country": k, "price": price, "capacity": 60.0}
            for k, price in zip("ABCD", PRICES, strict=True)
        },
        "rules": [
            {"rule": "price_budget", "budget": 1, "deviations": {"A": 6, "B": "30 %"}},
            {"rule": "price_ellipsoid", "radius": 1.0, "deviations": {"C": 1.0, "D": 2.0}},
            {"rule": "price_scenarios", "weight": 0.5, "level": 0.8, "scenarios": {
                "calm": {"probability": 0.5, "prices": {}},
                "wild": {"probability": 0.5, "prices": {"A": 20}}}},
            {"rule": "supplier_fee", "fee": 10, "fees": {"A": 20}},
            {"rule": "minimum_lot", "lot": 5},
            {"rule": "supplier_count_at_most", "count": 3},
            {"rule": "supplier_count_at_least", "count": 2, "least_share": "10 %"},
        ],
    }  # fmt: skip
    network, rules = from_dict(ask)
    plan = solve(network, rules)
    assert plan.status == "optimal", plan.notes
    assert 2 <= len(plan.sources) <= 3
    assert all(s.quantity >= 5 - 1e-6 for s in plan.sources)
    assert plan.cost_by_kind["fees"] == sum(20 if s.node == "A" else 10 for s in plan.sources)


def test_a_budget_in_a_conflict_is_not_to_blame(market):
    rules = [PriceBudget("care", 2.0, MOVES), ShareCap("cap", 0.2, country="each")]
    found = explain(four(market), rules)
    assert found.conflict == ("cap",)
    assert found.relaxations[0].least == pytest.approx(0.25, rel=1e-6)
