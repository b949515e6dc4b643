"""Events of a scenario: shipped with numbers over their own, written, and every fault at once."""

from __future__ import annotations

from datetime import date

import pytest

from calculator.errors import InputError
from calculator.scenario import ScenarioError, make_scenario, parse_scenario, scenario_yaml
from calculator.shocks.event import Effect
from calculator.shocks.written import events_of, written_event
from materials_db.load import load_database

DB = load_database()
TODAY = date(2026, 11, 22)


def shocks(events, **more):
    values = {"date": "2026-11-22", **more, "events": events}
    return make_scenario({"chemistries": ["LFP"], "shocks": values}).shocks


def asked(*events, used=None, **more):
    return events_of(DB, shocks(list(events), **more), used)


def refused(*events, used=None, **more):
    with pytest.raises(InputError) as caught:
        asked(*events, used=used, **more)
    return str(caught.value)


def test_an_event_in_force_without_a_size_asks_for_one():
    said = refused({"event": "CHN_graphite_licence_2023"})
    assert "no source states how much it withholds" in said
    assert "graphite (refining)" in said
    assert "give 'cut', 'refusal', 'delay' or 'price_rise'" in said


def test_an_event_with_a_size_begins_with_the_test():
    event = {"event": "CHN_graphite_licence_2023", "cut": "100 %", "days": 120, "exempt": ["DEU"]}
    found = asked(event)
    (only,) = found.events
    assert (only.start, only.days, only.missing) == (TODAY, 120, ())
    assert {(effect.cut, effect.exempt) for effect in only.effects} == {(1.0, ("DEU",))}
    assert "from 2026-11-22 on" in found.notes[0]


def test_a_suspension_that_is_over_asks_and_a_choice_answers():
    event = {"event": "CHN_batteries_58_2025", "cut": "50 %"}
    assert "'active: true' or 'active: false'" in refused(event)
    (on,) = asked({**event, "active": True}).events
    assert on.start == TODAY
    off = asked({**event, "active": False})
    assert off.events == ()
    assert "by your choice" in off.notes[0]


def test_a_suspension_that_ends_within_the_test_asks_too():
    event = {"event": "CHN_ban_to_USA_46_2024"}
    assert "whether it came back is not known" in refused(event)
    (back,) = asked({**event, "active": True}).events
    assert back.start == date(2026, 11, 28)
    short = asked(event, horizon="5 day")
    assert short.events == ()
    assert "after the test ends" in short.notes[0]


def test_a_past_event_is_replayed_from_a_start():
    ended = asked({"event": "COD_cobalt_suspension_2025"})
    assert ended.events == ()
    assert "give it a 'start' to replay it" in ended.notes[0]
    (again,) = asked({"event": "COD_cobalt_suspension_2025", "start": "2026-12-01"}).events
    assert (again.start, again.days) == (date(2026, 12, 1), 236)
    assert again.effects[0].cut == 1.0


def test_an_event_to_come_keeps_its_day():
    (ban,) = asked({"event": "GAB_manganese_ban_2029", "active": True}, date="2028-12-01").events
    assert ban.start == date(2029, 1, 1)
    far = asked({"event": "GAB_manganese_ban_2029"})
    assert far.events == ()


def test_a_running_event_lasts_what_is_left_of_it():
    (quota,) = asked({"event": "COD_cobalt_quota_2025"}).events
    assert quota.days == (date(2027, 12, 31) - TODAY).days + 1


def test_a_size_is_asked_of_goods_of_the_plan_alone():
    event = {"event": "CHN_rare_earths_2025"}
    assert "SmCo magnet" in refused(event)
    (found,) = asked(event, used={"rare_earths", "lithium"}).events
    assert found.missing == ("SmCo magnet",)


def test_one_event_twice_keeps_two_names():
    event = {"event": "CHN_graphite_licence_2023", "cut": "50 %"}
    found = asked({**event, "material": "graphite"}, {**event, "material": "natural_graphite"})
    assert [one.id for one in found.events] == [event["event"], f"{event['event']}-2"]
    assert [len(one.effects) for one in found.events] == [1, 1]


def test_a_written_event_is_what_it_says():
    values = {
        "name": "Port closed",
        "material": "graphite",
        "stage": "refining",
        "origins": ["CHN"],
        "destinations": ["JPN"],
        "exempt": ["Example Mining"],
        "cut": "60 %",
        "delay": "45 day",
        "refusal": "10 %",
        "price_rise": "80 %",
        "probability": "5 %/year",
        "start": "2026-12-01",
        "end": "2027-03-30",
    }
    event = written_event(values, TODAY)
    assert event.effects == (
        Effect(
            "graphite", "refining", ("CHN",), (), ("JPN",), ("Example Mining",), "exports",
            0.6, 45.0, 0.1, 0.8,
        ),
    )  # fmt: skip
    assert (event.start, event.days, event.assumed) == (date(2026, 12, 1), 120, True)
    assert event.probability == pytest.approx(0.05)
    (same,) = asked(values).events
    assert same == event


def test_a_written_event_starts_with_the_test_and_has_no_end():
    event = written_event({"name": "x", "cut": "0 %"}, TODAY)
    assert (event.start, event.days) == (TODAY, None)
    assert event.effects[0].is_empty


BAD = {
    "above the whole": ({"cut": "120 %"}, "cut: '120 %' is too large; give 100 % or less"),
    "below nothing": ({"cut": "-5 %"}, "cut: '-5 %' is too small"),
    "no unit": ({"cut": 0.2}, "write '20 %'"),
    "ends first": (
        {"cut": "5 %", "start": "2026-12-01", "end": "2026-11-30"},
        "ends on 2026-11-30 before it starts on 2026-12-01",
    ),
    "ended already": ({"cut": "5 %", "end": "2026-11-01"}, "ends on 2026-11-01 before it starts"),
    "two ends": ({"cut": "5 %", "end": "2027-01-01", "days": 3}, "keep one of them"),
    "no size": ({"material": "graphite"}, "says nothing of its size"),
    "no date": ({"cut": "5 %", "start": 20261201}, "write it such as '2026-11-22'"),
    "not in the calendar": ({"cut": "5 %", "start": "2026-02-30"}, "not in the calendar"),
    "half a day": ({"cut": "5 %", "days": 1.5}, "no whole number of days"),
    "no time": ({"cut": "5 %", "days": 0}, "give 1 day or more"),
    "country": ({"cut": "5 %", "origins": ["ZZZ"]}, "'ZZZ' is no country"),
    "stage": ({"cut": "5 %", "stage": "smelting"}, "stage: 'smelting' will not do"),
    "key": ({"cut": "5 %", "orgins": ["CHN"]}, "unknown key 'orgins'; did you mean 'origins'?"),
    "of a shipped one": ({"cut": "5 %", "active": True}, "is your own; drop 'active'"),
    "delay": ({"delay": "-3 day"}, "give 0 day or more"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_gets_one_sentence(name):
    values, says = BAD[name]
    with pytest.raises(InputError) as caught:
        written_event({"name": "x", **values}, TODAY)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_fault_of_an_event_is_told_at_once():
    with pytest.raises(ScenarioError) as caught:
        written_event({"nam": "x", "cut": "120 %", "days": -3, "origins": ["CN"]}, TODAY)
    assert len(caught.value.faults) == 4


def test_an_event_is_shipped_or_written():
    for values in ({}, {"event": "a", "name": "b", "cut": "5 %"}):
        with pytest.raises(InputError, match="either shipped or your own"):
            written_event(values, TODAY)
    with pytest.raises(InputError, match="give 'name'"):
        written_event({"event": "CHN_graphite_licence_2023"}, TODAY)
    with pytest.raises(ScenarioError, match="'origins' of the shipped event"):
        shocks([{"event": "CHN_graphite_licence_2023", "origins": ["CHN"]}])


def test_names_are_checked_against_the_database_all_at_once():
    said = refused(
        {"event": "CHN_grafite_licence_2023"},
        {"name": "x", "material": "grafite", "cut": "5 %"},
        {"event": "lithium_price_2022", "material": "nickel"},
        {"event": "CHL_lithium_participation_2023"},
        stock=[{"material": "colbalt", "cover": "30 day"}],
        switch={"to": "LPF", "most": "30 %"},
    )
    for part in (
        "did you mean 'CHN_graphite_licence_2023'",
        "did you mean 'graphite'",
        "has no effect on nickel; it touches lithium (refining)",
        "kept for reference",
        "did you mean 'cobalt'",
        "did you mean 'LFP'",
    ):
        assert part in said
    assert len(said.splitlines()) == 6


def test_names_of_a_network_of_ones_own_are_known():
    (event,) = asked(
        {"name": "x", "material": "unobtainium", "cut": "5 %"}, used={"unobtainium"}
    ).events
    assert event.effects[0].material == "unobtainium"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"stock": [{"material": "graphite", "cover": "-60 day"}]}, "give 0 day or more"),
        ({"stock": [{"material": "graphite"}]}, "key 'cover' is missing"),
        ({"stock": [{"material": "graphite", "cover": "1 day"}] * 2}, "add them up in one"),
        ({"stock": [{"material": "graphite", "cover": "1 day", "price": "9 USD/kg"}]}, "year"),
        ({"second_source": [{"material": "graphite", "most": "120 %"}]}, "give 100 % or less"),
        ({"shortage_cost": "60 USD_2025"}, "not money per kWh"),
        ({"holding": "0.08"}, "write '8 %'"),
        ({"horizon": "0 day"}, "give 1 day or more"),
        ({"date": "tomorrow"}, "no date"),
    ],
)
def test_bad_shocks_get_one_sentence(more, says):
    with pytest.raises(ScenarioError) as caught:
        shocks([], **more)
    assert says in str(caught.value)
    assert len(caught.value.faults) == 1


def test_an_event_beyond_the_test_is_refused():
    event = {"name": "x", "cut": "5 %", "start": "2028-01-01"}
    with pytest.raises(ScenarioError, match="after the test ends on 2027-11-21"):
        shocks([event])
    assert shocks([event], horizon="500 day").events


def test_shocks_survive_the_writer():
    scenario = make_scenario(
        {
            "chemistries": ["LFP"],
            "shocks": {
                "date": "2026-11-22",
                "horizon": "200 day",
                "events": [{"event": "CHN_batteries_58_2025", "cut": "50 %", "active": True}],
                "stock": [
                    {"material": "battery_cell", "cover": "1 day", "price": "60 USD_2025/kWh"}
                ],
                "switch": {"to": "LFP", "most": "30 %", "lead_time": "120 day"},
                "holding": "8 %/year",
            },
        }
    )
    assert parse_scenario(scenario_yaml(scenario)) == scenario
    assert scenario.shocks.holding_percent == 8
