"""Bands of Monte Carlo draws: a bar from P5 to P95, a line at P50, the recorded value beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, ORANGE, PALE, ROW_PX, SLATE, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

_MODEL, _INPUTS, _BOTH = (-0.4, 0.22), (-0.14, 0.5), (-0.44, 0.86)
"""Upper edge and thickness of a bar within the row of its chemistry, which is 1 high."""


def band_bars(table: pd.DataFrame) -> Chart:
    """One row a chemistry: P5 to P95 as a bar with a line at P50, the nominal value as a line.

    Args:
        table: rows of ``band_table`` of one item; where it has a model band that is drawn as a
            thin bar above, never added to the first.
    """
    import plotly.graph_objects as go

    names = [str(name) for name in table["chemistry"]]
    unit, item = spoken(table["unit"].iloc[0]), str(table["item"].iloc[0])
    figure = go.Figure()
    if table["model_low"].notna().all():
        ends = (table["model_low"], table["model_high"])
        figure.add_trace(_bar(names, *ends, PALE, "model's own error", _MODEL))
    ends = (table["p5"], table["p95"])
    figure.add_trace(_bar(names, *ends, BLUE, "P5 to P95 of the inputs", _INPUTS))
    figure.add_trace(_line(names, table["p50"], SLATE, "P50", _INPUTS))
    figure.add_trace(_line(names, table["nominal"], ORANGE, "recorded values", _BOTH))
    figure.update_xaxes(title=f"{item}, {unit}", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", type="category")
    finish(figure, 130 + 2 * ROW_PX * len(names), top=8, barmode="overlay")
    return Chart(figure, _alt(table, item, unit))


def _bar(
    names: Sequence[str],
    low: pd.Series[float],
    high: pd.Series[float],
    colour: str,
    name: str,
    place: tuple[float, float],
) -> Any:
    """Bars between two ends."""
    import plotly.graph_objects as go

    ends = [[float(a), float(b)] for a, b in zip(low, high, strict=True)]
    return go.Bar(
        y=list(names),
        base=[a for a, _ in ends],
        x=[b - a for a, b in ends],
        customdata=ends,
        orientation="h",
        name=name,
        offset=place[0],
        width=place[1],
        marker={"color": colour},
        hovertemplate=f"%{{y}}, {name}: %{{customdata[0]:.4g}} to %{{customdata[1]:.4g}}"
        "<extra></extra>",
    )


def _line(
    names: Sequence[str],
    values: pd.Series[float],
    colour: str,
    name: str,
    place: tuple[float, float],
) -> Any:
    """Upright lines across a bar: bars without length, of which the edge is seen."""
    bars = _bar(names, values, values, colour, name, place)
    bars.marker.line = {"color": colour, "width": 4}
    bars.hovertemplate = f"%{{y}}, {name}: %{{customdata[0]:.4g}}<extra></extra>"
    return bars


def _alt(table: pd.DataFrame, item: str, unit: str) -> str:
    rows = zip(
        table["chemistry"], table["p5"], table["p50"], table["p95"], table["nominal"], strict=True
    )
    told = "; ".join(
        f"{name} {a:.3g} to {c:.3g}, middle {b:.3g}, recorded {n:.3g}" for name, a, b, c, n in rows
    )
    return f"Bars from P5 to P95 of {item} in {unit}: {told}."
