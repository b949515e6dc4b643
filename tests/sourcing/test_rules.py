"""Truth tables: for every rule a point inside and a point outside, without a solver."""

from __future__ import annotations

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Ban,
    Capacity,
    Commodity,
    Demand,
    DemandAtLeast,
    DemandExactly,
    HHICap,
    MarketAccess,
    Network,
    Node,
    Process,
    RecycledFloor,
    ShareCap,
    ShareFloor,
    SourcingError,
    Supply,
)

NETWORK = Network(
    (
        Commodity("carbonate", material="lithium", stage="refining", contents={"lithium": 0.2}),
        Commodity("hydroxide", material="lithium", stage="refining", contents={"lithium": 0.1}),
    ),
    (
        Node("a", "A", "X", ("EU",)),
        Node("b", "B", "X"),
        Node("c", "C", "Y"),
        Node("r", groups=("own",)),
        Node("M"),
    ),
    (
        Supply("a", "carbonate", 1.0),
        Supply("b", "carbonate", 1.0, 4.0, id="mine b"),
        Supply("c", "hydroxide", 1.0),
        Supply("r", "hydroxide", 1.0, 2.0, route="recycled"),
    ),
    (),
    (
        Arc("a", "M", "carbonate"),
        Arc("b", "M", "carbonate"),
        Arc("c", "M", "hydroxide"),
        Arc("r", "M", "hydroxide"),
    ),
    (Demand("M", "carbonate"), Demand("M", "hydroxide")),
)


def flows(a: float, b: float, c: float, r: float) -> np.ndarray:
    """Supplies (units), then the same on the arcs, then what is delivered."""
    return np.array([a, b, c, r, a, b, c, r, a + b, c + r], float)


LITHIUM = {"material": "lithium", "stage": "refining"}
# contained lithium of flows(a, b, c, r): 0.2a, 0.2b, 0.1c, 0.1r
TRUTH = [
    (DemandAtLeast("r", 5.0, "carbonate"), flows(2, 3, 0, 0), flows(2, 2.9, 9, 9)),
    (DemandAtLeast("r", 5.0, "carbonate", "M"), flows(6, 0, 0, 0), flows(4, 0, 0, 0)),
    (DemandExactly("r", 5.0, "carbonate"), flows(2, 3, 0, 0), flows(2, 3.1, 0, 0)),
    (Capacity("r", 1.0, **LITHIUM), flows(2, 2, 1, 1), flows(2, 2, 2, 1)),
    (Capacity("r", 1.0, country="A", **LITHIUM), flows(5, 9, 9, 9), flows(5.1, 0, 0, 0)),
    (Capacity("r", 3.0, commodity="hydroxide"), flows(9, 9, 1, 2), flows(0, 0, 2, 2)),
    (Capacity("r", 0.2, **LITHIUM, route="recycled"), flows(0, 0, 9, 2), flows(0, 0, 0, 3)),
    (Capacity("r", 2.0, of="mine b"), flows(9, 2, 9, 9), flows(0, 2.1, 0, 0)),
    (Ban("r", country="A"), flows(0, 1, 1, 1), flows(0.1, 1, 1, 1)),
    (Ban("r", owner="X"), flows(0, 0, 1, 1), flows(0, 0.1, 1, 1)),
    (Ban("r", group="EU"), flows(0, 9, 1, 1), flows(1, 0, 1, 1)),
    (Ban("r", country="each", outside="EU"), flows(9, 0, 0, 9), flows(9, 1, 0, 9)),
    (Ban("r", country="A", commodity="hydroxide"), flows(9, 0, 1, 0), None),
    (ShareCap("r", 0.5, country="A"), flows(2, 1, 1, 1), flows(3, 1, 1, 1)),
    (ShareCap("r", 0.5, country=("A", "B")), flows(1, 1, 2, 2), flows(2, 1, 2, 2)),
    (ShareCap("r", 0.5, country="each"), flows(2, 1, 1, 1), flows(0, 3, 1, 1)),
    (ShareCap("r", 0.5, owner="X"), flows(1, 1, 2, 2), flows(2, 1, 2, 2)),
    (ShareCap("r", 0.5, group="EU"), flows(1, 9, 0, 0), flows(3, 1, 1, 1)),
    (ShareCap("r", 0.5, country="each", outside="EU"), flows(9, 1, 1, 1), flows(1, 3, 1, 1)),
    (ShareFloor("r", 0.5, country="A"), flows(3, 1, 1, 1), flows(1, 1, 1, 1)),
    (ShareFloor("r", 0.5, country=("A", "B")), flows(2, 1, 2, 2), flows(1, 1, 2, 3)),
    (ShareFloor("r", 0.5, owner="X"), flows(2, 1, 2, 2), flows(1, 1, 2, 3)),
    (ShareFloor("r", 0.5, group="EU", **LITHIUM), flows(3, 1, 1, 1), flows(1, 9, 0, 0)),
    (ShareFloor("r", 0.5, country="Z"), flows(0, 0, 0, 0), flows(1, 1, 1, 1)),
    (ShareFloor("r", 0.2, "A", commodity="hydroxide"), flows(9, 9, 0, 0), flows(0, 0, 1, 0)),
    (HHICap("r", 0.5), flows(1, 1, 0, 0), flows(1.1, 1, 0, 0)),
    (HHICap("r", 0.25), flows(1, 0, 0, 2), flows(1, 0, 0, 1.9)),  # recycled: total only
    (HHICap("r", 0.5, each="owner"), flows(1, 0, 2, 0), flows(1, 0, 1, 0)),
    (HHICap("r", 1.0), flows(1, 0, 0, 0), None),
    # r has no country and no owner: many small ones, or one that may be any the stage lacks
    (ShareCap("r", 0.5, country="each", rest="many"), flows(0, 0, 1, 9), None),
    (ShareCap("r", 0.5, country="each", rest="one"), flows(0, 0, 1, 1), flows(0, 0, 1, 2)),
    (ShareCap("r", 0.5, owner="each", rest="one"), flows(0, 0, 1, 1), flows(0, 0, 1, 2)),
    (ShareCap("r", 0.5, country="A", rest="one"), flows(0, 0, 1, 9), flows(3, 1, 1, 1)),
    (ShareCap("r", 0.5, country="Z", rest="one"), flows(0, 0, 1, 1), flows(0, 0, 1, 2)),
    (ShareCap("r", 0.5, country=("A", "Z"), rest="one"), flows(1, 1, 1, 1), flows(1, 0, 1, 1)),
    (ShareCap("r", 0.5, group="EU", rest="one"), flows(0, 1, 0, 2), flows(0, 1, 0, 3)),
    (Ban("r", country="A", rest="one"), flows(0, 1, 1, 9), flows(0.1, 1, 1, 1)),
    (Ban("r", country="Z", rest="many"), flows(1, 1, 1, 9), None),
    (Ban("r", country="Z", rest="one"), flows(1, 1, 1, 0), flows(1, 1, 1, 0.1)),
    (Ban("r", country=("A", "Z"), rest="one"), flows(0, 1, 1, 0), flows(0, 1, 1, 0.1)),
    (Ban("r", country="each", outside="EU", rest="one"), flows(9, 0, 0, 0), flows(9, 0, 0, 1)),
    (HHICap("r", 0.5, rest="one"), flows(0, 0, 1, 1), flows(0, 0, 1, 2)),
    (Ban("r", country="A", allowed_share=0.5), flows(2, 1, 1, 1), flows(3, 1, 1, 1)),
    (MarketAccess("r", 0.5), flows(9, 2, 9, 1), flows(0, 2.1, 0, 0)),
    (MarketAccess("r", 0.5, outside="own"), flows(9, 2, 9, 9), flows(0, 2.1, 0, 0)),
    (RecycledFloor("r", 0.2, "lithium"), flows(1, 1, 0, 1), flows(1, 1, 1, 1)),
    (RecycledFloor("r", 0.2, "lithium", "refining"), flows(0, 0, 4, 1), flows(0, 0, 5, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_a_point_inside_and_a_point_outside(rule, inside, outside):
    assert rule.residual(NETWORK.layout, inside) <= 1e-12
    if outside is not None:
        assert rule.residual(NETWORK.layout, outside) > 1e-3


def rows_hold(rule, x: np.ndarray) -> bool:
    built = rule.build(NETWORK.layout)
    for rows in built.rows:
        body = rows.expanded() @ x
        if (body < rows.lower - 1e-9).any() or (body > rows.upper + 1e-9).any():
            return False
    return all(
        np.linalg.norm(cone.vectors @ x) <= (cone.reach @ x)[0] + cone.offset + 1e-9
        for cone in built.cones
    )


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_rows_and_cones_say_the_same_as_the_residual(rule, inside, outside):
    r = np.random.default_rng(5)
    points = [flows(*p) for p in r.dirichlet(np.ones(4) * 0.7, 200) * r.uniform(1, 30, (200, 1))]
    for x in [inside, *points, *([] if outside is None else [outside])]:
        assert rows_hold(rule, x) == (rule.residual(NETWORK.layout, x) <= 1e-9)


@pytest.mark.parametrize(("rule", "inside", "outside"), TRUTH)
def test_measure_is_the_tightest_limit(rule, inside, outside):
    """At its own measure a point is just inside; a hair tighter and it is outside."""
    layout = NETWORK.layout
    tight = rule.with_limit(rule.measure(layout, inside))
    assert tight.residual(layout, inside) == pytest.approx(0.0, abs=1e-12)
    tighter = tight.limit - rule.sense * 1e-3
    if rule.sense and rule.bounds[0] <= tighter <= rule.bounds[1]:
        assert rule.with_limit(tighter).residual(layout, inside) > 0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ShareCap("c", 40.0, country="each"), r"share is 40; .*\(40 % is written 0.40\)"),
        (lambda: ShareCap("c", -0.1, country="each"), "give between 0 and 1"),
        (lambda: HHICap("h", 0.0), "hhi is 0"),
        (lambda: Capacity("q", float("inf")), "limit_amount is inf"),
        (lambda: Ban("", country="A"), "a Ban has no name"),
        (lambda: RecycledFloor("f", float("nan"), "lithium"), "share is nan"),
        (lambda: MarketAccess("m", 25.0), r"share is 25; .*\(40 % is written 0.40\)"),
        (lambda: ShareCap("c", 0.4, country="each", rest="some"), "rest is 'some'; give 'many'"),
        (lambda: Ban("b", country="A", rest=""), "rest is ''; give 'many'"),
        (lambda: HHICap("h", 0.3, rest="All"), "or 'one' "),
    ],
)
def test_a_limit_out_of_range_is_refused(make, sentence):
    with pytest.raises(SourcingError, match=sentence):
        make()


def test_two_stages_want_a_name():
    goods = (
        Commodity("ore", material="Ni", stage="mine"),
        Commodity("s", material="Ni", stage="ref"),
    )
    network = Network(
        goods,
        (Node("a"),),
        tuple(Supply("a", g, 1.0, route=r) for g in ("ore", "s") for r in ("primary", "recycled")),
        (Process("p", "a", {"ore": 1.0}, {"s": 1.0}),),
        demands=(Demand("a", "s"),),
    )
    with pytest.raises(SourcingError, match="name the stage, one of mine, ref"):
        RecycledFloor("f", 0.1, "Ni").build(network.layout)
    assert RecycledFloor("f", 0.1, "Ni", "ref").build(network.layout).rows


def test_units_are_not_added_up():
    goods = (Commodity("ore", contents={"Ni": 0.1}), Commodity("Ni"))
    network = Network(goods, (Node("a"),), (Supply("a", "ore", 1.0), Supply("a", "Ni", 1.0)))
    with pytest.raises(SourcingError, match="counted in different units"):
        ShareCap("c", 0.5, country="each", material="Ni").build(network.layout)


def test_a_group_sees_the_unnamed_only_as_one():
    """A node without a country may be in the group, one with a country and no group is not."""
    many = ShareCap("r", 0.5, group="EU")
    one = ShareCap("r", 0.5, group="EU", rest="one")
    x = flows(0, 0, 1, 2)
    assert many.measure(NETWORK.layout, x) == 0.0
    assert one.measure(NETWORK.layout, x) == pytest.approx(2 / 3)
    assert one.measure(NETWORK.layout, flows(0, 3, 1, 0)) == 0.0


def test_what_is_not_counted_is_seen_by_its_name_alone():
    goods = (
        Commodity("salt", material="nickel", stage="refining"),
        Commodity("scrap", material="nickel", stage="refining", counted=False),
    )
    network = Network(
        goods,
        (Node("a", "A"), Node("b", "B")),
        (Supply("a", "salt", 1.0), Supply("b", "scrap", 1.0)),
        demands=(Demand("a", "salt"), Demand("b", "scrap")),
    )
    x = np.array([1.0, 3.0, 1.0, 3.0])
    by_material = ShareCap("c", 0.5, country="each", material="nickel")
    assert by_material.measure(network.layout, x) == 1.0  # A, of salt alone
    assert ShareCap("c", 0.5, country="B").measure(network.layout, x) == 0.0
    assert ShareCap("c", 0.5, country="B", commodity="scrap").measure(network.layout, x) == 1.0
