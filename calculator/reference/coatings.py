"""Porous coatings: density, capacity by volume, interface area (reference README, 1)."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.numbers import Num
from calculator.reference.couples import ElectrodeData
from calculator.reference.inputs import ReferenceInputs

SILICON_CAPACITY_MAH_PER_G = 2000.0
SILICON_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Coating:
    """A coating at the porosity asked for."""

    capacity_mah_per_g: Num
    density_g_per_cm3: Num
    capacity_ah_per_cm3: Num
    void_fraction: Num
    interface_area_cm2_per_cm3: Num


@dataclass(frozen=True, slots=True)
class Coatings:
    """Both coatings and the ratio that balances them."""

    positive: Coating
    negative: Coating
    np_ratio: Num

    @property
    def thickness_ratio(self) -> Num:
        """Negative over positive thickness."""
        ratio = self.positive.capacity_ah_per_cm3 / self.negative.capacity_ah_per_cm3
        return self.np_ratio * ratio


def areal_capacity_mah_per_cm2(coating: Coating, thickness_um: Num) -> Num:
    """Areal capacity of one side (mAh/cm2)."""
    return thickness_um * 1e-4 * coating.capacity_ah_per_cm3 * 1000.0


def coating_thickness_um(coating: Coating, areal_mah_per_cm2: Num) -> Num:
    """Thickness of one side that holds an areal capacity (um)."""
    return areal_mah_per_cm2 / (coating.capacity_ah_per_cm3 * 1000.0) * 1e4


def design_coatings(inputs: ReferenceInputs) -> Coatings:
    """Coatings of the couple at the porosities and N/P ratio asked for."""
    couple = inputs.couple_data
    graphite = couple.negative.capacity_mah_per_g
    blend = (1.0 - SILICON_SHARE) * graphite + SILICON_SHARE * SILICON_CAPACITY_MAH_PER_G
    return Coatings(
        _coating(couple.positive, couple.positive.capacity_mah_per_g, inputs.pos_porosity_pct),
        _coating(
            couple.negative, blend if inputs.silicon_5pct else graphite, inputs.neg_porosity_pct
        ),
        couple.np_ratio if inputs.np_ratio is None else inputs.np_ratio,
    )


def _coating(electrode: ElectrodeData, capacity: float, porosity_pct: Num | None) -> Coating:
    void = (electrode.porosity_pct if porosity_pct is None else porosity_pct) / 100.0
    density = (1.0 - void) * _solid_density(electrode)
    return Coating(
        capacity,
        density,
        capacity / 1000.0 * electrode.active_pct / 100.0 * density,
        void,
        electrode.interface_area_cm2_per_cm3,
    )


def _solid_density(electrode: ElectrodeData) -> float:
    return 100.0 / (
        electrode.active_pct / electrode.active_density_g_per_cm3
        + electrode.carbon_pct / electrode.carbon_density_g_per_cm3
        + electrode.binder_pct / electrode.binder_density_g_per_cm3
    )
