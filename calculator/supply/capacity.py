"""Capacity of a country at a stage: its share of the world's output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from calculator.supply.grounds import Ground, ground

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Share, WorldOutput

Stage = str
_UNIT = {"mining": "kg/year", "refining": "kg/year", "active_material": "kg/year"}
_CELL_UNIT = "kWh/year"


@dataclass(frozen=True)
class CountryCapacity:
    """What one country can make of a material at a stage, in kg (or kWh of cells) a year."""

    country: str
    per_year: float
    share: float
    """Fraction of the world's output."""
    ground: Ground


@dataclass(frozen=True)
class Capacities:
    """Shares and world outputs of a database."""

    shares: Mapping[tuple[str, str], tuple[Share, ...]]
    outputs: Mapping[tuple[str, str], WorldOutput]

    def knows(self, material: str, stage: Stage) -> bool:
        """Whether the share table splits the material at the stage by country."""
        return (material, stage) in self.shares

    def of(self, material: str, stage: Stage) -> tuple[CountryCapacity, ...]:
        """Capacity of each country, share x world output; no limit where no output is known."""
        world = self.outputs.get((material, stage))
        rows = [row for row in self.shares[material, stage] if row.value > 0]
        return tuple(self._capacity(row, world) for row in rows)

    def _capacity(self, row: Share, world: WorldOutput | None) -> CountryCapacity:
        from materials_db.units import to

        share = to(row.value, row.unit, "1")
        if world is None:
            said = f"world output of {row.material} at {row.stage} is unknown; not limited"
            found = ground("capacity", "none", (row,), (said,))
            return CountryCapacity(row.country, inf, share, found)
        total = to(world.value, world.unit, _UNIT.get(row.stage, _CELL_UNIT))
        found = ground("capacity", "share x world output", (row, world), at_least="derived")
        return CountryCapacity(row.country, share * total, share, found)


def capacities(db: MaterialsDB) -> Capacities:
    """Capacities of a database; a stated capacity of the world precedes its production."""
    shares: dict[tuple[str, str], list[Share]] = {}
    for row in db.shares:
        shares.setdefault((row.material, row.stage), []).append(row)
    outputs: dict[tuple[str, str], WorldOutput] = {}
    for world in sorted(db.world_output, key=lambda w: w.quantity, reverse=True):
        outputs[world.material, world.stage] = world
    return Capacities({key: tuple(rows) for key, rows in shares.items()}, outputs)


@dataclass(frozen=True)
class Production:
    """What the world makes in a year, as distinct from what it could make."""

    kwh_per_year: float
    record: WorldOutput


def world_production(db: MaterialsDB, material: str, stage: Stage) -> Production | None:
    """World production of cells, or nothing where no row states it."""
    from materials_db.units import to

    for row in db.world_output:
        if (row.material, row.stage, row.quantity) == (material, stage, "production"):
            return Production(to(row.value, row.unit, _CELL_UNIT), row)
    return None
