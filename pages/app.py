"""The router of the web form: ``streamlit run pages/app.py``."""

from __future__ import annotations

import streamlit as st

from pages import case, exhibit, jobs, keeping, widgets
from pages.cached import USER_ERRORS

STYLE = """<style>
.stMainBlockContainer {padding: 4rem clamp(1rem, 4vw, 4rem) 3rem}
[data-testid=stMetricLabel] * {white-space: normal; overflow: visible}
button[data-variant=segmented_control][data-selected=true] {color: inherit !important}
button[data-variant=segmented_control][data-selected=true] * {
  color: inherit !important; font-weight: 600}
:focus-visible:not(main, input) {outline: 2px solid #808080 !important; outline-offset: 2px}
</style>"""
"""Less room above a page than Streamlit leaves, for a small screen has none to spare; a figure's
name is read whole; what is chosen is read in the colour of text; what has the keyboard is seen."""


HEADINGS = {
    "Compare": "Compare chemistries",
    "Minerals": "Minerals by chemistry",
    "Uncertainty": "Uncertainty of cost and energy",
    "Sensitivity": "What moves a figure, and where it turns",
    "Sourcing": "Sourcing mix",
    "Recycling": "Recycling mixes",
    "Trade": "Trade policy",
    "Shock": "Shocks and stockpiles",
    "Data": "Data",
    "Saved": "Saved scenarios",
}

NO_CASE = ("Trade", "Data", "Saved")
"""Pages that work on no cell of their own."""


def main() -> None:
    """Draw the page that was asked for; a user's mistake is one sentence."""
    st.set_page_config(page_title="Battery cost calculator", page_icon="🔋", layout="wide")
    page = st.navigation(
        [
            st.Page("compare.py", title="Compare", icon=":material/bar_chart:", default=True),
            st.Page("minerals.py", title="Minerals", icon=":material/diamond:"),
            st.Page("uncertainty.py", title="Uncertainty", icon=":material/casino:"),
            st.Page("sensitivity.py", title="Sensitivity", icon=":material/swap_vert:"),
            st.Page("sourcing.py", title="Sourcing", icon=":material/public:"),
            st.Page("recycling.py", title="Recycling", icon=":material/recycling:"),
            st.Page("trade.py", title="Trade", icon=":material/local_shipping:"),
            st.Page("shock.py", title="Shock", icon=":material/bolt:"),
            st.Page("data.py", title="Data", icon=":material/database:"),
            st.Page("saved.py", title="Saved", icon=":material/bookmark:"),
        ],
        position="top",
    )
    keeping.restore()
    st.html(STYLE)
    widgets.begin(page.title)
    exhibit.begin_run()
    above = st.container()
    keeping.sign_in()
    st.header(HEADINGS[page.title], anchor=False)
    try:
        picker = page.title in ("Compare", "Minerals", "Uncertainty", "Sensitivity")
        with jobs.drawing():
            case.draw(widgets.session_data().db, picker=picker, plant=page.title not in NO_CASE)
            page.run()
    except USER_ERRORS as error:
        st.error(widgets.plain(str(error)))
    exhibit.foot()
    for sentence in widgets.refused_links():
        above.warning(sentence)
    for sentence in widgets.own_in_use():
        above.info(sentence)
    keeping.tell(above, page.title.lower())


main()
