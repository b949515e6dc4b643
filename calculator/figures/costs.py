"""Cost by component as stacked bars, one a chemistry, with the model's band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from calculator.figures.chart import NEUTRAL, OTHER, OUTLINE, PALETTE, ROW_PX, Chart, spoken
from calculator.figures.panels import Panels, Trace

if TYPE_CHECKING:
    import pandas as pd

MODEL_BAND = 0.15
"""The reference method's own stated error, as a fraction of the cost."""
COST_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "positive electrode": ("positive coating",),
        "negative electrode": ("negative coating", "negative metal"),
        "foils": ("positive foil", "negative foil"),
        "separator and electrolyte": ("separator", "electrolyte", "process solvent"),
        "case and terminals": ("case", "terminals"),
        "module and pack parts": ("module hardware", "pack hardware", "battery management"),
        "electricity and heat": ("electricity and heat",),
        "labour": ("labour", "overhead on labour", "gsa on labour"),
        "plant": (
            "equipment depreciation", "building depreciation", "overhead on capital",
            "gsa on capital", "rnd",
        ),
        "profit and warranty": ("profit", "warranty"),
    }
)  # fmt: skip
"""Which components of the cost table a segment of a cost bar holds."""
_COLOURS = MappingProxyType(dict(zip((*COST_GROUPS, OTHER), (*PALETTE, NEUTRAL), strict=True)))


def group_of(component: str) -> str:
    """Segment of a cost bar that holds a component; one of no group is ``other``."""
    return next((name for name, parts in COST_GROUPS.items() if component in parts), OTHER)


def cost_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Cost by segment of the bars: scope, chemistry, group, unit and value; sums stay the same."""
    order = list(_COLOURS)
    keys = ["scope", "chemistry", "group", "unit"]
    grouped = table.assign(group=table["component"].map(group_of))
    summed = grouped.groupby(keys, sort=False)["value"].sum().reset_index()
    return summed.sort_values("group", key=lambda g: g.map(order.index), kind="stable")


def cost_bars(table: pd.DataFrame, band: float = MODEL_BAND) -> Chart:
    """Stacked cost of cell and pack by component, one bar a chemistry, with the model's band.

    Args:
        table: rows of ``cost_by_component_table`` of one or both scopes.
        band: half width of the band as a fraction of the whole.
    """
    scopes = list(dict.fromkeys(table["scope"]))
    names = list(dict.fromkeys(table["chemistry"]))
    groups = cost_groups(table)
    whole = _whole(groups)
    titles = [f"<b>{scope}</b>" for scope in scopes]
    panels = Panels(titles, 0.16 / max(1.0, len(names) / 4))
    seen: set[str] = set()
    for row, scope in enumerate(scopes, start=1):
        for trace in _stack(groups[groups["scope"] == scope], names, seen):
            panels.add(trace, row)
        for trace in _totals([whole[scope, name] for name in names], names, band):
            panels.add(trace, row)
    unit = spoken(table["unit"].iloc[0])
    panels.axis("x", range=[0, max(whole.values()) * (1 + band) * 1.3])
    panels.axis("x", len(scopes), title={"text": unit})
    panels.axis("y", autorange="reversed")
    for title in panels.layout["annotations"]:
        title.update(x=0, xanchor="left")
    height = len(scopes) * (len(names) * ROW_PX + 40) + 170
    return Chart(panels.figure(height, barmode="stack"), _alt(whole, unit))


def _whole(groups: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Sum of each bar by scope and chemistry."""
    found: dict[tuple[str, str], float] = {}
    for scope, name, value in zip(
        groups["scope"], groups["chemistry"], groups["value"], strict=True
    ):
        found[scope, name] = found.get((scope, name), 0.0) + float(value)
    return found


def _stack(groups: pd.DataFrame, names: Sequence[str], seen: set[str]) -> Iterator[Trace]:
    """One bar trace a group; a group already ``seen`` stands in the legend."""
    rows = zip(groups["group"], groups["chemistry"], groups["value"], strict=True)
    values = {(group, name): float(value) for group, name, value in rows}
    held = {group for group, _ in values}
    for rank, (group, colour) in enumerate(_COLOURS.items()):
        if group not in held:
            continue
        yield {
            "type": "bar",
            "y": list(names),
            "x": [values.get((group, name), 0.0) for name in names],
            "name": group,
            "legendgroup": group,
            "legendrank": rank,
            "showlegend": group not in seen,
            "orientation": "h",
            "marker": {"color": colour, "line": dict(OUTLINE)},
            "hovertemplate": f"%{{y}}, {group}: %{{x:.2f}}<extra></extra>",
        }
        seen.add(group)


def _totals(totals: Sequence[float], names: Sequence[str], band: float) -> Iterator[Trace]:
    """The whole with its band as an error bar, written at the bar's end."""
    yield {
        "type": "scatter",
        "y": list(names),
        "x": list(totals),
        "mode": "markers",
        "marker": {"size": 1, "color": NEUTRAL},
        "error_x": {"array": [band * t for t in totals], "color": NEUTRAL, "thickness": 2},
        "hovertemplate": "%{y}: %{x:.1f} in all<extra></extra>",
        "showlegend": False,
    }
    yield {
        "type": "scatter",
        "y": list(names),
        "x": [t * (1 + band) for t in totals],
        "mode": "text",
        "text": [f"\u00a0{t:,.0f}" for t in totals],
        "textposition": "middle right",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _alt(whole: Mapping[tuple[str, str], float], unit: str) -> str:
    told = [f"{name} {scope} {value:.0f}" for (scope, name), value in whole.items()]
    return f"Stacked bars of cost by component in {unit}: {', '.join(told)}."
