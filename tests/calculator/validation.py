"""The column "ours" of docs/validation.md, computed anew.

``python -m tests.calculator.validation`` prints every row by its first cell.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from calculator.evaluation import Evaluation, evaluate
from calculator.requests import request_for
from materials_db.database import MaterialsDB
from materials_db.load import load_database

SLOW_START = {"yields": {"cell": 0.85}, "volume_gwh_per_year": 10.0}
COUNTRIES = ("CHN", "KOR", "JPN", "USA", "DEU", "HUN", "POL", "IND")
SOLID = {
    "QSS-oxide-AF": "NMC811",
    "ASSB-sulfide-AF": "NMC811",
    "ASSB-sulfide-Li": "NMC811",
    "ASSB-oxide-Li": "NMC811",
    "ASSB-halide-Li": "NMC811",
    "ASSB-sulfide-Si": "NMC811",
    "ASSB-polymer-LFP": "LFP",
}
REFERENCE = {
    "LFP": {"positive_capacity_mah_per_g": 156.7, "average_voltage_v": 3.3247},
    "NMC811": {"positive_capacity_mah_per_g": 213.6, "average_voltage_v": 3.7132},
}
"""Capacity and voltage that BatPaC 5.0 takes at face value."""


@cache
def shipped() -> MaterialsDB:
    """The shipped database."""
    return load_database()


def found(
    chemistry: str, deck: str, region: str = "CHN", year: int = 2025, **more: Any
) -> Evaluation:
    """One evaluation in the default format."""
    return evaluate(
        shipped(), request_for(shipped(), chemistry, deck=deck, region=region, year=year, **more)
    )


def targets() -> dict[str, str]:
    """Cells and packs against what was read in the market."""
    rows: dict[str, str] = {}
    for chemistry in ("LFP", "NMC811", "NMC532"):
        e = found(chemistry, "average_2024", year=2024)
        rows[f"cell, China, August 2024, {chemistry}"] = (
            f"{e.cost.cell_usd_per_kwh:.0f} (marginal {e.cost.view('marginal'):.0f})"
        )
    for chemistry in ("LFP", "NMC532"):
        e = found(chemistry, "average_2025")
        rows[f"cell, China, November 2025, {chemistry}"] = (
            f"{e.cost.cell_usd_per_kwh:.0f} (marginal {e.cost.view('marginal'):.0f})"
        )
    for chemistry, label in (("LFP", "LFP"), ("NMC811", "NMC")):
        packs = [
            f"{region} {found(chemistry, 'average_2025', region).cost.pack_usd_per_kwh:.0f}"
            for region in ("CHN", "USA", "DEU")
        ]
        rows[f"pack, world 2025, {label}"] = ", ".join(packs)
    rows["pack, China 2025, all"] = " to ".join(
        f"{found(c, 'average_2025').cost.pack_usd_per_kwh:.0f}" for c in ("LFP", "NMC811")
    )
    for region, label in (("USA", "North America"), ("DEU", "Europe")):
        rows[f"pack, {label} over China"] = premium(region) + ", " + premium(region, **SLOW_START)
    for chemistry, elements in (("LFP", ("Li",)), ("NMC811", ("Li", "Ni", "Co"))):
        rows[f"g/kWh, {chemistry}"] = "; ".join(
            intensity(chemistry, elements, cell)
            for cell in ({**REFERENCE[chemistry], "utilisation": 1.0}, {})
        )
    return rows


def premium(region: str, **more: Any) -> str:
    """Cost of a pack over that of a settled plant in China, LFP and NMC811, in percent."""
    shares = [
        found(c, "average_2025", region, **more).cost.pack_usd_per_kwh
        / found(c, "average_2025").cost.pack_usd_per_kwh
        - 1.0
        for c in ("LFP", "NMC811")
    ]
    return " / ".join(f"{share * 100:+.0f}" for share in shares) + " %"


def intensity(chemistry: str, elements: tuple[str, ...], cell: dict[str, float]) -> str:
    """Grams a kWh in the cell."""
    e = found(chemistry, "average_2025", cell=cell)
    return ", ".join(f"{e.elements.in_cell_g_per_kwh(x):.0f} {x}" for x in elements)


def regions() -> dict[str, tuple[str, ...]]:
    """LFP by country of the plant: cell, over China, labour, energy, capital; NMC811 over China."""
    rows = {}
    base = {c: found(c, "average_2025").cost.cell_usd_per_kwh for c in ("LFP", "NMC811")}
    for region in COUNTRIES:
        cost = found("LFP", "average_2025", region).cost
        other = found("NMC811", "average_2025", region).cost
        unit = cost.cell
        labour = unit.labour_usd + unit.overhead_on_labour_usd + unit.gsa_on_labour_usd
        rows[region] = (
            f"{cost.cell_usd_per_kwh:.0f}",
            f"{(cost.cell_usd_per_kwh / base['LFP'] - 1) * 100:+.0f} %",
            f"{labour:.1f}",
            f"{unit.electricity_usd:.1f}",
            f"{unit.capital_usd:.1f}",
            f"{other.cell_usd_per_kwh:.0f}",
            f"{(other.cell_usd_per_kwh / base['NMC811'] - 1) * 100:+.0f} %",
        )
    return rows


def solids() -> dict[str, tuple[str, ...]]:
    """Cost now and at scale, lithium by place, and over the liquid cell of the same cathode."""
    rows = {}
    for name, liquid in SOLID.items():
        now, later = found(name, "quotes_2026-06"), found(name, "scale_2030")
        held = dict.fromkeys(("positive coating", "separator", "negative", "electrolyte"), 0.0)
        for line in now.elements.lines:
            if line.element == "Li":
                place = line.component if line.component in held else "negative"
                held[place] += float(line.in_cell_g_per_kwh)
        all_g = now.elements.in_cell_g_per_kwh("Li")
        base_g = found(liquid, "quotes_2026-06").elements.in_cell_g_per_kwh("Li")
        rows[name] = (
            f"{now.cost.cell_usd_per_kwh:.0f}",
            f"{later.cost.cell_usd_per_kwh:.0f}",
            " + ".join(f"{grams:.0f}" for grams in held.values()),
            f"{(all_g / base_g - 1) * 100:+.0f} %",
        )
    return rows


if __name__ == "__main__":
    for table in (targets(), regions(), solids()):
        for label, cells in table.items():
            print(label, "|", cells if isinstance(cells, str) else " | ".join(cells))
