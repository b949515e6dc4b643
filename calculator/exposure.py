"""How far a cell depends on a country: shares by stage, concentration, risk, pass-through.

Shares are those of world production or capacity, so an exposure is that of a buyer who buys as
the world does; a sourcing plan replaces it by the buyer's own mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.concentration import geopolrisk, hhi_bounds, pass_through
from calculator.errors import InputError

if TYPE_CHECKING:
    from calculator.evaluate import Evaluation
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, Share

REST = "ROW"
STAGES = ("mining", "refining", "active_material", "cell")
CELL_MATERIAL = "battery_cell"
POSITIVE_MATERIAL = "cathode_active_material"
NEGATIVE_MATERIAL = "anode_active_material"
RISK_INDICATOR = "political_stability_risk"


@dataclass(frozen=True)
class StageExposure:
    """One element at one stage of the chain."""

    element: str
    stage: str
    material: str
    """Name under which the shares are counted."""
    country_share: float
    """Share of the country asked, 0 to 1."""
    top_country: str
    top_share: float
    hhi_low: float
    """Concentration with the unnamed rest as many small countries."""
    hhi_high: float
    """Concentration with the unnamed rest as one country."""
    geopolrisk: float
    """HHI x import-weighted political risk, for the importer asked (0 to 1)."""
    date: str
    records: tuple[Datum, ...]


@dataclass(frozen=True)
class ElementExposure:
    """One element through all stages."""

    element: str
    mass_g_per_kwh: float
    stages: tuple[StageExposure, ...]
    pass_through: float
    """Share that touched the country at any stage, stages taken as independent."""


@dataclass(frozen=True)
class Exposure:
    """A whole cell's exposure to one country."""

    country: str
    importer: str
    elements: tuple[ElementExposure, ...]
    mean_pass_through: float
    """Pass-through of the elements weighted by their mass bought."""
    any_part: float
    """Share of cells of which at least one counted element touched the country."""


def exposure(
    db: MaterialsDB,
    mass_g_per_kwh: Mapping[str, float],
    country: str = "CHN",
    importer: str = "EUU",
    active_materials: Mapping[str, str] | None = None,
) -> Exposure:
    """Exposure of a cell to a country.

    Args:
        db: the materials database (shares, political risk).
        mass_g_per_kwh: bought mass of each element (g/kWh); those without any share are left out.
        country: ISO code of the country asked.
        importer: ISO code of the buyer, whose own output is domestic supply.
        active_materials: material whose shares stand for an element's active-material stage,
            by element; without an entry the stage is left out.

    Raises:
        InputError: no element has shares.
    """
    chains = [
        _element(db, element, mass, country, importer, (active_materials or {}).get(element))
        for element, mass in mass_g_per_kwh.items()
    ]
    found = tuple(chain for chain in chains if chain is not None)
    if not found:
        raise InputError("no element of this cell has production shares; add rows to shares.csv")
    masses = np.array([chain.mass_g_per_kwh for chain in found])
    passed = np.array([chain.pass_through for chain in found])
    return Exposure(
        country,
        importer,
        found,
        float((masses * passed).sum() / masses.sum()),
        _any_part(found),
    )


def cell_exposure(
    db: MaterialsDB, evaluation: Evaluation, country: str = "CHN", importer: str = "EUU"
) -> Exposure:
    """Exposure of an evaluated cell; arguments and errors as ``exposure``."""
    elements = evaluation.elements
    bought = {name: float(np.mean(elements.bought_g_per_kwh(name))) for name in elements.names}
    return exposure(db, bought, country, importer, active_material_stages(db, evaluation))


def active_material_stages(db: MaterialsDB, evaluation: Evaluation) -> dict[str, str]:
    """Material whose shares stand for the active-material stage, by element.

    A positive active material with shares of its own (``LFP_cathode``) takes those; others take
    those of all positive materials. Elements of the negative take the negative's.
    """
    known = {row.material for row in db.shares if row.stage == "active_material"}
    roles, composition = evaluation.case.roles, evaluation.case.composition
    stages: dict[str, str] = {}
    for name in sorted(roles.negative_active):
        stages.update(dict.fromkeys(composition.get(name, {}), NEGATIVE_MATERIAL))
    for name in sorted(roles.positive_active):
        own = f"{name}_cathode"
        material = own if own in known else POSITIVE_MATERIAL
        stages.update(dict.fromkeys(composition.get(name, {}), material))
    return {element: name for element, name in stages.items() if name in known}


def _any_part(chains: tuple[ElementExposure, ...]) -> float:
    """The cell stage is shared by all elements and counts once."""
    cell = {s.country_share for chain in chains for s in chain.stages if s.stage == "cell"}
    before = [
        stage.country_share for chain in chains for stage in chain.stages if stage.stage != "cell"
    ]
    return float(pass_through([*before, *cell]))


def _element(
    db: MaterialsDB,
    element: str,
    mass: float,
    country: str,
    importer: str,
    active_material: str | None,
) -> ElementExposure | None:
    materials = {f.stage: f.material for f in db.element_materials if f.element == element}
    if not materials:
        return None
    named: dict[str, str] = {str(stage): name for stage, name in materials.items()}
    named["cell"] = CELL_MATERIAL
    if active_material is not None:
        named["active_material"] = active_material
    stages = tuple(
        _stage(element, stage, named[stage], rows, country, importer, db)
        for stage in STAGES
        if stage in named and (rows := shares_of(db, named[stage], stage))
    )
    if not any(stage.stage in materials for stage in stages):
        return None
    return ElementExposure(
        element, mass, stages, float(pass_through([s.country_share for s in stages]))
    )


def shares_of(db: MaterialsDB, material: str, stage: str) -> tuple[Share, ...]:
    """Rows of one material and stage; empty where none are recorded."""
    return tuple(row for row in db.shares if row.material == material and row.stage == stage)


def political_risk(db: MaterialsDB) -> dict[str, float]:
    """Newest political risk (0 to 1) by country; the rest of the world takes their mean."""
    rows = sorted(
        (row for row in db.governance if row.indicator == RISK_INDICATOR),
        key=lambda row: row.date or "",
    )
    risk = {row.country: row.value for row in rows}
    if risk:
        risk.setdefault(REST, float(np.mean(list(risk.values()))))
    return risk


def _stage(
    element: str,
    stage: str,
    material: str,
    rows: tuple[Share, ...],
    country: str,
    importer: str,
    db: MaterialsDB,
) -> StageExposure:
    from materials_db.units import to

    shares = {row.country: to(row.value, row.unit, "1") for row in rows}
    named = {code: value for code, value in shares.items() if code != REST}
    rest = max(0.0, 1.0 - sum(named.values()))
    low, high = hhi_bounds(list(named.values()), rest)
    top = max(named, key=lambda code: named[code])
    return StageExposure(
        element,
        stage,
        material,
        shares.get(country, 0.0),
        top,
        named[top],
        float(low),
        float(high),
        _geopolrisk(db, shares, float(low), importer),
        max(row.date or "" for row in rows),
        rows,
    )


def _geopolrisk(
    db: MaterialsDB, shares: Mapping[str, float], world_hhi: float, importer: str
) -> float:
    """Imports follow world output; what the importer makes itself carries no risk."""
    from calculator.regions import EU, EU_MEMBERS

    home = EU_MEMBERS | {EU} if importer == EU else {importer}
    risk = political_risk(db)
    abroad = {code: value for code, value in shares.items() if code not in home}
    domestic = sum(value for code, value in shares.items() if code in home)
    scores = [risk.get(code, risk[REST]) for code in abroad]
    return float(geopolrisk(world_hhi, list(abroad.values()), scores, domestic))
