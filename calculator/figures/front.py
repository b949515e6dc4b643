"""What one objective costs in another: the front of the plans that nothing betters."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, ORANGE, VERMILION, Chart, finish

if TYPE_CHECKING:
    import pandas as pd

_HEIGHT = 380


def pareto_front(
    rows: pd.DataFrame,
    x_title: str,
    y_title: str,
    *,
    current: tuple[float, float] | None = None,
    joined: bool = True,
) -> Chart:
    """Points of the front, each to be picked, and the plan at hand.

    A point carries its row's index as ``customdata``, so that a selection tells which it is.

    Args:
        rows: columns ``x`` and ``y``, numbers in the units of the titles, and if wanted
            ``label``; the index is what a picked point returns.
        x_title: what is across, with its unit.
        y_title: what is up, with its unit.
        current: x and y of the plan at hand, if any; it need not lie on the front.
        joined: whether the points are joined by straight lines. True where every mix of two
            neighbours can be had and nothing between them is better (the corners of a linear
            problem); False with whole numbers or a sample of a curve.

    Raises:
        ValueError: no rows.
    """
    import plotly.graph_objects as go

    if rows.empty:
        raise ValueError("a front needs at least one point")
    points = rows.sort_values(["x", "y"], kind="stable")
    figure = go.Figure()
    if current is not None:
        figure.add_trace(_mark(current))
    figure.add_trace(_points(points, joined, x_title, y_title))
    figure.update_xaxes(title=x_title, zeroline=False)
    figure.update_yaxes(title=y_title, zeroline=False)
    finish(figure, _HEIGHT, top=8, clickmode="event+select", hovermode="closest")
    return Chart(figure, _alt(points, x_title, y_title, current))


def _points(points: pd.DataFrame, joined: bool, x_title: str, y_title: str) -> Any:
    import plotly.graph_objects as go

    labels = list(points["label"]) if "label" in points else [""] * len(points)
    return go.Scatter(
        x=points["x"].tolist(),
        y=points["y"].tolist(),
        mode="lines+markers" if joined else "markers",
        name="front",
        marker={"size": 11, "color": BLUE},
        line={"color": BLUE, "width": 2, "shape": "linear"},
        customdata=[[_plain(name)] for name in points.index],
        text=[f"<b>{label}</b><br>" if label else "" for label in labels],
        hovertemplate=f"%{{text}}{x_title}: %{{x:.5~g}}<br>{y_title}: %{{y:.5~g}}<extra></extra>",
        selected={"marker": {"color": ORANGE, "size": 15}},
        unselected={"marker": {"opacity": 1}},
    )


def _plain(name: Hashable) -> object:
    """An index as JSON knows it."""
    return name.item() if hasattr(name, "item") else name


def _mark(place: tuple[float, float]) -> Any:
    """The plan at hand: a ring round its place, so that a point of the front stays seen."""
    import plotly.graph_objects as go

    return go.Scatter(
        x=[place[0]],
        y=[place[1]],
        mode="markers",
        name="this plan",
        marker={
            "size": 21,
            "symbol": "diamond-open",
            "color": VERMILION,
            "line": {"width": 3},
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="skip",
    )


def _alt(
    points: pd.DataFrame, x_title: str, y_title: str, current: tuple[float, float] | None
) -> str:
    first, last = points.iloc[0], points.iloc[-1]
    told = (
        f"Front of {len(points)} points: {y_title} from {first['y']:.5g} at {x_title} "
        f"{first['x']:.5g} to {last['y']:.5g} at {last['x']:.5g}"
    )
    here = "" if current is None else f"; this plan at {current[0]:.5g}, {current[1]:.5g}"
    return f"{told}{here}."
