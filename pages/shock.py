"""Shock: what an event takes from a supply, what helps, which stock pays, who hurts most."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from pages import (
    exhibit,
    keeping,
    session,
    shock_answer,
    shock_case,
    shock_covers,
    shock_events,
    shock_firms,
    shock_helps,
    shock_one,
    shock_robust,
    shock_stock,
    shock_ways,
    shock_why,
    widgets,
)
from pages.shock_run import chain_for, records_of, tested

if TYPE_CHECKING:
    from collections.abc import Mapping

    from materials_db.schema import Datum
    from pages.cached import Data
    from pages.shock_run import Tested
    from pages.shock_stock import Terms

VIEWS = (
    "What happens",
    "What would help",
    "Stockpile",
    "One supplier fails",
    "Firms and projects",
)


def page() -> None:
    """Inputs of every tab, then what the open one answers."""
    data = widgets.session_data()
    asked = shock_case.ask(data.db)
    chain = chain_for(data, asked)
    apart = shock_case.stocks_apart(chain)
    tabs = st.tabs(VIEWS, key="shock_tab", bind="query-params", on_change="rerun")
    happens, helps, stock, one, firms = tabs
    with happens:
        used = {point.material for point in chain.points}
        items = shock_events.ask(data.db, asked.start, asked.days, used)
    with helps:
        ways = shock_helps.ask(chain)
    with stock:
        above = st.container()
        terms = shock_stock.ask(data, chain.money.replace("_", " "))
    run = tested(data, asked, chain, items, apart, shock_ways.counted(ways, chain, items))
    with stock:
        chances = shock_stock.chances(run.events)
        sized = st.container()
        wish = shock_robust.ask()
    with one:
        outage = shock_one.ask()
    with firms:
        spend = shock_firms.ask(data)
    uploaded = hashlib.sha256(spend).hexdigest() if spend else None
    exhibit.state_run(
        data, run.scenario, on_plan=asked.on_plan, spend=uploaded, address=session.address()
    )
    further: tuple[Datum, ...] = ()
    if happens.open:
        with happens:
            shock_answer.draw(data, run)
    if helps.open:
        with helps:
            shock_ways.draw(data, run, ways)
    if stock.open:
        with above:
            shock_covers.covers(data, run)
        with sized:
            found = shock_stock.sizing(data, run, terms, chances)
        with stock:
            shock_robust.draw(data, run, terms, chances, wish)
            derivations(data, run, terms, chances, found)
    if one.open:
        with one:
            shock_one.draw(data, run, outage)
    if firms.open:
        with firms:
            further = shock_firms.draw(data, spend)
    exhibit.sources(data.db, (*records_of(data.db, run), *further))
    keeping.save_fold("shock", run.scenario)


def derivations(
    data: Data, run: Tested, terms: Terms, chances: Mapping[str, float], found: bool
) -> None:
    """How the figures of stocks were made."""
    again = shock_stock.sized_again(terms, chances) if found else None
    asked = f"{terms} {sorted(chances.items())}"
    shock_why.stocked(data, run, asked, shock_covers.tables, again)


page()
