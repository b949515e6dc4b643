"""Whole numbers: lots, fees, numbers of suppliers; alone, with cones, proved, and explained."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import inf

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Capacity,
    Commodity,
    Demand,
    DemandAtLeast,
    HHICap,
    MinimumLot,
    Network,
    Node,
    ShareCap,
    SourcingError,
    SupplierCountAtLeast,
    SupplierCountAtMost,
    SupplierFee,
    Supply,
    explain,
    from_dict,
    marginal_sides,
    solve,
)
from calculator.sourcing.network import Outcome, Period
from calculator.sourcing.problem import state
from calculator.sourcing.rules.suppliers import choices
from calculator.sourcing.solving.search import search_tree
from calculator.sourcing.solving.tree import proved_bound
from calculator.sourcing.solving.whole import around_the_search
from tests.instances.public import warehouses

FEE = SupplierFee("fee", 50.0)


def plan_of(market, **made):
    """Flows of a market of three that delivers what is made."""
    network = market([1.0, 2.0, 3.0], 10.0, 20.0)
    x = np.array([*made.values(), *made.values(), sum(made.values())], float)
    assert np.allclose(network.layout.balance @ x, 0.0)
    return network.layout, x


@pytest.mark.parametrize(
    ("rule", "inside", "outside"),
    [
        (MinimumLot("r", 3.0), (0, 3, 7), (0, 2.9, 7.1)),
        (MinimumLot("r", 3.0, of="S1"), (1, 3, 7), (1, 2.9, 7.1)),
        (MinimumLot("r", 2.5, multiple=True), (0, 2.5, 7.5), (0, 3, 7)),
        (MinimumLot("r", 3.0, each="country", of=("B", "C")), (1, 4, 6), (1, 2, 8)),
        (SupplierCountAtMost("r", 2), (5, 5, 0), (5, 4, 1)),
        (SupplierCountAtLeast("r", 2, least_share=0.1), (9, 1, 0), (9.1, 0.9, 0)),
    ],
)
def test_truth_table(market, rule, inside, outside):
    layout, x = plan_of(market, a=inside[0], b=inside[1], c=inside[2])
    assert rule.residual(layout, x) <= 1e-9
    layout, x = plan_of(market, a=outside[0], b=outside[1], c=outside[2])
    assert rule.residual(layout, x) > 1e-3


def test_a_fee_is_met_by_every_plan_and_charged_on_those_used(market):
    layout, x = plan_of(market, a=4, b=6, c=0)
    assert FEE.residual(layout, x) == 0.0
    built = FEE.build(layout)
    assert built.columns.cost.tolist() == [50.0] * 3
    assert built.columns.integer.all()
    rows = built.rows[0]
    used, unused = np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])
    assert np.all(rows.matrix @ x + rows.own @ used <= rows.upper)
    assert not np.all(rows.matrix @ x + rows.own @ unused <= rows.upper)


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (MinimumLot, {"lot": -1.0}, "give 0 or more"),
        (MinimumLot, {"lot": 1.0, "each": "town"}, "'town'; give 'supplier', 'country' or 'owner'"),
        (SupplierFee, {"fee": 1.0, "fees": {"S0": -2.0}}, "the fee of 'S0' is -2; give 0 or more"),
        (SupplierCountAtLeast, {"count": 2, "least_share": 0.0}, "give a share above 0"),
    ],
)
def test_faults_when_made(kind, values, sentence):
    with pytest.raises(SourcingError, match=sentence):
        kind("r", **values)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (SupplierFee("r", 1.0, fees={"S8": 2.0}), "no supplier is called 'S8'; known: S0, S1"),
        (MinimumLot("r", 1.0, of="S8"), "no supplier is called 'S8'; known: S0, S1"),
        (SupplierFee("r", 1.0, material="nikel"), "unknown material 'nikel'"),
    ],
)
def test_faults_in_names(market, rule, sentence):
    with pytest.raises(SourcingError, match=sentence):
        solve(market([1.0, 2.0], 10.0, 20.0), [rule])


# --- against every choice, one by one ----------------------------------------------------------


def without(network, names):
    """The network with these suppliers shut."""
    shut = tuple(replace(s, capacity=0.0) if s.node in names else s for s in network.supplies)
    return replace(network, supplies=shut)


def enumerated(network, rules, fees, sizes=None):
    """Least cost over all sets of suppliers used, each set solved without whole numbers."""
    names = [s.node for s in network.supplies]
    best = inf
    for k in range(1, len(names) + 1):
        if sizes is not None and k not in sizes:
            continue
        for used in combinations(names, k):
            plan = solve(without(network, set(names) - set(used)), rules, tie_break=False)
            if plan.status == "optimal":
                best = min(best, plan.cost + sum(fees[name] for name in used))
    return best


def random_market(market, seed):
    r = np.random.default_rng(seed)
    n = int(r.integers(3, 6))
    size = 10.0 ** r.uniform(-1, 5)
    prices, capacity = r.uniform(5, 15, n), r.uniform(0.3, 0.8, n) * size
    network = market(prices.tolist(), size, capacity.tolist())
    return network, {f"S{k}": float(f) for k, f in enumerate(r.uniform(0.1, 1.5, n) * size)}


@pytest.mark.parametrize("seed", range(6))
def test_fees_against_every_set_of_suppliers(market, seed):
    network, fees = random_market(market, seed)
    plan = solve(network, [SupplierFee("fee", 0.0, fees=fees)])
    assert plan.status == "optimal", plan.notes
    assert plan.cost == pytest.approx(enumerated(network, (), fees), rel=1e-7)
    assert plan.cost_by_kind["fees"] == pytest.approx(sum(fees[s.node] for s in plan.sources))
    assert "of our own" in plan.certificate.tree


@pytest.mark.parametrize("hhi", [0.3, 0.34, 0.45, 0.5, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_fees_with_a_cone_against_every_set_of_suppliers(market, seed, hhi):
    """Integers and cones: outer approximation here, Clarabel alone for each set there."""
    network, fees = random_market(market, seed)
    cap = [HHICap("hhi", hhi)]
    plan = solve(network, [*cap, SupplierFee("fee", 0.0, fees=fees)], tie_break=False)
    best = enumerated(network, cap, fees)
    if best == inf:
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal", plan.notes
    assert plan.cost == pytest.approx(best, rel=1e-6)
    assert plan.certificate.ok


@pytest.mark.parametrize("fee", [0.0, 50.0, 500.0])
@pytest.mark.parametrize("hhi", [0.26, 1 / 3, 0.5])
def test_a_cone_that_leaves_an_even_split_only(hhi, fee):
    """At 1/n the split among n is forced: cost and fees follow by hand."""
    shares = {"A": (10.0, 60.0), "B": (11.0, 60.0), "C": (12.0, 80.0), "D": (13.0, 100.0)}
    suppliers = {
        k: {"country": k, "price": price, "capacity": most} for k, (price, most) in shares.items()
    }
    ask = {
        "currency": "USD_2024",
        "commodity": "nickel",
        "demand": 100.0,
        "suppliers": suppliers,
        "rules": [{"rule": "hhi_cap", "name": "h", "hhi": hhi}],
    }
    network, rules = from_dict(ask)
    plan = solve(network, [*rules, SupplierFee("fee", fee)])
    assert plan.status == "optimal", plan.notes
    assert plan.certificate.ok
    fees = dict.fromkeys(suppliers, fee)
    assert plan.cost == pytest.approx(enumerated(network, rules, fees), rel=2e-6)
    price = next(m for m in plan.marginals if m.name == "h").shadow_price
    n = len(plan.sources)
    if fee and abs(hhi - 1 / n) < 1e-12:
        assert price == -inf
        assert [s.quantity for s in plan.sources] == pytest.approx([100.0 / n] * n)
        assert any("its price has no bound" in note for note in plan.notes)
    else:
        assert -1e6 < price <= 0


def test_an_even_split_without_whole_numbers(market):
    """HHI of 1/2 between two: half each, the price of the limit without bound."""
    plan = solve(market([1.0, 2.0], 4.0), [HHICap("h", 0.5)])
    assert [s.quantity for s in plan.sources] == pytest.approx([2.0, 2.0], abs=1e-9)
    assert plan.marginals[0].shadow_price == -inf
    assert plan.marginals[1].shadow_price == pytest.approx(1.5)
    same = solve(market([2.0, 2.0], 4.0), [HHICap("h", 0.5)])
    assert same.marginals[0].shadow_price == 0.0
    assert same.unique


@pytest.mark.parametrize("hhi", [0.34, 0.5])
def test_the_second_way_around_cones_finds_the_same(market, hhi):
    """Outer approximation around HiGHS's search, for what outgrows the tree."""
    network, fees = random_market(market, 2)
    rules = [HHICap("hhi", hhi), SupplierFee("fee", 0.0, fees=fees)]
    problem = state(network, rules).scaled.canonical
    by_tree, around = search_tree(problem), around_the_search(problem)
    assert by_tree.status == around.status == "optimal"
    assert problem.cost @ around.x == pytest.approx(problem.cost @ by_tree.x, rel=1e-7)
    assert around.bound <= problem.cost @ around.x * (1 + 1e-9)
    none = state(network, [HHICap("hhi", 0.1), rules[1]]).scaled.canonical
    assert search_tree(none).status == around_the_search(none).status == "infeasible"


@pytest.mark.parametrize("seed", range(4))
def test_numbers_of_suppliers_against_every_set(market, seed):
    network, fees = random_market(market, seed)
    none = dict.fromkeys(fees, 0.0)
    few = solve(network, [SupplierCountAtMost("few", 3)], tie_break=False)
    best = enumerated(network, (), none, sizes=(1, 2, 3))
    assert (few.status == "optimal") == (best < inf)
    assert best == inf or few.cost == pytest.approx(best, rel=1e-7)
    share = 0.15
    many = solve(network, [SupplierCountAtLeast("many", 3, least_share=share)], tie_break=False)
    floors = [
        _with_floors(network, used, share)
        for used in combinations([s.node for s in network.supplies], 3)
    ]
    assert many.cost == pytest.approx(min(floors), rel=1e-7)


def _with_floors(network, used, share):
    """Least cost when each of these gives at least a share: the others are capped together."""
    names = {s.node: s for s in network.supplies}
    country = {n.id: n.country for n in network.nodes}
    rest = [
        ShareCap(f"but {name}", 1 - share, country=tuple(country[k] for k in names if k != name))
        for name in used
    ]
    plan = solve(network, rest, tie_break=False)
    return plan.cost if plan.status == "optimal" else inf


def test_least_lots_by_hand(market):
    """Of 10 the cheap one gives 6; the rest of 4 is less than a lot of 5, so 5 and 5."""
    plan = solve(market([1.0, 2.0], 10.0, [6.0, 9.0]), [MinimumLot("lot", 5.0)])
    assert [s.quantity for s in plan.sources] == pytest.approx([5.0, 5.0])
    lot = plan.marginals[0]
    assert lot.shadow_price == pytest.approx(1.0)  # one more of the dear, one less of the cheap
    assert lot.level == pytest.approx(5.0)


def test_whole_lots_by_hand(market):
    """Lots of 4 for a need of 10: three of them, two from where only 8 can come."""
    plan = solve(market([1.0, 2.0], 10.0, [9.0, 9.0]), [MinimumLot("lot", 4.0, multiple=True)])
    assert [s.quantity for s in plan.sources] == pytest.approx([8.0, 4.0])
    assert plan.marginals[0].shadow_price == pytest.approx(2 * 1.0 + 2.0)
    assert plan.unique is None
    assert "whether other whole numbers cost the same was not decided." in plan.notes


def test_fees_by_country_and_owner(market):
    network = market([1.0, 1.1, 1.2], 10.0, 5.0, countries="AAB")
    by_country = solve(network, [SupplierFee("fee", 7.0, each="country")])
    assert by_country.cost_by_kind["fees"] == 7.0
    assert {s.node for s in by_country.sources} == {"S0", "S1"}
    assert solve(network, [SupplierFee("fee", 7.0, each="owner")]).cost_by_kind["fees"] == 14.0


# --- location: the published warehouses -------------------------------------------------------


@pytest.mark.parametrize(("name", "optimum"), [("cap41", 1_040_444.375), ("cap72", 977_799.4)])
def test_warehouses_cost_what_is_published_and_are_proved(name, optimum):
    w = warehouses(name)
    n, m = len(w.capacity), len(w.demand)
    unit = w.cost / w.demand[:, None]
    network = Network(
        commodities=(Commodity("goods"),),
        nodes=(*(Node(f"W{i}") for i in range(n)), *(Node(f"C{j}") for j in range(m))),
        supplies=tuple(Supply(f"W{i}", "goods", 0.0, float(w.capacity[i])) for i in range(n)),
        arcs=tuple(
            Arc(f"W{i}", f"C{j}", "goods", float(unit[j, i])) for i in range(n) for j in range(m)
        ),
        demands=tuple(Demand(f"C{j}", "goods", float(w.demand[j]), exact=True) for j in range(m)),
    )
    fees = {f"W{i}": float(fee) for i, fee in enumerate(w.fixed_cost)}
    plan = solve(network, [SupplierFee("open", 0.0, fees=fees)], tie_break=False)
    assert plan.cost == pytest.approx(optimum, rel=1e-9)
    assert plan.certificate.ok
    assert "of our own" in plan.certificate.tree


# --- K --------------------------------------------------------------------------------------


def test_most_is_the_least_of_capacity_and_need(market):
    network = market([1.0, 2.0, 3.0], 10.0, [4.0, 25.0, 9.0], limit=20.0)
    (found,), notes = choices(network.layout, "r", "supplier", None, None)
    assert found.most == pytest.approx([4.0, 20.0, 9.0])
    assert found.top == pytest.approx(20.0)
    assert notes == ()


def test_most_without_a_capacity_is_said(market):
    network = market([1.0, 2.0], 10.0)
    plan = solve(network, [FEE])
    assert plan.cost == pytest.approx(60.0)
    assert any("no capacity holds S0, S1 below 10 times the demand" in n for n in plan.notes)


def test_nothing_that_bounds_is_refused(market):
    network = market([1.0, 2.0], 0.0, value_per_unit=3.0)
    with pytest.raises(SourcingError, match=r"rule 'fee': nothing bounds what 'S0' gives; give it"):
        solve(network, [FEE])


def test_an_unbounded_ask_with_whole_numbers_says_the_missing_price():
    """The count is on nickel; cobalt, which has no price and no end, earns for ever."""
    network = Network(
        commodities=(Commodity("nickel"), Commodity("cobalt")),
        nodes=(Node("a"), Node("b")),
        supplies=(
            Supply("a", "nickel", 1.0, 5.0),
            Supply("b", "nickel", 2.0, 5.0),
            Supply("a", "cobalt", 0.0, id="free"),
        ),
        demands=(
            Demand("a", "nickel", 3.0),
            Demand("b", "nickel", 0.0),
            Demand("a", "cobalt", value_per_unit=2.0, id="sold"),
        ),
    )
    plan = solve(network, [SupplierCountAtMost("few", 1, material="nickel")])
    assert plan.status == "unbounded"
    assert "demand sold earns on every unit" in plan.notes[-1]
    assert "supply free has no price and no capacity" in plan.notes[-1]


# --- prices, proof, ties ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_prices_agree_with_finite_differences(market, seed):
    """Fee, lot, capacity and demand, the whole numbers being the same on both sides."""
    network, fees = random_market(market, seed)
    size = network.demands[0].amount
    rules = [
        SupplierFee("fee", 0.05 * size, fees={"S0": fees["S0"]}),
        MinimumLot("lot", 0.22 * size),
        MinimumLot("lots", 0.07 * size, multiple=True, of="S1"),
    ]
    plan = solve(network, rules, tie_break=False)
    assert "prices hold with the whole numbers as they are." in plan.notes
    assert plan.marginals[0].shadow_price == len({s.node for s in plan.sources} - {"S0"})
    for marginal in [m for m in plan.marginals if m.kind == "rule" or m.binds]:
        step = 1e-5 * max(marginal.limit, 1e-6 * size)
        low, high = sorted(marginal_sides(network, rules, marginal, step))
        room = 1e-3 * max(abs(low), abs(high), 1e-3)
        assert low - room <= marginal.shadow_price <= high + room, (marginal, low, high)


def test_the_price_of_a_full_capacity_is_its_own(market):
    """S0 is full and linked to its fee at the same amount: the price goes to the capacity."""
    plan = solve(market([1.0, 3.0], 10.0, [4.0, 20.0]), [FEE])
    assert {s.node for s in plan.sources} == {"S1"}
    both = solve(market([1.0, 3.0], 10.0, [4.0, 20.0]), [SupplierFee("fee", 1.0)])
    price = {m.name: m.shadow_price for m in both.marginals}
    assert price["capacity of supply nickel at S0"] == pytest.approx(-2.0)
    assert price["demand nickel at M"] == pytest.approx(3.0)


def test_a_plan_that_is_not_the_best_is_not_proved(market):
    """The tree finds that less is possible, whatever it is told."""
    network, fees = random_market(market, 1)
    scaled = state(network, [SupplierFee("fee", 0.0, fees=fees)]).scaled
    best = solve(network, [SupplierFee("fee", 0.0, fees=fees)]).cost / scaled.money
    bound, said = proved_bound(scaled.canonical, 1.05 * best, 1e-7 * best)
    assert "of our own" in said
    assert bound <= best * (1 + 1e-6)
    exact, _ = proved_bound(scaled.canonical, best, 1e-7 * best)
    assert exact >= best * (1 - 1e-6)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_equal_suppliers_are_a_tie_told_and_settled_by_name(market, order):
    """One of two alike pays the fee; the first by name is taken in whatever order they stand."""
    made = market([2.0, 2.0, 3.0], 10.0, 20.0)
    network = replace(
        made,
        supplies=tuple(made.supplies[k] for k in order),
        arcs=tuple(made.arcs[k] for k in reversed(order)),
    )
    plan = solve(network, [FEE])
    assert plan.unique is False
    assert [s.node for s in plan.sources] == ["S0"]
    assert plan.cost == pytest.approx(70.0)


def test_between_equals_the_less_concentrated_is_taken(market):
    """One supplier at 3.0, or two at 2.0 and a second fee of 10: the cost is the same."""
    network = market([3.0, 2.0, 2.0], 10.0, [10.0, 6.0, 6.0])
    plan = solve(network, [SupplierFee("fee", 10.0)])
    assert plan.cost == pytest.approx(40.0)
    assert plan.unique is False
    assert {s.node for s in plan.sources} == {"S1", "S2"}
    assert [s.quantity for s in plan.sources] == pytest.approx([5.0, 5.0])


def test_the_only_best_is_told_so(market):
    assert solve(market([2.0, 2.1, 3.0], 10.0, 20.0), [FEE]).unique is True


def test_a_count_that_does_not_bind_is_no_tie(market):
    """A yes to a supplier that gives nothing is not another plan."""
    plan = solve(market([1.0, 2.0, 3.0, 4.0], 10.0, 20.0), [SupplierCountAtMost("few", 3)])
    assert plan.unique is True


# --- why not ---------------------------------------------------------------------------------


def test_too_few_suppliers_for_the_demand(market):
    network = market([1.0, 2.0, 3.0, 4.0], 10.0, 4.0)
    rules = [SupplierCountAtMost("few", 2), ShareCap("cap", 0.9, country="each")]
    assert solve(network, rules).status == "infeasible"
    found = explain(network, rules)
    assert found.conflict == ("few",)
    assert found.relaxations[0].least == pytest.approx(3.0)
    assert found.relaxations[0].sentence == "raise 'few' alone from 2 to 3 supplier (nickel)."
    assert found.data[0] == "demand nickel at M"


WHOLE_CONFLICTS = [
    [SupplierCountAtMost("few", 2), HHICap("hhi", 0.4)],
    [SupplierCountAtMost("few", 2), ShareCap("cap", 0.45, country="each")],
    [SupplierCountAtLeast("many", 3, least_share=0.2), ShareCap("cap", 0.1, country="C")],
    [MinimumLot("lot", 12.0), Capacity("most", 11.0, material="nickel")],
    [MinimumLot("lot", 6.0), HHICap("hhi", 0.45), Capacity("most", 14.0, material="nickel")],
    [
        MinimumLot("lot", 7.0, multiple=True),
        Capacity("most", 11.0, material="nickel"),
        DemandAtLeast("need", 10.5, "nickel"),
    ],
]


@pytest.mark.parametrize("rules", WHOLE_CONFLICTS)
def test_conflicts_with_whole_numbers_and_what_is_enough(market, rules):
    network = market([1.0, 2.0, 3.0], 10.0, 20.0, countries="ABC")
    assert solve(network, rules).status == "infeasible"
    found = explain(network, rules)
    named = {"lot", "most"} if rules[0].name == "lot" and len(rules) == 3 else None
    assert set(found.conflict) in (named, {r.name for r in rules})
    for told in found.relaxations:
        if told.least is None:
            continue
        rule = next(r for r in rules if r.name == told.rule)
        others = [r for r in rules if r is not rule and r.name in found.conflict]
        toward = 1e-5 * (told.least - told.limit)
        eased = rule.with_limit(min(told.least + toward, rule.bounds[1]))
        assert solve(network, [*others, eased]).status == "optimal", told
        if not getattr(rule, "multiple", False):  # fewer of a larger lot may fit again
            short = rule.with_limit(told.least - 100 * toward)
            assert solve(network, [*others, short]).status == "infeasible", told


# --- periods and outcomes -------------------------------------------------------------------


def in_turns(**when):
    """Two suppliers and two markets in two periods or outcomes; the contract is made before."""
    field, records = next(iter(when.items()))
    first = Node("maker", "A")
    return Network(
        commodities=(Commodity("nickel"),),
        nodes=(
            first,
            *(Node(f"spot {r.id}", "B", **{field: r.id}) for r in records),
            *(Node(f"market {r.id}", **{field: r.id}) for r in records),
        ),
        supplies=(
            Supply("maker", "nickel", 1.0, 20.0),
            *(Supply(f"spot {r.id}", "nickel", 5.0, 20.0) for r in records),
        ),
        arcs=tuple(
            Arc(source, f"market {r.id}", "nickel")
            for r in records
            for source in ("maker", f"spot {r.id}")
        ),
        demands=tuple(Demand(f"market {r.id}", "nickel", 6.0) for r in records),
        **{f"{field}s": records},
    )


def test_a_fee_of_a_later_period_is_discounted():
    """Both spot markets are taken on, at 1 and a half; the maker has its fee alone."""
    network = in_turns(period=(Period("now", 1.0), Period("then", 0.5)))
    spot = replace(network, supplies=tuple(replace(s, capacity=20.0) for s in network.supplies[1:]))
    fees = solve(spot, [SupplierFee("fee", 10.0)])
    assert fees.cost_by_kind["fees"] == pytest.approx(15.0)
    assert fees.marginals[0].shadow_price == pytest.approx(1.5)


def test_a_fee_is_expected_over_outcomes_and_paid_once_for_what_was_before():
    network = in_turns(outcome=(Outcome("good", 0.25), Outcome("bad", 0.75)))
    plan = solve(network, [SupplierFee("fee", 10.0)])
    assert {s.node for s in plan.sources} == {"maker"}
    assert plan.cost_by_kind["fees"] == pytest.approx(10.0)
    spot = replace(network, supplies=network.supplies[1:])
    assert solve(spot, [SupplierFee("fee", 10.0)]).cost_by_kind["fees"] == pytest.approx(10.0)


def test_a_lot_above_what_is_asked_for_is_bought_whole() -> None:
    ask = {
        "currency": "USD_2024",
        "demand": 1.0,
        "suppliers": {"A": {"price": 1.0, "capacity": 20.0}},
        "rules": [{"rule": "minimum_lot", "name": "lot", "lot": 15.0}],
    }
    plan = solve(*from_dict(ask))
    assert plan.cost == pytest.approx(15.0)
