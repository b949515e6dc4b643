"""What happens: the answer in sentences, then the days one by one."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.figures.timeline import INFLOW, OUTPUT, STOCK
from pages import exhibit, shock_cards, shock_why, widgets
from pages.shock_outcome import Outcome, outcome_from, outcome_of
from pages.shock_run import Tested, sentence
from pages.spelled import rounded

if TYPE_CHECKING:
    from pages.cached import Data

_STOCKS_DRAWN = 6
_SLIGHT_DAYS = 1e-6
_IN_A_FILE = re.compile(r"[:,;]? *(with|give|by) 'active: true' or 'active: false'")
_SIZES = "'cut', 'refusal', 'delay' or 'price_rise'"
TRY = {
    "name": "China stops licences for anode graphite",
    "material": "anode_active_material",
    "stage": "active_material",
    "origins": ["CHN"],
    "cut": "100 %",
    "days": "120 day",
}
"""The question of a first visit."""


def draw(data: Data, tested: Tested) -> None:
    """The answer of the events chosen, or how to choose one."""
    if not tested.scenario.shocks or not tested.scenario.shocks.events:
        if shock_cards.held():
            st.info("None of these events can be tested; mend or remove them above.")
        else:
            nothing_chosen()
        return
    if tested.open_questions:
        st.info("**To be said first.** " + _asked(tested.open_questions))
        return
    for note in tested.notes:
        st.caption(sentence(note))
    if not tested.events:
        st.success("None of these events is in force within the test: nothing is lost.")
        return
    found = outcome_of(data, tested)
    headline(found, tested)
    timeline(found, tested)
    grounds(found, tested)
    shock_why.happening(data, tested, _tables)


def _tables(tested: Tested) -> dict[str, pd.DataFrame]:
    """What the derivation of a figure works out again."""
    found = outcome_from(tested)
    return {"outcome": found.totals_table(), "days": found.days_table()}


def nothing_chosen() -> None:
    """What to do on a first visit."""
    st.info("No event is chosen. Replay one, add a known one, or write your own above.")
    if st.button(
        "Try: China stops anode graphite for 120 days", key="try_graphite", type="primary",
        icon=":material/bolt:",
    ):  # fmt: skip
        widgets.put_list(shock_cards.KEY, [TRY])
        st.rerun()


def _asked(text: str) -> str:
    """Open questions of the library in the words of a form."""
    plain = _IN_A_FILE.sub("", text).replace(_SIZES, "it in its fields above")
    return " ".join(sentence(line.lstrip("- ")) for line in plain.splitlines() if line.strip())


# --- sentences ---------------------------------------------------------------------------


def headline(found: Outcome, tested: Tested) -> None:
    """The answer in sentences."""
    days = tested.asked.days
    st.markdown(" ".join([*_course(found, days), *_money(found), *_avoided(found)]))
    kept, lost, cost = st.columns(3)
    short = found.first_shortage
    kept.metric("First shortage", "none" if short is None else f"day {short:g}")
    lost.metric("Lost, GWh", rounded(found.lost_gwh))
    cost.metric(f"Extra cost, million {figures.spoken(found.money)}", _millions(found.cost))


def _millions(amount: float) -> str:
    return rounded(amount / 1e6)


def _course(found: Outcome, days: int) -> list[str]:
    if found.first_shortage is None:
        whole = f"all {days} days" if days > 1 else "the day"
        return [f"**Cells keep coming for {whole}; nothing is lost.**", *_drawn(found)]
    least = f"{100 * found.least_output:.0f} %"
    whole = f"Cells keep coming for {found.first_shortage:g} days; then output falls to {least}"
    told = [
        f"**{whole if found.first_shortage else f'Output falls to {least} at once'}.**",
        f"Lost: {rounded(found.lost_gwh)} GWh, {found.vehicles:,.0f} vehicles of "
        f"{found.pack_kwh:g} kWh.",
    ]
    if found.binding:
        told.append(f"What binds: {found.binding}.")
    return told


def _drawn(found: Outcome) -> list[str]:
    """How far the stock falls that is drawn on most."""
    if all(kinds["planned"].min() > 1.0 - _SLIGHT_DAYS for kinds in found.inflow.values()):
        return [
            "These events touch no flow of this supply: they are on other goods, or on what is "
            "used in the country that makes it, which is no export."
        ]
    falls = {name: float(days[0] - days.min()) for name, days in found.stock_days.items()}
    most = max(falls, key=lambda name: falls[name], default="")
    if not most or falls[most] < _SLIGHT_DAYS:
        return []
    least = float(found.stock_days[most].min())
    return [f"The stock of {most} falls to {rounded(least)} days."]


def _money(found: Outcome) -> list[str]:
    parts = ", ".join(f"{kind} {_millions(v)}" for kind, v in found.cost_by_kind.items() if v)
    of = f" ({parts})" if parts else ""
    told = f"Extra cost {_millions(found.cost)} million {figures.spoken(found.money)}{of}"
    if found.first_shortage is None or "shortage" in found.cost_by_kind:
        return [f"{told}."]
    return [f"{told}; what a kWh that is not delivered costs you is not in it."]


def _avoided(found: Outcome) -> list[str]:
    """Stocks, or a second source, with which nothing would have been lost."""
    if found.first_shortage is None:
        return []
    told = ["No stock would have been enough."]
    if found.covers:
        goods = " and ".join(f"{_whole_days(days)} days of {name}" for name, days in found.covers)
        told = [f"A stock of {goods} would have lost nothing."]
    if found.second:
        name, share = found.second
        told.append(
            f"So would a second source of {name} that gives {100 * share:.3g} % of the need from "
            "the first day."
        )
    return told


def _whole_days(days: float) -> str:
    """Days, never fewer than are needed."""
    return f"{math.ceil(days - 1e-6):,}"


# --- the days ------------------------------------------------------------------------------


def timeline(found: Outcome, tested: Tested) -> None:
    """Output, stocks and inflows day by day."""
    st.subheader("Day by day", anchor=False)
    names = list(found.inflow)
    at = found.binding or min(names, key=lambda name: float(found.inflow[name]["planned"].min()))
    followed = str(widgets.choose("Follow the inflow of", names, "followed", at))
    table = timeline_table(found, followed)
    spans = spans_of(tested)
    exhibit.draw("timeline", figures.shock_timeline, table, tuple(spans), found.first_shortage)
    st.caption(f"Shaded: {', '.join(widgets.plain(span.name) for span in spans)}. {_stocks(found)}")
    whole = found.days_table()
    report = Report({"days": whole}, about=tested.about)
    with st.expander("Table and download", icon=":material/table:"):
        exhibit.table(whole, "days_table", "Output, stocks and inflows day by day")
        exhibit.files(report, "shock", scenario=tested.scenario)


def _stocks(found: Outcome) -> str:
    if not found.stock_days:
        return "No stock stands."
    left = len(found.stock_days) - len(drawn_stocks(found))
    return f"{left} more stocks, drawn less or not at all, are in the table." if left else ""


def drawn_stocks(found: Outcome) -> list[str]:
    """The goods whose stocks fall furthest."""
    falls = {name: float(days[0] - min(days)) for name, days in found.stock_days.items()}
    order = sorted(falls, key=lambda name: -falls[name])
    moved = [name for name in order if falls[name] > _SLIGHT_DAYS] or order[:1]
    return moved[:_STOCKS_DRAWN]


def timeline_table(found: Outcome, followed: str) -> pd.DataFrame:
    """The rows that are drawn."""
    days = range(len(found.output))
    parts = [(OUTPUT, "output", 100 * found.output)]
    parts += [(STOCK, name, found.stock_days[name]) for name in drawn_stocks(found)]
    kinds = found.inflow.get(followed, {})
    parts += [
        (INFLOW, kind, 100 * values)
        for kind, values in kinds.items()
        if kind == "planned" or values.any()
    ]
    return pd.concat(
        pd.DataFrame({"panel": panel, "name": name, "day": days, "value": values})
        for panel, name, values in parts
    )


def spans_of(tested: Tested) -> list[figures.Span]:
    """The events in days of the test."""
    first = tested.asked.start
    found = []
    for event in tested.events:
        begin = (event.start - first) / timedelta(days=1)
        last = None if event.days is None else begin + event.days
        found.append(figures.Span(event.name, begin, last))
    return found


def grounds(found: Outcome, tested: Tested) -> None:
    """What the test rests on."""
    notes = tuple(dict.fromkeys((*tested.chain.notes, *found.notes)))
    with st.expander(f"Assumptions ({len(notes)})", icon=":material/info:"):
        st.markdown("\n".join(f"- {sentence(text)}" for text in notes) or "None.")
