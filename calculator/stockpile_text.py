"""Stocks, their frontier and the robust plan as text to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calculator.stockpile_reports import money_rows, robust_rows
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    from calculator.shocks.robust import RobustPlan
    from calculator.shocks.stock_answer import StockpileAnswer
    from calculator.shocks.stockpile import EventRow, StockRow

_SHOWN = 24
_MOVED = 0.005
"""Change of a share from which a contract is shown on the screen."""


def stockpile_text(found: StockpileAnswer) -> str:
    """Days and tonnes, money, events, frontier, covers; and the robust plan where asked."""
    plan = found.plan
    parts = [
        printable(found.scenario.name),
        _stocks_text(plan.stocks, plan.money),
        _items(money_rows(found)),
        _events_text(plan.events, plan.horizon_days),
        _frontier_text(found),
        _covers_text(found),
        _lasting_text(found),
    ]
    if found.robust is not None:
        parts += _robust_text(found.robust)
    parts.append("\n".join(_footer(found)))
    return "\n\n".join(part for part in parts if part)


def _stocks_text(rows: Sequence[StockRow], money: str) -> str:
    if not rows:
        return "No stock pays: holding costs more than the shortage it would spare."
    body = [
        [
            shortened(row.point),
            *map(figure, (row.private_days, row.public_days, row.quantity)),
            row.unit,
            *map(figure, (row.purchase, row.carry_per_year)),
        ]
        for row in rows
    ]
    heads = ["stock of", "own", "public", "own amount", "in", "purchase", "cost a year"]
    return aligned(heads, body, ["", "day", "day", "", "", money, money])


def _items(rows: Iterable[Mapping[str, Any]]) -> str:
    body = [[row["item"], figure(row["value"]), row["unit"]] for row in rows]
    return aligned(["money", "value", "unit"], body, left=1)


def _events_text(rows: Sequence[EventRow], horizon: int) -> str:
    body = [
        [
            shortened(row.name),
            figure(100 * row.probability),
            *map(figure, (row.lost_gwh_without, row.lost_gwh)),
            _days(row.survived_days, horizon),
        ]
        for row in rows
    ]
    heads = ["event", "chance a year", "lost without", "lost with", "first short after"]
    return aligned(heads, body, ["", "%", "GWh", "GWh", "day"])


def _days(days: float, horizon: int) -> str:
    return "never" if days >= horizon else figure(days)


def _frontier_text(found: StockpileAnswer) -> str:
    frontier, money = found.frontier, found.plan.money
    points = frontier.points
    if len(points) < 2:
        return ""
    step = max(1, -(-len(points) // _SHOWN))
    shown = [*points[:-1:step], points[-1]]
    body = [
        [
            figure(point.purchase),
            *map(figure, (point.expected_gwh, point.worst_gwh)),
            _days(point.survived_days, frontier.horizon_days),
        ]
        for point in shown
    ]
    heads = ["spent on stock", "lost a year", "lost in the worst event", "first short after"]
    table = aligned(heads, body, [money, "GWh", "GWh", "day"], left=0)
    left = len(points) - len(shown)
    return table + (f"\nand {left} more corners: in a file (--out) and in --json" if left else "")


def _covers_text(found: StockpileAnswer) -> str:
    covers = found.covers
    days = list(dict.fromkeys(row.days for row in covers.rows))
    by_key = {(row.point, row.days): row for row in covers.rows}
    points = dict.fromkeys(row.point for row in covers.rows if row.cost is not None)
    body = []
    for point in points:
        rows = [by_key[point, d] for d in days]
        per_day = rows[0].quantity / rows[0].days
        costs = [r.cost_shown if covers.shown else r.cost for r in rows]
        unit = rows[0].unit
        body.append([shortened(point), figure(per_day), f"{unit}/day",
                     *(figure((c or 0.0) / 1e6) for c in costs)])  # fmt: skip
    heads = ["what a stock of ... buys", "use", "in", *(f"{d:g} days" for d in days)]
    money = f"mn {covers.shown or covers.money}"
    return aligned(heads, body, ["", "", "", *(money for _ in days)]) if body else ""


def _lasting_text(found: StockpileAnswer) -> str:
    covers = list(dict.fromkeys(row.cover_days for row in found.lasting))
    by_key = {(row.event, row.cover_days): row for row in found.lasting}
    horizon = found.plan.horizon_days
    body = []
    for event in found.plan.events:
        rows = [by_key[event.event, cover] for cover in covers]
        body.append([
            shortened(event.name),
            *(f"{_days(r.survived_days, horizon)} ({figure(r.lost_gwh)})" for r in rows),
        ])  # fmt: skip
    heads = ["first short after (and lost), with", *(f"{cover:g} days" for cover in covers)]
    return aligned(heads, body, ["", *("day (GWh)" for _ in covers)])


def _robust_text(robust: RobustPlan) -> list[str]:
    parts = [_items(robust_rows(robust)), _robust_events(robust)]
    if robust.stocks:
        body = [
            [shortened(row.good), figure(row.days), figure(row.quantity), row.unit,
             *map(figure, (row.purchase, row.carry_per_year))]
            for row in robust.stocks
        ]  # fmt: skip
        heads = ["stock of the robust plan", "days", "amount", "in", "purchase", "cost a year"]
        parts.append(aligned(heads, body, ["", "", "", "", robust.money, robust.money]))
    parts.append(_contracts(robust))
    assert robust.plan.certificate is not None
    parts.append("Robust plan " + robust.plan.certificate.sentence())
    return parts


def _robust_events(robust: RobustPlan) -> str:
    body = [
        [shortened(row.name), figure(100 * row.probability),
         *map(figure, (row.extra_cheapest, row.extra_robust, row.lost_cheapest, row.lost_robust))]
        for row in robust.events
    ]  # fmt: skip
    heads = ["a year with", "chance", "costs more, cheapest", "robust", "lost, cheapest", "robust"]
    units = ["", "%", robust.money, robust.money, robust.unit, robust.unit]
    return aligned(heads, body, units)


def _contracts(robust: RobustPlan) -> str:
    moved = [row for row in robust.contracts if abs(row.robust - row.cheapest) > _MOVED]
    if not moved:
        return "Contracts by country are those of the cheapest plan."
    body = [
        [row.material, row.stage or "-", row.country or "rest of the world",
         figure(100 * row.cheapest), figure(100 * row.robust)]
        for row in moved[:_SHOWN]
    ]  # fmt: skip
    heads = ["contracts that move", "stage", "country", "cheapest", "robust"]
    left = len(moved) - _SHOWN
    more = f"\nand {left} more: in a file (--out) and in --json" if left > 0 else ""
    return aligned(heads, body, ["", "", "", "%", "%"], left=3) + more


def _footer(found: StockpileAnswer) -> Iterator[str]:
    yield found.plan.certificate.sentence().capitalize()
    notes = [*found.notes, *(found.robust.notes if found.robust else ())]
    for note in dict.fromkeys(notes):
        text = printable(note)
        yield text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
