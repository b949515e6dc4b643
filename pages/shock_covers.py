"""What stocks of 30, 60 and 180 days cost by material."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator import figures
from pages import exhibit
from pages.shock_run import Tested
from pages.spelled import good

if TYPE_CHECKING:
    from calculator.shocks.covers import CoverTable
    from pages.cached import Data

COVERS = (30.0, 60.0, 180.0)


def covers(data: Data, tested: Tested) -> None:
    """What 30, 60 and 180 days of each good cost."""
    from calculator.money import money_tables
    from calculator.shocks.covers import cover_table

    st.subheader("What a cover costs", anchor=False)
    table = cover_table(tested.chain, COVERS, money_tables(data.db))
    rows = cover_rows(table)
    priced = rows[rows["cost"].notna()]
    money = f"million {figures.spoken(table.money)}"
    if len(priced):
        drawn = pd.DataFrame(
            {"material": priced["good"], "days": priced["days"], "value": priced["cost"] / 1e6}
        )
        exhibit.draw("cover_bars", figures.cover_bars, drawn, money)
    totals = ", ".join(
        f"{days:g} days {table.total(days) / 1e6:,.0f}" + _yen(rows, days, table.shown)
        for days in COVERS
    )
    st.caption(
        f"First purchase of a stock of every good, million {figures.spoken(table.money)}: "
        f"{totals}. Each good is counted at its own price, a mine's output and the cell made of it "
        "alike: nobody needs all of them."
    )
    for note in table.notes:
        st.caption(note)
    exhibit.table_and_files(
        rows, rows, "covers", "Stocks by material and days of cover", tested.about
    )


def _yen(rows: pd.DataFrame, days: float, shown: str | None) -> str:
    if shown is None:
        return ""
    whole = rows[rows["days"] == days]["cost_shown"].sum() / 1e9
    return f" ({whole:,.1f} billion {figures.spoken(shown)})"


def tables(tested: Tested) -> dict[str, pd.DataFrame]:
    """What the derivation of a figure works out again."""
    from calculator.money import money_tables
    from calculator.shocks.covers import cover_table

    rows = cover_rows(cover_table(tested.chain, COVERS, money_tables(tested.db)))
    rows["days"] = [f"{days:g} days" for days in rows["days"]]
    rows.attrs["units"] = {"tonnes": "t", "quantity": "see column 'unit'",
                           "cost": "see column 'money'",
                           "cost_shown": "see column 'shown_in'"}  # fmt: skip
    return {"covers": rows}


def cover_rows(table: CoverTable) -> pd.DataFrame:
    found = pd.DataFrame(
        {
            "good": good(row.material, row.stage),
            "days": row.days,
            "tonnes": row.tonnes,
            "quantity": row.quantity,
            "unit": row.unit,
            "cost": row.cost,
            "money": table.money,
            "cost_shown": row.cost_shown,
            "shown_in": table.shown,
        }
        for row in table.rows
    )
    found["cost"] = pd.to_numeric(found["cost"])
    return found
