"""Two scenarios side by side: inputs, results, and the bridge from one cost to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.difference_reports import ORDERED, bridge_table, difference_tables, drawn_bridge
from calculator.export import Report
from calculator.scenario import Scenario, scenario_hash
from calculator.scenario.difference import scenario_difference
from pages import exhibit, widgets
from pages.cached import refuse_files

if TYPE_CHECKING:
    from calculator.scenario.difference import ScenarioDifference
    from pages.cached import Data

_SHOWN = ("specific energy", "energy density", "cell cost", "pack cost", "pack mass")


def show(data: Data, before: Scenario, after: Scenario, data_after: Data | None = None) -> None:
    """What changed from one scenario to another, like for like, with a bridge that adds up.

    Args:
        data: the database that the first is answered from.
        before: the first scenario.
        after: the second; costs are shown in its money.
        data_after: the database of the second, where it is another.

    Raises:
        InputError: a scenario cannot be evaluated, or its money not converted.
        UnknownNameError: a name is not in the database.
    """
    refuse_files(before)
    refuse_files(after)
    both = (data, data_after or data)
    before, after = (_with_own(one, its) for one, its in zip((before, after), both, strict=True))
    key = " ".join(its.key for its in both)
    found = _found(key, scenario_hash(before), scenario_hash(after), both, before, after)
    asked = {"before": scenario_hash(before), "after": scenario_hash(after)}
    _inputs(found, asked)
    for name, only in (("first", found.only_before), ("second", found.only_after)):
        if only:
            st.caption(f"In the {name} scenario only: {widgets.plain(', '.join(only))}.")
    if not found.chemistries:
        st.info("The scenarios have no chemistry in common, so no cost can be set against another.")
        return
    _results(found, asked)
    _bridge(found, asked)
    for note in found.notes:
        st.caption(f"{note[:1].upper()}{note[1:].rstrip('.')}.")


@st.cache_resource(show_spinner="Comparing the scenarios", max_entries=64, ttl=3600.0)
def _found(
    key: str, first: str, second: str, _both: tuple[Data, Data], _before: Scenario,
    _after: Scenario,
) -> ScenarioDifference:  # fmt: skip
    databases = {one.overlay: its.db for one, its in zip((_before, _after), _both, strict=True)}
    return scenario_difference(_before, _after, lambda scenario: databases[scenario.overlay])


def _with_own(scenario: Scenario, data: Data) -> Scenario:
    """The scenario with the user's own files named as what lies over its database, by their hash.

    No path is followed by it: it stands for the database that is given.
    """
    if not data.files:
        return scenario
    digest = data.key.rpartition("+")[2]
    return scenario.model_copy(update={"overlay": f"sha256:{digest}"})


def _inputs(found: ScenarioDifference, asked: dict[str, str]) -> None:
    st.subheader("Inputs that differ", anchor=False)
    if not found.inputs:
        st.caption("The scenarios ask the same.")
        return
    table = difference_tables(found)["inputs"]
    exhibit.table(table, "diff_inputs", "Inputs that differ, before and after")
    exhibit.files(Report({"inputs": table}), "diff_inputs_file", further=asked)


def _results(found: ScenarioDifference, asked: dict[str, str]) -> None:
    st.subheader("Results", anchor=False)
    table = difference_tables(found)["results"]
    heads = table[table["item"].isin(_SHOWN) & (table["part"] == "")].drop(columns="part")
    exhibit.table(heads, "diff_results", "Headline figures before and after")
    exhibit.table_and_files(
        table, table, "diff_figures", "Every figure before and after, costs by component", {}, asked
    )


def _bridge(found: ScenarioDifference, asked: dict[str, str]) -> None:
    st.subheader("Bridge of the cost", anchor=False)
    which, scope = st.columns(2)
    with which:
        names = [one.chemistry for one in found.chemistries]
        name = str(widgets.choose("Chemistry", names, "diff_chemistry", names[0]))
    with scope:
        chosen = widgets.switch("Cost of", ("cell", "pack"), "diff_scope")
    bridge = next(b for b in found.of(name).bridges if b.scope == chosen)
    if not bridge.steps:
        st.caption("No input that decides this cost differs.")
        return
    exhibit.draw("diff_bridge", figures.cost_bridge, drawn_bridge(bridge, found.money))
    st.caption(ORDERED)
    table = bridge_table(found)
    exhibit.table_and_files(
        table, table, "diff_cost_bridge", f"Bridges of all costs, {found.money}/kWh", {}, asked
    )
