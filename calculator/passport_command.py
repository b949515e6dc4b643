"""The command ``passport``: a chemistry under the names of the battery passport, or of BPX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calculator.command_inputs import ANSWERED, Asked, answer, scenario_of
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB


def passport(asked: Asked) -> int:
    """What is known of a chemistry under the names of others, and what is missing.

    Raises:
        InputError: the chemistry is none of the scenario's, or cannot be evaluated.
    """
    from calculator.packages import make_bpx, make_passport
    from calculator.passport_reports import bpx_report, bpx_text, passport_report, passport_text
    from calculator.scenario.run import scenario_database

    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    evaluation = _evaluation(db, scenario, asked.chemistry)
    if asked.bpx:
        found = make_bpx(evaluation)
        answer(asked, bpx_report(db, scenario, evaluation, found), lambda: bpx_text(found))
        return ANSWERED
    known = make_passport(db, evaluation, _sourced(db, scenario, evaluation))
    report = passport_report(db, scenario, evaluation, known)
    answer(asked, report, lambda: passport_text(evaluation, known))
    return ANSWERED


def _evaluation(db: MaterialsDB, scenario: Scenario, name: str | None) -> Evaluation:
    from calculator.evaluation import evaluate
    from calculator.scenario.run import scenario_request
    from materials_db.faults import did_you_mean
    from materials_db.load import load_chemistry

    ids = {load_chemistry(db, reference).id: reference for reference in scenario.chemistries}
    chosen = name or next(iter(ids))
    reference = ids.get(chosen) or (chosen if chosen in scenario.chemistries else None)
    if reference is None:
        hint = did_you_mean(chosen, list(ids))
        raise InputError(f"'{printable(chosen)}' is no chemistry of the scenario; {hint}")
    return evaluate(db, scenario_request(db, scenario, reference))


def _sourced(db: MaterialsDB, scenario: Scenario, evaluation: Evaluation) -> Sourced | None:
    """The scenario's plan, where it is for this chemistry alone."""
    from calculator.scenario.sourcing import source_scenario

    if scenario.sourcing is None:
        return None
    sourced = source_scenario(db, scenario)
    return sourced if sourced.chemistry == evaluation.chemistry.id else None
