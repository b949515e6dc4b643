"""The first page: four chemistries at once, the inputs, what a mistake says."""

from __future__ import annotations

import pytest

from calculator.evaluation import evaluate
from calculator.requests import request_for
from materials_db.load import load_database
from pages.case import FIRST_SHOWN


def headline(app):
    """The first table of the page."""
    return next(frame.value for frame in app.dataframe if "Class" in frame.value)


def test_first_load_answers_for_every_class(opened):
    app = opened()
    table = headline(app)
    assert tuple(table["Chemistry"]) == FIRST_SHOWN
    assert set(table["Class"]) == {"liquid", "semi-solid", "solid-state"}
    assert not app.error
    assert not app.warning


def test_figures_are_those_of_the_library(opened):
    db = load_database()
    table = headline(opened()).set_index("Chemistry")
    for name in FIRST_SHOWN:
        cost = evaluate(db, request_for(db, name)).cost
        assert table.loc[name, "Cell, USD 2025/kWh"] == pytest.approx(
            cost.cell_usd_per_kwh, abs=0.05
        )
        assert table.loc[name, "Pack, USD 2025/kWh"] == pytest.approx(
            cost.pack_usd_per_kwh, abs=0.05
        )


def test_band_is_fifteen_percent_about_the_cost(opened):
    table = headline(opened()).set_index("Chemistry")
    low, high = map(float, table.loc["LFP", "Pack, band"].split(" to "))
    cost = table.loc["LFP", "Pack, USD 2025/kWh"]
    assert low == pytest.approx(0.85 * cost, abs=0.6)
    assert high == pytest.approx(1.15 * cost, abs=0.6)


def test_assumed_and_borrowed_figures_are_marked_and_explained(opened):
    app = opened()
    assert headline(app)["Rests on"].str.startswith("~").all()
    assert headline(app)["Rests on"].str.contains("borrowed").all()
    assert any("numbers behind it are assumed" in caption.value for caption in app.caption)


def test_a_chart_has_words_and_a_table(opened):
    app = opened()
    charts = app.get("plotly_chart")
    assert len(charts) == 2
    assert all(name in charts[0].proto.alt for name in FIRST_SHOWN)
    components = [frame for frame in app.dataframe if "component" in frame.value]
    assert len(components) == 1


def test_currency_and_year_stand_in_every_head(opened):
    app = opened()
    app.selectbox(key="currency").set_value("EUR").run()
    app.selectbox(key="year").set_value(2024).run()
    heads = list(headline(app).columns)
    assert "Cell, EUR 2024/kWh" in heads
    assert "Pack, EUR 2024/kWh" in heads
    assert "EUR 2024/kWh" in app.get("plotly_chart")[0].proto.alt


def test_another_country_changes_the_cost_and_names_its_stand_ins(opened):
    china = headline(opened()).set_index("Chemistry")
    germany = headline(opened(region="DEU")).set_index("Chemistry")
    head = "Cell, USD 2025/kWh"
    assert (germany[head] > china[head]).all()


def test_more_output_costs_less(opened):
    app = opened()
    few = headline(app)["Cell, USD 2025/kWh"]
    app.number_input(key="volume").set_value(100.0).run()
    assert (headline(app)["Cell, USD 2025/kWh"] < few).all()


def test_no_chemistry_says_what_to_do(opened):
    app = opened()
    for key in ("liquid", "semi_solid", "solid_state"):
        app.multiselect(key=key).set_value([]).run()
    assert [info.value for info in app.info] == ["Pick a chemistry above."]
    assert not app.exception


def test_the_picker_holds_every_chemistry_under_its_class(opened):
    app = opened()
    db = load_database()
    keys = {"liquid", "semi_solid", "solid_state", "sodium_ion"}
    offered = {key: app.multiselect(key=key).options for key in keys}
    for entry in db.chemistries.values():
        assert entry.id in offered[entry.family.value.replace("-", "_")]
    assert sum(map(len, offered.values())) == len(db.chemistries)
