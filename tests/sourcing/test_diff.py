"""The table of changes and the cost bridge, which adds up whatever the two plans are."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

import pytest

from calculator.sourcing import ShareCap, SourcingError, solve
from calculator.sourcing.answers.diff import diff


def adds_up(found):
    total = fsum([found.cost_before, *(item.amount for item in found.bridge)])
    size = abs(found.cost_before) + sum(abs(item.amount) for item in found.bridge)
    assert abs(total - found.cost_after) <= 1e-13 * size
    for fields in (("kind",), ("material", "stage"), ("effect",)):
        assert fsum(found.by(*fields).values()) == pytest.approx(found.change, abs=1e-13 * size)


def test_the_same_plan_differs_in_nothing(chain):
    plan = solve(*chain(2))
    found = diff(plan, plan)
    assert found.bridge == found.shares == found.flows == found.limits == ()
    assert found.change == 0.0


def test_volume_mix_and_price_by_hand(market):
    """10 kg at 6/4 become 20 kg at 6/14, and the second price rises from 2 to 3."""
    before = solve(market([1.0, 2.0], 10.0, [6.0, 20.0]))
    after = solve(market([1.0, 3.0], 20.0, [6.0, 20.0]))
    found = diff(before, after)
    assert (found.cost_before, found.cost_after) == (14.0, 48.0)
    assert found.by("effect") == pytest.approx(
        {
            ("volume",): 14.0,  # twice of all
            ("mix",): 1 * (6 - 12) + 2 * (14 - 8),
            ("price",): 14.0,
        }
    )
    assert found.by("kind") == pytest.approx({("price",): 34.0})
    adds_up(found)


def test_a_tightened_cap_is_told(market):
    network = market([1.0, 2.0], 10.0)
    plans = [solve(network, [ShareCap("cap", c, country="each")]) for c in (0.8, 0.6)]
    found = diff(*plans)
    adds_up(found)
    assert {(s.country, round(s.before, 6), round(s.after, 6)) for s in found.shares} == {
        ("A", 0.8, 0.6),
        ("B", 0.2, 0.4),
    }
    cap = next(m for m in found.limits if m.name == "cap")
    assert (cap.before.limit, cap.after.limit) == (0.8, 0.6)
    assert {f.id: (f.before, f.after) for f in found.flows}["supply nickel at S0"] == (
        pytest.approx(8.0),
        pytest.approx(6.0),
    )
    assert found.by("effect") == pytest.approx({("mix",): 2.0})


@pytest.mark.parametrize("seeds", [(0, 2), (1, 3), (4, 5), (6, 11)])
def test_plans_of_different_networks_add_up(chain, seeds):
    """Other sizes, other numbers of nodes: what does not match is new or gone."""
    before, after = (solve(*chain(seed)) for seed in seeds)
    found = diff(before, after)
    adds_up(found)
    assert set(found.only_before).isdisjoint(found.only_after)
    effects = {item.effect for item in found.bridge}
    assert ("gone" in effects) <= bool(found.only_before)
    assert ("new" in effects) <= bool(found.only_after)


def test_a_record_of_one_plan_is_new_or_gone(market):
    before, after = solve(market([1.0, 2.0], 9.0)), solve(market([5.0, 2.0, 1.5], 9.0))
    found = diff(before, after)
    assert found.only_after == ("supply nickel at S2", "arc nickel S2 to M")
    assert found.by("effect") == pytest.approx({("new",): 13.5, ("mix",): -9.0})
    adds_up(found)
    back = diff(after, before)
    assert back.by("effect") == pytest.approx({("gone",): -13.5, ("mix",): 45.0, ("price",): -36.0})
    adds_up(back)


def test_a_charge_of_a_rule_is_an_item(market):
    """What a rule charges has no flow; it is told by kind."""
    plan = solve(market([1.0, 2.0], 9.0))
    charged = replace(plan, cost_by_kind={**plan.cost_by_kind, "carbon": 4.0})
    found = diff(plan, charged)
    assert [(i.kind, i.effect, i.amount) for i in found.bridge] == [("carbon", "charge", 4.0)]
    adds_up(found)


def test_faults_are_sentences(market):
    plan = solve(market([1.0], 9.0))
    euro = solve(replace(market([1.0], 9.0), currency="EUR_2025"))
    with pytest.raises(SourcingError, match=r"USD_2024, the other in EUR_2025; state both"):
        diff(plan, euro)
    with pytest.raises(SourcingError, match="the plan after is infeasible"):
        diff(plan, solve(market([1.0], 9.0, 1.0)))
