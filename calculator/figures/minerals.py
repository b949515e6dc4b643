"""Amounts of elements by chemistry: bars side by side, and a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculator.figures.chart import CHEMISTRIES, OUTLINE, Chart, finish, written
from calculator.figures.panels import Panels

if TYPE_CHECKING:
    import pandas as pd

LEAST_DRAWN = 1e-3
"""Least amount a heat map tells from nothing, in its unit."""
_SHADES = ((0.0, "#dcebf9"), (0.5, "#8cc1f0"), (1.0, "#3a8bd8"))
_INK = "#111111"
"""Text on ``_SHADES``: contrast above 4.5 on every one of them."""


def mineral_bars(table: pd.DataFrame, elements: Sequence[str] = ()) -> Chart:
    """Amount of each element by chemistry, side by side.

    Args:
        table: rows of ``element_table`` of one item and unit, of the whole cell.
        elements: which, in this order; by default all, the largest first.
    """
    wide = _wide(table, elements)
    panels = Panels()
    for index, name in enumerate(wide.columns):
        pattern = "/" if index >= len(CHEMISTRIES) else ""
        bar = {
            "type": "bar",
            "x": list(wide.index),
            "y": wide[name].tolist(),
            "name": name,
            "marker": {
                "color": CHEMISTRIES[index % len(CHEMISTRIES)],
                "line": dict(OUTLINE),
                "pattern": {"shape": pattern},
            },
            "hovertemplate": f"{name}, %{{x}}: %{{y:.3g}}<extra></extra>",
        }
        panels.add(bar)
    unit = str(table["unit"].iloc[0])
    panels.axis("y", title={"text": unit})
    figure = panels.figure(360, top=8, barmode="group")
    return Chart(figure, f"Bars of {unit} by element. {_peaks(wide)}")


def element_heat_map(table: pd.DataFrame, elements: Sequence[str] = ()) -> Chart:
    """Chemistries across, elements down, the amount written in each field; colour is logarithmic.

    Args:
        table: rows of ``element_table`` of one item and unit, of the whole cell.
        elements: which, in this order; by default all, the largest first.
    """
    import numpy as np
    import plotly.graph_objects as go

    wide = _wide(table, elements)
    values = wide.to_numpy(float)
    unit = str(table["unit"].iloc[0])
    figure = go.Figure(
        go.Heatmap(
            z=np.log10(np.where(values >= LEAST_DRAWN, values, np.nan)),
            x=list(wide.columns),
            y=list(wide.index),
            text=[[written(v) for v in row] for row in values],
            texttemplate="%{text}",
            textfont={"color": _INK, "size": 13},
            hovertemplate="%{x}, %{y}: %{text} " + unit + "<extra></extra>",
            colorscale=_SHADES,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(side="top", showgrid=False, title=unit)
    finish(figure, 110 + 28 * len(wide), top=8)
    return Chart(figure, f"Heat map of {unit}, elements down, chemistries across. {_peaks(wide)}")


def _wide(table: pd.DataFrame, elements: Sequence[str]) -> pd.DataFrame:
    """Elements down, chemistries across; what a chemistry does not hold is nothing."""
    names = list(dict.fromkeys(table["chemistry"]))
    wide = table.pivot_table(index="element", columns="chemistry", values="value", aggfunc="sum")
    wide = wide.reindex(columns=names).fillna(0.0)
    order = list(elements) or list(wide.max(axis=1).sort_values(ascending=False).index)
    return wide.reindex([name for name in order if name in wide.index])


def _peaks(wide: pd.DataFrame) -> str:
    told = [
        f"{name}: most in {row.idxmax()}, {written(row.max())}" for name, row in wide.iterrows()
    ]
    return "; ".join(told) + "."
