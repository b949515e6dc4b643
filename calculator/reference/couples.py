"""The 17 positive-negative couples of the reference, read from its table of properties.

Row numbers are those of the workbook's sheet of chemistries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from calculator.errors import InputError
from calculator.reference.data import table

SOC_POINTS_PCT = tuple(float(soc) for soc in range(0, 101, 10))


@dataclass(frozen=True, slots=True)
class ElectrodeData:
    """One electrode of a couple at the reference's own conditions."""

    active_material: str
    capacity_mah_per_g: float
    active_pct: float
    carbon_pct: float
    binder_pct: float
    solvent: str
    active_density_g_per_cm3: float
    carbon_density_g_per_cm3: float
    binder_density_g_per_cm3: float
    porosity_pct: float
    interface_area_cm2_per_cm3: float
    """Area of particles per volume of coating, at the porosity above."""
    exchange_current_ma_per_cm2: float
    foil_material: str
    foil_um: float
    interface_asi_ohm_cm2: float
    """Tabled interfacial impedance at the default loading and pulse rate."""
    active_usd_per_kg: float
    carbon_usd_per_kg: float
    binder_usd_per_kg: float
    solvent_usd_per_kg: float
    foil_usd_per_m2: float

    @property
    def has_aluminium_foil(self) -> bool:
        """Whether the current collector is aluminium rather than copper."""
        return self.foil_material == "Aluminum"

    @property
    def uses_nmp(self) -> bool:
        """Whether the binder is cast from NMP rather than water."""
        return self.solvent == "NMP"


@dataclass(frozen=True, slots=True)
class Couple:
    """A positive and a negative electrode, with voltage and impedance tables."""

    name: str
    positive: ElectrodeData
    negative: ElectrodeData
    np_ratio: float
    separator_um: float
    separator_porosity_pct: float
    separator_density_g_per_cm3: float
    separator_usd_per_m2: float
    electrolyte_density_g_per_cm3: float
    electrolyte_lithium_g_per_l: float
    electrolyte_usd_per_l: float
    limiting_current_ma_per_cm2: float
    limiting_c_rate_per_h: float
    activation_energy_kj_per_mol: float
    ocv_v: tuple[float, ...]
    asi_2s_ohm_cm2: tuple[float, ...]
    asi_10s_ohm_cm2: tuple[float, ...]

    def ocv_at(self, soc_pct: int) -> float:
        """Open-circuit voltage (V) at a tabled state of charge (0, 10, ... 100 %)."""
        return self.ocv_v[soc_pct // 10]


_Rows = Mapping[int, str]

_POSITIVE_ROWS = {
    "active_material": 7,
    "capacity_mah_per_g": 8,
    "active_pct": 11,
    "carbon_pct": 12,
    "binder_pct": 13,
    "solvent": 14,
    "active_density_g_per_cm3": 17,
    "carbon_density_g_per_cm3": 18,
    "binder_density_g_per_cm3": 19,
    "porosity_pct": 22,
    "interface_area_cm2_per_cm3": 24,
    "exchange_current_ma_per_cm2": 25,
    "foil_material": 30,
    "foil_um": 31,
    "interface_asi_ohm_cm2": 139,
    "active_usd_per_kg": 147,
    "carbon_usd_per_kg": 148,
    "binder_usd_per_kg": 149,
    "solvent_usd_per_kg": 150,
    "foil_usd_per_m2": 159,
}
_NEGATIVE_ROWS = {
    "active_material": 35,
    "capacity_mah_per_g": 37,
    "active_pct": 40,
    "carbon_pct": 41,
    "binder_pct": 42,
    "solvent": 43,
    "active_density_g_per_cm3": 46,
    "carbon_density_g_per_cm3": 47,
    "binder_density_g_per_cm3": 48,
    "porosity_pct": 51,
    "interface_area_cm2_per_cm3": 53,
    "exchange_current_ma_per_cm2": 54,
    "foil_material": 57,
    "foil_um": 58,
    "interface_asi_ohm_cm2": 140,
    "active_usd_per_kg": 153,
    "carbon_usd_per_kg": 154,
    "binder_usd_per_kg": 155,
    "solvent_usd_per_kg": 156,
    "foil_usd_per_m2": 160,
}
_COUPLE_ROWS = {
    "np_ratio": 36,
    "separator_um": 61,
    "separator_porosity_pct": 62,
    "separator_density_g_per_cm3": 63,
    "electrolyte_density_g_per_cm3": 66,
    "electrolyte_lithium_g_per_l": 67,
    "limiting_current_ma_per_cm2": 68,
    "limiting_c_rate_per_h": 141,
    "activation_energy_kj_per_mol": 142,
    "separator_usd_per_m2": 161,
    "electrolyte_usd_per_l": 162,
}
_TEXTS = ("active_material", "solvent", "foil_material")


def _read(rows: _Rows, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        name: rows[number] if name in _TEXTS else float(rows[number])
        for name, number in numbers.items()
    }


def _series(rows: _Rows, first: int) -> tuple[float, ...]:
    return tuple(float(rows[number]) for number in range(first, first + len(SOC_POINTS_PCT)))


def _couple(name: str, rows: _Rows) -> Couple:
    return Couple(
        name=name,
        positive=ElectrodeData(**_read(rows, _POSITIVE_ROWS)),
        negative=ElectrodeData(**_read(rows, _NEGATIVE_ROWS)),
        ocv_v=_series(rows, 94),
        asi_2s_ohm_cm2=_series(rows, 107),
        asi_10s_ohm_cm2=_series(rows, 120),
        **_read(rows, _COUPLE_ROWS),
    )


@cache
def couples() -> Mapping[str, Couple]:
    """Every couple by name, in the table's order."""
    rows = table("batpac50_chem_properties.csv")
    names = [name for name in rows[0] if name not in {"row", "property"}]
    found = {name: _couple(name, {int(r["row"]): r[name] for r in rows}) for name in names}
    return MappingProxyType(found)


def couple_named(name: str) -> Couple:
    """Return the couple of that name; ValueError lists near names."""
    found = couples().get(name)
    if found is None:
        near = get_close_matches(name, couples(), n=3, cutoff=0.3) or list(couples())
        raise InputError(f"couple: {name!r} is not in the reference; write one of {near}.")
    return found
