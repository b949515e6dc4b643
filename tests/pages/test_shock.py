"""The Shock page: events, what they take, what helps, stocks, and what is asked of the user."""

from __future__ import annotations

import json

import pytest

GRAPHITE = {
    "name": "Licence stop",
    "material": "graphite",
    "stage": "refining",
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
    assert held_events(app)[0]["material"] == "graphite"
    assert lost(app) >= 0


def test_an_event_is_answered_in_sentences_first(shock):
    app = shock(GRAPHITE, own_stock="0")
    assert lost(app) > 0
    words = told(app)
    assert "then output falls to" in words
    assert "vehicles of 75 kWh" in words
    assert "What binds: graphite, refining." in words


def test_more_stock_never_loses_more(shock):
    losses = [lost(shock(GRAPHITE, own_stock=days)) for days in ("0", "20", "200")]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > losses[-1]
    assert losses[-1] == 0


def test_the_stock_named_would_indeed_have_lost_nothing(shock):
    app = shock(GRAPHITE, own_stock="0")
    sentence = next(m.value for m in app.markdown if "would have lost nothing" in m.value)
    days = float(sentence.split("A stock of ")[1].split()[0].replace(",", ""))
    stocks = [{"material": "graphite", "stage": "refining", "own": days + 1, "public": 0}]
    assert lost(shock(GRAPHITE, own_stock="0", stocks=json.dumps(stocks))) == 0


def test_exempt_means_untouched(shock):
    app = shock({**GRAPHITE, "exempt": ["EUU"]}, own_stock="0")
    assert lost(app) == 0


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
    app = shock(GRAPHITE, cobalt, own_stock="0")
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
