"""What changed since a mix that the user kept: a bridge of the cost, and the shares that moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.errors import InputError
from calculator.figures import spoken
from pages import exhibit, session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calculator.sourcing.answers.diff import Difference
    from calculator.sourcing.plan import Plan
    from calculator.tables import Shown
    from pages.mixes import Mix

_KEPT = "kept_mix"
_LARGEST = 8
_MILLION = 1e6
_MOVED = 5e-4


@dataclass(frozen=True)
class Kept:
    """A mix set aside, and what it was asked for."""

    title: str
    plan: Plan
    run: str
    """Id of the run it is of."""


def changes(mix: Mix, shown: Shown, facts: Mapping[str, str]) -> None:
    """Keep this mix; or how it differs from the one kept."""
    st.subheader("What changed", anchor=False)
    plan = mix.sourced.plan
    kept: Kept | None = session.held(_KEPT)
    if st.button("Keep this mix to compare with", icon=":material/bookmark:", key="keep_mix"):
        kept = Kept(_title(mix), plan, exhibit.page_run().id)
        session.hold(_KEPT, kept)
    if kept is None:
        st.caption("Keep a mix, change the inputs, and the cost of the change is laid out here.")
        return
    if kept.plan is plan:
        st.caption("This mix is kept. Change an input to see what that does to it.")
        return
    found = _difference(kept, plan)
    st.caption(f"Against the kept mix ({kept.title}), by what was bought more, less or dearer.")
    bridge = _bridge(found, shown)
    exhibit.draw("bridge", figures.cost_bridge, bridge)
    exhibit.table_and_files(
        bridge, bridge, "bridge", "Cost bridge, a year", facts, {"kept": kept.run}
    )
    moved = _moved(found)
    if len(moved):
        exhibit.table(moved, "moved_shares", "Shares that moved", hide_index=True)


def _title(mix: Mix) -> str:
    rules = ", ".join(rule.name for rule in mix.sourced.wishes) or "no rules"
    return f"{mix.sourced.chemistry} for {mix.sourced.supply.importer}: {rules}"


def _difference(kept: Kept, plan: Plan) -> Difference:
    from calculator.sourcing import SourcingError
    from calculator.sourcing.answers.diff import diff

    try:
        return diff(kept.plan, plan)
    except SourcingError as error:
        raise InputError(str(error)) from error


def _bridge(found: Difference, shown: Shown) -> pd.DataFrame:
    """Both costs and the largest parts between, by material and stage; the others as one."""
    scale, unit = shown.factor / _MILLION, f"million {shown.money}/year"
    parts = found.by("material", "stage")
    ranked = sorted(parts.items(), key=lambda part: -abs(part[1]))
    shown_parts, others = ranked[:_LARGEST], ranked[_LARGEST:]
    rows = [("kept mix", found.cost_before)]
    rows += [(_place(*key), amount) for key, amount in shown_parts]
    if others:
        rows.append(("others", sum(amount for _, amount in others)))
    rows.append(("this mix", found.cost_after))
    return pd.DataFrame(
        {
            "item": [item for item, _ in rows],
            "value": [amount * scale for _, amount in rows],
            "unit": unit,
        }
    )


def _place(material: str | None, stage: str | None) -> str:
    return ", ".join(spoken(word) for word in (material, stage) if word)


def _moved(found: Difference) -> pd.DataFrame:
    rows = [
        {
            "Material": spoken(row.material),
            "Stage": spoken(row.stage or ""),
            "Country": row.country or "ROW",
            "Route": row.route,
            "Before, %": round(100 * row.before, 1),
            "After, %": round(100 * row.after, 1),
        }
        for row in sorted(found.shares, key=lambda row: -abs(row.after - row.before))
        if abs(row.after - row.before) > _MOVED
    ]
    return pd.DataFrame(rows)
