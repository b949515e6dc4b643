"""Whether a measure counts on a day: what the law says, and what the user switched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.trade.days import first_day, last_day

if TYPE_CHECKING:
    from datetime import date

    from calculator.trade.request import Goods
    from materials_db.schema_trade import TradeMeasure


@dataclass(frozen=True)
class Standing:
    """Whether a measure counts, why not, and what the user must settle."""

    counts: bool
    reason: str = ""
    ask: str = ""


def standing(measure: TradeMeasure, goods: Goods) -> Standing:
    """Standing of a measure on the day of the goods; a switch of the user's precedes the law."""
    switch = goods.terms.switched.get(measure.id)
    if switch is not None:
        return Standing(switch, "" if switch else "switched off")
    if measure.status == "suspended":
        return _suspended(measure, goods.on)
    if measure.status == "proposed" and goods.terms.include_proposed:
        return Standing(True)
    settle = f"switch {measure.id} on to count it"
    reason, ask = {
        "in_force": ("", ""),
        "proposed": ("proposed", ""),
        "not_imposed": ("not imposed", ""),
        "ended": ("ended", f"{measure.name} stood on {goods.on} and has ended since; {settle}"),
        "unknown": ("not known", f"whether {measure.name} holds is not known; {settle}"),
    }[measure.status]
    return Standing(measure.status == "in_force", reason, ask)


def _suspended(measure: TradeMeasure, on: date) -> Standing:
    """Off inside its suspension; outside it, or where its end is not known, the user decides."""
    start = first_day(measure.suspended_from or "0001")
    settle = f"switch {measure.id} on to count it"
    if on < start:
        ask = f"{measure.name} was suspended on {start}; whether it held on {on} is not known; "
        return Standing(False, f"suspended from {start}", ask + settle)
    if measure.suspended_to is None:
        ask = f"{measure.name} is suspended since {start}, until when is not known; {settle}"
        return Standing(False, f"suspended since {start}, end not known", ask)
    end = last_day(measure.suspended_to)
    if on <= end:
        return Standing(False, f"suspended from {start} to {end}")
    ask = f"the suspension of {measure.name} ended on {end}; whether it holds is not known; "
    return Standing(False, f"suspension ended on {end}", ask + settle)
