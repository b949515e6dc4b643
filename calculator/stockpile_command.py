"""The command ``stockpile``: stocks against the events of a scenario, and the robust plan."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from calculator.command_inputs import (
    ANSWERED,
    CODE_OF_STATUS,
    FAULT,
    Asked,
    answer,
    scenario_of,
)
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.shocks.robust_network import Spot
    from calculator.shocks.stock_asked import StockWishes

_SUCH = "'60 USD_2025/kWh'"


def stockpile(asked: Asked) -> int:
    """Days of cover of each good, the money, the frontier and, where asked, the robust plan."""
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import source_scenario
    from calculator.shocks.stock_answer import stockpile_answer
    from calculator.stockpile_reports import stockpile_report
    from calculator.stockpile_text import stockpile_text

    scenario = scenario_of(asked)
    if scenario.shocks is None or not scenario.shocks.events:
        raise InputError(
            f"{printable(asked.scenario)} names no event; add 'shocks:' with a 'date' and 'events'"
        )
    wishes, spot = _wishes(asked), _spot(asked)
    db = scenario_database(scenario)
    sourced = source_scenario(db, scenario)
    if sourced.plan.status != "optimal":
        said = f"there is no plan to hold stocks for: it is {sourced.plan.status}"
        see = f"battcalc explain {printable(asked.scenario)}"
        print(f"battcalc: {said}; see: {see}", file=sys.stderr)
        return CODE_OF_STATUS.get(sourced.plan.status, FAULT)
    found = stockpile_answer(db, scenario, sourced, wishes, robust=asked.robust, spot=spot)
    answer(asked, stockpile_report(found), lambda: stockpile_text(found))
    return ANSWERED


def _wishes(asked: Asked) -> StockWishes:
    from calculator.shocks.stock_asked import StockWishes

    percent = _read("--holding", asked.holding, "yearly")
    return StockWishes(
        holding_per_year=None if percent is None else percent / 100.0,
        shortage_cost=_money(asked.shortage_cost),
        weight=_share("--weight", asked.weight, 0.0),
        level=_share("--beta", asked.beta, 0.95),
        years=_years(asked.years),
        end_value=_share("--end-value", asked.end_value, 1.0),
    )


def _spot(asked: Asked) -> Spot | None:
    from calculator.shocks.robust_network import Spot

    share = _share("--spot", asked.spot, 0.0)
    if share <= 0:
        return None
    if asked.spot_premium is None:
        raise InputError(
            "--spot is given without what it costs more; add --spot-premium, such as '50 %'"
        )
    if not asked.robust:
        raise InputError("--spot is for the robust plan; add --robust or leave it out")
    return Spot(share, _share("--spot-premium", asked.spot_premium, 0.0, most=100.0))


def _share(option: str, text: str | None, default: float, most: float = 1.0) -> float:
    """A share written as a percentage or as a bare number."""
    if text is None:
        return default
    try:
        number, _, rest = text.strip().partition("%")
        value = float(number) / (100.0 if "%" in text else 1.0)
    except ValueError:
        value, rest = -1.0, ""
    if rest.strip() or not 0.0 <= value <= most:
        raise InputError(
            f"{option} is '{printable(text[:40])}'; give a share from 0 to {most:g}, such as "
            "0.5 or '50 %'"
        )
    return value


def _years(text: str | None) -> float:
    try:
        value = 1.0 if text is None else float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value <= 1000.0:
        shown = printable((text or "")[:40])
        raise InputError(f"--years is '{shown}'; give a number of years above 0, such as 5")
    return value


def _money(text: str | None) -> str | None:
    return None if text is None else str(_read("--shortage-cost", text, "money"))


def _read(option: str, text: str | None, kind: str) -> float | None:
    """A quantity as a scenario file holds it.

    Raises:
        InputError: it cannot be read; its remedy follows the name of the option.
    """
    if text is None:
        return None
    from pydantic import TypeAdapter, ValidationError

    from calculator.scenario.quantity import AS_TEXT
    from calculator.scenario.shocks import PerYear, Shocks

    kinds = {"yearly": PerYear, "money": Shocks.model_fields["shortage_cost"].rebuild_annotation()}
    try:
        value = TypeAdapter(kinds[kind]).validate_python(text, context=AS_TEXT)
    except ValidationError as error:
        first = error.errors()[0]
        said = str(first["msg"]).removeprefix("Value error, ")
        if first["type"] != "value_error":
            said = f"'{printable(text[:40])}' is not money per kWh; write it such as {_SUCH}"
        raise InputError(f"{option}: {said}") from None
    found: float | None = value
    return found
