from __future__ import annotations

import pytest

from materials_db.database import MaterialsDB
from materials_db.load import load_database


@pytest.fixture(scope="session")
def db() -> MaterialsDB:
    return load_database()
