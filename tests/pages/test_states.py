"""What a page says with nothing picked, one, all, a wrong link or a chemistry that fails."""

from __future__ import annotations

import re

import pytest

from calculator.errors import InputError
from materials_db.load import load_database
from pages.case import FIRST_SHOWN

PICKING = ("compare", "minerals", "uncertainty", "sensitivity")
CLASSES = ("liquid", "semi_solid", "solid_state")


def pick(app, chosen):
    """Choose chemistries by class."""
    for key, names in chosen.items():
        app.multiselect(key=key).set_value(list(names))
    return app.run()


def every_chemistry():
    found: dict[str, list[str]] = {}
    for entry in load_database().chemistries.values():
        found.setdefault(entry.family.value.replace("-", "_"), []).append(entry.id)
    return found


@pytest.mark.parametrize("page", PICKING)
def test_nothing_picked_says_what_to_do(opened, page):
    app = pick(opened(page), dict.fromkeys(CLASSES, ()))
    assert not app.exception
    assert not app.error
    assert len(app.info) == 1
    assert "above" in app.info[0].value
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("page", ["compare", "minerals"])
def test_one_chemistry_is_an_answer(opened, page):
    app = pick(opened(page), {"liquid": ["LFP"], "semi_solid": [], "solid_state": []})
    assert not app.error
    charts = app.get("plotly_chart")
    assert charts
    assert "NMC811" not in charts[0].proto.alt
    assert "LFP" in charts[0].proto.alt


def test_all_chemistries_are_an_answer(opened):
    everything = every_chemistry()
    app = pick(opened(), everything)
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    refused = [error.value for error in app.error]
    assert len(table) + len(refused) == sum(map(len, everything.values()))
    assert all("\n" not in sentence for sentence in refused)


def test_one_that_fails_spoils_no_other_and_says_why(opened, monkeypatch):
    from pages import cached

    made = cached.evaluate

    def failing(db, request):
        if request.chemistry.id == "NMC811":
            raise InputError("a number of [this](http://x) is missing; add it")
        return made(db, request)

    monkeypatch.setattr(cached, "evaluate", failing)
    app = opened(volume="31.7")  # an answer that no other test keeps
    table = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    assert list(table["Chemistry"]) == [name for name in FIRST_SHOWN if name != "NMC811"]
    assert [error.value for error in app.error] == [
        r"NMC811\: a number of \[this\](http\://x) is missing; add it"
    ]


@pytest.mark.parametrize("page", ["compare", "minerals", "sourcing", "recycling", "trade", "shock"])
def test_a_wrong_link_is_told_and_the_page_answers(opened, page):
    app = opened(page, region="XXX", currency="DOGE", mass="stone", from_="??", into="??")
    assert not app.exception
    told = [warning.value for warning in app.warning]
    assert all("\n" not in sentence for sentence in told)
    assert app.dataframe or app.get("plotly_chart")


def test_a_first_visit_needs_no_choice(opened):
    app = opened()
    assert len(app.get("plotly_chart")) >= 2
    assert all(name in app.get("plotly_chart")[0].proto.alt for name in FIRST_SHOWN)


PAGES = (*PICKING, "sourcing", "recycling", "trade", "shock", "data")


@pytest.mark.parametrize("page", PAGES)
def test_charts_inputs_and_headings_are_there_for_everyone(opened, page):
    app = opened(page)
    charts = app.get("plotly_chart")
    assert all(len(chart.proto.alt) > 20 for chart in charts)
    assert all(frame.proto.alt for frame in app.dataframe)
    kinds = ("selectbox", "multiselect", "number_input", "text_input", "toggle", "button_group",
             "date_input", "checkbox", "radio", "button")  # fmt: skip
    for kind in kinds:
        for one in app.get(kind):
            assert one.label.strip(), (kind, one.key)
    assert [head.tag for head in app.main.header] == ["h2"]
    assert {head.tag for head in app.main.subheader} <= {"h3"}
    assert not re.search(r"<[a-z]", " ".join(c.value for c in app.caption))
