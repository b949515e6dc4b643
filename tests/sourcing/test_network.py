"""Validation of a network and the matrices it becomes."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Commodity,
    Demand,
    Network,
    Node,
    Process,
    SourcingError,
    Supply,
)


def faults(**changes: object) -> tuple[str, ...]:
    parts: dict[str, object] = {"commodities": (Commodity("x"),), "nodes": (Node("a"), Node("b"))}
    with pytest.raises(SourcingError, match="The network cannot be used") as caught:
        Network(**(parts | changes))  # type: ignore[arg-type]
    return caught.value.faults


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"currency": "USD"}, "currency 'USD' does not name a currency and its year"),
        ({"nodes": (Node("a"), Node("a"))}, "node id 'a' is used 2 times"),
        ({"supplies": (Supply("aa", "x", 1.0),)}, "unknown node 'aa'; did you mean 'a'?"),
        ({"supplies": (Supply("a", "y", 1.0),)}, "unknown commodity 'y'; known: x."),
        ({"supplies": (Supply("a", "x", 1.0, -3.0),)}, "capacity is negative (-3)"),
        ({"supplies": (Supply("a", "x", nan),)}, "price_per_unit is nan; give a finite number"),
        ({"supplies": (Supply("a", "x", 1.0, nan),)}, "capacity is not a number"),
        ({"arcs": (Arc("a", "a", "x"),)}, "leads back to its own node"),
        ({"arcs": (Arc("a", "b", "x", -1.0),)}, "freight_per_unit is negative"),
        ({"arcs": (Arc("a", "b", "x", duty_base="ddp"),)}, "duty_base is 'fob' or 'cif'"),
        ({"demands": (Demand("a", "x", inf),)}, "amount is infinite"),
        ({"demands": (Demand("a", "x", 5.0, limit=4.0),)}, "limit 4 is below the amount 5"),
        ({"processes": (Process("p", "a", {"x": 1.0}, {}),)}, "makes nothing"),
        ({"processes": (Process("p", "a", {}, {"x": 0.0}),)}, "above 0"),
        ({"processes": (Process("p", "a", {"x": 1}, {"x": 2}),)}, "both uses and makes 'x'"),
        ({"processes": (Process("p", "a", {}, {"x": 1.0}),)}, "'x' has no way out of node 'a'"),
        ({"commodities": (Commodity("x", contents={"Ni": -1}),)}, "content of 'Ni' is negative"),
        (
            {"commodities": (Commodity("x"), Commodity("y", "t", "x"))},
            "'x' and 'y' are both 'x' at one stage but in different units",
        ),
    ],
)
def test_each_fault_is_one_sentence(changes, sentence):
    found = faults(**changes)
    assert len(found) == 1
    assert sentence in found[0]


def test_all_faults_at_once():
    found = faults(
        currency="USD",
        supplies=(Supply("q", "x", 1.0, -1.0), Supply("a", "z", 1.0)),
        arcs=(Arc("a", "c", "x"),),
    )
    assert len(found) == 5


def test_element_balance_is_asserted():
    goods = (Commodity("ore", contents={"Ni": 0.1}), Commodity("salt", contents={"Ni": 0.2}))
    recipe = Process("leach", "a", {"ore": 2.0}, {"salt": 1.0}, yields={"Ni": 0.9})
    found = faults(commodities=goods, processes=(recipe,), demands=(Demand("a", "salt"),))
    assert found == (
        "process 'leach': Ni out is 0.2 kg but yield 0.9 x 0.2 kg in is 0.18; "
        "correct the recipe or the yield.",
    )


def test_matrices():
    network = Network(
        (Commodity("ore"), Commodity("salt")),
        (Node("m", "A"), Node("p", "B")),
        (Supply("m", "ore", 3.0, 10.0),),
        (Process("leach", "p", {"ore": 2.0}, {"salt": 1.0}, conversion_cost_per_unit=4.0),),
        (Arc("m", "p", "ore", 0.5, 0.1, 3.0),),
        (Demand("p", "salt", 4.0, limit=6.0),),
    )
    layout = network.layout
    assert layout.n == 4
    assert layout.lower.tolist() == [0, 0, 0, 4]
    assert layout.upper.tolist() == [10, inf, inf, 6]
    assert layout.cost == pytest.approx([3.0, 4.0, 0.5 + 0.3, 0.0])
    goods = [network.commodities[k].id for k in layout.pair_commodity]
    nodes = [network.nodes[k].id for k in layout.pair_node]
    rows = dict(zip(zip(goods, nodes, strict=True), layout.balance.toarray().tolist(), strict=True))
    assert rows == {
        ("ore", "m"): [1, 0, -1, 0],
        ("ore", "p"): [0, -2, 1, 0],
        ("salt", "p"): [0, 1, 0, -1],
    }
    assert layout.labels == (
        "supply ore at m",
        "process leach",
        "arc ore m to p",
        "demand salt at p",
    )


def test_two_tranches_of_one_supply_have_two_names():
    network = Network(
        (Commodity("x"),),
        (Node("a"),),
        (Supply("a", "x", 1.0, 2.0), Supply("a", "x", 3.0)),
        demands=(Demand("a", "x", 5.0),),
    )
    assert network.layout.labels[:2] == ("supply x at a", "supply x at a #2")


def test_a_large_network_has_one_entry_a_flow_end():
    n = 60
    nodes = tuple(Node(f"n{k}") for k in range(2 * n))
    arcs = tuple(Arc(f"n{i}", f"n{n + k}", "x") for i in range(n) for k in range(n))
    layout = Network((Commodity("x"),), nodes, arcs=arcs).layout
    assert layout.balance.shape == (2 * n, n * n)
    assert layout.balance.nnz == 2 * n * n
    assert np.abs(layout.balance.sum(axis=0)).max() == 0
