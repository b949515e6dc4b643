"""What each command of the terminal does: inputs, one library call, a table or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.command_inputs import (
    ANSWERED,
    BAD_INPUT,
    CODE_OF_STATUS,
    FAULT,
    Asked,
    answer,
    check_out,
    scenario_of,
)
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB


def run(asked: Asked) -> int:
    """Run the command that was asked and return its exit code."""
    inputs = ("scenario", "before", "after", "overlay", "cases")
    check_out(asked, [getattr(asked, name, None) for name in inputs])
    return _COMMANDS[asked.command](asked)


# --- commands --------------------------------------------------------------------------


def _chemistries(asked: Asked) -> int:
    from calculator.listing import chemistries_report, chemistries_text
    from materials_db.load import load_database

    db = load_database(Path(asked.overlay) if asked.overlay else None)
    answer(asked, chemistries_report(db), lambda: chemistries_text(db))
    return ANSWERED


def _compare(asked: Asked) -> int:
    from calculator.reports import comparison_report, comparison_text
    from calculator.scenario.run import evaluate_scenario, scenario_database
    from calculator.tables import shown_in

    scenario = scenario_of(asked)
    write_live = _live_workbook(asked, scenario)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    evaluations = evaluate_scenario(db, scenario)
    report = comparison_report(db, scenario, evaluations, shown)
    write_live(db)
    asked = Asked(**{**vars(asked), "workbook": None})  # a place to write decides no number
    answer(asked, report, lambda: comparison_text(db, scenario, evaluations, shown))
    return ANSWERED


def _live_workbook(asked: Asked, scenario: Scenario) -> Callable[[MaterialsDB], None]:
    """Writes the workbook that was asked for, if one was; its place is checked at once."""
    target = asked.workbook
    if target is None:
        return lambda db: None
    from calculator.workbook import check_workbook, write_workbook

    if asked.out is not None and Path(asked.out).resolve() == Path(target).resolve():
        raise InputError("--out and --workbook name one file; give each its own")
    check_workbook(target, [one for one in (asked.scenario, scenario.overlay) if one])

    def write(db: MaterialsDB) -> None:
        print(f"battcalc: written to {write_workbook(db, scenario, target)}", file=sys.stderr)

    return write


def _minerals(asked: Asked) -> int:
    from calculator.mineral_reports import mineral_report, mineral_text
    from calculator.scenario.run import evaluate_scenario, scenario_database
    from calculator.tables import shown_in

    scenario = scenario_of(asked)
    country = _country(asked.country)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    evaluations = evaluate_scenario(db, scenario)
    report = mineral_report(db, scenario, evaluations, shown, country)
    answer(asked, report, lambda: mineral_text(db, scenario, evaluations, shown, country))
    return ANSWERED


def _country(code: str) -> str:
    from materials_db.countries import COUNTRIES

    if code not in COUNTRIES:
        raise InputError(f"'{printable(code)}' is no country; use its ISO 3166 code, such as 'CHN'")
    return code


def _optimise(asked: Asked) -> int:
    from calculator.network_commands import optimise_network
    from calculator.scenario.network_file import is_network_file

    if is_network_file(asked.scenario):
        return optimise_network(asked)
    from calculator.plan_reports import plan_report, plan_text
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import source_scenario
    from calculator.tables import shown_in

    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    sourced = source_scenario(db, scenario)
    report = plan_report(db, scenario, sourced, shown)
    answer(asked, report, lambda: plan_text(db, scenario, sourced, shown))
    return CODE_OF_STATUS.get(sourced.plan.status, FAULT)


def _check(asked: Asked) -> int:
    from calculator.listing import census_report, census_text
    from materials_db.load import load_database

    db = load_database(Path(asked.overlay) if asked.overlay else None)
    answer(asked, census_report(db), lambda: census_text(db))
    return ANSWERED


def _reference(asked: Asked) -> int:
    from calculator.listing import reference_report, reference_text
    from calculator.reference import read_cases
    from materials_db.load import load_database

    report, faults = reference_report(load_database().data_version, read_cases(asked.cases))
    answer(asked, report, lambda: reference_text(report))
    for fault in faults:
        print(f"battcalc: {fault}", file=sys.stderr)
    return BAD_INPUT if faults else ANSWERED


def _app(asked: Asked) -> int:
    from calculator.server import serve

    return serve(asked.port)


def _projects(asked: Asked) -> int:
    from calculator.project_command import projects

    return projects(asked)


def _landed(asked: Asked) -> int:
    from calculator.landed_command import landed

    return landed(asked)


def _policies(asked: Asked) -> int:
    from calculator.policy_command import policies

    return policies(asked)


def _law(asked: Asked) -> int:
    from calculator.policy_command import law

    return law(asked)


def _on_network(name: str) -> Callable[[Asked], int]:
    """A command that takes a network of one's own as well as a scenario of chemistries."""

    def command(asked: Asked) -> int:
        from calculator import network_commands

        return int(getattr(network_commands, name)(asked))

    return command


def _n1(asked: Asked) -> int:
    from calculator.n1_command import n1

    return n1(asked)


def _uncertainty(asked: Asked) -> int:
    from calculator.uncertainty_command import uncertainty

    return uncertainty(asked)


def _why(asked: Asked) -> int:
    from calculator.why_command import why

    return why(asked)


def _on_sensitivity(name: str) -> Callable[[Asked], int]:
    """A command on what moves a figure."""

    def command(asked: Asked) -> int:
        from calculator import sensitivity_command

        return int(getattr(sensitivity_command, name)(asked))

    return command


def _store(asked: Asked) -> int:
    from calculator.store_command import store

    return store(asked)


def _sweep(asked: Asked) -> int:
    from calculator.sweep_command import sweep

    return sweep(asked)


def _stress(asked: Asked) -> int:
    from calculator.stress_command import stress

    return stress(asked)


def _stockpile(asked: Asked) -> int:
    from calculator.stockpile_command import stockpile

    return stockpile(asked)


def _diff(asked: Asked) -> int:
    from calculator.diff_command import diff

    return diff(asked)


def _package(asked: Asked) -> int:
    from calculator.package_command import package

    return package(asked)


def _passport(asked: Asked) -> int:
    from calculator.passport_command import passport

    return passport(asked)


_COMMANDS: Mapping[str, Callable[[Asked], int]] = {
    "chemistries": _chemistries,
    "compare": _compare,
    "minerals": _minerals,
    "optimise": _optimise,
    "explain": _on_network("explain"),
    "pareto": _on_network("pareto"),
    "ranges": _on_network("ranges"),
    "diff": _diff,
    "landed": _landed,
    "n1": _n1,
    "uncertainty": _uncertainty,
    "tornado": _on_sensitivity("tornado"),
    "sobol": _on_sensitivity("sobol"),
    "breakeven": _on_sensitivity("breakeven"),
    "store": _store,
    "sweep": _sweep,
    "stress": _stress,
    "stockpile": _stockpile,
    "projects": _projects,
    "policies": _policies,
    "law": _law,
    "why": _why,
    "package": _package,
    "passport": _passport,
    "check": _check,
    "app": _app,
    "reference": _reference,
}
