"""Where things come from: shares by country, pass-through, the mix of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calculator.figures.chart import (
    BLUE,
    GREY,
    NEUTRAL,
    ORANGE,
    OTHER,
    PALE,
    PALETTE,
    PURPLE,
    ROW_PX,
    SLATE,
    Chart,
    finish,
    spoken,
)

if TYPE_CHECKING:
    import pandas as pd

_STAGE_BARS = {
    "mining": (BLUE, -0.36, 0.36),
    "refining": (ORANGE, 0.0, 0.36),
    "active_material": (PURPLE, -0.22, 0.44),
    "cell": (SLATE, -0.22, 0.44),
}
"""Colour, offset and width of a stage's bar in its row."""
_REST = "ROW"
"""The rest of the world, in tables of shares."""
_PRIMARY = "primary"
_HUES = tuple(colour for colour in PALETTE if colour not in (SLATE, GREY))
"""Greys are left for the countries that are not shown one by one."""


def share_bars(table: pd.DataFrame, title: str) -> Chart:
    """Shares by material and stage: one row a material, one bar a stage.

    Args:
        table: columns element, material, stage and share (a fraction).
        title: of the axis.
    """
    import plotly.graph_objects as go

    rows = table.assign(row=_row_names(table), percent=100 * table["share"])
    names = list(dict.fromkeys(rows["row"]))
    figure = go.Figure()
    for stage in dict.fromkeys(rows["stage"]):
        colour, offset, width = _STAGE_BARS[stage]
        part = rows[rows["stage"] == stage]
        figure.add_bar(
            y=list(part["row"]),
            x=list(part["percent"]),
            name=spoken(stage),
            orientation="h",
            offset=offset,
            width=width,
            marker={"color": colour},
            hovertemplate=f"%{{y}}, {spoken(stage)}: %{{x:.1f}} %<extra></extra>",
        )
    figure.update_xaxes(title=title, range=[0, 101])
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=names)
    finish(figure, 110 + ROW_PX * len(names), top=8, barmode="overlay")
    triples = zip(rows["row"], rows["stage"], rows["percent"], strict=True)
    told = [f"{name} {spoken(stage)} {percent:.0f} %" for name, stage, percent in triples]
    return Chart(figure, f"Bars of {title}: {', '.join(told)}.")


def _row_names(table: pd.DataFrame) -> list[str]:
    """The element where there is one, else the material."""
    pairs = zip(table["element"], table["material"], strict=True)
    return [element or spoken(material) for element, material in pairs]


def pass_through_dots(table: pd.DataFrame) -> Chart:
    """Part of each cell that touched a country: a dot on a line from the least to the most.

    Args:
        table: rows of ``exposure.pass_through_table``; the last of a chemistry is the whole.
    """
    import plotly.graph_objects as go

    whole = table.groupby("chemistry", sort=False).tail(1)
    names, country = list(whole["chemistry"]), str(whole["country"].iloc[0])
    share, low, high = (100 * whole[column] for column in ("share", "low", "high"))
    figure = go.Figure(
        go.Scatter(
            y=names,
            x=list(share),
            mode="markers",
            marker={"color": BLUE, "size": 14},
            error_x={
                "array": list(high - share),
                "arrayminus": list(share - low),
                "color": NEUTRAL,
                "thickness": 3,
                "width": 8,
            },
            hovertemplate="%{y}: %{x:.0f} %<extra></extra>",
        )
    )
    figure.update_xaxes(title=f"touched {country} at any stage, % of the mass", range=[0, 102])
    figure.update_yaxes(autorange="reversed")
    finish(figure, 80 + ROW_PX * len(names), top=8)
    told = ", ".join(f"{name} {value:.0f} %" for name, value in zip(names, share, strict=True))
    return Chart(figure, f"Dots of the part that touched {country} at any stage: {told}.")


def mix_bars(table: pd.DataFrame, shown: int = len(_HUES)) -> Chart:
    """Where each material comes from at each stage: one bar of 100 %, one segment a country.

    Recycled supply is hatched. Countries beyond the ``shown`` largest are one segment.

    Args:
        table: columns material, stage, country, route and share (a fraction).
        shown: countries with a colour of their own, eight at most.
    """
    import plotly.graph_objects as go

    of_country = mix_colours(table, shown)
    named = list(of_country)
    colours = {**of_country, OTHER: NEUTRAL, _REST: PALE}
    rows = table.assign(
        label=_mix_labels(table),
        percent=100 * table["share"],
        segment=table["country"].where(table["country"].isin([*named, _REST]), OTHER),
        recycled=table["route"] != _PRIMARY,
    )
    bars = list(dict.fromkeys(rows["label"]))
    summed = rows.groupby(["segment", "recycled", "label"])["percent"].sum()
    figure = go.Figure()
    for segment, colour in colours.items():
        for recycled in (False, True):
            if (segment, recycled) in summed.index:
                found = summed[segment, recycled]
                figure.add_trace(_segment(bars, found, segment, colour, recycled))
    figure.update_xaxes(title="share of the supply, %", range=[0, 101])
    figure.update_yaxes(autorange="reversed")
    finish(figure, 150 + ROW_PX * len(bars), top=8, barmode="stack")
    return Chart(figure, _mix_alt(rows))


def mix_colours(table: pd.DataFrame, shown: int = len(_HUES)) -> dict[str, str]:
    """Colour of each of the largest countries of a mix, for every chart of it.

    Args:
        table: columns country and share.
        shown: countries with a colour of their own, eight at most.
    """
    sizes = table.groupby("country")["share"].sum().sort_values(ascending=False)
    named = [str(name) for name in sizes.index if name != _REST][:shown]
    return dict(zip(named, _HUES, strict=False))


def _segment(
    bars: list[str], percent: pd.Series[float], segment: str, colour: str, recycled: bool
) -> Any:
    import plotly.graph_objects as go

    name = f"{segment}, recycled" if recycled else segment
    return go.Bar(
        y=bars,
        x=[float(percent.get(label, 0.0)) for label in bars],
        name=name,
        orientation="h",
        marker={
            "color": colour,
            "line": {"width": 0.5, "color": "#ffffff"},
            "pattern": {"shape": "/" if recycled else ""},
        },
        hovertemplate=f"%{{y}}, {name}: %{{x:.1f}} %<extra></extra>",
    )


def _mix_labels(table: pd.DataFrame) -> list[str]:
    pairs = zip(table["material"], table["stage"], strict=True)
    return [_label(spoken(m), spoken(s) if isinstance(s, str) else "") for m, s in pairs]


def _label(material: str, stage: str) -> str:
    """``nickel, mining``; the stage is not said twice (``battery cell``)."""
    return material if not stage or material.endswith(stage) else f"{material}, {stage}"


def _mix_alt(rows: pd.DataFrame) -> str:
    told = []
    for label, part in rows.groupby("label", sort=False):
        summed = part.groupby("country")["percent"].sum()
        told.append(f"{label}: most from {summed.idxmax()}, {summed.max():.0f} %")
    return f"Stacked bars of supply by country. {'; '.join(told)}."
