"""The commands that take a network of one's own as well as a scenario of chemistries."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.command_inputs import (
    ANSWERED,
    CODE_OF_STATUS,
    FAULT,
    INFEASIBLE,
    Asked,
    answer,
    changes_of,
    scenario_of,
)
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.scenario.network_file import NetworkScenario
    from calculator.sourcing.network import Network
    from calculator.sourcing.objectives import Objective
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rule_base import Rule

_TWO_SIDED, _ALL_TWO_SIDED = 5_000, 500
"""Variables up to which both sides of every rule's price, and of every limit's, are sought."""


@dataclass(frozen=True)
class Posed:
    """A question to the optimiser, from either kind of file."""

    name: str
    network: Network
    rules: tuple[Rule, ...]
    objective: Objective | None = None


def optimise_network(asked: Asked) -> int:
    """The best plan of a network of one's own."""
    from calculator.network_reports import network_report, network_text
    from calculator.sourcing import explain

    scenario = _network_scenario(asked)
    ask = scenario.ask
    plan = _solved(Posed(scenario.name, ask.network, ask.rules, ask.objective))
    why = explain(ask.network, ask.rules) if plan.status == "infeasible" else None
    report = network_report(scenario, plan, why)
    answer(asked, report, lambda: network_text(scenario, plan, why))
    return CODE_OF_STATUS.get(plan.status, FAULT)


def _solved(posed: Posed) -> Plan:
    """The plan, with both sides of its prices where that does not take long."""
    from calculator.sourcing import solve
    from calculator.sourcing.answers.sides import with_sides

    network, rules, objective = posed.network, posed.rules, posed.objective
    plan = solve(network, rules, objective=objective)
    n = network.layout.n
    if n > _TWO_SIDED:
        return plan
    return with_sides(network, rules, plan, objective=objective, capacities=n <= _ALL_TWO_SIDED)


def explain(asked: Asked) -> int:
    """Why no plan meets the rules."""
    from calculator.network_reports import explanation_report, explanation_text
    from calculator.sourcing import explain as explained

    posed = _posed(asked)
    why = explained(posed.network, posed.rules)
    answer(asked, explanation_report(posed.name, why), lambda: explanation_text(posed.name, why))
    return ANSWERED if why.feasible else INFEASIBLE


def pareto(asked: Asked) -> int:
    """The front between two objectives."""
    from calculator.front_reports import front_report, front_text
    from calculator.sourcing.answers.pareto import pareto as front_between

    first, second = (_objective(text) for text in (asked.first, asked.second))
    points = None if asked.points is None else _whole("--points", asked.points, 2)
    if first == second:
        said = "--first and --second are the same objective, and there is nothing between them"
        raise InputError(f"{said}; name two")
    posed = _posed(asked)
    front = front_between(posed.network, posed.rules, first, second, points)
    answer(asked, front_report(posed.name, front), lambda: front_text(posed.name, front))
    if front.status != "optimal":
        command = "explain" if front.status == "infeasible" else "optimise"
        said = f"battcalc {command} {printable(asked.scenario)}"
        print(f"battcalc: there is no front; see: {said}", file=sys.stderr)
    return CODE_OF_STATUS.get(front.status, FAULT)


def ranges(asked: Asked) -> int:
    """The range of each flow that the best plan uses."""
    from calculator.range_reports import range_report, range_text
    from calculator.sourcing import solve
    from calculator.sourcing.answers.ranges import ranges as ranged

    posed = _posed(asked)
    plan = solve(posed.network, posed.rules, objective=posed.objective)
    if plan.status != "optimal" or plan.layout is None:
        said = f"there is no plan to range: {printable(asked.scenario)} is {plan.status}"
        print(
            f"battcalc: {said}; see: battcalc explain {printable(asked.scenario)}", file=sys.stderr
        )
        return CODE_OF_STATUS.get(plan.status, FAULT)
    used = [plan.layout.labels[k] for k in (plan.x > 0).nonzero()[0]]
    found = ranged(posed.network, posed.rules, plan, used, objective=posed.objective)
    answer(asked, range_report(posed.name, found), lambda: range_text(posed.name, found))
    return ANSWERED


# --- inputs ----------------------------------------------------------------------------


def _posed(asked: Asked) -> Posed:
    """The question of a file of either kind."""
    from calculator.scenario.network_file import is_network_file

    if is_network_file(asked.scenario):
        stated = _network_scenario(asked)
        return Posed(stated.name, stated.ask.network, stated.ask.rules, stated.ask.objective)
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import stated_scenario

    scenario = scenario_of(asked)
    question = stated_scenario(scenario_database(scenario), scenario)
    return Posed(scenario.name, question.supply.network, question.rules, question.objective)


def _network_scenario(asked: Asked) -> NetworkScenario:
    """A network file; an option that is for chemistries is refused."""
    from calculator.scenario.network_file import load_network

    for name in changes_of(asked):
        option = "pack-energy" if name == "pack" else name
        raise InputError(
            f"--{option} is for a scenario of chemistries and the file states a network of its "
            "own; leave the option out"
        )
    return load_network(asked.scenario)


def _objective(text: str) -> Objective:
    """An objective from a word, or from its keys as a file would hold them."""
    from calculator.scenario.yaml_tree import YamlFaultError, read_tree
    from calculator.sourcing.reading.objective_from import objective_from

    try:
        return objective_from(read_tree(text).value)
    except YamlFaultError as fault:
        raise InputError(f"{printable(text)}: {fault.what}; {fault.remedy}") from None


def _whole(option: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= 1000):
        raise InputError(
            f"{option} is '{printable(text[:40])}'; give a whole number from {least} to 1000"
        )
    return int(text)
