"""``battcalc tornado``, ``sobol`` and ``breakeven``: what moves a figure, and where it turns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from calculator.command_inputs import ANSWERED, Asked, answer, scenario_of
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.case import Request
    from calculator.scenario.schema import Scenario
    from calculator.sensitivity.model import Model
    from calculator.uncertainty.inputs import UncertainInput
    from materials_db.database import MaterialsDB

TOP = 15
PLAN_SAMPLES = 8
"""Base points where each run is a solve."""


def tornado(asked: Asked) -> int:
    """Move each input to its low and its high."""
    from calculator.scenario.run import scenario_database
    from calculator.sensitivity.tornado import tornado as bars
    from calculator.sensitivity_reports import tornado_report, tornado_text
    from calculator.tables import shown_in

    top = _whole(asked.top, "--top", TOP, least=1)
    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    model, inputs = _model(asked, db, scenario)
    with _told():
        found = bars(model, inputs)
    report = tornado_report(db, scenario, found, shown, top)
    answer(asked, report, lambda: tornado_text(scenario, found, shown, top))
    return ANSWERED


def sobol(asked: Asked) -> int:
    """Part of the variance that each input is behind."""
    from calculator.scenario.run import scenario_database
    from calculator.sensitivity.indices import SAMPLES, SEED, sobol_indices
    from calculator.sensitivity.planned import is_of_plan
    from calculator.sensitivity_reports import sobol_report, sobol_text
    from calculator.tables import shown_in

    top = _whole(asked.top, "--top", TOP, least=1)
    few = PLAN_SAMPLES if is_of_plan(asked.output) else SAMPLES
    samples = _whole(asked.samples, "--samples", few, least=4)
    seed = _whole(asked.seed, "--seed", SEED)
    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    model, inputs = _model(asked, db, scenario)
    with _told():
        found = sobol_indices(model, inputs, samples, seed, asked.second_order)
    report = sobol_report(db, scenario, found, shown)
    answer(asked, report, lambda: sobol_text(scenario, found, shown, top))
    return ANSWERED


def breakeven(asked: Asked) -> int:
    """Values of a number at which a figure reaches a target or that of another chemistry."""
    from calculator.scenario.run import scenario_database, scenario_request
    from calculator.sensitivity.breakeven import Range, break_even
    from calculator.sensitivity_reports import break_even_report, break_even_text
    from calculator.tables import shown_in

    if asked.input is None:
        raise InputError("no number is named; write --input, such as price/lithium_carbonate")
    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    against = scenario_request(db, scenario, asked.against) if asked.against else None
    within = Range(
        _number(asked.lowest, "--from"),
        _number(asked.highest, "--to"),
        _number(asked.widen, "--widen") or 1.0,
    )
    found = break_even(
        db,
        _request(asked, db, scenario),
        asked.input,
        asked.output,
        against=against,
        target=_number(asked.target, "--target"),
        within=within,
    )
    report = break_even_report(db, scenario, found, shown)
    answer(asked, report, lambda: break_even_text(db, scenario, found, shown))
    return ANSWERED


# --- what is asked -----------------------------------------------------------------------


def _model(
    asked: Asked, db: MaterialsDB, scenario: Scenario
) -> tuple[Model, tuple[UncertainInput, ...]]:
    """The figure asked for and what is moved below it."""
    from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model
    from calculator.sensitivity.planned import is_of_plan, plan_inputs, plan_model

    groups, months = _names(asked.only), _whole(asked.horizon_months, "--horizon-months", 0)
    if is_of_plan(asked.output):
        if asked.chemistry is not None or months:
            raise InputError(
                f"{asked.output} is of the whole plan, by the ranges of the records; "
                "leave out --chemistry and --horizon-months"
            )
        return plan_model(db, scenario, asked.output), plan_inputs(db, scenario, groups)
    found = chemistry_for(db, _request(asked, db, scenario), asked.output)
    return kernel_model(found, asked.output), kernel_inputs(db, found, months, groups)


def _request(asked: Asked, db: MaterialsDB, scenario: Scenario) -> Request:
    """The chemistry named, or the scenario's first."""
    from calculator.scenario.run import scenario_request

    return scenario_request(db, scenario, asked.chemistry or scenario.chemistries[0])


@contextmanager
def _told() -> Iterator[None]:
    """Tells the steps of a long run on standard error, where somebody watches it."""
    from calculator.sourcing.watch import Watch, watching

    def tell(step: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{printable(step)[:70]:<70}\r", end="", file=sys.stderr, flush=True)

    with watching(Watch(tell)):
        try:
            yield
        finally:
            tell("")


def _names(text: str | None) -> Sequence[str]:
    return tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def _whole(text: str | None, option: str, default: int, least: int = 0) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) < least:
        told = f"{option} is '{printable(text[:40])}'"
        raise InputError(f"{told}; give a whole number from {least}")
    return int(text)


def _number(text: str | None, option: str) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        told = f"{option} is '{printable(text[:40])}'"
        raise InputError(f"{told}; give a number, such as 12.5") from None
