"""The robust plan: contracts and stocks that withstand the events, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from calculator import figures
from calculator.errors import InputError
from calculator.figures import spoken
from pages import exhibit, jobs, shock_case, shock_stock, widgets
from pages.cached import sourcing_mix
from pages.countries import country_label
from pages.shock_run import Tested, sentence
from pages.spelled import good, rounded

if TYPE_CHECKING:
    from calculator.shocks.robust import RobustPlan
    from calculator.shocks.robust_network import Spot
    from calculator.shocks.robust_rows import ContractRow, RobustEvent
    from pages.cached import Data

SWITCH = "A plan made to withstand these events"
_MOVED = 0.005
"""Change of a share from which a contract is shown."""
_MOST_SHOWN = 24
_DUST = 1e-8
"""Share of the plan's cost that counts as nothing."""


@dataclass(frozen=True)
class Wish:
    """Whether a robust plan is asked for, and what it can buy beside its contracts."""

    on: bool
    spot: float | None = None
    """Percent of the capacity of the sources that an event leaves alone."""
    spot_premium: float | None = None
    """Percent above their price."""

    def faults(self) -> list[str]:
        """What is still to be said."""
        if self.spot and self.spot_premium is None:
            return ["what a spot purchase costs more than a contract"]
        return []


def ask() -> Wish:
    """Draw the switch and, where it is on, what can be bought at once."""
    st.subheader("The plan that withstands", anchor=False)
    on = widgets.switched_on(SWITCH, "robust")
    if not on:
        return Wish(on=False)
    st.caption(
        "Contracts and stocks are decided before it is known what comes. It takes holding, "
        "shortage, the weight of the worst years and the probabilities above; spot purchases only "
        "where you state them."
    )
    share, dearer, _ = st.columns([1, 1, 2])
    with share:
        spot = widgets.maybe_number(
            "Spot: of untouched sources, %", "spot", 100.0, 5.0,
            help="What can be bought at once of the capacity of sources no event touches.",
        )  # fmt: skip
    with dearer:
        premium = widgets.maybe_number("Spot costs more, %", "spot_premium", 1000.0, 5.0)
    return Wish(on, spot, premium)


def draw(
    data: Data,
    tested: Tested,
    terms: shock_stock.Terms,
    chances: Mapping[str, float],
    wish: Wish,
) -> None:
    """The robust plan beside the cheapest one; on demand, since it takes some solves."""
    if not wish.on:
        return
    if not tested.asked.on_plan:
        st.info(
            f"This needs a plan whose contracts can move: set 'Supply' above to "
            f"'{shock_case.PLAN}'."
        )
        return
    if told := shock_stock.to_be_said(tested, terms, chances, wish.faults()):
        st.info(told)
        return
    try:
        found = _solved(data, tested, terms, chances, wish)
    except InputError as error:
        st.error(sentence(str(error)))
        return
    _headline(found)
    _events(found)
    _contracts(found, tested)
    _stocks(found, tested)
    _grounds(found)


def _solved(
    data: Data,
    tested: Tested,
    terms: shock_stock.Terms,
    chances: Mapping[str, float],
    wish: Wish,
) -> RobustPlan:
    """The robust plan, in the background.

    Raises:
        InputError: no event touches the plan, or the probabilities cannot be.
    """
    from calculator.shocks.robust import robust_plan

    sourced = sourcing_mix(data, tested.asked.scenario()).sourced
    asked = shock_stock.stock_terms(tested, terms, chances)
    key = f"robust {data.key} {tested.key} {terms} {wish} {sorted(chances.items())}"
    return jobs.answer(
        "robust",
        key,
        lambda: robust_plan(sourced, tested.events, asked, _spot(wish)),
        "Planning for these events",
    )


def _spot(wish: Wish) -> Spot | None:
    from calculator.shocks.robust_network import Spot

    if not wish.spot or wish.spot_premium is None:
        return None
    return Spot(wish.spot / 100, wish.spot_premium / 100)


# --- the answer ----------------------------------------------------------------------------


def saved_a_year(found: RobustPlan) -> float:
    """Expected cost of the cheapest plan less that of the plan shown, a year."""
    quiet = 1.0 - sum(row.probability for row in found.events)
    spared = sum(row.probability * row.saved for row in found.events)
    return _clean(found, spared - quiet * found.premium)


def _clean(found: RobustPlan, amount: float) -> float:
    """An amount without what rounding leaves."""
    return amount if abs(amount) > _DUST * abs(found.cheapest_cost) else 0.0


def _headline(found: RobustPlan) -> None:
    worst = max(found.events, key=lambda row: row.extra_cheapest)
    st.markdown(" ".join(_told(found, worst)))
    premium, saved, cost, kept = st.columns(4)
    premium.metric(
        "Premium a year, million", _millions(found.premium),
        help="What it costs more than the cheapest plan in a year without any event.",
    )  # fmt: skip
    saved.metric(
        "Saved a year, million", _millions(saved_a_year(found)),
        help="On average over all years, with and without an event; the premium is paid in it.",
    )  # fmt: skip
    cost.metric("Saved in the worst, million", _millions(_clean(found, worst.saved)))
    kept.metric(f"Kept in the worst, {found.unit}", rounded(_kept(worst)))
    money = f"million {spoken(found.money)}"
    st.markdown(
        f"- Planning for every event, not for their mean alone, is worth "
        f"{_millions(found.stochastic_solution)} {money} a year (value of the stochastic "
        "solution, VSS).\n"
        "- Knowing at the start of each year what comes in it would be worth "
        f"{_millions(found.perfect_information)} {money} a year more (EVPI): no forecast is worth "
        "more."
    )


def _kept(row: RobustEvent) -> float:
    return row.lost_cheapest - row.lost_robust


def _millions(amount: float) -> str:
    return rounded(amount / 1e6)


def _told(found: RobustPlan, worst: RobustEvent) -> list[str]:
    """The answer in sentences."""
    money = f"million {spoken(found.money)}"
    if found.premium == 0.0 and saved_a_year(found) == 0.0:
        if not any(row.lost_cheapest for row in found.events):
            dearer = _millions(_clean(found, worst.extra_cheapest))
            return [
                "**The cheapest plan withstands these events as it is:** it loses nothing. A year "
                f"with {_named(worst)} costs {dearer} {money} more than a quiet one."
            ]
        return [
            "**No other contracts and no stock pay:** at these probabilities they would cost more "
            f"than they save. In the worst event, {_named(worst)}, the cheapest plan loses "
            f"{rounded(worst.lost_cheapest)} {found.unit}."
        ]
    percent = 100 * found.premium / found.cheapest_cost if found.cheapest_cost else 0.0
    first = f"**It costs {_millions(found.premium)} {money} more in a quiet year ({percent:+.2g} %)"
    average = saved_a_year(found)
    verb = "saves" if average >= 0 else "costs"
    return [
        f"{first} and {verb} {_millions(abs(average))} a year on average.**",
        f"In the worst event, {_named(worst)}, it saves "
        f"{_millions(_clean(found, worst.saved))} {money} and "
        f"{rounded(_kept(worst))} of the {rounded(worst.lost_cheapest)} {found.unit} that the "
        "cheapest plan loses.",
    ]


def _named(row: RobustEvent) -> str:
    return f"'{widgets.plain(row.name)}'"


def _events(found: RobustPlan) -> None:
    """Cost and loss of a year with each event, under both plans."""
    rows = pd.DataFrame(
        {
            "A year with": row.name,
            "Odds, %": 100 * row.probability,
            "Cheapest: extra": row.extra_cheapest / 1e6,
            "Robust: extra": row.extra_robust / 1e6,
            "Saved": _clean(found, row.saved) / 1e6,
            f"Cheapest: lost, {found.unit}": row.lost_cheapest,
            f"Robust: lost, {found.unit}": row.lost_robust,
        }
        for row in found.events
    )
    exhibit.table(
        rows.round(4), "robust_events", "Cost and loss of a year with each event, both plans"
    )
    st.caption(
        f"Extra and saved: million {spoken(found.money)}; extra is above a quiet year of the "
        "cheapest plan, with shortage, stocks and dearer contracts in it."
    )


def contract_table(rows: Sequence[ContractRow]) -> pd.DataFrame:
    """Contracts by good and country, in percent, the one that moves most first."""
    order = sorted(rows, key=lambda row: -abs(row.robust - row.cheapest))
    found = [
        {
            "contract": f"{good(row.material, row.stage)}: {_country(row.country)}",
            "cheapest": 100 * row.cheapest,
            "robust": 100 * row.robust,
        }
        for row in order
    ]
    return pd.DataFrame(found, columns=["contract", "cheapest", "robust"])


def _country(code: str | None) -> str:
    return country_label(code) if code else "rest of the world"


def _contracts(found: RobustPlan, tested: Tested) -> None:
    st.subheader("Contracts by country", anchor=False)
    moved = [row for row in found.contracts if abs(row.robust - row.cheapest) > _MOVED]
    table = contract_table(found.contracts)
    if moved:
        exhibit.draw("contract_bars", figures.contract_bars, contract_table(moved)[:_MOST_SHOWN])
        left = len(moved) - _MOST_SHOWN
        st.caption(
            "Share of each good that is contracted in a country while all is quiet; only what "
            "moves is drawn" + (f", the {_MOST_SHOWN} that move most." if left > 0 else ".")
        )
    else:
        st.caption("They are those of the cheapest plan.")
    exhibit.table_and_files(
        table, table, "contracts", "Contracts by good and country, % of the good", tested.about
    )


def _stocks(found: RobustPlan, tested: Tested) -> None:
    if not found.stocks:
        st.caption("It holds no stock of its own.")
        return
    goods = {point.id: point for point in tested.chain.points}
    rows = pd.DataFrame(
        {
            "Stock of": _good(goods.get(row.good), row.good),
            "Days": row.days,
            "Quantity": row.quantity,
            "Unit": row.unit,
            f"Purchase, {spoken(found.money)}": row.purchase,
            "A year": row.carry_per_year,
        }
        for row in found.stocks
    )
    held = ", ".join(f"{row['Days']:.0f} days of {row['Stock of']}" for _, row in rows.iterrows())
    st.markdown(f"It holds {held}.")
    exhibit.table_and_files(rows, rows, "robust_stocks", "Stocks of the robust plan", tested.about)


def _good(point: object, name: str) -> str:
    material, stage = getattr(point, "material", None), getattr(point, "stage", None)
    return good(material, stage) if material else spoken(name)


def _grounds(found: RobustPlan) -> None:
    proof = found.plan.certificate.sentence() if found.plan.certificate else ""
    st.caption(f"{proof[:1].upper()}{proof[1:]}")
    with st.expander(f"What it takes for granted ({len(found.notes)})", icon=":material/info:"):
        st.markdown("\n".join(f"- {sentence(text)}" for text in found.notes))
