"""Stockpile sizing: against the day-by-day recursion, closed forms and what must be monotone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.shocks.availability import availability
from calculator.shocks.chain import Chain, Lane, Point
from calculator.shocks.covers import cover_table, lasting
from calculator.shocks.event import Effect, Event
from calculator.shocks.frontier import frontier
from calculator.shocks.mitigation import Mitigation, Stock
from calculator.shocks.run_down import run_down
from calculator.shocks.stock_sizing import sizing_of
from calculator.shocks.stock_terms import StockTerms
from calculator.shocks.stockpile import size_stockpile, tail_mean
from calculator.shocks.stress import stress_test

START = date(2026, 11, 22)


def make_chain(points, recipe, kwh=None):
    """A chain of (id, per day, price); what feeds nothing is a product of 1 kWh a unit."""
    found = tuple(
        Point(name, name, "refining", "kg", amount, price) for name, amount, price in points
    )
    lanes = tuple(Lane(p.id, "CHN", "EUU", None, "primary", 1.0) for p in found)
    fed = {source for sources in recipe.values() for source in sources}
    energy = kwh or {p.id: 1.0 for p in found if p.id not in fed}
    return Chain(found, lanes, recipe, energy, "USD_2025")


def one_good(price=2.0, per_day=1000.0):
    """One material, a kg of which goes into each kWh; the cells themselves have no price."""
    points = [("graphite", per_day, price), ("cell", per_day, 0.0)]
    return make_chain(points, {"cell": {"graphite": 1.0}})


def cut(chain, point, first, last, share=1.0, days=365):
    """(1, P, T): one inflow cut between two days."""
    found = np.ones((1, len(chain.points), days))
    at = [p.id for p in chain.points].index(point)
    found[0, at, first:last] = 1.0 - share
    return found


def event(name="stop", probability=0.1):
    effect = Effect(material="graphite", origins=("CHN",), cut=1.0)
    return Event(name, name, START, 120, (effect,), probability=probability)


def terms(**changed):
    given = {"holding_per_year": 0.08, "shortage_cost_per_kwh": 60.0, "start": START, "days": 365}
    return StockTerms(**{**given, **changed})


# --- closed form ---------------------------------------------------------------------------


@pytest.mark.parametrize("probability", [0.001, 0.0026, 0.0028, 0.2])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_one_good_and_one_event_is_all_or_nothing(probability, share):
    """A day of cover costs price x holding and spares probability x penalty: hold cut x days."""
    chain = one_good()
    plan = size_stockpile(
        chain, [event(probability=probability)], terms(), cut(chain, "graphite", 10, 130, share)
    )
    pays = probability * 60.0 > 2.0 * 0.08
    assert plan.days("graphite") == pytest.approx(120 * share if pays else 0.0, abs=1e-6)
    assert plan.certificate.ok


def test_several_events_stop_where_the_next_day_no_longer_pays():
    """Hold up to the longest event that, with all longer ones, is likely enough (newsvendor)."""
    chain = one_good(price=100.0)  # a day of cover costs 8 a year per kg, a lost kWh 60
    lengths, chances = (30, 60, 90, 120), (0.1, 0.08, 0.07, 0.06)
    arrives = np.concatenate([cut(chain, "graphite", 5, 5 + n) for n in lengths])
    events = [event(f"e{n}", p) for n, p in zip(lengths, chances, strict=True)]
    plan = size_stockpile(chain, events, terms(), arrives)
    longer = np.cumsum(chances[::-1])[::-1]
    best = max(n for n, p in zip(lengths, longer, strict=True) if p > 8 / 60)
    assert best == 60
    assert plan.days("graphite") == pytest.approx(best)


def test_money_of_a_stock():
    chain = one_good()
    asked = terms(
        years=4.0, end_value=0.5, discount_per_year=0.05, loss_per_year={"graphite": 0.02}
    )
    plan = size_stockpile(chain, [event()], asked, cut(chain, "graphite", 0, 50))
    row = plan.stocks[0]
    assert row.purchase == pytest.approx(50 * 1000 * 2.0)
    assert row.tonnes == pytest.approx(50.0)
    assert row.left_at_end == pytest.approx(row.purchase * 0.5 / 1.05**4)
    yearly = row.carry_per_year - row.purchase * (0.08 + 0.02)
    worth = sum(yearly / 1.05**k for k in (1, 2, 3, 4))  # the annuity pays the purchase back
    assert worth == pytest.approx(row.purchase - row.left_at_end)
    assert terms(years=4.0, end_value=0.5).annuity == pytest.approx(0.125)
    assert terms(years=4.0).annuity == 0.0


def test_a_stock_no_older_than_it_keeps():
    chain = one_good()
    arrives = cut(chain, "graphite", 0, 120)
    plan = size_stockpile(chain, [event()], terms(shelf_life_days={"graphite": 90.0}), arrives)
    assert plan.days("graphite") == pytest.approx(90.0)
    assert plan.events[0].survived_days == 90.0
    assert plan.events[0].lost_gwh == pytest.approx(30 * 1000 / 1e6)


def test_a_public_stock_spares_as_much_of_the_own():
    chain = one_good()
    arrives = cut(chain, "graphite", 0, 120)
    plan = size_stockpile(chain, [event()], terms(public_days={"graphite": 60.0}), arrives)
    assert plan.days("graphite") == pytest.approx(60.0)
    assert plan.stocks[0].public_days == 60.0
    assert plan.events[0].lost_gwh == pytest.approx(0.0, abs=1e-9)
    assert plan.events[0].lost_gwh_without == pytest.approx(60 * 1000 / 1e6)
    held = size_stockpile(
        chain, [event(probability=0.0)], terms(private_days={"graphite": 18.0}), arrives
    )
    assert held.days("graphite") == pytest.approx(18.0)


def test_the_tail_is_that_of_the_dearest_years():
    lost, chance = np.array([10.0, 40.0]), np.array([0.04, 0.02])
    assert tail_mean(lost, chance, 0.0) == pytest.approx(0.4 + 0.8)
    assert tail_mean(lost, chance, 0.95) == pytest.approx((0.02 * 40 + 0.03 * 10) / 0.05)
    assert tail_mean(lost, chance, 0.9) == pytest.approx((0.8 + 0.4) / 0.1)
    assert tail_mean(lost, chance, 1.0) == 40.0


def test_cover_rises_with_the_weight_of_the_tail():
    """The direction of the published toy figures (79, 96, 113 days), not the figures."""
    chain = one_good(price=100.0)
    lengths = range(10, 210, 10)
    arrives = np.concatenate([cut(chain, "graphite", 0, n) for n in lengths])
    events = [event(f"e{n}", 0.015) for n in lengths]
    found = [
        size_stockpile(chain, events, terms(weight=w, level=0.9), arrives).days("graphite")
        for w in (0.0, 0.5, 0.9)
    ]
    assert found[0] < found[1] < found[2]


# --- the linear problem against the recursion ----------------------------------------------


def random_case(seed, products=1):
    """Three materials in two layers, random cuts of two events, all inflows in the plan's units."""
    rng = np.random.default_rng(seed)
    units = rng.uniform(0.2, 3.0, 6)
    cells = ["cell", "other"][:products]
    amount = dict(zip(cells, (500.0, 300.0), strict=False))
    recipe = {c: {"cathode": units[0], "graphite": units[1]} for c in cells}
    recipe["cathode"] = {"lithium": units[2], "nickel": units[3]}
    cathode = sum(units[0] * a for a in amount.values())
    points = [
        ("lithium", units[2] * cathode, rng.uniform(1, 50)),
        ("nickel", units[3] * cathode, rng.uniform(1, 50)),
        ("cathode", cathode, rng.uniform(20, 90)),
        ("graphite", sum(units[1] * a for a in amount.values()), rng.uniform(1, 9)),
        *((c, amount[c], 0.0) for c in cells),
    ]
    chain = make_chain(points, recipe, dict(zip(cells, (1.0, 2.0), strict=False)))
    arrives = np.ones((2, len(points), 90))
    for e in range(2):
        for p in rng.choice(len(points), 3, replace=False):
            first = int(rng.integers(0, 60))
            span = slice(first, first + int(rng.integers(1, 40)))
            arrives[e, p, span] = rng.choice([0.0, 0.4, 0.7])
    return chain, arrives, rng


def least_loss(chain, arrives, cover):
    """Loss of each event in the linear problem with stocks as given, GWh."""
    events = [event("a", 0.3), event("b", 0.3)]
    sizing = sizing_of(chain, events, terms(days=arrives.shape[2]), arrives)
    held = sizing.problem.with_cover(cover)
    answer = held.solve(held.risk)
    assert answer.status == "optimal"
    return np.asarray(held.lost @ answer.x) / 1e6


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_the_recursion_loses_what_the_linear_problem_does(seed):
    """One product: foresight saves nothing, and steps lose nothing against days."""
    chain, arrives, rng = random_case(seed)
    cover = rng.uniform(0, 40, len(chain.points)) * (rng.random(len(chain.points)) < 0.6)
    ran = run_down(chain, arrives, cover)
    assert ran.lost_gwh == pytest.approx(least_loss(chain, arrives, cover), rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_foresight_never_loses_more(seed):
    """Two products: sharing in proportion to need may lose more energy than putting it first."""
    chain, arrives, rng = random_case(seed, products=2)
    cover = rng.uniform(0, 20, len(chain.points))
    ran = run_down(chain, arrives, cover)
    assert np.all(ran.lost_gwh >= least_loss(chain, arrives, cover) - 1e-9)


@pytest.mark.parametrize("first", [0, 7])
def test_hold_out_of_one_good_is_the_formula(first):
    """T* = first t with K + sum (arrivals - need) < 0."""
    chain = one_good()
    arrives = cut(chain, "graphite", first, 200, share=0.6)
    ran = run_down(chain, arrives, np.array([30.0, 0.0]))
    balance = 30.0 + np.cumsum(np.minimum(arrives[0, 0], 1.0) - 1.0)
    assert ran.survived_days[0] == np.argmax(balance < -1e-9)


# --- what must be monotone -----------------------------------------------------------------


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000))
def test_likelier_events_never_lower_the_purchase_weighed_against_them(seed):
    """With one event, more chance never less stock value, dearer holding never more."""
    chain, arrives, _ = random_case(seed)
    one = arrives[:1]

    def bought(probability, holding):
        asked = terms(days=90, holding_per_year=holding, shortage_cost_per_kwh=400.0)
        return size_stockpile(chain, [event(probability=probability)], asked, one).purchase

    by_chance = [bought(p, 0.08) for p in (0.0, 0.05, 0.3, 1.0)]
    by_holding = [bought(0.1, h) for h in (0.0, 0.05, 0.12, 1.0)]
    for a, b in pairwise(by_chance):
        assert b >= a * (1 - 1e-6) - 1e-3
    for a, b in pairwise(by_holding):
        assert b <= a * (1 + 1e-6) + 1e-3


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000))
def test_the_frontier_falls_and_is_convex(seed):
    chain, arrives, _ = random_case(seed)
    events = [event("a", 0.3), event("b", 0.2)]
    found = frontier(chain, events, terms(days=90), arrives=arrives)
    money = [point.purchase for point in found.points]
    lost = [point.expected_gwh for point in found.points]
    assert money == sorted(money) and lost == sorted(lost, reverse=True)
    slopes = [(b - a) / (n - m) for (m, a), (n, b) in pairwise(zip(money, lost, strict=True))]
    assert all(b >= a - 1e-6 * abs(a) for a, b in pairwise(slopes))
    if len(money) > 1:  # a budget between two corners lies on the line between them
        half = (money[0] + money[1]) / 2
        between = frontier(chain, events, terms(days=90), [half], arrives=arrives).points[0]
        assert between.expected_gwh == pytest.approx((lost[0] + lost[1]) / 2, rel=1e-4, abs=1e-7)


# --- covers --------------------------------------------------------------------------------


def test_a_cover_in_tonnes_and_money():
    table = cover_table(one_good())
    rows = {(row.point, row.days): row for row in table.rows}
    assert rows["graphite", 60.0].tonnes == pytest.approx(60.0)
    assert rows["graphite", 180.0].cost == pytest.approx(180 * 1000 * 2.0)
    assert rows["cell", 30.0].cost is None
    assert table.total(30.0) == pytest.approx(60_000.0)
    assert table.shown is None


def test_a_cover_in_yen():
    from calculator.money import money_tables
    from materials_db.load import load_database

    db = load_database()
    table = cover_table(one_good(), rates=money_tables(db))
    rate = next(r.value for r in db.exchange_rates if (r.currency, r.year) == ("JPY", 2025))
    assert table.shown == "JPY_2025"
    assert table.rows[0].cost_shown == pytest.approx(table.rows[0].cost * rate)


def test_more_cover_lasts_longer():
    chain = one_good()
    rows = lasting(chain, [event()], cut(chain, "graphite", 0, 120), (0, 30, 60, 180))
    assert [row.survived_days for row in rows] == [0, 30, 60, 365]
    assert [row.lost_gwh for row in rows] == pytest.approx([0.12, 0.09, 0.06, 0.0])


# --- mistakes ------------------------------------------------------------------------------


def test_what_only_the_user_knows_is_asked_for():
    chain = one_good()
    arrives = cut(chain, "graphite", 0, 120)
    with pytest.raises(InputError, match="event 'stop' has no probability; say how likely"):
        size_stockpile(chain, [event(probability=None)], terms(), arrives)
    with pytest.raises(InputError, match="add to 120 % a year"):
        size_stockpile(
            chain, [event("a", 0.6), event("b", 0.6)], terms(), np.concatenate([arrives] * 2)
        )
    with pytest.raises(InputError, match="there is no event to hold a stock against"):
        size_stockpile(chain, [], terms(), arrives)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"holding_per_year": -0.1}, "holding is -0.1; give 0 to 10"),
        ({"weight": 2.0}, "weight of the tail is 2; give 0 to 1"),
        ({"end_value": 1.5}, "end value is 1.5"),
        ({"public_days": {"graphite": -1.0}}, "public days of 'graphite' is -1"),
        ({"holding_per_year": float("nan")}, "holding is nan"),
    ],
)
def test_terms_that_cannot_be(changed, said):
    with pytest.raises(InputError, match=said):
        terms(**changed)


def test_a_stock_of_what_the_plan_does_not_hold():
    chain = one_good()
    asked = terms(public_days={"grafite": 60.0})
    with pytest.raises(InputError, match="no good 'grafite' to stock; did you mean 'graphite'"):
        size_stockpile(chain, [event()], asked, cut(chain, "graphite", 0, 9))
    asked = terms(private_days={"graphite": 90.0}, shelf_life_days={"graphite": 30.0})
    with pytest.raises(InputError, match="90 days of 'graphite' is above the 30 days"):
        size_stockpile(chain, [event()], asked, cut(chain, "graphite", 0, 9))


def test_a_good_without_price_is_not_sized_and_that_is_said():
    chain = one_good(price=0.0)
    plan = size_stockpile(chain, [event()], terms(), cut(chain, "graphite", 0, 120))
    assert plan.stocks == ()
    assert any("no price of 'graphite' is known" in note for note in plan.notes)
    given = size_stockpile(
        chain, [event()], terms(prices={"graphite": 3.0}), cut(chain, "graphite", 0, 120)
    )
    assert given.purchase == pytest.approx(120 * 1000 * 3.0)


# --- with the stress test ------------------------------------------------------------------


def test_the_stress_test_says_the_same():
    """Availability of real effects, stocks of two goods: both recursions lose the same."""
    chain, _, _ = random_case(3)
    effects = {
        "lithium": Effect(material="lithium", origins=("CHN",), cut=0.6),
        "cathode": Effect(material="cathode", origins=("CHN",), delay_days=20.0, refusal=0.2),
    }
    events = [Event(name, name, START, 70, (effect,)) for name, effect in effects.items()]
    arrives = np.asarray(availability(chain, events, START, 90))
    stocks = {"lithium": 12.0, "cathode": 7.0}
    cover = np.array([stocks.get(point.id, 0.0) for point in chain.points])
    ours = run_down(chain, arrives, cover)
    held = Mitigation(stocks=tuple(Stock(days, name) for name, days in stocks.items()))
    theirs = stress_test(chain, events, start=START, days=90, mitigation=held)
    assert ours.lost_gwh == pytest.approx(theirs.lost_gwh, rel=1e-9)
    assert ours.lost_gwh.min() > 0
