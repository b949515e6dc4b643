"""From the cost of one plan to that of another, part by part."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, NEUTRAL, ORANGE, ROW_PX, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

_EXACT = 1e-9
"""Relative difference up to which the parts count as adding up."""


def cost_bridge(rows: pd.DataFrame) -> Chart:
    """Floating bars that lead from the cost of the first plan to that of the second.

    The two plans are marks, not bars, so the axis need not start at zero and a small part can
    still be seen.

    Args:
        rows: columns ``item``, ``value`` and ``unit``: first a plan with its cost, then each
            part with its change, last the other plan with its cost.

    Raises:
        ValueError: fewer than two rows, several units, or parts that do not add up.
    """
    import plotly.graph_objects as go

    unit = _checked(rows)
    items = [spoken(item) for item in rows["item"]]
    values = [float(value) for value in rows["value"]]
    levels = _levels(values)
    figure = go.Figure(_parts(items, values, levels))
    figure.add_trace(_steps(levels))
    figure.add_trace(_plans(values))
    low, high = min(levels), max(levels)
    room = (high - low) or abs(high) or 1.0
    figure.update_xaxes(title=spoken(unit), range=[low - 0.3 * room, high + 0.3 * room])
    places = list(range(len(items)))
    figure.update_yaxes(range=[len(items) - 0.4, -0.6], tickvals=places, ticktext=items)
    figure.update_yaxes(showgrid=False, zeroline=False)
    finish(figure, 80 + ROW_PX * len(items), top=8, showlegend=False)
    return Chart(figure, _alt(items, values, unit))


def _checked(rows: pd.DataFrame) -> str:
    units = list(dict.fromkeys(rows["unit"]))
    if len(rows) < 2 or len(units) != 1:
        raise ValueError("a bridge leads from one plan to another in one unit")
    first, *parts, last = (float(value) for value in rows["value"])
    scale = sum(abs(part) for part in parts) + abs(first)
    if not isclose(first + sum(parts), last, rel_tol=0, abs_tol=_EXACT * scale):
        raise ValueError(
            f"the parts lead from {first:.6g} to {first + sum(parts):.6g}, not to {last:.6g}"
        )
    return str(units[0])


def _levels(values: list[float]) -> list[float]:
    """Cost after each row."""
    levels = [values[0]]
    for change in values[1:-1]:
        levels.append(levels[-1] + change)
    return [*levels, values[-1]]


def _parts(items: list[str], values: list[float], levels: list[float]) -> Any:
    import plotly.graph_objects as go

    changes = values[1:-1]
    return go.Bar(
        y=list(range(1, len(items) - 1)),
        customdata=items[1:-1],
        x=changes,
        base=levels[:-2],
        orientation="h",
        marker={"color": [ORANGE if change > 0 else BLUE for change in changes]},
        text=[f"{change:+.3g}" for change in changes],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )


def _steps(levels: list[float]) -> Any:
    """Thin lines from the end of each row to the start of the next."""
    import plotly.graph_objects as go

    x: list[float | None] = []
    y: list[float | None] = []
    for row, level in enumerate(levels[:-1]):
        x += [level, level, None]
        y += [row, row + 1, None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": NEUTRAL, "width": 1, "dash": "dot"}, hoverinfo="skip"
    )


def _plans(values: list[float]) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[values[0], values[-1]],
        y=[0, len(values) - 1],
        mode="markers+text",
        marker={"size": 14, "symbol": "diamond", "color": NEUTRAL},
        text=[f"<b>{values[0]:.4g}</b>", f"<b>{values[-1]:.4g}</b>"],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _alt(items: list[str], values: list[float], unit: str) -> str:
    changes = dict(zip(items[1:-1], values[1:-1], strict=True))
    told = f"Bridge in {spoken(unit)} from {items[0]} {values[0]:.4g} to {items[-1]} "
    most = max(changes, key=lambda item: abs(changes[item]), default="")
    largest = f"; the largest part is {most}, {changes[most]:+.3g}" if most else ""
    return f"{told}{values[-1]:.4g}{largest}."
