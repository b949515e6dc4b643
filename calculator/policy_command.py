"""``battcalc policies`` and ``battcalc law``: the laws of the table, and what one costs a plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.command_inputs import ANSWERED, CODE_OF_STATUS, FAULT, Asked, answer, scenario_of
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.scenario.policies import PolicyChoice
    from calculator.scenario.schema import Scenario

_TEXTS = ("product", "cap", "threshold", "rate", "life")
_LISTS = ("trusted", "materials", "requirements")


def policies(asked: Asked) -> int:
    """List the laws, those of one jurisdiction or as they stand on a day."""
    from calculator.policy_reports import policies_report, policies_text
    from materials_db.load import load_database

    db = load_database(Path(asked.overlay) if asked.overlay else None)
    on = asked.on or date.today().isoformat()
    report = policies_report(db, on, asked.jurisdiction)
    answer(asked, report, lambda: policies_text(db, on, asked.jurisdiction))
    return ANSWERED


def law(asked: Asked) -> int:
    """Solve the plan of a scenario with a law and without it."""
    from calculator.policy_reports import law_report, law_text
    from calculator.scenario.law_cost import law_cost
    from calculator.scenario.run import scenario_database
    from calculator.tables import shown_in

    scenario = scenario_of(asked)
    choice = _choice(asked, scenario)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    found = law_cost(db, scenario, choice)
    report = law_report(db, scenario, found, shown)
    answer(asked, report, lambda: law_text(db, scenario, found, shown))
    return CODE_OF_STATUS.get(found.held.status, FAULT)


def _choice(asked: Asked, scenario: Scenario) -> PolicyChoice:
    """The law with the keys of the options, over those the scenario gives it."""
    stated = _stated(asked, scenario)
    given: dict[str, Any] = {k: getattr(asked, k) for k in _TEXTS if getattr(asked, k) is not None}
    given |= {k: getattr(asked, k).split(",") for k in _LISTS if getattr(asked, k) is not None}
    given |= {"credit": True} if asked.credit else {}
    if asked.law_year is not None:
        given["year"] = _year(asked.law_year)
    values = {**stated, **given, "policy": asked.policy}
    if "year" not in values:
        raise InputError("the law has no year; add --year, such as --year 2030")
    return _checked(values)


def _stated(asked: Asked, scenario: Scenario) -> dict[str, Any]:
    """The same law in the scenario, as its file holds it."""
    policies = scenario.sourcing.policies if scenario.sourcing else ()
    found = next((one for one in policies if one.policy == asked.policy), None)
    return found.model_dump(mode="json", by_alias=True, exclude_defaults=True) if found else {}


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InputError(f"--year is '{printable(text[:40])}'; give a year, such as 2030")
    return int(text)


def _checked(values: dict[str, Any]) -> PolicyChoice:
    from pydantic import ValidationError

    from calculator.scenario.policies import PolicyChoice
    from calculator.scenario.quantity import AS_TEXT

    try:
        return PolicyChoice.model_validate(values, by_alias=True, by_name=False, context=AS_TEXT)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "-".join(str(step) for step in first["loc"][:1])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"--{where}: {printable(said)}; mend the option") from None
