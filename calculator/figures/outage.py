"""What is left when the largest supplier fails: materials down, stages across."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

_SHADES = ((0.0, "#f2a07b"), (0.5, "#f8dcae"), (1.0, "#cfe3f5"))
"""From little left to all of it; the ink stands out above 4.5 on every one."""
_INK = "#111111"
_FIELD_PX = 38
"""Room for two lines."""


def outage_heat_map(table: pd.DataFrame) -> Chart:
    """Percent left without the largest supplier in each field, and who that is.

    Args:
        table: columns ``material``, ``stage``, ``country`` (the largest supplier) and ``left``
            (a fraction of what is needed).
    """
    import plotly.graph_objects as go

    left, who = (_wide(table, column) for column in ("left", "country"))
    text = [
        [_field(value, name) for value, name in zip(*row, strict=True)]
        for row in zip(left.to_numpy(), who.to_numpy(), strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=(100 * left).to_numpy(float),
            x=[spoken(name) for name in left.columns],
            y=[spoken(name) for name in left.index],
            text=text,
            texttemplate="%{text}",
            textfont={"color": _INK, "size": 12},
            hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
            colorscale=_SHADES,
            zmin=0,
            zmax=100,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(side="top", showgrid=False)
    finish(figure, 80 + _FIELD_PX * len(left), top=8)
    return Chart(figure, _alt(table))


def _wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Materials down, stages across, both in the order of the table."""
    wide = table.pivot_table(index="material", columns="stage", values=column, aggfunc="first")
    return wide.reindex(
        index=list(dict.fromkeys(table["material"])), columns=list(dict.fromkeys(table["stage"]))
    )


def _field(value: Any, name: Any) -> str:
    return "" if isnan(float(value)) else f"{100 * value:.0f} %<br>no {name}"


def _alt(table: pd.DataFrame) -> str:
    worst = table.sort_values("left").head(5)
    fields = zip(worst["material"], worst["stage"], worst["left"], worst["country"], strict=True)
    told = [f"{spoken(m)} {spoken(s)} {100 * left:.0f} % without {c}" for m, s, left, c in fields]
    return f"Heat map of what is left without the largest supplier; least left: {'; '.join(told)}."
