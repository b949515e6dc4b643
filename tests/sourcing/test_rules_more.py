"""Truth tables of the linear rules: a point inside and a point outside, without a solver."""

from __future__ import annotations

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
    SourcingError,
    StockCover,
    Supply,
    eu_recycled_floors,
)
from calculator.sourcing.network import Outcome, Period

LI = {"lithium": 0.2}
NETWORK = Network(
    (
        Commodity("carbonate", material="lithium", stage="refining", contents=LI),
        Commodity("hydroxide", material="lithium", stage="refining", contents=LI),
        Commodity("lfp", "kWh", stage="cell"),
        Commodity("nmc", "kWh", stage="cell"),
    ),
    (
        Node("a", "A", "X", ("EU",)),
        Node("b", "B", "X"),
        Node("c", "C", "Y"),
        Node("r", groups=("post-consumer",)),
        Node("M"),
    ),
    (
        Supply("a", "carbonate", 1.0, 10.0, emission_kg_per_unit=2.0, id="A"),
        Supply("b", "carbonate", 3.0, 4.0, emission_kg_per_unit=5.0, id="B"),
        Supply("c", "hydroxide", 2.0, 20.0, emission_kg_per_unit=1.0, id="C"),
        Supply("r", "hydroxide", 4.0, 2.0, "recycled", emission_kg_per_unit=0.5, id="R"),
    ),
    (
        Process("lfp", "M", {"carbonate": 1.0}, {"lfp": 1.0}, conversion_cost_per_unit=1.0,
                energy_kwh_per_unit=3.0),
        Process("nmc", "M", {"hydroxide": 2.0}, {"nmc": 1.0}, conversion_cost_per_unit=2.0,
                energy_kwh_per_unit=5.0),
    ),
    (
        Arc("a", "M", "carbonate"),
        Arc("b", "M", "carbonate", 0.5, 0.1, 5.0),
        Arc("c", "M", "hydroxide"),
        Arc("r", "M", "hydroxide"),
    ),
    (Demand("M", "lfp"), Demand("M", "nmc")),
)  # fmt: skip


def flows(a: float, b: float, c: float, r: float) -> np.ndarray:
    """Supplies, activities, arcs, then what is delivered of lfp and nmc."""
    made = [a + b, (c + r) / 2]
    return np.array([a, b, c, r, *made, a, b, c, r, *made], float)


BOTH = ("lfp", "nmc")
STAGE = {"stage": "refining"}
LITHIUM = {"material": "lithium", **STAGE}
RISKS = {"A": 0.2, "B": 0.8, "C": 0.5}
# emitted: 2a + 5b + c + r/2 kg; energy: 3 (a + b) + 5 (c + r)/2; contained Li: 0.2 of each
TRUTH = [
    (CarbonCap("r", 10.0), flows(5, 0, 0, 0), flows(5, 0.1, 0, 0)),
    (CarbonCap("r", 2.0, per=BOTH), flows(1, 0, 9, 0), flows(1, 1, 0, 0)),
    (CarbonCap("r", 3.5, per="lfp"), flows(1, 1, 0, 0), flows(1, 1, 1, 0)),
    (EnergyCap("r", 6.0), flows(1, 1, 0, 0), flows(1, 1, 0, 0.1)),
    (EnergyCap("r", 4.0, per=BOTH), flows(1, 0, 2, 0), flows(1, 0, 2.1, 0)),
    (IntensityCap("r", 0.3, "lithium", BOTH), flows(1, 0, 2, 0), flows(1, 0, 2.1, 0)),
    (IntensityCap("r", 0.3, "lithium", BOTH, "refining"), flows(1, 0, 2, 0), flows(0, 0, 1, 0)),
    (IntensityCap("r", 1.0, "lithium"), flows(1, 1, 2, 1), flows(1, 1, 2, 1.1)),
    (IntensityCap("r", 1.0, "lithium", commodity="hydroxide"), flows(9, 9, 5, 0),
     flows(0, 0, 5, 1)),
    (DeliveryAtMost("r", 0.5, "lfp"), flows(1, 0, 1, 1), flows(1, 0.1, 1, 1)),
    (DeliveryAtLeast("r", 0.5, "lfp"), flows(1, 0, 1, 1), flows(1, 0, 2, 0.1)),
    (DeliveryAtMost("r", 0.5, "lfp", BOTH, "M"), flows(1, 0, 2, 0), flows(1, 0, 1, 0)),
    (DeliveryAtMost("r", 0.5, "carbonate"), flows(1, 0, 1, 0), flows(1.1, 0, 1, 0)),
    (DeliveryAtMost("r", 0.0, "lfp"), flows(0, 0, 1, 0), flows(0.1, 0, 1, 0)),
    (RiskCap("r", 0.5, RISKS, missing=1.0, **LITHIUM), flows(5, 0, 0, 3), flows(1, 0, 0, 1)),
    (RiskCap("r", 0.5, RISKS, missing=1.0, **LITHIUM), flows(1, 1, 1, 0), flows(0, 1, 1, 0)),
    (RiskCap("r", 0.5, {"X": 0.6, "Y": 0.4}, missing=0.5, by="owner", **LITHIUM),
     flows(1, 0, 1, 9), flows(1, 0, 0.5, 9)),
    (GeoPolRiskCap("r", 0.2, 0.5, RISKS, domestic="A", missing=1.0, **LITHIUM),
     flows(1, 1, 0, 0), flows(1, 1.1, 0, 0)),
    (GeoPolRiskCap("r", 0.2, 0.5, RISKS, domestic="EU", missing=1.0, **LITHIUM),
     flows(3, 0, 0, 2), flows(3, 0, 0, 2.1)),
    (GeoPolRiskCap("r", 0.1, 0.5, RISKS, missing=0.0, **LITHIUM), flows(1, 0, 0, 1),
     flows(0, 1, 0, 2.9)),
    (CostShare("r", 0.5, country="B", **STAGE), flows(3, 1, 0, 0), flows(3, 1.1, 0, 0)),
    (CostShare("r", 0.5, country="B"), flows(1, 1, 0, 0), flows(0.9, 1, 0, 0)),
    (CostShare("r", 0.5, country="B", **STAGE, landed=True), flows(4, 1, 0, 0),
     flows(3.9, 1, 0, 0)),
    (CostShare("r", 0.5, country="B", prices={"carbonate": 2.0}), flows(1, 1, 0, 0),
     flows(1, 1.1, 9, 9)),
    (CostShare("r", 0.5, owner="X", **STAGE), flows(2, 0, 1, 0), flows(2.1, 0, 1, 0)),
    (CostShare("r", 0.5, group="EU", **STAGE), flows(3, 1, 0, 0), flows(3.1, 1, 0, 0)),
    (CostShare("r", 0.5, country="Z", **STAGE, rest="one"), flows(4, 0, 0, 1),
     flows(3.9, 0, 0, 1)),
    # reach of contained Li: A 2, B 0.8, C 4, unnamed 0.4
    (NMinusOne("r", 0.5, **LITHIUM), flows(10, 4, 17, 1), flows(10, 4, 18.1, 0)),
    (NMinusOne("r", 0.5, **LITHIUM, rest="one"), flows(10, 4, 17, 1), flows(10, 4, 18.1, 0)),
    (NMinusOne("r", 0.5, "owner", **LITHIUM), flows(10, 4, 17, 1), flows(10, 4, 18.1, 0)),
    (NMinusOne("r", 0.5, "supplier", **LITHIUM), flows(10, 4, 17, 1), flows(10, 4, 18.1, 0)),
    (NMinusOne("r", 0.5, **LITHIUM, access=0.5), flows(5, 2, 8, 1), flows(5, 2, 10, 0)),
    (NMinusOne("r", 0.5, **LITHIUM, access=0.5, outside="post-consumer"), flows(5, 2, 9, 2),
     flows(5, 2, 10, 2)),
    (NMinusOne("r", 0.5, **LITHIUM, shut="B"), flows(10, 0, 12, 2), flows(10, 0, 13, 2)),
    (NMinusOne("r", 0.5, **LITHIUM, standby=False), flows(1, 1, 2, 0), flows(1, 1, 2.1, 0)),
    (NMinusOne("r", 0.5, **LITHIUM, standby=False), flows(0, 0, 1, 1), flows(0, 0, 1, 0.9)),
    (NMinusOne("r", 0.5, "supplier", **LITHIUM, standby=False), flows(1, 0, 0, 1),
     flows(0.9, 0, 0, 1)),
    (RecycledFloor("r", 0.2, "lithium", "refining", groups=("post-consumer",)),
     flows(1, 1, 2, 1), flows(1, 1, 2.1, 1)),
    (RecycledFloor("r", 0.0, "lithium", "refining", groups=("manufacturing scrap",)),
     flows(1, 1, 2, 1), None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_a_point_inside_and_a_point_outside(rule, inside, outside):
    assert rule.residual(NETWORK.layout, inside) <= 1e-12
    if outside is not None:
        assert rule.residual(NETWORK.layout, outside) > 1e-3


def rows_hold(rule, x: np.ndarray) -> bool:
    for rows in rule.build(NETWORK.layout).rows:
        body = rows.expanded() @ x
        if (body < rows.lower - 1e-9).any() or (body > rows.upper + 1e-9).any():
            return False
    return True


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_rows_say_the_same_as_the_residual(rule, inside, outside):
    r = np.random.default_rng(5)
    points = [flows(*p) for p in r.dirichlet(np.ones(4) * 0.7, 60) * r.uniform(1, 60, (60, 1))]
    for x in [inside, *points, *([] if outside is None else [outside])]:
        assert rows_hold(rule, x) == (rule.residual(NETWORK.layout, x) <= 1e-9)


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_measure_is_the_tightest_limit(rule, inside, outside):
    """At its own measure a point is just inside; a hair tighter and it is outside."""
    layout = NETWORK.layout
    tight = rule.with_limit(rule.measure(layout, inside))
    assert tight.residual(layout, inside) == pytest.approx(0.0, abs=1e-12)
    tighter = tight.limit - rule.sense * 1e-3
    if rule.bounds[0] <= tighter <= rule.bounds[1]:
        assert rule.with_limit(tighter).residual(layout, inside) > 0


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_limit_gain_is_how_the_right_hand_side_moves(rule, inside, outside):
    """Rows at a limit one step on differ from those here by exactly the gain they state."""
    layout, step = NETWORK.layout, 1e-3
    if rule.limit + step > rule.bounds[1]:
        return
    here, there = rule.build(layout), rule.with_limit(rule.limit + step).build(layout)
    for a, b in zip(here.rows, there.rows, strict=True):
        slack = [r.expanded() @ inside - np.where(np.isfinite(r.lower), r.lower, r.upper)
                 for r in (a, b)]  # fmt: skip
        moved = (slack[0] - slack[1]) / step
        assert moved == pytest.approx(rule.natural * a.limit_gain(inside), rel=1e-9, abs=1e-9)


def test_a_carbon_price_charges_what_is_emitted():
    rule, x = CarbonPrice("r", 0.5), flows(1, 1, 2, 2)
    charge = rule.build(NETWORK.layout).charges[0]
    assert float(charge.cost @ x) == pytest.approx(0.5 * (2 + 5 + 2 + 1))
    assert float(charge.gain @ x) == pytest.approx(10.0)
    assert rule.residual(NETWORK.layout, x) == 0.0


def test_a_carbon_price_counts_discount_and_probability_and_a_cap_probability_alone():
    network = Network(
        (Commodity("g"),),
        (Node("a", period="2"), Node("b", outcome="good"), Node("c", period="2", outcome="bad")),
        tuple(Supply(n, "g", 0.0, emission_kg_per_unit=10.0) for n in "abc"),
        demands=tuple(Demand(n, "g") for n in "abc"),
        periods=(Period("1"), Period("2", 0.5)),
        outcomes=(Outcome("good", 0.25), Outcome("bad", 0.75)),
    )
    x = np.ones(6)
    charge = CarbonPrice("p", 1.0).build(network.layout).charges[0]
    assert float(charge.cost @ x) == pytest.approx(10 * (0.5 + 0.25 + 0.375))
    assert CarbonCap("c", 1.0).measure(network.layout, x) == pytest.approx(10 * 2.0)
    assert CarbonCap("c", 1.0, per="g").measure(network.layout, x) == pytest.approx(10.0)


def touch_by_hand(share: float, a: float, b: float, touched: float) -> bool:
    """Rows of a pass-through of B with `touched` of lfp set by hand, and the rest following."""
    rule = PassThrough("r", share, "B", "lfp")
    built, x = rule.build(NETWORK.layout), flows(a, b, 0, 0)
    assert built.columns is not None
    value = {
        "touched process lfp": touched,
        "touched demand lfp at M": touched,
        "touched draw of process lfp": touched,
    }
    z = np.array([value.get(label, 0.0) for label in built.columns.labels])
    ok = True
    for rows in built.rows:
        body = rows.expanded() @ x + rows.own @ z
        ok &= bool((body >= rows.lower - 1e-9).all() and (body <= rows.upper + 1e-9).all())
    return ok


def test_pass_through_rows_by_hand():
    assert touch_by_hand(0.5, 1, 1, 1)
    assert not touch_by_hand(0.5, 1, 1.1, 1.1)  # over the limit
    assert not touch_by_hand(0.5, 1, 1, 0.9)  # touched goods do not vanish
    assert not touch_by_hand(1.0, 1, 1, 1.1)  # nor come from nowhere
    assert touch_by_hand(0.0, 1, 0, 0)


def stock_network(loss: float = 0.0) -> Network:
    """Two periods, a store at one of two places; 10 and 20 used at M, 5 and 5 at N."""
    goods = (Commodity("g"),)
    nodes = tuple(
        Node(f"{n} @ {t}", period=t, base=n) for t in ("1", "2") for n in ("M", "N")
    )  # fmt: skip
    use = {"M @ 1": 10.0, "M @ 2": 20.0, "N @ 1": 5.0, "N @ 2": 5.0}
    store = "M @ 2" if not loss else "store @ 2"
    kept = Process("keep", store, {"g": 1.0}, {}, "passing", elsewhere={"M @ 2": {"g": 1 - loss}})
    return Network(
        goods,
        (*nodes, Node("store @ 2", period="2", base="M")),
        tuple(Supply(n.id, "g", 1.0) for n in nodes),
        (kept,) if loss else (),
        (Arc("M @ 1", store, "g", 0.1),),
        tuple(Demand(n, "g", amount) for n, amount in use.items()),
        periods=(Period("1"), Period("2")),
    )


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (StockCover("s", 73.0, "g"), 365 * 5 / 25),
        (StockCover("s", 73.0, "g", "M"), 365 * 5 / 20),
        (StockCover("s", 73.0, "g", "M @ 2"), 365 * 5 / 20),
        (StockCover("s", 73.0, "g", "each"), 365 * 5 / 20),
        (StockCover("s", 73.0, "g", days_per_period=30.0), 30 * 5 / 25),
    ],
)
def test_days_of_cover(rule, days):
    """Five are carried over; 20 are used at M and 5 at N in the second period."""
    x = np.array([15.0, 5, 15, 5, 5, 10, 20, 5, 5])
    layout = stock_network().layout
    assert rule.measure(layout, x) == pytest.approx(days)
    tight = rule.with_limit(days)
    assert tight.residual(layout, x) == pytest.approx(0.0, abs=1e-9)
    (rows,) = tight.build(layout).rows
    assert float((rows.expanded() @ x)[0]) == pytest.approx(0.0, abs=1e-9)
    assert float((rule.with_limit(days + 1).build(layout).rows[0].expanded() @ x)[0]) < 0


def test_what_is_lost_in_store_does_not_cover():
    network = stock_network(loss=0.2)
    x = np.array([15.0, 5, 16, 5, 5, 5, 10, 20, 5, 5])
    assert abs(network.layout.balance @ x).max() == pytest.approx(0.0)
    assert StockCover("s", 1.0, "g").measure(network.layout, x) == pytest.approx(365 * 4 / 25)


def test_a_longer_period_has_more_days():
    from dataclasses import replace

    network = replace(stock_network(), periods=(Period("1"), Period("2", length=5.0)))
    x = np.array([15.0, 5, 15, 5, 5, 10, 20, 5, 5])
    assert StockCover("s", 1.0, "g").measure(network.layout, x) == pytest.approx(365 * 5 * 5 / 25)


@pytest.mark.parametrize(
    ("year", "shares"),
    [
        (2030, {}),
        (2031, {"cobalt": 0.16, "Li": 0.06, "nickel": 0.06}),
        (2035, {"cobalt": 0.16, "Li": 0.06, "nickel": 0.06}),
        (2036, {"cobalt": 0.26, "Li": 0.12, "nickel": 0.15}),
    ],
)
def test_floors_of_the_eu_by_year(year, shares):
    rules = eu_recycled_floors(year, ("nickel", "Li", "cobalt", "graphite"), groups=("scrap",))
    assert {rule.element: rule.share for rule in rules} == shares
    assert len({rule.name for rule in rules}) == len(shares)
    assert all(rule.groups == ("scrap",) for rule in rules)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: CarbonCap("c", -1.0), "limit_amount is -1; give 0 or more"),
        (lambda: DeliveryAtMost("d", 40.0, "lfp"), r"share is 40; .*\(40 % is written 0.40\)"),
        (lambda: RiskCap("k", 0.5, {}), "risks is empty"),
        (lambda: RiskCap("k", 0.5, {"A": 1.5}), "the weight of 'A' is 1.5; give between 0 and 1"),
        (lambda: RiskCap("k", 0.5, {"A": 0.5}, by="group"), "give 'country' or 'owner'"),
        (lambda: GeoPolRiskCap("g", 0.1, 0.5, {"A": 0.5}), "name the material"),
        (lambda: GeoPolRiskCap("g", 0.1, 2.0, {"A": 0.5}, "lithium"), "'world_hhi' is 2"),
        (lambda: CostShare("c", 0.5, "A", credit=3.0), "a credit needs credit_on"),
        (lambda: CostShare("c", 0.5, "A", credit=-3.0, credit_on="lfp"), "credit is -3"),
        (lambda: CostShare("c", 0.5, "each"), "'each' names nobody"),
        (lambda: CostShare("c", 0.5, "A", prices={}), "prices is empty"),
        (lambda: CostShare("c", 0.5, "A", prices={"x": -1.0}), "the price of 'x' is -1"),
        (lambda: NMinusOne("n", 0.5, "firm"), "each is 'firm'; give 'country', 'owner'"),
        (lambda: NMinusOne("n", 0.5, access=3.0), "access is 3; give between 0 and 1"),
        (lambda: NMinusOne("n", 0.5, standby_cost=-1.0), "standby_cost is -1"),
        (lambda: PassThrough("p", 0.5), "it names no country"),
        (lambda: StockCover("s", 1.0, "g", days_per_period=0.0), "days_per_period is 0"),
    ],
)
def test_what_cannot_be_is_refused(make, sentence):
    with pytest.raises(SourcingError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (CarbonCap("c", 1.0, per="lpf"), "unknown commodity 'lpf'; did you mean 'lfp'"),
        (CarbonCap("c", 1.0, per="carbonate"), "nothing takes 'carbonate'; add a demand"),
        (DeliveryAtMost("d", 0.5, "lfp", node="K"), "unknown node 'K'; known: M, a, b, c, r"),
        (DeliveryAtMost("d", 0.5, "lfp", among=("nmc",)), "'lfp' is not among the goods"),
        (DeliveryAtMost("d", 0.5, "lfp", among=("lfp", "carbonate")), "cannot be added"),
        (DeliveryAtMost("d", 0.5, ("lfp", "carbonate")), "not of one named stage"),
        (RiskCap("k", 0.5, {"A": 0.1, "B": 0.1}, "lithium"),
         r"no risk is given for 'C', node 'r' \(without country\); add it to risks"),
        (GeoPolRiskCap("g", 0.5, 0.5, {"B": 0.1, "C": 0.1}, "lithium", domestic="A"),
         r"no risk is given for node 'r'"),
        (CostShare("c", 0.5, "B", prices={"carbonat": 1.0}), "did you mean 'carbonate'"),
        (PassThrough("p", 0.5, "b", "lfp"), "unknown country 'b'"),
        (PassThrough("p", 0.5, "B"), "nothing is asked for; name the commodity"),
        (StockCover("s", 1.0, "lfp"), "nothing carries 'lfp' into a later period; add a store"),
        (IntensityCap("i", 1.0, "lithum"), "unknown material 'lithum'; did you mean 'lithium'"),
    ],
)  # fmt: skip
def test_a_name_the_network_does_not_have_is_told(rule, sentence):
    with pytest.raises(SourcingError, match=sentence):
        rule.build(NETWORK.layout)


def test_an_element_at_two_stages_wants_a_stage():
    goods = (
        Commodity("ore", stage="mining", contents={"Ni": 0.1}),
        Commodity("salt", stage="refining", contents={"Ni": 0.2}),
    )
    network = Network(
        goods,
        (Node("a", "A"),),
        (Supply("a", "ore", 1.0),),
        (Process("p", "a", {"ore": 2.0}, {"salt": 1.0}),),
        demands=(Demand("a", "salt"),),
    )
    for rule in (IntensityCap("i", 1.0, "Ni"), GeoPolRiskCap("g", 0.1, 0.5, {"A": 0.5}, "Ni")):
        with pytest.raises(SourcingError, match=r"several stages \(mining, refining\)"):
            rule.build(network.layout)
    assert IntensityCap("i", 1.0, "Ni", stage="mining").build(network.layout).rows


def test_recycled_of_another_group_does_not_count():
    x, layout = flows(1, 1, 2, 1), NETWORK.layout

    def share(*groups: str) -> float:
        rule = RecycledFloor("f", 0.1, "lithium", "refining", groups=groups)
        return rule.measure(layout, x)

    assert share("post-consumer") == pytest.approx(0.2)
    assert share("manufacturing scrap") == 0.0
    assert share("manufacturing scrap", "post-consumer") == pytest.approx(0.2)
    assert share("EU") == 0.0  # primary supply of that group


def test_goods_under_way_are_no_stock():
    from dataclasses import replace

    network = stock_network()
    late = Node("M (under way from N) @ 1", period="1", base="M")
    arcs = (Arc("N @ 1", late.id, "g"), Arc(late.id, "M @ 2", "g"))
    network = replace(network, nodes=(*network.nodes, late), arcs=(*network.arcs, *arcs))
    x = np.array([15.0, 8, 12, 5, 5, 3, 3, 10, 20, 5, 5])
    assert abs(network.layout.balance @ x).max() == pytest.approx(0.0)
    assert StockCover("s", 1.0, "g", "M").measure(network.layout, x) == pytest.approx(365 * 5 / 20)


def test_what_only_passes_a_good_on_does_not_use_it():
    """Three of a go through a use that turns them into a in use; two of b are delivered."""
    network = Network(
        (
            Commodity("a", stage="cell"),
            Commodity("b", stage="cell"),
            Commodity("a in use", base="a"),
        ),
        (Node("n", "X"),),
        (Supply("n", "a", 1.0), Supply("n", "b", 1.0)),
        (Process("use", "n", {"a": 1.0}, {"a in use": 1.0}, "passing"),),
        demands=(Demand("n", "a in use"), Demand("n", "b")),
    )
    x = np.array([3.0, 2.0, 3.0, 3.0, 2.0])
    assert DeliveryAtMost("d", 0.5, "a").measure(network.layout, x) == pytest.approx(0.6)
    assert CarbonCap("c", 1.0, per="a").build(network.layout).notes  # nothing emits, a is taken


def test_a_touched_share_is_of_each_period():
    network = Network(
        (Commodity("g"),),
        (Node("x", "X", period="1"), Node("y", "Y", period="2")),
        (Supply("x", "g", 1.0), Supply("y", "g", 1.0)),
        demands=(Demand("x", "g", 1.0), Demand("y", "g", 3.0)),
        periods=(Period("1"), Period("2")),
    )
    x = np.array([1.0, 3.0, 1.0, 3.0])
    rule = PassThrough("p", 0.5, "X")
    assert rule.measure(network.layout, x) == pytest.approx(1.0)
    caps = [rows for rows in rule.build(network.layout).rows if rows.total is not None]
    assert [rows.details for rows in caps] == [("g, 1",), ("g, 2",)]
