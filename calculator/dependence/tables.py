"""Dependence as tidy tables; shares and indices are fractions of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calculator.dependence.firms import Exposure
from calculator.dependence.imports import ImportDependence, ImporterRisk, import_dependence
from calculator.dependence.plan import PlanOutage, plan_outages
from calculator.dependence.world import (
    StageDependence,
    losses,
    outlook_text,
    world_dependence,
)
from calculator.tables.provenance import frame, support

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB

N1_COLUMNS = (
    "view", "material", "stage", "form", "imports_by", "largest", "largest_share", "left",
    "left_low", "left_with_spare", "output_lost", "rest", "hhi_low", "hhi_high", "hhi_governance",
    "geopolrisk_low", "geopolrisk", "geopolrisk_high", "geopolrisk_of", "eu_supply_risk",
    "eu_trend", "outlook_2035", "date", "basis", "own_data", "sources", "note",
)  # fmt: skip
LOSS_COLUMNS = (
    "country", "worst_material", "worst_stage", "worst_share", "largest_of", "above_quarter",
    "mean_share",
)  # fmt: skip
RISK_COLUMNS = (
    "importer", "form", "material", "stage", "year", "hhi", "hhi_year", "hhi_source",
    "published_hhi", "risk_year", "geopolrisk_low", "geopolrisk", "geopolrisk_high", "published",
    "off_centre", "basis", "own_data", "sources",
)  # fmt: skip
OUTAGE_COLUMNS = (
    "material", "stage", "country", "share", "output_lost", "left", "left_with_spare",
    "spare_steps_in", "rest", "hhi_low", "hhi_high", "largest",
)  # fmt: skip
TIER_COLUMNS = ("tier", "firms", "spend", "share", "exposure", "days_lost")
FIRM_COLUMNS = (
    "firm", "listed_as", "spend", "share", "dependence", "lag_days", "exposure", "days_lost",
)  # fmt: skip
MATCH_COLUMNS = ("firm", "listed_as", "how", "near")


def n1_table(
    db: MaterialsDB,
    importer: str | None = None,
    plan: Sourced | None = None,
    year: int | None = None,
    material: str | None = None,
) -> pd.DataFrame:
    """What is left of each material and stage without its largest supplier, and its risk.

    Rows of ``view`` ``world`` are on world production, ``imports`` on the imports of the importer
    by origin, ``plan`` on a sourcing plan. GeoPolRisk of a world row is of a buyer of the world's
    mix; of an imports row, of the importer. Empty cells are not known.

    Args:
        db: the materials database.
        importer: ISO 3166 alpha-3 code or ``EUU``.
        plan: a solved sourcing question.
        year: of political risk, and of the imports; the newest scores, and the newest imports of
            each good, if none.
        material: only this one, as the table of shares names it.

    Raises:
        InputError: no data for the year, no such importer, or no plan.
        UnknownNameError: a material without shares.
    """
    rows = [_world(one) for one in world_dependence(db, year, material)]
    if importer is not None:
        rows += [_imports(one) for one in _newest(import_dependence(db, importer, material, year))]
    if plan is not None:
        rows += [_plan(one) for one in plan_outages(plan) if one.largest]
        rows = [row for row in rows if material in (None, row["material"])]
    return frame([{**dict.fromkeys(N1_COLUMNS), **row} for row in rows], N1_COLUMNS)


def _world(one: StageDependence) -> dict[str, Any]:
    low, mid, high = one.geopolrisk
    return {
        "view": "world",
        "material": one.material,
        "stage": one.stage,
        "largest": one.largest,
        "largest_share": one.largest_share,
        "left": one.left,
        "left_low": one.left_low,
        "rest": one.rest,
        "hhi_low": one.hhi_low,
        "hhi_high": one.hhi_high,
        "hhi_governance": one.hhi_governance,
        "geopolrisk_low": low,
        "geopolrisk": mid,
        "geopolrisk_high": high,
        "geopolrisk_of": f"the world's mix, political risk of {one.risk_year}",
        "eu_supply_risk": one.eu_supply_risk,
        "eu_trend": one.eu_trend,
        "outlook_2035": outlook_text(one.outlook),
        "date": one.date,
        **support(one.records).columns(),
        "note": "; ".join(one.notes),
    }


def _newest(rows: Sequence[ImportDependence]) -> Iterator[ImportDependence]:
    """Of each good the imports of its newest year, every source that has them."""
    newest: dict[str, str] = {}
    for one in rows:
        newest[one.form] = max(newest.get(one.form, ""), one.year)
    return (one for one in rows if one.year == newest[one.form])


def _imports(one: ImportDependence) -> dict[str, Any]:
    risk = one.risks[0] if one.risks else None
    return {
        "view": "imports",
        "material": one.material,
        "stage": one.stage,
        "form": one.form,
        "imports_by": f"{one.measured_by}, {one.records[0].source}",
        "largest": one.largest,
        "largest_share": one.largest_share,
        "left": one.left,
        "left_low": min(one.left, 1.0 - one.rest),
        "rest": one.rest,
        "hhi_low": one.hhi_low,
        "hhi_high": one.hhi_high,
        "date": one.year,
        **(_score(risk) if risk else {}),
        "geopolrisk_of": _whose(risk) if risk else "",
        **support((*one.records, *(risk.records if risk else ()))).columns(),
        "note": "; ".join(
            dict.fromkeys(
                (f"imports by {one.measured_by}", *(r.note for r in one.records if r.note))
            )
        ),
    }


def _whose(risk: ImporterRisk) -> str:
    return f"{risk.importer} {risk.year}, HHI of {risk.stage} {risk.hhi_year}"


def _score(risk: ImporterRisk) -> dict[str, float]:
    low, mid, high = risk.score
    return {"geopolrisk_low": low, "geopolrisk": mid, "geopolrisk_high": high}


def _plan(one: PlanOutage) -> dict[str, Any]:
    return {
        "view": "plan",
        "material": one.material,
        "stage": one.stage or "",
        "largest": one.country,
        "largest_share": one.share,
        "left": one.left,
        "left_low": min(one.left, 1.0 - one.rest),
        "left_with_spare": one.left_with_spare,
        "output_lost": one.output_lost,
        "rest": one.rest,
        "hhi_low": one.hhi_low,
        "hhi_high": one.hhi_high,
    }


def loss_table(db: MaterialsDB, material: str | None = None) -> pd.DataFrame:
    """Which country's loss takes most: every country of the table of shares, the worst first."""
    return frame([_fields(one, LOSS_COLUMNS) for one in losses(db, material)], LOSS_COLUMNS)


def outage_table(rows: Iterable[PlanOutage]) -> pd.DataFrame:
    """Every country of every stage of a plan."""
    return frame([_fields(one, OUTAGE_COLUMNS) for one in rows], OUTAGE_COLUMNS)


def risk_table(rows: Iterable[ImporterRisk]) -> pd.DataFrame:
    """GeoPolRisk of an importer by good, year and HHI, beside what is published."""
    return frame(list(_risks(rows)), RISK_COLUMNS)


def _risks(rows: Iterable[ImporterRisk]) -> Iterator[dict[str, Any]]:
    plain = [name for name in RISK_COLUMNS if not name.startswith("geopolrisk")][:-3]
    for one in rows:
        yield {**_fields(one, plain), **_score(one), **support(one.records).columns()}


def firm_tables(exposure: Exposure) -> dict[str, pd.DataFrame]:
    """``tiers``, ``firms`` and ``matches`` of an exposure."""
    tiers = [{**_fields(t, TIER_COLUMNS), "firms": ", ".join(t.firms)} for t in exposure.tiers]
    firms = [_fields(one, FIRM_COLUMNS) for one in exposure.firms]
    matches = [{**_fields(m, MATCH_COLUMNS), "near": ", ".join(m.near)} for m in exposure.matches]
    tables = {
        "tiers": frame(tiers, TIER_COLUMNS),
        "firms": frame(firms, FIRM_COLUMNS),
        "matches": frame(matches, MATCH_COLUMNS),
    }
    for name in ("tiers", "firms"):
        tables[name].attrs["units"] = {"spend": exposure.unit, "days_lost": "day"}
    tables["firms"].attrs["units"]["lag_days"] = "day"
    return tables


def _fields(one: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
