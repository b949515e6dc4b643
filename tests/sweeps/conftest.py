from __future__ import annotations

from pathlib import Path

import pytest

from calculator.sweeps.plan import Sweep
from calculator.sweeps.read import parse_sweep
from materials_db.database import MaterialsDB
from materials_db.load import load_database

SMALL = """
scenario: {chemistries: [LFP]}
vary:
  - {field: chemistries, values: [LFP, NMC811]}
  - {field: volume, values: [5 GWh/year, 30 GWh/year, 80 GWh/year]}
  - {field: price/lithium_carbonate, from: 8, to: 40, steps: 7}
outputs: [cell_usd_per_kwh, pack_usd_per_kwh, specific_energy_wh_per_kg, Li_g_per_kwh]
"""
MANY = """
scenario: {chemistries: [LFP]}
vary:
  - {field: price/lithium_carbonate, from: 8, to: 40, steps: 100}
  - {field: rate/labour_usd_per_h, from: 5, to: 40, steps: 100}
  - {field: yield/cell, from: 0.9, to: 0.98, steps: 20}
outputs: [cell_usd_per_kwh, pack_usd_per_kwh]
"""


@pytest.fixture(scope="session")
def db() -> MaterialsDB:
    return load_database()


@pytest.fixture(scope="session")
def small() -> Sweep:
    return parse_sweep(SMALL)


@pytest.fixture(scope="session")
def many() -> Sweep:
    return parse_sweep(MANY)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
