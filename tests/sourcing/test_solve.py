"""Closed forms, both paths, statuses, scale."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Ban,
    Capacity,
    Commodity,
    Demand,
    DemandExactly,
    HHICap,
    MarketAccess,
    Network,
    Node,
    Process,
    RecycledFloor,
    ShareCap,
    SourcingError,
    Supply,
    from_dict,
    marginal_sides,
    solve,
)
from calculator.sourcing.problem import state
from calculator.sourcing.solving.solvers import Statement, solve_canonical


def test_merit_order(market):
    plan = solve(market([3.0, 1.0, 2.0], demand=10.0, capacity=[9.0, 4.0, 5.0]))
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(4 * 1 + 5 * 2 + 1 * 3)
    assert {r.country: r.quantity for r in plan.sources} == pytest.approx({"B": 4, "C": 5, "A": 1})
    assert plan.unique is True
    prices = {m.name: m.shadow_price for m in plan.binding}
    assert prices == pytest.approx(
        {
            "demand nickel at M": 3.0,
            "capacity of supply nickel at S1": -2.0,
            "capacity of supply nickel at S2": -1.0,
        }
    )


def test_dantzig_transport_problem():
    """Dantzig 1963, section 3-3: 153.675 thousand dollars."""
    miles = {"seattle": (2.5, 1.7, 1.8), "san-diego": (2.5, 1.8, 1.4)}
    towns = ("new-york", "chicago", "topeka")
    network = Network(
        commodities=(Commodity("cases", unit="case"),),
        nodes=tuple(map(Node, (*miles, *towns))),
        supplies=(Supply("seattle", "cases", 0.0, 350), Supply("san-diego", "cases", 0.0, 600)),
        arcs=tuple(
            Arc(plant, town, "cases", 90 * far / 1000)
            for plant, row in miles.items()
            for town, far in zip(towns, row, strict=True)
        ),
        demands=tuple(
            Demand(t, "cases", need) for t, need in zip(towns, (325, 300, 275), strict=True)
        ),
    )
    plan = solve(network)
    assert plan.cost == pytest.approx(153.675, abs=1e-9)
    assert plan.cost_by_kind["freight"] == pytest.approx(153.675)
    assert plan.unique is False  # the textbook has two optimal shipments


@pytest.mark.parametrize("h", [0.52, 0.6, 0.75, 0.9])
def test_two_suppliers_under_an_hhi_cap(market, h):
    """MODEL 2.6 and 2.8: s = 1/2 -+ sqrt((2h - 1))/2, dC/dh = -(c2 - c1) D/(2 sqrt(2h - 1))."""
    c1, c2, demand = 7.0, 11.0, 250.0
    plan = solve(market([c1, c2], demand), [HHICap("hhi", h)])
    cheap = (1 + sqrt(2 * h - 1)) / 2
    assert plan.share_of("A", "nickel") == pytest.approx(cheap, abs=1e-6)
    assert plan.cost == pytest.approx(demand * (c1 * cheap + c2 * (1 - cheap)), rel=1e-7)
    price = {m.name: m.shadow_price for m in plan.marginals}["hhi"]
    assert price == pytest.approx(-(c2 - c1) * demand / (2 * sqrt(2 * h - 1)), rel=1e-4)
    assert plan.certificate.ok


def test_many_suppliers_under_an_hhi_cap(market):
    """MODEL 2.6: with all used, s = 1/n - sqrt(h - 1/n) (c - cbar)/||c - cbar||."""
    c = np.array([4.0, 5.0, 5.5, 6.5])
    h = 0.3
    off = c - c.mean()
    s = 1 / 4 - sqrt(h - 1 / 4) * off / np.linalg.norm(off)
    assert (s > 0).all()
    plan = solve(market(list(c), 8.0), [HHICap("hhi", h)])
    shares = [plan.share_of(k, "nickel") for k in "ABCD"]
    assert shares == pytest.approx(list(s), abs=1e-6)
    assert plan.unique is True


def test_uncounted_supply_relaxes_the_hhi_cap(market):
    """Half from a source without a country: ||X|| <= sqrt(h) T lets one country supply the rest."""
    network = market([1.0, 5.0, 2.0], 10.0, [100.0, 100.0, 5.0], countries="AB ")
    plan = solve(network, [HHICap("hhi", 0.25)])
    assert plan.share_of(None, "nickel") == pytest.approx(0.5, abs=1e-6)
    assert plan.share_of("A", "nickel") == pytest.approx(0.5, abs=1e-6)


def test_hhi_on_owners_and_third_countries_only(market):
    by_owner = solve(market([1.0, 2.0], 1.0), [HHICap("own", 0.68, each="owner")])
    assert by_owner.share_of("A", "nickel") == pytest.approx(0.8, abs=1e-6)
    home = Network(
        (Commodity("nickel"),),
        (Node("a", "A", groups=("EU",)), Node("b", "B"), Node("M")),
        (Supply("a", "nickel", 5.0), Supply("b", "nickel", 1.0)),
        (),
        (Arc("a", "M", "nickel"), Arc("b", "M", "nickel")),
        (Demand("M", "nickel", 1.0),),
    )
    capped = solve(home, [ShareCap("crma", 0.65, country="each", outside="EU")])
    assert capped.share_of("B", "nickel") == pytest.approx(0.65)
    assert capped.share_of("A", "nickel") == pytest.approx(0.35)
    assert {m.name: m.shadow_price for m in capped.binding}["crma"] == pytest.approx(-0.04)


def test_recycled_floor_and_its_price(market):
    network = market([10.0, 30.0], 200.0, routes=["primary", "hydromet"])
    plan = solve(network, [RecycledFloor("floor", 0.15, "nickel")])
    assert plan.cost == pytest.approx(200 * (0.85 * 10 + 0.15 * 30))
    assert plan.cost_by_kind["recycling"] == pytest.approx(0.15 * 200 * 30)
    floor = next(m for m in plan.binding if m.name == "floor")
    assert floor.shadow_price == pytest.approx(0.01 * 200 * (30 - 10))
    assert floor.unit == "USD_2024 per percentage point"
    assert floor.level == pytest.approx(0.15)


def test_chain_with_yield_and_duty():
    """1 kg out needs 1/0.8 kg in; duty on FOB value 10 % of 6, on CIF 10 % of (6 + 2)."""

    def with_base(base: str) -> Network:
        return Network(
            (
                Commodity("ore", contents={"Ni": 0.5}),
                Commodity("salt", contents={"Ni": 0.5}),
            ),
            (Node("mine", "A"), Node("plant", "B")),
            (Supply("mine", "ore", 3.0),),
            (
                Process(
                    "refine", "plant", {"ore": 1.25}, {"salt": 1.0},
                    conversion_cost_per_unit=4.0, yields={"Ni": 0.8},
                ),
            ),
            (Arc("mine", "plant", "ore", 2.0, 0.1, 6.0, base),),
            (Demand("plant", "salt", 100.0),),
        )  # fmt: skip

    fob, cif = solve(with_base("fob")), solve(with_base("cif"))
    assert fob.cost_by_kind == pytest.approx(
        {"price": 375, "conversion": 400, "freight": 250, "duty": 75, "recycling": 0, "sales": 0}
    )
    assert cif.cost - fob.cost == pytest.approx(125 * 0.1 * 2)
    assert fob.cost == sum(fob.cost_by_kind.values())
    spent = sum(r.quantity * r.unit_cost for r in fob.sources)
    assert spent == pytest.approx(775)
    assert sum(s.freight_cost + s.duty_cost for s in fob.shipments) == pytest.approx(325)
    assert [s.origin for s in fob.shipments] == ["A"]


@pytest.mark.parametrize("seed", range(8))
def test_highs_and_cvxpy_agree(chain, seed):
    network, rules = chain(2 * seed)  # even seeds have no cone
    one, two = (solve(network, rules, path=path) for path in ("highs", "cvxpy"))
    assert one.status == two.status == "optimal"
    assert one.cost == pytest.approx(two.cost, rel=1e-9)
    assert one.x == pytest.approx(two.x, rel=1e-6, abs=1e-6 * one.x.max())
    for a, b in zip(one.marginals, two.marginals, strict=True):
        assert a.name == b.name
        assert a.shadow_price == pytest.approx(b.shadow_price, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", range(0, 12, 2))
def test_simplex_and_interior_point_agree(chain, seed):
    """The same linear problem through HiGHS and, stated in cvxpy, through Clarabel."""
    problem = state(*chain(seed)).scaled.canonical
    simplex = solve_canonical(problem)
    interior = Statement.of(problem).solve({}, quadratic=True)
    assert simplex.status == interior.status == "optimal"
    assert problem.cost @ simplex.x == pytest.approx(problem.cost @ interior.x, rel=1e-6)


@pytest.mark.parametrize("seed", range(1, 16, 2))
def test_clarabel_and_cuts_agree_on_cones(chain, seed):
    network, rules = chain(seed)
    one, two = (solve(network, rules, path=path, tie_break=False) for path in ("cvxpy", "cuts"))
    assert one.status == two.status == "optimal"
    assert two.certificate.ok
    assert one.cost == pytest.approx(two.cost, rel=1e-7)
    for a, b in zip(one.marginals, two.marginals, strict=False):
        if a.kind == "rule":
            assert a.shadow_price == pytest.approx(b.shadow_price, rel=1e-3, abs=1e-5 * one.cost)


@pytest.mark.parametrize("path", ["cvxpy", "cuts"])
def test_cone_at_its_very_edge(market, path):
    """h = 1/n admits one point only, the even split; a miss of e there moves flows by sqrt(e)."""
    plan = solve(market([1.0, 2.0, 4.0], 9.0), [HHICap("h", 1 / 3)], path=path)
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(21.0, rel=1e-4)


def test_unknown_path_is_refused(market):
    with pytest.raises(ValueError, match="unknown path 'glpk'; use 'auto', 'highs'"):
        solve(market([1.0]), path="glpk")


def test_highs_path_refuses_a_cone(market):
    with pytest.raises(ValueError, match="linear rules only"):
        solve(market([1.0, 2.0]), [HHICap("h", 0.7)], path="highs")


@pytest.mark.parametrize("mass", [1e-3, 1.0, 1e9])
@pytest.mark.parametrize("money", [1e-3, 1.0, 1e9])
def test_scale_changes_nothing(market, mass, money):
    prices = [money * p for p in (1.0, 2.0, 4.0)]
    network = market(prices, mass, routes=["primary", "primary", "recycled"])
    for rules, cost in (
        ([ShareCap("c", 0.5, country="each"), RecycledFloor("r", 0.1, "nickel")], 1.7),
        ([HHICap("h", 0.5)], 7 / 3 - sqrt(1 / 6) * sqrt(42) / 3),  # c.s of the closed form
    ):
        plan = solve(network, rules)
        assert plan.status == "optimal", plan.notes
        assert plan.cost == pytest.approx(cost * mass * money, rel=1e-7)


@pytest.mark.parametrize("capacity", [1e4, 1e6, 1e12, 1e30])
@pytest.mark.parametrize("path", ["auto", "cuts"])
def test_capacities_far_beyond_need_do_no_harm(market, capacity, path):
    plan = solve(market([1.0, 2.0, 4.0], 1.0, capacity), [HHICap("h", 0.5)], path=path)
    assert plan.status == "optimal", plan.notes
    assert plan.cost == pytest.approx(7 / 3 - sqrt(7) / 3, rel=1e-6)
    assert plan.unique is True


def test_a_wide_capacity_that_binds_is_put_back():
    """A sale at a gain runs into a capacity of a million times the demand."""
    goods = (Commodity("need"), Commodity("extra"))
    nodes = (*(Node(f"s{k}", f"C{k}") for k in range(3)), Node("M"))
    supplies = [Supply(f"s{k}", "need", float(k + 1)) for k in range(3)]
    supplies.append(Supply("M", "extra", 1.0, 1e7))
    network = Network(
        goods,
        nodes,
        tuple(supplies),
        (),
        tuple(Arc(f"s{k}", "M", "need") for k in range(3)),
        (Demand("M", "need", 1.0), Demand("M", "extra", value_per_unit=1.5)),
    )
    plan = solve(network, [HHICap("h", 0.5, material="need")])
    assert plan.status == "optimal", plan.notes
    assert plan.cost_by_kind["sales"] == pytest.approx(-1.5e7)


def test_one_network_may_span_many_magnitudes():
    """A gram of dopant beside a megatonne of ore, both right to 1e-6."""
    goods = ("tiny", "huge")
    network = Network(
        tuple(map(Commodity, goods)),
        (Node("a", "A"), Node("b", "B"), Node("M")),
        tuple(Supply(n, g, p) for g in goods for n, p in (("a", 1.0), ("b", 1e6))),
        (),
        tuple(Arc(n, "M", g) for g in goods for n in "ab"),
        (Demand("M", "tiny", 1e-3), Demand("M", "huge", 1e9)),
    )
    plan = solve(network, [ShareCap("cap", 0.6, country="each")])
    amounts = {(r.commodity, r.country): r.quantity for r in plan.sources}
    assert amounts[("tiny", "A")] == pytest.approx(0.6e-3, rel=1e-6)
    assert amounts[("huge", "B")] == pytest.approx(0.4e9, rel=1e-6)


def test_infeasible_plan_has_no_flows(market):
    plan = solve(market([1.0], 5.0, 4.0))
    assert plan.status == "infeasible"
    assert isnan(plan.cost)
    assert (plan.sources, plan.binding, plan.certificate) == ((), (), None)


@pytest.mark.parametrize("path", ["highs", "cvxpy"])
def test_infeasible_on_either_path(market, path):
    assert solve(market([1.0], 5.0, 4.0), path=path).status == "infeasible"


@pytest.mark.parametrize("path", ["highs", "cvxpy"])
def test_unbounded_says_which_price_is_missing(market, path):
    earning = market([0.0], 0.0, value_per_unit=3.0)
    plan = solve(earning, path=path)
    assert plan.status == "unbounded"
    assert "demand nickel at M earns" in plan.notes[0]
    assert "supply nickel at S0 has no price and no capacity" in plan.notes[0]


def test_unbounded_under_a_cone(market):
    plan = solve(market([1.0, 1.0], 0.0, value_per_unit=3.0), [HHICap("h", 0.6)])
    assert plan.status == "unbounded"
    assert "give it a capacity" in plan.notes[0]


def test_sale_up_to_its_limit(market):
    plan = solve(market([1.0], 2.0, value_per_unit=3.0, limit=10.0))
    assert plan.cost == pytest.approx(10 * (1 - 3))
    assert plan.cost_by_kind["sales"] == pytest.approx(-30)


def test_gate_fee_is_a_negative_price(market):
    plan = solve(market([-2.0, 1.0], 4.0, 3.0))
    assert plan.cost == pytest.approx(3 * -2 + 1 * 1)


def test_exact_demand_binds_from_above(market):
    network = market([1.0], 0.0, value_per_unit=3.0)
    plan = solve(network, [DemandExactly("d", 7.0, "nickel")])
    assert plan.cost == pytest.approx(7 * (1 - 3))
    assert plan.marginals[0].shadow_price == pytest.approx(-2.0)


def test_exact_demand_record(market):
    plan = solve(market([1.0], 7.0, exact=True, value_per_unit=3.0))
    assert plan.cost == pytest.approx(-14.0)
    assert plan.marginals[0].shadow_price == pytest.approx(-2.0)


def test_ban_price_is_the_saving_of_one_more_percentage_point(market):
    plan = solve(market([1.0, 3.0], 10.0), [Ban("no A", country="A")])
    assert plan.cost == pytest.approx(30.0)
    assert plan.marginals[0].shadow_price == pytest.approx(-0.2)  # 0.1 units at 2 each
    assert plan.marginals[0].unit == "USD_2024 per percentage point"


def test_capacity_rule_on_one_arc():
    ask = {
        "currency": "USD_2024",
        "commodities": {"x": {}},
        "nodes": {"a": {}, "b": {}},
        "supplies": [{"node": "a", "commodity": "x", "price": 1.0}],
        "arcs": [
            {"id": "rail", "from": "a", "to": "b", "commodity": "x", "freight": 1.0},
            {"id": "road", "from": "a", "to": "b", "commodity": "x", "freight": 3.0},
        ],
        "demands": [{"node": "b", "commodity": "x", "amount": 5.0}],
        "rules": [{"rule": "capacity", "name": "rail slots", "of": "rail", "limit": 2.0}],
    }
    plan = solve(*from_dict(ask))
    assert plan.cost == pytest.approx(5 + 2 * 1 + 3 * 3)
    assert plan.marginals[0].shadow_price == pytest.approx(-2.0)


def test_price_of_market_access_in_closed_form(market):
    """One point more of A is 0.1 units at a saving of 2, of B 0.1 at a saving of 0."""
    network = market([1.0, 2.0, 3.0], 10.0, [10.0, 10.0, 100.0])
    plan = solve(network, [MarketAccess("access", 0.25)])
    assert plan.cost == pytest.approx(2.5 * 1 + 2.5 * 2 + 5 * 3)
    access = plan.marginals[0]
    assert access.shadow_price == pytest.approx(-0.1 * 2 - 0.1 * 1)
    assert access.unit == "USD_2024 per percentage point"
    assert dict(access.parts) == pytest.approx(
        {"supply nickel at S0": -0.2, "supply nickel at S1": -0.1}
    )
    below, above = marginal_sides(network, [MarketAccess("access", 0.25)], access)
    assert (below, above) == pytest.approx((-0.3, -0.3))


def test_rest_as_one_holds_whoever_the_unnamed_are(market):
    """What "one" promises: the unnamed relabelled as any absent country, "many" holds too."""
    network = market([1.0, 2.0, 3.0, 4.0], 10.0, countries=" BCD")
    loose = solve(network, [ShareCap("cap", 0.4, country="each")])
    plan = solve(network, [ShareCap("cap", 0.4, country="each", rest="one")])
    assert loose.share_of(None, "nickel") == pytest.approx(1.0)
    assert plan.share_of(None, "nickel") == pytest.approx(0.4)
    for country in "AZ":
        renamed = replace(
            network,
            nodes=tuple(replace(n, country=country) if n.id == "S0" else n for n in network.nodes),
        )
        rule = ShareCap("cap", 0.4, country="each")
        assert rule.residual(renamed.layout, plan.x) <= 1e-9
        assert rule.residual(renamed.layout, loose.x) > 0


def test_a_rule_on_several_goods_is_priced_in_points_or_units():
    """Never in a list of units."""
    ask = {
        "currency": "USD_2024",
        "commodities": {"salt": {}, "cell": {"unit": "kWh"}},
        "nodes": {"a": {"country": "A"}, "b": {"country": "B"}, "use": {}},
        "supplies": [
            {"node": node, "commodity": good, "price": price}
            for node, price in (("a", 1.0), ("b", 2.0))
            for good in ("salt", "cell")
        ],
        "arcs": "free",
        "demands": [{"node": "use", "commodity": good, "amount": 5.0} for good in ("salt", "cell")],
        "rules": [
            {"rule": "ban", "name": "ban", "country": "A"},
            {"rule": "capacity", "name": "each at most", "limit": 5.0, "country": "B"},
        ],
    }
    plan = solve(*from_dict(ask))
    units = {m.name: m.unit for m in plan.marginals if m.kind == "rule"}
    assert units == {
        "ban": "USD_2024 per percentage point",
        "each at most": "USD_2024 per unit",
    }


def test_rule_that_touches_nothing_is_said(market):
    plan = solve(market([1.0]), [Ban("no Z", country="Z"), Capacity("q", 9.0, country="Y")])
    assert plan.notes == (
        "rule 'no Z' touches no source of this network.",
        "rule 'q' touches no source of this network.",
    )


def test_rule_faults_come_together(market):
    rules = [
        ShareCap("twice", 0.5, country="each", material="nickle"),
        ShareCap("twice", 0.5, country="each"),
        ShareCap("who", 0.5),
        Ban("stage", country="A", stage="refining"),
        ShareCap("blocs", 0.5, group="each"),
    ]
    with pytest.raises(SourcingError, match="did you mean 'nickel'") as caught:
        solve(market([1.0]), rules)
    assert len(caught.value.faults) == 5


def test_empty_network():
    nothing = Network((Commodity("x"),), (Node("a"),))
    assert solve(nothing).status == "optimal"
    assert solve(nothing).cost == 0.0
