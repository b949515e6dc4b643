"""A plan under several outcomes: two stages, what knowing is worth, rules in each outcome."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Commodity,
    Demand,
    HHICap,
    Network,
    Node,
    Process,
    ShareCap,
    SourcingError,
    Supply,
    explain,
    solve,
)
from calculator.sourcing.answers.information import average_network, value_of_information
from calculator.sourcing.expansion.capacity import Expansion
from calculator.sourcing.expansion.lives import Life, Weibull
from calculator.sourcing.expansion.over_outcomes import over_outcomes
from calculator.sourcing.expansion.over_time import over_time
from calculator.sourcing.expansion.store import Storage
from calculator.sourcing.network import Outcome
from calculator.sourcing.reading.expand import expanded
from calculator.sourcing.rules.decided import Decided, SameInAll
from calculator.sourcing.scope import counted

CROPS = ("plant wheat", "plant corn", "plant beets")


def make_farm():
    """The farmer's problem (Birge and Louveaux, Introduction to Stochastic Programming, 1.1).

    500 acres; wheat, corn and beets at 150, 230 and 260 an acre yield 2.5, 3 and 20 t; feed of
    200 t wheat and 240 t corn, bought at 238 and 210, sold at 170 and 150; beets sell at 36 up
    to 6000 t and at 10 beyond.
    """
    return Network(
        commodities=(
            Commodity("land", "acre"), Commodity("wheat", "t"),
            Commodity("corn", "t"), Commodity("beets", "t"),
        ),
        nodes=(Node("farm"),),
        supplies=(
            Supply("farm", "land", 0.0, 500.0),
            Supply("farm", "wheat", 238.0), Supply("farm", "corn", 210.0),
        ),
        processes=(
            Process("plant wheat", "farm", {"land": 1.0}, {"wheat": 2.5},
                    conversion_cost_per_unit=150.0),
            Process("plant corn", "farm", {"land": 1.0}, {"corn": 3.0},
                    conversion_cost_per_unit=230.0),
            Process("plant beets", "farm", {"land": 1.0}, {"beets": 20.0},
                    conversion_cost_per_unit=260.0),
        ),
        demands=(
            Demand("farm", "wheat", 200.0, exact=True, id="wheat feed"),
            Demand("farm", "corn", 240.0, exact=True, id="corn feed"),
            Demand("farm", "wheat", value_per_unit=170.0, id="wheat sold"),
            Demand("farm", "corn", value_per_unit=150.0, id="corn sold"),
            Demand("farm", "beets", value_per_unit=36.0, limit=6000.0, id="quota"),
            Demand("farm", "beets", value_per_unit=10.0, id="beyond"),
        ),
    )  # fmt: skip


def yields(bad, good):
    """The three years of the farmer, by the factor on all yields."""
    factors = {"bad": bad, "fair": 1.0, "good": good}
    changes = {
        name: {"processes": {crop: {"outputs_factor": factor} for crop in CROPS}}
        for name, factor in factors.items()
    }
    return [Outcome(name, 1 / 3) for name in factors], changes


def test_the_farmer():
    found = value_of_information(make_farm(), *yields(0.8, 1.2), CROPS)
    assert found.recourse == pytest.approx(-108_390, abs=0.5)
    assert found.wait_and_see == pytest.approx(-115_406, abs=0.5)
    assert found.of_average == pytest.approx(-107_240, abs=0.5)
    assert found.perfect_information == pytest.approx(7_016, abs=0.5)
    assert found.stochastic_solution == pytest.approx(1_150, abs=0.5)
    x = dict(zip(found.plan.layout.labels, found.plan.x, strict=True))
    for outcome in ("bad", "fair", "good"):
        acres = [x[f"process {crop} @ {outcome}"] for crop in CROPS]
        assert acres == pytest.approx([170.0, 80.0, 250.0])


def test_the_farmer_who_knows_the_average():
    plan = solve(average_network(make_farm(), *yields(0.8, 1.2)))
    assert plan.cost == pytest.approx(-118_600)


def newsvendor(cost, price, salvage, demands):
    """Buy before demand is known, sell at a price, the rest at a salvage value."""
    network = Network(
        commodities=(Commodity("paper"),),
        nodes=(Node("stand"),),
        supplies=(Supply("stand", "paper", cost, id="order"),),
        demands=(
            Demand("stand", "paper", value_per_unit=price, limit=0.0, id="sold"),
            Demand("stand", "paper", value_per_unit=salvage, id="left"),
        ),
    )
    outcomes = [Outcome(f"{d:g}", 1 / len(demands)) for d in demands]
    changes = {f"{d:g}": {"demands": {"sold": {"limit": d}}} for d in demands}
    return over_outcomes(network, outcomes, changes, ["order"])


@pytest.mark.parametrize(("cost", "price", "salvage"), [(5, 9, 1), (3, 10, 0), (8, 9, 2)])
def test_newsvendor(cost, price, salvage):
    """Q* = F^-1((p - c)/(p - s))."""
    demands = np.arange(1.0, 21.0) * 7
    plan = solve(*newsvendor(cost, price, salvage, demands))
    ratio = (price - cost) / (price - salvage)
    best = demands[int(np.ceil(ratio * len(demands) - 1e-9)) - 1]
    order = next(s.quantity for s in plan.sources if s.id.startswith("supply order"))
    assert order == pytest.approx(best)
    sold = np.minimum(demands, best)
    profit = np.mean(price * sold + salvage * (best - sold)) - cost * best
    assert plan.cost == pytest.approx(-profit)


def make_contract(penalty=40.0):
    """Contracts with A and B signed before it is known whether A fails; a shortage costs."""
    return Network(
        commodities=(Commodity("contract of A"), Commodity("contract of B"), Commodity("nickel")),
        nodes=(Node("A", "A"), Node("B", "B"), Node("M")),
        supplies=(
            Supply("A", "contract of A", 10.0, 100.0, id="sign A"),
            Supply("B", "contract of B", 14.0, 100.0, id="sign B"),
            Supply("M", "nickel", penalty, id="shortage"),
        ),
        processes=(
            Process("mine A", "A", {"contract of A": 1.0}, {"nickel": 1.0}),
            Process("mine B", "B", {"contract of B": 1.0}, {"nickel": 1.0}),
        ),
        arcs=(Arc("A", "M", "nickel"), Arc("B", "M", "nickel")),
        demands=(
            Demand("M", "nickel", 100.0),
            Demand("A", "contract of A"),
            Demand("B", "contract of B"),
        ),
    )


@pytest.mark.parametrize("p", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("penalty", [20.0, 40.0, 200.0])
def test_two_stages_with_a_shortage(p, penalty):
    """B beside A pays where p x penalty > 14, and instead of A where that is cheaper."""
    outcomes = [Outcome("calm", 1 - p), Outcome("A fails", p)]
    changes = {"A fails": {"processes": {"mine A": {"capacity": 0.0}}}}
    plan = solve(*over_outcomes(make_contract(penalty), outcomes, changes, ["sign A", "sign B"]))
    choices = [10 + p * penalty, 14.0, 24.0, penalty]
    assert plan.cost == pytest.approx(100 * min(choices))


# --- properties ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_one_sure_outcome_is_the_plain_network(chain, seed):
    network, rules = chain(seed)
    flat, ties = over_outcomes(network, [Outcome("all", 1.0)], {}, ["refine0"])
    assert ties == ()
    assert solve(flat, rules).cost == pytest.approx(solve(network, rules).cost, rel=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_an_outcome_split_in_two_halves_changes_nothing(chain, seed):
    network, rules = chain(seed)
    first = ["refine0", "refine1", "ore at mine0"]
    change = {"demands": {"need": {"amount_factor": 0.8}}}
    whole = [Outcome("low", 0.4), Outcome("high", 0.6)]
    halves = [Outcome("low", 0.4), Outcome("h1", 0.3), Outcome("h2", 0.3)]
    costs = []
    for outcomes in (whole, halves):
        flat, ties = over_outcomes(network, outcomes, {"low": change}, first)
        costs.append(solve(flat, (*rules, *ties), tie_break=False).cost)
    assert costs[0] == pytest.approx(costs[1], rel=1e-6)


def test_waiting_is_never_dearer_and_the_average_never_cheaper(chain):
    network, _ = chain(2)
    outcomes = [Outcome("a", 0.5), Outcome("b", 0.5)]
    changes = {"a": {"supplies": {"ore at mine0": {"price_per_unit_factor": 0.5}}}}
    first = ["refine0", "refine1", "refine2"]
    found = value_of_information(network, outcomes, changes, first)
    assert found.perfect_information >= -1e-6 * found.recourse
    assert found.stochastic_solution >= -1e-6 * found.recourse


def test_a_first_stage_cost_counts_once(market):
    outcomes = [Outcome("a", 0.25), Outcome("b", 0.75)]
    flat, ties = over_outcomes(market([3.0], 10.0), outcomes, {}, ["S0"])
    assert solve(flat, ties).cost == pytest.approx(30.0)


def test_time_and_outcomes_together(market):
    """A stock bought at 3 before it is known whether the price is 2 or 10."""
    store = Storage("nickel", "M", 1.0)
    network = over_time(market([3.0], 10.0), ["now", "then"], storage=[store])
    outcomes = [Outcome("up", 0.5), Outcome("down", 0.5)]
    changes = {
        "up": {"supplies": {"nickel at S0 @ then": {"price_per_unit": 10.0}}},
        "down": {"supplies": {"nickel at S0 @ then": {"price_per_unit": 2.0}}},
    }
    flat, ties = over_outcomes(network, outcomes, changes, ["now"])
    plan = solve(flat, ties)
    assert plan.cost == pytest.approx(30 + min(0.5 * 100 + 0.5 * 20, 40))
    # known beforehand: hold where it rises, wait where it falls
    assert solve(flat).cost == pytest.approx(30 + 0.5 * 40 + 0.5 * 20)


def test_a_change_without_a_period_is_in_all(market):
    network = over_time(market([3.0], 10.0), ["now", "then"])
    outcomes = [Outcome("up", 0.5), Outcome("down", 0.5)]
    changes = {"up": {"supplies": {"S0": {"price_per_unit": 10.0}}}}
    flat, _ = over_outcomes(network, outcomes, changes)
    assert solve(flat).cost == pytest.approx(0.5 * 200 + 0.5 * 60)


# --- rules ---------------------------------------------------------------------------------


def test_shares_hold_in_each_outcome(market):
    outcomes = [Outcome("a", 0.5), Outcome("b", 0.5)]
    changes = {"b": {"supplies": {"S1": {"price_per_unit": 0.5}}}}
    flat, _ = over_outcomes(market([1.0, 2.0], 10.0), outcomes, changes)
    scopes = counted(flat.layout, None, None)
    assert [(s.label, s.outcome) for s in scopes] == [("nickel, a", "a"), ("nickel, b", "b")]
    plan = solve(flat, [ShareCap("cap", 0.7, country="each"), HHICap("hhi", 0.55)])
    assert plan.share_of("A", "nickel", outcome="a") == pytest.approx(1 - 0.3418861)
    assert plan.share_of("A", "nickel", outcome="b") == pytest.approx(0.3418861)
    assert plan.share_of("A", "nickel") == pytest.approx(0.5)


def test_sources_before_the_outcome_count_in_each():
    """A first stage stated by hand, on a node in no outcome, is part of every outcome's total."""
    outcomes = (Outcome("a", 0.5), Outcome("b", 0.5))
    nodes = [Node("A", "A"), Node("B a", "B", outcome="a"), Node("B b", "B", outcome="b")]
    nodes += [Node("M a", outcome="a"), Node("M b", outcome="b")]
    network = Network(
        commodities=(Commodity("nickel"),),
        nodes=tuple(nodes),
        supplies=tuple(Supply(n.id, "nickel", 1.0) for n in nodes[:3]),
        arcs=tuple(
            Arc(s, t, "nickel")
            for s, t in (("A", "M a"), ("A", "M b"), ("B a", "M a"), ("B b", "M b"))
        ),
        demands=(Demand("M a", "nickel", 5.0), Demand("M b", "nickel", 5.0)),
        outcomes=outcomes,
    )
    x = np.zeros(network.layout.n)
    x[:3] = (2.0, 3.0, 6.0)  # A, B in a, B in b
    shares = [ShareCap("c", 0.5, country="B").build(network.layout)]
    assert [d for row in shares[0].rows for d in row.details] == ["B, nickel, a", "B, nickel, b"]
    assert ShareCap("c", 0.5, country="B").measure(network.layout, x) == pytest.approx(6 / 8)


def test_same_in_all_is_met_or_missed(market):
    flat, ties = over_outcomes(
        market([1.0], 5.0), [Outcome("a", 0.5), Outcome("b", 0.5)], {}, ["S0"]
    )
    same = ties[0]
    x = np.zeros(flat.layout.n)
    at = [flat.layout.labels.index(f"supply nickel at S0 @ {w}") for w in "ab"]
    x[at] = (4.0, 4.0)
    assert same.residual(flat.layout, x) == 0.0
    x[at] = (4.0, 6.5)
    assert same.residual(flat.layout, x) == pytest.approx(2.5)
    assert replace(same, difference=3.0).residual(flat.layout, x) == pytest.approx(-0.5)


def test_decided_is_met_or_missed(market):
    layout = market([1.0], 5.0).layout
    rule = Decided("order", {"nickel at S0": 4.0})
    x = np.zeros(layout.n)
    x[0] = 4.0
    assert rule.residual(layout, x) == 0.0
    x[0] = 5.0
    assert rule.residual(layout, x) == pytest.approx(0.25)
    with pytest.raises(SourcingError, match="nothing is called 'S9'"):
        Decided("order", {"S9": 1.0}).build(layout)


def test_decisions_that_cannot_be_the_same_say_how_far_apart(market):
    """Exactly 4 in one outcome and 7 in the other, from one decision."""
    network = market([1.0], 4.0, exact=True)
    outcomes = [Outcome("a", 0.5), Outcome("b", 0.5)]
    flat, ties = over_outcomes(
        network, outcomes, {"b": {"demands": {"M": {"amount": 7.0}}}}, ["S0"]
    )
    assert solve(flat, ties).status == "infeasible"
    found = explain(flat, ties)
    assert found.conflict == ("decided before the outcome",)
    assert found.relaxations[0].least == pytest.approx(3.0)
    loose = replace(ties[0], difference=3.0)
    assert solve(flat, [loose]).status == "optimal"


def test_the_price_of_a_difference(market):
    """Finite differences: one decision may be off by d in the other outcome."""
    network = market([1.0, 9.0], 4.0)
    outcomes = [Outcome("a", 0.5), Outcome("b", 0.5)]
    changes = {
        "b": {"demands": {"M": {"amount": 8.0}}, "supplies": {"S0": {"price_per_unit": 3.0}}}
    }
    network = replace(network, demands=(replace(network.demands[0], limit=4.0),))
    changes["b"]["demands"]["M"]["limit"] = 8.0
    flat, ties = over_outcomes(network, outcomes, changes, ["S0"])
    costs = [solve(flat, [replace(ties[0], difference=d)]).cost for d in (1.0, 1.001)]
    plan = solve(flat, [replace(ties[0], difference=1.0)])
    assert plan.marginals[0].shadow_price == pytest.approx((costs[1] - costs[0]) / 0.001)
    assert plan.marginals[0].shadow_price < 0


# --- faults and files ----------------------------------------------------------------------


def test_every_unknown_name_is_told(market):
    with pytest.raises(SourcingError) as fault:
        over_outcomes(
            market([1.0], 5.0), [Outcome("a", 1.0)],
            {"b": {}, "a": {"supplies": {"S7": {"price_per_unit": 2.0}}}}, ["S8"],
        )  # fmt: skip
    told = "\n".join(fault.value.faults)
    for said in ("unknown outcome 'b'", "'S7' is unknown", "first_stage: 'S8' is unknown"):
        assert said in told


def test_probabilities_must_sum_to_one(market):
    with pytest.raises(SourcingError, match=r"sum to 0\.9"):
        over_outcomes(market([1.0]), [Outcome("a", 0.4), Outcome("b", 0.5)])


def test_sections_of_a_file_are_the_same_as_python():
    sections = {
        "outcomes": {
            "bad": {"probability": 1 / 3, "processes": {c: {"yield_factor": 0.8} for c in CROPS}},
            "fair": 1 / 3,
            "good": {"probability": 1 / 3, "processes": {c: {"yield_factor": 1.2} for c in CROPS}},
        },
        "first_stage": list(CROPS),
    }
    faults: list[str] = []
    flat, rules = expanded(make_farm(), sections, faults)
    assert faults == []
    assert isinstance(rules[0], SameInAll)
    assert solve(flat, rules).cost == pytest.approx(-108_390)


def test_an_average_that_has_no_plan_costs_without_end(market):
    """What is best for the average leaves the worst outcome without enough."""
    network = market([1.0, 5.0], 5.0, [inf, 0.0])
    outcomes = [Outcome("a", 0.5), Outcome("b", 0.5)]
    changes = {"b": {"demands": {"M": {"amount": 9.0}}}}
    found = value_of_information(network, outcomes, changes, ["S0"])
    assert found.of_average == inf
    assert found.recourse == pytest.approx(9.0)


def test_outcomes_stated_by_hand_take_no_first_stage(market):
    flat, _ = over_outcomes(market([1.0]), [Outcome("a", 0.5), Outcome("b", 0.5)])
    faults: list[str] = []
    expanded(flat, {"first_stage": ["S0"]}, faults)
    assert "write the rule same_in_all" in faults[0]


@pytest.mark.parametrize("seed", range(3))
def test_everything_together_by_two_solvers(chain, seed):
    """Time, a store, returns, new capacity and outcomes on a random chain with its rules."""
    network, rules = chain(seed)
    need = next(d for d in network.demands if d.id == "need")
    grown = over_time(
        network,
        [2025, 2030],
        {"2030": {"demands": {"need": {"amount_factor": 1.2}}}},
        storage=[Storage("salt", "use", 0.4, loss=0.05, initial=0.1 * need.amount, initial_cost=9)],
        lives=[Life("salt", "slag", Weibull(3.0, 4.0), collection=0.3)],
        expansions=[Expansion("refine0", 2.0, most=0.5 * need.amount)],
        discount_rate=0.06,
    )
    changes = {"dear": {"supplies": {"mine0": {"price_per_unit_factor": 3.0}}}}
    outcomes = [Outcome("dear", 0.4), Outcome("same", 0.6)]
    flat, ties = over_outcomes(grown, outcomes, changes, ["2025", "build refine0"])
    asked = (*rules, *ties)
    plans = [solve(flat, asked, path=path) for path in ("auto", "cvxpy")]
    assert [plan.status for plan in plans] == ["optimal", "optimal"]
    assert plans[0].certificate.ok
    assert plans[0].cost == pytest.approx(plans[1].cost, rel=1e-5)
    waiting = solve(flat, rules, tie_break=False)
    assert waiting.cost <= plans[0].cost * (1 + 1e-6)
    for rule in asked:
        assert rule.residual(flat.layout, plans[0].x) <= 1e-5 * max(need.amount, 1.0)
