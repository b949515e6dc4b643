"""Uncertainty: bands on cost and energy, and how often one chemistry beats another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.reports import about
from calculator.tables import shown_in
from calculator.uncertainty.run import Asked
from calculator.uncertainty.spreads import GROUPS
from calculator.uncertainty.tables import band_table, input_table, item_of, pair_table
from calculator.uncertainty_reports import (
    draws_report,
    records_of,
    remarks,
    sentence_on,
    uncertainty_report,
)
from calculator.why_runs import drawn_figures
from pages import case, draws, exhibit, keeping, why, widgets
from pages.cached import Data, evaluated
from pages.draws import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario import Scenario
    from calculator.tables import Shown
    from calculator.uncertainty.run import Simulation

DRAWS = (2_000, 10_000, 100_000)
NEW_ROLL = 1_000_000
"""Largest seed the form takes."""
_PLAIN = {
    "nominal": "Recorded values", "p5": "P5", "p50": "P50", "p95": "P95", "mean": "Mean",
    "sd": "Standard deviation",
}  # fmt: skip


def page() -> None:
    """Inputs, one call, what it answers."""
    data = widgets.session_data()
    asked = case.asked()
    if not asked.chemistries:
        st.info("Pick a chemistry above.")
        return
    scenario = asked.scenario()
    answer = evaluated(data, scenario)
    for sentence in answer.refused:
        st.error(widgets.plain(sentence))
    if not answer.evaluations:
        return
    shown = shown_in(data.db, scenario.currency, scenario.year)
    wanted = _asked(answer.evaluations)
    exhibit.state_run(data, scenario, uncertainty=_plain_values(wanted))
    drawn = draws.simulated(data, scenario, answer.evaluations, wanted)
    found = drawn.simulation
    st.caption(sentence_on(found) + ".")
    output = _output(found)
    levels(data, scenario, drawn, output, shown)
    differences(drawn, output, shown)
    inputs(found)
    why.fold(
        data, "uncertainty", f"{wanted} {scenario.model_dump_json(by_alias=True)}",
        lambda: drawn_figures(data.db, scenario, wanted), "", about(data.db, scenario, shown),
    )  # fmt: skip
    exhibit.grounds(data.db, answer.evaluations, shown.notes, records_of(found))
    keeping.save_fold("uncertainty", scenario)


def _asked(evaluations: Sequence[Evaluation]) -> Asked:
    """How many draws, how far ahead and of what."""
    elements = sorted({name for e in evaluations for name in e.elements.names})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = widgets.choose("Draws", DRAWS, "draws", DRAWS[1])
        months = widgets.number(
            "Prices ahead, months", "horizon", 12.0, 0.0, 120.0, 1.0,
            help="Raw materials spread by the measured volatility of their prices over that time; "
            "0 takes the range each price states",
        )  # fmt: skip
        seed = widgets.number(
            "Seed", "seed", 1.0, 0.0, float(NEW_ROLL), 1.0,
            help="The same seed gives the same draws",
        )  # fmt: skip
    with st.container(horizontal=True):
        groups = widgets.choose_some(
            "Draw only", GROUPS[:-1], "drawn", placeholder="everything with a range"
        )
        followed = widgets.choose_some("Elements", elements, "grams", placeholder="none")
    return Asked(
        draws=int(count), seed=int(seed), horizon_months=int(months),
        elements=tuple(followed), groups=tuple(groups),
    )  # fmt: skip


def _plain_values(wanted: Asked) -> dict[str, object]:
    """What decides the draws beside the scenario."""
    return {
        "draws": wanted.draws, "seed": wanted.seed, "horizon_months": wanted.horizon_months,
        "elements": list(wanted.elements), "groups": list(wanted.groups),
    }  # fmt: skip


def _output(found: Simulation) -> str:
    spoken = {item_of(output): output for output in found.outputs}
    return spoken[widgets.switch("Figure", list(spoken), "figure", format_func=str.capitalize)]


def levels(data: Data, scenario: Scenario, drawn: Drawn, output: str, shown: Shown) -> None:
    """Bands of one figure, as a chart and a table with its files."""
    told = exhibit.in_units(band_table(drawn.bands, shown, figures.MODEL_BAND))
    tidy = told[told["item"] == item_of(output)].reset_index(drop=True)
    exhibit.draw("band_bars", figures.band_bars, tidy)
    exhibit.table(
        _readable(tidy), "band_rows", f"P5, P50 and P95 of {item_of(output)} by chemistry",
        column_config=_columns(),
    )  # fmt: skip
    st.caption(
        "P5 to P95 are of the inputs alone. The model's own error "
        f"(±{figures.MODEL_BAND:.0%} of a cost) stands beside them and is not mixed in. Below "
        "recorded: share of the draws below the figure of the recorded values; where it is near "
        "0 % or 100 % the ranges reach to one side."
    )
    draws.files(
        lambda: uncertainty_report(data.db, scenario, drawn.simulation, shown),
        lambda: draws_report(data.db, scenario, drawn.simulation, shown),
        "uncertainty",
    )


def _readable(tidy: pd.DataFrame) -> pd.DataFrame:
    unit = figures.spoken(tidy["unit"].iloc[0])
    kept = tidy[["chemistry", *_PLAIN]].rename(columns={"chemistry": "Chemistry", **_PLAIN})
    if tidy["model_low"].notna().all():
        ends = zip(tidy["model_low"], tidy["model_high"], strict=True)
        kept["Model band"] = [f"{low:,.0f} to {high:,.0f}" for low, high in ends]
    kept["Below recorded"] = 100.0 * tidy["below_nominal"]
    return kept.assign(Unit=unit)


def _columns() -> dict[str, object]:
    number = st.column_config.NumberColumn(format="%.4g")
    percent = st.column_config.NumberColumn(format="%.0f %%")
    return {**dict.fromkeys(_PLAIN.values(), number), "Below recorded": percent}


def differences(drawn: Drawn, output: str, shown: Shown) -> None:
    """Each pair in the same draws."""
    if len(drawn.simulation.values) < 2:
        return
    st.subheader("One against another", anchor=False)
    tidy = exhibit.in_units(pair_table(drawn.pairs(output), shown))
    unit = figures.spoken(tidy["unit"].iloc[0])
    better = _better(item_of(output), unit)
    names = {
        "one": "Chemistry", "other": "against", "p5": "P5", "p50": "P50", "p95": "P95",
        "one_better": f"{better}, %", "standard_error": "error, %",
    }  # fmt: skip
    kept = tidy[list(names)].rename(columns=names)
    for name in (f"{better}, %", "error, %"):
        kept[name] = 100.0 * kept[name]
    number = st.column_config.NumberColumn(format="%.3g")
    exhibit.table(
        kept, "pairs", f"Difference in {item_of(output)} of each two chemistries, {unit}",
        column_config=dict.fromkeys(list(names.values())[2:], number),
    )  # fmt: skip
    st.caption(
        f"Difference in {item_of(output)}, {unit}, draw by draw: both meet the same prices, plant "
        "and country. Error: standard error of the share, from the number of draws."
    )


def _better(item: str, unit: str) -> str:
    if unit.startswith("Wh"):
        return "more"
    return "cheaper" if "cost" in item else "less"


def inputs(found: Simulation) -> None:
    """What was drawn, and what was not."""
    with st.expander(f"Drawn ({len(found.inputs)} inputs)", icon=":material/casino:"):
        exhibit.table(input_table(found.inputs), "drawn_inputs", "Inputs drawn with their ranges")
    for sentence in list(remarks(found))[1:]:  # the first is said below the table
        st.caption(widgets.plain(sentence))


page()
