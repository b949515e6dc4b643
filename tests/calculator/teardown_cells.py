"""Cells of the public literature as teardowns: ``teardowns.csv`` over the shipped chemistries.

Ingredients, their densities and the utilised capacity come from the materials database; what
was measured in the cell comes from the CSV, where every number carries source and basis.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from calculator.coating import active_mass_fraction, solid_density_g_per_cm3
from calculator.geometry import Areas
from calculator.spec import CellSpec, CoatingSpec, FormatSpec, Part, cell_spec, format_spec
from calculator.teardown import (
    MeasuredCoating,
    MeasuredLiquid,
    MeasuredSheets,
    Teardown,
    measured_areas,
)
from materials_db.database import MaterialsDB

FACTS_FILE = Path(__file__).with_name("teardowns.csv")


def fact_rows() -> list[dict[str, str]]:
    with FACTS_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(cell: str) -> dict[str, float]:
    """Numbers of one cell by property, in the unit of the file."""
    return {row["property"]: float(row["value"]) for row in fact_rows() if row["cell"] == cell}


def base(db: MaterialsDB, chemistry: str) -> CellSpec:
    return cell_spec(db, db.chemistry(chemistry))


def base_format(db: MaterialsDB, name: str) -> FormatSpec:
    return format_spec(db, db.cell_format(name))


def with_active(parts: tuple[Part, ...], fraction: float) -> tuple[Part, ...]:
    """The same ingredients with another share of active material."""
    active = float(active_mass_fraction(parts))
    rest = (1.0 - fraction) / (1.0 - active)
    return tuple(
        replace(p, mass_fraction=p.mass_fraction * (fraction / active if p.is_active else rest))
        for p in parts
    )


def coat(
    coating: CoatingSpec | None, active: float | None = None, **measured: float
) -> MeasuredCoating:
    assert coating is not None
    parts = coating.parts if active is None else with_active(coating.parts, active)
    return MeasuredCoating(parts, coating.capacity_mah_per_g, solvent=coating.solvent, **measured)


def liquid(spec: CellSpec, **amount: float) -> MeasuredLiquid:
    assert spec.liquid_material is not None
    return MeasuredLiquid(spec.liquid_material, spec.liquid_density_g_per_cm3, **amount)


def thick(spec: CellSpec, f: dict[str, float]) -> dict[str, object]:
    """Foils and separator at their measured thickness."""
    return {
        "positive_foil": replace(spec.positive_foil, thickness_um=f["positive_foil_thickness"]),
        "negative_foil": replace(spec.negative_foil, thickness_um=f["negative_foil_thickness"]),
        "separator": (replace(spec.separator[0], thickness_um=f["separator_thickness"]),),
    }


def catl_161(db: MaterialsDB) -> Teardown:
    """LFP, prismatic can, two flat rolls; lid and terminals assumed (format file)."""
    f, spec = facts("CATL_161"), base(db, "LFP")
    rolls = f["rolls"]
    areas = measured_areas(
        MeasuredSheets(f["positive_length"] * 1000, f["positive_width"], rolls),
        MeasuredSheets(f["negative_length"] * 1000, f["negative_width"], rolls),
        MeasuredSheets(
            f["separator_length"] * 1000, f["separator_width"], rolls * f["separators_per_roll"]
        ),
    )
    return Teardown(
        format=base_format(db, "prismatic_wound_EV"),
        areas=areas,
        positive=coat(
            spec.positive,
            loading_mg_per_cm2=f["positive_loading"],
            density_g_per_cm3=f["positive_coating_density"],
        ),
        negative=coat(
            spec.negative,
            loading_mg_per_cm2=f["negative_loading"],
            density_g_per_cm3=f["negative_coating_density"],
        ),
        average_voltage_v=f["nominal_voltage"],
        liquid=liquid(spec, pore_filling=f["pore_filling"]),
        **thick(spec, f),
    )


def lg_e78(db: MaterialsDB) -> Teardown:
    """NMC 65:20:15, pouch, given by the masses of its parts; outline and tabs assumed."""
    f, spec = facts("LG_E78"), base(db, "NMC622")
    foil_cm2 = f["positive_foil_mass"] / (2.70 * f["positive_foil_thickness"] * 1e-4)
    copper_cm2 = f["negative_foil_mass"] / (8.96 * f["negative_foil_thickness"] * 1e-4)
    positive_cm2 = 2 * foil_cm2
    negative_cm2 = positive_cm2 * f["negative_area_over_positive"]
    # The capacity of the first discharge lies between those of NMC 622 and 811 by its nickel.
    low, high = (
        db.property(name, "first_discharge_capacity").value for name in ("NMC622", "NMC811")
    )
    first = low + (high - low) * (0.65 - 0.6) / (0.8 - 0.6)
    loading = f["positive_coating_mass"] / positive_cm2 * 1000
    sheet = spec.separator[0]
    apparent = f["separator_mass"] / (negative_cm2 * f["separator_thickness"] * 1e-4)
    return Teardown(
        format=base_format(db, "pouch_EV"),
        areas=Areas(positive_cm2, negative_cm2, foil_cm2, copper_cm2, negative_cm2, layers=1.0),
        positive=replace(
            coat(
                spec.positive,
                loading_mg_per_cm2=loading,
                thickness_um=f["positive_coating_thickness"],
            ),
            capacity_mah_per_g=first * f["positive_utilisation"],
        ),
        negative=coat(
            spec.negative,
            loading_mg_per_cm2=f["negative_coating_mass"] / negative_cm2 * 1000,
            porosity=f["negative_porosity"],
        ),
        positive_foil=replace(spec.positive_foil, thickness_um=f["positive_foil_thickness"]),
        negative_foil=replace(spec.negative_foil, thickness_um=f["negative_foil_thickness"]),
        separator=(
            replace(
                sheet,
                thickness_um=f["separator_thickness"],
                density_g_per_cm3=apparent / (1 - sheet.porosity),
            ),
        ),
        average_voltage_v=f["nominal_voltage"],
        liquid=liquid(spec, g_per_ah=f["electrolyte_per_capacity"]),
    )


def roll_areas(f: dict[str, float]) -> Areas:
    """Areas of one round roll from the strips as unwound."""
    separator = f.get("separator_length")
    if separator is None:
        separator = (f["separator_length_1"] + f["separator_length_2"]) / 2
    strips = {
        side: MeasuredSheets(
            f[f"{side}_foil_length"],
            f[f"{side}_coated_width"],
            foil_width_mm=f[f"{side}_foil_width"],
        )
        for side in ("positive", "negative")
    }
    return measured_areas(
        strips["positive"], strips["negative"], MeasuredSheets(separator, f["separator_width"], 2)
    )


def rolled(db: MaterialsDB, cell: str, chemistry: str, fmt: FormatSpec, volt: float) -> Teardown:
    f, spec = facts(cell), base(db, chemistry)
    measured = {
        side: coat(
            coating,
            f[f"{side}_active_fraction"],
            loading_mg_per_cm2=f[f"{side}_loading"],
            density_g_per_cm3=f[f"{side}_coating_density"],
        )
        for side, coating in (("positive", spec.positive), ("negative", spec.negative))
    }
    fmt = replace(
        fmt,
        thickness_mm=f["outer_diameter"],
        width_mm=f["outer_diameter"],
        height_mm=f["outer_height"],
        wall_mm=f["case_wall"],
        lid_g=f.get("lid_mass", fmt.lid_g),
        terminal_g=f.get("terminal_mass", fmt.terminal_g),
    )
    return Teardown(
        format=fmt,
        areas=roll_areas(f),
        average_voltage_v=volt,
        liquid=liquid(spec, pore_filling=f["pore_filling"]),
        **measured,
        **thick(spec, f),
    )


def tesla_4680(db: MaterialsDB) -> Teardown:
    """NMC811, steel can, tabless; lid, discs and electrolyte assumed."""
    fmt, volt = base_format(db, "cylindrical_4680"), facts("Tesla_4680")["nominal_voltage"]
    return rolled(db, "Tesla_4680", "NMC811", fmt, volt)


def hina_32140(db: MaterialsDB) -> Teardown:
    """Sodium-ion layered oxide, steel can; wall, lid, discs and electrolyte assumed."""
    fmt = base_format(db, "cylindrical_21700")
    volt = float(base(db, "Na-NFM").average_voltage_v)
    return rolled(db, "HiNa_32140", "Na-NFM", fmt, volt)


def lg_m50(db: MaterialsDB) -> Teardown:
    """NMC811 against graphite with SiOx, 21700; can, cap and excess of liquid assumed."""
    f, spec = facts("LG_M50"), base(db, "NMC811")
    length = f["electrode_width_both_sides"] / 2
    strip = MeasuredSheets(length, f["electrode_height"])
    separator = MeasuredSheets(
        length * f["separator_length_over_positive"], f["electrode_height"] + 4, 2
    )
    porosity = f["separator_porosity"]
    sheets = thick(spec, f)
    sheets["separator"] = (
        replace(
            spec.separator[0],
            thickness_um=f["separator_thickness"],
            porosity=porosity,
            density_g_per_cm3=f["separator_density_dry"] / (1 - porosity),
        ),
    )
    return Teardown(
        format=replace(base_format(db, "cylindrical_21700"), wall_mm=f["case_wall"]),
        areas=measured_areas(strip, strip, separator),
        positive=coat(
            spec.positive,
            thickness_um=f["positive_coating_thickness"],
            density_g_per_cm3=f["positive_coating_density"],
        ),
        negative=coat(
            spec.negative,
            thickness_um=f["negative_coating_thickness"],
            density_g_per_cm3=f["negative_coating_density"],
        ),
        average_voltage_v=f["nominal_voltage"],
        liquid=replace(
            liquid(spec, pore_filling=f["pore_filling"]), density_g_per_cm3=f["electrolyte_density"]
        ),
        **sheets,
    )


def byd_blade(db: MaterialsDB) -> Teardown:
    """LFP, long can, stacked; coating densities borrowed, end caps and liquid assumed."""
    f, spec = facts("BYD_Blade"), base(db, "LFP")
    side_cm2 = f["positive_coated_area_total"] * 1e4 / f["positive_sheets"] / 2
    negative_side_cm2 = side_cm2 * f["negative_side_over_positive"]
    return Teardown(
        format=base_format(db, "blade_EV"),
        areas=Areas(
            positive_cm2=2 * f["positive_sheets"] * side_cm2,
            negative_cm2=2 * f["negative_sheets"] * negative_side_cm2,
            positive_foil_cm2=f["positive_sheets"] * side_cm2,
            negative_foil_cm2=f["negative_sheets"] * negative_side_cm2,
            separator_cm2=f["separator_layers"] * negative_side_cm2,
            layers=f["positive_sheets"],
        ),
        positive=coat(
            spec.positive,
            thickness_um=f["positive_coating_thickness"],
            density_g_per_cm3=f["positive_coating_density"],
        ),
        negative=coat(
            spec.negative,
            thickness_um=f["negative_coating_thickness"],
            density_g_per_cm3=f["negative_coating_density"],
        ),
        average_voltage_v=f["nominal_voltage"],
        liquid=liquid(spec, pore_filling=f["pore_filling"]),
        **thick(spec, f),
    )


def qse_5(db: MaterialsDB) -> Teardown:
    """Anode-free with an oxide separator; loading is a target, the rest the shipped class."""
    f, spec = facts("QSE_5"), base(db, "QSS-oxide-AF")
    area = f["layers"] * f["active_area_per_layer"]
    fmt = replace(
        base_format(db, "pouch_EV"),
        thickness_mm=f["outer_thickness"],
        width_mm=f["outer_width"],
        height_mm=f["outer_length"],
        terminal_g=f["terminal_mass"],
    )
    per_g = float(active_mass_fraction(spec.positive.parts) * spec.positive.capacity_mah_per_g)
    return Teardown(
        format=fmt,
        areas=Areas(area, area, area / 2, area / 2, area, f["layers"]),
        positive=coat(
            spec.positive,
            loading_mg_per_cm2=f["positive_areal_capacity"] / per_g * 1000,
            density_g_per_cm3=float(
                (1 - spec.positive.porosity) * solid_density_g_per_cm3(spec.positive.parts)
            ),
        ),
        positive_foil=spec.positive_foil,
        negative=None,
        negative_foil=spec.negative_foil,
        separator=(replace(spec.separator[0], thickness_um=f["separator_thickness"]),),
        average_voltage_v=spec.average_voltage_v,
        liquid=liquid(spec, g_per_ah=float(spec.liquid_g_per_ah)),
        plated_um_per_mah_per_cm2=spec.plated_um_per_mah_per_cm2,
    )


CELLS: dict[str, Callable[[MaterialsDB], Teardown]] = {
    "CATL_161": catl_161,
    "LG_E78": lg_e78,
    "Tesla_4680": tesla_4680,
    "LG_M50": lg_m50,
    "BYD_Blade": byd_blade,
    "HiNa_32140": hina_32140,
    "QSE_5": qse_5,
}
