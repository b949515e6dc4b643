"""Laws, and what one costs a plan, as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calculator.answers import head
from calculator.errors import InputError
from calculator.export import Report
from calculator.policy import (
    ON_PLAN,
    LawOn,
    Requirement,
    jurisdiction_of,
    law_on,
    recalled_note,
    status_words,
)
from calculator.reports import about, carried, sentence
from calculator.tables import inputs_table, relaxation_table, sources_table
from calculator.tables.plans import price_of_limit
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.law_cost import LawCost, LawStanding
    from calculator.scenario.schema import Scenario
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

POLICY_COLUMNS = (
    "policy", "title", "jurisdiction", "instrument", "kind", "status", "standing", "valid_from",
    "valid_to", "as_of", "on_plan", "source", "locator", "confidence", "note",
)  # fmt: skip
NUMBER_COLUMNS = (
    "policy", "requirement", "subject", "value", "unit", "valid_from", "valid_to", "recalled",
    "in_force", "date", "source", "locator", "basis", "confidence", "note",
)  # fmt: skip
MEMBER_COLUMNS = ("policy", "list", "country", "firm", "valid_from", "source", "confidence", "note")


# --- the laws ----------------------------------------------------------------------------


def laws_of(db: MaterialsDB, on: str, jurisdiction: str | None) -> tuple[LawOn, ...]:
    """The laws of a jurisdiction, or all, as they stand on a day.

    Raises:
        InputError: a code that is no country.
    """
    from materials_db.countries import PLACES

    if jurisdiction is not None and jurisdiction not in PLACES:
        raise InputError(
            f"'{printable(jurisdiction)}' is no country; use its ISO 3166 code, such as 'JPN', or "
            "'EUU'"
        )
    where = None if jurisdiction is None else jurisdiction_of(jurisdiction)
    rows = (row.id for row in db.policies.values() if where in (None, row.jurisdiction))
    return tuple(law_on(db, name, on) for name in rows)


def policies_report(db: MaterialsDB, on: str, jurisdiction: str | None = None) -> Report:
    """Laws, their numbers with the steps in force on a day, and their lists."""
    laws = laws_of(db, on, jurisdiction)
    named = {law.policy.id for law in laws}
    held = {id(r.record) for law in laws for r in law.requirements}
    numbers = [n for n in db.policy_numbers if n.policy in named]
    members = [m for m in db.policy_members if m.policy in named]
    tables = {
        "policies": frame([_law_row(law) for law in laws], POLICY_COLUMNS),
        "numbers": frame([_number_row(n, id(n) in held) for n in numbers], NUMBER_COLUMNS),
        "members": frame([m.model_dump(include=set(MEMBER_COLUMNS)) for m in members],
                         MEMBER_COLUMNS),
    }  # fmt: skip
    facts = {"data_version": db.data_version, "on": on}
    notes = list(_nothing(laws, jurisdiction))
    return Report(
        tables,
        sheets={"sources": sources_table(db, numbers)},
        about=facts,
        answer={**facts, "policies": [_law_answer(law) for law in laws], "notes": notes},
    )


def _law_row(law: LawOn) -> dict[str, Any]:
    row = law.policy
    return {
        **row.model_dump(include=set(POLICY_COLUMNS)),
        "policy": row.id,
        "standing": status_words(row),
        "on_plan": row.id in ON_PLAN,
    }


def _number_row(number: Datum, in_force: bool) -> dict[str, Any]:
    dumped = number.model_dump(mode="json", include=set(NUMBER_COLUMNS))
    return {**dumped, "in_force": in_force}


def _law_answer(law: LawOn) -> dict[str, Any]:
    return {
        **_law_row(law),
        "in_force": [_requirement(r) for r in law.requirements],
        "notes": [*law.notes, *law.recalled],
    }


def _requirement(one: Requirement) -> dict[str, Any]:
    dumped = _number_row(one.record, True)
    del dumped["policy"]
    return dumped


def policies_text(db: MaterialsDB, on: str, jurisdiction: str | None = None) -> str:
    """One line a law, then its numbers in force on the day."""
    laws = laws_of(db, on, jurisdiction)
    if not laws:
        return "\n".join(_nothing(laws, jurisdiction))
    rows = [
        [law.policy.id, law.policy.jurisdiction, law.policy.kind, law.policy.status,
         shortened(law.policy.title)]
        for law in laws
    ]  # fmt: skip
    listed = aligned(["law", "of", "kind", "status", "title"], rows, left=5)
    parts = [listed, _in_force(laws, on), "\n".join(sentence(t) for t in _told(laws))]
    return "\n\n".join(part for part in parts if part)


def _in_force(laws: Sequence[LawOn], on: str) -> str:
    rows = [
        [law.policy.id, r.name, r.subject, figure(r.value), r.unit, r.record.valid_from,
         "recalled" if r.record.recalled else r.record.confidence.value, r.record.source]
        for law in laws
        for r in law.requirements
    ]  # fmt: skip
    heads = ["law", f"in force on {on}", "subject", "value", "unit", "since", "rests on", "source"]
    return aligned(heads, rows, left=3) if rows else f"No number is in force on {on}."


def _told(laws: Sequence[LawOn]) -> Iterator[str]:
    for law in laws:
        yield from (note for note in law.notes if "no source states" not in note)
        yield from recalled_note(law.policy.id, law.requirements)


def _nothing(laws: Sequence[LawOn], jurisdiction: str | None) -> Iterator[str]:
    if not laws and jurisdiction is not None:
        yield (
            f"No law of {jurisdiction} is in the table: no number of one is sourced. Write your "
            "own rule under 'rules' of the scenario."
        )


# --- what a law costs --------------------------------------------------------------------

STANDING_COLUMNS = (
    "requirement", "limit", "without_law", "slack", "limit_unit", "shadow_price", "price_unit",
    "reachable_alone", "reached_together",
)  # fmt: skip


def law_report(db: MaterialsDB, scenario: Scenario, found: LawCost, shown: Shown) -> Report:
    """Cost of the law, its requirements, and what cannot be met."""
    tables = {
        "law_cost": frame([_cost_row(found, shown)], tuple(_cost_row(found, shown))),
        "requirements": frame(
            [_standing_row(found, s, shown) for s in found.standings], STANDING_COLUMNS
        ),
    }
    if found.explanation is not None:
        tables["relaxations"] = relaxation_table(found.explanation)
    records = _records(db, found)
    sheets = {
        "notes": _notes(found),
        "inputs": inputs_table(scenario),
        "sources": sources_table(db, records),
    }
    facts = {**about(db, scenario, shown), "law": found.law.choice.label}
    return Report(
        tables=tables,
        sheets=sheets,
        about=facts,
        carried=carried(sheets, facts),
        answer=law_answer(db, scenario, found, shown),
    )


def law_answer(db: MaterialsDB, scenario: Scenario, found: LawCost, shown: Shown) -> dict[str, Any]:
    """The cost of a law as one object; shares are fractions, money that of ``currency``."""
    why = found.explanation
    return {
        **head(db, scenario, shown),
        **_cost_row(found, shown),
        "requirements": [_standing_row(found, s, shown) for s in found.standings],
        "why_not": [] if why is None else list(why.sentences()),
        "notes": list(found.law.notes),
        "sources": sources_table(db, _records(db, found)).to_dict(orient="records"),
    }


def _cost_row(found: LawCost, shown: Shown) -> dict[str, Any]:
    def money(usd: float | None) -> float | None:
        return None if usd is None else usd * shown.factor

    kwh = found.supply.demand_kwh_per_year
    return {
        "law": found.law.choice.policy,
        "law_year": found.law.choice.year,
        "standing": found.law.standing,
        "rules": len(found.law.rules),
        "status": found.held.status,
        "cost_per_kwh": money(found.usd_per_kwh),
        "cost_per_year": money(found.usd_per_year),
        "without_law_per_kwh": money(_per_kwh(found.without.cost, found.without.status, kwh)),
        "with_law_per_kwh": money(_per_kwh(found.held.cost, found.held.status, kwh)),
        "within_reach_per_kwh": money(found.within_reach_usd_per_kwh),
        "money": shown.money,
    }


def _per_kwh(cost: float, status: str, kwh: float) -> float | None:
    return cost / kwh if status == "optimal" else None


def _standing_row(found: LawCost, s: LawStanding, shown: Shown) -> dict[str, Any]:
    price, unit = (None, "") if s.marginal is None else price_of_limit(s.marginal, shown)
    within = found.within_reach
    return {
        "requirement": s.rule,
        "limit": s.limit,
        "without_law": s.level,
        "slack": s.slack,
        "limit_unit": "fraction" if s.natural == 100.0 else s.unit,
        "shadow_price": price,
        "price_unit": f"{unit} a year" if unit else "",
        "reachable_alone": s.reachable,
        "reached_together": None if within is None else within.limits.get(s.rule),
    }


def _records(db: MaterialsDB, found: LawCost) -> tuple[Datum, ...]:
    law = law_on(db, found.law.choice.policy, found.law.choice.year)
    return tuple(r.record for r in law.requirements)


def _notes(found: LawCost) -> pd.DataFrame:
    return frame([{"note": text} for text in found.law.notes], ["note"])


def law_text(db: MaterialsDB, scenario: Scenario, found: LawCost, shown: Shown) -> str:
    """What the law costs, where the plan stands without it, and what cannot be met."""
    standing = f" ({found.law.standing})" if found.law.standing else ""
    parts = [f"{scenario.name}: {found.law.choice.label}{standing}", _said(found, shown)]
    if found.standings:
        parts.append(_standings(found, shown))
    if found.explanation is not None:
        parts.append("\n".join(sentence(printable(t)) for t in found.explanation.sentences()))
    parts.append("\n".join(sentence(note) for note in found.law.notes))
    return "\n\n".join(part for part in parts if part)


def _said(found: LawCost, shown: Shown) -> str:
    row, unit = _cost_row(found, shown), f"{shown.money}/kWh"
    if not found.law.rules:
        return "The law sets no rule on this plan, so it costs nothing."
    if row["cost_per_kwh"] == 0.0:
        total = f"{figure(row['with_law_per_kwh'])} {unit}"
        return f"{_best_at(found)}The law costs nothing: the plan of {total} meets it as it stands."
    if row["cost_per_kwh"] is not None:
        return _best_at(found) + (
            f"The law costs {figure(row['cost_per_kwh'])} {unit}, "
            f"{figure(row['cost_per_year'])} {shown.money} a year: "
            f"{figure(row['with_law_per_kwh'])} with it, "
            f"{figure(row['without_law_per_kwh'])} without."
        )
    if found.without.status != "optimal":
        return f"There is no plan even without the law: {found.without.status}."
    told = f"The law cannot be met: {found.held.status}."
    reach = row["within_reach_per_kwh"]
    if reach is None:
        return told
    return (
        f"{_best_at(found)}{told} As far as it can be met together it costs {figure(reach)} {unit}."
    )


def _best_at(found: LawCost) -> str:
    """Under another objective than cost a law may make the plan cheaper."""
    best = found.without.objective
    return "" if best == "cost" else f"The plan is best at {best}, and its cost follows. "


def _standings(found: LawCost, shown: Shown) -> str:
    whole = [_standing_row(found, s, shown) for s in found.standings]
    rows = [_cells(row, row["limit_unit"] == "fraction") for row in whole]
    met = found.explanation is None
    last = "price of +1 of the limit" if met else "can be met alone"
    heads = ["requirement", "asks", "without the law", "slack", last]
    unit = ", ".join(dict.fromkeys(row["price_unit"] for row in whole if row["price_unit"]))
    units = ["", "", "", "", unit]
    return aligned(heads, [[*row[:4], row[4 if met else 5]] for row in rows], units)


def _cells(row: dict[str, Any], percent: bool) -> list[str]:
    def shown(value: float | None) -> str:
        if value is None:
            return ""
        return f"{figure(100.0 * value)} %" if percent else figure(value)

    name = printable(row["requirement"].partition(": ")[2] or row["requirement"])
    levels = [shown(row[key]) for key in ("limit", "without_law", "slack")]
    return [name, *levels, figure(row["shadow_price"]), shown(row["reachable_alone"])]
