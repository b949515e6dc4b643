"""Projects elsewhere, switched on with their years: what they cover of a demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.errors import InputError
from calculator.figures import spoken
from calculator.projects import (
    Choice,
    Coverage,
    Delivery,
    coverage,
    delivery_of,
    implied_demand,
    items_of,
    project_choices,
)
from pages import exhibit, widgets
from pages.spelled import YOURS

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from pages.cached import Data

GOODS = {"dysprosium and terbium": "DyTb", "neodymium-praseodymium": "NdPr"} | {
    "all rare earths together": ""
}
FIRST_GOOD = "dysprosium and terbium"
FIRST_YEAR, YEARS = 2025, 16


def draw(data: Data) -> None:
    """Choose projects, give what no source states, and see what they cover."""
    st.subheader("Projects elsewhere", anchor=False)
    choices = project_choices(data.db)
    exhibit.table(_listed(choices), "projects", "Diversification projects with their status")
    st.caption(
        "Year: first delivery, contract or demonstration. What no source states is left empty; "
        "a project switched on asks for it."
    )
    what, how_much, share = st.columns([2, 1, 1])
    with what:
        words = widgets.choose("Cover the demand for", list(GOODS), "project_good", FIRST_GOOD)
    good = GOODS[str(words)]
    usable = [one for one in choices if _tonnes(one, good)]
    stated = _stated_demand(usable, good)
    with how_much:
        demand = widgets.maybe_number(
            "Demand, t a year", "project_demand", 1e7, 100.0, help=_stated_told(stated)
        )
    with share:
        before = widgets.maybe_number("From one country today, %", "project_before", 100.0, 5.0)
    _covered(data.db, usable, good, demand if demand else stated and stated[0], before)


def _listed(choices: tuple[Choice, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Project": one.row.name,
            "Country": one.row.country,
            "Partner": one.row.partner,
            "Makes": one.row.material,
            "Stage": spoken(one.row.stage),
            "Year": one.row.start_year,
            "Status": spoken(one.row.status),
            "As of": one.row.as_of,
            "Stated": "; ".join(
                f"{spoken(n.quantity)}{f' {n.item}' if n.item else ''} {n.value:g} {n.unit}"
                for n in one.numbers
            ),
            "Asked of you": ", ".join(one.needs),
            "Source": f"{one.row.source} {one.row.locator}".strip(),
            "Note": one.row.note,
        }
        for one in choices
    )


def _tonnes(choice: Choice, good: str) -> bool:
    """Whether a source states tonnes of the good."""
    wanted = set(items_of(good)) or {""}
    return any(n.quantity in ("supply", "capacity") and n.item in wanted for n in choice.numbers)


def _stated_demand(choices: list[Choice], good: str) -> tuple[float, str] | None:
    """Demand that follows from a project whose source says which share it covers."""
    for one in choices:
        part = one.number("coverage", good)
        rows = [one.number("supply", item) for item in items_of(good)]
        tonnes = sum(row.value for row in rows if row is not None)
        if part is not None and tonnes:
            return implied_demand(tonnes, part.value / 100), one.row.name
    return None


def _stated_told(stated: tuple[float, str] | None) -> str:
    if stated is None:
        return "No source states it; give your own."
    return f"Left empty: {stated[0]:,.0f} t, from the share {stated[1]} is said to cover."


def _covered(
    db: MaterialsDB, usable: list[Choice], good: str, demand: float | None, before: float | None
) -> None:
    names = {one.row.name: one for one in usable}
    picked = widgets.choose_some("Projects switched on", list(names), "projects_on", list(names))
    if not picked:
        st.info("Switch a project on to see what it covers.")
        return
    st.markdown(f"{YOURS} Ramps are yours; no source states one.")
    found: list[Delivery] = []
    asked: list[str] = []
    for name in picked:
        one = _delivery(db, names[name], good, asked)
        found += [one] if one is not None else []
    if demand is None:
        asked.append("the demand in tonnes a year")
    if asked:
        st.info(f"To see the coverage, say {widgets.plain(', '.join(asked))}.")
        return
    assert demand is not None
    years = [float(FIRST_YEAR + k) for k in range(YEARS)]
    _shown(coverage(found, years, demand, None if before is None else before / 100))


def _delivery(db: MaterialsDB, choice: Choice, good: str, asked: list[str]) -> Delivery | None:
    """One project with the user's year and ramp."""
    key = choice.id.lower()
    told, year, ramp = st.columns([2, 1, 1], vertical_alignment="bottom")
    told.markdown(f"{widgets.plain(choice.row.name)} ({spoken(choice.row.status)})")
    with year:
        first = widgets.maybe_number(
            "First delivery, year", f"year_{key}", 2100.0, 1.0,
            help=f"Left empty: {choice.first_year or 'asked of you'}.",
        )  # fmt: skip
    with ramp:
        grows = widgets.number("Ramp, years", f"ramp_{key}", 2.0, 0.0, 30.0, 1.0)
    if first is None and choice.first_year is None:
        asked.append(f"when {choice.row.name} delivers first")
        return None
    try:
        return delivery_of(db, choice.id, good, ramp_years=grows, start_year=first)
    except InputError as error:
        st.error(widgets.plain(str(error)))
        return None


def _shown(found: Coverage) -> None:
    rows = pd.DataFrame(
        {"project": name, "year": int(year), "percent": 100 * tonnes / needed, "tonnes": tonnes}
        for name, each in found.by_project.items()
        for year, tonnes, needed in zip(found.years, each, found.demand, strict=True)
    )
    after = found.after
    still = None
    if after is not None:
        still = pd.DataFrame({"year": found.years.astype(int), "percent": 100 * after})
    drawn = figures.coverage_bars(rows, still)
    st.plotly_chart(
        drawn.figure, key="coverage_bars", alt=drawn.alt, config={"displayModeBar": False}
    )
    last = found.share[-1]
    st.caption(
        f"In {int(found.years[-1])} they cover {100 * last:.0f} % of {found.demand[-1]:,.0f} t."
        + ("" if after is None else f" Bought from the one country then: {100 * after[-1]:.0f} %.")
    )
    exhibit.table_and_files(rows, rows, "coverage", "Demand covered by projects, by year", {})
