"""What a feed of recyclers is worth: gate fee of a route, value of black mass, second life."""

from calculator.recycling_value.black_mass import (
    BlackMassValue,
    Payables,
    black_mass_value,
    lfp_black_mass_value,
    payables_of,
    sell_or_refine,
)
from calculator.recycling_value.export import ExportCheck, black_mass_export
from calculator.recycling_value.gate_fee import (
    Capital,
    GateFee,
    capital_recovery,
    gate_fee,
    second_life_value,
)
from calculator.recycling_value.plant_cost import Factors, PlantCost, plant_cost

__all__ = [
    "BlackMassValue",
    "Capital",
    "ExportCheck",
    "Factors",
    "GateFee",
    "Payables",
    "PlantCost",
    "black_mass_export",
    "black_mass_value",
    "capital_recovery",
    "gate_fee",
    "lfp_black_mass_value",
    "payables_of",
    "plant_cost",
    "second_life_value",
    "sell_or_refine",
]
