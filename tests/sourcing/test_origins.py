"""Duty by a label of origin that travels with the goods."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from calculator.sourcing import (
    Arc,
    Commodity,
    Demand,
    DemandAtLeast,
    HHICap,
    Network,
    Node,
    Process,
    ShareCap,
    SourcingError,
    Supply,
    solve,
)
from calculator.sourcing.expansion.origins import by_value, with_origins
from calculator.sourcing.expansion.over_time import over_time
from calculator.sourcing.reading.expand import expanded

DUTY = {"CHN": 0.25, "KOR": 0.0}


def make_trade(base="fob", capacity=inf, **port):
    """Cells from China and Korea to the US, straight or through a Mexican port."""
    to_us = {"customs_value_per_unit": 100.0, "duty_by_origin": DUTY, "duty_base": base}
    return Network(
        commodities=(Commodity("cell", stage="cell"),),
        nodes=(
            Node("fab", "CHN"), Node("plant", "KOR"), Node("port", "MEX"), Node("market", "USA"),
        ),
        supplies=(
            Supply("fab", "cell", 70.0, id="chinese"), Supply("plant", "cell", 90.0, id="korean"),
        ),
        arcs=(
            Arc("fab", "market", "cell", 8.0, 0.1, **to_us),
            Arc("fab", "port", "cell", 2.0),
            Arc("plant", "market", "cell", 4.0, 0.1, **to_us),
            Arc("port", "market", "cell", 1.0, 0.1, capacity=capacity, **{**to_us, **port}),
        ),
        demands=(Demand("market", "cell", 10.0),),
    )  # fmt: skip


def test_without_duty_by_origin_nothing_changes(chain):
    network, _ = chain(3)
    assert with_origins(network) is network


def test_a_third_country_changes_no_duty():
    """70 + 3 freight + 25 through Mexico, 70 + 8 + 25 straight, 90 + 4 from Korea."""
    network = with_origins(make_trade())
    korean = solve(network)
    assert korean.cost == pytest.approx(10 * 94)
    assert korean.cost_by_kind["duty"] == 0.0
    only = replace(network, supplies=tuple(s for s in network.supplies if s.id == "chinese"))
    chinese = solve(only)
    assert chinese.cost == pytest.approx(10 * (73 + 25))
    assert chinese.cost_by_kind["duty"] == pytest.approx(250.0)
    last = next(s for s in chinese.shipments if s.target == "market")
    assert (last.source, last.origin) == ("port", "CHN")
    assert chinese.unique


def test_without_labels_the_port_would_wash_the_origin():
    """The plain network knows one rate for a lane; this is what the labels are for."""
    assert solve(make_trade()).cost == pytest.approx(10 * (73 + 10))


@pytest.mark.parametrize(("base", "value"), [("fob", 100.0), ("cif", 101.0)])
def test_the_customs_value_is_fob_or_cif(base, value):
    network = with_origins(make_trade(base))
    only = replace(network, supplies=network.supplies[:1])
    assert solve(only).cost == pytest.approx(10 * (73 + 0.25 * value))


def test_an_origin_not_named_pays_the_rate_of_the_lane():
    trade = make_trade()
    trade = replace(trade, nodes=(Node("fab", "VNM"), *trade.nodes[1:]))
    assert solve(with_origins(trade)).cost == pytest.approx(10 * (73 + 10))
    nowhere = replace(trade, nodes=(Node("fab"), *trade.nodes[1:]))
    assert solve(with_origins(nowhere)).cost == pytest.approx(10 * (73 + 10))


def test_a_declared_origin_holds_on_its_lane():
    assert solve(with_origins(make_trade(origin="KOR"))).cost == pytest.approx(10 * 73)


def test_origins_share_the_capacity_of_a_lane():
    """4 through the port, of both origins together; Korea may use it too, but has no need."""
    trade = make_trade(capacity=4.0)
    arcs = (*trade.arcs, Arc("plant", "port", "cell", 1.0))
    trade = replace(trade, arcs=arcs, supplies=(
        Supply("fab", "cell", 70.0, 3.0, id="chinese"), Supply("plant", "cell", 60.0, id="korean"),
    ))  # fmt: skip
    plan = solve(with_origins(trade))
    through = [s for s in plan.shipments if s.target == "market" and "port" in s.source]
    assert sum(s.quantity for s in through) == pytest.approx(4.0)
    assert plan.cost == pytest.approx(4 * 62 + 6 * 64)


def make_factory(origin_from, **more):
    """Chinese and Japanese cells made into packs in Mexico, for the US."""
    return Network(
        commodities=(Commodity("cell"), Commodity("pack")),
        nodes=(
            Node("fab", "CHN"), Node("plant", "JPN"), Node("works", "MEX"), Node("market", "USA"),
        ),
        supplies=(Supply("fab", "cell", 70.0), Supply("plant", "cell", 80.0)),
        processes=(
            Process("assemble", "works", {"cell": 1.0}, {"pack": 1.0},
                    conversion_cost_per_unit=5.0, origin_from=origin_from, **more),
        ),
        arcs=(
            Arc("fab", "works", "cell"),
            Arc("plant", "works", "cell"),
            Arc("works", "market", "pack", 0.0, 0.0, 100.0, duty_by_origin={"CHN": 0.25}),
        ),
        demands=(Demand("market", "pack", 10.0),),
    )  # fmt: skip


def test_the_last_substantial_processing_gives_the_origin():
    assert solve(with_origins(make_factory(None))).cost == pytest.approx(10 * 75)


def test_content_follows():
    """75 + 25 for Chinese content, 85 for Japanese."""
    plan = solve(with_origins(make_factory("cell")))
    assert plan.cost == pytest.approx(10 * 85)
    assert plan.share_of("JPN", "cell") == pytest.approx(1.0)
    assert plan.share_of("MEX", "pack") == pytest.approx(1.0)  # made there, whatever its label


def test_variants_share_the_capacity_of_a_process():
    network = replace(
        make_factory("cell", capacity=10.0), demands=(Demand("market", "pack", 11.0),)
    )
    assert solve(with_origins(network)).status == "infeasible"
    network = replace(network, demands=(Demand("market", "pack", 10.0),))
    assert solve(with_origins(network)).cost == pytest.approx(10 * 85)


@pytest.mark.parametrize(("worth", "cost"), [(60.0, 85.0), (160.0, 75.0)])
def test_the_majority_of_value(worth, cost):
    """A pack worth 160 is Mexican (more than half is added there), one worth 60 is not."""
    network = by_value(make_factory(None), {"cell": 55.0, "pack": worth})
    assert solve(with_origins(network)).cost == pytest.approx(10 * cost)


def test_the_threshold_of_value_is_inclusive_and_what_is_set_stays():
    network = make_factory(None)
    assert by_value(network, {"cell": 50.0, "pack": 100.0}).processes[0].origin_from is None
    low = by_value(network, {"cell": 51.0, "pack": 100.0})
    assert low.processes[0].origin_from == "cell"
    assert by_value(low, {"cell": 1.0, "pack": 100.0}) == low
    with pytest.raises(SourcingError, match="'pack' has none"):
        by_value(network, {"cell": 1.0})


def test_rules_and_demands_go_on_naming_the_plain_good():
    network = with_origins(make_trade())
    cap = ShareCap("cap", 0.6, country="KOR", commodity="cell")
    plan = solve(network, [cap])
    assert plan.share_of("KOR", "cell", "cell") == pytest.approx(0.6)
    assert plan.cost == pytest.approx(6 * 94 + 4 * 98)
    spread = solve(network, [HHICap("hhi", 0.5, material="cell", stage="cell")])
    assert spread.share_of("CHN", "cell", "cell") == pytest.approx(0.5, abs=1e-6)
    assert solve(network, [DemandAtLeast("more", 20.0, "cell")]).cost == pytest.approx(20 * 94)


def test_origin_from_must_be_an_input():
    with pytest.raises(SourcingError, match="origin_from 'cel' is no input"):
        make_factory("cel")


@pytest.mark.parametrize(("rate", "said"), [(-0.1, "is negative"), (inf, "is infinite")])
def test_duty_by_origin_must_be_a_rate(rate, said):
    with pytest.raises(SourcingError, match=f"duty_by_origin of 'CHN' {said}"):
        make_trade(duty_by_origin={"CHN": rate})


def test_a_process_its_content_never_reaches_is_left_out():
    network = make_factory("cell")
    network = replace(
        network,
        supplies=(Supply("market", "pack", 500.0),),
        arcs=network.arcs[2:],
    )
    told = with_origins(network)
    assert told.notes == ("process 'assemble' is left out: no 'cell' reaches it.",)
    assert solve(told).cost == pytest.approx(5000.0)


def test_labels_travel_over_time():
    changes = {"b": {"arcs": {"pack works to market": {"duty_by_origin": {"CHN": 0.05}}}}}
    network = with_origins(over_time(make_factory("cell"), ["a", "b"], changes))
    assert solve(network).cost == pytest.approx(10 * 85 + 10 * 80)


def test_a_file_needs_no_section_for_labels():
    faults: list[str] = []
    found, _ = expanded(make_factory("cell"), {}, faults)
    assert (faults, solve(found).cost) == ([], pytest.approx(850.0))
    sections = {"origin_by_value": {"prices": {"cell": 50, "pack": 60}, "threshold": "40 %"}}
    found, _ = expanded(make_factory(None), sections, faults)
    assert (faults, solve(found).cost) == ([], pytest.approx(850.0))
    expanded(make_factory(None), {"origin_by_value": {"price": {}}}, faults)
    assert "origin_by_value is read as {prices: {good: price}, threshold: 0.5}" in faults[0]


def test_what_is_decided_before_holds_for_each_origin():
    """Lanes of two origins, shipped before it is known whether China's duty falls."""
    sections = {
        "outcomes": {
            "falls": {"probability": 0.5, "supplies": {"chinese": {"price_per_unit": 40.0}}},
            "stays": 0.5,
        },
        "first_stage": ["chinese", "korean", "by port", "from Korea to the port"],
    }
    trade = make_trade()
    arcs = (*trade.arcs, Arc("plant", "port", "cell", 1.0, id="from Korea to the port"))
    arcs = tuple(replace(a, id="by port") if a.source == "port" else a for a in arcs)
    faults: list[str] = []
    network, rules = expanded(replace(trade, arcs=arcs), sections, faults)
    assert faults == []
    plan = solve(network, rules)
    tied = {names[0] for names in rules[0].copies}
    assert {"arc by port @ falls (CHN)", "arc by port @ falls (KOR)"} <= tied
    assert plan.cost == pytest.approx(10 * (0.5 * (40 + 70) + 3 + 25))
