"""Trade: what a border costs, duty by duty, on any day; and who pays how much where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.tables.trade import (
    duty_lines_table,
    history_table,
    pair_table,
    producer_table,
    waterfall_table,
)
from calculator.trade import duty_history, duty_stack, duty_table, landed_cost
from calculator.why import landed_figures
from pages import exhibit, keeping, levers, trade_question, why, widgets
from pages.countries import NAMES
from pages.trade_question import LAST, Question

if TYPE_CHECKING:
    import pandas as pd

    from calculator.trade import DutyStack, Landed
    from calculator.why import Figures
    from materials_db.database import MaterialsDB
    from pages.cached import Data

PLUG_IN = "phev"
"""Product a maker of battery cars may turn to where duties are by producer."""
FIRST = "2023-01-01"


def page() -> None:
    """Inputs, one call, what it answers."""
    data = widgets.session_data()
    db = data.db
    asked = trade_question.question(db)
    stack = duty_stack(db, asked.product, asked.origin, asked.importer, asked.on, **asked.terms)
    switched = trade_question.switches(db, stack)
    asked = asked.switched(switched)
    stack = duty_stack(db, asked.product, asked.origin, asked.importer, asked.on, **asked.terms)
    if asked.fob is None:
        st.info(headline(db, asked, stack, None))
        st.caption("Put a price at the port of origin above to see what it comes to.")
        landed = None
    else:
        landed = _landed(db, asked, asked.fob)
        st.info(headline(db, asked, stack, landed))
    for sentence in dict.fromkeys([*(landed.asks if landed else stack.asks)]):
        st.warning(widgets.plain(sentence))
    lines = duty_lines_table(db, stack)
    if landed is not None:
        waterfall(db, asked, landed, lines)
    else:
        _lines(asked, lines)
    by_producer(db, asked)
    over_time(db, asked)
    everywhere(db, asked)
    levers.levers(db, asked.on)
    if landed is not None:
        _why(data, asked)
    sources(db, stack, lines)
    keeping.save_fold("trade")


def _landed(db: MaterialsDB, asked: Question, fob: float) -> Landed:
    return landed_cost(
        db, asked.product, asked.origin, asked.importer, asked.on, fob, asked.freight,
        asked.insurance, asked.money, **_terms(asked),
    )  # fmt: skip


def _terms(asked: Question) -> Any:
    terms = {key: value for key, value in asked.terms.items() if key != "unit_value_usd"}
    return {**terms, "minimum_import_price": asked.minimum_price}


def _why(data: Data, asked: Question) -> None:
    """How the landed cost was made."""

    def figures_of() -> Figures:
        return landed_figures(
            data.db, asked.product, asked.origin, asked.importer, asked.on, asked.fob or 0.0,
            asked.freight, asked.insurance, asked.money, **_terms(asked),
        )  # fmt: skip

    why.fold(data, "trade", repr(asked), figures_of, "landed/landed cost/total", asked.about)


def headline(db: MaterialsDB, asked: Question, stack: DutyStack, landed: Landed | None) -> str:
    """The answer in a sentence."""
    maker = f" of {asked.producer.replace('_', ' ')}" if asked.producer else ""
    what = f"{db.trade_products[asked.product].name}{maker}"
    way = f"from {NAMES.get(asked.origin, asked.origin)} into {NAMES.get(asked.importer, '')}"
    if not stack.covered:
        return (
            f"The tables know no duty on {what} {way} on {asked.on:%d %B %Y}. Nothing is charged "
            "below, which is a gap and not a rate."
        )
    parts = " + ".join(f"{100 * line.rate:.4g} % {line.label}" for line in stack.lines)
    span = f", {100 * stack.low:.4g} to {100 * stack.high:.4g} %" if stack.high > stack.low else ""
    told = f"**{what}** {way} pays **{100 * stack.rate:.4g} %** on {asked.on:%d %B %Y}{span}"
    told += f" ({parts})." if parts else "."
    if landed is None:
        return told
    money = landed.unit.replace("_", " ")
    return f"{told} {_amount(landed.fob)} becomes **{_amount(landed.total)} {money}**."


def _amount(value: object) -> str:
    number = float(str(value))
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.4g}"


def waterfall(db: MaterialsDB, asked: Question, landed: Landed, lines: pd.DataFrame) -> None:
    """From the price to the landed cost."""
    steps = waterfall_table(landed)
    exhibit.draw("waterfall", figures.landed_waterfall, steps)
    base = "FOB" if landed.stack.base == "fob" else "CIF: freight and insurance are charged too"
    hs = landed.stack.hs or "no code in the table"
    told = [f"HS {hs}. Rates are on the value {base}."]
    if steps["unsure"].any():
        told.append("Hatched: the rate is recalled, or the measure is not settled.")
    if (steps["high"] > steps["low"]).any():
        told.append("The line below a bar spans its low to its high.")
    if any(line.line.kind == "countervailing" for line in landed.lines):
        price = _amount(landed.equal_minimum_price)
        told.append(f"A minimum import price of {price} would weigh as much as the duty.")
    st.caption(" ".join(told))
    for note in dict.fromkeys(landed.notes):
        st.caption(widgets.plain(note))
    _lines(asked, lines, steps)


def _lines(asked: Question, lines: pd.DataFrame, steps: pd.DataFrame | None = None) -> None:
    with st.expander("Every measure, with its dates, status and source", expanded=steps is None):
        exhibit.table(lines, "duty_lines", "Measures on the goods; rates in percent")
    tables = {"duties": lines} if steps is None else {"landed": steps, "duties": lines}
    exhibit.files(Report(tables, about=asked.about), "landed")


def by_producer(db: MaterialsDB, asked: Question) -> None:
    """Producers side by side, where the duty is by producer."""
    makers = trade_question.producers(db, asked.product, asked.importer)
    if not makers:
        return
    free = {key: value for key, value in asked.terms.items() if key != "producer"}
    places = (asked.origin, asked.importer, asked.on)
    stacks = {m: duty_stack(db, asked.product, *places, producer=m, **free) for m in makers}
    if not any(line.record.producer for s in stacks.values() for line in s.lines):
        return
    st.subheader("By producer", anchor=False)
    table = producer_table(stacks, asked.producer)
    exhibit.draw("producers", figures.producer_bars, table)
    if asked.product == "bev" and asked.producer:
        other = duty_stack(db, PLUG_IN, *places, producer=asked.producer, **free)
        saved = stacks[asked.producer].rate - other.rate
        if saved > 0:
            st.caption(
                f"As a plug-in hybrid the car would pay {100 * other.rate:.4g} %, "
                f"{100 * saved:.4g} points less: the duty is on battery cars alone."
            )
    exhibit.table_and_files(table, table, "by_producer", "Total duty by producer", asked.about)


def over_time(db: MaterialsDB, asked: Question) -> None:
    """The total as steps, with the chosen day."""
    st.subheader("When it changes", anchor=False)
    found = duty_history(
        db, asked.product, asked.origin, asked.importer, FIRST, LAST, **asked.terms
    )
    table = history_table(found, LAST.isoformat())
    exhibit.draw("history", figures.duty_steps, table, asked.on.isoformat())
    st.caption(
        "A step before the first dated rule shows what the table knows, which may be a part."
    )
    exhibit.table_and_files(table, table, "duty_history", "Total duty from each day", asked.about)


def everywhere(db: MaterialsDB, asked: Question) -> None:
    """Every origin into every importer."""
    st.subheader("Who pays what where", anchor=False)
    terms = {key: value for key, value in asked.terms.items() if key != "producer"}
    found = duty_table(db, asked.product, asked.on, **terms)
    table = pair_table(found, NAMES)
    exhibit.draw("pairs", figures.duty_heat_map, table)
    st.caption(
        "Total duty in %, on the chosen day; a dash is a pair without a row in the tables. "
        "Where a duty is by producer, that of all others stands. Trade agreements that the sources "
        "do not hold are not counted: the most-favoured-nation rate stands for them."
    )
    for note in found.notes:
        st.caption(widgets.plain(f"{note[:1].upper()}{note[1:]}."))
    exhibit.table_and_files(
        table, table, "duties", "Total duty by origin and importer", asked.about
    )


def sources(db: MaterialsDB, stack: DutyStack, lines: pd.DataFrame) -> None:
    """Where the rates come from, with their licences."""
    recalled = int((lines["recalled"] != "").sum())
    if recalled:
        st.caption(f"{recalled} of {len(lines)} rates are recalled and were not read again.")
    counted = [line.record for line in stack.lines]
    exhibit.sources(db, [*counted, *(line.record for line in stack.off)])


page()
