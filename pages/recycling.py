"""Recycling: one sourcing question under several recycling mixes, against the floors of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator import figures
from calculator.errors import InputError
from calculator.figures import spoken
from calculator.figures.recycling import content_bars
from calculator.recycling_mixes import ALL_ROUTES, FLOORED, NONE, mix_routes, recycling_mixes
from calculator.tables import shown_in
from materials_db.schema import Family
from pages import case, exhibit, jobs, keeping, rules, why, widgets
from pages.recycling_tables import (
    MET,
    MISSED,
    Compared,
    charted_content,
    compared_report,
    floor_prices,
    routes_read,
    savings,
    side_by_side,
    streams_read,
)
from pages.recycling_why import recycling_figures

if TYPE_CHECKING:
    import pandas as pd

    from calculator.export import Report
    from calculator.recycling_mixes import RecyclingMix
    from calculator.scenario import Scenario
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB
    from pages.cached import Data

YEARS = (2025, 2040)
BY = {"waste": "waste", "route": "route"}
CONTENT = (
    "Recycled content: recycled where the element is refined, and held in directly recycled "
    "cathodes, of all that is refined or held in such cathodes. Carbon in kg CO2e."
)


def page() -> None:
    """Inputs, one call, what it answers."""
    data = widgets.session_data()
    scenario, year, discount = question(data.db)
    exhibit.state_run(data, scenario, floors=year, discount=discount)
    found = compared(data, scenario, year, discount)
    shown = shown_in(data.db, scenario.currency, scenario.year)
    percent = "none" if discount is None else f"{100 * discount:g} %"
    asked = {"floors of": str(year), "discount of direct-recycled cathode": percent}
    report = exhibit.made("report", lambda: compared_report(data.db, scenario, found, shown, asked))
    headline(found, shown, year)
    mixes(found, shown, report, year)
    content(found, report)
    savings_by_mix(found, shown, report)
    streams(found, shown, report)
    routes(found, shown, report)
    why.fold(
        data, "recycling", f"{year} {discount} {scenario.model_dump_json(by_alias=True)}",
        lambda: recycling_figures(data.db, scenario, discount, found),
        f"mixes/{ALL_ROUTES}/optimal/landed cost", report.about,
    )  # fmt: skip
    grounds(data, found, shown)
    keeping.save_fold("recycling", scenario)


def question(db: MaterialsDB) -> tuple[Scenario, int, float | None]:
    """What is sourced and for whom, the year of the floors, and the discount as a fraction."""
    countries = sorted({row.country for row in db.shares} - {"ROW", "WLD"})
    order = list(Family)
    names = sorted(db.chemistries.values(), key=lambda entry: order.index(entry.family))
    with st.form("recycling"):
        source, to, amount, until, less = st.columns([2, 1, 1, 1, 1])
        with source:
            chosen = widgets.choose_some(
                "Chemistries", [entry.id for entry in names], "source", [rules.FIRST_SOURCED],
                help="Of several the plan chooses the mix.",
            )  # fmt: skip
        with to:
            buyers = sorted({*countries, rules.FIRST_IMPORTER})
            importer = widgets.country_picker("Importer", buyers, "importer", rules.FIRST_IMPORTER)
        with amount:
            demand = widgets.number("Demand, GWh a year", "demand", 30.0, 0.1, 1000.0, 5.0)
        with until:
            year = widgets.number(
                "Floors of the year", "floors", 2031.0, float(YEARS[0]), float(YEARS[1]), 1.0,
                help="Regulation (EU) 2023/1542, Article 8: floors from 2031, higher from 2036.",
            )  # fmt: skip
        with less:
            discount = widgets.maybe_number(
                "Discount, direct, %", "direct", 99.0, 5.0,
                help="How far a directly recycled cathode sells below a new one. "
                "Empty: no direct recycling.",
            )  # fmt: skip
        st.form_submit_button("Compare", type="primary", icon=":material/calculate:")
    chemistries = chosen or [rules.FIRST_SOURCED]
    asked = {
        "importer": importer,
        "demand": f"{demand:g} GWh/year",
        "chemistries": chemistries,
    }
    scenario = case.asked().scenario(chemistries=chemistries, sourcing=asked)
    return scenario, _whole(year), None if discount is None else discount / 100.0


def _whole(year: float) -> int:
    if year != int(year):
        raise InputError(f"the year of the floors is {year:g}; give a whole year, such as 2031")
    return int(year)


def compared(data: Data, scenario: Scenario, year: int, discount: float | None) -> Compared:
    """The mixes and the routes; a long solve shows its progress and can be stopped."""
    key = f"recycling {data.key} {scenario.model_dump_json(by_alias=True)} {year} {discount}"
    return jobs.answer(
        "recycling",
        key,
        lambda: Compared(
            recycling_mixes(data.db, scenario, year, discount),
            mix_routes(data.db, scenario, discount),
        ),
        "Comparing recycling mixes",
    )


def headline(found: Compared, shown: Shown, year: int) -> None:
    """Cost without recycling, with all routes, under the floors, and what these cost."""
    money = f"{spoken(shown.money)}/kWh"
    by_name = {mix.name: mix for mix in found.mixes}
    named = {NONE: "Without recycling", ALL_ROUTES: "All routes", FLOORED: f"Floors of {year}"}
    places = st.columns(4)
    for place, (name, told) in zip(places, named.items(), strict=False):
        mix = by_name.get(name)
        if mix is not None:
            _cost(place, told, mix, shown)
    floored = by_name.get(FLOORED)
    if floored is not None and floored.cost_of_floors_usd_per_kwh is not None:
        usd = floored.cost_of_floors_usd_per_kwh * shown.factor
        told_usd = abs(usd) if abs(usd) < 5e-4 else usd
        exhibit.metric(places[3], "The floors cost", told_usd, money, ",.3f")


def _cost(place: Any, told: str, mix: RecyclingMix, shown: Shown) -> None:
    money = f"{spoken(shown.money)}/kWh"
    if mix.solved:
        exhibit.metric(place, told, mix.cost_usd_per_kwh * shown.factor, money)
    else:
        place.metric(f"{told}, {exhibit.named(money)}", "no plan")


def mixes(found: Compared, shown: Shown, report: Report, year: int) -> None:
    """All mixes side by side; of one without a plan, why."""
    st.subheader("Mixes side by side", anchor=False)
    table = side_by_side(found, shown)
    two = st.column_config.NumberColumn(format="%.2f")
    digits: dict[str, object] = {str(n): two for n in table.select_dtypes("float").columns}
    digits["Mix"] = st.column_config.Column(pinned=True)
    exhibit.table(table, "mixes_table", "Recycling mixes side by side", column_config=digits)
    told = f"{MET} meets the floor of {year}, {MISSED} does not. " if found.mixes[0].floors else (
        f"No floor of the law holds in {year} for what these cells hold. "
    )  # fmt: skip
    st.caption(f"{told}{floor_prices(found, shown)} {CONTENT}")
    for mix in found.mixes:
        if not mix.solved:
            st.error(_no_plan(mix))
    exhibit.files(report, "recycling_mixes")


def _no_plan(mix: RecyclingMix) -> str:
    why = " ".join(f"{text[:1].upper()}{text[1:]}" for text in mix.why)
    return widgets.plain(f"No plan for '{mix.name}' ({mix.plan.status}). {why}")


def content(found: Compared, report: Report) -> None:
    """Recycled content by element and mix, the floor as a line."""
    st.subheader("Recycled content by element", anchor=False)
    by = BY[widgets.switch("Split by", list(BY), "split")]
    table = charted_content(found, by)
    if table.empty:
        st.info("None of these mixes recycles an element that is followed.")
        return
    exhibit.draw("content_bars", content_bars, table, by)
    st.caption(
        "Manufacturing scrap and post-consumer waste both count towards the floors. Of one mass "
        "only one of them is credited, and only where it is used."
    )
    tidy = report.tables["recycled_content"]
    exhibit.table_and_files(
        tidy, tidy, "recycled_content", "Where each element comes from, by mix", report.about
    )


def savings_by_mix(found: Compared, shown: Shown, report: Report) -> None:
    """What each mix saves against no recycling."""
    import pandas as pd

    pairs = savings(found, shown)
    if not pairs:
        return
    st.subheader("Saved against no recycling", anchor=False)
    exhibit.draw("saving_bars", figures.amount_bars, pairs, f"{shown.money}/kWh")
    rows = [{"mix": mix, "saved": value, "unit": f"{shown.money}/kWh"} for mix, value in pairs]
    table = pd.DataFrame(rows)
    exhibit.table_and_files(
        table, table, "recycling_savings", "Saved against no recycling, by mix", report.about
    )


def streams(found: Compared, shown: Shown, report: Report) -> None:
    """What each mix treats, and what each line of it costs."""
    st.subheader("What is treated, and what it costs", anchor=False)
    tidy = report.tables["streams"]
    if tidy.empty:
        st.info("Nothing is recycled in any of these mixes.")
        return
    read = streams_read(tidy, found.mixes[0].supply.demand_kwh_per_year)
    exhibit.table(read, "streams_table", "Streams treated by each mix", column_config=_costs(read))
    st.caption(
        f"Costs in {spoken(shown.money)} per kWh of cells: feed, margin, collection, process and "
        "sales (below 0) add to the cost. Own scrap is free as feed. What recycled metal replaces "
        "is credited once: the plan buys less primary metal for it."
    )
    exhibit.files(_alone(report, "streams"), "recycling_streams")


def routes(found: Compared, shown: Shown, report: Report) -> None:
    """Each route of a chemistry per kg of feed."""
    st.subheader("Routes", anchor=False)
    names = list(found.routes)
    name = str(widgets.choose("Routes of", names, "routes_of", names[0])) if names[1:] else names[0]
    rows = found.routes[name]
    if not rows:
        st.info(f"No route recovers anything of {name} cells.")
        return
    read = routes_read(rows, shown)
    alt = f"Recycling routes of {name} in {rows[0].country}"
    exhibit.table(read, "routes_table", alt, column_config=_costs(read))
    st.caption(
        f"{alt}, in {spoken(shown.money)} per kg of feed (carbon in kg CO2). Feed: what is paid "
        "for it; below 0 a gate fee is taken. Margin = value - feed - collection - treatment; the "
        "last columns are the parts of the treatment. "
        "Carbon is of electricity and heat alone. Rests on: the weakest of the numbers behind it."
    )
    exhibit.files(_alone(report, "routes"), "recycling_routes")


def _costs(table: pd.DataFrame) -> dict[str, object]:
    """Three decimals for money and carbon, whole tonnes."""
    heads = [str(name) for name in table.select_dtypes("float").columns]
    fine = {name: st.column_config.NumberColumn(format="%.3f") for name in heads}
    whole = st.column_config.NumberColumn(format="%.0f")
    return {**fine, **{name: whole for name in heads if "t/year" in name}}


def _alone(report: Report, name: str) -> Report:
    from calculator.export import Report

    return Report({name: report.tables[name]}, about=report.about)


def grounds(data: Data, found: Compared, shown: Shown) -> None:
    """What the comparison rests on."""
    covers = found.mixes[0].supply.covers
    known = ", ".join(f"{spoken(c.stage)} {100 * c.share:.0f} %" for c in covers)
    told = (
        "Scrap and old cells of others are taken to be of the chemistries picked above.",
        "No rule but market access holds, and the floors in the mix that names them.",
        *((f"Share of the mass with an emission figure: {known}.",) if known else ()),
        *shown.notes,
    )
    for sentence in dict.fromkeys(told):
        st.caption(sentence)
    with st.expander(f"Assumptions ({len(found.assumptions)})", icon=":material/info:"):
        st.markdown("\n".join(f"- {text}" for text in found.assumptions) or "None.")
    exhibit.sources(data.db, found.records)


page()
