"""The laws of the Sourcing page: offered by buyer, added, marked, refused, taken out."""

from __future__ import annotations

import json

import pytest


def choose(app, title):
    box = next(s for s in app.selectbox if s.label == "Law")
    wanted = next(o for o in box.options if title in o)
    return box.select(wanted).run()


def add(app):
    return app.button(key="add_law").click().run()


def said(app):
    return " ".join(m.value for m in [*app.markdown, *app.caption, *app.info])


def metric(app, label):
    return next(m.value for m in app.metric if m.label.startswith(label))


def test_a_law_is_added_and_costs_what_it_costs(opened):
    app = choose(opened("sourcing"), "Recycled content")
    next(n for n in app.number_input if n.label == "Year").set_value(2036).run()
    app = add(app)
    assert not app.exception
    assert not app.error
    assert float(metric(app, "The rules cost").split()[0]) > 0
    assert any("Recycled content" in m.value for m in app.markdown)
    app.button(key="remove_law_0").click().run()
    assert not any(m.label.startswith("The rules cost, ") and m.value[0] != "0" for m in app.metric)


def test_a_law_without_a_number_asks_for_it(opened):
    app = add(choose(opened("sourcing"), "ootprint"))
    assert any("cap" in e.value for e in app.error)


def test_a_threshold_that_is_no_share_is_refused_in_a_sentence(opened):
    app = choose(opened("sourcing", importer="USA"), "production credit")
    next(t for t in app.text_input if t.label.startswith("Share in place")).input("plenty").run()
    app = add(app)
    assert not app.exception
    assert len(app.error) == 1
    assert "plenty" in app.error[0].value


@pytest.mark.parametrize("importer", ["EUU", "USA", "JPN", "DEU"])
def test_each_buyer_is_offered_its_own_laws(opened, importer):
    app = opened("sourcing", importer=importer)
    assert not app.exception
    assert len(next(s for s in app.selectbox if s.label == "Law").options) > 0


def test_a_buyer_without_sourced_laws_is_told_so(opened):
    app = opened("sourcing", importer="KOR")
    assert "hold no law of South Korea" in said(app)


def test_benchmarks_that_cannot_be_met_say_which(opened):
    law = {"policy": "EU_CRMA", "year": 2030, "requirements": ["mining"], "materials": ["nickel"]}
    app = opened("sourcing", laws=json.dumps([law]))
    assert not app.exception
    told = " ".join(e.value for e in app.error) + said(app)
    assert "EU_CRMA 2030" in told


def test_laws_of_another_buyer_stay_behind(opened):
    law = {"policy": "EU_RECYCLED_CONTENT", "year": 2031}
    app = opened("sourcing", importer="USA", laws=json.dumps([law]))
    assert not app.exception
    assert not app.error
