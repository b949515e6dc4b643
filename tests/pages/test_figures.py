"""Charts: nothing is lost, everything has words, nothing needs a network."""

from __future__ import annotations

import pandas as pd
import pytest

from calculator import figures
from calculator.evaluation import evaluate
from calculator.requests import request_for
from calculator.tables import WHOLE_CELL, cost_by_component_table, element_table, shown_in_usd
from materials_db.load import load_database


@pytest.fixture(scope="module")
def db():
    return load_database()


@pytest.fixture(scope="module")
def evaluations(db):
    return tuple(evaluate(db, request_for(db, name)) for name in ("LFP", "NMC811", "QSS-oxide-AF"))


@pytest.fixture(scope="module")
def costs(evaluations):
    shown = shown_in_usd(evaluations)
    return pd.concat([cost_by_component_table(evaluations, shown, s) for s in ("cell", "pack")])


def held(db, evaluations):
    table = element_table(db, evaluations)
    kept = (table["component"] == WHOLE_CELL) & (table["unit"] == "g/kWh")
    return table[kept & (table["item"] == "in cell")]


def bars(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


def test_every_component_of_every_chemistry_has_its_segment(db):
    found = (
        part
        for name in db.chemistries
        for scope in ("cell", "pack")
        for part in evaluate(db, request_for(db, name)).cost.by_component(scope)
    )
    assert {part for part in found if figures.group_of(part) == figures.OTHER} == set()


def test_an_unknown_component_is_shown_as_other(costs):
    odd = costs.assign(component="something new")
    assert set(figures.cost_groups(odd)["group"]) == {figures.OTHER}


def test_segments_sum_to_the_whole(costs, evaluations):
    chart = figures.cost_bars(costs)
    cells = [bar for bar in bars(chart.figure) if bar.yaxis == "y"]
    for at, found in enumerate(evaluations):
        total = sum(bar.x[at] for bar in cells)
        assert total == pytest.approx(found.cost.cell_usd_per_kwh, rel=1e-9)


def test_the_band_is_drawn_on_the_total(costs):
    marks = [t for t in figures.cost_bars(costs, band=0.2).figure.data if t.error_x.array]
    assert len(marks) == 2
    for mark in marks:
        assert [e / x for e, x in zip(mark.error_x.array, mark.x, strict=True)] == pytest.approx(
            [0.2] * 3
        )


def test_one_legend_entry_a_segment(costs):
    shown = [bar.name for bar in bars(figures.cost_bars(costs).figure) if bar.showlegend]
    assert len(shown) == len(set(shown))
    assert set(shown) == set(figures.COST_GROUPS)


def test_the_heat_map_writes_every_amount(db, evaluations):
    table = held(db, evaluations)
    chart = figures.element_heat_map(table)
    fields = [text for row in chart.figure.data[0].text for text in row]
    assert sum(bool(text) for text in fields) == (table["value"] > 0).sum()
    assert "graphite: most in LFP" in chart.alt


def test_bars_take_the_elements_in_the_order_asked(db, evaluations):
    chart = figures.mineral_bars(held(db, evaluations), ["Ni", "Li"])
    assert list(chart.figure.data[0].x) == ["Ni", "Li"]


MIX = pd.DataFrame(
    [
        ("nickel", "mining", f"C{n:02}", "primary", 0.05) for n in range(18)
    ]
    + [("nickel", "mining", "ROW", "primary", 0.05), ("nickel", "mining", "C00", "hydromet", 0.05)],
    columns=["material", "stage", "country", "route", "share"],
)  # fmt: skip


def test_the_mix_loses_no_share_beyond_the_countries_named():
    chart = figures.mix_bars(MIX, shown=4)
    names = {bar.name for bar in bars(chart.figure)}
    assert sum(bar.x[0] for bar in bars(chart.figure)) == pytest.approx(100)
    assert {"C00", "C00, recycled", "other", "ROW"} <= names
    assert len(names) == 7


def test_recycled_supply_is_hatched():
    hatched = [b for b in bars(figures.mix_bars(MIX).figure) if b.marker.pattern.shape]
    assert [bar.name for bar in hatched] == ["C00, recycled"]


def test_nothing_is_fetched_to_draw(costs):
    text = figures.cost_bars(costs).figure.to_json()
    assert "geo" not in text
    assert "http" not in text


def test_every_chart_says_what_it_shows(db, evaluations, costs):
    table = held(db, evaluations)
    for chart in (
        figures.cost_bars(costs),
        figures.mineral_bars(table),
        figures.element_heat_map(table),
        figures.mix_bars(MIX),
        figures.amount_bars([("duty", 1.5), ("freight", 0.2)], "USD_2025/kWh"),
    ):
        assert chart.alt.endswith(".")
        assert len(chart.alt) > 30


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, ""), (1e-5, "<0.001"), (0.0123, "0.0123"), (9.126, "9.13"), (1234.5, "1,234")],
)
def test_numbers_are_written_with_three_digits(value, text):
    assert figures.written(value) == text
