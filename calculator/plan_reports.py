"""A sourcing answer as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from calculator.answers import PLAN_CHOOSES, plan_answer, plan_shares
from calculator.export import Report
from calculator.network_answers import certificate_row, marginal_rows
from calculator.plan_tables import plan_tables
from calculator.reports import about, carried, sentence
from calculator.tables import (
    ASSUMED_MARK,
    inputs_table,
    own_files,
    plan_records_table,
    relaxation_table,
    sources_table,
)
from calculator.tables.laws import law_table
from calculator.tables.plans import REST, price_of_limit
from calculator.tables.provenance import bill_records, frame, label
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.marginals import Marginal
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

_COUNTRIES_SHOWN = 5
_PRIMARY = "primary"


def plan_report(db: MaterialsDB, scenario: Scenario, sourced: Sourced, shown: Shown) -> Report:
    """Shares, flows, cost and binding rules, or what clashes, with what they rest on."""
    plan, supply = sourced.plan, sourced.supply
    evaluation = sourced_evaluation(db, scenario)
    records = plan_records(evaluation, sourced)
    tables = plan_tables(sourced, shown)
    if sourced.laws:
        tables["laws"] = law_table(sourced, shown)
    if sourced.explanation is not None:
        tables["relaxations"] = relaxation_table(sourced.explanation)
    assumed = frame([{"assumption": text} for text in supply.assumptions], ["assumption"])
    sheets = {
        "assumptions": assumed,
        "notes": _notes_table(scenario, evaluation, sourced, shown),
        "inputs": inputs_table(scenario),
        "sources": sources_table(db, records),
        "records": plan_records_table(evaluation, supply.grounds),
    }
    facts = {
        **about(db, scenario, shown),
        "region": f"{scenario.region} ({PLAN_CHOOSES})",
        "status": plan.status,
    }
    return Report(
        tables=tables,
        sheets=sheets,
        about=facts,
        carried=carried(sheets, facts),
        answer={
            **plan_answer(db, scenario, sourced, shown, records),
            "marginals": marginal_rows(plan.marginals, shown.factor, shown.money),
            "certificate": certificate_row(plan.certificate),
            "laws": _records_of(law_table(sourced, shown)),
        },
    )


def _records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def sourced_evaluation(db: MaterialsDB, scenario: Scenario) -> Evaluation:
    """The design and bill of the (first) chemistry that a scenario sources."""
    from calculator.evaluation import evaluate
    from calculator.scenario.run import scenario_request

    asked = scenario.sourcing
    named = (asked.chemistry, *asked.chemistries) if asked else ()
    first = next((name for name in named if name), scenario.chemistries[0])
    return evaluate(db, scenario_request(db, scenario, first))


def plan_records(evaluation: Evaluation, sourced: Sourced) -> tuple[Datum, ...]:
    """Every record behind a plan, each once: those of the bill, then those of the network."""
    grounds = (one for several in sourced.supply.grounds.values() for one in several)
    network = (row for one in grounds for row in one.records)
    return tuple(dict.fromkeys((*bill_records(evaluation), *network)))


def _notes_table(
    scenario: Scenario, evaluation: Evaluation, sourced: Sourced, shown: Shown
) -> pd.DataFrame:
    """What the reader of a plan must know."""
    own = own_files(plan_records(evaluation, sourced))
    noted = [
        ("region", f"region {scenario.region}: {PLAN_CHOOSES}"),
        *(("own", f"numbers of your file {name}") for name in own),
        *(("plan", text) for text in sourced.notes),
        *(("money", text) for text in shown.notes),
    ]
    return frame([{"kind": kind, "note": text} for kind, text in noted], ("kind", "note"))


def plan_text(db: MaterialsDB, scenario: Scenario, sourced: Sourced, shown: Shown) -> str:
    """The mix by material and stage, its cost and what binds; or what clashes."""
    evaluation = sourced_evaluation(db, scenario)
    own = own_files(plan_records(evaluation, sourced))
    parts = [_title(scenario, evaluation, sourced), f"Status: {sourced.plan.status}"]
    if sourced.plan.status == "optimal":
        parts += [_footprint(sourced), _mix(sourced), *_recycled(sourced, shown)]
        parts.append(_cost(sourced, shown))
        parts += _binding(sourced, shown)
        parts += _laws(sourced)
    parts += _why_not(sourced)
    parts.append("\n".join(_footer(scenario, sourced, shown, own)))
    return "\n\n".join(part for part in parts if part)


def _title(scenario: Scenario, evaluation: Evaluation, sourced: Sourced) -> str:
    supply = sourced.supply
    cells = label(evaluation) if len(supply.products) == 1 else sourced.chemistry
    return (
        f"{scenario.name}: {cells} cells for {supply.importer}, "
        f"{supply.demand_kwh_per_year / 1e6:g} GWh/year, deck {scenario.deck}"
    )


def _footprint(sourced: Sourced) -> str:
    """Carbon and electricity of a kWh, and the chemistries where there are several."""
    plan, kwh = sourced.plan, sourced.supply.demand_kwh_per_year
    told = (
        f"{figure(plan.emission_kg / kwh)} kg CO2e and {figure(plan.energy_kwh / kwh)} kWh of "
        "electricity a kWh, of what the tables know"
    )
    shares = sourced.chemistry_shares
    if len(shares) < 2:
        return told
    mix = ", ".join(f"{name} {figure(100 * share)} %" for name, share in shares.items())
    return f"Chemistries: {mix}\n{told}"


def _mix(sourced: Sourced) -> str:
    """One line a material and stage; countries by size, recycled routes named."""
    table = plan_shares(sourced)
    records = table.to_dict(orient="records")
    rows = []
    for (material, stage), group in groupby(records, key=lambda r: (r["material"], r["stage"])):
        found = list(group)
        shares = [_share(row) for row in found]
        more = len(shares) - _COUNTRIES_SHOWN
        tail = [f"and {more} more"] if more > 0 else []
        shown = ", ".join(shares[:_COUNTRIES_SHOWN] + tail)
        rows.append([material, str(stage or ""), shown, _rests(found)])
    return aligned(["material", "stage", "share by country, %", "rests on"], rows, left=3)


def _recycled(sourced: Sourced, shown: Shown) -> Iterator[str]:
    """Streams behind the recycled part of each material, countries together."""
    rows = []
    keys = dict.fromkeys((row.material, row.stream) for row in sourced.recycled)
    for material, stream in keys:
        found = [r for r in sourced.recycled if (r.material, r.stream) == (material, stream)]
        kg = sum(r.quantity_kg_per_year for r in found)
        cost = sum(r.quantity_kg_per_year * r.usd_per_kg for r in found) / kg
        money = [figure(usd * shown.factor) for usd in (cost, found[0].market_usd_per_kg)]
        named = list(dict.fromkeys(r.country for r in found))
        countries = ", ".join(named[:_COUNTRIES_SHOWN])
        share = figure(100.0 * sum(r.share for r in found))
        rows.append([material, stream, countries, share, *money])
    if rows:
        heads = ["recycled", "stream", "from", "share, %", "cost", "market price"]
        unit = f"{shown.money}/kg"
        yield aligned(heads, rows, ["", "", "", "", unit, unit], left=3)


def _rests(shares: Sequence[Mapping[Hashable, object]]) -> str:
    """``~ 4/5`` where 4 of 5 shares rest on an assumption."""
    assumed = sum(row["basis"] == "assumed" for row in shares)
    return f"{ASSUMED_MARK} {assumed}/{len(shares)}" if assumed else str(len(shares))


def _share(row: Mapping[Hashable, object]) -> str:
    route = "" if row["route"] == _PRIMARY else f" ({row['route']})"
    own = " (yours)" if row["own_data"] else ""
    return f"{row['country']}{route} {figure(100.0 * float(str(row['share'])))}{own}"


def _cost(sourced: Sourced, shown: Shown) -> str:
    kwh = sourced.supply.demand_kwh_per_year
    rows = list(sourced.plan.cost_by_kind.items())
    rows.append(("all", sourced.plan.cost))
    if sourced.free_cost is not None and sourced.cost_of_rules is not None and sourced.wishes:
        rows += [("without any rule", sourced.free_cost), ("the rules", sourced.cost_of_rules)]
    body = [[kind, figure(usd * shown.factor / kwh)] for kind, usd in rows if usd]
    return aligned(["cost", "per kWh"], body, ["", f"{shown.money}/kWh"])


def _binding(sourced: Sourced, shown: Shown) -> Iterator[str]:
    rules = [m for m in sourced.plan.binding if m.kind == "rule"]
    if rules:
        rows = []
        for m in rules:
            price, unit = price_of_limit(m, shown)
            cost = _cost_of(m, sourced, shown)
            rows.append([shortened(m.name), _limit(m), cost, figure(price), unit])
        heads = ["rule that binds", "limit", "cost of the rule", "cost of +1 of the limit", "unit"]
        yield aligned(heads, rows, ["", "", f"{shown.money}/kWh", "a year", ""])
    elif sourced.wishes:
        yield "No rule binds."


def _laws(sourced: Sourced) -> Iterator[str]:
    """How many rules each law sets and how many of them bind."""
    binding = {m.name for m in sourced.plan.binding}
    rows = []
    for law in sourced.laws:
        count = sum(rule.name in binding for rule in law.rules)
        rows.append([law.choice.label, law.standing, str(len(law.rules)), str(count)])
    if rows:
        yield aligned(["law", "standing", "rules", "that bind"], rows, left=2)


def _cost_of(marginal: Marginal, sourced: Sourced, shown: Shown) -> str:
    """What leaving the rule out alone would save, per kWh."""
    cost = sourced.cost_by_rule.get(marginal.name)
    return "" if cost is None else figure(cost * shown.factor / sourced.supply.demand_kwh_per_year)


def _limit(marginal: Marginal) -> str:
    """The limit as its rule states it: shares in percent."""
    if marginal.unit.endswith("percentage point"):
        return f"{figure(100.0 * marginal.limit)} %"
    return figure(marginal.limit)


def _why_not(sourced: Sourced) -> Iterator[str]:
    if sourced.explanation is not None:
        yield "\n".join(sentence(printable(s)) for s in sourced.explanation.sentences())


def _footer(
    scenario: Scenario, sourced: Sourced, shown: Shown, own: Sequence[str]
) -> Iterator[str]:
    if sourced.plan.shares:
        yield (
            f"rests on: {ASSUMED_MARK} 4/5 means that 4 of the 5 shares of a row rest on an "
            "assumption."
        )
    if sourced.supply.assumptions:
        count = len(sourced.supply.assumptions)
        yield f"Assumptions, {count} in all: in a workbook (--out FILE.xlsx) and in --json."
    if own:
        yield f"With your data: {printable(', '.join(own))}. What rests on it is marked yours."
    if "region" in scenario.model_fields_set:
        yield f"Region {scenario.region}: {PLAN_CHOOSES}."
    access = sourced.supply.access
    if access is not None:
        yield (
            f"{access.rule.name}: {access.ground.assumptions[0]}; "
            "'market_access' in the scenario sets another share."
        )
    if any(row.country is None for row in sourced.plan.shares):
        yield f"{REST}: countries not known singly."
    if sourced.plan.unique is False:
        yield "Other plans cost the same; of these the one with the most even shares is shown."
    yield from (sentence(text) for text in sourced.notes)
    yield from (sentence(text) for text in shown.notes)
