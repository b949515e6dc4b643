"""How a figure was made, on the pages that show figures."""

from __future__ import annotations

import pytest


def steps(app):
    return next(f.value for f in app.dataframe if {"Symbol", "Rests on"} <= set(f.value.columns))


def told(app):
    return " ".join(box.value for box in (*app.markdown, *app.caption))


def test_nothing_is_derived_until_asked(opened):
    app = opened("compare", liquid="LFP")
    assert "Why this number" in [head.value for head in app.subheader]
    assert not any("Symbol" in f.value.columns for f in app.dataframe)


def test_a_cost_opens_into_its_parts_and_they_sum_to_it(opened):
    app = opened("compare", liquid="LFP", why_compare_on="true")
    assert not app.error
    parts = steps(app)
    assert set(parts["Symbol"]) == {"variable_usd", "fixed_usd", "profit_usd", "warranty_usd"}
    headline = next(f.value for f in app.dataframe if "Chemistry" in f.value.columns)
    cost = next(c for c in headline.columns if c.startswith("Cell, USD"))
    assert parts["Value"].sum() == pytest.approx(float(headline[cost].iloc[0]), abs=0.05)
    assert "Rests on " in told(app)
    assert any("variable_usd + fixed_usd" in code.value for code in app.code)


@pytest.mark.parametrize(
    ("page", "link", "figure"),
    [
        ("minerals", {"liquid": "LFP"}, "Li/whole cell"),
        ("trade", {"on": "2026-11-22"}, "landed cost"),
    ],
)
def test_other_pages_have_it_too(opened, page, link, figure):
    app = opened(page, **link, **{f"why_{page}_on": "true"})
    assert not app.error
    assert len(steps(app))
    shown = next(box for box in app.selectbox if box.key == f"why_{page}")
    assert figure in shown.value


def test_a_wrong_figure_in_the_link_is_told_and_another_stands(opened):
    app = opened("compare", liquid="LFP", why_compare_on="true", why_compare="<b>no figure</b>")
    assert any("which will not do" in box.value for box in app.warning)
    assert len(steps(app))
