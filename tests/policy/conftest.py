"""One network of German and one of American buyers, built once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calculator.scenario import make_scenario
from calculator.scenario.schema import Scenario

Make = Callable[..., Scenario]


@pytest.fixture(scope="session")
def plan_for() -> Make:
    def make(importer: str, *policies: Any, chemistry: str = "NMC811", **more: Any) -> Scenario:
        sourcing = {"importer": importer, "policies": list(policies), **more}
        return make_scenario({"chemistries": [chemistry], "sourcing": sourcing})

    return make
