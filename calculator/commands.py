"""What each command of the terminal does: inputs, one library call, a table or a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.export import Report
    from calculator.scenario.schema import Scenario

ANSWERED, INFEASIBLE, BAD_INPUT, FAULT = 0, 1, 2, 3
_CODE_OF_STATUS = {"optimal": ANSWERED, "infeasible": INFEASIBLE, "unbounded": BAD_INPUT}
Asked = argparse.Namespace


def run(asked: Asked) -> int:
    """Run the command that was asked and return its exit code."""
    _check_out(asked, [getattr(asked, name, None) for name in ("scenario", "overlay", "cases")])
    return _COMMANDS[asked.command](asked)


def _check_out(asked: Asked, inputs: Iterable[str | None]) -> None:
    """Refuse a file that cannot be written, or that this call reads."""
    out = getattr(asked, "out", None)
    if out is not None:
        from calculator.export import check_target

        check_target(out, [path for path in inputs if path])


def _answer(asked: Asked, report: Report, text: Callable[[], str]) -> None:
    """Write the answer where a file was asked for, and print it."""
    from calculator.export import json_text, write_report

    shown = json_text(report.answer or {}) if asked.json else f"{text()}\n"
    if asked.out is not None:
        print(f"battcalc: written to {write_report(report, asked.out)}", file=sys.stderr)
    sys.stdout.write(shown)


# --- scenarios -------------------------------------------------------------------------


def _changes(asked: Asked) -> dict[str, Any]:
    """Options as a scenario file would hold them."""
    names = ("deck", "region", "volume", "format", "year", "currency", "overlay")
    changes: dict[str, Any] = {
        name: getattr(asked, name) for name in names if getattr(asked, name) is not None
    }
    if asked.pack_energy is not None:
        changes["pack"] = {"energy": asked.pack_energy}
    if getattr(asked, "names", None):
        changes["chemistries"] = list(asked.names)
    return changes


def _scenario(asked: Asked) -> Scenario:
    """The scenario asked for, once it is known that no file of it is written over."""
    scenario = _read_scenario(asked)
    _check_out(asked, _files_of(scenario))
    return scenario


def _files_of(scenario: Scenario) -> list[str | None]:
    """Files of the user's that a scenario names."""
    from calculator.scenario.read import is_path

    sourced = scenario.sourcing.chemistry if scenario.sourcing else None
    names = (*scenario.chemistries, scenario.format, sourced)
    return [*(name for name in names if name and is_path(name)), scenario.overlay]


def _read_scenario(asked: Asked) -> Scenario:
    from calculator.scenario.read import load_scenario, make_scenario

    changes = _changes(asked)
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


# --- commands --------------------------------------------------------------------------


def _chemistries(asked: Asked) -> int:
    from calculator.listing import chemistries_report, chemistries_text
    from materials_db.load import load_database

    db = load_database(Path(asked.overlay) if asked.overlay else None)
    _answer(asked, chemistries_report(db), lambda: chemistries_text(db))
    return ANSWERED


def _compare(asked: Asked) -> int:
    from calculator.reports import comparison_report, comparison_text
    from calculator.scenario.run import evaluate_scenario, scenario_database
    from calculator.tables import shown_in

    scenario = _scenario(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    evaluations = evaluate_scenario(db, scenario)
    report = comparison_report(db, scenario, evaluations, shown)
    _answer(asked, report, lambda: comparison_text(db, scenario, evaluations, shown))
    return ANSWERED


def _minerals(asked: Asked) -> int:
    from calculator.mineral_reports import mineral_report, mineral_text
    from calculator.scenario.run import evaluate_scenario, scenario_database
    from calculator.tables import shown_in

    scenario = _scenario(asked)
    country = _country(asked.country)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    evaluations = evaluate_scenario(db, scenario)
    report = mineral_report(db, scenario, evaluations, shown, country)
    _answer(asked, report, lambda: mineral_text(db, scenario, evaluations, shown, country))
    return ANSWERED


def _country(code: str) -> str:
    from materials_db.countries import COUNTRIES

    if code not in COUNTRIES:
        raise InputError(f"'{printable(code)}' is no country; use its ISO 3166 code, such as 'CHN'")
    return code


def _optimise(asked: Asked) -> int:
    from calculator.plan_reports import plan_report, plan_text
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import source_scenario
    from calculator.tables import shown_in

    scenario = _scenario(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    sourced = source_scenario(db, scenario)
    report = plan_report(db, scenario, sourced, shown)
    _answer(asked, report, lambda: plan_text(db, scenario, sourced, shown))
    return _CODE_OF_STATUS.get(sourced.plan.status, FAULT)


def _check(asked: Asked) -> int:
    from calculator.listing import census_report, census_text
    from materials_db.load import load_database

    db = load_database(Path(asked.overlay) if asked.overlay else None)
    _answer(asked, census_report(db), lambda: census_text(db))
    return ANSWERED


def _reference(asked: Asked) -> int:
    from calculator.listing import reference_report, reference_text
    from calculator.reference import read_cases
    from materials_db.load import load_database

    report, faults = reference_report(load_database().data_version, read_cases(asked.cases))
    _answer(asked, report, lambda: reference_text(report))
    for fault in faults:
        print(f"battcalc: {fault}", file=sys.stderr)
    return BAD_INPUT if faults else ANSWERED


def _app(asked: Asked) -> int:
    from calculator.server import serve

    return serve(asked.port)


_COMMANDS: Mapping[str, Callable[[Asked], int]] = {
    "chemistries": _chemistries,
    "compare": _compare,
    "minerals": _minerals,
    "optimise": _optimise,
    "check": _check,
    "app": _app,
    "reference": _reference,
}
