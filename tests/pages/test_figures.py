"""Charts: nothing is lost, everything has words, nothing needs a network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calculator import figures
from calculator.evaluation import evaluate
from calculator.figures.world_map import CLASSES, equal_earth, outlines
from calculator.requests import request_for
from calculator.scenario import make_scenario
from calculator.scenario.sourcing import source_scenario
from calculator.sourcing import solve
from calculator.sourcing.network import Arc, Commodity, Demand, Network, Node, Process, Supply
from calculator.sourcing.plan import Plan
from calculator.tables import (
    WHOLE_CELL,
    Shown,
    cost_by_component_table,
    element_table,
    share_table,
    shown_in_usd,
)
from calculator.tables.flows import material_flow_table, value_flow_table
from materials_db.countries import PLACES
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


# The way of the goods, the map, the front and the bridge.


@pytest.fixture(scope="module")
def found(db):
    asked = {"importer": "USA", "demand": "30 GWh/year", "rules": [CAP]}
    return source_scenario(db, make_scenario({"chemistries": ["NMC811"], "sourcing": asked}))


CAP = {"rule": "cap_country_share", "name": "cap", "limit": "40 %"}
USD = Shown("USD_2025")


@pytest.fixture(scope="module")
def money(found):
    return value_flow_table(found.plan, USD)


def chain_network():
    """Two mines to one plant that burns half and sells to a buyer at home."""
    return Network(
        commodities=(Commodity("ore", stage="mining"), Commodity("metal", stage="refining")),
        nodes=(Node("A", "CHL"), Node("B", "AUS"), Node("P", "CHN"), Node("U", "DEU")),
        supplies=(Supply("A", "ore", 1.0, capacity=10.0), Supply("B", "ore", 3.0)),
        processes=(Process("smelt", "P", {"ore": 2.0}, {"metal": 1.0}, "primary", 5.0),),
        arcs=(
            Arc("A", "P", "ore", freight_per_unit=1.0),
            Arc("B", "P", "ore"),
            Arc("P", "U", "metal", duty_rate=0.1, customs_value_per_unit=10.0),
        ),
        demands=(Demand("U", "metal", 6.0), Demand("P", "metal", 4.0)),
    )


def test_a_chain_carries_its_costs_along():
    plan = solve(chain_network(), ())
    table = value_flow_table(plan, Shown("USD_2024", 2.0))
    value = table.set_index(["source", "target"])["value"] / 2.0
    # 10 ore at 1 + 1 of freight, 10 at 3, 10 metal at 5: 100 for 10 metal
    assert value["CHL", "CHN"] == pytest.approx(20.0)
    assert value["AUS", "CHN"] == pytest.approx(30.0)
    assert value["CHN", "DEU"] == pytest.approx(6 * (10.0 + 1.0))
    assert value["CHN", "CHN"] == pytest.approx(4 * 10.0)
    assert set(table["unit"]) == {"USD_2024/year"}
    to_buyers = table[table["stage_to"] == "buyer"]["value"].sum()
    assert to_buyers == pytest.approx(2.0 * plan.cost)


def test_kilograms_of_a_chain_are_those_shipped():
    table = material_flow_table(solve(chain_network(), ()), "ore")
    assert dict(zip(table["source"], table["value"], strict=True)) == pytest.approx(
        {"CHL": 10.0, "AUS": 10.0}
    )


def test_what_comes_to_the_buyer_is_the_landed_cost(found, money):
    landed = money[money["stage_to"] == "buyer"]["value"].sum()
    assert landed == pytest.approx(found.plan.cost, rel=1e-9)


def test_flows_of_a_material_are_its_shipments(found):
    table = material_flow_table(found.plan, "nickel")
    mined = [row for row in found.plan.shares if (row.material, row.stage) == ("nickel", "mining")]
    out = table[table["stage_from"] == "mining"].groupby("source")["value"].sum()
    assert out.sum() == pytest.approx(sum(row.quantity for row in mined), rel=1e-9)
    assert out["IDN"] == pytest.approx(
        sum(row.quantity for row in mined if row.country == "IDN"), rel=1e-9
    )


def test_a_plan_without_an_answer_has_no_flows():
    assert value_flow_table(Plan("infeasible", "USD_2024"), USD).empty
    assert material_flow_table(Plan("infeasible", "USD_2024"), "nickel").empty


def test_bands_lose_nothing_to_folding(money):
    sankey = figures.mix_sankey(money).figure.data[0]
    assert sum(sankey.link.value) == pytest.approx(money["value"].sum(), rel=1e-9)
    assert len(sankey.node.label) < len(set(zip(money["stage_from"], money["source"], strict=True)))
    assert figures.OTHER in sankey.node.label


def test_nodes_stand_apart_on_one_scale(money):
    sankey = figures.mix_sankey(money).figure.data[0]
    into = np.bincount(sankey.link.target, sankey.link.value, len(sankey.node.x))
    out = np.bincount(sankey.link.source, sankey.link.value, len(sankey.node.x))
    size, x, y = np.maximum(into, out), np.array(sankey.node.x), np.array(sankey.node.y)
    steps_down, halves = [], []
    for place in set(x):
        order = np.argsort(y[x == place])
        steps_down += list(np.diff(y[x == place][order]))
        halves += list((size[x == place][order][1:] + size[x == place][order][:-1]) / 2)
    per_value, gap = np.polyfit(halves, steps_down, 1)
    assert steps_down == pytest.approx(list(per_value * np.array(halves) + gap), abs=1e-6)
    assert per_value > 0
    assert gap > 0.01
    assert ((x > 0) & (x < 1) & (y > 0) & (y < 1)).all()


def test_recycled_supply_stands_in_the_column_of_refining(money):
    sankey = figures.mix_sankey(money).figure.data[0]
    at = dict(zip(sankey.node.label, sankey.node.x, strict=True))
    recycled = [label for label in at if label.endswith(" recycled")]
    assert recycled
    columns = sorted(set(sankey.node.x))
    assert {at[label] for label in recycled} == {columns[1]}


def test_a_country_has_one_colour_in_every_chart(found, money):
    charts = (money, material_flow_table(found.plan, "nickel"))
    seen = {}
    for table in charts:
        node = figures.mix_sankey(table).figure.data[0].node
        for label, colour in zip(node.label, node.color, strict=True):
            seen.setdefault(label.split(" ")[0], set()).add(colour)
    assert seen["CHN"] != seen["IDN"]
    assert all(len(colours) == 1 for colours in seen.values())


def test_labels_that_are_no_countries_have_colours_too():
    assert len(set(figures.country_colours(["north", "south"]).values())) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": ["a", "b"]}, "one unit"),
        ({"value": [1.0, -1.0]}, "below 0"),
        ({"value": 0.0}, "nothing flows"),
    ],
)
def test_bands_on_no_one_scale_are_refused(change, said):
    rows = pd.DataFrame(
        {"stage_from": "a", "source": ["x", "y"], "stage_to": "b", "target": "z"}
    ).assign(**{"value": [1.0, 2.0], "unit": "kg", **change})
    with pytest.raises(ValueError, match=said):
        figures.mix_sankey(rows)


def shares(**by_country):
    return pd.DataFrame({"country": list(by_country), "share": list(by_country.values())})


def told_on(chart):
    texts = [t.text if isinstance(t.text, tuple) else (t.text,) for t in chart.figure.data]
    return {text for group in texts for text in group if text}


def test_every_country_of_the_map_has_its_share():
    chart = figures.world_map(shares(CHN=0.5, SGP=0.2, CHL=0.2, ROW=0.1), "nickel, refining")
    assert told_on(chart) == {"CHN: 50 %", "SGP: 20 %", "CHL: 20 %"}
    assert "ROW 10 %" in chart.figure.layout.annotations[0].text
    assert "nickel, refining" in chart.alt
    assert "most from CHN" in chart.alt
    dots = next(t for t in chart.figure.data if t.mode == "markers" and t.text)
    assert dots.text == ("SGP: 20 %",)
    assert dots.x[0] is not None


def test_routes_of_a_country_are_one_share():
    rows = pd.concat([shares(CHN=0.3), shares(CHN=0.4, USA=0.3)])
    assert "CHN: 70 %" in told_on(figures.world_map(rows, "cells"))


def test_a_larger_share_is_never_a_lighter_class():
    colours = {t.text: t.fillcolor for t in figures.world_map(
        shares(CHN=0.65, IDN=0.2, CHL=0.1, AUS=0.05), "cells"
    ).figure.data if t.fill and t.text}  # fmt: skip
    assert colours["CHN: 65 %"] == CLASSES[-1][1]
    assert colours["IDN: 20 %"] == CLASSES[2][1]
    assert colours["CHL: 10 %"] == colours["AUS: 5 %"] == CLASSES[1][1]


@pytest.mark.parametrize("rows", [shares(CHN=0.7, USA=0.7), shares(CHN=0.0)])
def test_shares_that_are_none_of_one_whole_are_refused(rows):
    with pytest.raises(ValueError, match="shares of x sum to"):
        figures.world_map(rows, "x")


def test_outlines_are_of_known_countries_and_cross_no_ocean():
    drawn = outlines()
    assert set(drawn.countries) | set(drawn.points) <= PLACES
    assert {"CHN", "USA", "COD", "CHL", "TWN", "RUS", "FJI"} <= set(drawn.countries)
    assert {"SGP", "MLT", "HKG"} <= set(drawn.points)
    assert "ATA" not in drawn.countries
    lines = [line for line in figures.world_map(shares(CHN=1.0), "x").figure.data if line.fill]
    for line in lines:
        x = np.array([np.nan if v is None else v for v in line.x], float)
        assert np.nanmax(np.abs(np.diff(x))) < 0.5


def test_every_country_that_supplies_can_be_shown(db):
    drawn = outlines()
    named = {row.country for row in db.shares} - {"ROW"}
    assert named <= set(drawn.countries) | set(drawn.points)


def test_the_map_keeps_areas():
    assert equal_earth(np.zeros(1), np.zeros(1)) == (0.0, 0.0)
    # a small square holds the same area at any latitude: cos(latitude) of that at the equator
    for latitude in (0.0, 30.0, 60.0, 80.0):
        corner = [latitude, latitude, latitude + 0.01]
        x, y = equal_earth(np.array([50.0, 50.01, 50.0]), np.array(corner))
        area = abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))
        true = np.radians(0.01) ** 2 * np.cos(np.radians(latitude + 0.005))
        assert area == pytest.approx(true, rel=2e-3)


FRONT = pd.DataFrame({"x": [100.0, 97.0, 110.0], "y": [64.0, 75.0, 58.0]}, index=[7, 3, 9])


def test_a_point_of_the_front_tells_its_row():
    chart = figures.pareto_front(FRONT, "cost", "carbon", current=(98.0, 70.0))
    mark, front = chart.figure.data
    assert (front.x, front.y) == ((97.0, 100.0, 110.0), (75.0, 64.0, 58.0))
    assert [point[0] for point in front.customdata] == [3, 7, 9]
    assert front.mode == "lines+markers"
    assert (mark.x, mark.y) == ((98.0,), (70.0,))
    assert "carbon from 75 at cost 97 to 58 at 110; this plan at 98, 70" in chart.alt


def test_points_between_which_nothing_can_be_had_are_not_joined():
    chart = figures.pareto_front(FRONT, "cost", "carbon", joined=False)
    assert chart.figure.data[0].mode == "markers"
    with pytest.raises(ValueError, match="at least one point"):
        figures.pareto_front(FRONT.iloc[:0], "cost", "carbon")


def steps(*values, unit="USD_2025/kWh"):
    names = [f"part {k}" for k in range(len(values) - 2)]
    return pd.DataFrame({"item": ["before", *names, "after"], "value": values, "unit": unit})


def test_the_bridge_leads_from_one_plan_to_the_other():
    chart = figures.cost_bridge(steps(100.0, 5.0, -8.0, 97.0))
    bar = chart.figure.data[0]
    assert list(bar.base) == [100.0, 105.0]
    assert list(bar.x) == [5.0, -8.0]
    ends = [b + x for b, x in zip(bar.base, bar.x, strict=True)]
    assert ends == [105.0, 97.0]
    assert bar.marker.color[0] != bar.marker.color[1]
    assert bar.text == ("+5", "-8")
    assert "the largest part is part 1, -8" in chart.alt


def test_two_rows_of_one_name_stay_two_rows_of_the_bridge():
    rows = steps(1.0, 2.0, 3.0).assign(item="same")
    assert list(figures.cost_bridge(rows).figure.layout.yaxis.ticktext) == ["same"] * 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (steps(100.0, 5.0, 104.0), "lead from 100 to 105, not to 104"),
        (steps(1.0, 1.0).iloc[:1], "one plan to another"),
        (steps(1.0, 1.0, unit=["a", "b"]), "in one unit"),
    ],
)
def test_a_bridge_that_does_not_meet_is_refused(rows, said):
    with pytest.raises(ValueError, match=said):
        figures.cost_bridge(rows)


def test_pictures_of_a_plan_fetch_nothing_and_name_the_largest(found, money):
    rows = share_table(found.plan)
    cells = rows[rows["stage"] == "cell"]
    largest = cells.groupby("country")["share"].sum().idxmax()
    charts = (
        figures.mix_sankey(money),
        figures.world_map(cells, "cells"),
        figures.pareto_front(FRONT, "cost", "carbon"),
        figures.cost_bridge(steps(1.0, 1.0, 2.0)),
    )
    for chart in charts:
        text = chart.figure.to_json()
        assert "http" not in text
        assert "choropleth" not in text
        assert "topojson" not in text
        assert chart.alt.endswith(".")
    assert f"most from {largest}" in charts[1].alt
    worth = money[money["stage_from"] == "cell"].groupby("source")["value"].sum()
    assert f"cell: most from {worth.idxmax()}" in charts[0].alt
