"""The page part that lays two scenarios side by side."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def draw(first: dict[str, object], second: dict[str, object]) -> None:
    import streamlit as st

    from calculator.scenario import make_scenario
    from pages import case, diff_view, exhibit, widgets

    widgets.begin("Saved")
    exhibit.begin_run()
    widgets.hand_over(case.Case())
    diff_view.show(
        widgets.session_data(), make_scenario(first, "one"), make_scenario(second, "two")
    )
    st.caption("end")


def shown(first: dict[str, object], second: dict[str, object]) -> AppTest:
    app = AppTest.from_function(draw, default_timeout=60, args=(first, second)).run()
    assert not app.exception
    assert app.caption[-1].value == "end"
    return app


def test_inputs_results_and_a_bridge_of_the_cost():
    app = shown(
        {"chemistries": ["LFP", "NCA"]},
        {"chemistries": ["LFP", "LMO"], "region": "USA", "deck": "reference_2022"},
    )
    heads = [one.value for one in app.subheader]
    assert heads == ["Inputs that differ", "Results", "Bridge of the cost"]
    captions = [one.value for one in app.caption]
    assert "In the first scenario only: NCA." in captions
    assert "In the second scenario only: LMO." in captions
    inputs = app.dataframe[0].value
    assert set(inputs["key"]) == {"chemistries", "region", "deck"}
    (chart,) = app.get("plotly_chart")
    assert "Bridge in USD 2025/kWh" in chart.proto.alt
    app.segmented_control(key="diff_scope").set_value("pack").run()
    assert not app.exception


@pytest.mark.parametrize(
    ("second", "says"),
    [({"chemistries": ["LFP"]}, "The scenarios ask the same."),
     ({"chemistries": ["NCA"]}, "no chemistry in common"),
     ({"chemistries": ["LFP"], "currency": "EUR"}, "No input that decides this cost differs.")],
)  # fmt: skip
def test_what_there_is_not_is_told(second, says):
    app = shown({"chemistries": ["LFP"]}, second)
    told = [one.value for one in (*app.caption, *app.info)]
    assert any(says in text for text in told), told
