"""Golden tables: headline, cost, elements and masses of some chemistries, number by number.

``python -m tests.calculator.golden`` writes them anew after a change that is meant.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from calculator.evaluation import Evaluation, evaluate, outputs
from calculator.requests import request_for
from materials_db.database import MaterialsDB
from materials_db.load import load_database

FOLDER = Path(__file__).with_name("golden")
CHEMISTRIES = (
    "LFP",
    "NMC811",
    "NCA-Si",
    "SSL-LFP",
    "SSL-Ni95-Si",
    "ASSB-sulfide-Si",
    "ASSB-polymer-LFP",
    "QSS-oxide-AF",
    "Na-NFM",
)
REQUEST = {
    "deck": "quotes_2025-06",
    "region": "CHN",
    "year": 2025,
    "cell_format": "prismatic_EV",
}
COLUMNS = ("table", "item", "part", "value", "unit")
Key = tuple[str, str, str, str]
_UNITS = {
    "cell_usd_per_kwh": "USD_2025/kWh",
    "pack_usd_per_kwh": "USD_2025/kWh",
    "specific_energy_wh_per_kg": "Wh/kg",
    "energy_density_wh_per_l": "Wh/L",
}


def table_of(db: MaterialsDB, chemistry: str) -> dict[Key, float]:
    """Every number of a chemistry by table, item, part and unit."""
    found = evaluate(db, request_for(db, chemistry, **REQUEST))
    return {key: float(value) for key, value in _rows(found)}


def _rows(found: Evaluation) -> Iterator[tuple[Key, object]]:
    for name, value in outputs(found.result).items():
        yield ("headline", name, "", _UNITS[name]), value
    yield ("headline", "cell_capacity", "", "Ah"), found.cell.capacity_ah
    yield ("headline", "pack_mass", "", "kg"), found.pack.mass_kg
    for view in ("marginal", "levelised"):
        yield ("headline", f"cell_{view}", "", "USD_2025/kWh"), found.cost.view(view)
    for scope in ("cell", "pack"):
        for name, value in found.cost.by_component(scope).items():
            yield (f"cost of the {scope}", name, "", "USD_2025/kWh"), value
    for name, value in found.cost.by_step().items():
        yield ("cost by step", name, "", "USD_2025/kWh"), value
    for line in found.elements.lines:
        where = (line.element, line.component, "g/kWh")
        yield ("elements in the cell", *where), line.in_cell_g_per_kwh
        yield ("elements bought", *where), line.bought_g_per_kwh
    for (component, material), grams in found.cell.mass_g_by_part.items():
        yield ("masses", component, material, "g"), grams


def read(chemistry: str) -> dict[Key, float]:
    """The golden table of a chemistry as it stands in its file."""
    with (FOLDER / f"{chemistry}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {(r["table"], r["item"], r["part"], r["unit"]): float(r["value"]) for r in rows}


def write(db: MaterialsDB, chemistry: str) -> None:
    """Write the golden table of a chemistry."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{chemistry}.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for (table, item, part, unit), value in table_of(db, chemistry).items():
            rows.writerow((table, item, part, repr(value), unit))


if __name__ == "__main__":
    shipped = load_database()
    for stale in FOLDER.glob("*.csv"):
        stale.unlink()
    for name in CHEMISTRIES:
        write(shipped, name)
