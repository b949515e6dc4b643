"""A stress test as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.reports import sentence
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    from calculator.shocks.chain import Point
    from calculator.shocks.event import Event
    from calculator.shocks.stress_answer import StressAnswer

Row = dict[str, Any]
_TOGETHER = "all together"
_GWH, _DAY = "GWh", "day"


def stress_report(found: StressAnswer) -> Report:
    """Outcome, costs, what binds, ways to withstand, what would have avoided it, every day."""
    facts = _facts(found)
    tables = {
        "outcome": list(outcome_rows(found)),
        "costs": list(cost_rows(found)),
        "binding": list(binding_rows(found)),
        "ways": list(way_rows(found)),
        "avoided_by": list(avoided_rows(found)),
        "events": list(event_rows(found)),
    }
    shown = {name: frame(rows, list(rows[0])) for name, rows in tables.items() if rows}
    notes = frame([{"note": text} for text in found.notes], ("note",))
    return Report(
        tables={**shown, "days": frame(list(day_rows(found)), _DAYS)},
        sheets={"notes": notes},
        about=facts,
        carried=(
            *(("about", key, text) for key, text in facts.items()),
            *(("notes", str(k), text) for k, text in enumerate(found.notes, start=1)),
        ),
        answer={**facts, **tables, "timelines": timelines(found), "notes": list(found.notes)},
    )


def _facts(found: StressAnswer) -> dict[str, str]:
    shocks = found.scenario.shocks
    assert shocks is not None
    return {
        "scenario": found.scenario.name,
        "supply": found.supply,
        "money": found.stress.chain.money,
        "test_from": str(found.stress.start),
        "days": f"{found.stress.days:g}",
    }


def _names(found: StressAnswer) -> list[str]:
    """Of every scenario of the test: all events, then each."""
    if len(found.events) == 1:
        return [found.events[0].name]
    return [_TOGETHER, *(event.name for event in found.events)]


def outcome_rows(found: StressAnswer) -> Iterator[Row]:
    """One row for all events at once and one for each."""
    stress = found.stress
    for k, name in enumerate(_names(found)):
        point = stress.binding(k)
        yield {
            "events": name,
            "days_to_shortage": stress.days_to_shortage(k),
            "least_output": float(stress.least_output[k]),
            "lost_gwh": float(stress.lost_gwh[k]),
            "vehicles": stress.vehicles(k),
            "extra_cost": float(stress.extra_cost[k]),
            "money": stress.chain.money,
            "binding": point.id if point else "",
            "material": point.material if point else "",
            "stage": (point.stage or "") if point else "",
        }


def cost_rows(found: StressAnswer) -> Iterator[Row]:
    """Extra cost by kind of all events at once."""
    for kind, cost in found.stress.costs.items():
        yield {"kind": kind, "extra_cost": float(cost[0]), "money": found.stress.chain.money}


def binding_rows(found: StressAnswer) -> Iterator[Row]:
    """What binds in turn, and the loss meanwhile."""
    for each in found.stress.bindings():
        point = each.point
        yield {
            "point": point.id, "material": point.material, "stage": point.stage or "",
            "lost_gwh": each.lost_gwh,
        }  # fmt: skip


def way_rows(found: StressAnswer) -> Iterator[Row]:
    """Ways to withstand, side by side."""
    for row in found.ways:
        yield {
            "option": row.option, "lost_gwh": row.lost_gwh, "vehicles": row.vehicles,
            "extra_cost": row.extra_cost, "money": found.stress.chain.money,
            "days_to_shortage": row.days_to_shortage, "least_output": row.least_output,
            "binding": row.binding,
        }  # fmt: skip


def avoided_rows(found: StressAnswer) -> Iterator[Row]:
    """Stocks, and the second source, with which nothing would have been lost."""
    for cover in found.covers or ():
        point = cover.point
        yield {
            "by": "stock", "point": point.id, "days": cover.days, "quantity": cover.quantity,
            "unit": point.unit, "cost": cover.quantity * point.price,
            "money": found.stress.chain.money, "share": None,
        }  # fmt: skip
    if found.second_source is not None:
        yield {
            "by": "second source", "point": found.second_source.point.id, "days": None,
            "quantity": None, "unit": "", "cost": None, "money": "",
            "share": found.second_source.share,
        }  # fmt: skip


def event_rows(found: StressAnswer) -> Iterator[Row]:
    """Every effect with its dates, status and source."""
    for event in found.events:
        for effect in event.effects:
            yield {
                "event": event.id, "name": event.name, "start": str(event.start),
                "days": event.days, "status": event.status, "touches": effect.label,
                "origins": ", ".join(effect.origins), "exempt": ", ".join(effect.exempt),
                "reach": effect.reach, "cut": effect.cut, "delay_days": effect.delay_days,
                "refusal": effect.refusal, "price_rise": effect.price_rise,
                "source": event.source, "locator": event.locator, "assumed": event.assumed,
            }  # fmt: skip


# --- day by day ------------------------------------------------------------------------

_DAYS = ("day", "item", "good", "value", "unit")


def timelines(found: StressAnswer) -> Row:
    """Series of all events at once: output, and stock and inflow of every good that moves."""
    stress, line = found.stress, found.stress.timeline
    assert line is not None
    goods = {}
    for k, point in enumerate(stress.chain.points):
        stock = line.own[0, k] + line.public[0, k]
        inflow = {kind: flow[0, k] for kind, flow in line.inflow.items()}
        if stock.any() or (inflow["planned"] < 1.0).any():
            goods[point.id] = {
                "stock_days": stock.tolist(),
                "inflow": {kind: flow.tolist() for kind, flow in inflow.items()},
            }
    names = [point.id for point in stress.chain.points]
    return {
        "day": stress.edges.tolist(),
        "output": stress.output[0].tolist(),
        "binding": [names[k] if k >= 0 else "" for k in line.limit[0]],
        "goods": goods,
    }


def day_rows(found: StressAnswer) -> Iterator[Row]:
    """The same, one number a row."""
    series = timelines(found)

    def rows(item: str, good: str, values: list[float], unit: str) -> Iterator[Row]:
        for day, value in zip(series["day"], values, strict=False):
            yield {"day": day, "item": item, "good": good, "value": value, "unit": unit}

    yield from rows("output", "", series["output"], "1")
    for good, of in series["goods"].items():
        yield from rows("stock", good, of["stock_days"], "days of use")
        for kind, values in of["inflow"].items():
            yield from rows(f"inflow, {kind}", good, values, "share of use")


# --- text ------------------------------------------------------------------------------


def stress_text(found: StressAnswer) -> str:
    """The answer in sentences, then its tables."""
    parts = [
        printable(found.scenario.name),
        "\n".join(sentence(text) for text in _sentences(found)),
        _outcome_text(found),
        _ways_text(found),
        _cost_text(found),
        _events_text(found),
        "\n".join(sentence(printable(text)) for text in found.notes),
    ]
    return "\n\n".join(part for part in parts if part)


def _sentences(found: StressAnswer) -> Iterator[str]:
    stress, days = found.stress, found.stress.days_to_shortage()
    if days is None:
        yield f"cells keep coming for all {stress.days:g} days; nothing is lost"
        yield from _bought(found)
        return
    least = 100.0 * float(stress.least_output[0])
    kept = f"cells keep coming for {days:g} days" if days else "cells fall short from the first day"
    yield f"{kept}; then output falls to {figure(least)} % of the plan"
    yield from _bought(found)
    lost, vehicles = figure(float(stress.lost_gwh[0])), stress.vehicles()
    pack = stress.mitigation.vehicle_kwh
    of = f", {vehicles:,.0f} vehicles of {pack:g} kWh" if vehicles is not None else ""
    yield f"Lost: {lost} GWh{of}"
    point = stress.binding()
    if point is not None:
        yield f"what binds: {_spoken(point)}"
    yield from _avoided(found)


def _bought(found: StressAnswer) -> Iterator[str]:
    """What the stock buys against nothing."""
    ways = {row.option: row for row in found.ways}
    bare, stocked = ways.get("nothing"), ways.get("stock")
    if bare is None or stocked is None or bare.days_to_shortage is None:
        return
    if stocked.days_to_shortage is None:
        spared = figure(bare.lost_gwh)
        yield f"the stock alone is enough: without it {spared} GWh would be lost"
        return
    bought = stocked.days_to_shortage - bare.days_to_shortage
    yield (
        f"the stock alone buys {bought:g} days: without it cells fall short after "
        f"{bare.days_to_shortage:g} days, with it after {stocked.days_to_shortage:g}"
    )


def _avoided(found: StressAnswer) -> Iterator[str]:
    if found.covers is None:
        yield "no stock would have avoided the loss"
    elif found.covers:
        told = " and ".join(f"{figure(c.days)} days of {_spoken(c.point)}" for c in found.covers)
        yield f"a stock of {told} would have lost nothing"
    second = found.second_source
    if second is not None:
        yield (
            f"so would, beside what stands ready, a second source of {_spoken(second.point)} for "
            f"{figure(100 * second.share)} % of the need from the first day"
        )


def _spoken(point: Point) -> str:
    material, stage = point.material.replace("_", " "), (point.stage or "").replace("_", " ")
    name = material if not stage or stage in material else f"{material}, {stage}"
    return name if point.id in (point.material, f"{point.material}, refined") else (
        f"{name} ({point.id})"
    )  # fmt: skip


def _outcome_text(found: StressAnswer) -> str:
    body = [
        [
            shortened(row["events"]), _or_never(row["days_to_shortage"]),
            figure(100 * row["least_output"]), figure(row["lost_gwh"]),
            figure(row["extra_cost"] / 1e6), row["binding"],
        ]
        for row in outcome_rows(found)
    ]  # fmt: skip
    heads = ["event", "first short after", "least output", "lost", "extra cost", "binds"]
    units = ["", _DAY, "%", _GWH, f"million {found.stress.chain.money}", ""]
    return aligned(heads, body, units)


def _ways_text(found: StressAnswer) -> str:
    if len(found.ways) < 2:
        return ""
    body = [
        [
            row.option, _or_never(row.days_to_shortage), figure(row.lost_gwh),
            figure(row.extra_cost / 1e6), row.binding,
        ]
        for row in found.ways
    ]  # fmt: skip
    heads = ["what stands ready", "first short after", "lost", "extra cost", "binds"]
    return aligned(heads, body, ["", _DAY, _GWH, f"million {found.stress.chain.money}", ""])


def _cost_text(found: StressAnswer) -> str:
    body = [
        [row["kind"].replace("_", " "), figure(row["extra_cost"] / 1e6)]
        for row in cost_rows(found)
        if row["extra_cost"]
    ]
    heads = ["extra cost", "all events"]
    return aligned(heads, body, ["", f"million {found.stress.chain.money}"]) if body else ""


def _events_text(found: StressAnswer) -> str:
    body = [
        [shortened(event.name), str(event.start), _lasts(event), _size(event), _rests(event)]
        for event in found.events
    ]
    return aligned(["event", "from", "days", "what", "rests on"], body, left=5)


def _lasts(event: Event) -> str:
    return "no end" if event.days is None else str(event.days)


def _size(event: Event) -> str:
    told = []
    for e in event.effects:
        sizes = [f"cut {figure(100 * e.cut)} %"] if e.cut else []
        sizes += [f"wait {e.delay_days:g} days"] if e.delay_days else []
        sizes += [f"refused {figure(100 * e.refusal)} %"] if e.refusal else []
        sizes += [f"price +{figure(100 * e.price_rise)} %"] if e.price_rise else []
        told.append(f"{e.label}: {', '.join(sizes)}" if sizes else "")
    return shortened("; ".join(text for text in told if text))


def _rests(event: Event) -> str:
    if not event.source:
        return "your own numbers"
    return f"{event.source}{', sizes assumed' if event.assumed else ''}, {event.status}"


def _or_never(days: float | None) -> str:
    return "never" if days is None else figure(days)
