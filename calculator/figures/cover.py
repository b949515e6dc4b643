"""What a cover of stocks costs by material, and what projects cover of a demand by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, CYAN, ORANGE, PALETTE, RED, ROW_PX, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

_SHADES = (CYAN, BLUE, ORANGE)


def cover_bars(table: pd.DataFrame, money: str) -> Chart:
    """First purchase of a stock by material, one bar for each cover, the dearest first.

    Args:
        table: columns ``material`` (with its stage), ``days`` and ``value`` (in ``money``).
        money: unit of the values.
    """
    import plotly.graph_objects as go

    sizes = table.groupby("material")["value"].max().sort_values(ascending=False)
    names = list(sizes.index)
    figure = go.Figure()
    for k, (days, part) in enumerate(table.groupby("days", sort=True)):
        values = part.set_index("material")["value"].reindex(names)
        figure.add_trace(_bars(names, values.tolist(), float(str(days)), _SHADES[k % 3], money))
    figure.update_xaxes(title=spoken(money))
    figure.update_yaxes(autorange="reversed")
    finish(figure, 110 + 3 * ROW_PX * len(names) // 2, top=8, barmode="group")
    most = float(table["days"].max())
    told = ", ".join(f"{spoken(name)} {sizes[name]:.3g}" for name in names)
    return Chart(figure, f"Bars of the price of a stock in {spoken(money)}; {most:g} days: {told}.")


def _bars(names: list[str], values: list[float], days: float, colour: str, money: str) -> Any:
    import plotly.graph_objects as go

    return go.Bar(
        y=[spoken(name) for name in names],
        x=values,
        name=f"{days:g} days",
        orientation="h",
        marker={"color": colour},
        hovertemplate=f"%{{y}}, {days:g} days: %{{x:.4g}} {spoken(money)}<extra></extra>",
    )


def coverage_bars(table: pd.DataFrame, dependence: pd.DataFrame | None = None) -> Chart:
    """Share of a demand that each project covers, stacked by year, and what is still bought.

    Args:
        table: columns ``project``, ``year`` and ``percent`` of the demand.
        dependence: columns ``year`` and ``percent`` still bought from the country one depends on.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for k, (name, part) in enumerate(table.groupby("project", sort=False)):
        figure.add_bar(
            x=part["year"].tolist(),
            y=part["percent"].tolist(),
            name=str(name),
            marker={"color": PALETTE[k % len(PALETTE)]},
            hovertemplate=f"{name}, %{{x}}: %{{y:.1f}} %<extra></extra>",
        )
    if dependence is not None and len(dependence):
        figure.add_scatter(
            x=dependence["year"].tolist(),
            y=dependence["percent"].tolist(),
            name="still from one country",
            mode="lines+markers",
            line={"color": RED, "width": 2, "dash": "dash"},
            hovertemplate="still from one country, %{x}: %{y:.1f} %<extra></extra>",
        )
    figure.update_yaxes(title="% of the demand", rangemode="tozero")
    figure.update_xaxes(dtick=max(1, len(set(table["year"])) // 12))
    finish(figure, 360, top=8, barmode="stack")
    return Chart(figure, _coverage_alt(table))


def _coverage_alt(table: pd.DataFrame) -> str:
    whole = table.groupby("year")["percent"].sum()
    told = ", ".join(f"{year} {percent:.0f} %" for year, percent in whole.items())
    return f"Bars of the demand covered by projects: {told}."
