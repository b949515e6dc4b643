"""What a command of the terminal takes in and gives out: options, scenario, answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError

if TYPE_CHECKING:
    from calculator.export import Report
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
    """Write the answer where a file was asked for, and print it."""
    from calculator.export import json_text, write_report

    shown = json_text(report.answer or {}) if asked.json else f"{text()}\n"
    if asked.out is not None:
        print(f"battcalc: written to {write_report(report, asked.out)}", file=sys.stderr)
    sys.stdout.write(shown)


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
    check_out(asked, _files_of(scenario))
    return scenario


def _files_of(scenario: Scenario) -> list[str | None]:
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
