"""Data: every record with its source, the census, and the user's own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator.export import Report
from calculator.figures import spoken
from calculator.listing import census_report
from calculator.tables import sources_table
from materials_db.faults import DatabaseError
from materials_db.schema import Basis, Confidence
from pages import exhibit, own_files, widgets
from pages.record_tables import (
    BROWSED,
    TEMPLATES,
    chemistry_file,
    every_number,
    filtered,
    own_records,
    record_table,
    template,
)

if TYPE_CHECKING:
    from pages.cached import Data

RECORDS, SOURCES, CENSUS, OWN = "Records", "Sources", "Census", "Your data"
MOST_FILES, MOST_BYTES = 20, 10_000_000


def page() -> None:
    """One view at a time."""
    data = widgets.session_data()
    view = widgets.switch("View", (RECORDS, SOURCES, CENSUS, OWN), "view")
    {RECORDS: records, SOURCES: sources, CENSUS: census, OWN: own}[view](data)


def records(data: Data) -> None:
    """Browse one table."""
    which, text, basis, confidence = st.columns([2, 2, 2, 2])
    with which:
        name = str(widgets.choose("Table", BROWSED, "table", "prices", shown=spoken))
    with text:
        find = widgets.words("Find", "find", placeholder="any column")
    with basis:
        bases = widgets.choose_some("Basis", [b.value for b in Basis], "basis", placeholder="all")
    with confidence:
        levels = [c.value for c in Confidence]
        trusted = widgets.choose_some("Confidence", levels, "confidence", placeholder="all")
    own_only = bool(data.own) and st.toggle("Yours only", key="yours")
    table = record_table(data.db, name)
    found = filtered(table, find, bases, trusted, own_only)
    exhibit.table(found, "records", f"Records of {spoken(name)}", height=500)
    st.caption(f"{len(found)} of {len(table)} rows. Estimates are marked assumed.")
    facts = {"data_version": data.db.data_version, "table": name}
    exhibit.files(Report({name: found}, about=facts), name)


def sources(data: Data) -> None:
    """Every source with its licence and how often it is cited."""
    table = sources_table(data.db, every_number(data.db))
    exhibit.table(table, "all_sources", "Sources with their licences", height=500)
    st.caption(f"{len(table)} sources are cited.")
    exhibit.files(Report({"sources": table}), "sources")


def census(data: Data) -> None:
    """How the numbers came to be."""
    report = census_report(data.db)
    counts = report.tables["census"].round(1).rename(columns=spoken)
    exhibit.table(counts, "census", "Counts by table", height="content")
    st.caption(
        f"Stale: older than {report.about['stale_after_years']} years on "
        f"{report.about['counted_on']}. Conflicting: another source states the same number, or its "
        "range is wider than 25 %."
    )
    exhibit.files(report, "census")


def own(data: Data) -> None:
    """Lay rows of one's own over the shipped ones, and take them away."""
    st.markdown(
        "Your rows replace shipped rows of the same key and are marked yours on every page. "
        "They stay in this browser tab and are gone when it is closed, unless you save: what is "
        "saved at the foot of a page is saved with them."
    )
    uploaded = st.file_uploader("CSV, XLSX or YAML", accept_multiple_files=True, key="upload")
    with st.container(horizontal=True):
        use = st.button("Use these files", type="primary", disabled=not uploaded, key="use")
        drop = st.button("Remove my data", disabled=not data.own, key="drop")
        aside = own_files.set_aside()
        label = widgets.plain(f"Lay over again: {own_files.listed(aside)}")
        back = bool(aside) and st.button(label, key="lay_back")
    if use:
        _lay_over({file.name: file.getvalue() for file in uploaded})
    if back:
        _lay_over(aside)
    if drop:
        widgets.drop_own()
        st.rerun()
    if data.own:
        exhibit.table(own_records(data.db), "own", "Your records by table")
    _templates(data)


def _lay_over(files: dict[str, bytes]) -> None:
    """Take the files, or tell every fault; what was in use stays in use."""
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        st.error(f"Give at most {MOST_FILES} files and {MOST_BYTES // 1_000_000} MB in all.")
        return
    try:
        widgets.lay_over(files)
    except DatabaseError as error:
        st.error(
            f"Your files were not taken; mend these and try again:\n\n{widgets.plain(str(error))}"
        )
        return
    st.rerun()


def _templates(data: Data) -> None:
    st.subheader("Templates", anchor=False)
    table, chemistry = st.columns(2)
    with table:
        name = str(widgets.choose("Table", TEMPLATES, "template", TEMPLATES[0], shown=spoken))
        st.download_button(
            "Download CSV", lambda: template(data.db, name), f"{name}.csv", "text/csv",
            on_click="ignore", icon=":material/download:", key="template_csv",
        )  # fmt: skip
    with chemistry:
        shipped = [c.id for c in data.db.chemistries.values() if c.layer == "shipped"]
        entry = str(widgets.choose("Chemistry", shipped, "copied", "LFP"))
        st.download_button(
            "Download YAML", lambda: chemistry_file(entry), f"{entry}.yaml", "application/yaml",
            on_click="ignore", icon=":material/download:", key="template_yaml",
        )  # fmt: skip


page()
