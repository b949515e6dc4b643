"""How a page shows an answer: a chart with its table and files, and what the figures rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from calculator.export import Report, report_bytes, stamped
from calculator.runs import Run, run_of, scenario_run
from calculator.scenario import scenario_yaml
from calculator.tables import AS_MADE, Display, notes_table, sources_table
from calculator.tables.provenance import ASSUMED_MARK
from pages import glossary, session, widgets
from pages.cached import charted, kept

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.figures import Chart
    from calculator.scenario import Scenario
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum
    from pages.cached import Data

_RUN = "run"
T = TypeVar("T")
_MIME = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MARKS = (
    f"**{ASSUMED_MARK} 5/90**: 5 of the 90 numbers behind it are assumed. **borrowed**: prices the "
    "deck lacks, from the deck behind it. **stand-in**: factors of another place. **yours**: "
    "your own data."
)


# --- the run -----------------------------------------------------------------------------


def begin_run() -> None:
    """Forget what the last page asked; before any page is drawn."""
    session.hold(_RUN, None)


def state_run(data: Data, scenario: Scenario, **further: object) -> None:
    """Say that a scenario decides the figures of the page, with what else is asked beside it."""
    session.hold(_RUN, scenario_run(data.db, scenario, **further))


def page_run(further: Mapping[str, object] | None = None) -> Run:
    """The run of the figures on the page: of its scenario, or of all its inputs and the day.

    Args:
        further: what decides some figures beside what decides the page, in plain values.
    """
    stated: Run | None = session.held(_RUN)
    run = _of_inputs() if stated is None else stated
    return run_of({"run": run.inputs, **further}, run.data_version) if further else run


def _of_inputs() -> Run:
    """Inputs of a page without a scenario: its address, with the case it is handed."""
    case = widgets.handed_over()
    asked = {
        "address": session.address(),
        "chemistries": list(case.chemistries),
        "case": {key: str(value) for key, value in case.values.items()},
        "day": date.today().isoformat(),
    }
    return run_of(asked, widgets.session_data().db.data_version)


def foot() -> None:
    """The last line of every page: the data it stands on and the run that names its figures."""
    run = page_run()
    version = widgets.session_data().db.data_version
    st.caption(f"Data version {version}. Run {run.id}, code {run.code_version}.", help=run.solver)


# --- units ---------------------------------------------------------------------------------


def display() -> Display:
    """Units in which the page tells its results."""
    found: Display = widgets.handed_over().display
    return found


def in_units(tidy: pd.DataFrame) -> pd.DataFrame:
    """A table in the units the reader asked for; a second time changes nothing."""
    return display().table(tidy)


def in_unit(value: float, unit: str) -> tuple[float, str]:
    """One figure in the unit the reader asked for, and that unit."""
    scale = display().scale(unit)
    return value * scale.factor, scale.unit


def named(unit: str) -> str:
    """A unit as the reader asked for it."""
    return display().named(unit)


def metric(
    place: Any, words: str, value: float, unit: str, digits: str = ",.2f", *,
    after: str = "", **more: Any,
) -> None:  # fmt: skip
    """One large figure with its unit, in the reader's units."""
    told, name = in_unit(value, unit)
    taught = {"help": glossary.told(words), **more}
    place.metric(f"{words}, {name}", f"{told:{digits}}{after}", **taught)


def _converted(shown: Sequence[Any]) -> tuple[Any, ...]:
    """What a chart is drawn of, in the reader's units: tables, or pairs and their unit."""
    import pandas as pd

    units = display()
    if units.as_made:
        return tuple(shown)
    if len(shown) == 2 and isinstance(shown[1], str) and isinstance(shown[0], list | tuple):
        scale = units.scale(shown[1])
        return [(name, value * scale.factor) for name, value in shown[0]], scale.unit
    return tuple(units.table(one) if isinstance(one, pd.DataFrame) else one for one in shown)


# --- charts, tables and files --------------------------------------------------------------


def made(name: str, make: Callable[[], T]) -> T:
    """What the page shows of the answer of its run, made once for all who ask the same.

    Nothing but what decides the run, the user's data and the reader's units may decide it, and
    nobody may change it.
    """
    key = f"{widgets.session_data().key} {page_run().id} {display()}"
    return kept(name, key, make)


def draw(key: str, chart: Callable[..., Chart], *shown: Any, of_run: bool = False) -> None:
    """A chart the width of the page, described in words for those who cannot see it.

    ``of_run``: the run of the page decides it, as in ``made``; the tables are then not compared.
    """
    if of_run:
        drawn = made(f"chart {key}", lambda: chart(*_converted(shown)))
    else:
        drawn = charted(chart, *_converted(shown))
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


def table(frame: pd.DataFrame, key: str, alt: str, **more: object) -> Any:
    """A table the width of the page, in the reader's units; what is picked in it, if it may be."""
    shown: dict[str, Any] = {"hide_index": True, "placeholder": "", **more}
    heads = display().headings(frame.columns)
    columns: Mapping[str, Any] = shown.get("column_config") or {}
    given = {heads.get(str(name), str(name)): one for name, one in columns.items()}
    shown["column_config"] = {**given, **_taught(heads.values(), given)}
    return st.dataframe(in_units(frame), key=key, alt=display().worded(alt), **shown)


def table_to_pick(
    frame: pd.DataFrame, key: str, alt: str, **more: object
) -> tuple[int, str] | None:
    """A table of which one cell can be picked: its row and the name of its column."""
    choice = {"on_select": "rerun", "selection_mode": "single-cell"}
    event = table(frame, key, alt, **more, **choice)
    cells = event.selection.cells if event is not None else []
    return (int(cells[0][0]), str(cells[0][1])) if cells else None


def _taught(heads: Iterable[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """Columns whose heading the glossary explains, with that beside what else is set of them."""
    found = {name: glossary.told(name) for name in heads}
    return {
        name: {**(given.get(name) or st.column_config.Column()), "help": text}
        for name, text in found.items()
        if text and isinstance(given.get(name, {}), dict)
    }


def files(
    report: Report | Callable[[], Report],
    name: str,
    workbook: Report | Callable[[], Report] | None = None,
    scenario: Scenario | None = None,
    further: Mapping[str, object] | None = None,
) -> None:
    """Buttons that write the report as CSV and XLSX when pressed, with the run of the page.

    ``workbook`` is what the XLSX holds where it holds more. Either may be made when asked for. A
    scenario becomes a file that the terminal takes. ``further`` is as in ``page_run``.
    """
    run = page_run(further)
    units = display() if widgets.handed_over().files_too else AS_MADE
    with st.container(horizontal=True):
        for ending, mime in _MIME.items():
            whole = workbook if ending == ".xlsx" and workbook is not None else report
            st.download_button(
                f"Download {ending[1:].upper()}",
                data=partial(_content, whole, ending, run, units),
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


def _content(report: Report | Callable[[], Report], ending: str, run: Run, units: Display) -> bytes:
    whole = report() if callable(report) else report
    return report_bytes(stamped(in_report_units(whole, units), run), ending)


def in_report_units(report: Report, units: Display) -> Report:
    """The tables of a report in other units, which its facts then name."""
    if units.as_made:
        return report
    tables = {name: units.table(frame) for name, frame in report.tables.items()}
    about = {**report.about, "units": units.sentence()}
    return replace(report, tables=tables, about=about)


def table_and_files(
    frame: pd.DataFrame,
    tidy: pd.DataFrame,
    name: str,
    alt: str,
    about: Mapping[str, str],
    further: Mapping[str, object] | None = None,
) -> None:
    """The table behind a chart, folded, with its files; ``further`` is as in ``page_run``."""
    with st.expander("Table and download", icon=":material/table:"):
        st.caption(display().worded(alt))
        table(frame, f"{name}_table", alt, column_config=_digits(frame))
        files(Report({name: tidy}, about=about), name, further=further)


def _digits(frame: pd.DataFrame) -> dict[str, Any]:
    """Five digits for every fraction."""
    fractions = frame.select_dtypes("float").columns
    return {str(name): st.column_config.NumberColumn(format="%.5g") for name in fractions}


def crossed(
    tidy: pd.DataFrame, rows: str, columns: str = "chemistry", total: str = ""
) -> pd.DataFrame:
    """Items down, chemistries across, for reading; with their sum where a name for it is given.

    In the reader's units, for a crossed table states none that could be read again.
    """
    tidy = in_units(tidy)
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
    notes = made("notes", lambda: notes_table(evaluations))
    for sentence in dict.fromkeys(further):
        st.caption(sentence)
    with st.expander(f"Notes ({len(notes)})", icon=":material/info:"):
        st.caption(MARKS)
        table(notes, "notes", "Notes on the figures by chemistry")
    sources(db, dict.fromkeys((*(row for e in evaluations for row in e.records), *records)))


def sources(db: MaterialsDB, records: Iterable[Datum]) -> None:
    """The sources of a page with their licences."""
    listed = sources_table(db, records)
    with st.expander(f"Sources ({len(listed)})", icon=":material/menu_book:"):
        table(listed, "sources", "Sources of the figures with their licences")
