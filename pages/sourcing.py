"""Sourcing: the best mix of countries, routes and chemistries under the user's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.why import planned_figures
from calculator.why_runs import front_figures, range_figures
from pages import (
    case,
    exhibit,
    keeping,
    mix_changes,
    mix_events,
    mix_front,
    mix_views,
    plan_projects,
    rules,
    why,
    widgets,
)
from pages.cached import Data, sourcing_mix
from pages.mix_tables import cost_kinds, mix_table, per_kwh, rule_costs, spoken_money
from pages.mixes import Mix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from calculator.scenario import Scenario
    from calculator.tables import Shown

ENDS = "Quantities are yearly. A share is of all that is made of a material at a stage."


def page() -> None:
    """Inputs, one call, what it answers."""
    data = widgets.session_data()
    chemistries, question = rules.question(data.db)
    scenario = case.asked().scenario(chemistries=chemistries, sourcing=question)
    exhibit.state_run(data, scenario)
    mix = sourcing_mix(data, scenario)
    shown, report = mix.shown, mix.report
    if mix.sourced.plan.status == "optimal":
        headline(mix, shown)
        plan_projects.effect(mix.sourced, shown)
        supply(report, scenario)
        mix_views.flows(mix, shown, report)
        mix_views.places(mix, report)
        cost_of_rules(mix, shown, report.about)
        cost_by_kind(mix, shown, report.about)
        against = mix_front.front(data, scenario, mix, shown, report.about)
        mix_changes.changes(mix, shown, report.about)
        mix_events.put_to_event(data, scenario, mix)
        derivations(data, scenario, mix, against, report.about)
    else:
        no_plan(mix, report)
    grounds(data, mix, shown)
    keeping.save_fold("sourcing", scenario)


def derivations(
    data: Data, scenario: Scenario, mix: Mix, against: str | None, facts: Mapping[str, str]
) -> None:
    """How the figures of the plan were made, and of what was drawn beside it."""
    answers = {
        "plan": lambda: planned_figures(data.db, scenario, mix.sourced),
        "range of each flow": lambda: range_figures(data.db, scenario),
    }
    if against is not None:
        answers["front"] = lambda: front_figures(data.db, scenario, against, mix_front.POINTS)
    asked = f"{against} {scenario.model_dump_json(by_alias=True)}"
    why.fold_of(data, "sourcing", asked, answers, "plan/cost", facts)


def headline(mix: Mix, shown: Shown) -> None:
    """Cost with the rules and without, per kWh."""
    found = mix.sourced
    money = spoken_money(shown)
    landed, free, rules_cost, carbon = st.columns(4)
    exhibit.metric(landed, "Landed cost", per_kwh(found, found.plan.cost, shown), money)
    exhibit.metric(
        carbon,
        "Carbon",
        found.plan.emission_kg / found.supply.demand_kwh_per_year,
        "kg CO2e/kWh",
        ",.1f",
        help="Of what the tables know an emission of; the notes at the foot say how much that is.",
    )
    if found.free_cost is None or found.cost_of_rules is None:
        return
    exhibit.metric(free, "Without rules", per_kwh(found, found.free_cost, shown), money)
    more = 100 * found.cost_of_rules / found.free_cost
    exhibit.metric(
        rules_cost, "The rules cost", per_kwh(found, found.cost_of_rules, shown), money,
        after=f" ({more:+.1f} %)",
    )  # fmt: skip
    proof = found.plan.certificate.sentence() if found.plan.certificate else ""
    told = f"{proof[:1].upper()}{proof[1:]}"
    if found.plan.unique is False:
        told += " Other mixes are as good; of these the one with the most even shares is shown."
    elif found.plan.unique:
        told += " No other mix is as good."
    st.caption(f"{chemistries(mix)}{told}")


def chemistries(mix: Mix) -> str:
    """Which share of the energy each chemistry delivers, where there are several."""
    shares = mix.sourced.chemistry_shares
    if len(shares) < 2:
        return ""
    told = ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items())
    return f"**Chemistries: {told}.** "


def supply(report: Report, scenario: Scenario) -> None:
    """Shares by country at each stage."""
    st.subheader("Mix by stage", anchor=False)
    shares = report.tables["shares"]
    exhibit.draw("mix_bars", figures.mix_bars, shares)
    st.caption(f"{ENDS} Hatched: recycled. ROW: countries that are not known singly.")
    with st.expander("Table", icon=":material/table:"):
        exhibit.table(
            mix_table(shares),
            "mix_table",
            "Share of each country by material and stage",
            column_config={"Quantity": st.column_config.NumberColumn(format="localized")},
        )
    alone = Report({"shares": shares}, about=report.about)
    exhibit.files(alone, "sourcing_mix", workbook=report, scenario=scenario)


def cost_of_rules(mix: Mix, shown: Shown, facts: Mapping[str, str]) -> None:
    """What each rule costs, and its price at the margin."""
    if not mix.sourced.wishes:
        st.info("No rule is set. Set one above to see what it costs.")
        return
    st.subheader("Cost of each rule", anchor=False)
    money = spoken_money(shown)
    table = rule_costs(mix, shown)
    saved: pd.DataFrame = table[table["cost_of_rule"].notna()]
    pairs = list(zip(saved["rule"], saved["cost_of_rule"], strict=True))
    if len(saved):
        exhibit.draw("rule_bars", figures.amount_bars, pairs, money)
    st.caption(
        f"Cost of a rule: what leaving it out alone saves, {exhibit.named(money)}. Price: change "
        "of the landed cost when its limit rises by one; negative for a cap. Without a price it "
        "does not bind."
    )
    exhibit.table_and_files(
        table, table, "rule_costs", f"Cost and price of each rule, {money}", facts
    )


def cost_by_kind(mix: Mix, shown: Shown, facts: Mapping[str, str]) -> None:
    """What the landed cost is made of."""
    st.subheader("Landed cost by kind", anchor=False)
    table = cost_kinds(mix.sourced, shown)
    pairs = zip(table["item"], table["value"], strict=True)
    spent = [(kind, value) for kind, value in pairs if value]
    exhibit.draw("kind_bars", figures.amount_bars, spent, spoken_money(shown))
    exhibit.table_and_files(table, table, "cost_by_kind", "Landed cost by kind", facts)


def no_plan(mix: Mix, report: Report) -> None:
    """Which rules clash, and how far each alone must give way."""
    found = mix.sourced.explanation
    if found is None:
        notes = " ".join(mix.sourced.plan.notes)
        st.error(f"The mix could not be solved ({mix.sourced.plan.status}). {notes}")
        return
    st.error(_clash(found.conflict))
    for sentence in found.sentences():
        if not sentence.startswith("these rules clash"):
            st.markdown(f"- {sentence[0].upper()}{sentence[1:]}")
    relaxations = Report({"relaxations": report.tables["relaxations"]}, about=report.about)
    exhibit.files(relaxations, "clash", workbook=report)


def _clash(names: Sequence[str]) -> str:
    """One sentence that names the rules."""
    told = " and ".join(f"'{name}'" for name in names)
    if len(names) > 1:
        return f"No mix meets these rules: {told} cannot hold together. Relax one of them."
    if names:
        return f"No mix meets these rules: {told} cannot be met. Relax it."
    return "No mix meets the demand, with or without rules. Lower the demand."


def grounds(data: Data, mix: Mix, shown: Shown) -> None:
    """What the mix rests on."""
    found = mix.sourced.supply
    for sentence in dict.fromkeys((*mix.sourced.notes, *shown.notes)):
        st.caption(sentence)
    with st.expander(f"Assumptions ({len(found.assumptions)})", icon=":material/info:"):
        st.markdown("\n".join(f"- {text}" for text in found.assumptions) or "None.")
    exhibit.sources(data.db, mix.records)


page()
