"""What limits the thickness of the positive coating (reference README, 3).

Each limit allows a thickness; the least is taken, down to the least that can be coated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from calculator.maths import larger, log, power, smaller
from calculator.numbers import Num
from calculator.reference.coatings import Coatings, coating_thickness_um
from calculator.reference.currents import Currents
from calculator.reference.impedance import PULSE_SOC_PCT
from calculator.reference.inputs import ReferenceInputs

GIVEN = "Positive Thickness Override"
CAP = "Max Thickness"
POWER = "Power"
ENERGY = "Energy"
CHARGING = "Charging"
CURRENT = "Current Density"

Names = str | NDArray[np.str_]

_OCV_AT_POWER, _OCV_AT_ENERGY = 0.80, 0.50
_CHARGE_SLOPE = (0.0915485, 0.018676716, -0.000455723501, 4.91567612)
_CHARGE_OFFSET = (0.708, -0.186, 0.00276455781, -46.151974)
_CHARGE_ASI_OHM_CM2, _CHARGE_ASI_EXPONENT = 15.32, 1.1
_CURRENT_MARGIN = 1.01


@dataclass(frozen=True, slots=True)
class ThicknessLimits:
    """Thickness of the positive coating each limit allows (um), and the floor under them."""

    allowed_um: Mapping[str, Num]
    floor_um: Num

    @property
    def thickness_um(self) -> Num:
        """Thickness taken: the least allowed, not under the floor."""
        return larger(reduce(smaller, self.allowed_um.values()), self.floor_um)

    @property
    def limited_by(self) -> Names:
        """Name of the limit that allows least; an array of names for draws."""
        names = np.array(list(self.allowed_um))
        least = np.argmin(np.stack(np.broadcast_arrays(*self.allowed_um.values())), axis=0)
        return names[least] if np.ndim(least) else str(names[least])


def thickness_limits(
    inputs: ReferenceInputs,
    coatings: Coatings,
    currents: Currents,
    cell_ah: Num,
    asi_power_ohm_cm2: Num,
    asi_energy_ohm_cm2: Num,
) -> ThicknessLimits:
    """Every limit at a capacity (Ah) and at the impedances for power and energy (ohm cm2)."""
    if inputs.thickness_um is not None:
        return ThicknessLimits({GIVEN: inputs.thickness_um}, 0.0)
    if inputs.areal_mah_per_cm2 is not None:
        um = coating_thickness_um(coatings.positive, inputs.areal_mah_per_cm2)
        return ThicknessLimits({GIVEN: um}, 0.0)

    def spread_over(area_cm2: Num) -> Num:
        return coating_thickness_um(coatings.positive, cell_ah * 1000.0 / area_cm2)

    allowed = {
        CAP: inputs.max_thickness_um,
        POWER: spread_over(_power_area(inputs, asi_power_ohm_cm2, PULSE_SOC_PCT, _OCV_AT_POWER)),
        ENERGY: spread_over(_power_area(inputs, asi_energy_ohm_cm2, 50, _OCV_AT_ENERGY)),
        CURRENT: spread_over(_current_area(inputs, currents)),
    }
    if inputs.fast_charge:
        allowed[CHARGING] = charging_thickness_um(inputs, asi_power_ohm_cm2)
    return ThicknessLimits(allowed, inputs.min_thickness_um)


def _power_area(
    inputs: ReferenceInputs, asi_ohm_cm2: Num, soc_pct: int, ocv_fraction: float
) -> Num:
    """Area (cm2) that gives full power at a fraction of the open-circuit voltage."""
    layout, ocv = inputs.layout, inputs.couple_data.ocv_at(soc_pct)
    cell_a = 1000.0 * inputs.power_kw / (layout.series_groups * ocv) / layout.strings
    return asi_ohm_cm2 * cell_a / ocv / (ocv_fraction * (1.0 - ocv_fraction))


def _current_area(inputs: ReferenceInputs, currents: Currents) -> Num:
    limit = inputs.couple_data.limiting_current_ma_per_cm2
    return _CURRENT_MARGIN * 1000.0 * currents.cell_a / limit


def charging_thickness_um(inputs: ReferenceInputs, asi_power_ohm_cm2: Num) -> Num:
    """Thickness that charges in the time asked for below the highest temperature (um).

    A fit of the reference to its own thermal and plating model; may fall below zero.
    """
    layout, hot = inputs.layout, inputs.max_temperature_c
    pack_v = layout.series_groups * inputs.couple_data.ocv_at(50)
    cell_ah = 1000.0 * inputs.energy_kwh / pack_v / layout.strings
    slope, offset = (
        c[0] * hot + c[1] * cell_ah + c[2] * hot * cell_ah + c[3]
        for c in (_CHARGE_SLOPE, _CHARGE_OFFSET)
    )
    stiffness = power(_CHARGE_ASI_OHM_CM2 / asi_power_ohm_cm2, _CHARGE_ASI_EXPONENT)
    minutes = log(inputs.charge_minutes)
    return stiffness * minutes * minutes * slope + offset
