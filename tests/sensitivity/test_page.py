"""The page Sensitivity, and its charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from calculator.figures import break_even_lines, index_bars, tornado_bars
from calculator.requests import request_for
from calculator.sensitivity.breakeven import Range, break_even
from calculator.sensitivity.indices import sobol_indices
from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model
from calculator.sensitivity.tables import (
    crossing_table,
    curve_table,
    index_table,
    tornado_table,
)
from calculator.sensitivity.tornado import tornado
from calculator.tables import Shown

APP = Path(__file__).resolve().parents[2] / "pages" / "app.py"
CELL = "cell_usd_per_kwh"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setattr("pages.jobs.PATIENCE_S", 110.0)

    def open_page(**link: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=120)
        app.query_params.update(link)
        app.run()
        app.switch_page("sensitivity.py").run()
        assert not app.exception
        return app

    return open_page


def test_the_page_shows_a_tornado_and_a_break_even(opened):
    app = opened()
    assert not app.error
    assert [chart.proto.alt[:4] for chart in app.get("plotly_chart")] == ["Bars", "Curv"]
    bars = next(one.value for one in app.dataframe if "Figure at low" in one.value)
    assert bars["Source"].ne("").all()
    assert "Now " in app.info[0].value


def test_a_link_opens_another_chemistry_against_a_target_with_indices(opened):
    app = opened(of="NMC811", even="a target", target="90", sobol="true", widen="10")
    assert not app.error
    charts = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert len(charts) == 3
    assert "target" in charts[2]
    assert "NMC811" in app.info[0].value


def test_a_range_that_will_not_do_is_one_sentence(opened):
    (error,) = opened(**{"from": "9", "to": "2"}).error
    assert "is no range" in error.value


@pytest.fixture(scope="module")
def found(db):
    chemistry = chemistry_for(db, request_for(db, "LFP"), CELL)
    return kernel_model(chemistry, CELL), kernel_inputs(db, chemistry, 0, ("price",))


def test_bars_end_at_the_changes_with_the_input_written_there(found):
    table = tornado_table(tornado(*found), Shown("USD_2025")).head(2)
    low, high = tornado_bars(table).figure.data
    assert list(low.x) == pytest.approx(list(table["change_low"]))
    assert list(high.x) == pytest.approx(list(table["change_high"]))
    assert low.base == high.base == pytest.approx(table["nominal"].iloc[0])
    assert high.text[0] == f"{table['high'].iloc[0]:.3g}"
    assert low.marker.color != high.marker.color


def test_indices_are_drawn_in_percent_with_their_errors(found):
    table = index_table(sobol_indices(*found, samples=64))
    alone, whole = index_bars(table).figure.data
    assert list(whole.x) == pytest.approx(list(100 * table["total"]))
    assert list(alone.error_x.array) == pytest.approx(list(100 * table["first_error"]))


def test_the_crossing_is_marked_where_it_is(db):
    even = break_even(
        db, request_for(db, "Na-NFM"), "price/lithium_carbonate", CELL,
        against=request_for(db, "LFP"), within=Range(widen=4.0),
    )  # fmt: skip
    shown = Shown("USD_2025")
    crossings = crossing_table(even, shown)
    chart = break_even_lines(curve_table(even, shown), crossings, even.unknown.now)
    marks = chart.figure.data[-1]
    assert list(marks.x) == pytest.approx([even.crossings[0].at])
    assert list(marks.y) == pytest.approx([even.crossings[0].left])
    assert "They cross at" in chart.alt
