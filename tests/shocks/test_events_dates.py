"""An event is on between its dates, off in its suspension, and asks where nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.shocks.dates import last_day, state_on
from calculator.shocks.event import Effect, Event, with_size
from calculator.shocks.shipped import event_named, first_day, shipped_events
from materials_db.load import load_database

DB = load_database()
TODAY = date(2026, 11, 22)
BATTERIES = event_named(DB, "CHN_batteries_58_2025")
TO_USA = event_named(DB, "CHN_ban_to_USA_46_2024")


def test_announcement_58_was_suspended_to_10_november_and_asks_after():
    assert state_on(BATTERIES, date(2026, 11, 10)).active is False
    assert "suspended from 2025-11-07 to 2026-11-10" in state_on(BATTERIES, date(2026, 11, 10)).why
    today = state_on(BATTERIES, TODAY)
    assert today.active is None
    assert "2026-11-10" in today.asks
    assert "choose" in today.asks
    assert state_on(BATTERIES, date(2026, 11, 11)).active is None


def test_a_choice_settles_what_is_open_and_overrules_no_date():
    assert state_on(BATTERIES, TODAY, choice=True).active is True
    assert state_on(BATTERIES, TODAY, choice=False).active is False
    assert state_on(BATTERIES, date(2026, 11, 1), choice=True).active is False
    assert not state_on(BATTERIES, TODAY, choice=True).asks
    graphite = event_named(DB, "CHN_graphite_licence_2023")
    assert state_on(graphite, TODAY, choice=False).active is False


@pytest.mark.parametrize(
    ("day", "active"),
    [
        (date(2024, 12, 2), False),
        (date(2024, 12, 3), True),
        (date(2025, 11, 8), True),
        (date(2025, 11, 9), False),
        (TODAY, False),
        (date(2026, 11, 27), False),
        (date(2026, 11, 28), None),
    ],
)
def test_the_ban_to_the_united_states_day_by_day(day, active):
    assert state_on(TO_USA, day).active is active


@pytest.mark.parametrize(
    ("event", "day", "active"),
    [
        ("COD_cobalt_suspension_2025", date(2025, 2, 21), False),
        ("COD_cobalt_suspension_2025", date(2025, 10, 15), True),
        ("COD_cobalt_suspension_2025", date(2025, 10, 16), False),
        ("COD_cobalt_quota_2025", date(2025, 10, 16), True),
        ("COD_cobalt_quota_2025", date(2028, 1, 1), False),
        ("GAB_manganese_ban_2029", TODAY, False),
        ("GAB_manganese_ban_2029", date(2029, 1, 1), None),
        ("EUU_black_mass_2026", date(2026, 11, 8), False),
        ("EUU_black_mass_2026", date(2026, 11, 9), True),
        ("EUU_RESourceEU_scrap_2025", TODAY, None),
        ("USA_DPA_101_2026", TODAY, None),
        ("CHN_sulphuric_acid_2026", TODAY, None),
        ("CHN_rare_earth_stop_Japan_2010", date(2010, 10, 1), True),
        ("lithium_price_2022", date(2023, 1, 1), False),
    ],
)
def test_states_of_shipped_events(event, day, active):
    assert state_on(event_named(DB, event), day).active is active


def test_a_known_renewal_asks_nothing():
    back = replace(BATTERIES, resumes=True)
    assert state_on(back, TODAY).active is True
    assert "2026-11-11" in state_on(back, TODAY).why
    assert state_on(replace(BATTERIES, resumes=False), TODAY).active is False


def test_every_state_has_a_reason_and_every_open_one_a_question():
    for event in shipped_events(DB):
        state = state_on(event, TODAY)
        assert state.why
        assert bool(state.asks) == (state.active is None)


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.none() | st.integers(1, 4000),
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
)
def test_an_event_without_suspension_is_on_exactly_on_its_days(start, days, day):
    event = Event("x", "x", start, days, (Effect(),))
    inside = start <= day and (days is None or day < start + timedelta(days=days))
    assert state_on(event, day).active is inside
    assert (last_day(event) is None) == (days is None)


def test_a_partial_date_is_its_first_day():
    assert [first_day(text) for text in ("2023", "2023-06", "2023-06-10")] == [
        date(2023, 1, 1),
        date(2023, 6, 1),
        date(2023, 6, 10),
    ]


def test_sizes_of_the_users_go_before_the_events_own():
    sized = with_size(BATTERIES, cut=0.6, days=120)
    assert sized.days == 120
    assert sized.missing == ()
    assert sized.assumed
    assert {effect.cut for effect in sized.effects} == {0.6}
    quota = event_named(DB, "COD_cobalt_quota_2025")
    assert with_size(quota, days=None).days is None
    assert with_size(quota, cut=0.2).effects[0].cut == 0.2
    assert with_size(quota, delay_days=30.0).effects[0].cut == quota.effects[0].cut
    assert with_size(quota) == quota


def test_a_size_of_zero_is_a_size():
    assert with_size(BATTERIES, cut=0.0).missing == ()
    assert with_size(BATTERIES, days=30).missing == BATTERIES.missing


def test_a_size_for_one_material_leaves_the_others_out():
    anode = with_size(BATTERIES, cut=1.0, material="anode_active_material")
    assert [effect.label for effect in anode.effects] == ["anode active material (active material)"]
    cells = with_size(BATTERIES, stage="cell").missing
    assert cells == ("battery cell 300 Wh kg (cell)", "battery equipment (cell)")
    cobalt = with_size(event_named(DB, "COD_cobalt_quota_2025"), stage="mining").effects
    assert [(effect.stage, effect.cut) for effect in cobalt] == [("mining", 0.574)]
    assert Effect().label == "everything"
