"""A plan over periods: stores, lead times, capacity that is built, goods that come back."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Capacity,
    Commodity,
    Demand,
    DemandAtLeast,
    HHICap,
    Network,
    Node,
    Process,
    RecycledFloor,
    ShareCap,
    SourcingError,
    Supply,
    explain,
    from_dict,
    solve,
)
from calculator.sourcing.answers.checks import data_checks
from calculator.sourcing.expansion.capacity import Expansion
from calculator.sourcing.expansion.lives import (
    Fixed,
    Life,
    Normal,
    Weibull,
    return_fractions,
    yearly_fractions,
)
from calculator.sourcing.expansion.over_time import over_time
from calculator.sourcing.expansion.spans import periods_of
from calculator.sourcing.expansion.store import SAME, Storage
from calculator.sourcing.network import Period
from calculator.sourcing.reading.expand import expanded
from calculator.sourcing.scope import counted

LIFETIMES = [Fixed(8), Fixed(0.3), Weibull(3.5, 12.0), Normal(10.0, 3.0)]
CONVENTIONS = ["mid_year", "end_of_year", "start"]


def price(network, period, value, of="S0"):
    """A change of the price of one supplier."""
    return {period: {"supplies": {of: {"price_per_unit": value}}}}


def make_loop(demand=100.0, **recycle):
    """Nickel made into cells; old cells recycled into 0.45 nickel each."""
    return Network(
        commodities=(
            Commodity("nickel", stage="refining"),
            Commodity("cell"),
            Commodity("old cell", counted=False),
        ),
        nodes=(Node("mine", "IDN"), Node("plant", "DEU"), Node("market", "DEU"), Node("works")),
        supplies=(Supply("mine", "nickel", 15.0, id="mined"),),
        processes=(
            Process("make", "plant", {"nickel": 0.5}, {"cell": 1.0}, conversion_cost_per_unit=5.0),
            Process("recycle", "works", {"old cell": 1.0}, {"nickel": 0.45}, "hydromet", **recycle),
        ),
        arcs=(
            Arc("mine", "plant", "nickel"),
            Arc("works", "plant", "nickel"),
            Arc("plant", "market", "cell"),
            Arc("market", "works", "old cell"),
        ),
        demands=(Demand("market", "cell", demand, id="cells"),),
    )


LOOP_LIFE = Life("cell", "old cell", Fixed(1.0), collection=0.8)


# --- survival ------------------------------------------------------------------------------


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("lifetime", LIFETIMES)
def test_all_that_is_sold_comes_back_once(lifetime, convention):
    shares = yearly_fractions(lifetime, 400, convention)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("lifetime", LIFETIMES)
def test_the_mid_year_form(lifetime):
    """S(age - 1/2) - S(age + 1/2), first year 1 - S(1/2)."""
    age = np.arange(1.0, 30.0)
    shares = yearly_fractions(lifetime, 30)
    assert shares[0] == pytest.approx(1 - lifetime.survival(0.5))
    expected = lifetime.survival(age - 0.5) - lifetime.survival(age + 0.5)
    assert shares[1:] == pytest.approx(expected)


def test_a_fixed_life_comes_back_at_its_age():
    assert yearly_fractions(Fixed(8), 12).tolist() == [0.0] * 8 + [1.0] + [0.0] * 3
    assert yearly_fractions(Fixed(8), 12, "end_of_year")[8] == 1.0
    assert yearly_fractions(Fixed(8), 12, "start")[7] == 1.0  # retired by the end of year 7


def test_survival_takes_any_shape_and_is_the_closed_form():
    age = np.array([[-1.0, 0.0], [3.0, 12.0]])
    found = Weibull(2.0, 6.0).survival(age)
    assert found.shape == (2, 2)
    assert found.ravel() == pytest.approx([1.0, 1.0, exp(-0.25), exp(-4.0)])
    assert Normal(10, 1.0).survival(10.0) == pytest.approx(0.5)
    assert Normal(1, 1.0).survival([0.0, 50.0]) == pytest.approx([1.0, 0.0])


def test_periods_of_several_years_add_up_single_ones():
    """Two five-year periods: the first returns of the second are those of the years between."""
    start, length = np.array([2025.0, 2030.0]), np.array([5.0, 5.0])
    shares = return_fractions(Weibull(3, 8), start, length)
    survival = Weibull(3, 8).survival
    assert shares[0] == pytest.approx([1 - survival(2.5), survival(2.5) - survival(7.5)])
    assert shares[1] == pytest.approx([0.0, 1 - survival(2.5)])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Fixed(0), "lifetime: years is 0"),
        (lambda: Weibull(-1, 3), "weibull: shape is -1"),
        (lambda: Normal(5, inf), "normal: deviation is inf"),
        (lambda: Life("a", "b", Fixed(1), convention="mid-year"), "did you mean 'mid_year'"),
        (lambda: Life("a", "b", Fixed(1), collection=80), "between 0 and 1"),
    ],
)
def test_a_life_that_cannot_be(make, said):
    with pytest.raises(SourcingError, match=said):
        make()


# --- periods -------------------------------------------------------------------------------


def test_years_start_then_and_last_until_the_next():
    found = periods_of([2025, 2030, 2040], discount_rate=0.05)
    assert [p.start for p in found] == [2025, 2030, 2040]
    assert [p.length for p in found] == [5, 10, 10]
    assert [p.discount for p in found] == pytest.approx([1, 1.05**-5, 1.05**-15])
    named = periods_of([Period("now", length=2.0), Period("later", 0.8)])
    assert [(p.start, p.length, p.discount) for p in named] == [(0, 2, 1), (2, 2, 0.8)]


def test_periods_must_follow_one_another():
    with pytest.raises(SourcingError, match="list them in order"):
        periods_of([2030, 2025])
    with pytest.raises(SourcingError, match="no periods"):
        periods_of([])


@pytest.mark.parametrize("seed", range(6))
def test_one_period_is_the_plain_network(chain, seed):
    network, rules = chain(seed)
    plan, alone = solve(over_time(network, [2030]), rules), solve(network, rules)
    assert plan.cost == pytest.approx(alone.cost, rel=1e-7)
    assert plan.share_of("C0", "nickel", "mining") == pytest.approx(
        alone.share_of("C0", "nickel", "mining"), abs=1e-5
    )


@pytest.mark.parametrize("seed", range(4))
def test_two_equal_periods_cost_twice(chain, seed):
    network, rules = chain(seed)
    assert solve(over_time(network, ["a", "b"]), rules).cost == pytest.approx(
        2 * solve(network, rules).cost, rel=1e-6
    )


def test_money_counts_by_its_discount(market):
    network = over_time(market([3.0], 10.0), [2025, 2026], discount_rate=0.25)
    assert solve(network).cost == pytest.approx(30 + 30 / 1.25)


def test_changes_are_by_period_and_factor(market):
    changes = {
        "b": {
            "supplies": {"nickel at S0": {"price_per_unit_factor": 2.0, "capacity": 4.0}},
            "demands": {"nickel": {"amount": 5.0}},
        }
    }
    plan = solve(over_time(market([3.0, 7.0], 10.0), ["a", "b"], changes))
    assert plan.cost == pytest.approx(30 + 4 * 6 + 1 * 7)


def test_every_unknown_name_is_told(market):
    changes = {
        "c": {},
        "b": {"supplies": {"S9": {"price_per_unit": 1.0}}, "mines": {}},
        "a": {"supplies": {"S0": {"prize": 1.0}}, "arcs": {"nickel S0 to M": {"source": "S1"}}},
    }
    stores = [Storage("nikel", "M", loss=1.0), Storage("nickel", "M", initial=1.0, final="same")]
    with pytest.raises(SourcingError) as fault:
        over_time(market([3.0, 4.0]), ["a", "b"], changes, storage=stores)
    told = "\n".join(fault.value.faults)
    for said in (
        "unknown period 'c'", "'S9' is unknown", "unknown kind of change 'mines'",
        "'prize' cannot be changed", "'source' cannot be changed", "unknown commodity 'nikel'",
        "loss is 1", "initial_cost is missing", "final is 'same'",
    ):  # fmt: skip
        assert said in told


# --- stores --------------------------------------------------------------------------------


def stored(market, store, dear=9.0, **more):
    """Nickel at 3, then at `dear`; 10 needed in each period."""
    return over_time(
        market([3.0], 10.0), ["a", "b"], price(market, "b", dear), storage=[store], **more
    )


@pytest.mark.parametrize("cost", [1.0, 5.9, 6.1])
def test_goods_are_held_if_that_is_cheaper_than_to_wait(market, cost):
    plan = solve(stored(market, Storage("nickel", "M", cost)))
    assert plan.cost == pytest.approx(30 + 10 * min(3 + cost, 9.0))
    assert plan.cost_by_kind["holding"] == pytest.approx(10 * cost if cost < 6 else 0.0)


def test_what_is_lost_must_be_bought(market):
    plan = solve(stored(market, Storage("nickel", "M", 0.5, loss=0.2)))
    assert plan.cost == pytest.approx(30 + 12.5 * 3.5)
    assert plan.cost_by_kind["holding"] == pytest.approx(12.5 * 0.5)
    bought = {row.period: row.quantity for row in plan.shares}
    assert bought == pytest.approx({"a": 22.5})  # what is kept is not made anew


def test_a_store_holds_its_capacity(market):
    plan = solve(stored(market, Storage("nickel", "M", 0.5, capacity=4.0)))
    assert plan.cost == pytest.approx(30 + 4 * 3.5 + 6 * 9)
    rent = next(m for m in plan.marginals if "stock of nickel at M, a to b" in m.name)
    assert rent.shadow_price == pytest.approx(3.5 - 9)


def test_the_first_stock_is_charged_and_the_last_credited(market):
    first = Storage("nickel", "M", initial=5.0, initial_cost=2.0)
    assert solve(stored(market, first)).cost == pytest.approx(10 + 5 * 3 + 10 * 3)
    same = replace(first, final=SAME)
    assert solve(stored(market, same)).cost == pytest.approx(10 + 5 * 3 + 10 * 3 + 5 * 3)
    worth = replace(first, final_value=4.0, capacity=20.0)
    assert solve(stored(market, worth)).cost == pytest.approx(10 + 25 * 3 - 10 * 4 + 10 * 0 + 0)


def test_the_last_stock_is_no_delivery(market):
    network = stored(market, Storage("nickel", "M", final=50.0))
    plan = solve(network, [DemandAtLeast("more", 12.0, "nickel")])
    assert plan.cost == pytest.approx((12 + 12 + 50) * 3)


@pytest.mark.parametrize("seed", range(5))
def test_mass_in_is_mass_out_with_loss_and_stock(market, seed):
    r = np.random.default_rng(seed)
    loss, initial, final = r.uniform(0, 0.3), r.uniform(0, 20), r.uniform(0, 20)
    changes = {
        p: {
            "supplies": {"S0": {"price_per_unit": r.uniform(1, 9)}},
            "demands": {"nickel": {"amount": r.uniform(1, 9)}},
        }
        for p in "abcd"
    }
    store = Storage("nickel", "M", 0.1, 15.0, loss, initial, 0.5, min(final, 14.0))
    network = over_time(market([3.0], 5.0), list("abcd"), changes, storage=[store])
    plan = solve(network)
    assert plan.status == "optimal"
    bought = sum(s.quantity for s in plan.sources if s.id.startswith("supply"))
    held = [s.quantity for s in plan.shipments if s.id.startswith("arc stock")]
    needed = sum(c["demands"]["nickel"]["amount"] for c in changes.values())
    assert bought == pytest.approx(needed + loss * sum(held) + min(final, 14.0), rel=1e-6)


# --- lead times and new capacity -----------------------------------------------------------


def test_goods_under_way_arrive_later(market):
    network = market([3.0, 50.0], 10.0)
    slow = replace(network.arcs[0], lead_periods=1, freight_per_unit=1.0)
    network = replace(network, arcs=(slow, network.arcs[1]))
    plan = solve(over_time(network, ["a", "b"], discount_rate=1.0))
    assert plan.cost == pytest.approx(10 * 50 + 10 * (3 + 1))  # paid when it leaves
    assert plan.cost_by_kind["freight"] == pytest.approx(10.0)
    assert plan.cost_by_kind["holding"] == 0.0
    assert plan.unique


def make_plant(capacity=50.0):
    return Network(
        commodities=(Commodity("ore"), Commodity("salt")),
        nodes=(Node("works", "DEU"),),
        supplies=(Supply("works", "ore", 1.0, id="ore"), Supply("works", "salt", 100.0, id="far")),
        processes=(Process("refine", "works", {"ore": 2.0}, {"salt": 1.0}, capacity=capacity),),
        demands=(Demand("works", "salt", 80.0),),
    )


@pytest.mark.parametrize("capacity", [0.0, 50.0])
def test_capacity_is_there_after_its_lead_time(capacity):
    grow = Expansion("refine", 7.0, lead_periods=1)
    network = over_time(make_plant(capacity), ["a", "b", "c"], expansions=[grow])
    plan = solve(network)
    short = 80 - capacity
    assert plan.cost == pytest.approx(capacity * 2 + short * 100 + short * 7 + 2 * 80 * 2)
    assert plan.unique


def test_capacity_has_a_life_and_a_most():
    grow = Expansion("refine", 7.0, life_periods=1, most=10.0)
    plan = solve(over_time(make_plant(), ["a", "b"], expansions=[grow]))
    assert plan.cost == pytest.approx(2 * (60 * 2 + 10 * 7 + 20 * 100))


def test_capacity_that_is_not_worth_it_is_not_built():
    plan = solve(over_time(make_plant(), ["a"], expansions=[Expansion("refine", 99.0)]))
    assert plan.cost == pytest.approx(50 * 2 + 30 * 100)
    rent = next(m for m in plan.marginals if "existing capacity of refine" in m.name)
    assert rent.shadow_price == pytest.approx(2 - 100)


def test_a_supply_can_grow(market):
    network = market([3.0, 20.0], 10.0, [6.0, inf])
    plan = solve(over_time(network, ["a", "b"], expansions=[Expansion("S0", 5.0)]))
    assert plan.cost == pytest.approx(2 * 30 + 4 * 5)
    assert plan.share_of("A", "nickel") == pytest.approx(1.0)


def test_expansions_that_cannot_be():
    for grow, said in (
        (Expansion("refin", 1.0), "did you mean 'refine'"),
        (Expansion("far", 1.0), "its capacity has no end already"),
        (Expansion("refine", 1.0, lead_periods=-1), "lead_periods are 0, 1"),
    ):
        with pytest.raises(SourcingError, match=said):
            over_time(make_plant(), ["a"], expansions=[grow])


# --- goods that come back ------------------------------------------------------------------


def test_a_two_period_loop():
    """Cells of the first period come back in the second, where their nickel competes."""
    network = over_time(make_loop(conversion_cost_per_unit=2.0), [1, 2], lives=[LOOP_LIFE])
    plan = solve(network)
    assert plan.cost == pytest.approx(2 * 500 + 50 * 15 + 80 * 2 + (50 - 36) * 15)
    assert plan.share_of("IDN", "nickel", "refining", "2") == pytest.approx(0.28)
    assert plan.share_of("IDN", "nickel", "refining") == pytest.approx(64 / 100)
    assert "100 % of those of 2" in plan.notes[0]
    dear = solve(over_time(make_loop(conversion_cost_per_unit=7.0), [1, 2], lives=[LOOP_LIFE]))
    assert dear.cost == pytest.approx(2 * 500 + 2 * 50 * 15)  # nobody has to take what comes back


def test_returns_can_wait_in_a_store():
    """Collected in the second period, recycled in the third, when the works is there."""
    changes = {"2": {"processes": {"recycle": {"capacity": 0.0}}}}
    store = Storage("old cell", "market", 0.1)
    plan = solve(over_time(make_loop(), [1, 2, 3], changes, storage=[store], lives=[LOOP_LIFE]))
    held = 50 / 0.45 - 80  # what the cells of the third period lack
    assert plan.cost_by_kind["holding"] == pytest.approx(0.1 * held)
    recycled = {r.period: r.quantity for r in plan.shares if r.route == "hydromet"}
    assert recycled == pytest.approx({"3": 50.0})


def test_returns_follow_the_survival_curve():
    life = replace(LOOP_LIFE, lifetime=Weibull(2.0, 2.0), collection=0.5)
    network = over_time(make_loop(), [2025, 2026, 2027], lives=[life])
    shares = 0.5 * yearly_fractions(Weibull(2, 2), 3)
    found = {p.node: p for p in network.processes if p.id.startswith("use of")}
    first = found["market @ 2025"]
    assert first.outputs["old cell"] == pytest.approx(shares[0])
    assert first.elsewhere["market @ 2027"]["old cell"] == pytest.approx(shares[2])
    assert not found["market @ 2027"].elsewhere


def test_the_recycled_floor_may_name_its_period():
    loop = replace(make_loop(), demands=(Demand("market", "cell", 100.0, exact=True),))
    network = over_time(loop, [1, 2], lives=[LOOP_LIFE])
    each = RecycledFloor("floor", 0.5, "nickel", "refining")
    assert solve(network, [each]).status == "infeasible"  # there is nothing to recycle at first
    assert any(
        "nickel, refining, 1" in r or "floor" in r for r in explain(network, [each]).sentences()
    )
    assert solve(network, [replace(each, period="2")]).status == "optimal"
    over_all = replace(each, share=0.36, period="any")
    assert solve(network, [over_all]).status == "optimal"
    assert solve(network, [replace(over_all, share=0.37)]).status == "infeasible"


def test_what_was_sold_before_comes_back_too():
    """Cells of 2020, 100 of them: half collected, by a Weibull curve from the middle of 2020."""
    survival = Weibull(3.0, 6.0).survival
    life = Life(
        "cell", "old cell", Weibull(3.0, 6.0), "market", collection=0.5, sold_before={"2020": 100.0}
    )
    network = over_time(make_loop(), [2025, 2027], lives=[life])
    past = [s.capacity for s in network.supplies if "sold before" in s.id]
    expected = [survival(4.5) - survival(6.5), survival(6.5) - survival(8.5)]
    assert past == pytest.approx([50 * share for share in expected])
    with pytest.raises(SourcingError, match="2025 is not before the periods"):
        over_time(make_loop(), [2025], lives=[replace(life, sold_before={"2025": 1.0})])
    with pytest.raises(SourcingError, match="needs the node it comes back to"):
        replace(life, node=None)
    with pytest.raises(SourcingError, match="give an amount for each year"):
        replace(life, sold_before={"then": 1.0})


def test_lives_that_cannot_be():
    with pytest.raises(SourcingError, match="unknown commodity 'cel'"):
        over_time(make_loop(), [1], lives=[replace(LOOP_LIFE, commodity="cel")])
    with pytest.raises(SourcingError, match="nothing delivers it at 'plant'"):
        over_time(make_loop(), [1], lives=[replace(LOOP_LIFE, node="plant")])


# --- rules in time -------------------------------------------------------------------------


def flows(network, amounts):
    """Flows of a plan with these supplies, all else nought."""
    x = np.zeros(network.layout.n)
    for name, amount in amounts.items():
        x[network.layout.labels.index(f"supply nickel at {name}")] = amount
    return x


def test_shares_are_counted_by_period(market):
    """A supplies all of `a` and nothing of `b`: half over all, but the whole of one period."""
    network = over_time(market([1.0, 2.0], 10.0), ["a", "b"])
    layout = network.layout
    assert [s.label for s in counted(layout, None, None)] == ["nickel, a", "nickel, b"]
    x = flows(network, {"S0 @ a": 10.0, "S1 @ b": 10.0})
    cap = ShareCap("cap", 0.6, country="A")
    assert cap.residual(layout, x) == pytest.approx(0.4)
    assert replace(cap, period="b").residual(layout, x) == pytest.approx(-0.6)
    assert replace(cap, period="any").residual(layout, x) == pytest.approx(-0.1)
    assert HHICap("hhi", 0.5).measure(layout, x) == pytest.approx(1.0)
    assert HHICap("hhi", 0.5, period="any").measure(layout, x) == pytest.approx(0.5)
    assert Capacity("most", 9.0, material="nickel").measure(layout, x) == pytest.approx(10.0)
    assert Capacity("most", 9.0, period="any").measure(layout, x) == pytest.approx(20.0)
    with pytest.raises(SourcingError, match="unknown period '2031'"):
        replace(cap, period="2031").build(layout)


def test_a_cap_is_priced_by_period(market):
    network = over_time(market([1.0, 2.0], 10.0), ["a", "b"], price(market, "b", 0.5))
    plan = solve(network, [ShareCap("cap", 0.5, country="each")])
    assert dict(plan.marginals[0].parts) == pytest.approx(
        {"A, nickel, a": -0.1, "A, nickel, b": -0.15}
    )


def test_a_demand_rule_holds_in_each_period(market):
    network = over_time(market([1.0], 0.0), ["a", "b"])
    assert solve(network, [DemandAtLeast("all", 6.0, "nickel")]).cost == pytest.approx(12.0)
    assert solve(network, [DemandAtLeast("all", 6.0, "nickel", "M")]).cost == pytest.approx(12.0)
    for period in ("a", "any"):
        rule = DemandAtLeast("all", 6.0, "nickel", period=period)
        assert solve(network, [rule]).cost == pytest.approx(6.0)


def test_checks_claim_nothing_that_a_store_could_solve(market):
    """Need of `b` may be met from `a`: a cap on who supplies in `b` is not impossible."""
    network = stored(market, Storage("nickel", "M"))
    rule = ShareCap("cap", 0.5, country="each", period="b")
    assert data_checks(network.layout, [rule]) == ()
    assert solve(network, [rule]).status == "optimal"
    apart = over_time(market([3.0], 10.0), ["a", "b"])
    assert "1 sourcing country of nickel, b" in data_checks(apart.layout, [rule])[0]


def test_checks_draw_once_for_what_is_made_together():
    """10 of each of two goods from one process take 10 of ore, not 20."""
    network = Network(
        (Commodity("ore"), Commodity("a"), Commodity("b")),
        (Node("x"),),
        (Supply("x", "ore", 1.0, 15.0),),
        (Process("p", "x", {"ore": 1.0}, {"a": 1.0, "b": 1.0}),),
        (),
        (Demand("x", "a", 10.0), Demand("x", "b", 10.0)),
    )
    assert solve(network).cost == pytest.approx(10.0)
    assert data_checks(network.layout, ()) == ()


def test_goods_that_come_back_at_once_need_no_taker():
    """A short life: some are back in the period of sale, at the place of sale."""
    network = replace(make_loop(), arcs=make_loop().arcs[:3])
    life = replace(LOOP_LIFE, lifetime=Weibull(1.0, 1.0))
    assert solve(over_time(network, [1, 2], lives=[life])).cost == pytest.approx(2500.0)


# --- from a file ---------------------------------------------------------------------------

SECTIONS = {
    "periods": {1: None, 2: {"demand": 150, "supplies": {"mined": {"price_factor": 1.2}}}},
    "lives": [{"commodity": "cell", "returns": "old cell", "lifetime": 1, "collection": "80 %"}],
    "storage": [{"commodity": "nickel", "node": "plant", "cost": 0.5, "initial": 10,
                 "initial_cost": 14, "final": "initial"}],
}  # fmt: skip
WORDS = {"price": "price_per_unit"}


def test_sections_of_a_file_are_the_same_as_python():
    faults: list[str] = []
    found, rules = expanded(make_loop(), SECTIONS, faults, WORDS)
    assert (faults, rules) == ([], ())
    changes = {
        "2": {
            "demands": {"cells": {"amount": 150.0}},
            "supplies": {"mined": {"price_per_unit": 18.0}},
        }
    }
    store = Storage("nickel", "plant", 0.5, initial=10.0, initial_cost=14.0, final=SAME)
    wanted = over_time(make_loop(), [1, 2], changes, storage=[store], lives=[LOOP_LIFE])
    assert solve(found).cost == pytest.approx(solve(wanted).cost)
    assert found == wanted


def test_free_lanes_bring_old_goods_to_who_takes_them():
    network = replace(make_loop(), arcs=make_loop().arcs[:3])
    for arcs, routes in ((None, {"primary", "hydromet"}), ([], {"primary"})):
        faults: list[str] = []
        stated = {"arcs": arcs} if arcs is None else {"arcs": ["some"]}
        found, _ = expanded(network, {**SECTIONS, **stated}, faults, WORDS)
        assert faults == []
        shares = solve(found).shares
        assert {row.route for row in shares if row.material == "nickel"} == routes


def test_every_slip_of_a_file_is_told():
    sections = {
        "periods": {1: {}, 2: {"demnd": 3, "suppliers": {"mined": {"prise": 1, "price": "x"}}}},
        "lives": [{"commodity": "cell", "returns": "old cell", "lifetime": {"weibul": {}}}],
        "storage": [{"commodity": "nickel", "cost": 1}],
        "expansions": {"make": {"costs": 3}},
        "first_stage": ["make"],
    }
    faults: list[str] = []
    assert expanded(make_loop(), sections, faults, WORDS) == (make_loop(), ())
    told = "\n".join(faults)
    for said in (
        "periods[2]: unknown key 'demnd'", "did you mean 'price'?", "did you mean 'weibull'?",
        "storage[0]: node is missing", "expansions[make]: unknown key 'costs'",
        "first_stage needs outcomes",
    ):  # fmt: skip
        assert said in told, told


def test_stores_need_periods():
    faults: list[str] = []
    expanded(make_loop(), {"storage": SECTIONS["storage"]}, faults)
    assert faults == ["storage needs periods; list them, such as [2025, 2030]."]


def test_a_network_that_is_over_time_already_stays():
    network = over_time(make_loop(), [1, 2])
    assert expanded(network, {"periods": [1, 2]}, []) == (network, ())
    faults: list[str] = []
    expanded(network, {"periods": [1, 2], "storage": SECTIONS["storage"]}, faults)
    assert faults == [
        "storage cannot be added: the nodes say their period; leave that to 'periods'."
    ]


def test_a_loop_written_as_a_file():
    """The whole ask in short words, lanes left out."""
    network, rules = from_dict(
        {
            "currency": "USD_2024",
            "commodities": {
                "nickel": {"stage": "refining"}, "cell": {}, "old cell": {"counted": False},
            },
            "nodes": {"mine": "IDN", "plant": "DEU", "market": "DEU", "works": "DEU"},
            "supplies": {"mined": {"node": "mine", "commodity": "nickel", "price": 15}},
            "processes": {
                "make": {"node": "plant", "inputs": {"nickel": 0.5}, "outputs": {"cell": 1},
                         "conversion_cost": 5},
                "recycle": {"node": "works", "inputs": {"old cell": 1},
                            "outputs": {"nickel": 0.45}, "route": "hydromet",
                            "conversion_cost": 2},
            },
            "demands": [{"node": "market", "commodity": "cell", "amount": 100}],
            "periods": {2025: {}, 2026: {"demand": 200, "discount": 0.9}},
            "lives": {"cell": {"returns": "old cell", "lifetime": 1, "collection": "80 %"}},
            "rules": [{"rule": "recycled_floor", "name": "floor", "share": 0.3,
                       "element": "nickel", "period": "2026"}],
        }
    )  # fmt: skip
    plan = solve(network, rules)
    assert plan.cost == pytest.approx(500 + 750 + 0.9 * (1000 + 160 + 64 * 15))
    assert plan.marginals[0].level == pytest.approx(0.36)
