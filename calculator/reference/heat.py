"""Heat of a pack under way and the cooling outside it (reference README, 9)."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.maths import choose, larger, sqrt
from calculator.numbers import Num
from calculator.reference.data import plant_data
from calculator.reference.inputs import ReferenceInputs

_LEAK_W_PER_CM_K, _INSULATION_CM, _OUTSIDE_K = 0.00027, 1.0, 50.0 - 30.0
_LEAST_W, _LEAST_FAST_CHARGE_W = 250.0, 4000.0
_SPEED_MPH = 70.0
_LEAST_AIR_CONDITIONING_KW = 1.0


@dataclass(frozen=True, slots=True)
class ExternalCooling:
    """The step of cooling outside the pack that its heat calls for."""

    heat_w: Num
    price_usd: Num
    volume_l: Num
    air_conditioning_usd: Num
    """Added to the vehicle's air conditioning, outside the pack's cost."""


def cruise_power_kw() -> float:
    """Power drawn at 70 miles an hour (22.5 kW): accessories, rolling, drag, drive losses."""
    return (0.5 + 0.065 * _SPEED_MPH + 4e-5 * _SPEED_MPH**3) / 0.833


def heat_w(inputs: ReferenceInputs, asi_energy_ohm_cm2: Num, area_cm2: Num, face_cm2: Num) -> Num:
    """Heat to remove (W): losses at sustained power and leakage through the jacket.

    Sustained power is a third of the energy per hour, or the power at 70 mph if larger; where the
    pack cannot give it, the heat is that of the most it can.
    """
    layout = inputs.layout
    resistance = asi_energy_ohm_cm2 / area_cm2 * layout.cells / layout.strings**2
    open_v = layout.series_groups * inputs.couple_data.ocv_at(50)
    drawn_w = 1000.0 * larger(inputs.energy_kwh / 3.0, cruise_power_kw())
    volts = (open_v + sqrt(larger(open_v**2 - 4.0 * drawn_w * resistance, 0.0))) / 2.0
    current = (open_v - volts) / resistance
    leak = _LEAK_W_PER_CM_K / _INSULATION_CM * face_cm2 * _OUTSIDE_K
    least = _LEAST_FAST_CHARGE_W if inputs.fast_charge else _LEAST_W
    return larger(current * current * resistance + leak, least)


def external_cooling(heat: Num) -> ExternalCooling:
    """Cooling step of a heat (W)."""
    price: Num = 0.0
    volume: Num = 0.0
    for row in plant_data()["external_cooling"]["rows"]:
        price = choose(heat >= row["from_w"], row["usd"], price)
        volume = choose(heat >= row["from_w"], row["volume_l"], volume)
    per_kw = plant_data()["hardware_prices"]["air_conditioning_usd_per_kw"]
    return ExternalCooling(
        heat, price, volume, per_kw * larger(heat / 1000.0, _LEAST_AIR_CONDITIONING_KW)
    )
