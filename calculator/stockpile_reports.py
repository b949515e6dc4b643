"""Stocks, their frontier and the robust plan, as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.network_answers import certificate_row
from calculator.tables.provenance import frame

if TYPE_CHECKING:
    import pandas as pd

    from calculator.shocks.frontier import FrontierPoint
    from calculator.shocks.robust import RobustPlan
    from calculator.shocks.stock_answer import StockpileAnswer

_STOCKS = (
    "point", "material", "stage", "private_days", "public_days", "quantity", "unit", "tonnes",
    "purchase", "carry_per_year", "left_at_end",
)  # fmt: skip
_EVENTS = (
    "event", "name", "probability", "lost_gwh_without", "lost_gwh", "survived_days",
)  # fmt: skip
_FRONTIER = (
    "purchase", "carry_per_year", "expected_gwh", "tail_gwh", "worst_gwh", "survived_days",
)  # fmt: skip
_COVERS = (
    "point", "material", "stage", "days", "quantity", "unit", "tonnes", "cost", "cost_shown",
)  # fmt: skip
_LASTING = ("event", "cover_days", "survived_days", "lost_gwh")
_ROBUST_EVENTS = (
    "event", "name", "probability", "extra_cheapest", "extra_robust", "saved", "lost_cheapest",
    "lost_robust",
)  # fmt: skip
_ROBUST_STOCKS = (
    "good", "quantity", "unit", "tonnes", "days", "purchase", "carry_per_year",
)  # fmt: skip
_CONTRACTS = ("material", "stage", "country", "cheapest", "robust")


def stockpile_report(found: StockpileAnswer) -> Report:
    """Every table, with what was asked and what was taken."""
    answer = stockpile_answer_dict(found)
    facts = _facts(found)
    notes = [*found.notes, *(found.robust.notes if found.robust else ())]
    sheet = frame([{"note": text} for text in notes], ("note",))
    return Report(
        tables=dict(_tables(found)),
        sheets={"notes": sheet},
        about=facts,
        carried=(
            *(("about", key, text) for key, text in facts.items()),
            *(("notes", str(k), text) for k, text in enumerate(notes, start=1)),
        ),
        answer=answer,
    )


def _tables(found: StockpileAnswer) -> Iterator[tuple[str, pd.DataFrame]]:
    money = found.plan.money
    days = dict.fromkeys(("private_days", "public_days", "days", "survived_days"), "day")
    gwh = dict.fromkeys(("lost_gwh_without", "lost_gwh", "worst_gwh"), "GWh")
    yearly = {"carry_per_year": f"{money}/year", "expected_gwh": "GWh/year", "tail_gwh": "GWh/year"}
    units = {
        **days, **gwh, **yearly, "cover_days": "day", "tonnes": "t", "purchase": money,
        "left_at_end": money, "probability": "1/year", "cost": money,
        "cost_shown": found.covers.shown or "", "quantity": "see column 'unit'",
    }  # fmt: skip
    yield "stocks", _table(found.plan.stocks, _STOCKS, units)
    yield "events", _table(found.plan.events, _EVENTS, units)
    yield "money", frame(list(money_rows(found)), ("item", "value", "unit"))
    yield "frontier", _table(found.frontier.points, _FRONTIER, units)
    yield "covers", _table(found.covers.rows, _COVERS, units)
    yield "lasting", _table(found.lasting, _LASTING, units)
    if found.robust is not None:
        yield from _robust_tables(found.robust, units)


def _robust_tables(
    robust: RobustPlan, units: Mapping[str, str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    extra = dict.fromkeys(("extra_cheapest", "extra_robust", "saved"), robust.money)
    lost = dict.fromkeys(("lost_cheapest", "lost_robust"), robust.unit)
    shares = dict.fromkeys(("cheapest", "robust"), "1")
    yield "robust_money", frame(list(robust_rows(robust)), ("item", "value", "unit"))
    yield "robust_events", _table(robust.events, _ROBUST_EVENTS, {**units, **extra, **lost})
    yield "robust_stocks", _table(robust.stocks, _ROBUST_STOCKS, units)
    yield "contracts", _table(robust.contracts, _CONTRACTS, shares)


def _table(rows: Iterable[Any], columns: Sequence[str], units: Mapping[str, str]) -> pd.DataFrame:
    table = frame([_plain(row, columns) for row in rows], columns)
    table.attrs["units"] = {name: units[name] for name in columns if units.get(name)}
    return table


def _plain(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}


def money_rows(found: StockpileAnswer) -> Iterator[dict[str, Any]]:
    """What stocks and shortages cost: item, value, unit."""
    plan = found.plan
    yearly = f"{plan.money}/year"
    yield {"item": "first purchase", "value": plan.purchase, "unit": plan.money}
    yield {"item": "left at the end", "value": plan.left_at_end, "unit": plan.money}
    yield {"item": "stocks: capital, holding, spoilage", "value": plan.carry_per_year,
           "unit": yearly}  # fmt: skip
    yield {"item": "shortage without stocks", "value": plan.shortage_without, "unit": yearly}
    yield {"item": "shortage that is left", "value": plan.shortage_per_year, "unit": yearly}
    yield {"item": "saved by the stocks", "value": plan.saved_per_year, "unit": yearly}
    yield {"item": "shortage of the worst years", "value": plan.shortage_tail, "unit": yearly}


def robust_rows(robust: RobustPlan) -> Iterator[dict[str, Any]]:
    """What the robust plan and its bounds cost: item, value, unit."""
    yearly = f"{robust.money}/year"
    for item, value in (
        ("cheapest plan, quiet year", robust.cheapest_cost),
        ("robust plan, quiet year", robust.quiet_cost),
        ("premium", robust.premium),
        ("cheapest plan, expected", robust.of_cheapest),
        ("best for the mean event, expected (EEV)", robust.of_average),
        ("best decided before, expected (RP)", robust.recourse),
        ("known at the start of each year (WS)", robust.wait_and_see),
        ("value of planning for all events (VSS = EEV - RP)", robust.stochastic_solution),
        ("value of knowing (EVPI = RP - WS)", robust.perfect_information),
    ):
        yield {"item": item, "value": value, "unit": yearly}


def _facts(found: StockpileAnswer) -> dict[str, str]:
    terms = found.terms
    return {
        "scenario": found.scenario.name,
        "money": found.plan.money,
        "day 0": str(terms.start),
        "horizon": f"{terms.days} day",
        "holding": f"{100 * terms.holding_per_year:g} %/year",
        "shortage cost": f"{terms.shortage_cost_per_kwh:g} {found.plan.money}/kWh",
        "weight of the worst years": f"{terms.weight:g}",
        "worst years": f"the dearest {100 * (1 - terms.level):g} %",
        "years kept": f"{terms.years:g}",
        "end value": f"{100 * terms.end_value:g} % of the price",
        "certificate": found.plan.certificate.sentence(),
    }


def stockpile_answer_dict(found: StockpileAnswer) -> dict[str, Any]:
    """The answer as plain objects."""
    plan = found.plan
    return {
        **_facts(found),
        "stocks": [_plain(row, _STOCKS) for row in plan.stocks],
        "events": [_plain(row, _EVENTS) for row in plan.events],
        "cost": {row["item"]: row["value"] for row in money_rows(found)},
        "objective": plan.objective,
        "frontier": [_point(point) for point in found.frontier.points],
        "covers": [_plain(row, _COVERS) for row in found.covers.rows],
        "covers_shown_in": found.covers.shown,
        "lasting": [_plain(row, _LASTING) for row in found.lasting],
        "robust": None if found.robust is None else _robust(found.robust),
        "certificate": certificate_row(plan.certificate),
        "notes": list(found.notes),
    }


def _point(point: FrontierPoint) -> dict[str, Any]:
    return {
        **_plain(point, _FRONTIER),
        "days": {row.point: row.private_days for row in point.stocks if row.private_days > 0},
        "survived": {row.event: row.survived_days for row in point.events},
    }


def _robust(robust: RobustPlan) -> dict[str, Any]:
    return {
        "money": robust.money,
        "lost_unit": robust.unit,
        "cost": {row["item"]: row["value"] for row in robust_rows(robust)},
        "events": [_plain(row, _ROBUST_EVENTS) for row in robust.events],
        "stocks": [_plain(row, _ROBUST_STOCKS) for row in robust.stocks],
        "contracts": [_plain(row, _CONTRACTS) for row in robust.contracts],
        "certificate": certificate_row(robust.plan.certificate),
        "notes": list(robust.notes),
    }
