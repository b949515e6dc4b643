"""The router of the web form: ``streamlit run pages/app.py``."""

from __future__ import annotations

import streamlit as st

from pages import case, widgets
from pages.cached import USER_ERRORS

STYLE = """<style>
.stMainBlockContainer {padding: 4rem clamp(1rem, 4vw, 4rem) 3rem}
</style>"""
"""Streamlit leaves a hand's breadth free above every page; a small screen has none to spare."""


HEADINGS = {
    "Compare": "Compare chemistries",
    "Minerals": "Minerals by chemistry",
    "Sourcing": "Sourcing mix",
    "Recycling": "Recycling mixes",
    "Trade": "Trade policy",
    "Shock": "Shocks and stockpiles",
    "Data": "Data",
}

NO_CASE = ("Trade", "Data")
"""Pages that work on no cell of their own."""


def main() -> None:
    """Draw the page that was asked for; a user's mistake is one sentence."""
    st.set_page_config(page_title="Battery cost calculator", page_icon="🔋", layout="wide")
    page = st.navigation(
        [
            st.Page("compare.py", title="Compare", icon=":material/bar_chart:", default=True),
            st.Page("minerals.py", title="Minerals", icon=":material/diamond:"),
            st.Page("sourcing.py", title="Sourcing", icon=":material/public:"),
            st.Page("recycling.py", title="Recycling", icon=":material/recycling:"),
            st.Page("trade.py", title="Trade", icon=":material/local_shipping:"),
            st.Page("shock.py", title="Shock", icon=":material/bolt:"),
            st.Page("data.py", title="Data", icon=":material/database:"),
        ],
        position="top",
    )
    st.html(STYLE)
    widgets.begin(page.title)
    above = st.container()
    st.header(HEADINGS[page.title], anchor=False)
    try:
        picker = page.title in ("Compare", "Minerals")
        case.draw(widgets.session_data().db, picker=picker, plant=page.title not in NO_CASE)
        page.run()
    except USER_ERRORS as error:
        st.error(widgets.plain(str(error)))
    for sentence in widgets.refused_links():
        above.warning(sentence)
    for sentence in widgets.own_in_use():
        above.info(sentence)


main()
