"""Uniqueness and the documented choice between plans that cost the same."""

from __future__ import annotations

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Commodity,
    Demand,
    HHICap,
    Network,
    Node,
    ShareCap,
    Supply,
    solve,
)
from calculator.sourcing.solving import ties


def shares(plan):
    return {r.country: pytest.approx(r.share, abs=1e-6) for r in plan.shares}


def test_equal_prices_are_split_evenly(market):
    plan = solve(market([2.0, 2.0, 2.0, 3.0], 9.0))
    assert plan.unique is False
    assert shares(plan) == {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}
    assert plan.cost == pytest.approx(18.0, rel=1e-12)


def test_even_split_respects_capacity(market):
    plan = solve(market([2.0, 2.0, 2.0], 9.0, [1.0, 9.0, 9.0]))
    assert shares(plan) == {"A": 1 / 9, "B": 4 / 9, "C": 4 / 9}


def test_a_vertex_with_zero_slack_may_still_be_unique(market):
    """Both capacities are just full: degenerate, yet no other plan exists."""
    assert solve(market([2.0, 2.0], 4.0, 2.0)).unique is True


def test_unique_when_prices_differ_by_little(market):
    assert solve(market([2.0, 2.0 + 1e-6], 4.0)).unique is True


def test_countries_count_before_single_flows(market):
    """Two mines in A and one in B: the countries share evenly, then the mines."""
    plan = solve(market([2.0, 2.0, 2.0], 8.0, countries="AAB"))
    assert {s.node: s.quantity for s in plan.sources} == pytest.approx(
        {"S0": 2.0, "S1": 2.0, "S2": 4.0}, abs=1e-6
    )


def test_parallel_lanes_share_the_load():
    network = Network(
        (Commodity("x"),),
        (Node("a", "A"), Node("b")),
        (Supply("a", "x", 1.0),),
        (),
        (Arc("a", "b", "x", id="rail"), Arc("a", "b", "x", id="road")),
        (Demand("b", "x", 6.0),),
    )
    plan = solve(network)
    assert plan.unique is False
    assert [s.quantity for s in plan.shipments] == pytest.approx([3.0, 3.0])


def test_order_and_path_change_nothing(market):
    prices = [2.0, 1.0, 2.0, 2.0, 5.0]
    base = solve(market(prices, 9.0, 4.0), [ShareCap("c", 0.4, country="each")])
    assert base.unique is False
    for order in ([4, 3, 2, 1, 0], [2, 0, 4, 1, 3]):
        network = market(
            [prices[k] for k in order], 9.0, 4.0, countries="".join("ABCDE"[k] for k in order)
        )
        for path in ("highs", "cvxpy"):
            plan = solve(network, [ShareCap("c", 0.4, country="each")], path=path)
            assert shares(plan) == {r.country: r.share for r in base.shares}


def test_tie_under_a_cone(market):
    """Two equally cheap under an HHI cap share evenly; the cone itself makes it unique."""
    plan = solve(market([1.0, 1.0, 2.0, 2.0], 5.0), [HHICap("h", 0.4)])
    assert plan.unique is True
    assert plan.share_of("A", "nickel") == pytest.approx(plan.share_of("B", "nickel"), abs=1e-6)


def test_tie_beside_a_cone(market):
    """Two mines of one country tie under a country cap: not unique, and shared evenly."""
    network = market([1.0, 1.0, 3.0], 6.0, countries="AAB")
    plan = solve(network, [HHICap("h", 0.68)])
    amounts = {s.node: s.quantity for s in plan.sources}
    assert plan.unique is False
    assert amounts["S0"] == pytest.approx(amounts["S1"], rel=1e-5)
    assert plan.share_of("B", "nickel") == pytest.approx(0.2, abs=1e-6)


def test_a_loose_cone_leaves_the_tie(market):
    plan = solve(market([1.0, 1.0, 3.0], 6.0), [HHICap("h", 0.8)])
    assert plan.unique is False
    assert shares(plan) == {"A": 0.5, "B": 0.5}


def test_without_tie_break_nothing_is_claimed(market):
    plan = solve(market([1.0, 1.0]), tie_break=False)
    assert plan.unique is None


def test_a_tie_too_large_is_said(market, monkeypatch):
    monkeypatch.setattr(ties, "LARGEST_TIE", 1)
    plan = solve(market([1.0, 1.0]))
    assert plan.unique is False
    assert "this is the solver's choice" in plan.notes[0]


def test_equal_routes_through_different_goods_are_settled_by_data_alone(chain):
    """A free choice between two chains does not depend on how the network is listed."""
    goods = ("p", "q")

    def network(flip: bool) -> Network:
        order = goods[::-1] if flip else goods
        from calculator.sourcing import Process

        return Network(
            (*map(Commodity, order), Commodity("z")),
            (Node("n", "A"), Node("m", "B")),
            tuple(Supply("n" if g == "p" else "m", g, 1.0) for g in order),
            tuple(Process(f"from {g}", "n" if g == "p" else "m", {g: 1}, {"z": 1}) for g in order),
            (Arc("n", "m", "z"),),
            (Demand("m", "z", 10.0),),
        )

    one, two = solve(network(False)), solve(network(True))
    assert one.unique is two.unique is False
    mine = {r.id: r.quantity for r in one.sources}
    assert {r.id: r.quantity for r in two.sources} == pytest.approx(mine, rel=1e-5)
    assert np.isclose(one.cost, 10.0)
