"""Objectives beside the cost: closed forms, proof, the cheapest among equals, words in a file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.sourcing import (
    Commodity,
    HHICap,
    Network,
    ShareCap,
    SourcingError,
    marginal_sides,
    solve,
)
from calculator.sourcing.answers.explain import explain
from calculator.sourcing.network import Outcome
from calculator.sourcing.objectives import (
    OBJECTIVES,
    Carbon,
    Concentration,
    Cost,
    Energy,
    Intensity,
    Objective,
    Risk,
    Weighted,
)
from calculator.sourcing.reading.objective_from import objective_from
from calculator.sourcing.rules.objective import ObjectiveAtMost


def emitting(network, emissions):
    supplies = (
        replace(s, emission_kg_per_unit=e) for s, e in zip(network.supplies, emissions, strict=True)
    )
    return replace(network, supplies=tuple(supplies))


def taken(plan):
    return {s.node: s.quantity for s in plan.sources}


def test_every_objective_has_its_word():
    assert {"cost", "carbon", "energy", "risk", "concentration", "intensity", "weighted"} <= set(
        OBJECTIVES
    )
    assert all(kind.word == word for word, kind in OBJECTIVES.items())


def test_least_risk_by_hand(market):
    """The safest up to its capacity, then the next; prices do not matter."""
    network = market([1.0, 2.0, 3.0], 10.0, [10.0, 6.0, 3.0])
    plan = solve(network, objective=Risk({"A": 0.9, "B": 0.5, "C": 0.1}))
    assert taken(plan) == pytest.approx({"S0": 1.0, "S1": 6.0, "S2": 3.0})
    assert plan.value == pytest.approx(0.9 + 3.0 + 0.3)
    assert plan.unit == "kg weighted by risk"
    assert plan.certificate.ok
    assert plan.cost == pytest.approx(1 + 12 + 9)


def test_a_source_without_a_risk_is_refused_or_weighed(market):
    network = market([1.0, 2.0, 3.0], 10.0, countries="A B")
    with pytest.raises(SourcingError, match=r"no risk is given for 'B', node 'S1'; add it, or"):
        solve(network, objective=Risk({"A": 0.9}))
    plan = solve(network, objective=Risk({"A": 0.9}, missing=0.2))
    assert plan.value == pytest.approx(2.0)


def test_least_concentration_splits_evenly(market):
    """Without a limit, T^2/n/T: every country the same, whatever it costs."""
    plan = solve(market([1.0, 2.0, 4.0], 9.0), objective=Concentration({"nickel": 2.0}))
    assert plan.certificate.ok
    assert plan.value == pytest.approx(2.0 * 9.0 / 3.0, rel=1e-6)
    assert taken(plan) == pytest.approx({"S0": 3.0, "S1": 3.0, "S2": 3.0}, rel=1e-5)


def test_concentration_counts_an_unnamed_source_in_the_total_only(market):
    """x from A, y from nowhere: x^2/(x + y) is least with all from nowhere."""
    network = market([1.0, 2.0], 9.0, [9.0, 6.0], countries="A ")
    plan = solve(network, objective=Concentration({"nickel": 1.0}))
    assert plan.value == pytest.approx(3.0**2 / 9.0, rel=1e-6)


def test_cost_against_concentration_in_closed_form(market):
    """min sum c_i x_i + p sum x_i^2/T at T = 1: x_1 - x_2 = (c_2 - c_1)/(2 p)."""
    goal = Weighted(((1.0, Cost()), (1.0, Concentration({"nickel": 2.0}))))
    plan = solve(market([1.0, 2.0], 1.0), objective=goal)
    assert plan.unit == "weighted"
    assert taken(plan) == pytest.approx({"S0": 0.625, "S1": 0.375}, abs=1e-6)
    assert plan.value == pytest.approx(0.625 + 0.75 + 2 * (0.625**2 + 0.375**2), rel=1e-7)


def test_price_of_the_demand_under_concentration(market):
    """The figure of n equal shares is p T/n: one more unit costs p/n, from both sides."""
    network, goal = market([1.0, 1.0, 1.0], 9.0), Concentration({"nickel": 6.0})
    plan = solve(network, objective=goal)
    demand = plan.marginals[0]
    assert demand.shadow_price == pytest.approx(2.0, rel=1e-5)
    assert demand.unit == "USD_2024 x HHI per kg"
    assert marginal_sides(network, (), demand, 1e-2, objective=goal) == pytest.approx(
        (2.0, 2.0), rel=1e-4
    )


def test_intensity_counts_contents(market):
    network = market([1.0, 2.0], 10.0)
    goods = (Commodity("nickel", stage="metal", contents={"Ni": 0.5, "Co": 0.1}),)
    network = replace(network, commodities=goods)
    plan = solve(network, objective=Intensity({"Ni": 1.0, "Co": 10.0}))
    assert plan.value == pytest.approx(10 * (0.5 + 1.0))
    assert plan.unit == "kg weighted"
    assert plan.cost == pytest.approx(10.0)


def test_intensity_asks_for_the_stage(chain):
    network, _ = chain(2)
    with pytest.raises(SourcingError, match=r"several stages \(mining, refining\)"):
        solve(network, objective=Intensity({"nickel": 1.0}))
    assert solve(network, objective=Intensity({"nickel": 1.0}, "refining")).status == "optimal"


def test_figures_are_expected_over_outcomes(market):
    """Each outcome has its own market; a figure counts by its probability."""
    network = emitting(market([1.0, 2.0], 6.0, 5.0), (8.0, 4.0))
    nodes, parts = [], {"supplies": [], "arcs": [], "demands": []}
    for outcome in ("wet", "dry"):
        nodes += [replace(n, id=f"{n.id} {outcome}", outcome=outcome) for n in network.nodes]
        parts["supplies"] += [replace(s, node=f"{s.node} {outcome}") for s in network.supplies]
        parts["arcs"] += [
            replace(a, source=f"{a.source} {outcome}", target=f"{a.target} {outcome}")
            for a in network.arcs
        ]
        parts["demands"] += [replace(d, node=f"{d.node} {outcome}") for d in network.demands]
    twice = Network(
        network.commodities,
        tuple(nodes),
        outcomes=(Outcome("wet", 0.25), Outcome("dry", 0.75)),
        **{k: tuple(v) for k, v in parts.items()},
    )
    for goal in (
        Carbon(),
        Risk({"A": 0.9, "B": 0.5}),
        Intensity({"nickel": 1.0}),
        Concentration({"nickel": 3.0}),
    ):
        one, two = solve(network, objective=goal), solve(twice, objective=goal)
        assert two.value == pytest.approx(one.value, rel=1e-6), goal.word


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_a_weight_of_one_is_the_objective(chain, seed):
    network, rules = chain(seed)
    risk = Risk({f"C{k}": 0.1 * k for k in range(6)}, "nickel", "refining", missing=0.0)
    alone = solve(network, rules, objective=risk)
    summed = solve(network, rules, objective=Weighted(((1.0, risk), (0.0, Cost()))))
    assert summed.value == pytest.approx(alone.value, rel=1e-6)
    assert summed.unit in (alone.unit, "weighted")


# Among equals


def test_the_cheapest_of_equals_is_taken(market):
    """All emit alike: the plan is the cheapest, and is said to be the only one."""
    plan = solve(emitting(market([3.0, 1.0, 2.0], 10.0, 6.0), (5.0, 5.0, 5.0)), objective=Carbon())
    assert taken(plan) == pytest.approx({"S1": 6.0, "S2": 4.0})
    assert plan.unique is True
    assert plan.certificate.ok
    assert plan.value == pytest.approx(50.0)


def test_equals_in_both_are_split_and_said(market):
    network = emitting(market([2.0, 2.0, 1.0], 6.0), (5.0, 5.0, 6.0))
    plan = solve(network, objective=Carbon())
    assert plan.unique is False
    assert taken(plan) == pytest.approx({"S0": 3.0, "S1": 3.0}, rel=1e-6)


@pytest.mark.parametrize(
    "goal", [Carbon(), Energy(), Risk({f"C{k}": 0.5 for k in range(6)}, missing=0.5)]
)
@pytest.mark.parametrize("seed", [0, 3])
def test_the_order_of_rows_changes_nothing(chain, seed, goal):
    """No emission and one risk for all: wholly degenerate, so the cost decides."""
    (network, rules), (mixed, same) = chain(seed), chain(seed, shuffled=True)
    if isinstance(goal, Risk):
        goal = replace(goal, stage="refining", material="nickel")
    a, b = solve(network, rules, objective=goal), solve(mixed, same, objective=goal)
    assert a.certificate.ok and b.certificate.ok
    assert a.unique == b.unique
    assert b.value == pytest.approx(a.value, rel=1e-6, abs=1e-9)
    assert b.cost == pytest.approx(a.cost, rel=1e-5)
    size = max(taken(a).values())
    for node in {*taken(a), *taken(b)}:
        pair = taken(a).get(node, 0.0), taken(b).get(node, 0.0)
        assert pair[0] == pytest.approx(pair[1], abs=2e-4 * size)
    if not isinstance(goal, Risk):
        assert a.cost == pytest.approx(solve(network, rules).cost, rel=1e-5)


def test_a_cost_without_lower_end_among_equals_is_said(market):
    """Nothing emits and a buyer pays more than the price: no cheapest among equals."""
    network = market([1.0], 1.0, value_per_unit=2.0)
    plan = solve(network, objective=Carbon())
    assert plan.status == "optimal"
    assert any("among plans equal in carbon the cost has no lower end" in n for n in plan.notes)


# A cap on an objective


def test_inside_and_outside_of_a_cap(market):
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    layout = network.layout
    x = np.array([6.0, 4.0, 6.0, 4.0, 10.0])
    for objective, figure in (
        (Carbon(), 42.0),
        (Cost(), 14.0),
        (Risk({"A": 0.5, "B": 0.1}), 3.4),
        (Concentration({"nickel": 2.0}), 2 * 52 / 10),
    ):
        assert ObjectiveAtMost("at", objective, figure + 1e-9).residual(layout, x) <= 0
        assert ObjectiveAtMost("at", objective, figure - 1e-3).residual(layout, x) > 0
        assert ObjectiveAtMost("at", objective, figure).limit_unit(layout) == objective.unit(layout)


@pytest.mark.parametrize(
    ("objective", "limit"), [(Carbon(), 40.0), (Concentration({"nickel": 2.0}), 12.0)]
)
def test_price_of_a_cap_by_finite_differences(market, objective, limit):
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    rules = [ObjectiveAtMost("at", objective, limit)]
    plan = solve(network, rules)
    cap = plan.marginals[0]
    assert cap.level == pytest.approx(limit, rel=1e-6)
    assert cap.shadow_price < 0
    far = marginal_sides(network, rules, cap, 1e-2)
    assert cap.shadow_price == pytest.approx(sum(far) / 2, rel=1e-4)


@pytest.mark.parametrize(
    ("objective", "limit", "least"),
    [(Carbon(), 20.0, 30.0), (Concentration({"nickel": 2.0}), 4.0, 10.0)],
)
def test_the_least_relaxation_of_a_cap(market, objective, limit, least):
    network = emitting(market([1.0, 2.0], 10.0), (5.0, 3.0))
    told = explain(network, [ObjectiveAtMost("at", objective, limit)])
    assert told.conflict == ("at",)
    assert told.relaxations[0].least == pytest.approx(least, rel=1e-4)


def test_a_cap_stands_beside_other_cones(market):
    network = emitting(market([1.0, 2.0, 3.0], 10.0), (5.0, 3.0, 1.0))
    rules = [
        HHICap("h", 0.5),
        ShareCap("cap", 0.6, country="each"),
        ObjectiveAtMost("at", "carbon", 33.0),
    ]
    plan = solve(network, rules)
    assert plan.certificate.ok
    assert plan.emission_kg <= 33.0 * (1 + 1e-6)


# Words


@pytest.mark.parametrize(
    ("spec", "objective"),
    [
        ("carbon", Carbon()),
        ({"kind": "energy"}, Energy()),
        ({"risk": {"risks": {"A": 1}, "missing": 0.5}}, Risk({"A": 1.0}, missing=0.5)),
        ({"kind": "risk", "risks": {"A": 1}}, Risk({"A": 1.0})),
        ({"concentration": {"prices": {"nickel": 2}, "each": "owner"}},
         Concentration({"nickel": 2.0}, each="owner")),
        ({"weighted": {"cost": 1, "carbon": 0.1}}, Weighted(((1.0, Cost()), (0.1, Carbon())))),
        ({"weighted": [{"weight": 2, "objective": "cost"},
                       {"weight": 1, "risk": {"risks": {"A": 1}}}]},
         Weighted(((2.0, Cost()), (1.0, Risk({"A": 1.0}))))),
        ({"kind": "weighted", "parts": [[1, "cost"]]}, Weighted(((1.0, Cost()),))),
    ],
)  # fmt: skip
def test_words_of_a_file(spec, objective):
    found = objective_from(spec)
    assert isinstance(found, Objective)
    assert found == objective


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("carbn", "unknown objective 'carbn'; did you mean 'carbon'"),
        ({"risk": {"risk": {"A": 1}}}, "did you mean 'risks'"),
        ({"risk": {"risks": {"A": -1}}}, "the weight of 'A' is -1; give 0 or more"),
        ({"risk": 3}, "give a group of keys"),
        ({"weighted": {"cost": "much"}}, "weight"),
        ({"weighted": {}}, "give the weight of each objective|above 0"),
        ({"weighted": {"cost": 0}}, "nothing has a weight above 0"),
        ({"weighted": [{"objective": "cost"}]}, "give a weight and an objective"),
        ({"concentration": {"prices": {"x": 1}, "each": "city"}}, "give 'country' or 'owner'"),
        ({"carbon": {"limit": 3}}, "unknown key 'limit'"),
        (None, "unknown objective|kind is missing"),
    ],
)
def test_faults_are_sentences(spec, said):
    with pytest.raises(SourcingError, match=said):
        objective_from(spec)
