"""Capacity of a country at a stage: its share of the world's output, split over its owners.

The database states no producers; a caller who knows some passes ``Producer`` rows, and the
country's capacity is split by them. What they leave belongs to nobody named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.supply.grounds import Ground, ground

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Share, WorldOutput

Stage = str
_UNIT = {"mining": "kg/year", "refining": "kg/year", "active_material": "kg/year"}
_CELL_UNIT = "kWh/year"


_NOTHING = 1e-9
"""Part of a capacity below which it is rounding."""


@dataclass(frozen=True)
class CountryCapacity:
    """What one country, or one owner there, can make of a material at a stage.

    In kg (or kWh of cells) a year.
    """

    country: str
    per_year: float
    share: float
    """Fraction of the world's output."""
    ground: Ground
    owner: str | None = None

    @property
    def place(self) -> str:
        """Country and, where one is named, owner, as they stand in ids."""
        return self.country if self.owner is None else f"{self.country} ({self.owner})"


@dataclass(frozen=True)
class Producer:
    """A company's part of what a country makes of a material at a stage."""

    country: str
    stage: str
    material: str
    """Name under which shares are counted, such as ``lithium`` or ``battery_cell``."""
    owner: str
    share: float
    """Of the country's capacity, a fraction."""


@dataclass(frozen=True)
class Capacities:
    """Shares and world outputs of a database, and the producers that the caller knows."""

    shares: Mapping[tuple[str, str], tuple[Share, ...]]
    outputs: Mapping[tuple[str, str], WorldOutput]
    producers: tuple[Producer, ...] = ()
    added: Mapping[tuple[str, str], tuple[CountryCapacity, ...]] = field(default_factory=dict)
    """What projects add, by material and stage; no part of the world's shares."""

    def knows(self, material: str, stage: Stage) -> bool:
        """Whether the share table splits the material at the stage by country."""
        return (material, stage) in self.shares

    def countries(self, material: str, stage: Stage) -> tuple[str, ...]:
        """Countries with a share of the material at the stage or a project there, each once."""
        named = [row.country for row in self.shares[material, stage] if row.value > 0]
        new = [place.country for place in self.added.get((material, stage), ())]
        return tuple(dict.fromkeys((*named, *new)))

    def of(self, material: str, stage: Stage) -> tuple[CountryCapacity, ...]:
        """Capacity of each country, share x world output; no limit where no output is known.

        A country whose producers are named has one entry for each, and one for what they leave.
        """
        world = self.outputs.get((material, stage))
        rows = [row for row in self.shares[material, stage] if row.value > 0]
        made = [part for row in rows for part in self._owned(self._capacity(row, world), row)]
        return (*made, *self.added.get((material, stage), ()))

    def _owned(self, one: CountryCapacity, row: Share) -> tuple[CountryCapacity, ...]:
        key = (row.country, row.stage, row.material)
        mine = [p for p in self.producers if _place(p) == key]
        if not mine:
            return (one,)
        left = 1.0 - sum(p.share for p in mine)
        named = tuple(_part(one, p.owner, p.share) for p in mine)
        return (*named, _part(one, None, left)) if left > _NOTHING else named

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


def _part(one: CountryCapacity, owner: str | None, share: float) -> CountryCapacity:
    whose = owner if owner is not None else "other owners"
    said = (*one.ground.assumptions, f"{whose}: {100.0 * share:g} % of {one.country}, as asked")
    found = ground("capacity", f"{one.ground.text} x share of {whose}", one.ground.records, said)
    return replace(
        one, per_year=one.per_year * share, share=one.share * share, ground=found, owner=owner
    )


def with_producers(able: Capacities, producers: Iterable[Producer]) -> Capacities:
    """The capacities with each country's split over its named producers.

    Raises:
        InputError: a producer where the country has no share, a share that is none, one named
            twice, or producers of more than a country makes.
    """
    rows = tuple(producers)
    totals: dict[tuple[str, str, str], float] = {}
    for row in rows:
        key = _place(row)
        what = f"producer {row.owner!r} of {row.material} in {row.country}"
        if not able.knows(row.material, row.stage) or row.country not in able.countries(
            row.material, row.stage
        ):
            raise InputError(
                f"{what}: the share table has no {row.country} for {row.material} at {row.stage}; "
                "name a country and stage that it has"
            )
        if not (isfinite(row.share) and 0.0 < row.share <= 1.0):
            raise InputError(f"{what}: share {row.share:g}; give a fraction above 0 and up to 1")
        totals[key] = totals.get(key, 0.0) + row.share
        if totals[key] > 1.0 + _NOTHING:
            raise InputError(f"{what}: producers there add to more than 1; lower their shares")
    if len({(*_place(row), row.owner) for row in rows}) < len(rows):
        raise InputError("producers: one owner stands twice for a place; give it one row")
    return replace(able, producers=rows)


def _place(row: Producer) -> tuple[str, str, str]:
    return row.country, row.stage, row.material


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
