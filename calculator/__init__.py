"""Battery chemistry to cost, minerals and sourcing mix.

The public names below are imported when first used, so that ``import calculator`` is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "load_database": "materials_db.load",
    "load_chemistry": "materials_db.load",
    "Request": "calculator.evaluation",
    "Evaluation": "calculator.evaluation",
    "evaluate": "calculator.evaluation",
    "evaluate_draws": "calculator.evaluation",
    "request_for": "calculator.requests",
    "ReferenceInputs": "calculator.reference",
    "reference_design": "calculator.reference",
    "Scenario": "calculator.scenario",
    "load_scenario": "calculator.scenario",
    "load_network": "calculator.scenario",
    "source_scenario": "calculator.scenario.sourcing",
}
__all__ = sorted(_PUBLIC)  # noqa: PLE0605
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'calculator' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
