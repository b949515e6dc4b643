"""What of a bill runs through listed firms, by tier, from the user's file of spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.dependence.firms import firm_exposure
from calculator.dependence.spend import SPEND_TEMPLATE, read_spend
from calculator.dependence.tables import firm_tables
from calculator.errors import InputError
from calculator.export import Report
from calculator.shocks.shipped import firms_of
from pages import exhibit, widgets

if TYPE_CHECKING:
    from calculator.dependence.firms import Exposure
    from pages.cached import Data

TEMPLATE = SPEND_TEMPLATE
HOW = (
    "A row without buys\\_from is what you pay a supplier; one with it is what that supplier "
    "spends with another. China\\_input\\_share is the part of the paid firm's inputs that comes "
    "from China, lag the days until it has replaced them."
)


def draw(data: Data, spend: bytes | None, listed: str) -> None:
    """Exposure by tier, or how to get it."""
    st.subheader("Your bill through these firms", anchor=False)
    st.caption(HOW)
    if spend is None:
        st.info("Upload your spend by supplier above to see what of it runs through these firms.")
        return
    try:
        found = firm_exposure(read_spend(spend), [firm.name for firm in firms_of(data.db, listed)])
    except InputError as error:
        st.error(widgets.plain(str(error)))
        return
    _told(found)
    _tables(found, listed)


def _told(found: Exposure) -> None:
    st.markdown(
        f"**{100 * found.share:.1f} % of the bill runs through listed firms; "
        f"{100 * found.exposure:.1f} % is exposed.** That is {found.days_lost:.1f} days of the "
        f"whole bill's output; a line that needs every part stands for up to "
        f"{found.longest_lag_days:.0f} days."
    )
    if found.unknown:
        names = widgets.plain(", ".join(match.firm for match in found.unknown))
        st.caption(f"On no list: {names}.")


def _tables(found: Exposure, listed: str) -> None:
    tables = firm_tables(found)
    bars = [(f"tier {tier.tier}", 100 * tier.exposure) for tier in found.tiers]
    if bars:
        exhibit.draw("tier_bars", figures.amount_bars, tuple(bars), "% of the bill exposed")
    for name, alt in (
        ("tiers", "Exposure by tier"),
        ("firms", "Exposure by listed firm"),
        ("matches", "Firms of the file and what they were taken for"),
    ):
        if len(tables[name]):
            st.caption(f"{alt}.")
            exhibit.table(tables[name], f"exposure_{name}", alt)
    exhibit.files(Report(tables, about={"event": listed}), "exposure")
