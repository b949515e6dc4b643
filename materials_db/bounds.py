"""Dimension and plausible bounds of every quantity.

Bounds are wide: they catch a porosity of 1.2 or a thickness in the wrong unit, not a bold claim.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from materials_db import (
    schema,
    schema_dependence,
    schema_events,
    schema_projects,
    schema_trade,
    schema_uncertainty,
)
from materials_db.faults import Fault, with_article
from materials_db.units import UnitError, dimension, factor

MONEY = "money per "


@dataclass(frozen=True)
class Bound:
    """What a number of a kind must be."""

    unit: str
    """Unit of the bounds; its dimension is the one expected."""
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    """Whether the lower bound itself is excluded."""


_FRACTION = Bound("1", 0.0, 1.0)
_SHARE = Bound("1", 0.0, 1.0, open_low=True)
_THICKNESS = Bound("um", 0.0, 5000.0, open_low=True)
_LENGTH = Bound("mm", 0.0, 5000.0, open_low=True)
_MARGIN = Bound("mm", 0.0, 200.0)
_MASS = Bound("g", 0.0, 20_000.0)
_FACTOR = Bound("1", 0.0, 100.0)
_EXPONENT = Bound("1", 0.0, 2.0)

FIELDS: Mapping[str, Bound] = {
    "mass_fraction": _SHARE,
    "porosity": Bound("1", 0.0, 0.95),
    "areal_capacity": Bound("mAh/cm2", 0.0, 30.0, open_low=True),
    "utilisation": Bound("1", 0.0, 1.1, open_low=True),
    "specific_capacity": Bound("mAh/g", 0.0, 5000.0, open_low=True),
    "thickness": _THICKNESS,
    "excess_thickness": Bound("um", 0.0, 1000.0),
    "n_p_ratio": Bound("1", 0.5, 5.0),
    "plated_thickness": Bound("um/(mAh/cm2)", 0.0, 20.0),
    "loading": Bound("g/Ah", 0.0, 50.0),
    "average_voltage": Bound("V", 0.0, 6.0, open_low=True),
}
"""Numbers of a chemistry by field name."""

FORMAT_FIELDS: Mapping[str, Bound] = {
    "thickness": _LENGTH,
    "width": _LENGTH,
    "height": _LENGTH,
    "diameter": _LENGTH,
    "core_diameter": _MARGIN,
    "wall_thickness": Bound("mm", 0.0, 10.0, open_low=True),
    "lid_mass": _MASS,
    "terminal_mass": _MASS,
    "margin_thickness": _MARGIN,
    "margin_width": _MARGIN,
    "margin_height": _MARGIN,
    "rolls": Bound("1", 1.0, 20.0),
}
"""Numbers of a cell format by field name."""

_BY_KIND: Mapping[type[schema.Datum], Mapping[str, Bound]] = {
    schema.Property: {
        "density": Bound("g/cm3", 0.0, 25.0, open_low=True),
        "first_discharge_capacity": Bound("mAh/g", 0.0, 500.0, open_low=True),
        "specific_capacity": Bound("mAh/g", 0.0, 5000.0, open_low=True),
        "initial_coulombic_efficiency": _SHARE,
        "average_voltage": Bound("V", 0.0, 6.0, open_low=True),
        "element_mass_fraction": _FRACTION,
        "lithium_salt_concentration": Bound("mol/L", 0.0, 10.0),
    },
    schema.RegionFactor: {
        "capital_multiplier": Bound("1", 0.0, 10.0, open_low=True),
        "wage_share": _SHARE,
        "grid_carbon_intensity": Bound("gCO2e/kWh", 0.0, 2000.0),
    },
    schema.RecyclingRow: {
        "recovery": _FRACTION,
        "payable": _FRACTION,
        "availability": Bound("GWh/year", 0.0),
        "capital_exponent": _EXPONENT,
        "reference_size": Bound("t/year", 0.0, 1e7, open_low=True),
        "largest_size": Bound("t/year", 0.0, 1e7, open_low=True),
    },
    schema_trade.Tariff: {
        "rate": Bound("1", 0.0, 10.0),
        "quota": Bound("count/year", 0.0),
    },
    schema_events.EventNumber: {
        "cut": _FRACTION,
        "refusal": _FRACTION,
        "delay_days": Bound("day", 0.0, 36_500.0),
        "price_rise": _FACTOR,
    },
    schema_projects.ProjectNumber: dict.fromkeys(
        [
            "output_share",
            "coverage",
            "dependence_before",
            "dependence_after",
            "content",
            "ownership",
            "step_up",
            "demand_share",
        ],
        _FRACTION,
    ),
    schema_projects.MagnetFact: dict.fromkeys(
        [
            "rare_earth_fraction",
            "heavy_rare_earth_fraction",
            "share",
            "recycling_rate",
            "recovery",
            "finished_share_least",
            "finished_share_most",
            "recycled_share",
        ],
        _FRACTION,
    )
    | dict.fromkeys(
        [
            "neodymium_change",
            "heavy_rare_earth_change",
            "cost_change",
            "mass_change",
            "volume_change",
        ],
        Bound("1", -1.0, 10.0),
    ),
    schema_dependence.EuCriticality: {
        "supply_risk": Bound("1", 0.0, 20.0),
        "economic_importance": Bound("1", 0.0, 20.0),
        "recycling_input_rate": _FRACTION,
    },
    schema_uncertainty.PriceVolatility: {
        "annual_volatility": Bound("1", 0.0, 5.0),
        "lag_1_autocorrelation": Bound("1", -0.95, 0.95),
    },
    schema.EmissionFactor: {
        "combustion": Bound("gCO2e/kWh", 0.0, 2000.0),
        "mining": Bound("kgCO2e/kg", 0.0, 1000.0),
    },
    schema.PlantRow: {
        "labour": Bound("h/year", 0.0),
        "area": Bound("m2", 0.0),
        "labour_exponent": _EXPONENT,
        "capital_exponent": _EXPONENT,
        "area_exponent": _EXPONENT,
        "labour_factor": _FACTOR,
        "capital_factor": _FACTOR,
        "area_factor": _FACTOR,
        "energy": Bound("kWh/kWh", 0.0, 500.0),
        "energy_factor": _FACTOR,
    },
}
_PLAIN: Mapping[type[schema.Datum], Bound] = {
    schema.ProcessYield: _SHARE,
    schema.VatRate: _FRACTION,
    schema.ElementMaterial: _SHARE,
    schema.MarketAccess: _SHARE,
    schema.Share: _FRACTION,
    schema_trade.ExportRebate: _FRACTION,
    schema.ExchangeRate: Bound("1", 0.0, 1e6, open_low=True),
    schema_dependence.ImportShare: _FRACTION,
    schema_dependence.PublishedIndex: _FRACTION,
    schema_dependence.Outlook: _FRACTION,
    schema_uncertainty.PriceCorrelation: Bound("1", -1.0, 1.0),
}
_MONEY_KINDS: Mapping[type[schema.Datum], Mapping[str, str]] = {
    schema.RegionFactor: {
        "labour": "money per time",
        "building": "money per area",
        "electricity": "money per energy",
        "natural_gas": "money per energy",
    },
    schema.PlantRow: {"capital": "money"},
    schema_trade.Tariff: {"minimum_duty": "money per count"},
}


def bound_of(datum: schema.Datum) -> Bound | None:
    """Bound of a table's row, or nothing where money or a free unit is expected."""
    plain = _PLAIN.get(type(datum))
    return plain or _BY_KIND.get(type(datum), {}).get(_quantity(datum))


def _quantity(datum: schema.Datum) -> str:
    for name in ("property", "factor", "quantity"):
        if hasattr(datum, name):
            return str(getattr(datum, name))
    return ""


def row_faults(datum: schema.Datum) -> list[Fault]:
    """What is wrong with the unit or size of a table's row."""
    bound = bound_of(datum)
    name = _quantity(datum) or "value"
    if bound is not None:
        return datum_faults(datum, name, bound)
    return _money_faults(datum, name)


def _money_faults(datum: schema.Datum, name: str) -> list[Fault]:
    try:
        found = dimension(datum.unit)
    except UnitError as error:
        return [_fault(datum, *_split(error))]
    wanted = _MONEY_KINDS.get(type(datum), {}).get(name, "")
    if isinstance(datum, schema.Price) or getattr(datum, "term", "") == "fee":
        wanted = MONEY
    elif isinstance(datum, schema.IndexedPrice):
        wanted = "dimensionless"
    if wanted and not found.startswith(wanted):
        what = f"{name} has the unit '{datum.unit}', {with_article(found)}"
        example = "USD_2024/kg" if wanted.startswith("money") else "kg/kg"
        return [_fault(datum, what, f"give {wanted.strip()}, such as '{example}'")]
    if wanted.startswith("money") and datum.value < 0:
        return [
            _fault(datum, f"{name} {datum.value:g} is negative", "give a price of zero or more")
        ]
    return []


def datum_faults(datum: schema.Datum, name: str, bound: Bound) -> list[Fault]:
    """What is wrong with the unit or size of one number, its low and high included."""
    try:
        scale = factor(datum.unit, bound.unit)
    except UnitError as error:
        what, remedy = _split(error)
        return [_fault(datum, f"{name}: {what}", remedy)]
    if bound.open_low and datum.value * scale == bound.low:
        return [_fault(datum, *_outside(name, datum.value, datum.unit, bound))]
    for value in (datum.value, datum.low, datum.high):
        if value is not None and not bound.low <= value * scale <= bound.high:
            return [_fault(datum, *_outside(name, value, datum.unit, bound))]
    return []


def _outside(name: str, value: float, unit: str, bound: Bound) -> tuple[str, str]:
    unit_text = "" if unit == "1" else f" {unit}"
    goal = "" if bound.unit == "1" else f" {bound.unit}"
    low = f"above {bound.low:g}" if bound.open_low else f"from {bound.low:g}"
    span = low if bound.high == math.inf else f"{low} to {bound.high:g}"
    return f"{name} {value:g}{unit_text} is out of bounds", f"give a value {span}{goal}"


def _split(error: Exception) -> tuple[str, str]:
    what, _, remedy = str(error).partition("; ")
    return what, remedy or "use a whitelisted unit"


def _fault(datum: schema.Datum, what: str, remedy: str) -> Fault:
    return Fault(datum.file, datum.row, what, remedy)
