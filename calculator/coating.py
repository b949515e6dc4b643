"""Porous coatings and sheets: densities, loadings and thicknesses per unit area.

MODEL 1.1: coating density = (1 - porosity) / sum(w_i / rho_i); areal capacity =
loading x active mass fraction x specific capacity; loading = thickness x coating density.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculator.maths import total
from calculator.numbers import Num
from calculator.spec import CoatingSpec, Part


@dataclass(frozen=True)
class CoatingLoad:
    """One side of a coating carrying a given areal capacity."""

    thickness_um: Num
    mass_mg_per_cm2: Num
    void_um: Num
    """Void volume per area, as a thickness."""
    part_mg_per_cm2: dict[str, Num]
    """Mass per area of each ingredient by material id."""


def active_mass_fraction(parts: tuple[Part, ...]) -> Num:
    """Mass fraction of active material in the dry coating."""
    return total(part.mass_fraction for part in parts if part.is_active)


def solid_density_g_per_cm3(parts: tuple[Part, ...]) -> Num:
    """Density of the solids of a coating, voids left out."""
    return 1.0 / total(part.mass_fraction / part.density_g_per_cm3 for part in parts)


def coating_density_g_per_cm3(coating: CoatingSpec) -> Num:
    """Density of the pressed coating, voids included."""
    return (1.0 - coating.porosity) * solid_density_g_per_cm3(coating.parts)


def areal_capacity_mah_per_cm2(coating: CoatingSpec, loading_mg_per_cm2: Num) -> Num:
    """Capacity of one side that carries a loading of dry coating."""
    active = active_mass_fraction(coating.parts) * coating.capacity_mah_per_g
    return loading_mg_per_cm2 * active / 1000.0


def load_coating(coating: CoatingSpec, areal_capacity_mah_per_cm2: Num) -> CoatingLoad:
    """Mass and thickness of one side that holds the areal capacity (mAh/cm2)."""
    per_g = active_mass_fraction(coating.parts) * coating.capacity_mah_per_g
    mass = areal_capacity_mah_per_cm2 / per_g * 1000.0
    thickness = mass * (10.0 / coating_density_g_per_cm3(coating))
    parts: dict[str, Num] = {}
    for part in coating.parts:
        parts[part.material] = parts.get(part.material, 0.0) + mass * part.mass_fraction
    return CoatingLoad(thickness, mass, thickness * coating.porosity, parts)
