"""Properties that hold on any network, on random ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.sourcing import HHICap, Network, ShareCap, solve

few = settings(max_examples=12, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)


@few
@given(seed=seeds, tighter=st.floats(0.8, 0.999))
def test_cost_never_falls_when_a_rule_tightens(chain, seed, tighter):
    network, rules = chain(seed)
    before = solve(network, rules, tie_break=False)
    for k, rule in enumerate(rules):
        limit = rule.limit * tighter if rule.sense > 0 else rule.limit / tighter
        tight = [*rules[:k], rule.with_limit(limit), *rules[k + 1 :]]
        after = solve(network, tight, tie_break=False)
        assert after.status in ("optimal", "infeasible")
        if after.status == "optimal":
            assert after.cost >= before.cost * (1 - 1e-7)


@few
@given(seed=seeds, more=st.floats(1.01, 3.0))
def test_cost_never_rises_when_capacity_is_added(chain, seed, more):
    network, rules = chain(seed)
    before = solve(network, rules, tie_break=False)
    wider = replace(
        network,
        supplies=tuple(replace(s, capacity=s.capacity * more) for s in network.supplies),
        processes=tuple(replace(p, capacity=p.capacity * more) for p in network.processes),
    )
    assert solve(wider, rules, tie_break=False).cost <= before.cost * (1 + 1e-7)


@few
@given(seed=seeds)
def test_order_of_records_changes_nothing(chain, seed):
    one, two = (solve(*chain(seed, shuffled=shuffled)) for shuffled in (False, True))
    assert one.cost == pytest.approx(two.cost, rel=1e-7)
    assert one.unique == two.unique
    shares = {(r.material, r.stage, r.country, r.route): r.share for r in one.shares}
    others = {(r.material, r.stage, r.country, r.route): r.share for r in two.shares}
    for key in shares.keys() | others.keys():
        assert shares.get(key, 0.0) == pytest.approx(others.get(key, 0.0), abs=1e-5)


@few
@given(seed=seeds)
def test_hhi_cap_of_one_is_no_rule(chain, seed):
    network, rules = chain(2 * (seed // 2))
    free = solve(network, rules)
    capped = solve(network, [*rules, HHICap("one", 1.0), ShareCap("all", 1.0, country="each")])
    assert capped.cost == pytest.approx(free.cost, rel=1e-9)


@few
@given(seed=seeds)
def test_mass_in_is_mass_out_at_every_node(chain, seed):
    network, rules = chain(seed)
    plan = solve(network, rules)
    balance = network.layout.balance
    miss = np.abs(balance @ plan.x)
    assert (miss <= 1e-9 * (abs(balance) @ plan.x) + 1e-12 * plan.x.max()).all()


@few
@given(seed=seeds)
def test_splitting_a_node_in_two_halves_changes_nothing(chain, seed):
    network, rules = chain(seed)
    whole, split = solve(network, rules), solve(halved(network, "mine0"), rules)
    assert split.cost == pytest.approx(whole.cost, rel=1e-7)
    for row in whole.shares:
        there = sum(
            r.share
            for r in split.shares
            if (r.material, r.stage, r.country, r.route)
            == (row.material, row.stage, row.country, row.route)
        )
        assert there == pytest.approx(row.share, abs=1e-5)


def halved(network: Network, name: str) -> Network:
    """Split a node with its supplies and outgoing arcs into two of half the capacity."""
    twin = name + " twin"
    node = next(n for n in network.nodes if n.id == name)
    supplies = [s for s in network.supplies if s.node != name]
    for s in network.supplies:
        if s.node == name:
            half = replace(s, capacity=s.capacity / 2)
            supplies += [half, replace(half, node=twin)]
    lanes = [replace(a, source=twin) for a in network.arcs if a.source == name]
    return replace(
        network,
        nodes=(*network.nodes, replace(node, id=twin)),
        supplies=tuple(supplies),
        arcs=(*network.arcs, *lanes),
    )


@few
@given(seed=seeds, factor=st.floats(1e-3, 1e3))
def test_cost_scales_with_prices(chain, seed, factor):
    network, rules = chain(seed)
    dearer = replace(
        network,
        supplies=tuple(
            replace(s, price_per_unit=s.price_per_unit * factor) for s in network.supplies
        ),
        processes=tuple(
            replace(p, conversion_cost_per_unit=p.conversion_cost_per_unit * factor)
            for p in network.processes
        ),
        arcs=tuple(
            replace(
                a,
                freight_per_unit=a.freight_per_unit * factor,
                customs_value_per_unit=a.customs_value_per_unit * factor,
            )
            for a in network.arcs
        ),
    )
    before, after = solve(network, rules), solve(dearer, rules)
    assert after.cost == pytest.approx(factor * before.cost, rel=1e-6)


@few
@given(seed=seeds)
def test_cost_parts_sum_and_shares_sum_to_one(chain, seed):
    network, rules = chain(seed)
    plan = solve(network, rules)
    assert plan.cost == sum(plan.cost_by_kind.values())
    assert plan.cost == pytest.approx(network.layout.cost @ plan.x, rel=1e-12)
    totals: dict[object, float] = {}
    for row in plan.shares:
        key = (row.material, row.stage)
        totals[key] = totals.get(key, 0.0) + row.share
    assert all(total == pytest.approx(1.0) for total in totals.values())
    for rule in rules:
        assert rule.residual(network.layout, plan.x) <= 1e-6 * max(rule.limit, 1.0)
