"""Where a material or the cells come from: countries shaded by their share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from calculator.figures.chart import Chart, finish

if TYPE_CHECKING:
    import pandas as pd

CLASSES: tuple[tuple[float, str], ...] = (
    (0.0, "#ffffb2"), (0.05, "#fecc5c"), (0.20, "#fd8d3c"), (0.40, "#f03b20"), (0.65, "#bd0026"),
)  # fmt: skip
"""Least share and colour of each class: an ordinal scale, safe for colour blindness (Brewer's
YlOrRd). 65 % is the benchmark for one third country in Regulation (EU) 2024/1252, Art. 5."""
_LAND, _SHORE = "rgba(128,128,128,0.28)", "rgba(128,128,128,0.6)"
"""Seen on a light and on a dark page."""
_HEIGHT, _LEGEND_PX, _DOT_PX = 380, 62, 10
_ACROSS, _UP = (-2.62, 2.62), (-1.03, 1.31)
"""Part of the map that is shown: without the poles."""
_CENTRE = 11.0
"""Meridian in the middle, degrees east: the cut runs through the Bering Strait."""
_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outlines:
    """Rings of every country in degrees, longitude then latitude, and centres of small ones."""

    countries: Mapping[str, tuple[Floats, ...]]
    """By ISO 3166 alpha-3 code; each ring of shape (points, 2)."""
    uncoded: tuple[Floats, ...]
    """Land without a code of its own."""
    points: Mapping[str, tuple[float, float]]
    """Countries below 50,000 km2 and those without an outline."""


@cache
def outlines() -> Outlines:
    """The shipped outlines, 1:110 million: Natural Earth, see ``outlines/NOTICE.txt``."""
    text = files("calculator.figures").joinpath("outlines/countries_110m.json").read_text("utf-8")
    data = json.loads(text)
    return Outlines(
        countries={code: _rings(flat) for code, flat in data["countries"].items()},
        uncoded=_rings(data["uncoded"]),
        points={code: (point[0], point[1]) for code, point in data["points"].items()},
    )


def _rings(flat: Iterable[list[float]]) -> tuple[Floats, ...]:
    """Rings of flat lists; one that crosses 180 degrees goes on beyond it."""
    pairs = (np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in flat)
    return tuple(
        np.column_stack([np.unwrap(ring[:, 0], period=360.0), ring[:, 1]]) for ring in pairs
    )


def equal_earth(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Place on the map, of degrees east of its middle and north, in radii of the globe.

    Equal Earth: areas stay in proportion (Savric, Patterson and Jenny, 2019, Int. J. Geogr. Inf.
    Sci. 33, 454-465, eqs. 1 and 2).
    """
    a1, a2, a3, a4 = _EQUAL_EARTH
    t = np.arcsin(np.sqrt(3.0) / 2.0 * np.sin(np.radians(latitude)))
    t2 = t * t
    t6 = t2**3
    y = t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    slope = a1 + 3.0 * a2 * t2 + t6 * (7.0 * a3 + 9.0 * a4 * t2)
    x = 2.0 * np.sqrt(3.0) / 3.0 * np.radians(longitude) * np.cos(t) / slope
    return x, y


def world_map(rows: pd.DataFrame, what: str) -> Chart:
    """Countries shaded by their share of what is supplied; those without a share in grey.

    A country too small to see has a dot. Supply that no map can show (``ROW``, ``EUU``) is
    written beside it.

    Args:
        rows: ``country`` (ISO 3166 alpha-3) and ``share`` (a fraction of 1); rows of one
            country, such as its routes, are summed.
        what: is supplied, such as ``nickel, refining``.

    Raises:
        ValueError: no rows, or the shares sum to more than 1.
    """
    import plotly.graph_objects as go

    shares = _shares(rows, what)
    drawn = outlines()
    idle = [rings for code, rings in drawn.countries.items() if code not in shares]
    figure = go.Figure(_area([ring for rings in (*idle, drawn.uncoded) for ring in rings], _LAND))
    for code, share in shares.items():
        if code in drawn.countries:
            told = f"{code}: {_percent(share)}"
            figure.add_trace(_area(drawn.countries[code], _colour(share), told))
    dots = {code: share for code, share in shares.items() if code in drawn.points}
    figure.add_trace(_dots(dots, drawn.points))
    for least, colour in CLASSES:
        figure.add_trace(_key(_span(least), colour))
    off = [c for c in shares if c not in drawn.countries and c not in drawn.points]
    _frame(figure, [f"{code} {_percent(shares[code])}" for code in off])
    return Chart(figure, _alt(shares, off, what))


def _shares(rows: pd.DataFrame, what: str) -> dict[str, float]:
    """Share of each country, the largest first."""
    sums = rows.groupby("country")["share"].sum().sort_values(ascending=False, kind="stable")
    found = {str(code): float(share) for code, share in sums.items() if share > 0}
    if not found or sum(found.values()) > 1.0 + 1e-6:
        raise ValueError(
            f"shares of {what} sum to {sum(found.values()):.4g}; give those of one material at "
            "one stage"
        )
    return found


def _class(share: float) -> int:
    """Position in ``CLASSES``; a hair below a limit, as solvers leave it, counts as on it."""
    return max(k for k, (least, _) in enumerate(CLASSES) if share >= least - 1e-6)


def _colour(share: float) -> str:
    return CLASSES[_class(share)][1]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _placed(longitude: Floats, latitude: Floats, whole: bool) -> tuple[Floats, Floats]:
    """Places on the map; a ring is kept whole where the cut would run through it."""
    middle = (longitude.min() + longitude.max()) / 2.0 if whole else longitude
    turned = np.mod(middle - _CENTRE + 180.0, 360.0) - 180.0 + (longitude - middle)
    return equal_earth(turned, latitude)


def _area(rings: Iterable[Floats], colour: str, told: str = "") -> Any:
    """Filled rings, one trace."""
    import plotly.graph_objects as go

    x: list[float | None] = []
    y: list[float | None] = []
    for ring in rings:
        for places, found in zip((x, y), _placed(ring[:, 0], ring[:, 1], whole=True), strict=True):
            places += [None, *np.round(found, 4).tolist()]
    return go.Scatter(
        x=x[1:],
        y=y[1:],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"color": _SHORE, "width": 0.5},
        hoveron="fills",
        hoverinfo="text" if told else "skip",
        text=told,
        showlegend=False,
    )


def _dots(shares: Mapping[str, float], points: Mapping[str, tuple[float, float]]) -> Any:
    import plotly.graph_objects as go

    places = np.array([points[code] for code in shares], dtype=np.float64).reshape(-1, 2)
    x, y = _placed(places[:, 0], places[:, 1], whole=False)
    return go.Scatter(
        x=x.tolist(),
        y=y.tolist(),
        mode="markers",
        marker={
            "size": _DOT_PX,
            "color": [_colour(share) for share in shares.values()],
            "line": {"width": 1, "color": _SHORE},
        },
        text=[f"{code}: {_percent(share)}" for code, share in shares.items()],
        hoverinfo="text",
        showlegend=False,
    )


def _span(least: float) -> str:
    """Words for the class that starts at a share."""
    limits = [round(100 * limit) for limit, _ in CLASSES]
    start = round(100 * least)
    if start == limits[-1]:
        return f"{start} % and more"
    end = min(limit for limit in limits if limit > start)
    return f"{start} to {end} %" if start else f"below {end} %"


def _key(name: str, colour: str) -> Any:
    """An entry of the legend."""
    import plotly.graph_objects as go

    square = {"size": 12, "symbol": "square", "color": colour}
    return go.Scatter(
        x=[None], y=[None], mode="markers", name=name, marker=square, hoverinfo="skip"
    )


def _frame(figure: Any, off: list[str]) -> None:
    """No axes, one scale both ways; the legend above, so that a narrow map ends in blank.

    What no map can show stands in the empty South Pacific.
    """
    hidden = {"visible": False, "showgrid": False, "zeroline": False, "constrain": "domain"}
    finish(figure, _HEIGHT, top=_LEGEND_PX, hovermode="closest")
    if off:
        figure.add_annotation(
            text="<br>".join(("not on the map:", *off)),
            x=_ACROSS[0],
            y=_UP[0],
            xanchor="left",
            yanchor="bottom",
            align="left",
            showarrow=False,
        )
    figure.update_layout(legend={"y": 1, "yanchor": "top", "itemclick": False})
    figure.update_xaxes(**hidden, range=_ACROSS)
    figure.update_yaxes(**hidden, range=_UP, scaleanchor="x", constraintoward="top")


def _alt(shares: Mapping[str, float], off: list[str], what: str) -> str:
    told = ", ".join(f"{code} {_percent(share)}" for code, share in shares.items())
    rest = f" Not on the map: {', '.join(off)}." if off else ""
    return f"World map of {what} by country: most from {next(iter(shares))}; {told}.{rest}"
