"""From the price at the exporter's port to the landed cost, duty by duty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, NEUTRAL, ORANGE, ROW_PX, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

START, PART, DUTY, TOTAL = "start", "part", "duty", "total"
UNSURE = "/"
"""Pattern of a bar whose measure is proposed or whose rate is recalled."""


def landed_waterfall(rows: pd.DataFrame) -> Chart:
    """Floating bars from the price to the landed cost; a thin line spans low to high.

    Args:
        rows: columns ``item``, ``value``, ``low``, ``high`` (money per unit), ``kind`` (start,
            part, duty, total), ``rate`` (text), ``unsure`` and ``unit``; parts lead to the total.
    """
    import plotly.graph_objects as go

    unit = str(rows["unit"].iloc[0])
    items = [spoken(item) for item in rows["item"]]
    levels = _bases(rows)
    places = list(range(len(items)))
    figure = go.Figure(
        go.Bar(
            y=places,
            x=[float(v) for v in rows["value"]],
            base=levels,
            orientation="h",
            marker={
                "color": [_colour(kind) for kind in rows["kind"]],
                "pattern": {"shape": [UNSURE if unsure else "" for unsure in rows["unsure"]]},
            },
            text=_labels(rows),
            textposition="outside",
            cliponaxis=False,
            customdata=items,
            hovertemplate="%{customdata}: %{text} " + spoken(unit) + "<extra></extra>",
        )
    )
    figure.add_trace(_spans(rows, levels))
    most = max(float(v) for v in rows["high"]) * 1.22
    figure.update_xaxes(title=spoken(unit), range=[0, most])
    figure.update_yaxes(range=[len(items) - 0.4, -0.6], tickvals=places, ticktext=items)
    figure.update_yaxes(showgrid=False, zeroline=False)
    finish(figure, 80 + ROW_PX * len(items), top=8, showlegend=False)
    return Chart(figure, _alt(rows, items, unit))


def _bases(rows: pd.DataFrame) -> list[float]:
    """Where each bar begins: at zero for a price, else where the bar before it ends."""
    bases, level = [], 0.0
    for kind, value in zip(rows["kind"], rows["value"], strict=True):
        whole = kind in (START, TOTAL)
        bases.append(0.0 if whole else level)
        level = float(value) if whole else level + float(value)
    return bases


def _colour(kind: str) -> str:
    return {DUTY: ORANGE, PART: BLUE}.get(kind, NEUTRAL)


def _labels(rows: pd.DataFrame) -> list[str]:
    triples = zip(rows["kind"], rows["value"], rows["rate"], strict=True)
    return [_label(kind, float(value), rate) for kind, value, rate in triples]


def _label(kind: str, value: float, rate: str) -> str:
    sign = "" if kind in (START, TOTAL) else "+"
    text = f"{sign}{value:,.0f}" if abs(value) >= 100 else f"{sign}{value:.3g}"
    return f"<b>{text}</b>" if kind == TOTAL else f"{text} {rate}".strip()


def _spans(rows: pd.DataFrame, bases: list[float]) -> Any:
    """A line from low to high where they differ."""
    import plotly.graph_objects as go

    x: list[float | None] = []
    y: list[float | None] = []
    for place, (base, low, high) in enumerate(zip(bases, rows["low"], rows["high"], strict=True)):
        if high > low:
            x += [base + low, base + high, None]
            y += [place + 0.28, place + 0.28, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": NEUTRAL, "width": 3}, hoverinfo="skip")


def _alt(rows: pd.DataFrame, items: list[str], unit: str) -> str:
    told = ", ".join(
        f"{item} {value:.4g}" for item, value in zip(items, rows["value"], strict=True)
    )
    return f"Waterfall in {spoken(unit)}: {told}."
