"""Volumes by stage and country against the benchmarks of the Critical Raw Materials Act (S18).

x_stage / D against 10, 40 and 25 %, and the largest third country against 65 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.policy.requirements import law_on
from calculator.regions import EU, EU_MEMBERS

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: where volumes stand against it."""

    stage: str
    share: float
    limit: float
    floor: bool
    """Whether it is a least share; else a largest."""
    country: str
    """``EUU``, or the third country that supplies most."""

    @property
    def slack(self) -> float:
        """How far on the right side, a fraction of consumption; negative where it is missed."""
        return self.share - self.limit if self.floor else self.limit - self.share


def benchmarks(
    db: MaterialsDB,
    volumes: Mapping[str, Mapping[str, float]],
    consumption: float,
    on: int | str = 2030,
) -> tuple[Benchmark, ...]:
    """Every benchmark on the volumes of one strategic raw material.

    Args:
        db: the materials database.
        volumes: by stage (``mining``, ``refining``, ``recycling``), by country, in one unit.
        consumption: yearly consumption of the Union, in that unit.
        on: the year.

    Raises:
        InputError: no consumption, or a stage that the Act does not name.
    """
    if not consumption > 0.0:
        raise InputError(f"consumption is {consumption:g}; give more than 0")
    law = law_on(db, "EU_CRMA", on)
    floors = {r.subject: r.share for r in law.of("domestic_share")}
    strange = sorted(set(volumes) - set(floors))
    if strange and floors:
        raise InputError(f"the Act has no benchmark for '{strange[0]}'; give {', '.join(floors)}")
    caps = law.of("largest_third_country_share")
    found = []
    for stage, by_country in volumes.items():
        if stage not in floors:
            continue
        home = sum(v for place, v in by_country.items() if place in EU_MEMBERS or place == EU)
        found.append(Benchmark(stage, home / consumption, floors[stage], True, EU))
        found += _largest(stage, by_country, consumption, caps[0].share if caps else None)
    return tuple(found)


def _largest(
    stage: str, by_country: Mapping[str, float], consumption: float, cap: float | None
) -> list[Benchmark]:
    third = {c: v for c, v in by_country.items() if c not in EU_MEMBERS and c != EU}
    if cap is None or not third:
        return []
    top = max(third, key=lambda place: third[place])
    return [Benchmark(stage, third[top] / consumption, cap, False, top)]
