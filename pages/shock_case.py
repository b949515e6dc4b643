"""What is put to the test: chemistries, buyer, demand, today's market or a plan, days, stocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from materials_db.schema import Family
from pages import case, rules, widgets
from pages.spelled import good

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from calculator.shocks.chain import Chain
    from materials_db.database import MaterialsDB

MARKET, PLAN = "today's market", "plan of the Sourcing page"
STOCKS = "stocks"
OWN_DAYS = 30.0
_MOST_DAYS = 36_500.0
TESTED = date(2000, 1, 1), date(2100, 12, 31)
Item = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What was asked of the supply that is tested."""

    chemistries: tuple[str, ...]
    question: Mapping[str, Any] = field(hash=False)
    """The sourcing question, as a scenario file would hold it."""
    on_plan: bool
    start: date
    days: int
    own_days: float
    public_days: float

    @property
    def importer(self) -> str:
        """Who buys."""
        return str(self.question["importer"])

    def scenario(self, shocks: Mapping[str, Any] | None = None) -> Scenario:
        """The scenario of the case, with its part on shocks where that is known.

        Raises:
            ScenarioError: an input will not do.
        """
        more = {"shocks": dict(shocks)} if shocks is not None else {}
        asked = case.asked()
        return asked.scenario(chemistries=self.chemistries, sourcing=dict(self.question), **more)


def ask(db: MaterialsDB) -> Case:
    """Draw the inputs of the case."""
    on = widgets.switch("Supply", (MARKET, PLAN), "supply", help=(
        "Today's market: world shares of each stage, what the buyer gets of them. "
        "The plan: what the Sourcing page chooses under its rules."
    ))  # fmt: skip
    on_plan = on == PLAN
    if on_plan:
        with st.expander("Plan: chemistries, buyer and rules", expanded=True):
            chemistries, question = rules.question(db)
    else:
        chemistries, question = _market(db)
    start, days, own, public = _test()
    return Case(tuple(chemistries), question, on_plan, start, days, own, public)


def _market(db: MaterialsDB) -> tuple[list[str], dict[str, Any]]:
    """Chemistries, buyer and demand, under the same keys as on the Sourcing page."""
    order = list(Family)
    names = sorted(db.chemistries.values(), key=lambda entry: order.index(entry.family))
    countries = {row.country for row in db.shares} - {"ROW", "WLD"}
    source, to, amount = st.columns([2, 1, 1])
    with source:
        chosen = widgets.choose_some(
            "Chemistries", [entry.id for entry in names], "source", [rules.FIRST_SOURCED],
            help="Of several each delivers the same share of the energy.",
        )  # fmt: skip
    with to:
        buyers = sorted({*countries, rules.FIRST_IMPORTER})
        importer = widgets.country_picker("Importer", buyers, "importer", rules.FIRST_IMPORTER)
    with amount:
        demand = widgets.number("Demand, GWh a year", "demand", 30.0, 0.1, 1000.0, 5.0)
    chemistries = chosen or [rules.FIRST_SOURCED]
    asked = {
        "importer": importer,
        "demand": f"{demand:g} GWh/year",
        "chemistries": chemistries,
    }
    return chemistries, asked


def _test() -> tuple[date, int, float, float]:
    """When the test begins, how long it runs, and the stock of every material."""
    first, length, own, public = st.columns(4)
    with first:
        start = widgets.date_field(
            "Test from", "test_from", date.today(), *TESTED,
            help="The status of an event is that of this day.",
        )  # fmt: skip
    with length:
        days = widgets.number("Days", "days", 365.0, 1.0, 3660.0, 30.0)
    with own:
        cover = widgets.number(
            "Own stock, days", "own_stock", OWN_DAYS, 0.0, 3660.0, 10.0,
            help="Days of the plan's need of every material; your assumption.",
        )  # fmt: skip
    with public:
        state = widgets.number(
            "Public stock, days", "public_stock", 0.0, 0.0, 3660.0, 10.0,
            help="Of every material, drawn after your own; your assumption.",
        )  # fmt: skip
    return start, round(days), cover, state


# --- stocks ------------------------------------------------------------------------------


def points_named(chain: Chain) -> dict[str, int]:
    """Goods of a chain by their words, told apart by id where several share them."""
    used = [k for k, point in enumerate(chain.points) if point.per_day > 0]
    names = [good(chain.points[k].material, chain.points[k].stage) for k in used]
    twice = {name for name in names if names.count(name) > 1}
    return {
        f"{name} ({chain.points[k].id})" if name in twice else name: k
        for name, k in zip(names, used, strict=True)
    }


def goods(chain: Chain) -> dict[str, tuple[str, str | None]]:
    """What can be stocked, by its words: a material at a stage, whoever's cells it is for."""
    used = [point for point in chain.points if point.per_day > 0]
    return {good(p.material, p.stage): (p.material, p.stage) for p in used}


def stocks_apart(chain: Chain) -> list[Item]:
    """Days of single materials that differ from the rest; add one, take it out again."""
    items, named = widgets.listed(STOCKS), goods(chain)
    held = {(material, stage or "") for material, stage in named.values()}
    head = f"Stock by material ({len(items)})" if items else "Stock by material"
    with st.expander(head, icon=":material/inventory_2:", expanded=bool(items)):
        for place, item in enumerate(items):
            _shown(items, place, item, held)
        what, own, public, add = st.columns([3, 1, 1, 1], vertical_alignment="bottom")
        name = what.selectbox("Material", list(named), key="stock_good")
        days = own.number_input("Own, days", 0.0, 3660.0, OWN_DAYS, 10.0, "%g", "stock_own")
        state = public.number_input("Public, days", 0.0, 3660.0, 0.0, 10.0, "%g", "stock_public")
        if add.button("Set", key="set_stock", icon=":material/add:", disabled=name is None):
            material, stage = named[str(name)]
            row = {"material": material, "stage": stage or "", "own": days, "public": state}
            widgets.put_list(STOCKS, [*(i for i in items if _at(i) != _at(row)), row])
            st.rerun()
    return [item for item in items if not _stock_fault(item, held)]


def _stock_fault(item: Item, held: Collection[tuple[str, str]]) -> str:
    """Why a stock of a link does not count, or nothing."""
    if _at(item) not in held:
        return "This supply does not hold it; it does not count."
    for key in ("own", "public"):
        days = item.get(key, 0.0)
        if not isinstance(days, int | float) or not 0 <= days <= _MOST_DAYS:
            given = widgets.plain(str(days)[:60])
            return f"Its {key} stock is '{given}'; give 0 to {_MOST_DAYS:g} days. It is left out."
    return ""


def _at(item: Mapping[str, Any]) -> tuple[str, str]:
    return str(item.get("material")), str(item.get("stage") or "")


def _shown(
    items: Sequence[Item], place: int, item: Item, held: Collection[tuple[str, str]]
) -> None:
    told, remove = st.columns([6, 1], vertical_alignment="center")
    name = widgets.plain(good(*_at(item)))
    if fault := _stock_fault(item, held):
        told.markdown(f"**{name}**: {fault}")
    else:
        own, public = item.get("own", 0), item.get("public", 0)
        told.markdown(f"**{name}**: own {own:g} days, public {public:g} days")
    if remove.button("Remove", key=f"unstock_{place}", icon=":material/delete:", help=name):
        widgets.put_list(STOCKS, [other for k, other in enumerate(items) if k != place])
        st.rerun()


def stock_rows(asked: Case, chain: Chain, apart: Sequence[Item]) -> list[Item]:
    """The stocks as a scenario file holds them: one for each good, own and public apart."""
    single = {_at(item): item for item in apart}
    rows = []
    for material, stage in goods(chain).values():
        item = single.get((material, stage or ""), {})
        at = {"material": material} | ({"stage": stage} if stage else {})
        for key, usual, public in (
            ("own", asked.own_days, False),
            ("public", asked.public_days, True),
        ):
            days = item.get(key, usual)
            if isinstance(days, int | float) and days > 0:
                rows.append({**at, "cover": f"{days:g} day"} | ({"public": True} if public else {}))
    return rows
