"""Recycling mixes and routes as tables: tidy ones to write, wide ones to read side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import pandas as pd

from calculator.export import Report
from calculator.figures import spoken
from calculator.recycling_mixes import NONE, PRIMARY, RecyclingMix
from calculator.reports import about, carried
from calculator.supply.streams import MANUFACTURING, POST_CONSUMER
from calculator.tables import inputs_table, sources_table
from calculator.tables.provenance import frame
from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from calculator.supply import RecyclingLine, RouteRow
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

MET, MISSED = "✓", "✗"
_SEE_UNIT = "see column 'unit'"
_COSTS = ("feed", "margin", "collection", "process", "sales")
_PARTS = {"other": "reagents and waste"}
"""Parts of a treatment that go by another name on the page."""


@dataclass(frozen=True)
class Compared:
    """The mixes, and the routes of each chemistry."""

    mixes: tuple[RecyclingMix, ...]
    routes: Mapping[str, tuple[RouteRow, ...]]

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements with a floor, then those that some mix recycles."""
        floors = self.mixes[0].floors
        held = (c for mix in self.mixes for c in mix.contents)
        recycled = (c.element for c in held if c.waste != PRIMARY)
        return tuple(dict.fromkeys((*floors, *recycled)))

    @cached_property
    def records(self) -> tuple[Datum, ...]:
        """Every record behind mixes and routes, each once."""
        kept = [one for mix in self.mixes for found in mix.supply.grounds.values() for one in found]
        kept += [one for rows in self.routes.values() for row in rows for one in row.grounds]
        return tuple(dict.fromkeys(record for one in kept for record in one.records))

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """Every sentence on what was assumed, each once."""
        said = [text for mix in self.mixes for text in mix.supply.assumptions]
        said += [
            text
            for rows in self.routes.values()
            for row in rows
            for one in row.grounds
            for text in one.assumptions
        ]
        return tuple(dict.fromkeys(said))


# --- tidy --------------------------------------------------------------------------------


def compared_report(
    db: MaterialsDB, scenario: Scenario, found: Compared, shown: Shown, further: Mapping[str, str]
) -> Report:
    """All tables with what they rest on; ``further`` are inputs that no scenario holds."""
    unmet = {f"no plan for {mix.name}": " ".join(mix.why) for mix in found.mixes if mix.why}
    facts = {**about(db, scenario, shown), **further, **unmet}
    sheets = {
        "assumptions": frame([{"assumption": text} for text in found.assumptions], ["assumption"]),
        "inputs": inputs_table(scenario),
        "sources": sources_table(db, found.records),
    }
    tables = compared_tables(found, shown)
    return Report(tables, sheets=sheets, about=facts, carried=carried(sheets, facts))


def compared_tables(found: Compared, shown: Shown) -> dict[str, pd.DataFrame]:
    """Mixes, recycled content, floors, streams and routes."""
    return {
        "mixes": mixes_tidy(found, shown),
        "recycled_content": content_tidy(found),
        "floors": floors_tidy(found, shown),
        "streams": streams_tidy(found, shown),
        "routes": routes_tidy(found, shown),
    }


MIX_COLUMNS = ("mix", "status", "item", "value", "unit")


def mixes_tidy(found: Compared, shown: Shown) -> pd.DataFrame:
    """Cost, carbon, energy and cost of recycling of each mix, one figure a row."""
    rows = [
        {"mix": mix.name, "status": mix.plan.status, "item": item, "value": value, "unit": unit}
        for mix in found.mixes
        for item, value, unit in _figures(mix, shown)
    ]
    return frame(rows, MIX_COLUMNS)


def _figures(mix: RecyclingMix, shown: Shown) -> Iterator[tuple[str, float | None, str]]:
    money, kwh = f"{shown.money}/kWh", mix.supply.demand_kwh_per_year
    yield "landed cost", _number(mix.cost_usd_per_kwh * shown.factor), money
    yield "carbon", _number(mix.carbon_kg_per_kwh), "kg CO2e/kWh"
    yield "energy", _number(mix.energy_kwh_per_kwh), "kWh/kWh"
    for name, share in mix.chemistry_shares.items():
        yield f"share of {name}", share, "1"
    for part in _COSTS:
        usd = sum(_signed(line, part) for line in mix.lines) / kwh
        yield f"recycling, {part}", usd * shown.factor if mix.solved else None, money
    if mix.cost_of_floors_usd_per_kwh is not None:
        yield "cost of the floors", mix.cost_of_floors_usd_per_kwh * shown.factor, money


def _signed(line: RecyclingLine, part: str) -> float:
    """A part of the cost of a line; what is earned counts below 0."""
    usd = plain(getattr(line, f"{part}_usd_per_year"))
    return -usd if part == "sales" else usd


def _number(value: float) -> float | None:
    return None if isnan(value) else value


CONTENT_COLUMNS = ("mix", "element", "waste", "stream", "route", "share", "quantity", "unit")


def content_tidy(found: Compared) -> pd.DataFrame:
    """Where each element comes from in each mix; the shares of a mix and element add to 1."""
    rows = [
        {
            "mix": mix.name,
            "element": c.element,
            "waste": c.waste,
            "stream": c.stream,
            "route": c.route,
            "share": c.share,
            "quantity": c.kg_per_year,
            "unit": "kg/year",
        }
        for mix in found.mixes
        for c in mix.contents
    ]
    table = frame(rows, CONTENT_COLUMNS)
    table.attrs["units"] = {"share": "1", "quantity": _SEE_UNIT}
    return table


FLOOR_COLUMNS = (
    "mix", "element", "recycled", "manufacturing_scrap", "post_consumer", "floor", "met",
    "price_of_the_floor", "unit",
)  # fmt: skip


def floors_tidy(found: Compared, shown: Shown) -> pd.DataFrame:
    """Recycled content against the floor of the year, by mix and element."""
    rows = [_against(mix, element, shown) for mix in found.mixes for element in found.elements]
    table = frame([row for row in rows if row], FLOOR_COLUMNS)
    shares = ("recycled", "manufacturing_scrap", "post_consumer", "floor")
    table.attrs["units"] = {**dict.fromkeys(shares, "1"), "price_of_the_floor": _SEE_UNIT}
    return table


def _against(mix: RecyclingMix, element: str, shown: Shown) -> dict[str, Any]:
    if not any(content.element == element for content in mix.contents):
        return {}
    price = mix.floor_price_usd_per_kwh.get(element)
    return {
        "mix": mix.name,
        "element": element,
        "recycled": mix.recycled_share(element),
        "manufacturing_scrap": mix.recycled_share(element, MANUFACTURING),
        "post_consumer": mix.recycled_share(element, POST_CONSUMER),
        "floor": mix.floors.get(element),
        "met": mix.meets(element),
        "price_of_the_floor": None if price is None else price * shown.factor,
        "unit": f"{shown.money}/kWh per percentage point",
    }


STREAM_COLUMNS = (
    "mix", "stream", "chemistry", "route", "country", "treated", "treated_unit",
    *_COSTS, "cost", "unit", "emission", "emission_unit",
)  # fmt: skip


def streams_tidy(found: Compared, shown: Shown) -> pd.DataFrame:
    """What each mix treats and what it costs a year; feed to sales add to the cost of a row."""
    rows = [_line(mix, line, shown) for mix in found.mixes for line in mix.lines]
    table = frame(rows, STREAM_COLUMNS)
    table.attrs["units"] = dict.fromkeys((*_COSTS, "cost"), _SEE_UNIT) | {
        "treated": "see column 'treated_unit'",
        "emission": "see column 'emission_unit'",
    }
    return table


def _line(mix: RecyclingMix, line: RecyclingLine, shown: Shown) -> dict[str, Any]:
    return {
        "mix": mix.name,
        "stream": line.stream,
        "chemistry": line.chemistry,
        "route": line.route,
        "country": line.country,
        "treated": line.feed_kg_per_year,
        "treated_unit": "kg/year",
        **{part: _signed(line, part) * shown.factor for part in _COSTS},
        "cost": line.cost_usd_per_year * shown.factor,
        "unit": f"{shown.money}/year",
        "emission": line.emission_kg_per_year,
        "emission_unit": "kg CO2e/year",
    }


ROUTE_COLUMNS = (
    "chemistry", "stream", "route", "country", "item", "value", "unit", "basis", "source",
)  # fmt: skip


def routes_tidy(found: Compared, shown: Shown) -> pd.DataFrame:
    """Every figure of every route, one a row; cost by part per kg of feed."""
    rows = [
        {
            "chemistry": chemistry,
            "stream": row.stream,
            "route": row.route,
            "country": row.country,
            "item": item,
            "value": value,
            "unit": unit,
            "basis": row.basis,
            "source": source,
        }
        for chemistry, several in found.routes.items()
        for row in several
        for item, value, unit, source in _route_figures(row, shown)
    ]
    return frame(rows, ROUTE_COLUMNS)


def _route_figures(row: RouteRow, shown: Shown) -> Iterator[tuple[str, float, str, str]]:
    money = f"{shown.money}/kg"
    for name, share in row.recovery.items():
        yield f"recovery of {name}", share, "1", row.recovery_sources.get(name, "")
    for part, usd in row.process_by_part_usd_per_kg.items():
        yield f"process, {_PARTS.get(part, part)}", usd * shown.factor, money, ""
    costs = ("feed", "collection", "process", "cost", "value", "margin")
    for name in costs:
        yield name, getattr(row, f"{name}_usd_per_kg") * shown.factor, money, ""
    yield "emission", row.emission_kg_per_kg, "kg CO2e/kg", ""
    yield "energy", row.energy_kwh_per_kg, "kWh/kg", ""


# --- for reading -------------------------------------------------------------------------


def side_by_side(found: Compared, shown: Shown) -> pd.DataFrame:
    """One row a mix: cost, carbon, recycled content with its mark, then what else there is."""
    money = _money(shown)
    first = next(mix for mix in found.mixes if mix.name == NONE)
    rows = []
    for mix in found.mixes:
        saved = (first.cost_usd_per_kwh - mix.cost_usd_per_kwh) * shown.factor
        row: dict[str, Any] = {
            "Mix": mix.name,
            f"Cost, {money}": _number(mix.cost_usd_per_kwh * shown.factor),
            "Carbon, kg/kWh": _number(mix.carbon_kg_per_kwh),
            **{_head(mix, e): _marked(mix, e) for e in found.elements},
            f"Saved, {money}": _number(saved),
            "Energy, kWh/kWh": _number(mix.energy_kwh_per_kwh),
        }
        if len(mix.supply.products) > 1:
            row["Cells, %"] = _cells(mix)
        rows.append(row)
    return pd.DataFrame(rows)


def _cells(mix: RecyclingMix) -> str:
    """``LFP 70, NMC811 30``."""
    used = ((name, share) for name, share in mix.chemistry_shares.items() if share > 0)
    return ", ".join(f"{name} {100 * share:.0f}" for name, share in used)


def floor_prices(found: Compared, shown: Shown) -> str:
    """What a further percentage point of each floor costs, in a sentence; empty without floors."""
    mix = found.mixes[-1]
    prices = {e: usd * shown.factor for e, usd in mix.floor_price_usd_per_kwh.items()}
    if not prices:
        return ""
    told = [f"{e} {price:.2g}" for e, price in prices.items() if price > 0]
    if not told:
        return "No floor binds: one point more of any costs nothing."
    return f"One percentage point more of a floor costs, {_money(shown)}: {', '.join(told)}."


def _money(shown: Shown) -> str:
    return f"{spoken(shown.money)}/kWh"


def _head(mix: RecyclingMix, element: str) -> str:
    floor = mix.floors.get(element)
    return f"{element}, %" if floor is None else f"{element}, % (≥ {100 * floor:g})"


def _marked(mix: RecyclingMix, element: str) -> str:
    """``12.2 ✗`` where the floor is missed; nothing where the plan holds none of it."""
    if not any(content.element == element for content in mix.contents):
        return ""
    percent = f"{100 * mix.recycled_share(element):.1f}"
    met = mix.meets(element)
    return percent if met is None else f"{percent} {MET if met else MISSED}"


def charted_content(found: Compared, by: str) -> pd.DataFrame:
    """Recycled content of the elements with a floor (else of all) by mix and waste or route."""
    floors = found.mixes[0].floors
    held = {content.element for mix in found.mixes for content in mix.contents}
    elements = [e for e in found.elements if e in (floors or held) and e in held]
    rows = [
        {"mix": mix.name, "element": element, by: part, "share": share, "floor": floor}
        for mix in found.mixes
        if mix.solved
        for element in elements
        for floor in [floors.get(element, nan)]
        for part, share in _parts(mix, element, by).items()
    ]
    return frame(rows, ("mix", "element", by, "share", "floor"))


def _parts(mix: RecyclingMix, element: str, by: str) -> dict[str, float]:
    """Share by waste or route; one row of nothing where nothing is recycled."""
    sums: dict[str, float] = {}
    for content in mix.contents:
        part = str(getattr(content, by))
        if content.element == element and part != PRIMARY:
            sums[part] = sums.get(part, 0.0) + content.share
    return sums or {"": 0.0}


def savings(found: Compared, shown: Shown) -> list[tuple[str, float]]:
    """What each mix saves against no recycling, in the money shown per kWh."""
    first = next(mix for mix in found.mixes if mix.name == NONE)
    pairs = ((mix.name, first.cost_usd_per_kwh - mix.cost_usd_per_kwh) for mix in found.mixes)
    return [(name, usd * shown.factor) for name, usd in pairs if name != NONE and not isnan(usd)]


def streams_read(streams: pd.DataFrame, kwh_per_year: float) -> pd.DataFrame:
    """What each mix treats, countries together: tonnes, and cost by line per kWh."""
    keys = ["mix", "stream", "chemistry", "route"]
    summed = streams.groupby(keys, sort=False, as_index=False)[["treated", *_COSTS, "cost"]].sum()
    costs = summed[[*_COSTS, "cost"]] / kwh_per_year
    heads = {name: name.capitalize() for name in (*_COSTS, "cost")}
    return pd.DataFrame(
        {
            "Mix": summed["mix"],
            "Stream": summed["stream"],
            "Chemistry": summed["chemistry"],
            "Route": summed["route"].map(spoken),
            "Treated, t/year": summed["treated"] / 1000.0,
        }
    ).join(costs.rename(columns=heads))


def routes_read(rows: Sequence[RouteRow], shown: Shown) -> pd.DataFrame:
    """One row a route and stream of one chemistry, per kg of feed."""
    return pd.DataFrame([_route(row, shown) for row in rows])


def _route(row: RouteRow, shown: Shown) -> dict[str, Any]:
    parts = {
        _PARTS.get(part, part).capitalize(): usd * shown.factor
        for part, usd in row.process_by_part_usd_per_kg.items()
    }
    recovered = ", ".join(f"{e} {100 * share:.0f}" for e, share in row.recovery.items())
    return {
        "Stream": "scrap" if row.stream.endswith("scrap") else row.stream,
        "Route": spoken(row.route),
        "Value": row.value_usd_per_kg * shown.factor,
        "Feed": row.feed_usd_per_kg * shown.factor,
        "Collection": row.collection_usd_per_kg * shown.factor,
        "Treatment": row.process_usd_per_kg * shown.factor,
        "Margin": row.margin_usd_per_kg * shown.factor,
        "Carbon, kg/kg": row.emission_kg_per_kg,
        "Rests on": row.basis,
        "Recovery, %": recovered.replace("_", " "),
        **parts,
    }
