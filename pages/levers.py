"""Subsidies, grants, credits and the content test of a vehicle: what a state pays, and for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from calculator.errors import InputError
from calculator.figures import spoken
from calculator.policy import (
    eu_content,
    grants,
    law_on,
    policy_row,
    production_credit,
    status_words,
    subsidy_reach,
)
from pages import exhibit, widgets

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

CEV, IAA, METI = "JPN_CEV", "EU_IAA", "JPN_METI"
LEVERS = (
    "Japan: subsidy on cars",
    "Japan: grants to plants",
    "US: production credit",
    "EU: content test (proposal)",
)
CREDIT_YEARS = range(2026, 2034)


def levers(db: MaterialsDB, on: date) -> None:
    """One lever at a time, as of the day of the page."""
    st.subheader("Subsidies and vehicle-side levers", anchor=False)
    chosen = widgets.switch("Lever", LEVERS, "lever")
    drawn = dict(zip(LEVERS, (_cars, _plants, _credits, _content), strict=True))
    try:
        drawn[chosen](db, on)
    except InputError as error:
        st.info(widgets.plain(f"{str(error)[:1].upper()}{str(error)[1:]}"))


def _cars(db: MaterialsDB, on: date) -> None:
    law = law_on(db, CEV, on)
    caps = {row.subject: row for row in law.of("largest_subsidy")}
    if not caps:
        raise InputError(f"no subsidy of this scheme is sourced for {on}")
    sourced = law_on(db, CEV, 2024).of("budget")
    what, much = st.columns(2)
    with what:
        name = str(widgets.choose("Class of car", list(caps), "cev_class", "BEV", spoken))
    with much:
        first = sourced[0].value / 1e9 if sourced else 100.0
        budget = widgets.number(
            "Budget, billion JPY", "cev_budget", first, 0.0, 1e5, 10.0,
            help="The sourced one is that of fiscal 2024; other years are yours.",
        )  # fmt: skip
    cap = caps[name]
    cars = subsidy_reach(budget * 1e9, cap.value)
    st.markdown(
        f"**{budget:g} billion JPY pay {cars:,} {spoken(name)} at the largest sum of "
        f"{cap.value:,.0f} JPY each**, and more of them where less is paid. The budget is shared "
        "with the other classes."
    )
    _table([_row(spoken(r.subject), r.value, "JPY a car", r.record) for r in caps.values()], "cev")


def _plants(db: MaterialsDB, on: date) -> None:
    found = grants(db, METI)
    rows = [
        {
            "project": spoken(one.project), "GWh a year": one.gwh_per_year,
            "grant, bn JPY": _bn(one.grant), "investment, bn JPY": _bn(one.investment),
            "grant per GWh, bn JPY": _bn(one.grant_per_gwh),
            "investment per GWh, bn JPY": _bn(one.investment_per_gwh),
            "share granted, %": None if one.granted_share is None else 100 * one.granted_share,
            "note": one.note, "source": " ".join({r.source for r in one.records}),
        }
        for one in found
    ]  # fmt: skip
    st.markdown(
        "What the state pays and what a GWh a year of capacity costs. As a law of the Sourcing "
        "page a grant lowers the cost of cells made in Japan."
    )
    table = pd.DataFrame(rows)
    exhibit.table_and_files(table, table, "grants", "Grants per GWh a year of capacity", {})
    exhibit.table(table.drop(columns=["note", "source"]), "grants_shown", "Grants per GWh")


def _bn(amount: float | None) -> float | None:
    return None if amount is None else round(amount / 1e9, 2)


def _credits(db: MaterialsDB, on: date) -> None:
    rows = []
    for year in CREDIT_YEARS:
        for subject in ("cell", "module"):
            try:
                credit = production_credit(db, year, subject)
            except InputError:
                continue
            told = _row(subject, credit.amount, spoken(credit.unit), credit.records[0].record)
            rows.append({"year": year, **told})
    st.markdown(
        "Paid on cells and modules made in the United States, until the share of cost from "
        "prohibited entities is too high: hold a plan to US_45X or US_MACR on the Sourcing page."
    )
    _table(rows, "credit")


def _content(db: MaterialsDB, on: date) -> None:
    law = law_on(db, IAA, max(on.year, 2027))
    wanted = next(iter(law.of("eu_content_share", "vehicle_without_battery")))
    adder = [law.of("eu_cells_cost_adder", end)[0] for end in ("least", "most")]
    home, friends, paid = st.columns(3)
    with home:
        own = widgets.number("Made in the EU, %", "eu_part", 60.0, 0.0, 100.0, 5.0)
    with friends:
        trusted = widgets.number(
            "By trusted partners, %", "trusted_part", 15.0, 0.0, 100.0, 5.0,
            help="Of the value without the battery. No list of partners is sourced; say yourself.",
        )  # fmt: skip
    with paid:
        subsidy = widgets.number("Subsidy that hangs on it, EUR", "iaa_paid", 0.0, 0.0, 1e5, 500.0)
    if own + trusted > 100:
        raise InputError("the two shares are more than 100 % together; lower one")
    found = eu_content(
        {"EUU": own, "partners": trusted, "elsewhere": 100 - own - trusted},
        wanted.value / 100, ("partners",), subsidy, (adder[0].value, adder[1].value),
    )  # fmt: skip
    verdict = "passes" if found.passes else "fails"
    told = f"**The car {verdict}: {100 * found.share:.4g} % against {wanted.value:g} %**"
    told += f", {100 * abs(found.slack):.3g} points {'above' if found.passes else 'short'}."
    if found.at_stake:
        told += f" {found.at_stake:,.0f} EUR are lost."
    least, most = (f"{row.value:,.0f}" for row in adder)
    told += f" Cells made in the EU add {least} to {most} EUR to a car (a third party's estimate)."
    st.markdown(told)
    standing = status_words(policy_row(db, IAA))
    told = f"{standing[:1].upper()}{standing[1:]}; the share is of the value without the battery."
    st.caption(told)
    rows = [("share asked", wanted, "%"), ("adder, least", adder[0], "EUR a car")]
    rows.append(("adder, most", adder[1], "EUR a car"))
    _table([_row(name, r.value, unit, r.record) for name, r, unit in rows], "iaa")


def _row(name: str, value: float, unit: str, record: Datum) -> dict[str, Any]:
    return {
        "what": name, "value": value, "unit": unit, "source": record.source,
        "locator": record.locator, "basis": str(record.basis), "note": record.note,
    }  # fmt: skip


def _table(rows: Iterable[Mapping[str, Any]], name: str) -> None:
    table = pd.DataFrame(list(rows))
    exhibit.table_and_files(table, table, f"lever_{name}", "Sums, with their sources", {})
