"""The recycling page: mixes side by side, marks against the floors, links and refusals."""

from __future__ import annotations

import pytest


def frame_with(app, column):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def mixes(app):
    return frame_with(app, "Cost, USD 2025/kWh").set_index("Mix")


def metric(app, label):
    return next(m.value for m in app.metric if m.label.startswith(label))


@pytest.fixture(scope="module")
def usual_columns():
    return ["Li, % (≥ 6)", "Ni, % (≥ 6)", "Co, % (≥ 16)"]


def test_mixes_stand_side_by_side_with_their_marks(opened, usual_columns):
    app = opened("recycling")
    assert not app.error
    table = mixes(app)
    assert table.index[0] == "no recycling"
    assert "direct recycling alone" not in table.index
    for column in usual_columns:
        assert table.loc["no recycling", column] == "0.0 ✗"
        assert table.loc["all routes, EU floors", column].endswith("✓")
    assert table.loc["all routes", "Co, % (≥ 16)"].endswith("✗")
    cost = table["Cost, USD 2025/kWh"]
    assert cost["no recycling"] > cost["all routes"]
    saved = table["Saved, USD 2025/kWh"]
    assert saved["all routes"] == pytest.approx(cost["no recycling"] - cost["all routes"])
    assert float(metric(app, "The floors cost")) > 0


def test_direct_needs_a_discount(opened):
    table = mixes(opened("recycling", direct="20"))
    assert "direct recycling alone" in table.index
    routes = frame_with(opened("recycling", direct="20"), "Treatment")
    assert "direct" in set(routes["Route"])
    assert "direct" not in set(frame_with(opened("recycling"), "Treatment")["Route"])


def test_floors_rise_with_the_year(opened):
    app = opened("recycling", floors="2036")
    assert "Co, % (≥ 26)" in mixes(app)
    early = opened("recycling", floors="2028")
    assert not any("≥" in head for head in mixes(early).columns)
    assert any("No floor of the law holds in 2028" in c.value for c in early.caption)


def test_floors_out_of_reach_are_told_in_one_box(opened):
    app = opened("recycling", floors="2036", demand="300")
    assert len(app.error) == 1
    assert "No plan for 'all routes, EU floors'" in app.error[0].value
    assert "from 26 to" in app.error[0].value
    assert metric(app, "Floors of 2036") == "no plan"


def test_cost_lines_add_up_by_row(opened):
    table = frame_with(opened("recycling", direct="20"), "Treated, t/year")
    parts = table[["Feed", "Margin", "Collection", "Process", "Sales"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["Cost"].to_numpy())
    own = table[table["Stream"] == "own scrap"]
    assert (own["Feed"] == 0).all()


def test_routes_add_up_and_say_what_they_rest_on(opened):
    table = frame_with(opened("recycling"), "Treatment")
    left = table["Value"] - table["Feed"] - table["Collection"] - table["Treatment"]
    assert left.to_numpy() == pytest.approx(table["Margin"].to_numpy())
    parts = table[["Labour", "Electricity", "Heat", "Capital", "Reagents and waste"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["Treatment"].to_numpy())
    assert set(table["Rests on"]) == {"assumed"}


def test_the_chart_is_told_in_words_and_splits_by_route(opened):
    by_waste = opened("recycling").get("plotly_chart")[0].proto
    assert "Co, floor 16 %: no recycling 0.0 %" in by_waste.alt
    by_route = opened("recycling", split="route").get("plotly_chart")[0].proto
    assert '"name":"hydromet"' in by_route.spec
    assert '"name":"hydromet"' not in by_waste.spec
    assert '"name":"post-consumer"' in by_waste.spec


def test_several_chemistries_show_the_cells_chosen(opened):
    app = opened("recycling", source=["LFP", "NMC811"])
    assert mixes(app).loc["all routes", "Cells, %"] == "LFP 100"
    assert app.selectbox(key="routes_of").value == "LFP"


def test_a_year_between_years_is_one_sentence(opened):
    app = opened("recycling", floors="2031.5")
    assert [error.value for error in app.error] == [
        "the year of the floors is 2031.5; give a whole year, such as 2031"
    ]


def test_a_link_that_will_not_do_is_told(opened):
    app = opened("recycling", floors="2090", direct="150")
    assert sum("which will not do" in warning.value for warning in app.warning) == 2
    assert not app.error


def test_the_form_compares_when_asked(opened):
    app = opened("recycling")
    app.number_input(key="direct").set_value(10.0)
    app.button[0].click().run()
    assert "direct recycling alone" in mixes(app).index


def test_the_question_goes_along_from_the_sourcing_page(opened):
    app = opened("sourcing", source="LFP", importer="USA", demand="20")
    app.switch_page("recycling.py").run()
    assert not app.exception
    assert app.multiselect(key="source").value == ["LFP"]
    assert app.number_input(key="demand").value == 20
    assert any("Recycling routes of LFP in USA" in caption.value for caption in app.caption)
