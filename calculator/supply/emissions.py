"""Greenhouse gas of the network: what is counted, from which rows, and what is left out.

Counted, kg CO2e: electricity x grid carbon of the country, process heat x combustion of natural
gas, and the winning of materials that ``emission_factors`` has a row for. Energy is that of
electricity and heat together, in kWh. Left out, and said so: other mines, reagents and feed of
refining, gas set free by a process itself, freight (no distances in the tables), and parts of
the cell that are bought ready. A figure of a plan is therefore a part of its footprint, and
``EmissionCover`` tells of which part of the bill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.supply.grounds import Ground, ground

if TYPE_CHECKING:
    from calculator.supply.needs import Need
    from materials_db.database import MaterialsDB
    from materials_db.schema import EmissionFactor

EMISSIONS = "emissions"
"""Key under which a network keeps the ground of its emissions."""
MJ_PER_KWH = 3.6
_GAS = "natural_gas"


@dataclass(frozen=True)
class EmissionCover:
    """Share of the bill of materials, by mass, whose making at a stage has a figure."""

    stage: str
    share: float
    """Of the kg bought a kWh, a fraction."""
    without: tuple[str, ...]
    """Elements and materials without a figure."""


def gas_kg_per_mj(db: MaterialsDB) -> tuple[float, EmissionFactor | None]:
    """Carbon dioxide of a MJ of process heat, burnt as natural gas; 0 where no row states it."""
    from materials_db.units import to

    row = _row(db, _GAS, "combustion")
    if row is None:
        return 0.0, None
    return to(row.value, row.unit, "kgCO2e/kWh") / MJ_PER_KWH, row


def mining_kg_per_kg(db: MaterialsDB, material: str) -> tuple[float, EmissionFactor | None]:
    """Emission of winning a kg of an element in its mined form; 0 and no row where unknown."""
    from materials_db.units import to

    row = _row(db, material, "mining")
    return (0.0, None) if row is None else (to(row.value, row.unit, "kgCO2e/kg"), row)


def _row(db: MaterialsDB, subject: str, quantity: str) -> EmissionFactor | None:
    rows = (r for r in db.emission_factors if (r.subject, r.quantity) == (subject, quantity))
    return next(rows, None)


def emission_ground(covers: Iterable[EmissionCover], records: Iterable[EmissionFactor]) -> Ground:
    """What the emissions of a network rest on, with one sentence for each thing left out."""
    said = ["emissions: reagents, process gas and freight are left out, for no row states them"]
    said += [
        f"emissions: {100.0 * cover.share:.0f} % of the bill by mass has a figure of {cover.stage}"
        + (f"; none for {', '.join(cover.without)}" if cover.without else "")
        for cover in covers
    ]
    text = "electricity x grid carbon + heat x natural gas, and mining where a row states it"
    return ground("emission", text, records, said)


def covers_of(
    needs: Iterable[Need], known: Mapping[str, frozenset[str]]
) -> tuple[EmissionCover, ...]:
    """Cover of a bill: each stage with the elements (or active materials) that have a figure.

    Args:
        needs: bought materials of a kWh, of every chemistry.
        known: by stage, the elements or the active materials with a figure.
    """
    bought = [need for need in needs if need.bought_kg_per_kwh > 0]
    return tuple(_cover(bought, stage, names) for stage, names in known.items())


def _cover(bought: list[Need], stage: str, names: frozenset[str]) -> EmissionCover:
    whole = sum(need.bought_kg_per_kwh for need in bought)
    found, without = 0.0, dict[str, None]()
    for need in bought:
        for part, kg in _parts(need, stage).items():
            if part in names:
                found += kg
            elif kg > 0:
                without[part] = None
    return EmissionCover(stage, found / whole if whole > 0 else 0.0, tuple(without))


def _parts(need: Need, stage: str) -> dict[str, float]:
    """Kg of a need by what a stage makes: active materials whole, elements elsewhere."""
    kg = need.bought_kg_per_kwh
    if stage == "active_material":
        return {need.material: kg}
    return {element: kg * part for element, part in need.contents.items()}
