"""Contracts by country of two plans, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calculator.figures.chart import BLUE, ORANGE, ROW_PX, Chart, finish, spoken

if TYPE_CHECKING:
    import pandas as pd

PLANS = {"cheapest": BLUE, "robust": ORANGE}


def contract_bars(table: pd.DataFrame) -> Chart:
    """Two bars a contract: its share under the cheapest plan and under the robust one.

    Args:
        table: columns ``contract`` (good and country), ``cheapest`` and ``robust``, both in
            percent of all that is bought of the good.
    """
    import plotly.graph_objects as go

    names = [spoken(name) for name in table["contract"]]
    figure = go.Figure()
    for plan, colour in PLANS.items():
        figure.add_trace(_bars(names, [float(v) for v in table[plan]], plan, colour))
    figure.update_xaxes(title="% of the good", range=[0, 115], tickvals=[0, 25, 50, 75, 100])
    figure.update_yaxes(autorange="reversed")
    finish(figure, 110 + 3 * ROW_PX * len(names) // 2, top=8, barmode="group")
    rows = zip(names, table["cheapest"], table["robust"], strict=True)
    told = "; ".join(f"{name} from {before:.0f} to {after:.0f} %" for name, before, after in rows)
    return Chart(figure, f"Bars of contracts, cheapest plan against robust plan: {told}.")


def _bars(names: list[str], values: list[float], plan: str, colour: str) -> Any:
    import plotly.graph_objects as go

    return go.Bar(
        y=names,
        x=values,
        name=f"{plan} plan",
        orientation="h",
        marker={"color": colour},
        text=[f"{value:.3g}" for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"%{{y}}, {plan} plan: %{{x:.4g}} %<extra></extra>",
    )
