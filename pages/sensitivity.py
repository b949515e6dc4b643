"""Sensitivity: what moves a figure most, and at which value of a number the answer turns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.reports import about
from calculator.sensitivity.breakeven import TARGET, Range
from calculator.sensitivity.model import GRAMS, OUTPUTS
from calculator.sensitivity.tables import (
    crossing_table,
    curve_table,
    index_table,
    item_of,
    joint_table,
    scale_of,
    tornado_table,
    unit_of,
)
from calculator.sensitivity_reports import (
    break_even_report,
    sobol_remarks,
    sobol_report,
    tornado_report,
    verdict,
    with_unit,
)
from calculator.tables import shown_in
from calculator.uncertainty.spreads import GROUPS
from calculator.why_runs import even_figures, sobol_figures, tornado_figures
from calculator.why_runs.moved import Even, Moved
from pages import case, exhibit, jobs, keeping, turning, why, widgets
from pages.cached import Data, evaluated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario import Scenario
    from calculator.sensitivity.breakeven import BreakEven
    from calculator.sensitivity.indices import Indices
    from calculator.sensitivity.tornado import Tornado
    from calculator.tables import Shown

TOPS = (10, 15, 25, 50)
SAMPLES = 512
_PLAIN = {
    "input": "Input", "low": "Low", "value": "Value", "high": "High", "input_unit": "Unit",
    "at_low": "Figure at low", "at_high": "Figure at high", "span": "Span", "range": "Range",
    "basis": "Basis", "source": "Source", "locator": "Locator", "date": "Date", "fault": "Fault",
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
    names = [evaluation.chemistry.id for evaluation in answer.evaluations]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = widgets.choose("Chemistry", names, "of", names[0])
        output = _output(answer.evaluations[names.index(name)])
        top = int(widgets.choose("Inputs shown", TOPS, "top", TOPS[1]))
        groups = widgets.choose_some("Move only", GROUPS[:-1], "groups", placeholder="everything")
    exhibit.state_run(data, scenario, page="sensitivity", of=name, output=output, moved=groups)
    found = turning.tornado_of(data, scenario, name, output, tuple(groups))
    bars(data, scenario, found, shown, top)
    drawn = variance(data, scenario, found, shown, tuple(groups))
    aimed = even(data, scenario, answer.evaluations, name, output, shown)
    derivations(data, scenario, Moved(name, output, tuple(groups)), aimed, drawn)
    moved = [bar.input.record for bar in found.bars if bar.input.record is not None]
    exhibit.grounds(data.db, answer.evaluations, shown.notes, moved)
    keeping.save_fold("sensitivity", scenario)


def _output(evaluation: Evaluation) -> str:
    grams = [f"{name}{GRAMS}" for name in sorted(evaluation.elements.names)]
    output: str = widgets.choose("Figure", [*OUTPUTS, *grams], "output", OUTPUTS[0], item_of)
    return output


# --- one at a time -----------------------------------------------------------------------


def bars(data: Data, scenario: Scenario, found: Tornado, shown: Shown, top: int) -> None:
    """Each input at its low and at its high."""
    table = tornado_table(found, shown)
    moving = table[(table["span"] > 0) | (table["fault"] != "")]
    if moving.empty:
        st.info(f"None of these inputs moves the {item_of(found.output)} of {found.name}.")
        return
    exhibit.draw("tornado", figures.tornado_bars, moving.head(top).reset_index(drop=True))
    st.caption(
        f"{len(moving)} of {len(table)} inputs move it. The number at a bar's end is the input's "
        "low or high, by its own record; a coating's fractions are scaled to add up as before."
    )
    _joint(found, shown)
    unit = figures.spoken(unit_of(found.output, shown))
    with st.expander("Table with sources", icon=":material/table:"):
        alt = f"Inputs with their ranges, sources and {item_of(found.output)} in {unit}"
        exhibit.table(_readable(moving), "tornado_table", alt, column_config=_digits())
    exhibit.files(
        lambda: tornado_report(data.db, scenario, found, shown), "tornado", scenario=scenario
    )


def _readable(table: pd.DataFrame) -> pd.DataFrame:
    return table[list(_PLAIN)].rename(columns=_PLAIN)


def _digits() -> dict[str, object]:
    numbers = ("low", "value", "high", "at_low", "at_high", "span")
    return {_PLAIN[name]: st.column_config.NumberColumn(format="%.4g") for name in numbers}


def _joint(found: Tornado, shown: Shown) -> None:
    """Whether the bars add up."""
    table = joint_table(found, shown)
    unit = figures.spoken(unit_of(found.output, shown))
    names = {
        "case": "All at once", "together": f"Together, {unit}", "added": f"Sum of bars, {unit}",
        "interaction": f"Interaction, {unit}", "fault": "Fault",
    }  # fmt: skip
    number = st.column_config.NumberColumn(format="%.4g")
    with st.expander("Do the bars add up?", icon=":material/functions:"):
        exhibit.table(
            table[list(names)].rename(columns=names), "joint",
            "All inputs moved together against the sum of the bars",
            column_config=dict.fromkeys(list(names.values())[1:4], number),
        )  # fmt: skip
        st.caption("Interaction: what moving them together adds to the sum of the single bars.")


# --- variance ----------------------------------------------------------------------------


def variance(
    data: Data, scenario: Scenario, found: Tornado, shown: Shown, groups: tuple[str, ...]
) -> bool:
    """Sobol indices, when asked for; whether they were."""
    st.subheader("Part of the variance", anchor=False)
    if not widgets.switched_on(
        "Sobol indices", "sobol", help="Some ten thousand runs; takes a few seconds"
    ):
        return False
    call = partial(turning.sobol_of, data, scenario, found.name, found.output, groups, SAMPLES)
    key = turning.key_of(data, scenario, "sobol", found.name, found.output, groups, SAMPLES)
    told: Indices = jobs.answer("sobol", key, call, "Drawing")
    table = index_table(told)
    exhibit.draw("indices", figures.index_bars, table.head(TOPS[0]))
    for sentence in sobol_remarks(told):
        st.caption(sentence)
    exhibit.files(lambda: sobol_report(data.db, scenario, told, shown), "sobol")
    return True


# --- break-even --------------------------------------------------------------------------


def even(
    data: Data,
    scenario: Scenario,
    evaluations: Sequence[Evaluation],
    name: str,
    output: str,
    shown: Shown,
) -> Even:
    """The form of the break-even and its answer; what was asked."""
    st.subheader("Break-even", anchor=False)
    others = [e.chemistry.id for e in evaluations if e.chemistry.id != name]
    options = turning.unknowns(data, scenario, (name, *others))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unknown = widgets.choose(
            "At which", list(options), "unknown", turning.FIRST, lambda key: options[key]
        )
        aims = [*others, TARGET]
        aim = widgets.choose(f"is {name} even with", aims, "even", aims[0], _aim)
        target = None
        if aim == TARGET:
            unit = figures.spoken(unit_of(output, shown))
            label = f"{item_of(output).capitalize()}, {unit}"
            target = widgets.number(label, "target", 100.0, 0.0, 1e6, 5.0)
    asked = Even(
        unknown,
        None if aim == TARGET else aim,
        None if target is None else target / scale_of(output, shown),
        _range(),
    )
    found = turning.break_even_of(data, scenario, name, output, asked)
    crossings, curves = crossing_table(found, shown), curve_table(found, shown)
    one = found.unknown
    told = f"{verdict(found, shown)} Now {with_unit(one.now, one.unit)}."
    st.info(widgets.plain(figures.spoken(told)))
    exhibit.draw("even_lines", figures.break_even_lines, curves, crossings, one.now)
    if not crossings.empty:
        _crossings(found, crossings)
    if one.record is not None:
        st.caption(widgets.plain(f"Now: {one.record.source}, {one.record.locator}."))
    exhibit.files(lambda: break_even_report(data.db, scenario, found, shown), "breakeven")
    return asked


def _crossings(found: BreakEven, table: pd.DataFrame) -> None:
    """Each break-even with both figures there, and who is better on its sides."""
    unit, own = figures.spoken(table["unit"].iloc[0]), figures.spoken(found.unknown.unit)
    quote = figures.spoken(found.unknown.quote_unit)
    names = {
        "at": f"Break-even, {own}", "at_quote": f"in its quote, {quote}", "times_now": "times now",
        "left": f"{found.left}, {unit}", "right": f"{found.right}, {unit}",
        "better_below": "better below", "better_above": "better above",
    }  # fmt: skip
    if not quote:
        del names["at_quote"]
    number = st.column_config.NumberColumn(format="%.5g")
    exhibit.table(
        table[list(names)].rename(columns=names), "crossings",
        "Every break-even with both figures there",
        column_config=dict.fromkeys(list(names.values())[:-2], number),
    )  # fmt: skip


def _aim(name: str) -> str:
    return "a target" if name == TARGET else name


def _range() -> Range:
    """Where it is looked for: the caller's ends, else the record's range widened."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        low = widgets.maybe_number("From", "from", 1e9, 1.0)
        high = widgets.maybe_number("To", "to", 1e9, 1.0)
        widen = widgets.number(
            "Widen the range", "widen", 3.0, 1.0, 100.0, 1.0,
            help="The record's low divided and its high multiplied by that, where no end is given",
        )  # fmt: skip
    return Range(low, high, widen)


# --- how it was made ---------------------------------------------------------------------


def derivations(data: Data, scenario: Scenario, moved: Moved, aimed: Even, drawn: bool) -> None:
    """The runs behind the bars, the break-even and the shares, each with its records."""
    db, facts = data.db, about(data.db, scenario, shown_in(data.db, scenario.currency,
                                                           scenario.year))  # fmt: skip
    answers = {
        "bars": lambda: tornado_figures(db, scenario, [moved]),
        "break-even": lambda: even_figures(db, scenario, moved, aimed),
    }
    if drawn:
        answers["part of the variance"] = lambda: sobol_figures(db, scenario, moved, SAMPLES)
    asked = f"{moved} {aimed} {scenario.model_dump_json(by_alias=True)}"
    why.fold_of(data, "sensitivity", asked, answers, "", facts)


page()
