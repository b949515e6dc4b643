"""Charts written as plain data and checked by plotly once, where step by step would take long.

Plotly checks every trace and every change of a layout as it comes, which is most of the time a
page of charts takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

from calculator.figures.chart import AXIS, base_layout

Trace = dict[str, Any]


class Panels:
    """Traces and a layout, with panels one above another that share their horizontal axis."""

    def __init__(self, titles: Sequence[str] = (), spacing: float = 0.0) -> None:
        """Make panels with these titles, or one without; ``spacing`` is a part of the height."""
        self._traces: list[Trace] = []
        self.layout: dict[str, Any] = deepcopy(_panels(tuple(titles), spacing)) if titles else {}
        self.rows = max(1, len(titles))

    def add(self, trace: Trace, row: int = 1) -> None:
        """A trace as plotly's reference states it, in a panel counted from 1."""
        number = "" if row == 1 else str(row)
        self._traces.append({**trace, "xaxis": f"x{number}", "yaxis": f"y{number}"})

    def axis(self, way: str, row: int | None = None, **more: Any) -> None:
        """Set what an axis has: ``way`` is x or y, of one panel or of all."""
        for one in range(1, self.rows + 1) if row is None else (row,):
            name = f"{way}axis{'' if one == 1 else one}"
            self.layout[name] = {**self.layout.get(name, {}), **more}

    def figure(self, height: int, top: int = 28, **layout: Any) -> Any:
        """The chart, with what every chart has."""
        import plotly.graph_objects as go

        for way in ("x", "y"):
            self.axis(way, **AXIS)
        whole = {**self.layout, **base_layout(height, top), **layout}
        return go.Figure({"data": self._traces, "layout": whole})


@lru_cache(maxsize=64)
def _panels(titles: tuple[str, ...], spacing: float) -> dict[str, Any]:
    """Layout of panels one above another, as plotly makes it."""
    from plotly.subplots import make_subplots

    made = make_subplots(
        len(titles), 1, shared_xaxes=True, vertical_spacing=spacing, subplot_titles=list(titles)
    )
    layout: dict[str, Any] = made.to_plotly_json()["layout"]
    layout.pop("template", None)
    return layout
