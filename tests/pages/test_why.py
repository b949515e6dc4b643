"""How a figure was made, on the pages that show figures."""

from __future__ import annotations

import json

import pytest

from materials_db.load import load_database
from materials_db.substitute import record_key, with_values


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


ANODE = json.dumps(
    [
        {
            "name": "Licence stop", "material": "anode_active_material",
            "stage": "active_material", "origins": ["CHN"], "cut": "100 %", "days": "120 day",
        }
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("page", "fold", "link", "where", "records"),
    [
        ("sensitivity", "sensitivity", {"liquid": ["LFP", "NMC811"]}, "tornado.tornado", 100),
        (
            "sensitivity",
            "sensitivity",
            {"liquid": ["LFP", "NMC811"], "why_sensitivity_of": "break-even"},
            "breakeven.break_even",
            100,
        ),
        ("shock", "shock_happens", {"events": ANODE}, "stress.stress_test", 100),
        (
            "shock",
            "shock_helps",
            {"events": ANODE, "shock_tab": "What would help"},
            "stress.stress_test",
            100,
        ),
        (
            "shock",
            "shock_stock",
            {"events": ANODE, "shock_tab": "Stockpile"},
            "covers.cover_table",
            100,
        ),
    ],
)
def test_figures_of_a_run_are_calls_on_its_records(opened, page, fold, link, where, records):
    app = opened(page, test_from="2026-11-22", own_stock="0", **link, **{f"why_{fold}_on": "true"})
    assert not app.error
    assert where in " ".join(box.value for box in app.caption).replace("\\", "")
    assert len(steps(app)) > records


def test_a_test_runs_again_on_another_supply(opened, monkeypatch):
    """The page's own test, caught where it is drawn."""
    import pages.shock_answer as answered
    from pages.shock_outcome import outcome_from
    from pages.shock_why import again

    held = []
    draw = answered.draw
    monkeypatch.setattr(answered, "draw", lambda data, run: (held.append(run), draw(data, run)))
    opened("shock", events=ANODE, test_from="2026-11-22", own_stock="0")
    run, db = held[-1], load_database()
    share = next(
        row for row in db.shares
        if (row.material, row.stage, row.country)
        == ("anode_active_material", "active_material", "CHN")
    )  # fmt: skip
    less = with_values(db, {record_key(share): share.value / 2})
    lost = outcome_from(run).lost_gwh
    assert outcome_from(again(run, db)).lost_gwh == lost
    assert outcome_from(again(run, less)).lost_gwh < lost


def test_concentration_is_a_formula_on_shares(opened):
    app = opened("shock", shock_tab="One supplier fails", why_shock_one_on="true")
    assert not app.error
    box = next(box for box in app.selectbox if box.key == "why_shock_one")
    box.set_value("n1/world/graphite/refining/hhi_low").run()
    assert not app.exception
    assert any(" x " in code.value for code in app.code)
