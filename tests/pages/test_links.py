"""Deep links: inputs come from the address, stay over a change of page, and bad ones are told."""

from __future__ import annotations

import pytest

from pages.countries import NAMES, country_label


def test_a_link_fills_the_inputs(opened):
    app = opened(
        liquid=["NCA", "LMO"], solid_state="ASSB-polymer-LFP", region="KOR", deck="reference_2022",
        currency="EUR", year="2023", volume="50", pack="60", format="pouch_EV",
    )  # fmt: skip
    assert app.multiselect(key="liquid").value == ["NCA", "LMO"]
    assert app.multiselect(key="solid_state").value == ["ASSB-polymer-LFP"]
    assert app.selectbox(key="region").value == "KOR"
    assert app.selectbox(key="deck").value == "reference_2022"
    assert app.selectbox(key="year").value == 2023
    assert app.number_input(key="volume").value == 50
    assert app.number_input(key="pack").value == 60
    assert app.selectbox(key="format").value == "pouch_EV"
    assert not app.warning
    assert not app.error


def test_inputs_stay_over_a_change_of_page(opened):
    app = opened(region="KOR")
    app.multiselect(key="liquid").set_value(["NCA"]).run()
    app.number_input(key="volume").set_value(70.0).run()
    for page in ("minerals", "data", "compare"):
        app.switch_page(f"{page}.py").run()
        assert not app.exception
    assert app.multiselect(key="liquid").value == ["NCA"]
    assert app.number_input(key="volume").value == 70
    assert app.selectbox(key="region").value == "KOR"


def test_rules_stay_over_a_change_of_page(opened):
    app = opened("sourcing", cap="40", ni="15", exclude=["RUS", "PRK"], importer="USA")
    app.switch_page("data.py").run()
    app.switch_page("sourcing.py").run()
    assert app.number_input(key="cap").value == 40
    assert app.number_input(key="ni").value == 15
    assert app.multiselect(key="exclude").value == ["RUS", "PRK"]
    assert app.selectbox(key="importer").value == "USA"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"region": "XXX"}, "`XXX` for Cell plant in"),
        ({"deck": "nope"}, "`nope` for Price deck"),
        ({"volume": "-5"}, "`-5` for Output, GWh a year"),
        ({"pack": "abc"}, "`abc` for Pack, kWh"),
        ({"liquid": ["LFP", "NMC8111"]}, "`NMC8111` for Liquid"),
        ({"year": "1850"}, "`1850` for Year of the money"),
        ({"format": "<script>alert(1)</script>"}, "for Format"),
    ],
)
def test_what_a_link_gives_in_vain_is_told_in_one_sentence(opened, link, words):
    app = opened(**link)
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert "will not do" in app.warning[0].value
    assert app.dataframe  # the page answers all the same


def test_the_sentence_goes_with_the_next_step(opened):
    app = opened(deck="nope")
    app.number_input(key="volume").set_value(60.0).run()
    assert not app.warning


def test_every_country_offered_has_a_name(opened):
    app = opened("sourcing")
    for key in ("region", "importer", "capped"):
        assert all(" " in label for label in app.selectbox(key=key).options)
    assert country_label("CHN") == "CHN China"
    assert country_label("ZZZ") == "ZZZ"
    assert all(len(code) == 3 and code.isupper() for code in NAMES)
