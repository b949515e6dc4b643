"""The rules form, the mix, what each rule costs, and what clashes."""

from __future__ import annotations

import json

import pytest

from calculator.scenario.fields import fields_of, tag_of
from calculator.scenario.rules import KINDS
from pages.rule_editor import TITLES

CARBON = {"rule": "carbon_cap", "name": "footprint", "limit": "54 kgCO2e/kWh"}
FURTHER = {
    "chemistry_share": {"at_most": "70 %"},
    "supplier_count": {"at_least": 3, "at_most": 5},
}
"""What a kind needs beside its required fields."""


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
    app = opened("sourcing", cap="40", ni="25", importer="USA")
    mix = frame_with(app, "Share, %")
    named = mix[mix["Country"] != "ROW"]
    by_country = named.groupby(["Material", "Stage", "Country"])["Share, %"].sum()
    assert by_country.max() <= 40.15  # shown with one decimal, summed over routes
    nickel = mix[(mix["Material"] == "nickel") & (mix["Stage"] == "refining")]
    recycled = nickel[nickel["Route"] != "primary"]["Share, %"].sum()
    assert recycled == pytest.approx(25, abs=0.11)
    assert metric(app, "Landed cost") > metric(app, "Without rules")
    assert metric(app, "The rules cost") > 0


def test_shares_of_a_stage_sum_to_one_hundred(opened):
    mix = frame_with(opened("sourcing", cap="40"), "Share, %")
    sums = mix.groupby(["Material", "Stage"])["Share, %"].sum()
    assert sums.to_numpy() == pytest.approx(100, abs=1.0)


def test_each_rule_has_its_cost_and_its_price(opened):
    app = opened("sourcing", cap="40", ni="25", importer="USA")
    table = frame_with(app, "cost_of_rule").set_index("rule")
    own = ["each country at most 40 %", "recycled nickel at least 25 %"]
    assert list(table.index) == [*own, "Market access 25 %"]
    assert (table["cost_of_rule"] > 0).all()
    assert table.loc["each country at most 40 %", "price"] < 0
    assert table.loc["recycled nickel at least 25 %", "price"] > 0
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


def text(app, key):
    return next(field for field in app.text_input if field.key == key)


def button(app, key):
    return next(one for one in app.button if one.key == key)


def held_rules(app):
    """The rules that the address carries."""
    found = app.query_params["rules"]
    return json.loads(found if isinstance(found, str) else found[0])


def with_rules(opened, *rules, **link):
    return opened("sourcing", rules=json.dumps(list(rules)), **link)


def test_a_rule_is_added_named_and_taken_out_again(opened):
    app = opened("sourcing")
    app.selectbox(key="new_kind").set_value("carbon_cap").run()
    text(app, "new_carbon_cap_limit").set_value("52 kgCO2e/kWh")
    text(app, "new_name").set_value("our footprint")
    button(app, "add_rule").click().run()
    assert not app.error
    table = frame_with(app, "cost_of_rule").set_index("rule")
    assert table.loc["our footprint", "cost_of_rule"] > 0
    assert metric(app, "Carbon") == pytest.approx(52, abs=0.05)
    assert held_rules(app)[0]["name"] == "our footprint"
    button(app, "remove_0").click().run()
    assert metric(app, "Carbon") > 52.1
    assert "rules" not in app.query_params


def test_a_wrong_limit_is_one_sentence_and_loses_nothing(opened):
    app = with_rules(opened, CARBON, cap="60")
    app.selectbox(key="new_kind").set_value("energy_cap").run()
    text(app, "new_energy_cap_limit").set_value("90 kg")
    button(app, "add_rule").click().run()
    told = [error.value for error in app.error]
    assert len(told) == 1
    assert told[0].startswith("limit")
    assert "give it in 'kWh/kWh'" in told[0]
    assert len(held_rules(app)) == 1
    assert text(app, "new_energy_cap_limit").value == "90 kg"


def example(kind):
    """A rule with the example of every field that its schema asks for."""
    fields = fields_of(kind).items()
    given = {key: info.examples[0] for key, info in fields if info.is_required()}
    return {**given, **FURTHER.get(tag_of(kind), {})}


@pytest.mark.parametrize("kind", KINDS, ids=tag_of)
def test_every_kind_of_rule_is_answered(kind, opened):
    app = with_rules(opened, example(kind), source=["LFP", "NMC811"])
    answered = any(m.label.startswith("Landed cost") for m in app.metric)
    explained = [e.value for e in app.error if e.value.startswith("No mix meets")]
    assert answered or explained


def test_every_kind_has_a_title():
    assert set(TITLES) == {tag_of(kind) for kind in KINDS}


def test_a_link_with_nonsense_for_rules_is_refused_in_a_sentence(opened):
    app = opened("sourcing", rules="{not json")
    assert any("will not do" in warning.value for warning in app.warning)
    assert metric(app, "Landed cost") > 0


def test_the_mix_of_chemistries_is_told_and_bounded(opened):
    share = {"rule": "chemistry_share", "name": "half", "chemistry": "LFP", "at_most": "50 %"}
    app = with_rules(opened, share, source=["LFP", "NMC811"])
    assert any("Chemistries: LFP 50.0 %, NMC811 50.0 %" in c.value for c in app.caption)


def test_the_best_plan_for_carbon_emits_least_and_costs_more(opened):
    cheap, clean = opened("sourcing"), opened("sourcing", best="least carbon")
    assert metric(clean, "Carbon") < metric(cheap, "Carbon")
    assert metric(clean, "Landed cost") > metric(cheap, "Landed cost")


def test_the_front_holds_the_mix_at_a_point(opened):
    app = opened("sourcing", front="true")
    points = next(box for box in app.selectbox if box.label == "Point")
    points.set_value(3).run()
    before = metric(app, "Carbon")
    button(app, "hold_point").click().run()
    rule = held_rules(app)[0]
    assert rule["rule"] == "carbon_cap"
    assert metric(app, "Carbon") < before
    held = float(rule["limit"].split()[0])
    assert metric(app, "Carbon") == pytest.approx(held, abs=0.06)


def test_a_kept_mix_is_compared_with_the_next(opened):
    app = opened("sourcing")
    button(app, "keep_mix").click().run()
    app.number_input(key="cap").set_value(60.0)
    next(b for b in app.button if b.label == "Solve").click().run()
    table = next(f.value for f in app.dataframe if "kept mix" in set(f.value.get("item", [])))
    values = table.set_index("item")["value"]
    parts = values.drop(["kept mix", "this mix"]).sum()
    assert values["kept mix"] + parts == pytest.approx(values["this mix"], rel=1e-9)
    assert values["this mix"] > values["kept mix"]
