"""Projects on the Sourcing page: add one, see what it does, what only the user knows is asked."""

from __future__ import annotations

import json

import pytest

from pages.spelled import rounded

ANODES = {
    "name": "Anodes in Norway",
    "country": "NOR",
    "material": "anode_active_material",
    "stage": "active_material",
    "capacity": "20 kt/year",
    "start": 2028,
    "ramp": "2 year",
    "cost": "0.1 USD_2025/kg",
    "offtake": "50 %",
}
SILA = {
    "project": "Sila",
    "capacity": "10 kt/year",
    "start": 2028,
    "ramp": "1 year",
    "cost": "3 USD_2025/kg",
}


def told(app):
    parts = (app.markdown, app.caption, app.info, app.warning, app.error)
    return " ".join(str(each.value) for kind in parts for each in kind)


def button(app, key):
    return next(one for one in app.button if one.key == key)


def held(app):
    found = app.query_params["projects"]
    return json.loads(found if isinstance(found, str) else found[0])


def test_a_cheap_project_is_used_and_lowers_cost_and_dependence(opened):
    app = opened("sourcing", projects=json.dumps([ANODES]))
    sentence = next(m.value for m in app.markdown if "With the projects" in m.value)
    words = sentence.split()
    cost, without = float(words[3]), float(words[8].rstrip(".*"))
    assert cost < without
    assert f"{cost:.2f}" == next(m.value for m in app.metric if m.label.startswith("Landed"))
    assert "Of what Anodes in Norway offers you 100 % is used." in sentence
    share = sentence.split("CHN China supplies ")[1].split(" %")[0]
    assert float(share) < 100


def test_before_its_year_a_project_delivers_nothing(opened):
    app = opened("sourcing", projects=json.dumps([ANODES]), plan_year="2027")
    assert "Anodes in Norway delivers nothing in that year" in told(app)


def test_a_project_is_put_together_and_what_is_missing_is_asked(opened):
    app = opened("sourcing")
    button(app, "add_project").click().run()
    assert "name, capacity, start, ramp, cost first" in app.error[0].value
    kind = "one of your own"
    app.text_input(key="project_name").set_value("Anodes *here*")
    for key, value in (
        (f"most_{kind}_kg", 20.0),
        (f"start_{kind}", 2028.0),
        (f"grows_{kind}", 2.0),
        (f"costs_{kind}_kg", 0.1),
    ):
        app.number_input(key=f"project_{key}").set_value(value)
    button(app, "add_project").click().run()
    assert not app.error
    assert not app.exception
    assert held(app) == [
        {k: v for k, v in ANODES.items() if k != "offtake"} | {"name": "Anodes *here*"}
    ]
    assert "Anodes \\*here\\*" in told(app)
    button(app, "remove_project_0").click().run()
    assert "projects" not in app.query_params
    assert "With the projects" not in told(app)


def test_a_shipped_project_says_what_no_source_states(opened):
    app = opened("sourcing")
    app.selectbox(key="new_project").set_value("Sila").run()
    assert "No source states its capacity, start, ramp, cost" in told(app)
    button(app, "add_project").click().run()
    assert "capacity, start, ramp, cost first" in app.error[0].value


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"project": "Sila"}, "no source states its capacity, start, ramp, cost"),
        ({**SILA, "project": "Silla"}, "Sila"),
        ({**ANODES, "capacity": "20 GWh/year"}, "counted by mass"),
        ({**ANODES, "material": "moon_dust"}, "moon"),
        ({**ANODES, "start": "soon"}, "start"),
        ({"name": ["x"]}, "name"),
    ],
)
def test_a_link_with_a_project_that_cannot_be_is_one_sentence(opened, item, said):
    app = opened("sourcing", projects=json.dumps([item]))
    assert len(app.error) == 1
    assert said in app.error[0].value.replace("\\", "")
    button(app, "remove_project_0").click().run()
    assert not app.error


def test_projects_go_with_the_plan_to_the_shock_page(opened):
    link = {"projects": json.dumps([ANODES]), "supply": "plan of the Sourcing page"}
    app = opened("shock", **link)
    assert not app.error
    assert held(app) == [ANODES]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-9, "0"),
        (0.00002, "0.00002"),
        (0.0123456, "0.0123"),
        (58.34, "58.3"),
        (999.4, "999"),
        (999.6, "1,000"),
        (5862.4, "5,862"),
        (-0.25, "-0.25"),
        (-1234.0, "-1,234"),
    ],
)
def test_numbers_in_sentences_are_never_powers_of_ten(value, text):
    assert rounded(value) == text
