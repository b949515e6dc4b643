"""One bar an item."""

from __future__ import annotations

from collections.abc import Iterable

from calculator.figures.chart import BLUE, ROW_PX, Chart, finish, spoken


def amount_bars(items: Iterable[tuple[str, float]], unit: str) -> Chart:
    """One bar an item, in the order given, with its amount at its end.

    Args:
        items: name and amount.
        unit: of the amounts.
    """
    import plotly.graph_objects as go

    pairs = list(items)
    names = [name for name, _ in pairs]
    amounts = [value for _, value in pairs]
    figure = go.Figure(
        go.Bar(
            y=names,
            x=amounts,
            orientation="h",
            marker={"color": BLUE},
            text=[f"{v:.3g}" for v in amounts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4g} " + spoken(unit) + "<extra></extra>",
        )
    )
    most, least = max([*amounts, 0.0]), min([*amounts, 0.0])
    room = 0.12 * (most - least or 1.0)
    figure.update_xaxes(title=spoken(unit), range=[least - room * (least < 0), most + room])
    figure.update_yaxes(autorange="reversed")
    finish(figure, 100 + ROW_PX * len(names), top=8)
    told = ", ".join(f"{name} {value:.3g}" for name, value in pairs)
    return Chart(figure, f"Bars in {spoken(unit)}: {told}.")
