"""The run: inputs, data version, code version and solvers, and the hash that names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calculator.runs.code import code_version
from calculator.runs.solvers import solver_versions
from calculator.scenario.write import hash_of, scenario_hash

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Run:
    """What decides the numbers of an answer: two runs of one id give the same numbers."""

    inputs: str
    """Hash of what was asked, 16 hexadecimal digits."""
    data_version: str
    code_version: str = field(default_factory=code_version)
    solvers: Mapping[str, str] = field(default_factory=solver_versions)
    """Version by library."""

    @property
    def id(self) -> str:
        """The run id: 16 hexadecimal digits of the hash of all four."""
        return hash_of([self.inputs, self.data_version, self.code_version, dict(self.solvers)])

    @property
    def solver(self) -> str:
        """The libraries with their versions, in one line."""
        return ", ".join(f"{name} {version}" for name, version in self.solvers.items())

    def facts(self) -> dict[str, str]:
        """The run as facts that stand on every export, by key."""
        return {
            "run": self.id,
            "run_inputs": self.inputs,
            "run_data_version": self.data_version,
            "code_version": self.code_version,
            "solver": self.solver,
        }


def run_of(inputs: Mapping[str, Any], data_version: str) -> Run:
    """The run of inputs given as plain values.

    Args:
        inputs: texts, numbers, truth values, lists and mappings of them; the order of keys does
            not count, and what is None counts as left out.
        data_version: of the database the numbers rest on; empty where they rest on none.

    Raises:
        TypeError: a value is none of these.
    """
    return Run(hash_of(_given(inputs)), data_version)


def scenario_inputs(scenario: Scenario) -> dict[str, Any]:
    """Inputs of a run that answers a scenario and is asked nothing more."""
    return {"scenario": scenario_hash(scenario)}


def scenario_run(db: MaterialsDB, scenario: Scenario, **further: Any) -> Run:
    """The run of a scenario on a database.

    All that a scenario alone decides shares its run: the comparison, the plan, a workbook.
    ``further`` holds what else was asked, by name, in plain values. Rows of the user's count by
    their content, whether the scenario names them or they lie over the database already.
    """
    laid_by_scenario = scenario.overlay is not None  # its content stands in the hash
    version = db.data_version.partition("+")[0] if laid_by_scenario else db.data_version
    return run_of({**scenario_inputs(scenario), **further}, version)


def _given(value: Any) -> Any:
    """The value without what was left out, at any depth."""
    if isinstance(value, Mapping):
        return {str(key): _given(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_given(item) for item in value]
    return value
