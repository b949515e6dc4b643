"""The rules form, the mix, what each rule costs, and what clashes."""

from __future__ import annotations

import pytest


def frame_with(app, column):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def metric(app, label):
    return float(next(m.value for m in app.metric if m.label.startswith(label)).split()[0])


def test_the_free_mix_answers_at_once(opened):
    app = opened("sourcing")
    assert metric(app, "Landed cost") == metric(app, "Without rules")
    assert metric(app, "The rules cost") == 0
    assert any("No rule is set" in info.value for info in app.info)
    assert not app.error


def test_a_cap_and_a_floor_hold_and_cost(opened):
    app = opened("sourcing", cap="40", ni="15", importer="USA")
    mix = frame_with(app, "Share, %")
    named = mix[mix["Country"] != "ROW"]
    by_country = named.groupby(["Material", "Stage", "Country"])["Share, %"].sum()
    assert by_country.max() <= 40.15  # shown with one decimal, summed over routes
    nickel = mix[(mix["Material"] == "nickel") & (mix["Stage"] == "refining")]
    recycled = nickel[nickel["Route"] != "primary"]["Share, %"].sum()
    assert recycled == pytest.approx(15, abs=0.11)
    assert metric(app, "Landed cost") > metric(app, "Without rules")
    assert metric(app, "The rules cost") > 0


def test_shares_of_a_stage_sum_to_one_hundred(opened):
    mix = frame_with(opened("sourcing", cap="40"), "Share, %")
    sums = mix.groupby(["Material", "Stage"])["Share, %"].sum()
    assert sums.to_numpy() == pytest.approx(100, abs=1.0)


def test_each_rule_has_its_cost_and_its_price(opened):
    app = opened("sourcing", cap="40", ni="15", importer="USA")
    table = frame_with(app, "cost_of_rule").set_index("rule")
    own = ["each country at most 40 %", "recycled nickel at least 15 %"]
    assert list(table.index) == [*own, "Market access 25 %"]
    assert (table["cost_of_rule"] > 0).all()
    assert table.loc["each country at most 40 %", "price"] < 0
    assert table.loc["recycled nickel at least 15 %", "price"] > 0
    together = metric(app, "The rules cost")
    assert table["cost_of_rule"].max() <= together + 0.01


def test_the_form_solves_when_asked(opened):
    app = opened("sourcing")
    app.number_input(key="cap").set_value(40.0)
    app.button[0].click().run()
    assert metric(app, "The rules cost") > 0


def test_rules_that_cannot_hold_are_named_with_the_least_relaxation(opened):
    app = opened("sourcing", co="90", cap="40", importer="USA")
    assert len(app.error) == 1
    assert "'recycled cobalt at least 90 %'" in app.error[0].value
    assert any("alone from 90 to" in text.value for text in app.markdown)
    assert app.number_input(key="co").value == 90  # what was asked is still there


def test_two_rules_that_clash_are_both_named(opened):
    app = opened(
        "sourcing", demand="100", share="35", exclude=["KOR", "IDN", "JPN"], importer="USA"
    )
    assert len(app.error) == 1
    assert "'CHN at most 35 %' and 'Market access 25 %'" in app.error[0].value
    assert any("'CHN at most 35 %' alone from 35 to" in text.value for text in app.markdown)


def test_a_floor_on_a_metal_the_cell_lacks_is_one_sentence(opened):
    app = opened("sourcing", source="LFP", ni="15")
    assert len(app.error) == 1
    assert "nickel" in app.error[0].value
    assert app.number_input(key="ni").value == 15


def test_an_index_cap_holds(opened):
    app = opened("sourcing", hhi="0.3", stage="refining")
    mix = frame_with(app, "Share, %")
    refined = mix[(mix["Stage"] == "refining") & (mix["Country"] != "ROW")]
    shares = refined.groupby(["Material", "Country"])["Share, %"].sum() / 100
    assert (shares**2).groupby("Material").sum().max() <= 0.303
