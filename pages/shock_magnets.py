"""Magnets and rare earths of traction motors, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator.magnets import magnet_demand, motor_options
from pages import exhibit, widgets

if TYPE_CHECKING:
    from calculator.magnets import MagnetDemand, MotorOption
    from materials_db.schema import Datum
    from pages.cached import Data


def draw(data: Data) -> tuple[Datum, ...]:
    """Tonnes in so many cars, and motors with less; returns the records behind them."""
    st.subheader("Magnets and rare earths", anchor=False)
    st.caption("No cell holds rare earths; motors do.")
    cars, part, _ = st.columns([1, 1, 2])
    with cars:
        vehicles = widgets.number("Electric cars", "magnet_cars", 1e6, 0.0, 1e9, 1e5)
    with part:
        share = widgets.number("With magnets, %", "magnet_share", 100.0, 0.0, 100.0, 5.0)
    found = magnet_demand(data.db, vehicles, with_magnets=share / 100)
    st.markdown(_told(found))
    options = motor_options(data.db)
    table = _options(options)
    exhibit.table_and_files(
        table, table, "motors", "Motors with less, other or no rare-earth magnets", {}
    )
    st.caption("An empty field is one that no source states.")
    return (*found.records, *(row for one in options for row in one.records))


def _told(found: MagnetDemand) -> str:
    magnets, earths, heavy = found.magnet_t, found.rare_earth_t, found.dysprosium_t
    return (
        f"**{found.vehicles:,.0f} cars hold {magnets[1]:,.0f} t of magnets** "
        f"({magnets[0]:,.0f} to {magnets[2]:,.0f}), {earths[1]:,.0f} t of rare earths in them "
        f"({earths[0]:,.0f} to {earths[2]:,.0f}), {heavy[0]:,.0f} to {heavy[1]:,.0f} t of "
        "dysprosium."
    )


def _options(options: tuple[MotorOption, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "motor": one.name,
            "volume, %": _percent(one.volume_change),
            "cost, %": _percent(one.cost_change),
            "mass, %": _percent(one.mass_change),
            "loss on the WLTP cycle, Wh": one.cycle_loss_wh,
            "neodymium, %": _percent(one.neodymium_change),
            "without heavy rare earths": _yes(one.heavy_rare_earth_free),
            "sources": ", ".join(dict.fromkeys(row.source for row in one.records)),
        }
        for one in options
    )


def _percent(change: float | None) -> float | None:
    return None if change is None else 100 * change


def _yes(value: bool | None) -> str:
    return {True: "yes", False: "no"}.get(value, "") if value is not None else ""
