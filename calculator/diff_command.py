"""The command ``diff``: what changed between two scenario files, in costs and in plans."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.command_inputs import ANSWERED, CODE_OF_STATUS, FAULT, Asked, answer
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.scenario.difference import ScenarioDifference
    from calculator.scenario.schema import Scenario
    from calculator.sourcing.plan import Plan


def diff(asked: Asked) -> int:
    """Inputs, costs and plans of two files side by side, as far as both have them.

    Two scenarios of chemistries are compared by what each chemistry costs, and by their plans
    where both ask a sourcing question; where one states a network of its own, by the plans alone.

    Raises:
        InputError: a scenario cannot be evaluated, or there is nothing that both have.
    """
    from calculator.diff_reports import diff_report, diff_text
    from calculator.sourcing.answers.diff import diff as differing

    files = (asked.before, asked.after)
    scenarios = [_scenario(file) for file in files]
    compared = _compared(*scenarios)
    both_ask = all(one is None or one.sourcing is not None for one in scenarios)
    plans = [_plan_of(file) for file in files] if compared is None or both_ask else []
    for file, plan in zip(files, plans, strict=False):
        if plan.status != "optimal":
            said = f"there is no plan to compare: {printable(file)} is {plan.status}"
            print(f"battcalc: {said}; see: battcalc explain {printable(file)}", file=sys.stderr)
            return CODE_OF_STATUS.get(plan.status, FAULT)
    names = (Path(files[0]).name, Path(files[1]).name)
    found = differing(*plans) if plans else None
    report = diff_report(names, found, compared)
    answer(asked, report, lambda: diff_text(names, found, compared))
    return ANSWERED


def _scenario(file: str) -> Scenario | None:
    """The scenario of a file; None where it states a network of its own."""
    from calculator.scenario.network_file import is_network_file
    from calculator.scenario.read import load_scenario

    return None if is_network_file(file) else load_scenario(file)


def _compared(before: Scenario | None, after: Scenario | None) -> ScenarioDifference | None:
    from calculator.scenario.difference import scenario_difference

    return None if before is None or after is None else scenario_difference(before, after)


def _plan_of(file: str) -> Plan:
    """The plan of either kind of file."""
    from calculator.scenario.network_file import is_network_file, load_network
    from calculator.sourcing import solve

    if is_network_file(file):
        ask = load_network(file).ask
        return solve(ask.network, ask.rules, objective=ask.objective)
    from calculator.scenario.read import load_scenario
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import stated_scenario

    scenario = load_scenario(file)
    question = stated_scenario(scenario_database(scenario), scenario)
    return solve(question.supply.network, question.rules, objective=question.objective)
