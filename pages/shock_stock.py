"""Stockpile: the stock that pays, and money against safety."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.errors import InputError
from pages import exhibit, jobs, shock_case, widgets
from pages.shock_run import Tested, probable, sentence
from pages.spelled import YOURS, good, rounded

if TYPE_CHECKING:
    from calculator.shocks.event import Event
    from calculator.shocks.frontier import Frontier, FrontierPoint
    from calculator.shocks.stock_terms import StockTerms
    from calculator.shocks.stockpile import StockPlan, StockRow
    from pages.cached import Data

GWH, DAYS = "GWh lost a year, expected", "days survived"
SIZE = "Size the stock"


@dataclass(frozen=True)
class Terms:
    """What the user says of stocks; nothing where it is not said."""

    holding: float | None
    """Percent of the value a year."""
    shortage: float | None
    """Money per kWh that is not delivered."""
    weight: float
    level: float
    years: float
    end_value: float
    size: bool

    def faults(self, events: Sequence[Event], chances: Mapping[str, float]) -> list[str]:
        """One sentence for each number that only the user can give."""
        found = []
        if self.holding is None:
            found.append("what holding a stock costs a year")
        if self.shortage is None:
            found.append("what a kWh that is not delivered costs you")
        return found + [
            f"how likely '{event.name}' is in a year" for event in events if event.id not in chances
        ]


def ask(data: Data, money: str) -> Terms:
    """Draw the terms of a stockpile."""
    st.subheader("The stock that pays", anchor=False)
    st.caption(
        f"{YOURS} Holding, shortage and probabilities are yours; none is assumed "
        f"for you. Own stocks set above do not count here, public ones do.{_range(data)}"
    )
    first, second, third, fourth = st.columns(4)
    with first:
        holding = widgets.maybe_number("Holding, % a year", "holding", 100.0, 1.0)
    with second:
        shortage = widgets.maybe_number(f"Shortage costs, {money}/kWh", "shortage", 1e5, 10.0)
    with third:
        weight = widgets.number(
            "Weight of the worst years", "tail_weight", 0.0, 0.0, 1.0, 0.1,
            help="0: the expected cost. 1: the mean of the worst years alone (CVaR).",
        )  # fmt: skip
    with fourth:
        level = widgets.number(
            "Worst years are beyond, %", "tail_level", 95.0, 0.0, 99.9, 1.0,
            help="95: the dearest 5 % of years.",
        )  # fmt: skip
    kept, worth, _ = st.columns([1, 1, 2])
    with kept:
        years = widgets.number("Kept for, years", "kept_years", 1.0, 0.5, 50.0, 1.0)
    with worth:
        end = widgets.number("Worth at the end, %", "end_value", 100.0, 0.0, 100.0, 5.0)
    size = widgets.switched_on(SIZE, "size_stock")
    return Terms(holding, shortage, weight, level / 100, years, end / 100, size)


def _range(data: Data) -> str:
    """The range of holding costs in the database, as help and no more."""
    rows = [r for r in getattr(data.db, "stockpile_facts", ()) if r.topic == "holding_cost"]
    if len(rows) < 2:
        return ""
    least, most = min(r.value for r in rows), max(r.value for r in rows)
    return (
        f" Holding: {least:g} to {most:g} % a year is an estimate ({rows[0].source}, "
        f"{rows[0].basis.value})."
    )


def sizing(data: Data, tested: Tested, terms: Terms, chances: Mapping[str, float]) -> bool:
    """The stock that pays, and the frontier, on demand; whether it could be sized."""
    if not terms.size:
        return False
    if told := to_be_said(tested, terms, chances):
        st.info(told)
        return False
    asked = stock_terms(tested, terms, chances)
    key = f"{data.key} {tested.key} {terms} {sorted(chances.items())}"
    try:
        plan, front = jobs.answer(
            "stock", f"stock {key}", lambda: _solved(tested, asked), "Sizing the stock"
        )
    except InputError as error:
        st.error(sentence(str(error)))
        return False
    _told(plan)
    _stocks(plan, tested)
    _frontier(front, plan, tested)
    return True


def to_be_said(
    tested: Tested, terms: Terms, chances: Mapping[str, float], further: Sequence[str] = ()
) -> str:
    """What is missing before a stock or a plan can be decided; empty where nothing is."""
    if not tested.scenario.shocks or not tested.scenario.shocks.events:
        return "Choose an event in the first tab: without one no stock is needed."
    if tested.open_questions:
        return "An event of the first tab still lacks something; say it there."
    if not tested.events:
        return "None of the events is in force within the test, so no stock is needed."
    faults = [*terms.faults(tested.events, chances), *further]
    return f"Say above {widgets.plain(', '.join(faults))}." if faults else ""


def stock_terms(tested: Tested, terms: Terms, chances: Mapping[str, float]) -> StockTerms:
    """The terms of a stockpile as the library takes them.

    Raises:
        InputError: one of them cannot be.
    """
    from calculator.shocks.stock_terms import StockTerms

    public = {
        point.id: tested.public_days(point.material, point.stage) for point in tested.chain.points
    }
    return StockTerms(
        holding_per_year=(terms.holding or 0.0) / 100,
        shortage_cost_per_kwh=terms.shortage or 0.0,
        start=tested.asked.start,
        days=tested.asked.days,
        probabilities={event.id: chances[event.id] for event in tested.events},
        weight=terms.weight,
        level=terms.level,
        years=terms.years,
        end_value=terms.end_value,
        public_days={name: days for name, days in public.items() if days > 0},
    )


def _solved(tested: Tested, asked: StockTerms) -> tuple[StockPlan, Frontier]:
    from calculator.shocks.frontier import frontier
    from calculator.shocks.stockpile import size_stockpile
    from calculator.sourcing.watch import step

    step("the stock that costs least")
    plan = size_stockpile(tested.chain, tested.events, asked)
    step("the frontier")
    return plan, frontier(tested.chain, tested.events, asked)


def sized_again(
    terms: Terms, chances: Mapping[str, float]
) -> Callable[[Tested], dict[str, pd.DataFrame]]:
    """What the derivation of a figure works out again."""

    def again(tested: Tested) -> dict[str, pd.DataFrame]:
        plan, front = _solved(tested, stock_terms(tested, terms, chances))
        return {
            "events": _event_frame(plan),
            "stock": _stock_frame(plan.stocks),
            "frontier": _front_frame(front),
        }

    return again


def _told(plan: StockPlan) -> None:
    """The answer in a sentence."""
    money = f"million {figures.spoken(plan.money)}"
    held = [row for row in plan.stocks if row.private_days > 0]
    if not held:
        st.markdown(
            "**No own stock pays.** The shortage it would spare, "
            f"{rounded(plan.shortage_without / 1e6)} {money} a year expected, costs less than "
            "holding it."
        )
    else:
        goods = ", ".join(f"{row.private_days:.0f} days of {_good(row)}" for row in held)
        cost, carry = rounded(plan.purchase / 1e6), rounded(plan.carry_per_year / 1e6)
        before, after = (
            rounded(each / 1e6) for each in (plan.shortage_without, plan.shortage_per_year)
        )
        st.markdown(
            f"**Hold {goods}.** It costs {cost} {money} to buy and {carry} a year to hold, and "
            f"brings the expected shortage from {before} to {after} a year."
        )
    proof = plan.certificate.sentence()
    st.caption(f"{proof[:1].upper()}{proof[1:]}")


def _good(row: StockRow) -> str:
    return good(row.material, row.stage)


def _stocks(plan: StockPlan, tested: Tested) -> None:
    exhibit.table(
        _event_frame(plan), "sized_events", "What each event takes without and with the stock"
    )
    stocks = _stock_frame(plan.stocks)
    exhibit.table_and_files(
        stocks, stocks, "sized_stock", f"Stocks by material, money in {plan.money}", tested.about
    )
    for note in dict.fromkeys(plan.notes):
        st.caption(f"{note[:1].upper()}{note[1:]}.".replace("..", "."))


def _event_frame(plan: StockPlan) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "event": row.name,
            "probability, % a year": 100 * row.probability,
            "lost without, GWh": row.lost_gwh_without,
            "lost with, GWh": row.lost_gwh,
            "survived, days": row.survived_days,
        }
        for row in plan.events
    )


def _front_frame(front: Frontier) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "point": f"point {k}",
            "purchase": point.purchase,
            GWH: point.expected_gwh,
            DAYS: point.survived_days,
        }
        for k, point in enumerate(front.points, start=1)
    )


def _stock_frame(rows: Sequence[StockRow]) -> pd.DataFrame:
    columns = ["material", "own days", "public days", "quantity", "unit", "purchase", "a year"]
    found: list[dict[str, Any]] = [
        {
            "material": _good(row),
            "own days": row.private_days,
            "public days": row.public_days,
            "quantity": row.quantity,
            "unit": row.unit,
            "purchase": row.purchase,
            "a year": row.carry_per_year,
        }
        for row in rows
    ]
    return pd.DataFrame(found, columns=columns)


def _frontier(front: Frontier, plan: StockPlan, tested: Tested) -> None:
    """Money against what is lost, or days survived; a point can be held."""
    st.subheader("Money against safety", anchor=False)
    if len(front.points) < 2:
        st.info("No stock changes what these events take.")
        return
    against = str(widgets.choose("Money against", [GWH, DAYS], "stock_against", GWH))
    money = f"first purchase, million {figures.spoken(front.money)}"
    up = [p.expected_gwh if against == GWH else p.survived_days for p in front.points]
    rows = pd.DataFrame({"x": [p.purchase / 1e6 for p in front.points], "y": up})
    at = {GWH: [row.lost_gwh * row.probability for row in plan.events]}.get(against)
    mark = sum(at) if at else min(row.survived_days for row in plan.events)
    picked = exhibit.pick(
        "stock_front", figures.pareto_front, rows, money, against,
        current=(plan.purchase / 1e6, float(mark)), joined=front.corners and against == GWH,
    )  # fmt: skip
    st.caption("The open diamond is the stock that pays. Pick a point to see its stocks.")
    table = rows.rename(columns={"x": money, "y": against})
    exhibit.table_and_files(
        table, table, "stock_frontier", f"{money} against {against}", tested.about
    )
    _hold(front.points, picked)


def _hold(points: Sequence[FrontierPoint], picked: int | None) -> None:
    """The stocks of a point, and the button that puts them into the test."""
    chosen = st.selectbox(
        "Point", range(len(points)), index=picked or 0, key=f"stock_point_{picked}",
        format_func=lambda k: _point(points[k]),
    )  # fmt: skip
    point = points[chosen or 0]
    exhibit.table(_stock_frame(point.stocks), "point_stocks", "Stocks of the point picked")
    if st.button("Test these stocks", icon=":material/push_pin:", key="hold_stocks"):
        rows = [
            {
                "material": row.material,
                "stage": row.stage or "",
                "own": round(row.private_days, 3),
                "public": round(row.public_days, 3),
            }
            for row in point.stocks
        ]
        widgets.put_list(shock_case.STOCKS, rows)
        st.rerun()


def _point(point: FrontierPoint) -> str:
    return (
        f"{rounded(point.purchase / 1e6)} million: {rounded(point.expected_gwh)} GWh a year, "
        f"{point.survived_days:.0f} days"
    )


def chances(events: Sequence[Event]) -> dict[str, float]:
    """A probability for each event, where the user gives one."""
    found: dict[str, float] = {}
    if not events:
        return found
    columns = st.columns(min(4, len(events)))
    for place, event in enumerate(events):
        with columns[place % len(columns)]:
            percent = widgets.maybe_number(
                f"'{event.name}', % a year", probable(event.id), 100.0, 1.0
            )
        if percent is not None:
            found[event.id] = percent / 100
    return found
