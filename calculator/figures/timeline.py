"""A shock day by day: output, days of stock, and what comes in and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import (
    BLUE,
    CYAN,
    NEUTRAL,
    ORANGE,
    PALETTE,
    PURPLE,
    RED,
    VERMILION,
    Chart,
    finish,
    spoken,
)

if TYPE_CHECKING:
    import pandas as pd

OUTPUT, STOCK, INFLOW = "output", "stock", "inflow"
PANELS = (OUTPUT, STOCK, INFLOW)
_TITLES = {
    OUTPUT: "output,<br>% of plan",
    STOCK: "stock,<br>days of cover",
    INFLOW: "inflow,<br>% of need",
}
_HEIGHTS = {OUTPUT: 0.4, STOCK: 0.3, INFLOW: 0.3}
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "planned": BLUE,
        "second source": ORANGE,
        "recycling": CYAN,
        "substitution": PURPLE,
    }
)
"""Ways in which a material comes, with their colours."""
_PANEL_PX = 190


@dataclass(frozen=True)
class Span:
    """An event on the axis of days; without a last day it goes on to the end."""

    name: str
    first_day: float
    last_day: float | None


def shock_timeline(
    table: pd.DataFrame, spans: Sequence[Span] = (), first_shortage: float | None = None
) -> Chart:
    """Output as an area, stocks as lines, inflow by kind as bands; events shaded.

    Args:
        table: columns ``panel`` (one of ``PANELS``), ``name``, ``day`` (from 0) and ``value``:
            percent of the plan's output, days of cover, percent of the plan's need.
        spans: events, in days of the same count.
        first_shortage: day of the first shortage; none is marked without it.

    Raises:
        ValueError: no row, or a panel that is none of ``PANELS``.
    """
    from plotly.subplots import make_subplots

    panels = _panels(table)
    figure = make_subplots(
        rows=len(panels),
        shared_xaxes=True,
        vertical_spacing=0.06,
        row_heights=[_HEIGHTS[panel] for panel in panels],
    )
    for row, panel in enumerate(panels, start=1):
        for trace in _TRACES[panel](table[table["panel"] == panel]):
            figure.add_trace(trace, row=row, col=1)
        figure.update_yaxes(title=_TITLES[panel], rangemode="tozero", row=row, col=1)
    figure.update_yaxes(range=[0, 105], row=1, col=1)
    figure.update_xaxes(title="day", row=len(panels), col=1)
    last = float(table["day"].max())
    figure.update_xaxes(range=[0, last])
    _shade(figure, spans, last)
    _mark(figure, first_shortage)
    finish(figure, 120 + _PANEL_PX * len(panels), hovermode="x unified")
    return Chart(figure, _alt(table, spans, first_shortage))


def _panels(table: pd.DataFrame) -> list[str]:
    odd = set(table["panel"]) - set(PANELS)
    if odd or table.empty:
        told = ", ".join(sorted(map(str, odd))) or "no row"
        raise ValueError(f"a timeline shows {', '.join(PANELS)}; it got {told}")
    return [panel for panel in PANELS if (table["panel"] == panel).any()]


def _output(rows: pd.DataFrame) -> list[Any]:
    import plotly.graph_objects as go

    return [
        go.Scatter(
            x=rows["day"].tolist(), y=rows["value"].tolist(), name="output", mode="lines",
            line={"color": BLUE, "width": 2, "shape": "hv"}, fill="tozeroy", showlegend=False,
            hovertemplate="output %{y:.1f} %<extra></extra>",
        )
    ]  # fmt: skip


def _stock(rows: pd.DataFrame) -> list[Any]:
    import plotly.graph_objects as go

    hues = [colour for colour in PALETTE if colour not in KINDS.values()] + list(KINDS.values())
    dashes = ("solid", "dash", "dot")
    return [
        go.Scatter(
            x=part["day"].tolist(), y=part["value"].tolist(), name=f"stock: {name}", mode="lines",
            line={"color": hues[k % len(hues)], "dash": dashes[k // len(hues) % 3], "width": 2},
            hovertemplate=f"{name} %{{y:.1f}} days<extra></extra>",
        )
        for k, (name, part) in enumerate(rows.groupby("name", sort=False))
    ]  # fmt: skip


def _inflow(rows: pd.DataFrame) -> list[Any]:
    import plotly.graph_objects as go

    found = []
    for name, part in rows.groupby("name", sort=False):
        colour = KINDS.get(str(name), NEUTRAL)
        found.append(
            go.Scatter(
                x=part["day"].tolist(), y=part["value"].tolist(), name=f"inflow: {name}",
                mode="lines", line={"color": colour, "width": 0.5, "shape": "hv"},
                stackgroup="inflow", fillcolor=colour,
                hovertemplate=f"{name} %{{y:.1f}} %<extra></extra>",
            )
        )  # fmt: skip
    return found


_TRACES = MappingProxyType({OUTPUT: _output, STOCK: _stock, INFLOW: _inflow})


def _shade(figure: Any, spans: Sequence[Span], last: float) -> None:
    """Each event as a shade over all panels; their names stand in the caption of the page."""
    for span in spans:
        until = last if span.last_day is None else min(span.last_day, last)
        if until > span.first_day:
            figure.add_vrect(
                x0=max(span.first_day, 0.0), x1=until, fillcolor=VERMILION, opacity=0.12,
                line_width=0, layer="below",
            )  # fmt: skip


def _mark(figure: Any, day: float | None) -> None:
    if day is None:
        return
    figure.add_vline(x=day, line={"color": RED, "width": 2, "dash": "dash"})
    figure.add_annotation(
        x=day, y=1, yref="paper", yanchor="bottom", text=f"first shortage, day {day:.0f}",
        showarrow=False, font={"color": RED}, xanchor="left",
    )  # fmt: skip


def _alt(table: pd.DataFrame, spans: Sequence[Span], day: float | None) -> str:
    output = table[table["panel"] == OUTPUT]["value"]
    told = f"Timeline of {table['day'].max():.0f} days"
    if len(output):
        told += f": output between {output.min():.0f} and {output.max():.0f} % of the plan"
    if spans:
        told += f"; events: {', '.join(spoken(span.name) for span in spans)}"
    told += "; no shortage" if day is None else f"; first shortage on day {day:.0f}"
    return f"{told}."
