"""The Shock page: events, what they take, what helps, stocks, and what is asked of the user."""

from __future__ import annotations

import json

import pytest

from materials_db.load import load_database

ANODE = {
    "name": "Licence stop",
    "material": "anode_active_material",
    "stage": "active_material",
    "origins": ["CHN"],
    "cut": "100 %",
    "days": "120 day",
}
LICENCE = {"event": "CHN_graphite_licence_2023"}
SUSPENDED = {"event": "CHN_batteries_58_2025", "cut": "50 %"}
TEST_FROM = "2026-11-22"


@pytest.fixture
def shock(opened):
    """The page under some events, on one day."""

    def open_shock(*events, **link):
        held = {"events": json.dumps(events)} if events else {}
        return opened("shock", test_from=TEST_FROM, **held, **link)

    return open_shock


def metric(app, label):
    return next(m.value for m in app.metric if m.label.startswith(label))


def lost(app):
    return float(metric(app, "Lost").replace(",", ""))


def button(app, key):
    return next(one for one in app.button if one.key == key)


def told(app):
    """All that the page says in words."""
    parts = (app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return " ".join(str(each.value) for kind in parts for each in kind)


def held_events(app):
    found = app.query_params["events"]
    return json.loads(found if isinstance(found, str) else found[0])


# --- what happens --------------------------------------------------------------------------


def test_a_first_visit_says_what_to_do_and_offers_a_question(shock):
    app = shock()
    assert any("No event is chosen" in info.value for info in app.info)
    button(app, "try_graphite").click().run()
    assert not app.exception
    assert held_events(app)[0]["material"] == "anode_active_material"
    assert lost(app) >= 0


def test_an_event_is_answered_in_sentences_first(shock):
    app = shock(ANODE, own_stock="0")
    assert lost(app) > 0
    words = told(app)
    assert "Output falls to" in words
    assert "vehicles of 75 kWh" in words
    assert "What binds: anode active material." in words
    assert "a kWh that is not delivered costs you is not in it" in words


def test_more_stock_never_loses_more(shock):
    losses = [lost(shock(ANODE, own_stock=days)) for days in ("0", "20", "200")]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > losses[-1]
    assert losses[-1] == 0


def test_the_stock_named_would_indeed_have_lost_nothing(shock):
    app = shock(ANODE, own_stock="0")
    sentence = next(m.value for m in app.markdown if "would have lost nothing" in m.value)
    days = float(sentence.split("A stock of ")[1].split()[0].replace(",", ""))
    stocks = [
        {"material": "anode_active_material", "stage": "active_material", "own": days, "public": 0}
    ]
    assert lost(shock(ANODE, own_stock="0", stocks=json.dumps(stocks))) == 0


def test_exempt_means_untouched(shock):
    makers = sorted({row.country for row in load_database().shares} - {"ROW", "WLD", "CHN"})
    whole = lost(shock(ANODE, own_stock="0"))
    some = lost(shock({**ANODE, "exempt": ["EUU"]}, own_stock="0"))
    rest = lost(shock({**ANODE, "exempt": ["EUU", *makers]}, own_stock="0"))
    assert rest < some < whole  # makers that are not known singly cannot be exempt by name
    assert lost(shock({**ANODE, "destinations": ["NZL"]}, own_stock="0")) == 0


def test_a_licence_without_a_size_asks_for_it_and_tells_what_was_seen(shock):
    app = shock(LICENCE)
    words = told(app)
    assert "No source says how much" in words
    assert "7 to 63 days" in words
    assert "To be said first." in words
    assert not app.metric
    field = app.number_input(key="ev_CHN_graphite_licence_2023_delay")
    field.set_value(63.0).run()
    assert app.metric
    assert held_events(app)[0]["delay"] == "63 day"


def test_a_suspension_that_ran_out_asks_and_never_assumes(shock):
    app = shock(SUSPENDED)
    assert "whether it came back is not known" in told(app)
    assert not app.metric
    ask = next(one for one in app.get("button_group") if one.key == "active_CHN_batteries_58_2025")
    ask.set_value("no").run()
    assert held_events(app)[0]["active"] is False
    assert "nothing is lost" in told(app)


def test_one_click_replays_a_past_event_from_the_first_day(shock):
    app = shock()
    button(app, "replay_COD_cobalt_quota_2025").click().run()
    assert held_events(app) == [{"event": "COD_cobalt_quota_2025", "start": TEST_FROM}]
    assert "Replayed" in told(app)
    assert app.metric


def test_an_event_on_goods_no_cell_holds_says_so(shock):
    app = shock({"event": "CHN_antimony_licence_2024", "cut": "50 %"})
    assert "which these cells do not hold" in told(app)
    assert lost(app) == 0


def test_a_shipped_event_is_added_with_its_source(shock):
    app = shock()
    button(app, "add_event").click().run()
    assert len(held_events(app)) == 1
    assert "source:" in told(app)


def test_several_events_come_at_once_and_one_is_taken_out_again(shock):
    cobalt = {"event": "COD_cobalt_quota_2025"}
    app = shock(ANODE, cobalt, own_stock="0")
    both = lost(app)
    button(app, "drop_0").click().run()
    assert [item.get("event") for item in held_events(app)] == ["COD_cobalt_quota_2025"]
    assert lost(app) <= both


def test_a_written_event_joins_and_its_faults_are_one_sentence(shock):
    app = shock()
    app.number_input(key="own_cut").set_value(130.0)
    next(b for b in app.button if b.form_id == "own_event").click().run()
    assert len(app.error) == 1
    assert "100" in app.error[0].value
    assert app.number_input(key="own_cut").value == 130
    app.number_input(key="own_cut").set_value(30.0)
    app.text_input(key="own_start").set_value("2026-13-01")
    next(b for b in app.button if b.form_id == "own_event").click().run()
    assert "calendar" in app.error[0].value
    app.text_input(key="own_start").set_value("2026-12-01")
    next(b for b in app.button if b.form_id == "own_event").click().run()
    assert not app.error
    assert held_events(app)[0]["cut"] == "30 %"


def test_nonsense_for_events_is_refused_in_a_sentence(opened):
    app = opened("shock", events="{not json")
    assert any("will not do" in warning.value for warning in app.warning)


def test_an_event_the_database_does_not_have_is_told(shock):
    app = shock({"event": "no_such_event"})
    assert any("database has no event" in error.value for error in app.error)


def test_what_no_border_stops_is_told(shock):
    app = shock({**ANODE, "origins": ["FRA"]}, own_stock="0")
    assert lost(app) == 0
    assert "no export" in told(app)


def test_the_download_is_a_scenario_that_the_terminal_takes(shock):
    app = shock(ANODE)
    assert any(one.key == "shock.yaml" for one in app.get("download_button"))


# --- what would help -------------------------------------------------------------------------


def ways(app):
    return next(frame.value for frame in app.dataframe if "Way" in frame.value).set_index("Way")


def test_ways_stand_side_by_side_and_none_loses_more_than_nothing(shock):
    app = shock(ANODE, shock_tab="What would help", source=["NMC811", "LFP"])
    table = ways(app)
    assert list(table.index) == [
        "nothing", "stock as set above", "60 days more stock", "second source", "recycling",
        "substitution", "chemistry switch", "all together",
    ]  # fmt: skip
    assert (table["Lost, GWh"] <= table.loc["nothing", "Lost, GWh"] + 1e-9).all()
    assert table.loc["all together", "Lost, GWh"] <= table["Lost, GWh"].min() + 1e-9
    assert table.loc["second source", table.columns[4]] > 0
    assert "your assumption" in told(app)


def test_a_way_that_is_switched_off_is_not_shown(shock):
    app = shock(ANODE, shock_tab="What would help", second_on="false", more_stock="0")
    assert "second source" not in ways(app).index
    assert not any("more stock" in name for name in ways(app).index)


def test_a_switch_needs_a_second_chemistry(shock):
    app = shock(ANODE, shock_tab="What would help")
    assert "Add a chemistry above" in told(app)
    assert "chemistry switch" not in ways(app).index


def test_ways_count_in_the_first_tab_where_asked(shock):
    quick = {"second_lead": "0", "second_ramp": "0", "second_most": "100", "own_stock": "0"}
    assert lost(shock(ANODE, **quick)) > 0
    assert lost(shock(ANODE, use_helps="true", **quick)) == 0


# --- stockpile -------------------------------------------------------------------------------


def test_covers_are_shown_and_twice_the_days_cost_twice(shock):
    app = shock(shock_tab="Stockpile")
    table = next(f.value for f in app.dataframe if "cost_shown" in f.value)
    wide = table.pivot(index="good", columns="days", values="cost").dropna()
    assert wide[60.0].to_numpy() == pytest.approx(2 * wide[30.0].to_numpy())
    assert "billion JPY" in told(app)


def test_what_only_the_user_knows_is_asked_together(shock):
    app = shock(ANODE, shock_tab="Stockpile", size_stock="true")
    words = told(app)
    for part in ("what holding a stock costs", "a kWh that is not delivered", "how likely"):
        assert part in words


SIZED = {
    "shock_tab": "Stockpile",
    "size_stock": "true",
    "holding": "8",
    "chance_Licence_stop": "5",
    "own_stock": "0",
}


def test_a_dear_shortage_is_worth_a_stock_and_a_cheap_one_none(shock):
    dear = shock(ANODE, shortage="60", **SIZED)
    assert "**Hold " in told(dear)
    assert "anode active material" in told(dear)
    assert "Proved optimal" in told(dear)
    cheap = shock(ANODE, shortage="0.001", **SIZED)
    assert "No own stock pays" in told(cheap)


def test_a_point_of_the_frontier_is_put_to_the_test(shock):
    app = shock(ANODE, shortage="60", **SIZED)
    points = next(box for box in app.selectbox if box.label == "Point")
    points.set_value(points.options.index(points.options[-1])).run()
    button(app, "hold_stocks").click().run()
    held = app.query_params["stocks"]
    assert "anode_active_material" in (held if isinstance(held, str) else held[0])


# --- one supplier, firms and projects ----------------------------------------------------------


def test_one_supplier_fails(shock):
    app = shock(shock_tab="One supplier fails", importer="JPN")
    table = next(f.value for f in app.dataframe if "Left, %" in f.value)
    assert (table["Left, %"] + table["Its share, %"]).max() <= 100.2
    assert "Imports of JPN" in [head.value for head in app.subheader]
    assert "is worst: without CHN" in told(app)


def test_twelve_firms_are_listed_and_the_thirteen_of_the_text_told(shock):
    app = shock(shock_tab="Firms and projects")
    table = next(f.value for f in app.dataframe if "Firm" in f.value)
    assert len(table) == 12
    assert "thirteen" in told(app)
    assert "Upload your spend" in told(app)


def test_caremag_covers_a_fifth(shock):
    app = shock(shock_tab="Firms and projects", ramp_caremag="0")
    assert "cover 20 % of 1,475 t" in told(app)


def test_inputs_of_every_tab_stay_in_the_address_and_over_a_change_of_page(shock):
    app = shock(ANODE, shock_tab="Stockpile", holding="8", second_most="40")
    app.switch_page("data.py").run()
    app.switch_page("shock.py").run()
    assert app.number_input(key="holding").value == 8
    assert app.number_input(key="second_most").value == 40
    assert held_events(app)[0]["name"] == "Licence stop"


def test_the_plan_of_the_sourcing_page_is_tested_under_its_rules(shock):
    app = shock(ANODE, supply="plan of the Sourcing page", cap="60", own_stock="0")
    assert app.number_input(key="cap").value == 60
    assert lost(app) >= 0


def test_rules_that_clash_are_one_sentence(shock):
    app = shock(ANODE, supply="plan of the Sourcing page", cap="5")
    assert len(app.error) == 1
    assert "no plan under these rules" in app.error[0].value
    assert app.number_input(key="cap").value == 5


SPEND = b"""supplier,buys_from,spend,unit,china_input_share,lag
TDK Corporation,,40,MJPY,50 %,90 days
Unlisted Works,,60,MJPY,,
Unlisted Works,NOF Corp.,30,MJPY,20 %,30 days
"""


def with_spend(app, content):
    app.session_state["held_spend_file"] = content
    return app.run()


def test_a_file_of_spend_is_followed_through_the_tiers(shock):
    app = with_spend(shock(shock_tab="Firms and projects"), SPEND)
    assert not app.exception
    assert "70.0 % of the bill runs through listed firms; 26.0 % is exposed." in told(app)
    assert "On no list: Unlisted Works" in told(app)


def test_a_bad_file_of_spend_is_told_and_the_page_goes_on(shock):
    app = with_spend(shock(shock_tab="Firms and projects"), SPEND.replace(b"40", b"forty"))
    assert len(app.error) == 1
    assert "forty" in app.error[0].value
    assert "Magnets and rare earths" in [head.value for head in app.subheader]


def test_a_price_shock_costs_and_loses_nothing(shock):
    app = shock({"event": "lithium_price_2022", "start": TEST_FROM}, own_stock="0")
    assert lost(app) == 0
    assert float(metric(app, "Extra cost").replace(",", "")) > 0


# --- the robust plan -----------------------------------------------------------------------------

PLANNED = "plan of the Sourcing page"
CELLS = {
    "name": "No cells",
    "material": "battery_cell",
    "stage": "cell",
    "origins": ["CHN"],
    "cut": "100 %",
    "days": "120 day",
}
ROBUST = {
    "shock_tab": "Stockpile",
    "supply": PLANNED,
    "robust": "true",
    "holding": "8",
    "chance_No_cells": "10",
}


def number(app, label):
    return float(metric(app, label).replace(",", ""))


def test_a_robust_plan_needs_a_plan_and_what_only_the_user_knows(shock):
    app = shock(CELLS, shock_tab="Stockpile", robust="true")
    assert "needs a plan whose contracts can move" in told(app)
    asks = shock(CELLS, shock_tab="Stockpile", supply=PLANNED, robust="true", spot="20")
    words = told(asks)
    for part in ("what holding a stock", "a kWh that is not", "how likely", "a spot purchase"):
        assert part in words
    assert not asks.metric
    assert "Choose an event" in told(shock(shock_tab="Stockpile", supply=PLANNED, robust="true"))


def test_a_robust_plan_is_held_against_the_cheapest(shock):
    app = shock(CELLS, shortage="600", **ROBUST)
    premium, saved, worst, kept = (
        number(app, label)
        for label in ("Premium", "Saved a year", "Saved in the worst", "Kept in the worst")
    )
    assert premium > 0
    assert saved == pytest.approx(0.1 * worst - 0.9 * premium, rel=0.02)
    table = next(f.value for f in app.dataframe if "A year with" in f.value)
    lost_before, lost_after = table.iloc[0, 5], table.iloc[0, 6]
    assert kept == pytest.approx(lost_before - lost_after, rel=0.01)
    words = told(app)
    assert "VSS" in words
    assert "EVPI" in words
    assert "It holds" in words
    assert "Proved optimal" in words


def test_contracts_move_where_a_stock_is_dearer(shock):
    app = shock(CELLS, shortage="600", **ROBUST | {"holding": "100"})
    table = next(f.value for f in app.dataframe if "contract" in f.value).set_index("contract")
    chinese = table.loc["battery cell: CHN China"]
    assert chinese["robust"] < chinese["cheapest"]
    assert "only what moves is drawn" in told(app)


def test_a_cheap_shortage_changes_nothing_and_an_event_elsewhere_is_told(shock):
    app = shock(CELLS, shortage="0.001", **ROBUST)
    assert "No other contracts and no stock pay" in told(app)
    assert number(app, "Premium") == number(app, "Saved a year") == 0
    elsewhere = shock({**CELLS, "origins": ["NZL"]}, shortage="60", **ROBUST)
    assert any("touches a flow" in error.value for error in elsewhere.error)
    assert "What a cover costs" in [head.value for head in elsewhere.subheader]


def test_with_enough_to_buy_at_once_the_cheapest_plan_withstands(shock):
    app = shock(CELLS, shortage="600", spot="50", spot_premium="30", **ROBUST)
    sentence = next(m.value for m in app.markdown if "withstands these events" in m.value)
    assert float(sentence.split(" costs ")[1].split()[0].replace(",", "")) > 0
    assert number(app, "Kept in the worst") == 0


def test_chances_above_one_are_a_sentence_and_the_page_goes_on(shock):
    more = {**CELLS, "name": "No cells again"}
    chance = {"chance_No_cells": "80", "chance_No_cells_again": "70"}
    app = shock(CELLS, more, shortage="60", size_stock="true", **ROBUST | chance)
    assert len(app.error) == 2
    assert all("150 %" in error.value for error in app.error)
    assert any(fold.label.startswith("Sources") for fold in app.get("expander"))


# --- the day it begins ---------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["gibberish", "2026-02-30", "1850-01-01"])
def test_a_day_that_is_none_is_told(opened, day):
    app = opened("shock", test_from=day)
    assert any("Test from" in w.value and day in w.value for w in app.warning)


def test_a_test_may_begin_when_an_old_event_did(opened):
    app = opened("shock", test_from="2010-09-21")
    assert not app.warning
    assert app.date_input(key="test_from").value.isoformat() == "2010-09-21"


def test_an_event_that_lacks_its_size_is_no_missing_event(shock):
    app = shock(LICENCE, shortage="60", **SIZED)
    assert "still lacks something" in told(app)


# --- odd links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cut": "120 %"}, "Cut, %: '120 %' will not do"),
        ({"days": "0 day"}, "Lasts, days: '0 day' will not do"),
        ({"price_rise": "1e9 %"}, "Price rise, %: '1e9 %' will not do"),
        ({"cut": None}, "a cut, a licence time, a share refused or a price rise"),
        ({"origins": "CHN"}, "should be a list"),
        ({"origins": None}, "should be a list"),
        ({"origins": [1]}, "is not text"),
        ({"stage": {"a": 1}}, "should be 'mining'"),
        ({"start": "soon"}, "'soon' is no date"),
        ({"start": "2040-01-01"}, "lengthen 'Days'"),
        ({"days": None, "start": "2027-01-01", "end": "2026-12-01"}, "before it starts"),
        ({"probability": "200 %/year"}, "too large"),
        ({"foo": 1}, "unknown key 'foo'"),
        ({"name": ""}, "should not be empty"),
    ],
)
def test_an_event_of_a_link_that_cannot_be_is_told_and_can_be_removed(shock, change, said):
    event = {key: v for key, v in {**ANODE, **change}.items() if not (key == "days" and v is None)}
    app = shock(event)
    assert not app.exception
    assert said in told(app).replace("\\", "")
    assert "form" not in " ".join(error.value for error in app.error)
    button(app, "drop_0").click().run()
    assert "No event is chosen" in told(app)
    assert not app.error


def test_one_event_that_cannot_be_spoils_no_other(shock):
    app = shock({**ANODE, "name": "odd", "origins": "CHN"}, ANODE, own_stock="0")
    assert len(app.error) == 1
    assert lost(app) == lost(shock(ANODE, own_stock="0"))


@pytest.mark.parametrize("name", ["Licence stop", "Licence-stop"])
def test_two_events_of_one_name_are_told_and_count_once(shock, name):
    app = shock(ANODE, {**ANODE, "name": name}, own_stock="0")
    assert "An event above has the same name" in app.error[0].value
    assert lost(app) == lost(shock(ANODE, own_stock="0"))


def test_a_length_in_other_units_is_read_as_what_it_is(shock):
    app = shock({**ANODE, "days": "1 year"})
    assert app.number_input(key="ev_Licence stop_days").value == pytest.approx(365.25, abs=0.3)


@pytest.mark.parametrize(
    ("stock", "said"),
    [
        ({"own": "many"}, "'many'; give 0 to 36500 days"),
        ({"own": -3}, "'-3'; give 0 to"),
        ({"public": 1e12}, "give 0 to"),
        ({"own": float("nan")}, "'nan'; give 0 to"),
        ({"material": ["x"]}, "does not hold it"),
        ({"material": "unobtainium"}, "does not hold it"),
    ],
)
def test_a_stock_of_a_link_that_cannot_be_is_left_out_and_told(shock, stock, said):
    base = {"material": "anode_active_material", "stage": "active_material", "own": 5, "public": 0}
    app = shock(ANODE, own_stock="0", stocks=json.dumps([base | stock]))
    assert said in told(app).replace("\\", "")
    assert lost(app) == lost(shock(ANODE, own_stock="0"))
    button(app, "unstock_0").click().run()
    assert "stocks" not in app.query_params
