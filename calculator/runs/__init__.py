"""The run id: one short text that names all that decides the numbers of an answer."""

from calculator.runs.call import FREE_OPTIONS, call_inputs
from calculator.runs.code import code_version
from calculator.runs.run import Run, run_of, scenario_inputs, scenario_run
from calculator.runs.solvers import LIBRARIES, solver_versions

__all__ = [
    "FREE_OPTIONS",
    "LIBRARIES",
    "Run",
    "call_inputs",
    "code_version",
    "run_of",
    "scenario_inputs",
    "scenario_run",
    "solver_versions",
]
