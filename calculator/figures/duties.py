"""Duties by origin and importer, over time and by producer."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, NEUTRAL, ORANGE, ROW_PX, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

_SHADES = ((0.0, "#dcebf9"), (0.5, "#8cc1f0"), (1.0, "#3a8bd8"))
_INK = "#111111"
NO_ROW, UNKNOWN = "-", "no rate known"
"""Field of a pair that the tables know no duty for, never a zero, and what it tells."""


def duty_heat_map(table: pd.DataFrame) -> Chart:
    """Importers across, origins down, total duty in percent written in each field.

    Args:
        table: rows with ``origin``, ``importer``, ``percent``, ``low``, ``high`` (percent); a
            missing percent is a pair without a rate.
    """
    import numpy as np
    import plotly.graph_objects as go

    wide = table.pivot(index="origin", columns="importer", values="percent")
    wide = wide.loc[list(dict.fromkeys(table["origin"])), list(dict.fromkeys(table["importer"]))]
    values = wide.to_numpy(float)
    figure = go.Figure(
        go.Heatmap(
            z=np.log1p(values),
            x=list(wide.columns),
            y=list(wide.index),
            text=[["" if np.isnan(v) else f"{v:.4g}" for v in row] for row in values],
            customdata=_spans(table, wide),
            texttemplate="%{text}",
            textfont={"color": _INK, "size": 13},
            hovertemplate="from %{y} into %{x}: %{customdata}<extra></extra>",
            colorscale=_SHADES,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
        )
    )
    _write_gaps(figure, wide)
    figure.update_yaxes(autorange="reversed", showgrid=False, title="origin")
    figure.update_xaxes(side="top", showgrid=False, title="importer, total duty in %")
    finish(figure, 120 + 28 * len(wide), top=8)
    return Chart(figure, f"Total duty in percent, origins down, importers across.{_peak(table)}")


def _peak(table: pd.DataFrame) -> str:
    known = table.dropna(subset=["percent"])
    if known.empty:
        return " No rate is known."
    rows = zip(known["percent"], known["origin"], known["importer"], strict=True)
    percent, origin, importer = max(rows, key=lambda row: float(row[0]))
    return f" Highest: {percent:.4g} % from {origin} into {importer}."


def _spans(table: pd.DataFrame, wide: pd.DataFrame) -> list[list[str]]:
    """What hovering over each field tells."""
    columns = ("origin", "importer", "percent", "low", "high")
    rows = zip(*(table[name] for name in columns), strict=True)
    told = {(origin, importer): _told(*map(float, rest)) for origin, importer, *rest in rows}
    return [[told.get((o, i), UNKNOWN) for i in wide.columns] for o in wide.index]


def _told(percent: float, low: float, high: float) -> str:
    if isnan(percent):
        return UNKNOWN
    return f"{percent:.4g} %" + (f" ({low:.4g} to {high:.4g} %)" if high > low else "")


def _write_gaps(figure: Any, wide: pd.DataFrame) -> None:
    """A dash where there is no rate; a heat map leaves such fields without a text."""
    for origin, row in zip(wide.index, wide.to_numpy(float), strict=True):
        for importer, value in zip(wide.columns, row, strict=True):
            if isnan(value):
                figure.add_annotation(
                    x=importer, y=origin, text=NO_ROW, showarrow=False, font={"color": NEUTRAL}
                )


def duty_steps(table: pd.DataFrame, chosen: str) -> Chart:
    """Total duty over time as steps with its low and high, and the chosen day.

    Args:
        table: rows with ``date`` (ISO), ``percent``, ``low``, ``high``, in order of time; each
            holds until the next.
        chosen: ISO date that is marked.
    """
    import plotly.graph_objects as go

    days = list(table["date"])
    steps = {"shape": "hv"}
    figure = go.Figure(
        [
            go.Scatter(
                x=days, y=list(table["high"]), mode="lines", name="high",
                line={**steps, "width": 0}, showlegend=False, hoverinfo="skip",
            ),
            go.Scatter(
                x=days, y=list(table["low"]), mode="lines", name="low to high",
                line={**steps, "width": 0}, fill="tonexty",
                fillcolor="rgba(128,128,128,0.25)", hoverinfo="skip",
            ),
            go.Scatter(
                x=days, y=list(table["percent"]), mode="lines", name="total duty",
                line={**steps, "color": BLUE, "width": 3},
                hovertemplate="from %{x}: %{y:.4g} %<extra></extra>",
            ),
        ]
    )  # fmt: skip
    figure.add_vline(x=chosen, line={"color": ORANGE, "width": 2, "dash": "dot"})
    figure.update_yaxes(title="total duty, %", rangemode="tozero")
    finish(figure, 300, top=8)
    changes = table.loc[table["percent"].diff().fillna(0.0) != 0]
    pairs = zip(changes["date"], changes["percent"], strict=True)
    told = "; ".join(f"{day}: {percent:.4g} %" for day, percent in pairs)
    return Chart(figure, f"Total duty over time; {chosen} is marked. Changes: {told or 'none'}.")


def producer_bars(table: pd.DataFrame) -> Chart:
    """Total duty by producer, the lowest first.

    Args:
        table: rows with ``producer`` and ``percent``; ``chosen`` marks one of them.
    """
    import plotly.graph_objects as go

    rows = table.sort_values("percent", kind="stable")
    figure = go.Figure(
        go.Bar(
            x=list(rows["percent"]),
            y=[spoken(name) for name in rows["producer"]],
            orientation="h",
            marker={"color": [ORANGE if chosen else BLUE for chosen in rows["chosen"]]},
            text=[f"{value:.4g} %" for value in rows["percent"]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4g} %<extra></extra>",
        )
    )
    top = float(rows["percent"].max())
    figure.update_xaxes(title="total duty, %", range=[0, 1.18 * top if top else 1])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    finish(figure, 70 + ROW_PX * len(rows), top=8, showlegend=False)
    pairs = zip(rows["producer"], rows["percent"], strict=True)
    told = ", ".join(f"{name} {percent:.4g} %" for name, percent in pairs)
    return Chart(figure, f"Total duty by producer: {told}.")
