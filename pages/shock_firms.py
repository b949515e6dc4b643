"""Firms on the lists, what of a bill runs through them, projects elsewhere, and magnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator.export import Report
from calculator.figures import spoken
from calculator.shocks.shipped import firms_of, notes_of
from pages import exhibit, session, shock_exposure, shock_magnets, shock_projects, widgets

if TYPE_CHECKING:
    from materials_db.schema import Datum
    from pages.cached import Data

LISTED = "CHN_dual_use_automotive_2026"
_SPEND = "spend_file"


def ask(data: Data) -> bytes | None:
    """The list of firms, and the user's spend by supplier."""
    st.subheader("Firms on the lists of 2026", anchor=False)
    firms = firms_of(data.db, LISTED)
    table = pd.DataFrame(
        {
            "Firm": firm.name,
            "Tier": spoken(firm.tier),
            "Supplies": firm.item,
            "List": firm.list or "not said which",
            "Listed on": firm.listed_on,
            "Source": f"{firm.source}, {firm.locator}",
            "Note": firm.note,
        }
        for firm in firms
    )
    exhibit.table(table, "listed_firms", "Firms on the dual-use lists of 2026", height="content")
    st.caption(f"{len(firms)} firms. {_disagreement(data)}")
    exhibit.files(Report({"firms": table}, about={"event": LISTED}), "listed_firms")
    return _upload()


def _disagreement(data: Data) -> str:
    """What the sources say differently, the count of firms among it."""
    return " ".join(widgets.plain(f"{note.rstrip('.')}.") for note in notes_of(data.db, LISTED))


def _upload() -> bytes | None:
    """The user's file, kept over a change of page."""
    given = st.file_uploader(
        "Your spend by supplier (CSV)", type="csv", key="spend_upload",
        help="One row for each supplier and who buys from it. It stays in this session.",
    )  # fmt: skip
    if given is not None:
        session.hold(_SPEND, given.getvalue())
    with st.container(horizontal=True):
        st.download_button(
            "Download template", data=shock_exposure.TEMPLATE, file_name="spend.csv",
            mime="text/csv", on_click="ignore", icon=":material/download:", key="spend_template",
        )  # fmt: skip
        if session.held(_SPEND) and st.button("Remove file", key="drop_spend"):
            session.hold(_SPEND, None)
            return None
    found: bytes | None = session.held(_SPEND)
    return found


def draw(data: Data, spend: bytes | None) -> tuple[Datum, ...]:
    """Exposure of the spend, projects and magnets; returns the records behind them."""
    shock_exposure.draw(data, spend, LISTED)
    shock_projects.draw(data)
    return (*data.db.project_numbers, *shock_magnets.draw(data))
