"""How a page shows an answer: a chart with its table and files, and what the figures rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.export import Report, report_bytes
from calculator.scenario import scenario_yaml
from calculator.tables import notes_table, sources_table
from calculator.tables.provenance import ASSUMED_MARK
from pages.cached import charted

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.figures import Chart
    from calculator.scenario import Scenario
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

_MIME = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MARKS = (
    f"**{ASSUMED_MARK} 5/90**: 5 of the 90 numbers behind it are assumed. **borrowed**: prices the "
    "deck lacks, from the deck behind it. **stand-in**: factors of another place. **yours**: "
    "your own data."
)


def draw(key: str, chart: Callable[..., Chart], *shown: Any) -> None:
    """A chart the width of the page, described in words for those who cannot see it."""
    drawn = charted(chart, *shown)
    st.plotly_chart(drawn.figure, key=key, alt=drawn.alt, config={"displayModeBar": False})


def pick(key: str, chart: Callable[..., Chart], *shown: Any, **more: Any) -> int | None:
    """A chart whose points can be picked: the index of the one that is, if any."""
    drawn = chart(*shown, **more)
    event: Any = st.plotly_chart(
        drawn.figure, key=key, alt=drawn.alt, on_select="rerun", selection_mode="points",
        config={"displayModeBar": False},
    )  # fmt: skip
    points = [point for point in event.selection.points if point.get("customdata") is not None]
    data = points[0]["customdata"] if points else None
    index = data[0] if isinstance(data, list | tuple) else data
    return None if index is None else int(index)


def table(frame: pd.DataFrame, key: str, alt: str, **more: object) -> None:
    """A table the width of the page."""
    shown = {"hide_index": True, "placeholder": "", **more}
    st.dataframe(frame, key=key, alt=alt, **shown)  # type: ignore[call-overload]


def files(
    report: Report,
    name: str,
    workbook: Report | Callable[[], Report] | None = None,
    scenario: Scenario | None = None,
) -> None:
    """Buttons that write the report as CSV and XLSX when pressed.

    ``workbook`` is what the XLSX holds where it holds more; it may be made when asked for. A
    scenario becomes a file that the terminal takes.
    """
    with st.container(horizontal=True):
        for ending, mime in _MIME.items():
            whole = workbook if ending == ".xlsx" and workbook is not None else report
            st.download_button(
                f"Download {ending[1:].upper()}",
                data=partial(_content, whole, ending),
                file_name=f"{name}{ending}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{name}{ending}",
            )
        if scenario is not None:
            st.download_button(
                "Download scenario",
                data=partial(scenario_yaml, scenario),
                file_name=f"{name}.yaml",
                mime="application/yaml",
                on_click="ignore",
                icon=":material/download:",
                key=f"{name}.yaml",
                help="The inputs as a file that the terminal takes",
            )


def _content(report: Report | Callable[[], Report], ending: str) -> bytes:
    return report_bytes(report() if callable(report) else report, ending)


def table_and_files(
    frame: pd.DataFrame, tidy: pd.DataFrame, name: str, alt: str, about: Mapping[str, str]
) -> None:
    """The table behind a chart, folded, with its files."""
    with st.expander("Table and download", icon=":material/table:"):
        st.caption(alt)
        table(frame, f"{name}_table", alt, column_config=_digits(frame))
        files(Report({name: tidy}, about=about), name)


def _digits(frame: pd.DataFrame) -> dict[str, Any]:
    """Five digits for every fraction."""
    fractions = frame.select_dtypes("float").columns
    return {str(name): st.column_config.NumberColumn(format="%.5g") for name in fractions}


def crossed(
    tidy: pd.DataFrame, rows: str, columns: str = "chemistry", total: str = ""
) -> pd.DataFrame:
    """Items down, chemistries across, for reading; with their sum where a name for it is given."""
    heads = list(dict.fromkeys(tidy[columns]))
    wide = tidy.pivot_table(index=rows, columns=columns, values="value", aggfunc="sum", sort=False)
    wide = wide.reindex(columns=heads)
    if total:
        wide.loc[total] = wide.sum()
    return wide.reset_index().rename_axis(columns=None)


def grounds(
    db: MaterialsDB,
    evaluations: Sequence[Evaluation],
    further: Iterable[str] = (),
    records: Iterable[Datum] = (),
) -> None:
    """What the figures rest on: marks, notes and sources, those of further records too."""
    notes = notes_table(evaluations)
    for sentence in dict.fromkeys(further):
        st.caption(sentence)
    with st.expander(f"Notes ({len(notes)})", icon=":material/info:"):
        st.caption(MARKS)
        table(notes, "notes", "Notes on the figures by chemistry")
    sources(db, dict.fromkeys((*(row for e in evaluations for row in e.records), *records)))


def sources(db: MaterialsDB, records: Iterable[Datum]) -> None:
    """The foot of a page: its sources with their licences."""
    listed = sources_table(db, records)
    with st.expander(f"Sources ({len(listed)})", icon=":material/menu_book:"):
        table(listed, "sources", "Sources of the figures with their licences")
    st.caption(f"Data version {db.data_version}.")
