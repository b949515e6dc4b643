"""What less carbon, energy or risk costs: the front, each point of which opens as a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from calculator import figures
from pages import exhibit, jobs, rule_editor, widgets
from pages.mix_tables import per_kwh, spoken_money

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from calculator.sourcing.answers.pareto import Front
    from calculator.sourcing.objectives import Objective
    from calculator.tables import Shown
    from pages.cached import Data
    from pages.mixes import Mix

POINTS = 9
_WANTED = "front"


@dataclass(frozen=True)
class Second:
    """What the cost is set against."""

    axis: str
    """Title of its axis, per kWh."""
    rule: Callable[[float], dict[str, Any]]
    """The rule that holds a plan at a figure per kWh."""


def _cap(kind: str, unit: str, word: str) -> Callable[[float], dict[str, Any]]:
    def rule(figure: float) -> dict[str, Any]:
        limit = f"{figure:.6g} {unit}"
        return {"rule": kind, "name": f"{word} at most {figure:.4g} {unit}", "limit": limit}

    return rule


SECONDS: Mapping[str, Second] = MappingProxyType(
    {
        "carbon": Second("kg CO2e/kWh", _cap("carbon_cap", "kgCO2e/kWh", "carbon")),
        "energy": Second("electricity, kWh/kWh", _cap("energy_cap", "kWh/kWh", "electricity")),
    }
)


def front(
    data: Data, scenario: Scenario, mix: Mix, shown: Shown, facts: Mapping[str, str]
) -> str | None:
    """The front on demand, since it takes some ten solves; what the cost was set against."""
    st.subheader("What less carbon costs", anchor=False)
    st.caption(
        "Every point is a plan that no other betters in both. Pick one to hold the mix there: "
        "its cap joins the further rules."
    )
    against = str(widgets.choose("Cost against", list(SECONDS), "against", "carbon"))
    if not widgets.switched_on("Draw the front", _WANTED):
        return None
    key = f"front {against} {data.key} {scenario.model_dump_json(by_alias=True)}"
    found = jobs.answer("front", key, lambda: _solved(mix, against), "Walking the front")
    if not found.points:
        st.info(" ".join(found.notes) or "There is no front: one of the two has no best plan.")
        return None
    _drawn(found, mix, shown, against, facts)
    return against


def _solved(mix: Mix, against: str) -> Front:
    from calculator.sourcing.answers.pareto import pareto
    from calculator.sourcing.objectives import OBJECTIVES, Cost

    second: Objective = OBJECTIVES[against]()
    sourced = mix.sourced
    return pareto(sourced.supply.network, sourced.rules, Cost(), second, POINTS)


def _drawn(found: Front, mix: Mix, shown: Shown, against: str, facts: Mapping[str, str]) -> None:
    sourced, second = mix.sourced, SECONDS[against]
    kwh = sourced.supply.demand_kwh_per_year
    rows = pd.DataFrame(
        {
            "x": [per_kwh(sourced, point.values[0], shown) for point in found.points],
            "y": [point.values[1] / kwh for point in found.points],
        }
    )
    here = (
        per_kwh(sourced, sourced.plan.cost, shown),
        (sourced.plan.emission_kg if against == "carbon" else sourced.plan.energy_kwh) / kwh,
    )
    picked = exhibit.pick(
        "front_points",
        figures.pareto_front,
        rows,
        spoken_money(shown),
        second.axis,
        current=here,
        joined=found.exact,
    )
    for sentence in found.notes:
        st.caption(sentence)
    table = rows.rename(columns={"x": spoken_money(shown), "y": second.axis})
    exhibit.table_and_files(
        table, table, "front", f"Cost against {against}", facts, {"against": against}
    )
    _open(rows, picked, second)


def _open(rows: pd.DataFrame, picked: int | None, second: Second) -> None:
    """Hold the mix at a point: by a click on it, or from the list."""
    names = [f"{row.x:.2f} at {row.y:.4g} {second.axis}" for row in rows.itertuples()]
    chosen = st.selectbox(
        "Point", range(len(rows)), index=picked or 0, key=f"point_{picked}",
        format_func=lambda k: names[k],
    )  # fmt: skip
    if st.button("Hold the mix here", icon=":material/push_pin:", key="hold_point"):
        rule = second.rule(float(rows["y"][chosen]) * (1 + 1e-6))
        kept = [r for r in widgets.listed(rule_editor.KEY) if r.get("rule") != rule["rule"]]
        widgets.put_list(rule_editor.KEY, [*kept, rule])
        st.rerun()
