"""What moves a figure: bars to either side of it, shares of its variance, and a break-even."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import (
    BLUE,
    CYAN,
    NEUTRAL,
    ORANGE,
    ROW_PX,
    Chart,
    finish,
    spoken,
    written,
)

if TYPE_CHECKING:
    import pandas as pd

_LONGEST = 46
"""Letters of an input's name beside its bar; the whole name shows on pointing at it."""
_TOLD = 3
_WHOLE = 1000.0
"""From here on a value is written without digits behind the point."""


def tornado_bars(table: pd.DataFrame) -> Chart:
    """Two bars an input from the figure as recorded: the input at its low and at its high.

    The value of the input stands at the end of each bar.

    Args:
        table: rows of ``tornado_table``, the widest first.
    """
    import plotly.graph_objects as go

    unit, item = spoken(table["unit"].iloc[0]), str(table["item"].iloc[0])
    nominal = float(table["nominal"].iloc[0])
    names = _short(table["input"])
    figure = go.Figure()
    for end, colour in (("low", BLUE), ("high", ORANGE)):
        figure.add_trace(_side(table, names, end, colour, nominal, unit))
    figure.add_vline(x=nominal, line={"color": NEUTRAL, "width": 1})
    figure.update_xaxes(title=f"{item}, {unit}")
    figure.update_xaxes(range=_room(table, nominal))
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    finish(figure, 130 + ROW_PX * len(names), top=8, barmode="overlay")
    return Chart(figure, _alt(table, item, unit, nominal))


def _side(
    table: pd.DataFrame, names: Sequence[str], end: str, colour: str, nominal: float, unit: str
) -> Any:
    import plotly.graph_objects as go

    rows = zip(table["input"], table[end], table["input_unit"], table[f"at_{end}"], strict=True)
    told = [
        [str(label), f"{value:.4g} {spoken(own)}", f"{at:.4g}"] for label, value, own, at in rows
    ]
    return go.Bar(
        y=list(names),
        base=nominal,
        x=[float(x) for x in table[f"change_{end}"].fillna(0.0)],
        customdata=told,
        orientation="h",
        name=f"input at its {end}",
        marker={"color": colour},
        text=[_end(value, change) for value, change in zip(
            table[end], table[f"change_{end}"], strict=True)],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"%{{customdata[0]}} at %{{customdata[1]}}: %{{customdata[2]}} {unit}"
        "<extra></extra>",
    )  # fmt: skip


def _end(value: float, change: float) -> str:
    """The input's value at the end of a bar that can be seen."""
    if isnan(change) or change == 0.0:
        return ""
    return f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"


def _short(labels: Iterable[Any]) -> list[str]:
    """Names that fit beside a bar, each still its own."""
    short: list[str] = []
    for label in labels:
        text = str(label)
        cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        while cut in short:
            cut += " "
        short.append(cut)
    return short


def _room(table: pd.DataFrame, nominal: float) -> list[float]:
    ends = [nominal, *table["at_low"].dropna(), *table["at_high"].dropna()]
    room = 0.12 * (max(ends) - min(ends) or abs(nominal) or 1.0)
    return [min(ends) - room, max(ends) + room]


def _alt(table: pd.DataFrame, item: str, unit: str, nominal: float) -> str:
    rows = table.head(_TOLD)
    told = "; ".join(
        f"{name} from {low:.4g} to {high:.4g}"
        for name, low, high in zip(rows["input"], rows["at_low"], rows["at_high"], strict=True)
    )
    return (
        f"Bars of {item} in {unit} about {nominal:.4g}, with each input at its low and its high. "
        f"The widest: {told}."
    )


def index_bars(table: pd.DataFrame) -> Chart:
    """Sobol indices: first order and total of each input with their 95 % interval.

    Args:
        table: rows of ``index_table``, the largest total first.
    """
    import plotly.graph_objects as go

    names = _short(table["input"])
    figure = go.Figure()
    for column, colour, name in (("first", CYAN, "alone"), ("total", BLUE, "with interactions")):
        figure.add_trace(
            go.Bar(
                y=names,
                x=[100.0 * float(x) for x in table[column]],
                error_x={"array": [100.0 * float(x) for x in table[f"{column}_error"]],
                         "color": NEUTRAL, "thickness": 1},
                orientation="h",
                name=name,
                marker={"color": colour},
                hovertemplate=f"%{{y}}, {name}: %{{x:.3g}} %<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(title=f"part of the variance of {table['item'].iloc[0]}, %")
    figure.update_yaxes(autorange="reversed", type="category")
    finish(figure, 130 + int(1.4 * ROW_PX * len(names)), top=8, barmode="group")
    rows = table.head(_TOLD)
    told = "; ".join(
        f"{name} {100 * total:.0f} %"
        for name, total in zip(rows["input"], rows["total"], strict=True)
    )
    return Chart(figure, f"Bars of the part of the variance each input is behind. Most: {told}.")


def break_even_lines(curves: pd.DataFrame, crossings: pd.DataFrame, now: float) -> Chart:
    """Two curves over an unknown, a diamond at each crossing and a line at its value now.

    Args:
        curves: rows of ``curve_table``.
        crossings: rows of ``crossing_table``; may be empty.
        now: the unknown as recorded.
    """
    import plotly.graph_objects as go

    unit, own = spoken(curves["unit"].iloc[0]), spoken(curves["unknown_unit"].iloc[0])
    label = str(curves["unknown"].iloc[0])
    figure = go.Figure()
    styles = ((BLUE, "solid"), (ORANGE, "dash"))
    names = list(dict.fromkeys(curves["name"]))
    for name, (colour, dash) in zip(names, styles, strict=False):
        rows = curves[curves["name"] == name]
        figure.add_trace(
            go.Scatter(
                x=[float(x) for x in rows["at"]], y=[float(y) for y in rows["value"]],
                mode="lines", name=str(name), line={"color": colour, "dash": dash, "width": 3},
                hovertemplate=f"{name}: %{{y:.4g}} {unit} at %{{x:.4g}}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_trace(_diamonds(crossings, own))
    if curves["at"].min() <= now <= curves["at"].max():
        figure.add_vline(x=now, line={"color": NEUTRAL, "dash": "dot"}, annotation_text="now")
    figure.update_xaxes(title=f"{label}, {own}")
    figure.update_yaxes(title=unit)
    finish(figure, 420)
    at = ", ".join(f"{x:.4g}" for x in crossings["at"])
    told = f"They cross at {at} {own}." if at else "They do not cross."
    return Chart(figure, f"Curves of {' and '.join(map(str, names))} over {label}. {told}")


def _diamonds(crossings: pd.DataFrame, own: str) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[float(x) for x in crossings["at"]],
        y=[float(y) for y in crossings["left"]],
        mode="markers+text",
        name="break-even",
        text=[f"<b>{written(float(x))}</b>" for x in crossings["at"]],
        textposition="top center",
        cliponaxis=False,
        showlegend=bool(len(crossings)),
        marker={"size": 13, "symbol": "diamond", "color": NEUTRAL},
        hovertemplate=f"break-even at %{{x:.5g}} {own}<extra></extra>",
    )
