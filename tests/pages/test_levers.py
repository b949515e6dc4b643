"""Subsidies, grants, credits and the content test at the foot of the trade page."""

from __future__ import annotations

import pytest


def said(app):
    return " ".join(m.value for m in app.markdown)


def frame_with(app, *columns):
    return next(f.value for f in app.dataframe if set(columns) <= set(f.value.columns))


def test_a_budget_pays_so_many_cars(opened):
    app = opened("trade", on="2024-06-01")
    assert "129.1 billion JPY pay 151,882 BEV" in said(app)
    app = opened("trade", on="2026-11-22", cev_budget="130")
    assert "pay 100,000 BEV" in said(app)


def test_grants_per_gwh_are_those_published(opened):
    table = frame_with(opened("trade", lever="Japan: grants to plants"), "project", "source")
    grant = table.set_index("project")["grant per GWh, bn JPY"]
    invested = table.set_index("project")["investment per GWh, bn JPY"]
    assert grant["12 projects 2024"] == pytest.approx(8.7, abs=0.05)
    assert invested["Panasonic Subaru"] == pytest.approx(28.9, abs=0.05)
    assert invested["Toyota"] == pytest.approx(27.2, abs=0.05)


def test_the_credit_phases_down(opened):
    table = frame_with(opened("trade", lever="US: production credit"), "year", "value")
    cells = table[table["what"] == "cell"].set_index("year")["value"]
    assert cells[2026] == 35.0
    assert cells[2031] == 17.5
    assert 2033 not in cells.index


@pytest.mark.parametrize(("own", "word"), [("60", "passes"), ("50", "fails")])
def test_the_content_of_a_car_is_tested(opened, own, word):
    app = opened("trade", lever="EU: content test (proposal)", eu_part=own, trusted_part="15")
    assert f"The car {word}" in said(app)
    assert any("roposal" in c.value for c in app.caption)


def test_shares_above_the_whole_are_refused_in_a_sentence(opened):
    app = opened("trade", lever="EU: content test (proposal)", eu_part="90", trusted_part="15")
    assert any("more than 100 %" in box.value for box in app.info)
    assert not app.exception
