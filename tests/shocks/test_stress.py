"""The stress test: conservation, what must never happen, and cases counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.shocks import (
    Alternative,
    Chain,
    Effect,
    Event,
    Lane,
    Mitigation,
    Point,
    Stock,
    Switch,
    compare_mitigations,
    cover_that_avoids,
    second_source_that_avoids,
    stress_test,
)
from calculator.shocks.outcome import Stress
from tests.shocks.chains import (
    START,
    chains,
    covers,
    cut,
    events,
    line,
    one_point,
    shares,
    two_products,
)

SLIGHT = 1e-9
FEW = settings(max_examples=30, deadline=None)


def put_to(chain: Chain, *blows: object, days: float = 200.0, **more: object) -> Stress:
    """A stress test from the common start."""
    ready = Mitigation(**more)  # type: ignore[arg-type]
    return stress_test(chain, blows, start=START, days=days, mitigation=ready)  # type: ignore[arg-type]


def mitigations(chain: Chain) -> st.SearchStrategy[Mitigation]:
    """Stocks, other sources and goods under way."""
    names = st.sampled_from([p.id for p in chain.points])
    stocks = st.builds(Stock, covers, names, st.none(), st.booleans())
    others = st.builds(
        Alternative,
        st.sampled_from(["second_source", "recycling", "substitution"]),
        names,
        st.none(),
        shares,
        covers,
        covers,
        st.floats(-0.5, 2.0),
    )
    return st.builds(
        Mitigation,
        stocks=st.lists(stocks, max_size=4).map(tuple),
        alternatives=st.lists(others, max_size=3).map(tuple),
        transit_days=st.dictionaries(names, st.integers(0, 12).map(float), max_size=2),
        release_after_days=covers,
    )


# --- conservation ----------------------------------------------------------------------


@FEW
@given(st.data())
def test_masses_balance_on_every_day_at_every_point(data: st.DataObject) -> None:
    chain = data.draw(chains(single=False))
    blows = data.draw(events(chain))
    ready = data.draw(mitigations(chain))
    if data.draw(st.booleans()):
        ready = replace(ready, switch=Switch(next(iter(chain.energy)), data.draw(shares)))
    step = data.draw(st.sampled_from([1.0, 7.0, 30.0]))
    found = stress_test(
        chain, (*blows, blows), start=START, days=120, mitigation=ready, step_days=step
    )
    line_ = found.timeline
    assert line_ is not None
    assert line_.imbalance(found.edges) <= SLIGHT
    assert min(line_.own.min(), line_.public.min(), line_.use.min()) >= 0.0
    assert all(flow.min() >= 0.0 for flow in line_.inflow.values())
    assert found.output.min() >= 0.0 and found.output.max() <= 1.0 + SLIGHT


@FEW
@given(st.data())
def test_what_is_made_takes_its_inputs(data: st.DataObject) -> None:
    """Use of a good = recipe x planned flow of what is made of it, on every day."""
    chain = data.draw(chains(single=False))
    blows = data.draw(events(chain))
    found = put_to(chain, blows, days=90, stocks=(Stock(data.draw(covers)),))
    at = {p.id: k for k, p in enumerate(chain.points)}
    per_day = np.array([p.per_day for p in chain.points])
    line_ = found.timeline
    assert line_ is not None
    made = line_.inflow["planned"][0] * per_day[:, None]
    for source in (p.id for p in chain.points if p.id not in chain.energy):
        used = line_.use[0, at[source]] * per_day[at[source]]
        taken = sum(row.get(source, 0.0) * made[at[t]] for t, row in chain.recipe.items())
        assert used == pytest.approx(taken, rel=1e-9, abs=1e-9 * per_day[at[source]])


def test_goods_under_way_are_kept_in_the_balance() -> None:
    found = put_to(line(), cut("refining", days=60), transit_days={"refining": 20.0})
    line_ = found.timeline
    assert line_ is not None
    pipeline = line_.under_way[0, 1]
    assert pipeline[0] == 20.0
    assert pipeline.min() == pytest.approx(6.0)  # 30 % of 20 days goes on
    assert found.days_to_shortage() == 20.0  # what is at sea still comes


# --- what must hold for every chain ----------------------------------------------------


@FEW
@given(st.data())
def test_a_longer_shock_never_loses_less(data: st.DataObject) -> None:
    chain = data.draw(chains())
    event = data.draw(events(chain, most=1))[0]
    assert event.days is not None
    longer = replace(event, days=event.days + data.draw(st.integers(1, 50)))
    short, long_ = put_to(chain, event, longer, stocks=(Stock(data.draw(covers)),)).lost_gwh
    assert long_ >= short - SLIGHT


@FEW
@given(st.data())
def test_more_stock_never_loses_more(data: st.DataObject) -> None:
    chain = data.draw(chains())
    event = data.draw(events(chain, most=1))[0]
    name = data.draw(st.sampled_from([p.id for p in chain.points]))
    base = Stock(data.draw(covers))
    more = Stock(data.draw(covers), name)
    less = put_to(chain, event, stocks=(base,)).lost_gwh[0]
    assert put_to(chain, event, stocks=(base, more)).lost_gwh[0] <= less + SLIGHT


@FEW
@given(st.data())
def test_a_larger_cut_never_loses_less(data: st.DataObject) -> None:
    chain = data.draw(chains())
    event = data.draw(events(chain, most=1))[0]
    effect = event.effects[0]
    deeper = replace(effect, cut=data.draw(st.floats(effect.cut, 1.0)))
    less, more = put_to(chain, event, replace(event, effects=(deeper,))).lost_gwh
    assert more >= less - SLIGHT


@FEW
@given(st.data())
def test_an_event_without_a_size_changes_nothing(data: st.DataObject) -> None:
    chain = data.draw(chains(single=False))
    ready = data.draw(mitigations(chain))
    nothing = cut(None, 0.0)
    found = stress_test(chain, nothing, start=START, days=90, mitigation=ready)
    assert found.lost_gwh[0] == 0.0 and found.days_to_shortage() is None
    assert (found.output == pytest.approx(1.0)) and found.extra_cost[0] == 0.0
    assert found.timeline is not None
    assert np.ptp(found.timeline.own, axis=2).max() <= SLIGHT


@FEW
@given(st.data())
def test_the_exempt_are_untouched(data: st.DataObject) -> None:
    chain = data.draw(chains())
    found = put_to(
        chain,
        cut(None, exempt=("DEU",)),
        cut(None, exempt=("EUU",)),
        cut(None, origins=(), owners=("Owner",), exempt=("Owner",)),
    )
    assert not found.lost_gwh.any()


@FEW
@given(st.data())
def test_the_order_of_events_and_points_does_not_matter(data: st.DataObject) -> None:
    chain = data.draw(chains(single=False))
    several = data.draw(events(chain))
    ready = data.draw(mitigations(chain))
    other = replace(
        chain,
        points=tuple(data.draw(st.permutations(chain.points))),
        lanes=tuple(data.draw(st.permutations(chain.lanes))),
    )
    shuffled = tuple(data.draw(st.permutations(several)))
    first = stress_test(chain, (several,), start=START, days=90, mitigation=ready)
    second = stress_test(other, (shuffled,), start=START, days=90, mitigation=ready)
    assert second.output == pytest.approx(first.output, abs=1e-8)
    assert second.extra_cost == pytest.approx(first.extra_cost, rel=1e-6, abs=1e-6)


@FEW
@given(st.data())
def test_scenarios_side_by_side_are_as_alone(data: st.DataObject) -> None:
    chain = data.draw(chains(single=False))
    several = data.draw(events(chain))
    ready = data.draw(mitigations(chain))
    together = stress_test(chain, several, start=START, days=90, mitigation=ready)
    for k, event in enumerate(several):
        alone = stress_test(chain, event, start=START, days=90, mitigation=ready)
        assert together.output[k] == pytest.approx(alone.output[0], abs=1e-12)
        assert together.extra_cost[k] == pytest.approx(alone.extra_cost[0], rel=1e-9, abs=1e-6)


@FEW
@given(st.data())
def test_nothing_is_lost_where_the_stock_covers(data: st.DataObject) -> None:
    chain = data.draw(chains(single=False))
    several = data.draw(events(chain))
    found = put_to(chain, several, days=100, stocks=(Stock(100.0),))
    assert found.lost_gwh[0] == 0.0


@FEW
@given(st.data())
def test_summaries_are_those_of_the_detailed_run(data: st.DataObject) -> None:
    chain = data.draw(chains(single=False))
    several = data.draw(events(chain))
    full = stress_test(chain, several, start=START, days=90)
    bare = stress_test(chain, several, start=START, days=90, detail=False)
    assert (bare.lost_gwh == full.lost_gwh).all() and bare.timeline is None
    with pytest.raises(InputError, match="detail=True"):
        bare.binding()


# --- by hand ---------------------------------------------------------------------------


@given(covers, st.integers(0, 100), st.integers(1, 90))
@settings(max_examples=60, deadline=None)
def test_hold_out_time_of_one_point(cover: float, percent: int, days: int) -> None:
    """T* = min t: K + sum_{u<=t} (c_u - D_u) < 0, counted from day 0."""
    share = percent / 100
    chain, event = one_point(), cut("cell", share, days=days)
    found = put_to(chain, event, days=100, stocks=(Stock(cover),))
    stock, expected = cover, None
    for day in range(100):
        stock += (1.0 - 0.6 * share if day < days else 1.0) - 1.0
        if stock < -1e-7:
            expected = float(day)
            break
    assert found.days_to_shortage() == expected


def test_sixty_days_of_stock_last_a_hundred_days_of_a_sixty_percent_cut() -> None:
    found = put_to(one_point(1e6), cut("cell", days=120), stocks=(Stock(60.0),), vehicle_kwh=75.0)
    assert found.days_to_shortage() == 100.0
    assert found.lost_gwh[0] == pytest.approx(20 * 0.6 * 1.0)  # 20 days of 0.6 GWh
    assert found.vehicles() == pytest.approx(12e6 / 75.0)
    assert found.least_output[0] == pytest.approx(0.4)
    point = found.binding()
    assert point is not None and point.id == "cell"


def test_a_licence_delays_and_is_refused() -> None:
    event = cut("cell", 0.0, delay_days=30.0, refusal=0.5, days=100)
    output = put_to(one_point(), event).output[0]
    assert output[:30] == pytest.approx(0.4)
    assert output[30:100] == pytest.approx(0.7)
    assert output[100:] == pytest.approx(1.0)


def test_events_on_one_lane_multiply_and_on_two_add_up() -> None:
    half = cut("cell", 0.5)
    korea = cut("cell", 0.5, origins=("KOR",))
    found = put_to(one_point(), (half, half), (half, korea))
    assert found.output[0, 0] == pytest.approx(0.4 + 0.6 * 0.25)
    assert found.output[1, 0] == pytest.approx(0.2 + 0.3)


def test_half_months_are_exact_means() -> None:
    event = cut("cell", days=45)
    monthly = stress_test(one_point(1e6), event, start=START, days=90, step_days=30)
    daily = stress_test(one_point(1e6), event, start=START, days=90)
    assert monthly.output[0] == pytest.approx([0.4, 0.7, 1.0])
    assert monthly.lost_gwh[0] == pytest.approx(daily.lost_gwh[0])


def test_a_shortage_goes_down_the_line_once_each_stock_is_empty() -> None:
    found = put_to(line(), cut("mining", days=150), stocks=(Stock(14.0),))
    assert found.days_to_shortage() == 80.0  # four stocks of 14 days at 70 % a day
    assert found.least_output[0] == pytest.approx(0.3)
    point = found.binding()
    assert point is not None and point.id == "mining"


def test_stocks_fill_up_again_and_not_above() -> None:
    """Two cuts: while the second holds the cell down, the first stock has flow to spare."""
    blow = (cut("mining", days=20), cut("cell", days=20, after=40, name="later"))
    found = put_to(line(), blow, stocks=(Stock(30.0, "mining"),))
    assert found.timeline is not None
    stock = found.timeline.own[0, 0]
    assert stock[20] == pytest.approx(16.0)
    assert stock[60] == pytest.approx(30.0) and stock.max() <= 30.0


def test_public_stock_is_drawn_after_the_own_and_not_before_its_release() -> None:
    stocks = (Stock(6.0), Stock(60.0, public=True))
    found = put_to(one_point(), cut("cell"), stocks=stocks, release_after_days=20.0)
    assert found.timeline is not None
    assert found.timeline.own[0, 0, 10] == pytest.approx(0.0)
    assert found.timeline.public[0, 0, 20] == 60.0
    assert found.output[0, 10:20] == pytest.approx(0.4)
    assert found.output[0, 20:100] == pytest.approx(1.0)


def test_a_second_source_comes_after_its_lead_time_and_costs_its_premium() -> None:
    second = Alternative("second_source", "cell", None, 0.5, 30.0, 20.0, 0.25)
    found = put_to(one_point(10.0, 2.0), cut("cell", days=100), alternatives=(second,))
    output = found.output[0]
    assert output[:30] == pytest.approx(0.4)
    assert output[39] == pytest.approx(0.4 + 0.5 * 9.5 / 20)
    assert output[50:100] == pytest.approx(0.9)
    given_days = 20 * 0.25 + 50 * 0.5
    assert found.costs["second_source"][0] == pytest.approx(given_days * 10.0 * 2.0 * 0.25)


def test_the_cheapest_source_is_used_first() -> None:
    dear = Alternative("second_source", "cell", None, 1.0, premium=1.0)
    cheap = Alternative("recycling", "cell", None, 0.2, premium=0.1)
    found = put_to(one_point(), cut("cell", days=10), alternatives=(dear, cheap))
    assert found.timeline is not None
    assert found.timeline.inflow["recycling"][0, 0, 0] == pytest.approx(0.2)
    assert found.timeline.inflow["second_source"][0, 0, 0] == pytest.approx(0.4)


def test_a_price_rise_is_paid_on_what_is_bought_and_not_at_home() -> None:
    rise = Effect(material="cell", origins=("CHN",), price_rise=0.5)
    event = Event("p", "p", START, 10, (rise,))
    found = put_to(one_point(10.0, 2.0), event)
    assert found.costs["price_rise"][0] == pytest.approx(10 * 10.0 * 2.0 * 0.5)
    assert found.lost_gwh[0] == 0.0
    home = replace(one_point(), lanes=(Lane("cell", "CHN", "CHN", None, "primary", 1.0),))
    assert put_to(home, event).costs["price_rise"][0] == 0.0


def test_holding_and_shortage_cost_only_where_asked() -> None:
    event = cut("cell", days=10)
    found = put_to(
        one_point(10.0, 2.0), event, days=365, stocks=(Stock(36.5),),
        holding_per_year=0.1, shortage_cost_per_kwh=60.0,
    )  # fmt: skip
    line_ = found.timeline
    assert line_ is not None
    mean = (line_.own[0, 0, 1:] + line_.own[0, 0, :-1]).mean() / 2
    assert found.costs["holding"][0] == pytest.approx(mean * 10.0 * 2.0 * 0.1)
    assert found.costs["shortage"][0] == 0.0
    bare = put_to(one_point(), event)
    assert set(bare.costs) == {"price_rise"}
    cost = put_to(one_point(), event, shortage_cost_per_kwh=60.0).costs["shortage"][0]
    assert cost == pytest.approx(10 * 6.0 * 60.0)


# --- several products ------------------------------------------------------------------


def test_a_product_that_needs_nothing_of_it_goes_on() -> None:
    found = put_to(two_products(), cut("cobalt"))
    assert found.output[0, 0] == pytest.approx(0.4)  # LFP is 40 of 100 kWh


def test_a_shared_good_is_shared_in_proportion() -> None:
    found = put_to(two_products(), cut("lithium", 0.5))
    assert found.output[0, 0] == pytest.approx(0.5)


def test_what_one_product_leaves_another_takes() -> None:
    blow = (cut("lithium", 0.6), cut("cobalt", name="second"))
    found = put_to(two_products(), blow)
    # 12 kg of lithium a day, of which LFP needs 10 once NMC stands still
    assert found.output[0, 0] == pytest.approx(0.4)


def test_a_switch_makes_more_of_the_other_chemistry_from_what_is_left() -> None:
    switch = Switch("LFP", 0.3, lead_days=10.0)
    found = put_to(two_products(), cut("cobalt"), switch=switch)
    assert found.output[0, :10] == pytest.approx(0.4)
    assert found.output[0, 10:100] == pytest.approx(0.7)
    assert found.timeline is not None
    assert found.timeline.imbalance(found.edges) <= SLIGHT
    with pytest.raises(InputError, match="makes no LCO"):
        put_to(two_products(), cut("cobalt"), switch=Switch("LCO", 0.3))


@FEW
@given(st.data())
def test_a_switch_never_loses_more(data: st.DataObject) -> None:
    share = data.draw(shares)
    event = cut(data.draw(st.sampled_from(["lithium", "cobalt", "cathode", "LFP_cathode"])), share)
    bare = put_to(two_products(), event).lost_gwh[0]
    switch = Switch(data.draw(st.sampled_from(["LFP", "NMC"])), data.draw(shares))
    assert put_to(two_products(), event, switch=switch).lost_gwh[0] <= bare + SLIGHT


def test_recycled_supply_needs_no_mine() -> None:
    chain, home = line(), ("AUS", "refining")
    lanes = tuple(
        replace(lane, route="hydromet" if (lane.origin, lane.point) == home else "primary")
        for lane in chain.lanes
    )
    mixed = replace(chain, lanes=lanes)
    stopped = cut("mining", origins=())
    stopped = replace(stopped, effects=(replace(stopped.effects[0], reach="output"),))
    assert put_to(chain, stopped).output[0, 0] == pytest.approx(0.0)
    found = put_to(mixed, stopped)
    assert found.output[0, 0] == pytest.approx(0.3)
    assert found.timeline is not None and found.timeline.imbalance(found.edges) <= SLIGHT


# --- what would have avoided it --------------------------------------------------------


@FEW
@given(st.data())
def test_the_stock_that_avoids_does_and_less_does_not(data: st.DataObject) -> None:
    chain = data.draw(chains())
    several = data.draw(events(chain, most=2))
    found = put_to(chain, several, days=120, stocks=(Stock(data.draw(covers)),))
    needed = cover_that_avoids(found)
    assert needed is not None
    if found.lost_gwh[0] == 0.0:
        assert needed == ()
        return
    have = found.mitigation.stocks
    base = have[0].days

    def lost(less: float) -> float:
        more = [Stock(max(c.days - base - less, 0.0), c.point.id) for c in needed]
        return float(put_to(chain, several, days=120, stocks=(*have, *more)).lost_gwh[0])

    assert lost(0.0) <= SLIGHT
    assert lost(0.1) > 0.0


def test_a_second_source_that_avoids() -> None:
    found = put_to(one_point(), cut("cell", 0.5))
    second = second_source_that_avoids(found)
    assert second is not None and second.share == pytest.approx(0.3, abs=1e-3)
    assert second.share >= 0.3
    assert second_source_that_avoids(found, lead_days=5.0) is None


def test_ways_side_by_side() -> None:
    ready = Mitigation(
        stocks=(Stock(30.0),),
        alternatives=(
            Alternative("second_source", "cobalt", None, 0.5, 20.0),
            Alternative("recycling", "cobalt", None, 0.1),
            Alternative("substitution", "cobalt", None, 0.1, premium=0.2),
        ),
        switch=Switch("LFP", 0.2),
    )
    rows = compare_mitigations(two_products(), cut("cobalt"), ready, start=START)
    lost = {row.option: row.lost_gwh for row in rows}
    assert list(lost) == [
        "nothing", "stock", "second source", "recycling", "substitution", "chemistry switch",
        "all together",
    ]  # fmt: skip
    assert all(lost["nothing"] > value for name, value in lost.items() if name != "nothing")
    assert lost["all together"] < min(v for k, v in lost.items() if k != "all together")
    assert rows[0].binding == "cobalt" and rows[0].days_to_shortage == 0.0


# --- when, and faults ------------------------------------------------------------------


def test_a_suspended_measure_is_off_inside_and_asks_after() -> None:
    event = replace(
        cut("cell", days=None),
        suspended_from=START + timedelta(days=10),
        suspended_to=START + timedelta(days=49),
    )
    with pytest.raises(InputError, match="whether it came back is not known"):
        put_to(one_point(), event)
    found = put_to(one_point(), replace(event, resumes=True), replace(event, resumes=False))
    short = found.output < 1.0
    assert short[0].nonzero()[0].tolist() == [*range(10), *range(50, 200)]
    assert short[1].nonzero()[0].tolist() == [*range(10)]
    inside = stress_test(one_point(), event, start=START + timedelta(days=10), days=40)
    assert inside.lost_gwh[0] == 0.0


def test_a_size_no_source_states_is_asked() -> None:
    event = replace(cut("cell", 0.0), missing=("cell",), effects=(Effect(material="cell"),))
    with pytest.raises(InputError, match="no source states how much it withholds of cell"):
        put_to(one_point(), event)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"stocks": (Stock(-1.0),)}, "covers -1 days"),
        ({"stocks": (Stock(1.0, "graphit"),)}, "buys no 'graphit'"),
        ({"stocks": (Stock(1.0, "cell", "mining"),)}, "not buy cell at stage 'mining'; give cell"),
        ({"alternatives": (Alternative("recycling", "cell", None, 1.5),)}, "150 %"),
        ({"alternatives": (Alternative("recycling", "cell", None, 0.5, -1.0),)}, "below 0 days"),
        ({"transit_days": {"cell": -3.0}}, "-3 days under way"),
    ],
)
def test_a_mitigation_that_cannot_be(more: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        put_to(one_point(), cut("cell"), **more)


def test_a_chain_or_horizon_that_cannot_be() -> None:
    with pytest.raises(InputError, match="there is no event"):
        stress_test(one_point(), (), start=START)
    with pytest.raises(InputError, match="cannot be run"):
        stress_test(one_point(), cut("cell"), start=date(2026, 1, 1), days=0)
    with pytest.raises(InputError, match="goes in a circle"):
        put_to(replace(line(), recipe={"mining": {"cell": 1.0}, "cell": {"mining": 1.0}}), cut())
    with pytest.raises(InputError, match="takes 0 %"):
        put_to(replace(line(), recipe={}), cut())
    with pytest.raises(InputError, match="delivers no energy"):
        put_to(replace(line(), energy={}), cut())


def test_points_without_use_stand_still() -> None:
    idle = Point("idle", "idle", "mining", "kg", 0.0, 1.0)
    chain = replace(line(), points=(*line().points, idle))
    assert put_to(chain, cut("idle")).lost_gwh[0] == 0.0
