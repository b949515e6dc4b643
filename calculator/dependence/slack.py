"""Where a plan stands against the benchmarks of the Critical Raw Materials Act (S18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from calculator.dependence.plan import solved
from calculator.policy.benchmarks import Benchmark, benchmarks
from calculator.sourcing.network import RECYCLED_ROUTES
from calculator.tables.provenance import frame

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB

_STAGES = ("mining", "refining")
_COLUMNS = ("material", "stage", "country", "share", "limit", "floor", "slack")


def plan_benchmarks(
    db: MaterialsDB, sourced: Sourced, year: int = 2030
) -> dict[str, tuple[Benchmark, ...]]:
    """Each mined and refined material of a plan against 10, 40, 25 and 65 %.

    Consumption is what the plan takes of the material at the stage; recycled is what comes by
    routes of recycling at the refining stage. Countries not known singly count in neither share.

    Args:
        db: the materials database.
        sourced: a plan.
        year: of the benchmarks.

    Raises:
        InputError: there is no plan.
    """
    solved(sourced.plan)
    volumes: dict[str, dict[str, dict[str, float]]] = {}
    totals: dict[tuple[str, str], float] = {}
    for row in sourced.plan.shares:
        if row.stage not in _STAGES:
            continue
        key = (row.material, row.stage)
        totals[key] = totals.get(key, 0.0) + row.quantity
        kinds = [row.stage]
        if row.stage == "refining" and row.route in RECYCLED_ROUTES:
            kinds.append("recycling")
        for kind in kinds:
            places = volumes.setdefault(row.material, {}).setdefault(kind, {})
            if row.country:
                places[row.country] = places.get(row.country, 0.0) + row.quantity
    return {
        material: tuple(
            one
            for kind, places in by_stage.items()
            for one in _stage(db, kind, places, totals, material, year)
        )
        for material, by_stage in volumes.items()
    }


def _stage(
    db: MaterialsDB,
    kind: str,
    places: dict[str, float],
    totals: dict[tuple[str, str], float],
    material: str,
    year: int,
) -> tuple[Benchmark, ...]:
    total = totals[material, "refining" if kind == "recycling" else kind]
    found = benchmarks(db, {kind: places}, total, year) if total > 0 else ()
    return tuple(one for one in found if one.floor or kind != "recycling")


def slack_table(
    found: Mapping[str, tuple[Benchmark, ...]], material: str | None = None
) -> pd.DataFrame:
    """One row a benchmark of each material; fractions of one."""
    rows = [
        {"material": name, **{column: getattr(one, column) for column in _COLUMNS[1:]}}
        for name, several in found.items()
        if material in (None, name)
        for one in several
    ]
    return frame(rows, _COLUMNS)
