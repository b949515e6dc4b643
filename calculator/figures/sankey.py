"""The way of all goods from stage to stage, country by country, as bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculator.figures.chart import (
    BLUE,
    BROWN,
    CYAN,
    GREY,
    NEUTRAL,
    ORANGE,
    OTHER,
    PALETTE,
    PURPLE,
    RED,
    SAND,
    SLATE,
    VERMILION,
    Chart,
    finish,
    spoken,
)

if TYPE_CHECKING:
    import pandas as pd

FOLDED_BELOW = 0.02
"""Part of a stage below which a country is drawn as one of the others."""
_REST = "ROW"
_HUES = tuple(colour for colour in PALETTE if colour not in (SLATE, GREY))
"""Greys are left for the countries without a colour of their own."""
COUNTRY_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "CHN": BLUE, "POL": ORANGE, "USA": RED, "HUN": CYAN,
        "IDN": PURPLE, "CHL": SAND, "KOR": VERMILION, "AUS": BROWN,
    }
)  # fmt: skip
"""The eight through which most money flows in the plans of the shipped data; there are no more
hues that can be told apart."""
_BESIDE: Mapping[str, tuple[str, str]] = MappingProxyType({"recycling": ("refining", "recycled")})
"""Stages that stand below another in its column, and the word for what they bring."""
_NODE_PX, _GAP_PX, _TOP_PX, _LEAST_PX = 22, 10, 48, 380
_CLEAR = 0.45
"""Opacity of a band."""
_MOST = 6
"""Materials told of one band."""
Node = tuple[str, str]
"""Stage and label."""
Bands = dict[tuple[Node, Node], dict[str, float]]
"""Value of each band by material."""
Link = tuple[Node, Node]
Parts = list[tuple[str, float]]
"""Materials of a band with their values."""


def country_colours(labels: Iterable[str]) -> Mapping[str, str]:
    """Colours by country, the same in every chart; a label without one is drawn in grey.

    In a network of other names, none of them a country with a colour, the first eight labels
    have one.
    """
    names = dict.fromkeys(labels)
    if not names.keys().isdisjoint(COUNTRY_COLOURS):
        return COUNTRY_COLOURS
    return dict(zip((n for n in names if n not in (_REST, OTHER)), _HUES, strict=False))


def mix_sankey(rows: pd.DataFrame, colours: Mapping[str, str] | None = None) -> Chart:
    """Bands from country to country, one column a stage, from the mine to the buyer.

    Args:
        rows: one row a flow, in any order: ``stage_from``, ``source``, ``stage_to``,
            ``target``, ``value`` and ``unit``, with ``material`` where hovering is to tell it.
            All values are in one unit and commensurable: money for several materials
            (``tables.value_flow_table``), kg of one of them (``tables.material_flow_table``).
            Rows of the same ends are summed; labels below 2 % of their stage are one, ``other``.
        colours: by label, by default those of ``country_colours``. Others are grey.

    Raises:
        ValueError: no rows, nothing that flows, several units, or a value below 0.
    """
    import plotly.graph_objects as go

    unit = _checked(rows)
    bands = _folded(_bands(rows))
    columns, sizes = _columns(bands), _sizes(bands)
    by_size = sorted(sizes, key=lambda node: -sizes[node])
    shown = colours if colours is not None else country_colours(label for _, label in by_size)
    stacks = _stacks(sizes, columns)
    inner_px = max(_LEAST_PX, max(map(len, stacks.values())) * (_NODE_PX + _GAP_PX))
    places = _places(stacks, sizes, _GAP_PX / inner_px)
    node = _drawn_nodes(places, sizes, columns, shown, unit)
    link = _drawn_bands(bands, list(places), shown, unit)
    figure = go.Figure(go.Sankey(arrangement="fixed", node=node, link=link, textfont={"size": 12}))
    _heads(figure, columns)
    finish(figure, inner_px + _TOP_PX + 8, top=_TOP_PX)
    return Chart(figure, _alt(bands, columns, unit))


def _drawn_nodes(
    places: Mapping[Node, tuple[float, float]],
    sizes: Mapping[Node, float],
    columns: Mapping[str, int],
    shown: Mapping[str, str],
    unit: str,
) -> dict[str, Any]:
    return {
        "label": [_label(node, columns) for node in places],
        "color": [shown.get(label, NEUTRAL) for _, label in places],
        "x": [x for x, _ in places.values()],
        "y": [y for _, y in places.values()],
        "customdata": [f"{_named(node)}: {_amount(sizes[node], unit)}" for node in places],
        "hovertemplate": "%{customdata}<extra></extra>",
        "pad": _GAP_PX,
        "thickness": 12,
        "line": {"width": 0},
    }


def _drawn_bands(
    bands: Bands, nodes: Sequence[Node], shown: Mapping[str, str], unit: str
) -> dict[str, Any]:
    at = {node: k for k, node in enumerate(nodes)}
    return {
        "source": [at[start] for start, _ in bands],
        "target": [at[end] for _, end in bands],
        "value": [sum(parts.values()) for parts in bands.values()],
        "color": [_veiled(shown.get(start[1], NEUTRAL)) for start, _ in bands],
        "customdata": [_told_band(*ends, bands[ends], unit) for ends in bands],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _checked(rows: pd.DataFrame) -> str:
    """The one unit of the rows, in words."""
    units = list(dict.fromkeys(rows["unit"]))
    if len(units) != 1:
        told = ", ".join(map(str, units)) or "no rows"
        raise ValueError(f"bands stand on one scale: give rows of one unit, not {told}")
    if (rows["value"] < 0).any():
        raise ValueError("a band has a width: give no value below 0")
    if not (rows["value"] > 0).any():
        raise ValueError("nothing flows: give rows with a value above 0")
    return spoken(units[0])


def _bands(rows: pd.DataFrame) -> Bands:
    """Values of the rows by their ends and material."""
    materials = rows["material"] if "material" in rows.columns else [""] * len(rows)
    ends = (rows[name] for name in ("stage_from", "source", "stage_to", "target", "value"))
    found: Bands = {}
    for material, before, source, after, target, value in zip(materials, *ends, strict=True):
        if value > 0:
            _add(found, ((before, source), (after, target)), material, float(value))
    return found


def _add(bands: Bands, ends: tuple[Node, Node], material: str, value: float) -> None:
    parts = bands.setdefault(ends, {})
    parts[material] = parts.get(material, 0.0) + value


def _sizes(bands: Bands) -> dict[Node, float]:
    """Size of each node: the larger of what comes in and what goes out."""
    out: dict[Node, float] = {}
    into: dict[Node, float] = {}
    for (start, end), parts in bands.items():
        value = sum(parts.values())
        out[start] = out.get(start, 0.0) + value
        into[end] = into.get(end, 0.0) + value
    return {n: max(out.get(n, 0.0), into.get(n, 0.0)) for n in (*out, *into)}


def _folded(bands: Bands) -> Bands:
    """Small countries of a stage as one; nothing is lost."""
    small = _small(_sizes(bands), _columns(bands))
    found: Bands = {}
    for (start, end), parts in bands.items():
        ends = tuple(
            (stage, OTHER) if (stage, name) in small else (stage, name)
            for stage, name in (start, end)
        )
        for material, value in parts.items():
            _add(found, (ends[0], ends[1]), material, value)
    return found


def _small(sizes: Mapping[Node, float], columns: Mapping[str, int]) -> set[Node]:
    """Nodes below the limit in their column, where a stage has more than one of them."""
    whole: dict[int, float] = {}
    for (stage, _), value in sizes.items():
        whole[columns[stage]] = whole.get(columns[stage], 0.0) + value
    small = [n for n, v in sizes.items() if v < FOLDED_BELOW * whole[columns[n[0]]]]
    count = Counter(stage for stage, _ in small)
    return {node for node in small if count[node[0]] > 1}


def _columns(bands: Bands) -> dict[str, int]:
    """Column of each stage: one right of all that feed it; a loop is left out of account."""
    pairs = dict.fromkeys((start[0], end[0]) for start, end in bands)
    feeds = [(a, b) for a, b in pairs if a != b]
    column = dict.fromkeys((stage for pair in pairs for stage in pair), 0)
    for _ in column:
        for a, b in feeds:
            if a not in _BESIDE:
                column[b] = min(max(column[b], column[a] + 1), len(column) - 1)
    for stage, (other, _) in _BESIDE.items():
        if stage in column:
            right = min((column[b] for a, b in feeds if a == stage), default=1)
            column[stage] = column.get(other, max(0, right - 1))
    return column


def _stacks(sizes: Mapping[Node, float], columns: Mapping[str, int]) -> dict[int, list[Node]]:
    """Nodes of each column from top to bottom: the largest first, the unnamed last."""
    found: dict[int, list[Node]] = {}
    unnamed = {OTHER: 2, _REST: 1}
    order = sorted(sizes, key=lambda n: (n[0] in _BESIDE, unnamed.get(n[1], 0), -sizes[n]))
    for node in order:
        found.setdefault(columns[node[0]], []).append(node)
    return dict(sorted(found.items()))


def _places(
    stacks: Mapping[int, list[Node]], sizes: Mapping[Node, float], gap: float
) -> dict[Node, tuple[float, float]]:
    """Middle of each node, from 0 to 1 each way; all columns on one scale, centred."""
    scale = min(
        (1.0 - gap * (len(stack) - 1)) / sum(sizes[n] for n in stack) for stack in stacks.values()
    )
    found: dict[Node, tuple[float, float]] = {}
    for column, stack in stacks.items():
        tall = sum(sizes[n] for n in stack) * scale + gap * (len(stack) - 1)
        top = (1.0 - tall) / 2
        for node in stack:
            found[node] = (
                _inside(column / max(*stacks, 1)),
                _inside(top + sizes[node] * scale / 2),
            )
            top += sizes[node] * scale + gap
    return found


def _inside(place: float) -> float:
    """A place that is not 0 or 1, which the drawing takes for none at all."""
    return min(max(place, 0.001), 0.999)


def _label(node: Node, columns: Mapping[str, int]) -> str:
    """Country, and how it comes where another stage has the column's head."""
    return f"{node[1]} {_BESIDE[node[0]][1]}" if _is_guest(node[0], columns) else node[1]


def _is_guest(stage: str, columns: Mapping[str, int]) -> bool:
    """Whether a stage stands in the column of another."""
    return stage in _BESIDE and columns.get(_BESIDE[stage][0]) == columns[stage]


def _told_band(start: Node, end: Node, parts: Mapping[str, float], unit: str) -> str:
    told = f"{_named(start)} to {_named(end)}: {_amount(sum(parts.values()), unit)}"
    named = sorted((name for name in parts if name), key=lambda name: -parts[name])
    lines = (f"{spoken(name)} {_amount(parts[name], '')}" for name in named[:_MOST])
    return "<br>".join((told, *lines, *(["and more"] if len(named) > _MOST else [])))


def _named(node: Node) -> str:
    return f"{node[1]}, {spoken(node[0])}"


def _amount(value: float, unit: str) -> str:
    """Three digits with a word for the thousands: ``1.35 million USD_2025/year``."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:.3g}{word} {unit}".strip()
    return f"{f'{value:,.0f}' if value >= 100 else f'{value:.3g}'} {unit}".strip()


def _veiled(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{_CLEAR})"


def _heads(figure: Any, columns: Mapping[str, int]) -> None:
    """The name of each stage over its column, on two lines where it has two words."""
    last = max(*columns.values(), 1)
    names: dict[int, list[str]] = {}
    for stage, column in columns.items():
        if not _is_guest(stage, columns):
            names.setdefault(column, []).append(spoken(stage))
    for column, found in names.items():
        side = "left" if column == 0 else "right" if column == last else "center"
        figure.add_annotation(
            text="<br>".join(", ".join(found).split(" ")),
            x=column / last,
            y=1,
            xref="paper",
            yref="paper",
            xanchor=side,
            yanchor="bottom",
            align=side,
            yshift=6,
            showarrow=False,
            font={"size": 12},
        )


def _alt(bands: Bands, columns: Mapping[str, int], unit: str) -> str:
    """The largest of each stage, in words."""
    sums: dict[str, dict[str, float]] = {}
    for (stage, label), _ in bands:
        sums.setdefault(stage, {})[label] = 0.0
    for ((stage, label), _), parts in bands.items():
        sums[stage][label] += sum(parts.values())
    told = []
    for stage in sorted(sums, key=lambda name: columns[name]):
        most = max(sums[stage], key=lambda label: sums[stage][label])
        share = 100 * sums[stage][most] / sum(sums[stage].values())
        told.append(f"{spoken(stage)}: most from {most}, {share:.0f} %")
    return f"Bands from stage to stage in {unit}. {'; '.join(told)}."
