"""Impedance of the electrodes for a pulse and for energy (reference README, 2 and 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from calculator.errors import InputError
from calculator.maths import choose, smaller, sqrt
from calculator.numbers import Num
from calculator.reference.coatings import Coating, Coatings
from calculator.reference.couples import SOC_POINTS_PCT, Couple, ElectrodeData
from calculator.reference.inputs import ReferenceInputs

GAS_J_PER_MOL_K, FARADAY_C_PER_MOL, TEMPERATURE_K = 8.314, 96485.0, 298.15
PULSE_S = 10.0
PULSE_SOC_PCT = 20


def temperature_factor(couple: Couple) -> float:
    """Impedance at 30 C relative to the tabled 25 C (0.8188)."""
    activation = couple.activation_energy_kj_per_mol * 1000.0 / 8.31
    return math.exp(activation * (1.0 / 298.0 - 1.0 / (273.0 + 30.0)))


def energy_asi_ohm_cm2(couple: Couple) -> float:
    """Impedance of the electrodes at C/3 and 50 % state of charge, hardware apart."""
    return 1.3 * couple.asi_10s_ohm_cm2[5] * temperature_factor(couple)


@dataclass(frozen=True, slots=True)
class PulseImpedance:
    """Impedance of the electrodes in a ten-second pulse at full power from 20 % charge."""

    couple: Couple
    coatings: Coatings
    reference_ohm_cm2: Num
    """Tabled impedance at the end of the pulse, without the interfaces."""
    c_rate_per_h: Num = 0.0

    def at(self, pos_um: Num, current_ma_per_cm2: Num, c_rate_per_h: Num) -> Num:
        """Impedance (ohm cm2) at a coating thickness, a current density and a C-rate.

        Infinite where the current reaches the couple's limiting current density or rate.
        """
        neg_um = pos_um * self.coatings.thickness_ratio
        slow = 1.0 - c_rate_per_h / self.couple.limiting_c_rate_per_h
        dense = 1.0 - current_ma_per_cm2 / self.couple.limiting_current_ma_per_cm2
        possible = (slow > 0.0) & (dense > 0.0)
        diffusion = sqrt(choose(possible, (slow * (2.0 - slow)) * dense, 1.0))
        interfaces = (
            _interface(self.couple.negative, self.coatings.negative, neg_um)
            + _interface(self.couple.positive, self.coatings.positive, pos_um) / diffusion
        )
        total = temperature_factor(self.couple) * (self.reference_ohm_cm2 + interfaces)
        return choose(possible, total, math.inf)


def pulse_impedance(inputs: ReferenceInputs, coatings: Coatings) -> PulseImpedance:
    """Impedance of a pulse at the pack's full power; ValueError if the pulse empties the pack."""
    couple = inputs.couple_data
    tabled = _tabled_interfaces(couple)
    two_20, ten_20 = couple.asi_2s_ohm_cm2[2], couple.asi_10s_ohm_cm2[2]
    slope = 0.5 * tabled / math.sqrt(2.0) + 0.4 * (ten_20 - two_20 + tabled) / math.sqrt(10.0)
    burst = slope * math.sqrt(10.0) + two_20 - tabled
    end = _interpolate(couple.asi_10s_ohm_cm2, _end_of_pulse_soc_pct(inputs))
    return PulseImpedance(couple, coatings, burst + end - ten_20 - tabled)


def _tabled_interfaces(couple: Couple) -> float:
    """Both interfaces at the loading and rate for which the tables were made."""
    return couple.positive.interface_asi_ohm_cm2 + couple.negative.interface_asi_ohm_cm2


def _interface(electrode: ElectrodeData, coating: Coating, thickness_um: Num) -> Num:
    conductance = (
        electrode.exchange_current_ma_per_cm2
        / 1000.0
        * coating.interface_area_cm2_per_cm3
        * thickness_um
        * 1e-4
    )
    return GAS_J_PER_MOL_K * TEMPERATURE_K / FARADAY_C_PER_MOL / conductance


def _end_of_pulse_soc_pct(inputs: ReferenceInputs) -> Num:
    couple, layout = inputs.couple_data, inputs.layout
    pack_v_low = layout.series_groups * couple.ocv_at(10)
    cell_ah = 1000.0 * inputs.energy_kwh / layout.cells / couple.ocv_at(50)
    pulse_ah = 1000.0 * inputs.power_kw / pack_v_low * PULSE_S / 3600.0
    soc = PULSE_SOC_PCT - 100.0 * pulse_ah / (cell_ah * layout.strings)
    if np.any(np.asarray(soc) < 0.0):
        raise InputError(
            "power_kw: ten seconds of it empty the pack from 20 % charge; lower it or raise "
            "energy_kwh."
        )
    return soc


def _interpolate(values: tuple[float, ...], soc_pct: Num) -> Num:
    found = np.interp(soc_pct, SOC_POINTS_PCT, values)
    return found if isinstance(soc_pct, np.ndarray) else float(found)


def capped_current(couple: Couple, current_ma_per_cm2: Num) -> Num:
    """Current density no higher than the limiting area allows."""
    return smaller(current_ma_per_cm2, couple.limiting_current_ma_per_cm2 / 1.01)
