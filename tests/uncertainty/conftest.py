from __future__ import annotations

import pytest

from calculator.requests import request_for
from calculator.uncertainty.run import Asked, Simulation, simulate
from materials_db.database import MaterialsDB
from materials_db.load import load_database


@pytest.fixture(scope="session")
def db() -> MaterialsDB:
    return load_database()


@pytest.fixture(scope="session")
def three(db: MaterialsDB) -> Simulation:
    requests = [request_for(db, name) for name in ("LFP", "NMC811", "ASSB-sulfide-Li")]
    return simulate(db, requests, Asked(draws=4_000, elements=("Li",)))
