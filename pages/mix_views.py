"""The mix as a picture: what flows from stage to stage, and where on the world it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.figures import spoken
from calculator.tables.flows import material_flow_table, value_flow_table
from pages import exhibit, widgets

if TYPE_CHECKING:
    from calculator.export import Report
    from calculator.tables import Shown
    from pages.mixes import Mix

MONEY = "money, all materials"
_NEVER = frozenset({"battery energy"})


def flows(mix: Mix, shown: Shown, report: Report) -> None:
    """Bands from the mine to the buyer, in money or in kg of one material."""
    st.subheader("What flows from where", anchor=False)
    plan = mix.sourced.plan
    chains = mix.sourced.supply.chains.values()
    materials = list(dict.fromkeys(chain.end.material for chain in chains))
    shown_by = str(widgets.choose("Width of a band", [MONEY, *materials], "band", MONEY, spoken))
    by_money = shown_by == MONEY
    table = value_flow_table(plan, shown) if by_money else material_flow_table(plan, shown_by)
    if table.empty:
        st.info(f"No {spoken(shown_by)} is in this mix.")
        return
    colours = figures.mix_colours(report.tables["shares"])
    exhibit.draw("flow_bands", figures.mix_sankey, table, colours)
    told = "Flows from stage to stage, a year"
    exhibit.table_and_files(table, table, "flows", told, report.about)


def places(mix: Mix, report: Report) -> None:
    """A map of one material at one stage."""
    shares = report.tables["shares"]
    pairs = dict.fromkeys(zip(shares["material"], shares["stage"].fillna(""), strict=True))
    named = {_at(*pair): pair for pair in pairs if pair[0] not in _NEVER}
    first = next((name for name in named if "refining" in name), next(iter(named)))
    st.subheader("Where it comes from", anchor=False)
    material, stage = named[str(widgets.choose("Material and stage", list(named), "map", first))]
    rows = shares[(shares["material"] == material) & (shares["stage"].fillna("") == stage)]
    exhibit.draw("world_map", figures.world_map, rows, _at(material, stage))
    exhibit.table_and_files(
        rows, rows, "map_shares", f"Share of each country: {_at(material, stage)}", report.about
    )


def _at(material: str, stage: str) -> str:
    return f"{spoken(material)}, {spoken(stage)}" if stage else spoken(material)
