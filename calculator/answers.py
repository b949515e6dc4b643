"""Answers as plain objects, for ``--json`` and files that end in ``.json``.

Keys that end in ``_usd_per_kwh`` are US dollars of the scenario's year, whatever the currency
shown; the same figures in that currency stand beside them without ``usd``, and every other sum
of money is in that currency, which ``currency`` names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calculator.tables.minerals import critical_lists
from calculator.tables.plans import (
    price_of_limit,
    recycled_table,
    share_table,
    unit_of_limit,
)
from calculator.tables.provenance import (
    cost_support,
    inputs_table,
    label,
    own_files,
    sources_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.numbers import Num
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.plan import Plan
    from calculator.tables.costs import Shown
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

KWH_PER_GWH = 1e6
PLAN_CHOOSES = "plant of compare; a sourcing plan chooses its own"
"""What a scenario's region is to a sourcing plan."""


def head(db: MaterialsDB, scenario: Scenario, shown: Shown) -> dict[str, Any]:
    """What every answer begins with."""
    from calculator.scenario.write import scenario_hash

    return {
        "data_version": db.data_version,
        "scenario": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "currency": shown.money,
        "deck": scenario.deck,
        "region": scenario.region,
        "year": scenario.year,
        "format": scenario.format,
        "volume_gwh_per_year": scenario.volume_gwh_per_year,
        "pack_energy_kwh": scenario.pack.energy_kwh,
    }


def grounds(
    db: MaterialsDB, scenario: Scenario, records: Iterable[Datum]
) -> dict[str, list[dict[str, Any]]]:
    """What every answer ends with: its inputs, and the sources its figures rest on."""
    return {"inputs": _rows(inputs_table(scenario)), "sources": _rows(sources_table(db, records))}


def _behind(evaluations: Sequence[Evaluation]) -> dict[Datum, None]:
    return dict.fromkeys(row for e in evaluations for row in e.records)


def comparison_answer(
    db: MaterialsDB, scenario: Scenario, evaluations: Sequence[Evaluation], shown: Shown
) -> dict[str, Any]:
    """Every chemistry with its energy, cost and elements."""
    return {
        **head(db, scenario, shown),
        "rows": [
            {**_who(e), **_energy(e), **_costs(e, shown), **_elements(e)} for e in evaluations
        ],
        **grounds(db, scenario, _behind(evaluations)),
    }


def mineral_answer(
    db: MaterialsDB,
    scenario: Scenario,
    evaluations: Sequence[Evaluation],
    shown: Shown,
    exposure: pd.DataFrame,
    passed: pd.DataFrame,
) -> dict[str, Any]:
    """Every chemistry with its elements, by component and per vehicle, and who supplies them.

    Args:
        db: the materials database.
        scenario: what was asked.
        evaluations: the chemistries.
        shown: money shown.
        exposure: concentration by material and stage, from ``calculator.exposure``.
        passed: pass-through by chemistry and element, from ``calculator.exposure``.
    """
    lists = critical_lists(db)
    return {
        **head(db, scenario, shown),
        "exposure": _records(exposure),
        "rows": [
            {
                **_who(e),
                **_elements(e),
                "elements": _by_component(e, lists),
                "pass_through": _records(passed[passed["chemistry"] == label(e)]),
            }
            for e in evaluations
        ],
        **grounds(db, scenario, _behind(evaluations)),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return _rows(table.drop(columns=["own_data", "sources"]))


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.to_dict(orient="records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _who(e: Evaluation) -> dict[str, Any]:
    rests = cost_support(e)
    return {
        "chemistry": e.chemistry.id,
        "name": e.chemistry.name,
        "family": e.chemistry.family.value,
        "own_data": rests.own,
        "assumed_records": rests.assumed,
        "records": rests.records,
        "notes": [{"kind": note.kind, "text": note.text} for note in e.notes],
    }


def _energy(e: Evaluation) -> dict[str, float]:
    return {
        "specific_energy_wh_per_kg": float(e.cell.specific_energy_wh_per_kg),
        "energy_density_wh_per_l": float(e.cell.energy_density_wh_per_l),
        "cell_capacity_ah": float(e.cell.capacity_ah),
        "cell_energy_wh": float(e.cell.energy_wh),
        "cell_mass_g": float(e.cell.mass_g),
        "cell_volume_l": float(e.cell.volume_l),
        "pack_energy_kwh": float(e.pack.energy_kwh),
        "pack_mass_kg": float(e.pack.mass_kg),
        "pack_specific_energy_wh_per_kg": float(e.pack.specific_energy_wh_per_kg),
    }


def _costs(e: Evaluation, shown: Shown) -> dict[str, Any]:
    """Costs in US dollars and, beside them, in the currency shown."""
    views = {
        f"{scope}_cost_{view}": float(e.cost.view(view, scope))
        for scope in ("cell", "pack")
        for view in ("marginal", "levelised")
    }
    figures: dict[str, Any] = {
        "cell_cost": float(e.cost.cell_usd_per_kwh),
        "pack_cost": float(e.cost.pack_usd_per_kwh),
        **views,
        "cost_breakdown": _floats(e.cost.by_component("cell")),
        "pack_cost_breakdown": _floats(e.cost.by_component("pack")),
        "cost_by_step": _floats(e.cost.by_step()),
    }
    usd = {f"{name}_usd_per_kwh": value for name, value in figures.items()}
    own = {f"{name}_per_kwh": _times(value, shown.factor) for name, value in figures.items()}
    return {**usd, **own}


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, Mapping):
        return {key: item * factor for key, item in value.items()}
    return value * factor


def _floats(parts: Mapping[str, Num]) -> dict[str, float]:
    return {name: float(value) for name, value in parts.items()}


def _elements(e: Evaluation) -> dict[str, Any]:
    names = e.elements.names
    return {
        "elements_g_per_kwh": {n: float(e.elements.in_cell_g_per_kwh(n)) for n in names},
        "elements_bought_g_per_kwh": {n: float(e.elements.bought_g_per_kwh(n)) for n in names},
    }


def _by_component(e: Evaluation, lists: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "element": name,
            "critical_lists": lists.get(name, ""),
            "in_cell_kg_per_vehicle": float(e.elements.in_cell_g_per_kwh(name))
            * float(e.pack.energy_kwh)
            / 1000.0,
            "components": [
                {
                    "component": line.component,
                    "in_cell_g_per_kwh": float(line.in_cell_g_per_kwh),
                    "bought_g_per_kwh": float(line.bought_g_per_kwh),
                }
                for line in e.elements.lines
                if line.element == name
            ],
        }
        for name in e.elements.names
    ]


def plan_answer(
    db: MaterialsDB,
    scenario: Scenario,
    sourced: Sourced,
    shown: Shown,
    records: Sequence[Datum],
) -> dict[str, Any]:
    """A plan: status, cost, shares, what binds; where there is none, what clashes.

    ``records`` are those behind the plan.
    """
    plan = sourced.plan
    own = own_files(records)
    return {
        **head(db, scenario, shown),
        "chemistry": sourced.chemistry,
        "importer": sourced.supply.importer,
        "demand_gwh_per_year": sourced.supply.demand_kwh_per_year / KWH_PER_GWH,
        "status": plan.status,
        "objective": _objective(plan, shown),
        "chemistry_shares": dict(sourced.chemistry_shares),
        "emission_kg_co2e_per_kwh": _known(plan.emission_kg / sourced.supply.demand_kwh_per_year),
        "energy_kwh_per_kwh": _known(plan.energy_kwh / sourced.supply.demand_kwh_per_year),
        "own_data": bool(own),
        "own_files": list(own),
        **plan_costs(sourced, shown),
        "cost_of_rule": _rule_costs(sourced, shown),
        "market_access_percent": _access(sourced),
        "shares": _rows(plan_shares(sourced)),
        **_projects(sourced, shown),
        "recycled": _rows(recycled_table(sourced.recycled, shown)),
        "binding_rules": _binding(plan, shown, rules=True),
        "binding_limits": _binding(plan, shown, rules=False),
        "unique": plan.unique,
        "notes": [f"region {scenario.region}: {PLAN_CHOOSES}", *sourced.notes],
        "assumptions": list(sourced.supply.assumptions),
        **_conflict(sourced),
        **grounds(db, scenario, records),
    }


def _projects(sourced: Sourced, shown: Shown) -> dict[str, Any]:
    """Projects of the scenario: their use, and cost and shares with and without them."""
    effect = sourced.projects
    if effect is None:
        return {}
    without = effect.cost_without_per_kwh
    uses = [
        {
            "project": use.project.name,
            "owner": use.project.owner,
            "country": use.project.country,
            "material": use.project.material,
            "stage": use.project.stage,
            "used_per_year": use.used,
            "open_to_buyer_per_year": use.open_to_buyer,
            "made_per_year": use.project.per_year,
            "unit": use.unit,
        }
        for use in effect.uses
    ]
    return {
        "projects": {
            "uses": uses,
            "cost_per_kwh": effect.cost_with_per_kwh * shown.factor,
            "cost_without_per_kwh": None if without is None else without * shown.factor,
            "shares": [vars(row) for row in effect.shares],
        }
    }


def _objective(plan: Plan, shown: Shown) -> dict[str, Any]:
    """What the plan is best at, and how good; the cost in the money shown."""
    if plan.objective == "cost":
        cost = _known(plan.cost)
        value = None if cost is None else cost * shown.factor
        return {"minimised": "cost", "value": value, "unit": f"{shown.money}/year"}
    return {"minimised": plan.objective, "value": _known(plan.value), "unit": f"{plan.unit}/year"}


def plan_shares(sourced: Sourced) -> pd.DataFrame:
    """Shares of a plan with their basis, those that rest on the user's data marked."""
    supply = sourced.supply

    def is_own(row: str) -> bool:
        return bool(own_files(r for one in supply.grounds_of(row) for r in one.records))

    return share_table(sourced.plan, supply.basis, is_own)


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def plan_costs(sourced: Sourced, shown: Shown) -> dict[str, Any]:
    """Costs of the plan per kWh, in US dollars and in the currency shown."""
    kwh = sourced.supply.demand_kwh_per_year
    usd = {
        "cost": _known(sourced.plan.cost),
        "cost_without_rules": sourced.free_cost,
        "cost_of_rules": sourced.cost_of_rules,
    }
    kinds = {kind: value / kwh for kind, value in sourced.plan.cost_by_kind.items()}
    per_kwh = {key: value / kwh for key, value in usd.items() if value is not None}
    return {
        **{f"{key}_usd_per_kwh": value for key, value in per_kwh.items()},
        **{f"{key}_per_kwh": value * shown.factor for key, value in per_kwh.items()},
        "cost_by_kind_usd_per_kwh": kinds,
        "cost_by_kind_per_kwh": _times(kinds, shown.factor),
    }


def _rule_costs(sourced: Sourced, shown: Shown) -> list[dict[str, Any]]:
    """What each rule costs on its own, the market's limit among them; None without a plan."""
    kwh = sourced.supply.demand_kwh_per_year
    own = {rule.name for rule in sourced.wishes}
    return [
        {
            "rule": name,
            "kind": "rule" if name in own else "market",
            "cost_of_rule": _times_known(cost, shown.factor),
            "unit": f"{shown.money}/year",
            "cost_of_rule_usd_per_kwh": _times_known(cost, 1.0 / kwh),
            "cost_of_rule_per_kwh": _times_known(cost, shown.factor / kwh),
        }
        for name, cost in sourced.cost_by_rule.items()
    ]


def _times_known(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _access(sourced: Sourced) -> float | None:
    """Share of a country's output open to the buyer, in percent; None where not limited."""
    access = sourced.supply.access
    return None if access is None else 100.0 * access.rule.limit


def _binding(plan: Plan, shown: Shown, *, rules: bool) -> list[dict[str, Any]]:
    rows = []
    for m in (m for m in plan.binding if (m.kind == "rule") == rules):
        price, unit = price_of_limit(m, shown)
        limit = {"limit": m.limit, "limit_unit": unit_of_limit(m)}
        rows.append({"rule": m.name, **limit, "shadow_price": price, "unit": unit})
    return rows


def _conflict(sourced: Sourced) -> dict[str, Any]:
    why = sourced.explanation
    relaxed = why.relaxations if why else ()
    own = {rule.name for rule in sourced.wishes}
    return {
        "conflict": [name for name in why.conflict if name in own] if why else [],
        "reasons": list(why.sentences()) if why else [],
        "relaxations": [
            {"rule": r.rule, "limit": r.limit, "least": r.least, "change": r.change, "unit": r.unit}
            for r in relaxed
        ],
    }
