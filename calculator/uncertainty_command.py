"""``battcalc uncertainty``: bands on cost and energy, differences, and who is better how often."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.command_inputs import ANSWERED, Asked, answer, scenario_of
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.uncertainty import run
    from calculator.uncertainty.spreads import Spread
    from calculator.uncertainty.volatility import Together

_SPREAD = re.compile(r"^(?P<key>[^=]+)=(?P<low>[^:]+?)\.\.(?P<high>[^:]+?)(:(?P<kind>[a-z]+))?$")
_READING = re.compile(r"^(?P<key>[^=]+)=(?P<kind>[a-z]+)$")
_PAIR = re.compile(r"^(?P<one>[^,=]+),(?P<other>[^,=]+)=(?P<value>[^=]+)$")


def uncertainty(asked: Asked) -> int:
    """Draw what is uncertain below the chemistries of a scenario."""
    from calculator.scenario.run import scenario_database, scenario_request
    from calculator.tables import shown_in
    from calculator.uncertainty.run import simulate
    from calculator.uncertainty_reports import draws_report, uncertainty_report, uncertainty_text

    wanted = _wanted(asked)
    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    requests = [scenario_request(db, scenario, name) for name in scenario.chemistries]
    found = simulate(db, requests, wanted)
    is_draws = asked.out is not None and Path(asked.out).suffix.lower() == ".parquet"
    make = draws_report if is_draws else uncertainty_report
    report = make(db, scenario, found, shown)
    answer(asked, report, lambda: uncertainty_text(db, scenario, found, shown))
    return ANSWERED


def _wanted(asked: Asked) -> run.Asked:
    """How the simulation is run, from the options."""
    from calculator.uncertainty import run

    return run.Asked(
        draws=_whole(asked.draws, "--draws", run.DRAWS),
        seed=_whole(asked.seed, "--seed", run.SEED),
        horizon_months=_whole(asked.horizon_months, "--horizon-months", run.HORIZON_MONTHS),
        method=asked.method,
        elements=_names(asked.elements),
        groups=_names(asked.only),
        spreads=dict(_spread(text) for text in asked.spread or ()),
        together=tuple(_together(text) for text in asked.correlation or ()),
    )


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def _whole(text: str | None, option: str, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InputError(f"{option} is '{printable(text[:40])}'; give a whole number")
    return int(text)


def _spread(text: str) -> tuple[str, Spread]:
    from calculator.uncertainty.spreads import Spread

    reading = _READING.match(text)
    if reading:
        return reading["key"].strip(), Spread(distribution=reading["kind"])
    match = _SPREAD.match(text)
    ends = match and (_number(match["low"]), _number(match["high"]))
    if not match or not ends or None in ends:
        raise InputError(
            f"--spread is '{printable(text[:60])}'; write it such as "
            "'prices.csv:150=60000..250000:uniform'"
        )
    low, high = float(ends[0] or 0.0), float(ends[1] or 0.0)
    return match["key"].strip(), Spread(low, high, match["kind"] or "triangular")


def _together(text: str) -> Together:
    from calculator.uncertainty.volatility import Together

    match = _PAIR.match(text)
    value = match and _number(match["value"])
    if not match or value is None:
        raise InputError(
            f"--correlation is '{printable(text[:60])}'; write it such as "
            "'yields.csv:8,regions.csv:215=0.5'"
        )
    return Together(match["one"].strip(), match["other"].strip(), value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
