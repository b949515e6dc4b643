"""What each command of the terminal does: inputs, one library call, a table or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

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
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    evaluations = evaluate_scenario(db, scenario)
    report = comparison_report(db, scenario, evaluations, shown)
    answer(asked, report, lambda: comparison_text(db, scenario, evaluations, shown))
    return ANSWERED


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


def _why(asked: Asked) -> int:
    from calculator.why_command import why

    return why(asked)


def _stress(asked: Asked) -> int:
    from calculator.stress_command import stress

    return stress(asked)


def _stockpile(asked: Asked) -> int:
    from calculator.stockpile_command import stockpile

    return stockpile(asked)


_COMMANDS: Mapping[str, Callable[[Asked], int]] = {
    "chemistries": _chemistries,
    "compare": _compare,
    "minerals": _minerals,
    "optimise": _optimise,
    "explain": _on_network("explain"),
    "pareto": _on_network("pareto"),
    "ranges": _on_network("ranges"),
    "diff": _on_network("diff"),
    "landed": _landed,
    "n1": _n1,
    "stress": _stress,
    "stockpile": _stockpile,
    "projects": _projects,
    "policies": _policies,
    "law": _law,
    "why": _why,
    "check": _check,
    "app": _app,
    "reference": _reference,
}
