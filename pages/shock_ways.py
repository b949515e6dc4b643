"""What would help: nothing, stock, second source, recycling, substitution, another chemistry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.export import Report
from calculator.shocks.mitigation import Stock
from pages import exhibit, jobs, shock_helps, shock_why
from pages.shock_case import goods, points_named
from pages.shock_helps import WAYS, Helps
from pages.shock_outcome import mitigation
from pages.shock_run import Tested
from pages.spelled import good, rounded

if TYPE_CHECKING:
    from calculator.scenario.shocks import Shocks
    from calculator.shocks.chain import Chain
    from calculator.shocks.mitigation import Mitigation
    from pages.cached import Data

Item = dict[str, Any]
NOTHING = "nothing"


def counted(ways: Helps, chain: Chain, items: Sequence[Item]) -> dict[str, Any]:
    """The ways as they stand in the test of the first tab; nothing where they are left out."""
    if not ways.use:
        return {}
    material = ways.material or hit(chain, items)
    return shock_helps.shocks_part(ways, material) if material else {}


def hit(chain: Chain, items: Sequence[Item]) -> tuple[str, str | None] | None:
    """The first good of the chain that an event of the user's names."""
    held = list(goods(chain).values())
    for item in items:
        for at in held:
            stage = item.get("stage")
            if item.get("material") == at[0] and stage in (None, at[1]):
                return at
    return None


def draw(data: Data, tested: Tested, ways: Helps) -> None:
    """All ways side by side."""
    st.subheader("Side by side", anchor=False)
    if not tested.events:
        st.info("Choose an event in the first tab, and say there what it still asks.")
        return
    material = ways.material or _binding(tested)
    if material is None:
        st.success("Nothing falls short even without a stock, so that nothing need help.")
        return
    parts = _parts(tested, ways, material)
    options = _options(tested, ways, material, parts)
    key = f"ways {tested.key} {ways} {material}"
    table = jobs.answer("ways", key, lambda: _compared(tested, options), "Comparing ways")
    _shown(table, tested, good(*material))

    def again(other: Tested) -> dict[str, pd.DataFrame]:
        return {"ways": _compared(other, _options(other, ways, material, parts))}

    shock_why.helping(data, tested, f"{ways} {material}", again)


def _binding(tested: Tested) -> tuple[str, str | None] | None:
    """The good that binds when nothing stands ready."""
    from calculator.shocks.stress import stress_test

    found = stress_test(
        tested.chain,
        (tested.events,),
        start=tested.asked.start,
        days=tested.asked.days,
        mitigation=mitigation(tested).bare,
    )
    point = found.binding()
    return None if point is None else (point.material, point.stage)


_ALL = "all together"


def _parts(tested: Tested, ways: Helps, material: tuple[str, str | None]) -> dict[str, Shocks]:
    """Each way as a scenario states it, and all together; from the inputs of the page."""
    part = shock_helps.shocks_part(ways, material)
    stated = {key: {key: item} for key, item in part.items()} | {_ALL: part}
    found = {}
    for name, each in stated.items():
        scenario = tested.asked.scenario({"date": tested.asked.start.isoformat(), **each})
        assert scenario.shocks is not None
        found[name] = scenario.shocks
    return found


def _options(
    tested: Tested, ways: Helps, material: tuple[str, str | None], parts: Mapping[str, Shocks]
) -> dict[str, Mitigation]:
    """Nothing, the stocks that stand, more of them, each way alone, and all together."""
    names = {way.key: way.name for way in (*WAYS, shock_helps.SWITCH)}
    stands = mitigation(tested)
    bare = stands.bare
    extra = (Stock(ways.extra_days, *material),) if ways.extra_days else ()
    stocks = (*stands.stocks, *extra)
    found = {NOTHING: bare}
    if stands.stocks:
        found["stock as set above"] = replace(bare, stocks=stands.stocks)
    if extra:
        found[f"{ways.extra_days:g} days more stock"] = replace(bare, stocks=stocks)
    for key, part in parts.items():
        if key != _ALL:
            one = mitigation(tested, part)
            found[names[key]] = replace(bare, alternatives=one.alternatives, switch=one.switch)
    if len(found) > 2:
        found[_ALL] = replace(mitigation(tested, parts[_ALL]), stocks=stocks)
    return found


def _compared(tested: Tested, options: Mapping[str, Mitigation]) -> pd.DataFrame:
    from calculator.shocks.compare import compare_mitigations

    rows = compare_mitigations(
        tested.chain, tested.events, options, start=tested.asked.start, days=tested.asked.days
    )
    called = {tested.chain.points[k].id: name for name, k in points_named(tested.chain).items()}
    return pd.DataFrame(
        {
            "option": row.option,
            "days_to_shortage": row.days_to_shortage,
            "lost_gwh": row.lost_gwh,
            "vehicles": row.vehicles,
            "least_output": row.least_output,
            "extra_cost": row.extra_cost / 1e6,
            "binding": called.get(row.binding, ""),
        }
        for row in rows
    )


def _shown(table: pd.DataFrame, tested: Tested, name: str) -> None:
    money = f"million {figures.spoken(tested.chain.money)}"
    bare, best = table.iloc[0], table.sort_values("lost_gwh", kind="stable").iloc[0]
    if best["lost_gwh"] < bare["lost_gwh"] * (1 - 1e-9):
        st.markdown(
            f"**{str(best['option']).capitalize()} loses least: {rounded(best['lost_gwh'])} GWh "
            f"instead of {rounded(bare['lost_gwh'])}.** All are for {name}."
        )
    else:
        st.markdown(f"**None of these saves any output.** All are for {name}.")
    drawn = table[["option", "lost_gwh", "extra_cost"]]
    exhibit.draw("ways", figures.mitigation_bars, drawn, money)
    st.caption(
        f"Extra cost in {money}: what other sources cost above the planned price, price rises of "
        "the event; what a stock costs to buy or hold is not in it."
    )
    read = pd.DataFrame(
        {
            "Way": table["option"],
            "First shortage, day": table["days_to_shortage"],
            "Lost, GWh": table["lost_gwh"],
            "Vehicles": table["vehicles"],
            "Least output, %": 100 * table["least_output"],
            f"Extra cost, {money}": table["extra_cost"],
            "What binds": table["binding"],
        }
    )
    digits = {str(n): st.column_config.NumberColumn(format="%.3g") for n in read.columns[2:6]}
    digits["Vehicles"] = st.column_config.NumberColumn(format="localized", step=1)
    exhibit.table(read, "ways_table", "Ways to soften the shock side by side", column_config=digits)
    exhibit.files(Report({"ways": table}, about=tested.about), "ways", scenario=tested.scenario)
