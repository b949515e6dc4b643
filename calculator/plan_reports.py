"""A sourcing answer as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from calculator.answers import plan_answer
from calculator.export import Report
from calculator.reports import about, sentence
from calculator.tables import (
    ASSUMED_MARK,
    flow_table,
    inputs_table,
    plan_cost_table,
    relaxation_table,
    rule_table,
    share_table,
    sources_table,
)
from calculator.tables.plans import REST
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.marginals import Marginal
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB

_COUNTRIES_SHOWN = 5
_PRIMARY = "primary"


def plan_report(db: MaterialsDB, scenario: Scenario, sourced: Sourced, shown: Shown) -> Report:
    """Shares, flows, cost and binding rules, or what clashes, with what they rest on."""
    plan, supply = sourced.plan, sourced.supply
    tables = {
        "shares": share_table(plan, supply.basis),
        "flows": flow_table(plan),
        "cost": plan_cost_table(plan),
        "binding_rules": rule_table(plan),
    }
    if sourced.explanation is not None:
        tables["relaxations"] = relaxation_table(sourced.explanation)
    records = dict.fromkeys(
        r for found in supply.grounds.values() for g in found for r in g.records
    )
    assumed = frame([{"assumption": text} for text in supply.assumptions], ["assumption"])
    return Report(
        tables=tables,
        sheets={
            "assumptions": assumed,
            "inputs": inputs_table(scenario),
            "sources": sources_table(db, records),
        },
        about={**about(db, scenario, shown), "status": plan.status},
        answer=plan_answer(db, scenario, sourced, shown),
    )


def plan_text(scenario: Scenario, sourced: Sourced, shown: Shown) -> str:
    """The mix by material and stage, its cost and what binds; or what clashes."""
    parts = [_title(scenario, sourced), f"Status: {sourced.plan.status}"]
    if sourced.plan.status == "optimal":
        parts += [_mix(sourced), _cost(sourced, shown), *_binding(sourced)]
    parts += _why_not(sourced)
    parts.append("\n".join(_footer(sourced, shown)))
    return "\n\n".join(part for part in parts if part)


def _title(scenario: Scenario, sourced: Sourced) -> str:
    supply = sourced.supply
    return (
        f"{scenario.name}: {sourced.chemistry} cells for {supply.importer}, "
        f"{supply.demand_kwh_per_year / 1e6:g} GWh/year, deck {scenario.deck}"
    )


def _mix(sourced: Sourced) -> str:
    """One line a material and stage; countries by size, recycled routes named."""
    table = share_table(sourced.plan, sourced.supply.basis)
    records = table.to_dict(orient="records")
    rows = []
    for (material, stage), found in groupby(records, key=lambda r: (r["material"], r["stage"])):
        shares = [_share(row) for row in found]
        more = len(shares) - _COUNTRIES_SHOWN
        tail = [f"and {more} more"] if more > 0 else []
        rows.append([material, str(stage or ""), ", ".join(shares[:_COUNTRIES_SHOWN] + tail)])
    return aligned(["material", "stage", "share by country, %"], rows, left=3)


def _share(row: Mapping[Hashable, object]) -> str:
    mark = ASSUMED_MARK if row["basis"] == "assumed" else ""
    route = "" if row["route"] == _PRIMARY else f" ({row['route']})"
    return f"{row['country']}{route} {figure(100.0 * float(str(row['share'])), mark)}"


def _cost(sourced: Sourced, shown: Shown) -> str:
    kwh = sourced.supply.demand_kwh_per_year
    rows = list(sourced.plan.cost_by_kind.items())
    rows.append(("all", sourced.plan.cost))
    if sourced.free_cost is not None and sourced.cost_of_rules is not None and sourced.rules:
        rows += [("without any rule", sourced.free_cost), ("the rules", sourced.cost_of_rules)]
    body = [[kind, figure(usd * shown.factor / kwh, ASSUMED_MARK)] for kind, usd in rows if usd]
    return aligned(["cost", "per kWh"], body, ["", f"{shown.money}/kWh"])


def _binding(sourced: Sourced) -> Iterator[str]:
    rules = [m for m in sourced.plan.binding if m.kind == "rule"]
    if rules:
        rows = [[m.name, _limit(m), figure(m.shadow_price), m.unit] for m in rules]
        heads = ["rule that binds", "limit", "cost of +1 of the limit a year", "unit"]
        yield aligned(heads, rows)
    elif sourced.rules:
        yield "No rule binds."


def _limit(marginal: Marginal) -> str:
    """The limit as its rule states it: shares in percent."""
    if marginal.unit.endswith("percentage point"):
        return f"{figure(100.0 * marginal.limit)} %"
    return figure(marginal.limit)


def _why_not(sourced: Sourced) -> Iterator[str]:
    if sourced.explanation is not None:
        yield "\n".join(sentence(printable(s)) for s in sourced.explanation.sentences())


def _footer(sourced: Sourced, shown: Shown) -> Iterator[str]:
    assumed = len(sourced.supply.assumptions)
    if assumed:
        yield (
            f"{ASSUMED_MARK} rests on an assumption; {assumed} in all, "
            "listed in a workbook (--out FILE.xlsx) and in --json."
        )
    if any(row.country is None for row in sourced.plan.shares):
        yield f"{REST}: countries not known singly; a rule on a country does not count them."
    if sourced.plan.unique is False:
        yield "Other plans cost the same; of these the one with the most even shares is shown."
    yield from (sentence(text) for text in sourced.plan.notes)
    yield from (sentence(text) for text in shown.notes)
