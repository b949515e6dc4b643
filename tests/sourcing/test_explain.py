"""Why not: data checks, the conflict in the user's names, the least relaxation."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest

from calculator.sourcing import (
    Ban,
    Capacity,
    DemandAtLeast,
    DemandExactly,
    HHICap,
    RecycledFloor,
    ShareCap,
    explain,
    from_dict,
    solve,
)


def each(share, name="cap"):
    return ShareCap(name, share, country="each")


def test_feasible_asks_have_nothing_to_explain(market):
    found = explain(market([1.0, 2.0]), [each(0.5)])
    assert found.feasible
    assert found.sentences() == ("the ask is feasible.",)


def test_demand_beyond_all_capacity(market):
    found = explain(market([1.0, 2.0], 10.0, 4.0), [each(0.9)])
    assert found.conflict == ()
    assert found.reasons == ("10 kg of 'nickel' are asked for but all sources together reach 8.",)
    assert found.demand_met == pytest.approx(0.8)
    assert found.data[0] == "demand nickel at M"
    assert "all demands, cut alike, can be met to 80 %." in found.sentences()


def test_demand_that_no_lane_reaches(market):
    network = replace(market([1.0], 5.0), arcs=())
    assert explain(network).reasons == (
        "nothing brings 'nickel' to node 'M', where 5 are asked for; "
        "add an arc, a supply or a process there.",
    )


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([each(0.3)], "3 sourcing countries of nickel at 30 % each reach 90 % only"),
        ([HHICap("cap", 0.3)], "the HHI cannot be below 1/3 = 0.3333; 0.3 is asked for"),
        ([RecycledFloor("cap", 0.2, "nickel")], "the floor can be 10 % at most"),
        ([Ban("cap", country=("A", "B", "C"))], "there is no source of 'nickel'"),
        ([Ban("cap", country=("A", "B"))], "under 'cap' all sources reach 1."),
    ],
)
def test_data_checks(market, rules, reason):
    network = market([1.0, 2.0, 3.0], 10.0, [20.0, 20.0, 1.0], routes=["primary"] * 2 + ["scrap"])
    assert solve(network, rules).status == "infeasible"
    found = explain(network, rules)
    assert found.conflict == ("cap",)
    assert any(reason in told for told in found.reasons), found.reasons


def test_conflict_names_only_the_rules_that_clash(market):
    network = market([1.0, 2.0, 3.0], 10.0)
    rules = [
        each(0.9, "loose"),
        HHICap("spread", 0.4),
        Ban("no A", country="A"),
        Capacity("plenty", 1e3, material="nickel"),
    ]
    found = explain(network, rules)
    assert set(found.conflict) == {"spread", "no A"}
    assert found.smallest
    assert found.further == ()
    for dropped in found.conflict:
        assert solve(network, [r for r in rules if r.name != dropped]).status == "optimal"


def test_relaxations_of_a_cone_conflict_in_closed_form(market):
    """With A shut out h = 1/2; with h = 0.4 kept, A must give s: s^2 + (1-s)^2/2 = 0.4."""
    found = explain(
        market([1.0, 2.0, 3.0], 10.0), [HHICap("spread", 0.4), Ban("no A", country="A")]
    )
    least = {r.rule: r.least for r in found.relaxations}
    assert least["spread"] == pytest.approx(0.5, abs=1e-6)
    assert least["no A"] == pytest.approx((1 - sqrt(0.4)) / 3, rel=1e-4)


def test_smallest_conflict_is_found_even_where_a_larger_one_is_irreducible(market):
    """No A and no B clash with the demand only together with no C; the cap clashes alone."""
    network = market([1.0, 2.0, 3.0], 10.0)
    bans = [Ban(f"no {c}", country=c) for c in "ABC"]
    found = explain(network, [*bans, each(0.2)])
    assert found.conflict == ("cap",)
    assert found.smallest
    assert set(found.further[0]) == {"no A", "no B", "no C"}


def test_many_rules_start_from_the_subsystem_of_rows(market):
    """Above 40 rules HiGHS names the suspects; the answer is the same."""
    loose = [Capacity(f"loose {k}", 100.0 + k, material="nickel") for k in range(45)]
    clash = [Ban("no A", country="A"), ShareCap("half", 0.5, country=("B", "C"))]
    found = explain(market([1.0, 2.0, 3.0], 10.0), [*loose, *clash])
    assert set(found.conflict) == {"no A", "half"}
    assert found.smallest is True


def test_two_separate_conflicts_are_both_told(market):
    rules = [ShareCap("A little", 0.1, country="A"), ShareCap("B little", 0.1, country="B")]
    network = market([1.0, 2.0, 4.0], 10.0, 4.0)
    found = explain(network, rules)
    assert {found.conflict, *found.further} == {("A little",), ("B little",)}
    assert found.relaxations[0].least is None
    assert "alone cannot make it feasible" in found.relaxations[0].sentence


def test_relaxation_in_natural_units(market):
    found = explain(market([1.0, 2.0, 4.0], 10.0), [each(0.3)])
    only = found.relaxations[0]
    assert (only.limit, only.unit) == (0.3, "percentage point")
    assert only.least == pytest.approx(1 / 3)
    assert only.change == pytest.approx(100 / 3 - 30)
    assert only.sentence == "raise 'cap' alone from 30 to 33.34 %."


def test_a_relaxation_says_where_it_is_needed():
    """Of two goods one alone has no other source."""
    ask = {
        "currency": "USD_2024",
        "commodities": {"salt": {"stage": "refining"}, "cell": {"stage": "cell"}},
        "nodes": {"a": {"country": "A"}, "b": {"country": "B"}, "use": {}},
        "supplies": [
            {"node": "a", "commodity": "salt", "price": 1.0},
            {"node": "a", "commodity": "cell", "price": 1.0},
            {"node": "b", "commodity": "salt", "price": 2.0},
            {"node": "b", "commodity": "cell", "price": 2.0, "capacity": 4.0},
        ],
        "arcs": "free",
        "demands": [
            {"node": "use", "commodity": good, "amount": 10.0} for good in ("salt", "cell")
        ],
        "rules": [{"rule": "ban", "name": "no A", "country": "A"}],
    }
    found = explain(*from_dict(ask))
    assert found.reasons == ("10 kg of 'cell' are asked for but under 'no A' all sources reach 4.",)
    assert found.relaxations[0].least == pytest.approx(0.6)
    assert found.relaxations[0].sentence == "raise 'no A' alone from 0 to 60 % (A, cell, cell)."


def test_shortage_up_the_chain_is_found_by_arithmetic():
    """10 cells take 20 salt; who may give 5 of it, and who is closed, is told."""
    ask = {
        "currency": "USD_2024",
        "commodities": {"salt": {"stage": "refining"}, "cell": {"stage": "cell"}},
        "nodes": {"a": {"country": "A"}, "b": {"country": "B"}, "use": {"country": "C"}},
        "supplies": [
            {"node": "a", "commodity": "salt", "price": 1.0, "capacity": 100.0},
            {"node": "b", "commodity": "salt", "price": 2.0, "capacity": 20.0},
        ],
        "processes": {"plant": {"node": "use", "inputs": {"salt": 2.0}, "outputs": {"cell": 1.0}}},
        "arcs": "free",
        "demands": [{"node": "use", "commodity": "cell", "amount": 10.0}],
        "rules": [
            {
                "rule": "share_cap",
                "name": "half",
                "share": 0.5,
                "country": "each",
                "stage": "refining",
            },
            {"rule": "market_access", "name": "access", "share": 0.25},
        ],
    }
    network, rules = from_dict(ask)
    found = explain(network, rules)
    assert found.reasons == (
        "rule 'half': at 50 % at most and with what each can give, salt, refining comes to 75 % of "
        "the need (A 50 %, B 25 %).",
    )
    assert set(found.conflict) == {"half", "access"}
    banned = explain(network, [Ban("no A", country="A"), rules[1]])
    assert banned.reasons == (
        "20 kg of 'salt' are asked for but under 'no A' and 'access' all sources reach 5.",
    )


CONFLICTS = [
    [DemandAtLeast("more", 30.0, "nickel"), Capacity("shut", 20.0, material="nickel")],
    [DemandExactly("just", 30.0, "nickel"), Capacity("shut", 20.0, material="nickel")],
    [RecycledFloor("floor", 0.5, "nickel"), ShareCap("cap", 0.3, country="C")],
    [RecycledFloor("floor", 0.5, "nickel"), HHICap("hhi", 0.34)],
    [ShareCap("AB", 0.2, country=("A", "B")), Ban("no C", country="C")],
    [ShareCap("owner", 0.2, owner="each")],
]


@pytest.mark.parametrize("rules", CONFLICTS)
def test_relaxing_one_rule_by_the_least_is_enough_and_no_less_is(market, rules):
    network = market([1.0, 2.0, 3.0], 10.0, 20.0, routes=["primary", "primary", "recycled"])
    found = explain(network, rules)
    assert set(found.conflict) == {r.name for r in rules}
    for told in found.relaxations:
        assert told.least is not None
        rule = next(r for r in rules if r.name == told.rule)
        others = [r for r in rules if r is not rule]
        toward = 1e-5 * (told.least - told.limit)
        eased = min(told.least + toward, rule.bounds[1])
        enough = solve(network, [*others, rule.with_limit(eased)])
        short = solve(network, [*others, rule.with_limit(told.least - 100 * toward)])
        assert (enough.status, short.status) == ("optimal", "infeasible"), told


def test_linear_conflict_names_demands_and_capacities(market):
    found = explain(market([1.0, 2.0, 4.0], 10.0, 4.0), [Ban("no A", country="A")])
    assert found.conflict == ("no A",)
    assert set(found.data) == {
        "demand nickel at M",
        "capacity of supply nickel at S1",
        "capacity of supply nickel at S2",
    }


def test_many_capacities_are_told_as_one(market):
    network = market([1.0] * 8, 100.0, 10.0)
    found = explain(network)
    assert found.data == ("demand nickel at M", "8 capacities, 80 in sum")


def test_recycled_floor_above_one_stage(chain):
    """A floor that the recycler cannot reach: the largest floor is its capacity over demand."""
    network, _ = chain(2)
    need = network.demands[-1].amount
    loop = network.supplies[-1].capacity
    found = explain(network, [RecycledFloor("floor", 0.9, "nickel", "refining")])
    assert found.relaxations[0].least == pytest.approx(loop / need, rel=1e-6)
