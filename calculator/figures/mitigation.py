"""Ways to soften a shock, side by side: what is lost and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, ORANGE, ROW_PX, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd


def mitigation_bars(table: pd.DataFrame, money: str) -> Chart:
    """Two bars an option, side by side: GWh lost and extra cost.

    Args:
        table: columns ``option``, ``lost_gwh`` and ``extra_cost`` (missing where not known).
        money: unit of the extra cost, such as ``million USD 2025``.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.06)
    options = [spoken(name) for name in table["option"]]
    lost = [float(value) for value in table["lost_gwh"]]
    cost = [None if isnan(value) else float(value) for value in table["extra_cost"].astype(float)]
    figure.add_trace(_bars(options, lost, BLUE, "GWh"), row=1, col=1)
    figure.add_trace(_bars(options, cost, ORANGE, spoken(money)), row=1, col=2)
    figure.update_xaxes(title="lost, GWh", range=_room(lost), row=1, col=1)
    figure.update_xaxes(title=f"extra cost, {spoken(money)}", range=_room(cost), row=1, col=2)
    figure.update_yaxes(autorange="reversed")
    finish(figure, 110 + ROW_PX * len(options), top=8, showlegend=False)
    return Chart(figure, _alt(options, lost, cost, spoken(money)))


def _bars(names: list[str], values: list[Any], colour: str, unit: str) -> Any:
    import plotly.graph_objects as go

    return go.Bar(
        y=names,
        x=values,
        orientation="h",
        marker={"color": colour},
        text=["" if value is None else f"{value:.3g}" for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"%{{y}}: %{{x:.4g}} {unit}<extra></extra>",
    )


def _room(values: Sequence[float | None]) -> list[float]:
    """Space beside the longest bar for its number."""
    known = [value for value in values if value is not None]
    most, least = max([*known, 0.0]), min([*known, 0.0])
    room = 0.25 * (most - least or 1.0)
    return [least - room * (least < 0), most + room]


def _alt(names: list[str], lost: list[float], cost: list[Any], money: str) -> str:
    told = [
        f"{name} loses {gwh:.3g} GWh" + ("" if usd is None else f" at {usd:.3g} {money} more")
        for name, gwh, usd in zip(names, lost, cost, strict=True)
    ]
    return f"Bars of lost output and extra cost: {'; '.join(told)}."
