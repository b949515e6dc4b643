"""Names that others give to figures of this project: the EU battery passport, and BPX.

The passport's names are those of the BatteryPass data model 1.2 (April 2025), made after
DIN DKE SPEC 99100:2025-02 for Annex XIII of Regulation (EU) 2023/1542; BPX's are those of the
Battery Parameter eXchange schema 1.0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

PASSPORT, BPX = "passport", "BPX"
MODEL_PASSPORT = {
    "names_of": "BatteryPass data model 1.2",
    "standard": "DIN DKE SPEC 99100:2025-02",
    "law": "Regulation (EU) 2023/1542, Article 77 and Annex XIII",
    "source": "github batterypass/BatteryPassDataModel, commit 20e69d3 and 058ab71",
}
MODEL_BPX = {
    "names_of": "Battery Parameter eXchange (BPX) schema 1.0",
    "source": "github FaradayInstitution/BPX, bpx/schema.py, commit 09646ce",
}


@dataclass(frozen=True)
class FieldName:
    """One figure under two names."""

    scheme: str
    """``passport`` or ``BPX``."""
    part: str
    """Aspect of the passport's model, or section of a BPX file."""
    name: str
    """Theirs."""
    unit: str
    """Theirs; empty for text and shares of the whole."""
    ours: str
    """Figure of this project."""
    our_unit: str
    locator: str
    """Clause of the standard, or place in the schema."""
    note: str = ""


_GENERAL, _MATERIALS = "GeneralProductInformation", "MaterialComposition"
_CIRCULAR, _CARBON, _PERFORMANCE = "Circularity", "CarbonFootprint", "PerformanceAndDurability"
_CELL, _POSITIVE, _NEGATIVE = "Cell", "Positive electrode", "Negative electrode"
FIELD_NAMES = (
    FieldName(PASSPORT, _GENERAL, "batteryMass", "kg", "pack mass", "kg", "6.1.3.6"),
    FieldName(PASSPORT, _MATERIALS, "batteryChemistry.shortName", "", "chemistry", "", "6.5.2"),
    FieldName(PASSPORT, _MATERIALS, "batteryChemistry.clearName", "", "name", "", "6.5.2"),
    FieldName(
        PASSPORT, _MATERIALS, "batteryMaterials.batteryMaterialName", "", "material", "", "6.5.3"
    ),
    FieldName(
        PASSPORT, _MATERIALS, "batteryMaterials.batteryMaterialLocation.componentName", "",
        "component", "", "6.5.3",
    ),
    FieldName(
        PASSPORT, _MATERIALS, "batteryMaterials.batteryMaterialMass", "g", "in cell", "kg/kWh",
        "6.5.3", "of all cells of the pack; the model leaves the mass's reference open",
    ),
    FieldName(
        PASSPORT, _MATERIALS, "batteryMaterials.isCriticalRawMaterial", "", "critical", "",
        "6.5.4", "holds an element of the newest EU list",
    ),
    FieldName(
        PASSPORT, _CIRCULAR, "recycledContent.preConsumerShare", "%", "recycled content", "1",
        "6.6.2.3-6.6.2.10", "manufacturing waste",
    ),
    FieldName(
        PASSPORT, _CIRCULAR, "recycledContent.postConsumerShare", "%", "recycled content", "1",
        "6.6.2.3-6.6.2.10", "post-consumer waste",
    ),
    FieldName(
        PASSPORT, _CARBON, "absoluteCarbonFootprint", "kg", "emission_kg_co2e_per_kwh",
        "kg/kWh", "6.3.10", "in part alone: of what has an emission figure",
    ),
    FieldName(
        PASSPORT, _PERFORMANCE, "batteryTechicalProperties.ratedEnergy", "kWh", "pack energy",
        "kWh", "6.7.2.5", "designed, not certified",
    ),
    FieldName(
        PASSPORT, _PERFORMANCE, "batteryTechicalProperties.ratedCapacity", "Ah",
        "cell capacity x cells in parallel", "Ah", "6.7.2.2", "designed, not tested",
    ),
    FieldName(
        PASSPORT, _PERFORMANCE, "batteryTechicalProperties.nominalVoltage", "V",
        "cell voltage x groups in series", "V", "6.7.2.11", "mean discharge voltage",
    ),
    FieldName(
        PASSPORT, _PERFORMANCE, "batteryTechicalProperties.ratedMaximumPower", "kW",
        "pack.power", "kW", "6.7.3.2", "what the pack is sized for",
    ),
    FieldName(BPX, _CELL, "Electrode area [m2]", "m2", "positive area", "cm2", "Cell",
              "that of the whole cell over the whole number of pairs"),
    FieldName(BPX, _CELL, "Number of electrode pairs connected in parallel to make a cell", "",
              "layers", "count", "Cell", "two a layer of a stack; one of a winding"),
    FieldName(BPX, _CELL, "Volume [m3]", "m3", "cell volume", "L", "Cell"),
    FieldName(BPX, _CELL, "Density [kg.m-3]", "kg/m3", "cell mass / cell volume", "g/L", "Cell"),
    FieldName(BPX, _CELL, "Nominal cell capacity [A.h]", "Ah", "cell capacity", "Ah", "Cell"),
    FieldName(BPX, _POSITIVE, "Thickness [m]", "m", "positive coating thickness", "um", "Contact"),
    FieldName(BPX, _POSITIVE, "Porosity", "", "positive.coating.porosity", "1", "Contact",
              "cells with a liquid alone"),
    FieldName(BPX, _NEGATIVE, "Thickness [m]", "m", "negative electrode thickness", "um",
              "Contact", "coated electrodes alone"),
    FieldName(BPX, _NEGATIVE, "Porosity", "", "negative.coating.porosity", "1", "Contact",
              "cells with a liquid alone"),
    FieldName(BPX, "Separator", "Thickness [m]", "m", "separator.thickness", "um", "Contact"),
    FieldName(BPX, "Separator", "Porosity", "", "separator.porosity", "1", "Contact",
              "cells with a liquid alone; mean over the layers by thickness"),
)  # fmt: skip
"""Every field that can be filled, with its name on either side. ``batteryTechicalProperties`` is
how the model spells it."""


def field_rows(scheme: str) -> list[dict[str, Any]]:
    """The names of one scheme as rows of a table."""
    return [asdict(field) for field in FIELD_NAMES if field.scheme == scheme]
