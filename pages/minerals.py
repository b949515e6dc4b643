"""Minerals: what each chemistry holds of every element, and the countries it depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.exposure import exposure_table, pass_through_table, stage_exposures
from calculator.reports import about
from calculator.tables import WHOLE_CELL, shown_in
from calculator.tables.provenance import label
from calculator.why import mineral_figures
from pages import case, exhibit, keeping, why, widgets
from pages.cached import Data, evaluated
from pages.mineral_tables import UNITS, amounts, list_table

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.exposure import StageExposure
    from materials_db.schema import Datum

ITEMS = {"in the cell": "in cell", "bought": "bought"}
CRITICAL, ALL = "critical", "all"


def page() -> None:
    """Inputs, one call, what it answers."""
    data = widgets.session_data()
    asked = case.asked()
    if not asked.chemistries:
        st.info("Pick a chemistry above.")
        return
    scenario = asked.scenario()
    exhibit.state_run(data, scenario)
    answer = evaluated(data, scenario)
    for sentence in answer.refused:
        st.error(widgets.plain(sentence))
    if not answer.evaluations:
        return
    shown = shown_in(data.db, scenario.currency, scenario.year)
    facts = about(data.db, scenario, shown)
    elements = intensity(data, answer.evaluations, facts)
    critical(data, elements)
    country, followed = exposure(data, answer.evaluations, elements, facts)
    first = answer.evaluations[0]
    why.fold(
        data, "minerals", f"{country} {scenario.model_dump_json(by_alias=True)}",
        lambda: mineral_figures(data.db, scenario, country),
        f"elements/{label(first)}/{elements[0]}/{WHOLE_CELL}/in cell" if elements else "", facts,
    )  # fmt: skip
    exhibit.grounds(data.db, answer.evaluations, records=followed)
    keeping.save_fold("minerals", scenario)


def intensity(
    data: Data, evaluations: Sequence[Evaluation], facts: Mapping[str, str]
) -> tuple[str, ...]:
    """Heat map of the amounts; returns the elements shown."""
    with st.container(horizontal=True):
        item = widgets.switch("Amount", list(ITEMS), "item")
        unit = widgets.switch("Unit", _units(), "unit", format_func=exhibit.named)
        which = widgets.switch("Elements", (CRITICAL, ALL), "elements")
    tidy, crossed = exhibit.made(
        f"amounts {item} {unit} {which}",
        lambda: _amounts(data, evaluations, ITEMS[item], unit, which == CRITICAL),
    )
    exhibit.draw("heat_map", figures.element_heat_map, tidy)
    st.caption(
        "Colour is logarithmic. Bought counts the losses of the plant; a vehicle is one pack. "
        "Graphite counts as itself beside carbon."
    )
    told = f"Elements in {exhibit.named(unit)}"
    exhibit.table_and_files(crossed, tidy, "elements", told, facts)
    return tuple(dict.fromkeys(tidy["element"]))


def _amounts(
    data: Data, evaluations: Sequence[Evaluation], item: str, unit: str, critical: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Amounts of elements, tidy and for reading."""
    tidy = amounts(data.db, evaluations, item, unit, critical)
    return tidy, exhibit.crossed(tidy, "element")


def _units() -> list[str]:
    """Units of the page, each told once in the reader's units."""
    first, *rest = UNITS
    return [first, *(unit for unit in rest if exhibit.named(unit) != exhibit.named(first))]


def critical(data: Data, elements: Sequence[str]) -> None:
    """The dated lists that name the elements."""
    st.subheader("Lists of critical raw materials", anchor=False)
    listed = list_table(data.db, elements)
    exhibit.table(
        listed, "lists", "Elements on the lists of critical raw materials", height="content"
    )
    exhibit.files(Report({"critical_lists": listed}), "critical_lists")


def exposure(
    data: Data, evaluations: Sequence[Evaluation], elements: Sequence[str], facts: Mapping[str, str]
) -> tuple[str, tuple[Datum, ...]]:
    """Share of a country by stage, concentration, risk; returns it and the records used."""
    st.subheader("Exposure to a country", anchor=False)
    codes = sorted({row.country for row in data.db.shares} - {"ROW"})
    country = widgets.country_picker("Country", codes, "country", "CHN", width=320)
    found, stages, passed = exhibit.made(
        f"exposure {country} {elements}",
        lambda: _exposed(data, evaluations, elements, country),
    )
    exhibit.draw("exposure", figures.share_bars, stages, f"share of {country} in world output, %")
    exhibit.table_and_files(
        stages, stages, "exposure", f"Share of {country}, HHI and GeoPolRisk by stage", facts,
        {"country": country},
    )  # fmt: skip
    st.markdown(
        f"**Pass-through**: part of the cell's elements that touched {country} at any stage"
    )
    exhibit.draw("pass_through", figures.pass_through_dots, passed)
    st.caption(
        "By mass of the elements bought, stages taken as independent; the line spans what any "
        "pairing of stages allows. GeoPolRisk is for a buyer of the world's mix."
    )
    exhibit.table_and_files(
        passed, passed, "pass_through", f"Pass-through of {country} by element", facts,
        {"country": country},
    )  # fmt: skip
    return country, tuple(row for stage in found for row in stage.records)


def _exposed(
    data: Data, evaluations: Sequence[Evaluation], elements: Sequence[str], country: str
) -> tuple[Sequence[StageExposure], pd.DataFrame, pd.DataFrame]:
    """Each stage's exposure, the same as a table, and what touched the country at any stage."""
    found = stage_exposures(data.db, elements, country)
    passed = pass_through_table(data.db, evaluations, country)
    return found, exposure_table(found, country), passed


page()
