"""A designed pack under the names of the EU battery passport: what is known, and what is not.

A design is no product: whatever is certified, tested, made or placed on the market has no value
here and stands among what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB
    from materials_db.schema import CriticalListing

_REPORTED_ABOVE_PERCENT = 0.1
"""Critical raw materials are reported above this share of the battery's mass: Regulation (EU)
2023/1542, Annex VI, Part A (10)."""
_FLOORED = {"Co": "Cobalt", "Ni": "Nickel", "Li": "Lithium"}
"""Elements whose recycled content is asked for, as the model spells them; lead is in none."""
_NOT_IN_CELL = "process solvent"
_OF_PRODUCT = "of a product, which a design is not"
_UNKNOWN = "not in the database"
_AGEING = "needs ageing or use, which are not modelled"
MISSING: tuple[tuple[str, str, str], ...] = (
    *(("GeneralProductInformation", name, _OF_PRODUCT) for name in (
        "productIdentifier", "batteryPassportIdentifier", "batteryCategory",
        "manufacturerInformation", "manufacturingDate", "batteryStatus", "manufacturingPlace",
        "operatorInformation", "puttingIntoService", "warrentyPeriod")),
    ("MaterialComposition", "batteryMaterials.batteryMaterialIdentifier", _UNKNOWN),
    ("MaterialComposition", "hazardousSubstances", _UNKNOWN),
    *(("Circularity", name, _OF_PRODUCT) for name in (
        "dismantlingAndRemovalInformation", "sparePartSources", "safetyMeasures",
        "endOfLifeInformation")),
    ("Circularity", "renewableContent", _UNKNOWN),
    ("CarbonFootprint", "batteryCarbonFootprint",
     "per kWh delivered over the service life; " + _AGEING),
    ("CarbonFootprint", "carbonFootprintPerLifecycleStage", "the stages are not told apart"),
    ("CarbonFootprint", "carbonFootprintPerformanceClass", _OF_PRODUCT),
    ("CarbonFootprint", "carbonFootprintStudy", _OF_PRODUCT),
    *(("PerformanceAndDurability", f"batteryTechicalProperties.{name}", _UNKNOWN) for name in (
        "minimumVoltage", "maximumVoltage", "originalPowerCapability", "powerCapabilityRatio",
        "initialInternalResistance", "roundtripEfficiency", "initialSelfDischarge",
        "temperatureRangeIdleState")),
    *(("PerformanceAndDurability", f"batteryTechicalProperties.{name}", _AGEING) for name in (
        "expectedNumberOfCycles", "expectedLifetime", "capacityThresholdForExhaustion",
        "lifetimeReferenceTest", "cRateLifeCycleTest", "roundTripEfficiencyat50PerCentCycleLife",
        "roundTripEfficiencyFade", "powerFade")),
    ("PerformanceAndDurability", "batteryCondition", _AGEING),
)  # fmt: skip
"""Aspect, attribute and why it has no value, for every design."""


@dataclass(frozen=True)
class Passport:
    """What is known of a pack, by the passport's aspects and names."""

    aspects: Mapping[str, Mapping[str, Any]]
    critical: tuple[Mapping[str, Any], ...]
    """Critical raw materials above the share that must be reported: element, mass, share."""
    in_part: tuple[Mapping[str, Any], ...]
    """Attributes known for a part of the battery alone: value, unit and what is covered."""
    missing: tuple[tuple[str, str, str], ...]
    """Aspect, attribute and why it has no value."""
    notes: tuple[str, ...]


def make_passport(db: MaterialsDB, evaluation: Evaluation, sourced: Sourced | None) -> Passport:
    """The passport's names for what a design and, where there is one, a plan tell.

    Args:
        db: holds the lists of critical raw materials.
        evaluation: the designed pack.
        sourced: the plan for this chemistry; None where the scenario asks for none.
    """
    listed = eu_list(db)
    critical = frozenset(name for entry in listed for name in entry.elements)
    carbon = tuple(_carbon(evaluation, sourced))
    recycled = list(_recycled(sourced))
    aspects: dict[str, dict[str, Any]] = {
        "GeneralProductInformation": {"batteryMass": plain(evaluation.pack.mass_kg)},
        "MaterialComposition": {
            "batteryChemistry": {
                "shortName": evaluation.chemistry.id,
                "clearName": evaluation.chemistry.name,
            },
            "batteryMaterials": list(_materials(evaluation, critical)),
        },
        "PerformanceAndDurability": {"batteryTechicalProperties": _technical(evaluation)},
    }
    if recycled:
        aspects["Circularity"] = {"recycledContent": recycled}
    return Passport(
        aspects,
        tuple(_critical(evaluation, critical)),
        carbon,
        (*MISSING, *_not_planned(sourced, bool(recycled), bool(carbon))),
        tuple(_notes(evaluation, listed)),
    )


def eu_list(db: MaterialsDB) -> tuple[CriticalListing, ...]:
    """Entries of the newest list of critical raw materials of the European Union."""
    entries = [entry for entry in db.critical_lists if entry.list.startswith("EU_")]
    newest = max((entry.date for entry in entries), default="")
    return tuple(entry for entry in entries if entry.date == newest)


def _materials(evaluation: Evaluation, critical: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Each material of the cells of a pack, g; what does not stay in the cell is left out."""
    kwh = plain(evaluation.pack.energy_kwh)
    for line in evaluation.bill.lines:
        if line.component == _NOT_IN_CELL:
            continue
        held = evaluation.case.composition.get(line.material, {})
        yield {
            "batteryMaterialLocation": {"componentName": line.component},
            "batteryMaterialName": line.material,
            "batteryMaterialMass": plain(line.in_cell_kg_per_kwh) * kwh * 1000.0,
            "isCriticalRawMaterial": bool(critical & {e for e, part in held.items() if part}),
        }


def _critical(evaluation: Evaluation, critical: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Critical elements above the share of the battery's mass that must be reported."""
    kwh, mass_g = plain(evaluation.pack.energy_kwh), plain(evaluation.pack.mass_kg) * 1000.0
    for name in evaluation.elements.names:
        grams = plain(evaluation.elements.in_cell_g_per_kwh(name)) * kwh
        percent = 100.0 * grams / mass_g
        if name in critical and percent > _REPORTED_ABOVE_PERCENT:
            yield {"element": name, "mass_g": grams, "percent_of_battery": percent}


def _technical(evaluation: Evaluation) -> dict[str, float]:
    """Rated energy kWh, capacity Ah, voltage V, and the power the pack is sized for, kW."""
    cell, pack = evaluation.cell, evaluation.pack
    parallel = pack.cells / pack.series_groups
    return {
        "ratedEnergy": plain(pack.energy_kwh),
        "ratedCapacity": plain(cell.capacity_ah) * parallel,
        "nominalVoltage": plain(cell.average_voltage_v) * pack.series_groups,
        "ratedMaximumPower": evaluation.request.pack.power_kw,
    }


def _recycled(sourced: Sourced | None) -> Iterator[dict[str, Any]]:
    """Recycled content of each element a plan recycles, percent, by kind of waste."""
    from calculator.recycling_mixes import RecyclingMix
    from calculator.supply.streams import MANUFACTURING, POST_CONSUMER

    if sourced is None:
        return
    mix = RecyclingMix("the plan", (), {}, False, sourced.supply, sourced.plan)
    held = {content.element for content in mix.contents}
    for element, name in _FLOORED.items():
        if element in held:
            yield {
                "recycledMaterial": name,
                "preConsumerShare": 100.0 * mix.recycled_share(element, MANUFACTURING),
                "postConsumerShare": 100.0 * mix.recycled_share(element, POST_CONSUMER),
            }


def _carbon(evaluation: Evaluation, sourced: Sourced | None) -> Iterator[dict[str, Any]]:
    """Carbon of the cells as far as the tables have emission figures, kg CO2e a pack."""
    if sourced is None or sourced.plan.status != "optimal":
        return
    per_kwh = sourced.plan.emission_kg / sourced.supply.demand_kwh_per_year
    covers = {cover.stage: 100.0 * cover.share for cover in sourced.supply.covers}
    yield {
        "aspect": "CarbonFootprint",
        "attribute": "absoluteCarbonFootprint",
        "value": per_kwh * plain(evaluation.pack.energy_kwh),
        "unit": "kg CO2e",
        "covers": "cells from the plan's sources; no pack hardware, use or end of life",
        "percent_of_mass_with_an_emission_figure": covers,
    }


def _not_planned(
    sourced: Sourced | None, recycled: bool, carbon: bool
) -> Iterator[tuple[str, str, str]]:
    """What a sourcing plan would have told."""
    why = "the scenario asks no sourcing question of this chemistry"
    if sourced is not None:
        why = f"the sourcing plan is {sourced.plan.status}, or recycles none of these elements"
    if not recycled:
        yield "Circularity", "recycledContent", why
    whole = "known in part alone" if carbon else why
    yield "CarbonFootprint", "absoluteCarbonFootprint", whole


def _notes(evaluation: Evaluation, listed: tuple[CriticalListing, ...]) -> Iterator[str]:
    hardware = sum(plain(kg) for kg in evaluation.pack.hardware_kg.values())
    yield "a design from literature and estimates, not a declaration of any manufacturer"
    yield (
        f"materials are those of the cells; {hardware:.1f} kg of module and pack hardware are in "
        "batteryMass and not in batteryMaterials"
    )
    if listed:
        first = listed[0]
        yield f"critical by the list {first.list} of {first.date}; graphite of any kind counts"
    yield (
        "recycled content is of what is refined for these cells in the plan, by mass balance over "
        "a year; scrap of one's own counts as manufacturing waste"
    )
