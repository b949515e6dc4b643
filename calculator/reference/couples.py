"""The 17 positive-negative couples of the reference, read from its table of properties.

Row numbers are those of the workbook's sheet of chemistries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

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
    default_areal_mah_per_cm2: float
    default_c_rate_per_h: float
    activation_energy_kj_per_mol: float
    ocv_v: tuple[float, ...]
    asi_2s_ohm_cm2: tuple[float, ...]
    asi_10s_ohm_cm2: tuple[float, ...]

    def ocv_at(self, soc_pct: int) -> float:
        """Open-circuit voltage (V) at a tabled state of charge (0, 10, ... 100 %)."""
        return self.ocv_v[soc_pct // 10]


_Rows = Mapping[int, str]


def _positive(rows: _Rows) -> ElectrodeData:
    return ElectrodeData(
        rows[7], *_floats(rows, 8, 11, 12, 13), rows[14],
        *_floats(rows, 17, 18, 19, 22, 24, 25), rows[30],
        *_floats(rows, 31, 139, 147, 148, 149, 150, 159),
    )  # fmt: skip


def _negative(rows: _Rows) -> ElectrodeData:
    return ElectrodeData(
        rows[35], *_floats(rows, 37, 40, 41, 42), rows[43],
        *_floats(rows, 46, 47, 48, 51, 53, 54), rows[57],
        *_floats(rows, 58, 140, 153, 154, 155, 156, 160),
    )  # fmt: skip


def _floats(rows: _Rows, *numbers: int) -> tuple[float, ...]:
    return tuple(float(rows[number]) for number in numbers)


def _couple(name: str, rows: _Rows) -> Couple:
    return Couple(
        name,
        _positive(rows),
        _negative(rows),
        *_floats(rows, 36, 61, 62, 63, 161, 66, 67, 162, 68, 141, 133, 136, 142),
        ocv_v=_floats(rows, *range(94, 105)),
        asi_2s_ohm_cm2=_floats(rows, *range(107, 118)),
        asi_10s_ohm_cm2=_floats(rows, *range(120, 131)),
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
