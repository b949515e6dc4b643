"""The command ``projects``: diversification projects, what they deliver and cover in a year."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from calculator.command_inputs import ANSWERED, Asked, answer
from calculator.errors import InputError
from calculator.terminal import printable


def projects(asked: Asked) -> int:
    """List the projects; with a year what they deliver, with a demand what they cover."""
    from calculator.project_reports import ProjectQuestion, project_report, project_text
    from materials_db.load import load_database

    question = ProjectQuestion(
        year=_year(asked.year),
        material=asked.material or "",
        demand_t=_number("--demand", asked.demand, above=0.0),
        ramp_years=_number("--ramp", asked.ramp),
        before=_fraction("--dependence", asked.dependence),
    )
    if question.demand_t is not None and (question.year is None or not question.material):
        raise InputError(
            "--demand is of one material in one year; give --year and --material as well"
        )
    if question.before is not None and question.demand_t is None:
        raise InputError("--dependence is a share of a demand; give --demand in tonnes a year")
    db = load_database(Path(asked.overlay) if asked.overlay else None)
    answer(asked, project_report(db, question), lambda: project_text(db, question))
    return ANSWERED


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100):
        raise InputError(f"--year '{printable(text)}' is no year; give one from 1990 to 2100")
    return int(text)


def _number(option: str, text: str | None, above: float | None = None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{option} '{printable(text)}' is no number; give such as 1475") from None
    if not isfinite(value) or value < 0 or (above is not None and value <= above):
        raise InputError(f"{option} {printable(text)} cannot be; give a number above 0")
    return value


def _fraction(option: str, text: str | None) -> float | None:
    value = _number(option, text)
    if value is not None and value > 100.0:
        raise InputError(f"{option} {printable(str(text))} is above 100 %; give 0 to 100")
    return None if value is None else value / 100.0
