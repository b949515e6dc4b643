from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from calculator.sensitivity.model import Model
from calculator.uncertainty.inputs import UncertainInput
from materials_db.database import MaterialsDB
from materials_db.load import load_database


@pytest.fixture(scope="session")
def db() -> MaterialsDB:
    return load_database()


def made(
    key: str, low: float, value: float, high: float, kind: str = "triangular"
) -> UncertainInput:
    return UncertainInput(key, f"input {key}", "chemistry", value, low, high, "1", kind)


def model_of(
    function: Callable[[Mapping[str, np.ndarray]], np.ndarray], inputs: Sequence[UncertainInput]
) -> Model:
    """A figure that is a plain function of its inputs."""
    nominal = function({one.key: np.array([one.value]) for one in inputs})
    return Model("test", "cell_usd_per_kwh", float(nominal[0]), function)
