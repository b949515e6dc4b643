"""What every chart has: words for those who cannot see it, colours, room, a legend below."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

BLUE, ORANGE, RED, GREY, PURPLE, BROWN, VERMILION, SAND, SLATE, CYAN = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70",
    "#717581", "#92dadd",
)  # fmt: skip
PALETTE = (BLUE, ORANGE, RED, CYAN, PURPLE, SAND, VERMILION, SLATE, BROWN, GREY)
"""Petroff's ten (2021, arXiv:2107.02270), told apart under the common forms of colour blindness."""
CHEMISTRIES = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#666666",
)  # fmt: skip
"""Okabe and Ito's seven colours and a grey, so that a chemistry is not taken for a component."""
NEUTRAL, PALE = "#808080", "#c8c8c8"
"""Seen on a light and on a dark page."""
OUTLINE = MappingProxyType({"width": 0.5, "color": NEUTRAL})
"""Edge of every bar, so that a pale one has an end on a light page and a dark one on a dark."""
AXIS = MappingProxyType({"automargin": True, "fixedrange": True})
"""What every axis has."""
ROW_PX = 30
"""Height of one horizontal bar with its gap."""
OTHER = "other"
_LEAST = 1e-3
"""Smallest amount written as a number."""


@dataclass(frozen=True)
class Chart:
    """A figure and what it shows, in words."""

    figure: Any
    """A plotly figure."""
    alt: str


def finish(figure: Any, height: int, top: int = 28, **layout: Any) -> None:
    """What every chart has: its legend below, no title of its own, room for long names."""
    figure.update_layout(**base_layout(height, top), **layout)
    figure.update_yaxes(**AXIS)
    figure.update_xaxes(**AXIS)


def base_layout(height: int, top: int = 28) -> dict[str, Any]:
    """The part of a layout that every chart has."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": top, "b": 8},
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xref": "container",
            "traceorder": "normal",
        },
        "dragmode": False,
    }


def spoken(name: Hashable) -> str:
    """An id or unit as words: ``natural_graphite`` is ``natural graphite``."""
    return str(name).replace("_", " ")


def written(value: float) -> str:
    """A number for a small field: three digits, and nothing for nothing."""
    if value == 0:
        return ""
    if value < _LEAST:
        return f"<{_LEAST:g}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
