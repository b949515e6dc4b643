"""Recycled content of each element by mix, stacked by waste or route, with its floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import (
    BLUE,
    ORANGE,
    PURPLE,
    ROW_PX,
    SLATE,
    VERMILION,
    Chart,
    finish,
    spoken,
)

if TYPE_CHECKING:
    import pandas as pd

_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "manufacturing scrap": BLUE,
        "post-consumer": ORANGE,
        "hydromet": BLUE,
        "pyromet": ORANGE,
        "direct": PURPLE,
    }
)
_GAP_PX = 46
"""Between two panels, for the name of the lower one."""


def content_bars(table: pd.DataFrame, by: str = "waste") -> Chart:
    """Recycled content in percent: a panel an element, a bar a mix, a line at the floor.

    Args:
        table: columns mix, element, ``by``, share (a fraction; a row of nothing keeps a mix
            without recycled content in its place) and floor (a fraction; not a number for none).
        by: column whose parts are stacked, ``waste`` or ``route``.
    """
    from plotly.subplots import make_subplots

    elements, mixes = _each(table["element"]), _each(table["mix"])
    inner = ROW_PX * len(mixes)
    height = len(elements) * inner + (len(elements) - 1) * _GAP_PX
    figure = make_subplots(
        len(elements),
        1,
        shared_xaxes=True,
        vertical_spacing=_GAP_PX / height if len(elements) > 1 else 0.0,
        subplot_titles=[f"<b>{name}</b>{_told_floor(table, name)}" for name in elements],
    )
    for row, element in enumerate(elements, start=1):
        part = table[table["element"] == element]
        _stack(figure, row, part, by, mixes)
        _line(figure, row, _floor(part))
    top = 100 * table.groupby(["element", "mix"])["share"].sum().max()
    most = max(top, *(100 * _floor(table[table["element"] == e]) for e in elements), 1.0)
    figure.update_xaxes(range=[0, 1.08 * most], ticksuffix=" %")
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=mixes)
    figure.update_annotations(x=0, xanchor="left")
    finish(figure, height + 120, top=32, barmode="stack")
    return Chart(figure, _alt(table, elements))


def _each(column: pd.Series) -> list[str]:
    return list(dict.fromkeys(column))


def _floor(part: pd.DataFrame) -> float:
    """The floor of an element as a fraction; 0 where there is none."""
    floor = part["floor"].max()
    return float(floor) if floor == floor else 0.0  # noqa: PLR0124  (not a number)


def _told_floor(table: pd.DataFrame, element: str) -> str:
    floor = _floor(table[table["element"] == element])
    return f", floor {100 * floor:g} %" if floor else ""


def _stack(figure: Any, row: int, part: pd.DataFrame, by: str, mixes: Sequence[str]) -> None:
    seen = {trace.name for trace in figure.data}
    for name in (one for one in _COLOURS if one in set(part[by])):
        shares = part[part[by] == name].groupby("mix")["share"].sum()
        figure.add_bar(
            y=list(mixes),
            x=[100 * float(shares.get(mix, 0.0)) for mix in mixes],
            name=spoken(name),
            legendgroup=name,
            showlegend=name not in seen,
            orientation="h",
            marker={"color": _COLOURS.get(name, SLATE)},
            hovertemplate=f"%{{y}}, {spoken(name)}: %{{x:.1f}} %<extra></extra>",
            row=row,
            col=1,
        )
    if not set(part[by]) & set(_COLOURS):  # keeps the mixes in their places
        figure.add_bar(
            y=list(mixes), x=[0.0] * len(mixes), orientation="h", showlegend=False, row=row, col=1
        )


def _line(figure: Any, row: int, floor: float) -> None:
    """The floor across all bars of a panel, and once in the legend."""
    if not floor:
        return
    import plotly.graph_objects as go

    line = {"color": VERMILION, "width": 2, "dash": "dash"}
    figure.add_vline(x=100 * floor, line=line, row=row, col=1)
    if not any(trace.name == _FLOOR for trace in figure.data):
        key = go.Scatter(x=[None], y=[None], mode="lines", line=line, name=_FLOOR)
        figure.add_trace(key, row=row, col=1)


_FLOOR = "floor of the year"


def _alt(table: pd.DataFrame, elements: Sequence[str]) -> str:
    sums = 100 * table.groupby(["element", "mix"], sort=False)["share"].sum()
    told = [
        f"{element}{_told_floor(table, element)}: "
        + ", ".join(f"{mix} {share:.1f} %" for mix, share in sums[element].items())
        for element in elements
    ]
    return f"Bars of recycled content by element and mix. {'; '.join(told)}."
