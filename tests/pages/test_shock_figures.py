"""Charts of a shock: they say in words what they show, and refuse what they cannot show."""

from __future__ import annotations

import pandas as pd
import pytest

from calculator import figures
from calculator.figures.timeline import INFLOW, OUTPUT, PANELS, STOCK


def days_of(panel, name, values):
    rows = [(panel, name, day, value) for day, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["panel", "name", "day", "value"])


@pytest.fixture
def table():
    return pd.concat(
        [
            days_of(OUTPUT, "output", [100.0, 100.0, 31.0, 31.0]),
            days_of(STOCK, "graphite, refining", [2.0, 1.0, 0.0, 0.0]),
            days_of(INFLOW, "planned", [40.0] * 4),
            days_of(INFLOW, "recycling", [0.0, 5.0, 10.0, 10.0]),
        ]
    )


def test_a_timeline_has_a_panel_for_each_part_and_says_when_it_falls_short(table):
    chart = figures.shock_timeline(table, [figures.Span("licence stop", 1, None)], 2)
    drawn = {trace.name: list(trace.y) for trace in chart.figure.data}
    assert drawn["output"] == [100.0, 100.0, 31.0, 31.0]
    assert drawn["stock: graphite, refining"] == [2.0, 1.0, 0.0, 0.0]
    assert drawn["inflow: recycling"] == [0.0, 5.0, 10.0, 10.0]
    assert "between 31 and 100 %" in chart.alt
    assert "licence stop" in chart.alt
    assert "first shortage on day 2" in chart.alt


def test_the_event_is_shaded_on_every_panel_to_the_end_where_it_has_none(table):
    chart = figures.shock_timeline(table, [figures.Span("stop", 1, None)])
    shades = [shape for shape in chart.figure.layout.shapes if shape.type == "rect"]
    assert len(shades) == len(PANELS)
    assert {(shade.x0, shade.x1) for shade in shades} == {(1, 3.0)}
    assert "no shortage" in chart.alt


def test_a_panel_without_rows_is_left_out(table):
    chart = figures.shock_timeline(table[table["panel"] == OUTPUT])
    assert len(chart.figure.data) == 1


@pytest.mark.parametrize("panel", ["prices", ""])
def test_a_panel_that_is_none_is_refused(table, panel):
    with pytest.raises(ValueError, match="a timeline shows"):
        figures.shock_timeline(table.assign(panel=panel))


def test_ways_stand_side_by_side_with_what_is_not_known_left_blank():
    rows = {"option": ["nothing", "stock"], "lost_gwh": [2.4, 0.0], "extra_cost": [41.0, None]}
    chart = figures.mitigation_bars(pd.DataFrame(rows), "million USD 2025")
    lost, cost = chart.figure.data
    assert list(lost.x) == [2.4, 0.0]
    assert list(cost.text) == ["41", ""]
    assert "nothing loses 2.4 GWh at 41 million USD 2025 more; stock loses 0 GWh" in chart.alt


def test_covers_have_a_bar_each_and_the_dearest_material_first():
    rows = {"material": ["a", "a", "b", "b"], "days": [30.0, 60.0] * 2, "value": [1.0, 2, 5, 10]}
    chart = figures.cover_bars(pd.DataFrame(rows), "million USD_2025")
    assert [trace.name for trace in chart.figure.data] == ["30 days", "60 days"]
    assert list(chart.figure.data[1].y) == ["b", "a"]
    assert list(chart.figure.data[1].x) == [10.0, 2.0]
    assert "60 days: b 10, a 2" in chart.alt


def test_an_outage_map_names_the_supplier_and_leaves_unknown_fields_blank():
    rows = {
        "material": ["graphite", "nickel"],
        "stage": ["refining", "mining"],
        "country": ["CHN", "IDN"],
        "left": [0.08, 0.4],
    }
    chart = figures.outage_heat_map(pd.DataFrame(rows))
    text = [list(row) for row in chart.figure.data[0].text]
    assert text == [["8 %<br>no CHN", ""], ["", "40 %<br>no IDN"]]
    assert chart.alt.index("graphite refining 8 %") < chart.alt.index("nickel mining 40 %")


def test_contracts_have_a_bar_for_each_plan():
    rows = {"contract": ["cell: CHN", "cell: POL"], "cheapest": [100.0, 0.0], "robust": [60, 40.0]}
    chart = figures.contract_bars(pd.DataFrame(rows))
    drawn = {trace.name: list(trace.x) for trace in chart.figure.data}
    assert drawn == {"cheapest plan": [100.0, 0.0], "robust plan": [60.0, 40.0]}
    assert "cell: POL from 0 to 40 %" in chart.alt
