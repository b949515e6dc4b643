"""Figures that several tests ask for, worked out once."""

from __future__ import annotations

import pytest

from calculator.scenario import Scenario
from calculator.scenario.read import make_scenario
from calculator.why import Figures, compared_figures
from materials_db.database import MaterialsDB
from materials_db.load import load_database

CHEMISTRIES = ("LFP", "NMC811", "ASSB-sulfide-Li")


@pytest.fixture(scope="session")
def db() -> MaterialsDB:
    return load_database()


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    asked = {"chemistries": list(CHEMISTRIES), "region": "DEU", "currency": "EUR", "year": 2024}
    return make_scenario(asked, "test")


@pytest.fixture(scope="session")
def compared(db: MaterialsDB, scenario: Scenario) -> Figures:
    return compared_figures(db, scenario)
