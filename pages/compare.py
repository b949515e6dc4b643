"""Compare: cost, energy and minerals of chemistries side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.reports import about, comparison_report
from calculator.tables import (
    WHOLE_CELL,
    cost_by_component_table,
    element_table,
    shown_in,
)
from calculator.tables.provenance import label
from calculator.uncertainty.run import HORIZON_MONTHS
from calculator.why import compared_figures
from pages import case, draws, exhibit, keeping, why, widgets
from pages.cached import Data, evaluated
from pages.headlines import INPUT_BAND, figure_of, headline_table, headline_tidy, one_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario import Scenario
    from calculator.tables import Shown
    from calculator.uncertainty.summary import Band

BAND = f"±{100 * figures.MODEL_BAND:.0f} %"


def page() -> None:
    """Inputs, one call, what it answers."""
    data = widgets.session_data()
    asked = case.asked()
    if not asked.chemistries:
        st.info("Pick a chemistry above.")
        return
    scenario = asked.scenario()
    exhibit.state_run(data, scenario)
    answer = evaluated(data, scenario)
    for sentence in answer.refused:
        st.error(widgets.plain(sentence))
    if not answer.evaluations:
        return
    shown = shown_in(data.db, scenario.currency, scenario.year)
    facts = about(data.db, scenario, shown)
    headlines(data, scenario, answer.evaluations, shown)
    costs(answer.evaluations, shown, facts)
    minerals(data, answer.evaluations, facts)
    why.fold(
        data, "compare", scenario.model_dump_json(by_alias=True),
        lambda: compared_figures(data.db, scenario),
        f"comparison/{label(answer.evaluations[0])}/cell cost", facts,
    )  # fmt: skip
    exhibit.grounds(data.db, answer.evaluations, shown.notes)
    keeping.save_fold("compare", scenario)


def headlines(
    data: Data, scenario: Scenario, evaluations: Sequence[Evaluation], shown: Shown
) -> None:
    """The figures asked for first, and the files of the whole comparison."""
    drawn = _drawn(data, scenario, evaluations)
    units = exhibit.display()
    picked = exhibit.table_to_pick(
        exhibit.made(
            f"headlines {bool(drawn)}", lambda: headline_table(evaluations, shown, drawn, units)
        ),
        "headlines",
        "Energy, cell cost and pack cost of each chemistry",
        column_config=one_decimal(shown, units),
    )
    if picked is not None and (item := figure_of(picked[1])):
        why.point("compare", f"comparison/{label(evaluations[picked[0]])}/{item}")
    st.caption(
        "Pick a figure to see, at the foot of the page, how it was made. Full cost with overheads, "
        f"profit and warranty. The band is the model's own error, "
        f"{BAND}, without that of the inputs{_of_inputs() if drawn else ''}. {exhibit.MARKS}"
    )
    facts = about(data.db, scenario, shown)
    exhibit.files(
        lambda: Report({"compare": headline_tidy(evaluations, shown)}, about=facts),
        "compare",
        workbook=lambda: comparison_report(data.db, scenario, evaluations, shown),
        scenario=scenario,
    )
    _live_workbook(data, scenario, evaluations)


def _live_workbook(data: Data, scenario: Scenario, evaluations: Sequence[Evaluation]) -> None:
    """The comparison as a workbook that recalculates, made when pressed."""
    answered = {e.chemistry.id for e in evaluations}
    names = tuple(name for name in scenario.chemistries if name in answered)

    def made() -> bytes:
        from calculator.workbook import workbook_bytes

        return workbook_bytes(data.db, scenario.model_copy(update={"chemistries": names}))

    st.download_button(
        "Live workbook",
        data=made,
        file_name="compare_live.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        icon=":material/table_view:",
        key="compare_live.xlsx",
        help="Inputs, formulas and results that recalculate in a spreadsheet of your own",
    )


def _drawn(data: Data, scenario: Scenario, evaluations: Sequence[Evaluation]) -> tuple[Band, ...]:
    """Bands of the inputs: at once for a few chemistries, for many when asked."""
    wanted = len(evaluations) <= draws.QUICK_CHEMISTRIES or widgets.switched_on(
        f"{INPUT_BAND} of the inputs", "bands"
    )
    if not wanted:
        return ()
    return draws.quick_bands(data, scenario, evaluations)


def _of_inputs() -> str:
    return (
        f"; {INPUT_BAND} is that of the inputs alone ({draws.QUICK_DRAWS:,} draws, prices of raw "
        f"materials {HORIZON_MONTHS} months ahead; see the page Uncertainty)"
    )


def costs(evaluations: Sequence[Evaluation], shown: Shown, facts: Mapping[str, str]) -> None:
    """Cost of cell and pack by component."""
    tidy, crossed = exhibit.made("costs", lambda: _cost_tables(evaluations, shown))
    st.subheader("Cost by component", anchor=False)
    exhibit.draw("cost_bars", figures.cost_bars, tidy, of_run=True)
    exhibit.table_and_files(
        crossed, tidy, "cost_by_component",
        f"Cost by component, {figures.spoken(shown.money)}/kWh", facts,
    )  # fmt: skip


def _cost_tables(
    evaluations: Sequence[Evaluation], shown: Shown
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Costs by component, tidy and for reading."""
    import pandas as pd

    scopes = [cost_by_component_table(evaluations, shown, scope) for scope in ("cell", "pack")]
    tidy = pd.concat(scopes, ignore_index=True)
    named = tidy.assign(component=tidy["scope"] + ": " + tidy["component"])
    return tidy, exhibit.crossed(named, "component")


def minerals(data: Data, evaluations: Sequence[Evaluation], facts: Mapping[str, str]) -> None:
    """Grams of each critical element per kWh in the cell."""
    tidy, crossed = exhibit.made("minerals", lambda: _mineral_tables(data, evaluations))
    st.subheader("Critical minerals in the cell", anchor=False)
    exhibit.draw("mineral_bars", figures.mineral_bars, tidy, of_run=True)
    exhibit.table_and_files(
        crossed, tidy, "critical_minerals", "Critical minerals in the cell, g/kWh", facts
    )


def _mineral_tables(
    data: Data, evaluations: Sequence[Evaluation]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Critical elements of the cell, tidy and for reading."""
    tidy = element_table(data.db, evaluations)
    kept = (tidy["component"] == WHOLE_CELL) & (tidy["unit"] == "g/kWh") & (tidy["critical"] != "")
    tidy = tidy[kept & (tidy["item"] == "in cell")]
    return tidy, exhibit.crossed(tidy, "element")


page()
