"""The linear rules in solved plans: prices, least relaxations, tightening, and by other ways."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from math import inf, isnan

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    CarbonCap,
    CarbonPrice,
    Commodity,
    CostShare,
    DeliveryAtLeast,
    DeliveryAtMost,
    Demand,
    EnergyCap,
    GeoPolRiskCap,
    IntensityCap,
    Network,
    NMinusOne,
    Node,
    PassThrough,
    Process,
    RecycledFloor,
    RiskCap,
    ShareCap,
    SourcingError,
    StockCover,
    Supply,
    explain,
    from_dict,
    marginal_sides,
    solve,
    touched_bounds,
)
from calculator.sourcing.network import Period


def portfolio(seed: int) -> Network:
    """Mines, refiners and cell plants in four countries, a recycler; two chemistries."""
    r = np.random.default_rng(seed)
    n, size = 4, 10.0 ** r.uniform(-1, 4)
    nodes = [Node(f"mine{k}", f"C{k}", f"O{k % 2}") for k in range(n)]
    nodes += [Node(f"ref{k}", f"C{(k + 1) % n}", f"O{k % 3}") for k in range(n)]
    nodes += [Node(f"plant{k}", f"C{k}", f"P{k}") for k in range(2)]
    nodes += [Node("loop", None, None, ("post-consumer",)), Node("use", "HOME")]
    goods = [
        Commodity("ore", material="lithium", stage="mining", contents={"lithium": 0.1}),
        Commodity("salt", material="lithium", stage="refining", contents={"lithium": 0.2}),
        Commodity("lfp", "kWh", material="cells", stage="cell"),
        Commodity("nmc", "kWh", material="cells", stage="cell"),
        Commodity("energy", "kWh", stage="portfolio"),
    ]
    supplies = [
        Supply(f"mine{k}", "ore", r.uniform(2, 9), r.uniform(0.6, 1.2) * size,
               emission_kg_per_unit=r.uniform(0.5, 5)) for k in range(n)
    ]  # fmt: skip
    supplies.append(Supply("loop", "salt", r.uniform(30, 60), 0.3 * size, "recycled"))
    processes = [
        Process(f"refine{k}", f"ref{k}", {"ore": 2.2}, {"salt": 1.0},
                conversion_cost_per_unit=r.uniform(2, 8), capacity=r.uniform(0.3, 0.6) * size,
                emission_kg_per_unit=r.uniform(1, 9), energy_kwh_per_unit=r.uniform(1, 9))
        for k in range(n)
    ]  # fmt: skip
    processes += [
        Process(f"{cell} at {k}", f"plant{k}", {"salt": salt}, {cell: 1.0},
                conversion_cost_per_unit=r.uniform(20, 40), emission_kg_per_unit=r.uniform(2, 9),
                energy_kwh_per_unit=r.uniform(20, 50), capacity=0.8 * size)
        for k in range(2) for cell, salt in (("lfp", 0.5), ("nmc", 0.8))
    ]  # fmt: skip
    processes += [Process(f"deliver {c}", "use", {c: 1.0}, {"energy": 1.0}) for c in ("lfp", "nmc")]
    arcs = [
        Arc(f"mine{i}", f"ref{k}", "ore", r.uniform(0.1, 2)) for i, k in product(range(n), range(n))
    ]
    arcs += [
        Arc(f"ref{k}", f"plant{i}", "salt", r.uniform(0.1, 2))
        for i, k in product(range(2), range(n))
    ]
    arcs += [Arc("loop", f"plant{i}", "salt", 0.5) for i in range(2)]
    arcs += [
        Arc(f"plant{i}", "use", c, r.uniform(0.1, 2), 0.05, 50.0)
        for i in range(2)
        for c in ("lfp", "nmc")
    ]
    demands = (Demand("use", "energy", size, exact=True, id="need"),)
    return Network(*map(tuple, (goods, nodes, supplies, processes, arcs, demands)))  # type: ignore[arg-type]


LI = {"material": "lithium", "stage": "refining"}
RISKS = {"C0": 0.2, "C1": 0.9, "C2": 0.5, "C3": 0.7}
CAPS = [
    CarbonCap("rule", 0.0),
    CarbonCap("rule", 0.0, per="energy"),
    EnergyCap("rule", 0.0, per="energy"),
    IntensityCap("rule", 0.0, "lithium", "energy", "refining"),
    DeliveryAtMost("rule", 0.0, "lfp"),
    DeliveryAtLeast("rule", 1.0, "nmc"),
    RiskCap("rule", 0.0, RISKS, missing=0.0, **LI),
    GeoPolRiskCap("rule", 0.0, 0.4, RISKS, domestic="C0", missing=0.1, **LI),
    CostShare("rule", 1.0, country=("C1", "C2")),
    CostShare("rule", 1.0, owner="O1", stage="refining", landed=True),
    NMinusOne("rule", 1.0, **LI, standby=False),
    NMinusOne("rule", 1.0, **LI, standby_cost=1.0, access=0.9),
    PassThrough("rule", 0.0, "C1"),
    RecycledFloor("rule", 1.0, "lithium", "refining", groups=("post-consumer",)),
]


def ids(rules):
    return [f"{type(rule).__name__}{k}" for k, rule in enumerate(rules)]


def best_limit(network: Network, rule) -> float:
    """The tightest limit a plan can meet: what the least relaxation of the hardest says."""
    layout = network.layout
    hardest = rule.with_limit(rule.bounds[0] if rule.sense > 0 else rule.bounds[1])
    if solve(network, [hardest], tie_break=False).status == "optimal":
        return hardest.limit
    found = explain(network, [hardest])
    assert found.conflict == ("rule",), found
    least = found.relaxations[0].least
    assert least is not None
    assert layout is network.layout
    return least


@pytest.mark.parametrize("rule", CAPS, ids=ids(CAPS))
@pytest.mark.parametrize("seed", [3, 8])
def test_relaxation_tightening_and_price(rule, seed):
    """From the tightest limit there is to the one that no longer binds.

    A hair beyond the tightest there is no plan; the cost never falls as the limit tightens; and
    at every limit between, the shadow price lies between the two finite differences.
    """
    network = portfolio(seed)
    free = solve(network, tie_break=False)
    loose = rule.measure(network.layout, free.x)
    if rule.limit_field == "share" and isinstance(rule, NMinusOne) and rule.standby:
        loose = 0.0
    least = best_limit(network, rule)
    beyond = least - rule.sense * 1e-4 * max(abs(least), 1e-2)
    if rule.bounds[0] < beyond < rule.bounds[1]:
        assert solve(network, [rule.with_limit(beyond)], tie_break=False).status == "infeasible"
    costs, bound = [], 0
    for t in (0.02, 0.37, 0.71, 1.0):
        asked = rule.with_limit(least + t * (loose - least))
        plan = solve(network, [asked], tie_break=False)
        assert plan.status == "optimal", (t, plan.notes, plan.certificate)
        assert asked.residual(network.layout, plan.x) <= 1e-6 * max(asked.limit, 1.0)
        costs.append(plan.cost)
        marginal = next(m for m in plan.marginals if m.name == "rule")
        bound += marginal.binds
        sides = marginal_sides(network, [asked], marginal, 1e-4 * max(abs(loose - least), 1e-4))
        known = [side for side in sides if not isnan(side)]
        if known:  # a side without a plan sets no end to the price
            room = 1e-3 * max(map(abs, known)) + 1e-7 * plan.cost
            low = -inf if isnan(sides[0]) else min(known)
            high = inf if isnan(sides[1]) else max(known)
            assert low - room <= marginal.shadow_price <= high + room, (t, marginal, sides)
    assert all(a >= b * (1 - 1e-9) for a, b in pairwise(costs)), costs
    assert costs[-1] >= free.cost * (1 - 1e-9)
    if abs(loose - least) > 1e-6:
        assert bound, "the rule never had a price"


def test_a_carbon_price_and_the_cap_it_is_the_price_of():
    """With the shadow price of a cap as the carbon price, the cap is met without it."""
    network = portfolio(3)
    free = solve(network)
    cap = CarbonCap("cap", 0.95 * free.emission_kg)
    capped = solve(network, [cap])
    price = -next(m.shadow_price for m in capped.marginals if m.name == "cap")
    assert price > 0
    priced = solve(network, [CarbonPrice("price", price * (1 + 1e-6))])
    assert priced.emission_kg <= cap.limit * (1 + 1e-9)
    assert priced.cost_by_kind["carbon"] == pytest.approx(price * priced.emission_kg, rel=1e-5)
    marginal = next(m for m in priced.marginals if m.name == "price")
    assert marginal.shadow_price == pytest.approx(priced.emission_kg)
    sides = marginal_sides(network, [CarbonPrice("price", 0.3)], replace(marginal, limit=0.3), 1e-4)
    at = solve(network, [CarbonPrice("price", 0.3)])
    assert at.emission_kg == pytest.approx(sides[0], rel=1e-4)


def test_chemistry_shares_hold_in_energy():
    network = portfolio(8)
    plan = solve(
        network, [DeliveryAtLeast("nmc", 0.3, "nmc"), DeliveryAtMost("nmc top", 0.3, "nmc")]
    )
    need = network.demands[0].amount
    made = {r.commodity: 0.0 for r in plan.sources}
    for r in plan.sources:
        made[r.commodity] += r.quantity
    assert made["nmc"] == pytest.approx(0.3 * need)
    assert made["lfp"] == pytest.approx(0.7 * need)
    assert plan.marginals[0].shadow_price >= 0 >= plan.marginals[1].shadow_price


def test_what_is_delivered_itself_counts_as_well(market):
    goods = (Commodity("a", stage="cell"), Commodity("b", stage="cell"))
    network = Network(
        goods,
        (Node("n"),),
        (Supply("n", "a", 5.0), Supply("n", "b", 1.0)),
        demands=(Demand("n", "a", 1.0), Demand("n", "b", 9.0)),
    )
    plan = solve(network, [DeliveryAtLeast("a", 0.25, "a")])
    assert plan.cost == pytest.approx(5 * 3 + 9)
    assert plan.marginals[0].shadow_price == pytest.approx(0.01 * 5 * 9 / 0.75**2)


# ---- N-1 ------------------------------------------------------------------------------------


def fails_everywhere(reach: list[float], need: float, share: float) -> bool:
    """Enumerate the failures: is anything short?"""
    return any(sum(reach) - gone < share * need - 1e-9 for gone in reach)


@pytest.mark.parametrize("seed", range(12))
def test_n_minus_1_by_enumeration_of_failures(market, seed):
    r = np.random.default_rng(seed)
    reach, need = r.uniform(1, 6, 3).tolist(), 5.0
    network = market([1.0, 2.0, 3.0], need, reach, exact=True)
    share = float(r.uniform(0.5, 1.0))
    if sum(reach) < need:
        return
    plan = solve(network, [NMinusOne("n", share)])
    assert (plan.status == "infeasible") == fails_everywhere(reach, need, share)
    if plan.status == "infeasible":
        found = explain(network, [NMinusOne("n", share)])
        assert found.conflict == ("n",)
        assert found.relaxations[0].least == pytest.approx((sum(reach) - max(reach)) / need)
        assert any(
            "if A fails" in t or "if B fails" in t or "if C fails" in t for t in found.reasons
        )


def test_standby_is_bought_where_it_is_cheapest(market):
    """Ten from A at 1; B at 3 (room 4) and C at 2 (room 5): 8 must be left if A fails.

    Standby costs 0.5. Buying one from C instead of A costs 1, so all 8 stand by: 5 from C and 3
    from B; then A may fail, and with B or C failing A still gives ten.
    """
    network = market([1.0, 3.0, 2.0], 10.0, [20.0, 4.0, 5.0], exact=True)
    rule = NMinusOne("n", 0.8, standby_cost=0.5)
    plan = solve(network, [rule])
    assert plan.cost_by_kind["standby"] == pytest.approx(0.5 * 8)
    assert plan.cost_by_kind["price"] == pytest.approx(10.0)
    assert plan.marginals[0].shadow_price == pytest.approx(0.01 * 10 * 0.5)
    dear = solve(network, [replace(rule, share=0.5, standby_cost=5.0)])
    assert dear.cost_by_kind["price"] == pytest.approx(5 * 1 + 5 * 2)
    assert dear.cost_by_kind["standby"] == pytest.approx(0.0)
    assert solve(network, [replace(rule, share=0.95)]).status == "infeasible"


def test_a_shut_party_does_not_stand_by(market):
    network = market([1.0, 2.0, 3.0], 10.0, [20.0, 9.0, 9.0], exact=True)
    rules = [ShareCap("no C", 0.0, country="C"), NMinusOne("n", 0.95)]
    assert solve(network, rules).status == "optimal"
    assert solve(network, [rules[0], replace(rules[1], shut="C")]).status == "infeasible"


def test_endless_capacity_never_binds_and_says_so(market):
    plan = solve(market([1.0, 2.0, 3.0], 10.0), [NMinusOne("n", 1.0)])
    assert plan.status == "optimal"
    assert any("'n' never binds" in note for note in plan.notes)


def lines(shared: float) -> Network:
    """Two plants; at A two recipes share line hours, at B one has its own capacity of 6."""
    cells = (Commodity(g, "kWh", material="cells", stage="cell") for g in ("lfp", "nmc"))
    goods = (Commodity("salt"), Commodity("hour", counted=False), *cells)
    return Network(
        goods,
        (Node("a", "A"), Node("b", "B"), Node("use")),
        (
            Supply("a", "salt", 1.0), Supply("b", "salt", 1.0),
            Supply("a", "hour", 0.0, shared),
        ),
        (
            Process("a lfp", "a", {"salt": 1.0, "hour": 1.0}, {"lfp": 1.0}),
            Process("a nmc", "a", {"salt": 1.0, "hour": 2.0}, {"nmc": 1.0}),
            Process("b lfp", "b", {"salt": 1.0}, {"lfp": 1.0}, capacity=6.0),
        ),
        (Arc("a", "use", "lfp"), Arc("a", "use", "nmc"), Arc("b", "use", "lfp")),
        (Demand("use", "lfp", 5.0, exact=True), Demand("use", "nmc", 1.0, exact=True)),
    )  # fmt: skip


def test_recipes_share_what_is_on_the_spot():
    """Ten hours at A are ten of lfp, not ten and five of nmc beside; B gives six."""
    (one,) = NMinusOne("n", 0.5, stage="cell").outages(lines(10.0).layout)
    assert dict(zip((*one.names, "others"), one.reach, strict=True)) == pytest.approx(
        {"A": 10.0, "B": 6.0, "others": 0.0}
    )
    assert solve(lines(7.0), [NMinusOne("n", 1.0, stage="cell")]).status == "optimal"
    assert solve(lines(7.0), [NMinusOne("n", 1.0, stage="cell", access=0.9)]).status == "infeasible"


def test_a_plant_gives_no_more_than_what_it_draws_on():
    """A refiner without a capacity of its own is bounded by the only ore there is."""
    network = Network(
        (Commodity("ore", stage="mining"), Commodity("salt", stage="refining")),
        (Node("m", "A"), Node("r", "B"), Node("s", "C"), Node("use")),
        (Supply("m", "ore", 1.0, 8.0), Supply("s", "salt", 9.0, 3.0)),
        (Process("refine", "r", {"ore": 2.0}, {"salt": 1.0}),),
        (Arc("m", "r", "ore"), Arc("r", "use", "salt"), Arc("s", "use", "salt")),
        (Demand("use", "salt", 5.0, exact=True),),
    )
    (one,) = NMinusOne("n", 0.5, stage="refining").outages(network.layout)
    assert dict(zip(one.names, one.reach, strict=False)) == pytest.approx({"B": 4.0, "C": 3.0})
    found = explain(network, [NMinusOne("n", 0.8, stage="refining")])
    assert found.reasons == (
        "rule 'n': if B fails, all others of salt, refining can give 3 of 5 kg; "
        "the share can be 60 % at most.",
    )


# ---- cost share -----------------------------------------------------------------------------


def two_sellers(credit: float | None, share: float = 0.6, exact: bool = True):
    """Ten of nickel from A at 1 (prohibited) or B at 3, both with room for eight."""
    ask = {
        "currency": "USD_2024",
        "commodities": {"nickel": {}},
        "nodes": {"a": {"country": "A"}, "b": {"country": "B"}, "m": {}},
        "supplies": [
            {"node": "a", "commodity": "nickel", "price": 1.0, "capacity": 8.0},
            {"node": "b", "commodity": "nickel", "price": 3.0, "capacity": 8.0},
        ],
        "arcs": "free",
        "demands": [{"node": "m", "commodity": "nickel", "amount": 10.0, "exact": exact}],
        "rules": [
            {"rule": "cost_share", "name": "macr", "share": share, "country": "A"}
            | ({} if credit is None else {"credit": credit, "credit_on": "nickel"})
        ],
    }
    return from_dict(ask)


def test_cost_share_in_closed_form():
    """3 b >= 0.6 (3 b + a) with a + b = 10: b = 10/3 against the 2 that A leaves."""
    plan = solve(*two_sellers(None))
    assert plan.cost == pytest.approx(20 / 3 + 10)
    assert plan.marginals[0].level == pytest.approx(0.6)
    assert plan.unique


@pytest.mark.parametrize(
    ("credit", "met"), [(0.1, False), (0.26, False), (0.28, True), (5.0, True)]
)
def test_a_credit_is_taken_where_solving_twice_says_so(credit, met):
    """Meeting the share costs 16.667 - 14 = 2.667: worth it above 0.2667 for each of ten."""
    without, _ = two_sellers(None)
    once = solve(without).cost
    twice = solve(*two_sellers(None)).cost - 10 * credit
    plan = solve(*two_sellers(credit))
    assert plan.status == "optimal", plan.certificate
    assert plan.cost == pytest.approx(min(once, twice))
    assert plan.cost_by_kind["credit"] == pytest.approx(-10 * credit if met else 0.0)
    macr = plan.marginals[0]
    assert (macr.level >= 0.6 - 1e-9) == met
    assert macr.binds == met


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("credit", [0.4, 3.0, 30.0])
def test_a_credit_equals_the_better_of_two_solves(seed, credit):
    network = portfolio(seed)
    must = CostShare("macr", 0.55, country=("C1", "C2"))
    plan = solve(network, [replace(must, credit=credit, credit_on="energy")], tie_break=False)
    paid = credit * network.demands[0].amount
    once, with_share = solve(network), solve(network, [must])
    best = once.cost if with_share.status != "optimal" else min(once.cost, with_share.cost - paid)
    if once.status == "optimal" and must.residual(network.layout, once.x) <= 0:
        best = once.cost - paid
    assert plan.status == "optimal", plan.certificate
    assert plan.cost == pytest.approx(best, rel=1e-6)


def test_a_credit_with_an_open_demand_takes_what_pays():
    """At least ten, at most sixteen: a credit above the price of one more delivers all of it."""
    network, rules = two_sellers(4.0, exact=False)
    network = replace(network, demands=(replace(network.demands[0], limit=16.0),))
    plan = solve(network, rules)
    assert plan.cost_by_kind["credit"] == pytest.approx(-4.0 * 16)
    assert plan.cost == pytest.approx(8 + 24 - 64)


def test_a_credit_without_an_end_is_refused():
    network, rules = two_sellers(4.0, exact=False)
    open_ended = replace(
        network, supplies=tuple(replace(s, capacity=inf) for s in network.supplies)
    )
    with pytest.raises(SourcingError, match="give the demand exact or a limit"):
        solve(open_ended, rules)


# ---- pass-through ---------------------------------------------------------------------------


def mixer(share_a: float = 0.4, u_b: float = 1.0) -> Network:
    """Ore of X and Y meets at a refiner in Z; salt goes to two buyers; a part from W joins."""
    goods = tuple(Commodity(g) for g in ("ore", "salt", "part", "cell"))
    nodes = (
        Node("x", "X"), Node("y", "Y"), Node("z", "Z"), Node("w", "W"),
        Node("p", "P"), Node("one"), Node("two"),
    )  # fmt: skip
    return Network(
        goods,
        nodes,
        (
            Supply("x", "ore", 1.0, 10 * share_a),
            Supply("y", "ore", 5.0, 20.0),
            Supply("w", "part", 1.0, 50.0),
        ),
        (
            Process("salt", "z", {"ore": 1.0}, {"salt": 1.0}),
            Process("cell", "p", {"salt": 1.0, "part": u_b}, {"cell": 1.0}),
        ),
        (
            Arc("x", "z", "ore"), Arc("y", "z", "ore"), Arc("z", "p", "salt"),
            Arc("w", "p", "part"), Arc("z", "two", "salt"), Arc("p", "one", "cell"),
        ),
        (Demand("one", "cell", 4.0, exact=True), Demand("two", "salt", 6.0, exact=True)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("country", "good", "bounds"),
    [
        ("X", "cell", (0.0, 1.0)),  # four of X, six others: all or none of the four cells
        ("X", "salt", (0.0, 4 / 6)),
        ("Y", "cell", (0.0, 1.0)),
        ("Y", "salt", (2 / 6, 1.0)),  # cells can swallow four of Y's six
        ("Z", "cell", (1.0, 1.0)),
        ("Z", "salt", (1.0, 1.0)),
        ("W", "cell", (1.0, 1.0)),
        ("W", "salt", (0.0, 0.0)),
        ("P", "cell", (1.0, 1.0)),
        (("X", "Y"), "salt", (1.0, 1.0)),
    ],
)
def test_touched_bounds_by_hand(country, good, bounds):
    plan = solve(mixer())
    assert touched_bounds(plan, country, good) == pytest.approx(bounds, abs=1e-6)


def test_touched_bounds_of_two_inputs():
    """Half of either input touched: together at least half, at most all, of the output."""
    goods = tuple(Commodity(g) for g in ("a", "b", "out"))
    nodes = (Node("t", "T"), Node("u", "U"), Node("m"))
    network = Network(
        goods,
        nodes,
        tuple(Supply(n, g, 1.0, 5.0) for n in "tu" for g in "ab"),
        (Process("mix", "m", {"a": 1.0, "b": 1.0}, {"out": 1.0}),),
        tuple(Arc(n, "m", g) for n in "tu" for g in "ab"),
        (Demand("m", "out", 10.0),),
    )
    assert touched_bounds(solve(network), "T") == pytest.approx((0.5, 1.0), abs=1e-6)


def test_chains_kept_apart_are_exact_and_agree_with_enumeration():
    """Every path is a good of its own: its touched share is counted by hand."""
    paths = [("X", "Z"), ("X", "K"), ("Y", "Z"), ("Y", "K")]
    goods = [Commodity("cell")]
    nodes = [Node("x", "X"), Node("y", "Y"), Node("z", "Z"), Node("k", "K"), Node("use")]
    processes = []
    arcs = []
    price = {"X": 1.0, "Y": 3.0, "Z": 1.0, "K": 2.0}
    supplies = []
    for k, (mine, refiner) in enumerate(paths):
        goods += [Commodity(f"ore{k}"), Commodity(f"salt{k}")]
        supplies.append(Supply(mine.lower(), f"ore{k}", price[mine], 4.0))
        processes += [
            Process(f"refine{k}", refiner.lower(), {f"ore{k}": 1.0}, {f"salt{k}": 1.0},
                    conversion_cost_per_unit=price[refiner]),
            Process(f"cell{k}", "use", {f"salt{k}": 1.0}, {"cell": 1.0}),
        ]  # fmt: skip
        arcs += [
            Arc(mine.lower(), refiner.lower(), f"ore{k}"),
            Arc(refiner.lower(), "use", f"salt{k}"),
        ]
    network = Network(tuple(goods), tuple(nodes), tuple(supplies), tuple(processes), tuple(arcs),
                      (Demand("use", "cell", 10.0, exact=True),))  # fmt: skip
    plan = solve(network)
    activity = {r.id.removeprefix("process "): r.quantity for r in plan.sources}
    for country in "XYZK":
        hand = sum(activity.get(f"cell{k}", 0.0) for k, p in enumerate(paths) if country in p) / 10
        assert touched_bounds(plan, country) == pytest.approx((hand, hand), abs=1e-6)
    capped = solve(network, [PassThrough("p", 0.3, "X")])
    touched = {r.id.removeprefix("process "): r.quantity for r in capped.sources}
    assert touched.get("cell0", 0.0) + touched.get("cell1", 0.0) == pytest.approx(3.0)
    assert capped.unique


def test_pass_through_in_closed_form_where_goods_mix():
    """Every kilogram of X beyond the six of salt that others buy goes into cells."""
    network = mixer(share_a=0.9)
    free = solve(network)
    assert touched_bounds(free, "X", "cell")[0] == pytest.approx(3 / 4, abs=1e-6)
    plan = solve(network, [PassThrough("p", 0.5, "X", "cell")])
    assert plan.cost == pytest.approx(free.cost + 1 * 4)  # one unit from Y instead of X
    marginal = plan.marginals[0]
    assert marginal.level == pytest.approx(0.5, abs=1e-6)
    assert marginal.shadow_price == pytest.approx(-0.01 * 4 * 4)


def test_a_touched_country_that_all_must_pass_cannot_be_capped():
    found = explain(mixer(), [PassThrough("p", 0.5, "Z", "cell")])
    assert found.conflict == ("p",)
    assert found.relaxations[0].least == pytest.approx(1.0)


def test_touched_bounds_want_a_plan():
    with pytest.raises(SourcingError, match="the plan is infeasible"):
        touched_bounds(solve(mixer(), [PassThrough("p", 0.5, "Z", "cell")]), "Z")


def mixed_share(network: Network, x: np.ndarray, country: str) -> float:
    """The touched share if all that meets mixes evenly, by repeated averaging (single inputs)."""
    layout = network.layout
    body = layout.balance.toarray()
    home = np.array([n.country == country for n in network.nodes])
    touched = home[layout.column_node].astype(float)
    into, out = np.maximum(body, 0.0) * x, body < 0
    for _ in range(50):
        came = into.sum(axis=1)
        pair = np.divide(into @ touched, came, out=np.zeros_like(came), where=came > 0)
        drawn = np.array([pair[out[:, j]].max(initial=0.0) for j in range(layout.n)])
        touched = np.where(home[layout.column_node], 1.0, drawn)
    uses = slice(layout.first_use, layout.n)
    return float(touched[uses] @ x[uses] / x[uses].sum())


@pytest.mark.parametrize("seed", range(8))
def test_even_mixing_lies_between_the_bounds(seed):
    network = portfolio(seed)
    plan = solve(network)
    for country in ("C0", "C1", "C2", "C3", "HOME"):
        least, most = touched_bounds(plan, country)
        assert 0 <= least <= most <= 1
        assert least - 1e-7 <= mixed_share(network, plan.x, country) <= most + 1e-7


# ---- stocks ---------------------------------------------------------------------------------


def two_periods() -> Network:
    """Use of 10 and 20; buying is 1 and then 1.5, holding 0.8 a unit."""
    return Network(
        (Commodity("g"),),
        (Node("m @ 1", period="1", base="m"), Node("m @ 2", period="2", base="m")),
        (Supply("m @ 1", "g", 1.0, 100.0), Supply("m @ 2", "g", 1.5, 100.0)),
        arcs=(Arc("m @ 1", "m @ 2", "g", 0.8, capacity=30.0),),
        demands=(Demand("m @ 1", "g", 10.0), Demand("m @ 2", "g", 20.0)),
        periods=(Period("1"), Period("2")),
    )


def test_days_of_cover_are_bought_and_priced():
    network, rule = two_periods(), StockCover("s", 73.0, "g", "m")
    plan = solve(network, [rule])
    assert plan.cost == pytest.approx(10 + 1.8 * 4 + 1.5 * 16)
    marginal = plan.marginals[0]
    assert marginal.level == pytest.approx(73.0)
    assert marginal.shadow_price == pytest.approx(0.3 * 20 / 365)
    assert marginal.unit.endswith("per day")
    sides = marginal_sides(network, [rule], marginal)
    assert sides == pytest.approx((marginal.shadow_price,) * 2)


def test_more_cover_than_the_store_holds():
    network = two_periods()
    small = replace(network, arcs=(replace(network.arcs[0], capacity=4.0),))
    found = explain(small, [StockCover("s", 90.0, "g")])
    assert found.conflict == ("s",)
    assert found.relaxations[0].least == pytest.approx(73.0)
    assert "lower 's' alone from 90 to 73 day" in found.relaxations[0].sentence


def test_shares_hold_in_each_period():
    """A fifth of b in each period, though in the first it is dear."""
    goods = (Commodity("a", stage="cell"), Commodity("b", stage="cell"))
    nodes = (Node("n1", "X", period="1"), Node("n2", "X", period="2"))
    network = Network(
        goods,
        nodes,
        tuple(Supply(n, g, p) for n, g, p in
              (("n1", "a", 1.0), ("n1", "b", 9.0), ("n2", "a", 1.0), ("n2", "b", 2.0))),
        demands=tuple(Demand(n, g, 4.0 if g == "a" else 0.0) for n in ("n1", "n2") for g in "ab"),
        periods=(Period("1"), Period("2", 0.5)),
    )  # fmt: skip
    plan = solve(network, [DeliveryAtLeast("b", 0.2, "b")])
    assert plan.cost == pytest.approx(4 + 9 + 0.5 * (4 + 2))
    details = [detail for detail, _ in plan.marginals[0].parts]
    assert details == ["b, 1", "b, 2"]
    touched = solve(network, [PassThrough("p", 1.0, "X", "a")])
    assert touched.marginals[0].level == pytest.approx(1.0)


def test_risk_below_the_least_there_is_told_before_solving(market):
    network = market([1.0, 2.0], 10.0)
    found = explain(network, [RiskCap("k", 0.2, {"A": 0.6, "B": 0.3})])
    assert found.reasons == (
        "rule 'k': no source of nickel counts less than 0.3; 0.2 is asked for.",
    )
    assert found.relaxations[0].least == pytest.approx(0.3)


@pytest.mark.parametrize("rule", [CAPS[11], CAPS[12]], ids=["standby", "passing"])
def test_own_variables_by_two_solvers(rule):
    network = portfolio(3)
    least = best_limit(network, rule)
    asked = rule.with_limit(least + rule.sense * 0.05)
    costs = [solve(network, [asked], path=p, tie_break=False).cost for p in ("highs", "cvxpy")]
    assert costs[0] == pytest.approx(costs[1], rel=1e-6)


# ---- from a file, and in a network that has nothing for the rule --------------------------------


def test_every_rule_can_be_said_in_a_file():
    ask = {
        "currency": "USD_2024",
        "commodities": {"nickel": {"stage": "refining", "contents": {"nickel": 1.0}}},
        "nodes": {"a": {"country": "A", "owner": "X"}, "b": {"country": "B"}, "m": {}},
        "supplies": [
            {
                "node": "a",
                "commodity": "nickel",
                "price": 1.0,
                "capacity": 9.0,
                "emission_kg_per_unit": 3.0,
            },
            {"node": "b", "commodity": "nickel", "price": 3.0, "capacity": 9.0},
        ],
        "arcs": "free",
        "demands": [{"node": "m", "commodity": "nickel", "amount": 10.0, "exact": True}],
        "rules": [
            {"rule": "carbon_cap", "limit": 1.5, "per": "nickel"},
            {"rule": "carbon_price", "price": 0.1},
            {"rule": "energy_cap", "limit": 1.0},
            {"rule": "intensity_cap", "limit": 1.0, "element": "nickel", "per": "nickel"},
            {"rule": "delivery_at_most", "share": 1.0, "commodity": "nickel"},
            {"rule": "delivery_at_least", "share": 1.0, "commodity": "nickel"},
            {"rule": "risk_cap", "limit": 0.5, "risks": {"A": 0.6, "B": 0.4}},
            {
                "rule": "geopolrisk_cap",
                "limit": 0.3,
                "world_hhi": 0.5,
                "risks": {"A": 0.6, "B": 0.4},
                "material": "nickel",
            },
            {"rule": "cost_share", "share": 0.4, "country": "A"},
            {"rule": "n_minus_1", "share": 0.5},
            {"rule": "pass_through", "share": 0.5, "country": "A"},
        ],
    }
    network, rules = from_dict(ask)
    plan = solve(network, rules)
    assert plan.status == "optimal", plan.notes
    assert plan.share_of("A", "nickel", "refining") == pytest.approx(0.5)
    assert plan.cost_by_kind["carbon"] == pytest.approx(0.1 * 15)
    assert any("energy_cap" in note and "kWh" in note for note in plan.notes)
