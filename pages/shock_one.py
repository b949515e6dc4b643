"""One supplier fails: what is left of each material and stage, and whose loss hurts most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.figures import spoken
from pages import exhibit, jobs, shock_why, widgets
from pages.cached import sourcing_mix
from pages.shock_run import Tested
from pages.spelled import good

if TYPE_CHECKING:
    from pages.cached import Data

WORLD, IMPORTS, THE_PLAN = "the world", "the importer", "the plan"
CELL_ONLY = "what these cells hold"
ALL = "every material"
_SHOWN = 12


def ask() -> str:
    """Whether all materials are shown, or those of the cells."""
    return widgets.switch("Materials", (CELL_ONLY, ALL), "n1_goods")


def draw(data: Data, tested: Tested, which: str) -> None:
    """The map of what is left, the table, and the countries."""
    table = _table(data, tested)
    held = {point.material for point in tested.chain.points}
    if which == CELL_ONLY:
        table = table[table["material"].isin(held)]
    if tested.asked.on_plan:
        _view(table[table["view"] == "plan"], THE_PLAN, tested, "n1_plan")
    _view(table[table["view"] == "world"], WORLD, tested, "n1_world")
    _imports(table[table["view"] == "imports"], tested)
    _countries(data, tested)
    shock_why.failing(data, tested)


def _table(data: Data, tested: Tested) -> pd.DataFrame:
    """The N-1 table of the importer, with the plan's rows where one is tested."""
    from calculator.dependence.tables import n1_table

    asked = tested.asked
    scenario = asked.scenario()
    sourced = sourcing_mix(data, scenario).sourced if asked.on_plan else None
    key = f"n1 {asked.on_plan} {data.key} {scenario.model_dump_json(by_alias=True)}"
    return jobs.answer(
        "n1", key, lambda: n1_table(data.db, asked.importer, sourced), "Removing each supplier"
    )


def _view(rows: pd.DataFrame, whose: str, tested: Tested, name: str) -> None:
    st.subheader(f"{whose.capitalize()} without its largest supplier", anchor=False)
    if rows.empty:
        st.info("No share is known of these materials.")
        return
    worst = rows.sort_values("left").iloc[0]
    st.markdown(
        f"**{good(worst['material'], worst['stage'])} is worst: without {worst['largest']} "
        f"{100 * worst['left']:.0f} % of the demand is left.**"
    )
    drawn = pd.DataFrame(
        {
            "material": rows["material"],
            "stage": rows["stage"],
            "country": rows["largest"],
            "left": rows["left"],
        }
    )
    exhibit.draw(name, figures.outage_heat_map, drawn)
    if whose == WORLD:
        st.caption(
            "Left: share of world production without the largest country, taken as equal to "
            "demand. Countries that are not named count as many small ones; the table has the "
            "range."
        )
    else:
        st.caption(
            "Left: share of the output without that country; spare capacity is in the table."
        )
    with st.expander("Table and download", icon=":material/table:"):
        exhibit.table(_read(rows), f"{name}_table", f"N-1 table of {whose}", column_config=_DIGITS)
        exhibit.files(Report({"n1": rows}, about=tested.about), name)


_DIGITS = {
    name: st.column_config.NumberColumn(format="%.3f")
    for name in ("HHI, low", "HHI, high", "HHI x governance", "GeoPolRisk", "EU supply risk")
}
_COLUMNS = {
    "material": "Material",
    "stage": "Stage",
    "form": "Form",
    "largest": "Largest",
    "largest_share": "Its share, %",
    "left": "Left, %",
    "left_low": "Left at least, %",
    "left_with_spare": "Left with spare, %",
    "output_lost": "Output lost, %",
    "hhi_low": "HHI, low",
    "hhi_high": "HHI, high",
    "hhi_governance": "HHI x governance",
    "geopolrisk": "GeoPolRisk",
    "geopolrisk_of": "GeoPolRisk of",
    "eu_supply_risk": "EU supply risk",
    "outlook_2035": "Outlook 2035",
    "date": "Date",
    "basis": "Basis",
    "sources": "Sources",
    "note": "Note",
}


def _read(rows: pd.DataFrame) -> pd.DataFrame:
    """The table for reading: percent, words, and no column that says nothing."""
    read = rows[list(_COLUMNS)].rename(columns=_COLUMNS)
    for name in read.columns:
        if name.endswith(", %"):
            read[name] = (100 * pd.to_numeric(read[name])).round(1)
    for name in ("Material", "Stage", "Form"):
        read[name] = read[name].fillna("").map(spoken)
    return read.loc[:, [bool(read[name].notna().any()) for name in read.columns]]


def _imports(rows: pd.DataFrame, tested: Tested) -> None:
    """GeoPolRisk of the importer where its imports by origin are known."""
    importer = tested.asked.importer
    st.subheader(f"Imports of {importer}", anchor=False)
    if rows.empty:
        st.info(
            f"No source in the database gives the imports of {importer} by origin; the table of "
            "the world has the GeoPolRisk of a buyer of the world's mix."
        )
        return
    read = _read(rows)
    exhibit.table(read, "n1_imports", f"Imports of {importer} by origin", column_config=_DIGITS)
    exhibit.files(Report({"imports": rows}, about=tested.about), "imports")


def _countries(data: Data, tested: Tested) -> None:
    """Which country's loss hurts most."""
    from calculator.dependence.tables import loss_table

    st.subheader("Whose loss hurts most", anchor=False)
    table = loss_table(data.db)
    ranked = table.sort_values("mean_share", ascending=False).head(_SHOWN)
    percent = (100 * ranked["mean_share"]).tolist()
    pairs = tuple(zip(ranked["country"].tolist(), percent, strict=True))
    exhibit.draw("loss_bars", figures.amount_bars, pairs, "%, mean share of all stages")
    st.caption(
        "Of every material and stage in the table of shares alike, whatever a cell needs of it."
    )
    exhibit.table_and_files(
        ranked, table, "country_losses", "What the loss of a country takes", tested.about
    )
