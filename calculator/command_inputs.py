"""What a command of the terminal takes in and gives out: options, scenario, answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError

if TYPE_CHECKING:
    from calculator.export import Report
    from calculator.runs import Run
    from calculator.scenario.schema import Scenario

ANSWERED, INFEASIBLE, BAD_INPUT, FAULT = 0, 1, 2, 3
CODE_OF_STATUS = {"optimal": ANSWERED, "infeasible": INFEASIBLE, "unbounded": BAD_INPUT}
Asked = argparse.Namespace


def check_out(asked: Asked, inputs: Iterable[str | None]) -> None:
    """Refuse a file that cannot be written, or that this call reads."""
    out = getattr(asked, "out", None)
    if out is not None:
        from calculator.export import check_target

        check_target(out, [path for path in inputs if path])


def answer(asked: Asked, report: Report, text: Callable[[], str]) -> None:
    """Write the answer where a file was asked for, and print it; both bear the run's id."""
    from calculator.export import json_text, stamped, write_report

    report = stamped(report, run_of_call(asked))
    shown = json_text(report.answer or {}) if asked.json else f"{text()}\n"
    if asked.out is not None:
        print(f"battcalc: written to {write_report(report, asked.out)}", file=sys.stderr)
    sys.stdout.write(shown)


_OF_TODAY = frozenset({"landed", "policies", "check"})
"""Commands that answer as of the day they are asked where no day is given."""
_NO_DATA = "none"


def run_of_call(asked: Asked) -> Run:
    """The run of a call: its scenario with what else was asked, data, code and solvers."""
    from calculator.runs import call_inputs, run_of
    from materials_db.load import load_database

    options = {**vars(asked), **_compared(asked)}
    question, from_database = _question(asked)
    today = None
    if asked.command in _OF_TODAY and getattr(asked, "on", None) is None:
        today = date.today().isoformat()
    inputs = call_inputs(options, question, today=today)
    return run_of(inputs, load_database().data_version if from_database else _NO_DATA)


def _compared(asked: Asked) -> dict[str, str]:
    """The two files of a comparison, each by what it asks."""
    return {
        name: _asked_by(getattr(asked, name), {})[0]
        for name in ("before", "after")
        if hasattr(asked, name)
    }


def _question(asked: Asked) -> tuple[str | None, bool]:
    """Hash of the scenario of a call, if it has one, and whether the database answers it."""
    changes, file = changes_of(asked), getattr(asked, "scenario", None)
    if file is not None:
        return _asked_by(file, _from_here(changes))
    if "chemistries" not in changes:
        return None, True
    from calculator.scenario import make_scenario, scenario_hash

    return scenario_hash(make_scenario(changes, "command line")), True


def _asked_by(file: str, changes: Mapping[str, Any]) -> tuple[str, bool]:
    """Hash of what a scenario file of either kind asks, and whether the database answers it.

    What is no scenario file, such as the plan of a sweep, counts by its content.
    """
    from calculator.scenario import ScenarioError, is_network_file, load_network, load_scenario
    from calculator.scenario.write import content_of, hash_of, scenario_hash

    try:
        if is_network_file(file):
            return hash_of(dict(load_network(file).stated)), False
        return scenario_hash(load_scenario(file, changes)), True
    except ScenarioError:
        return hash_of([content_of(file), *changes.items()]), True


def changes_of(asked: Asked) -> dict[str, Any]:
    """Options as a scenario file would hold them."""
    names = ("deck", "region", "volume", "format", "year", "currency", "overlay")
    changes: dict[str, Any] = {
        name: getattr(asked, name) for name in names if getattr(asked, name, None) is not None
    }
    if getattr(asked, "pack_energy", None) is not None:
        changes["pack"] = {"energy": asked.pack_energy}
    if getattr(asked, "names", None):
        changes["chemistries"] = list(asked.names)
    return changes


def scenario_of(asked: Asked) -> Scenario:
    """The scenario asked for, once it is known that no file of it is written over."""
    scenario = _read_scenario(asked)
    check_out(asked, files_of(scenario))
    return scenario


def files_of(scenario: Scenario) -> list[str | None]:
    """Files of the user's that a scenario names."""
    from calculator.scenario.read import is_path

    asked = scenario.sourcing
    sourced = (asked.chemistry, *asked.chemistries) if asked else ()
    names = (*scenario.chemistries, scenario.format, *sourced)
    return [*(name for name in names if name and is_path(name)), scenario.overlay]


def _read_scenario(asked: Asked) -> Scenario:
    from calculator.scenario.read import load_scenario, make_scenario

    changes = changes_of(asked)
    if asked.scenario is not None:
        return load_scenario(asked.scenario, _from_here(changes))
    if "chemistries" not in changes:
        raise InputError(
            f"no chemistry named; write some, such as: battcalc {asked.command} LFP NMC811"
        )
    return make_scenario(changes, "command line")


def _from_here(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Paths of options are taken from the working folder, not from that of the scenario."""
    from calculator.scenario.read import is_path

    def place(value: Any, always: bool = False) -> Any:
        is_text = isinstance(value, str)
        return str(Path(value).absolute()) if is_text and (always or is_path(value)) else value

    placed = {key: place(value, key == "overlay") for key, value in changes.items()}
    if "chemistries" in placed:
        placed["chemistries"] = [place(name) for name in changes["chemistries"]]
    return placed
