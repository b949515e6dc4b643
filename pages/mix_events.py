"""A plan put to one event, in a sentence; the Shock page has the rest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from calculator.figures import spoken
from calculator.shocks.dates import state_on
from calculator.shocks.shipped import shipped_events
from pages import shock_cards, widgets
from pages.countries import country_label
from pages.shock_case import PLAN
from pages.spelled import rounded

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from calculator.shocks import Chain, Stress
    from calculator.shocks.event import Event
    from pages.cached import Data
    from pages.mixes import Mix

OWN = "exports of a country stop"
HORIZON_DAYS = 365


def put_to_event(data: Data, scenario: Scenario, mix: Mix) -> None:
    """Choose an event, see what the plan loses, and go on to the Shock page with it."""
    from calculator.shocks import chain_of

    st.subheader("Put to an event", anchor=False)
    if not widgets.switched_on("Put this plan to an event", "to_event"):
        return
    chain = chain_of(mix.sourced)
    item = _asked(data, chain)
    stock = widgets.number("Own stock of everything, days", "event_stock", 0.0, 0.0, 3660.0, 5.0)
    st.markdown(_told(data, scenario, chain, item, stock))
    st.caption(
        "One year from today, on this plan; nothing else stands ready. The Shock page writes any "
        "event, follows stocks day by day and compares what would help."
    )
    if st.button("Take it to the Shock page", key="take_event", icon=":material/bolt:"):
        widgets.put_list(shock_cards.KEY, [item])
        st.session_state["supply"] = PLAN
        st.page_link("shock.py", label="It stands there now: open the Shock page")


def _asked(data: Data, chain: Chain) -> shock_cards.Item:
    """The event as a scenario file would hold it."""
    held = {point.material for point in chain.points}
    known = {
        event.name: event
        for event in shipped_events(data.db)
        if any(effect.material in held for effect in event.effects)
    }
    chosen = str(widgets.choose("Event", [OWN, *known], "plan_event", OWN))
    what, days, cut = st.columns([2, 1, 1])
    with days:
        length = widgets.number("Lasts, days", "event_days", 120.0, 1.0, 3650.0, 10.0)
    with cut:
        share = widgets.number("Cut, %", "event_cut", 100.0, 0.0, 100.0, 5.0)
    size = {"days": f"{length:g} day", "cut": f"{share:g} %"}
    with what:
        if chosen == OWN:
            return _own(chain) | size
        return _known(data, known[chosen]) | size


def _own(chain: Chain) -> shock_cards.Item:
    goods = list(dict.fromkeys((point.material, point.stage) for point in chain.points))
    names = {f"{spoken(material)}, {spoken(stage)}": (material, stage) for material, stage in goods}
    first = next((n for n in names if n.startswith("anode active material")), next(iter(names)))
    origins = sorted({lane.origin for lane in chain.lanes if lane.origin})
    good = str(widgets.choose("Of what", list(names), "event_good", first))
    start = "CHN" if "CHN" in origins else origins[0]
    origin = widgets.country_picker("From", origins, "event_from", start)
    material, stage = names[good]
    name = f"{country_label(origin)[4:]} exports no {good.partition(',')[0]}"
    return {"name": name, "material": material, "stage": stage, "origins": [origin]}


def _known(data: Data, event: Event) -> shock_cards.Item:
    st.markdown(shock_cards.described(data.db, event))
    item: shock_cards.Item = {"event": event.id, "start": date.today().isoformat()}
    state = state_on(event, date.today())
    if state.active is None:
        st.caption(f"{state.asks} Here it is taken to be in force; the sizes are yours.")
        item["active"] = True
    return item


def _told(
    data: Data, scenario: Scenario, chain: Chain, item: shock_cards.Item, stock: float
) -> str:
    from calculator.scenario import ScenarioError, make_scenario
    from calculator.shocks import Mitigation, Stock, stress_test
    from calculator.shocks.written import events_of

    part = {"date": date.today().isoformat(), "horizon": "365 day", "events": [item]}
    try:
        shocks = make_scenario({"chemistries": ["LFP"], "shocks": part}, file="event").shocks
    except ScenarioError as error:
        return widgets.plain(str(error))
    assert shocks is not None
    held = {point.material for point in chain.points}
    found = events_of(data.db, shocks, held)
    if not found.events:
        return " ".join(widgets.plain(note) for note in found.notes) or "Nothing happens."
    ready = Mitigation(stocks=(Stock(stock),), vehicle_kwh=scenario.pack.energy_kwh)
    answer = stress_test(
        chain, (found.events,), start=date.today(), days=HORIZON_DAYS, mitigation=ready
    )
    return _sentence(answer, scenario)


def _sentence(answer: Stress, scenario: Scenario) -> str:
    first, lost = answer.days_to_shortage(), float(answer.lost_gwh[0])
    if first is None:
        return "**Nothing is lost:** the plan buys little of it that way, or its stock lasts."
    least = 100 * float(answer.least_output[0])
    point = answer.binding()
    binds = "" if point is None else f" What binds: {spoken(point.id)}."
    kept = "At once" if first == 0 else f"After {first:g} days"
    return (
        f"**{kept} output falls, to {least:.0f} % at worst.** Lost in a year: {rounded(lost)} GWh, "
        f"{answer.vehicles() or 0:,.0f} vehicles of {scenario.pack.energy_kwh:g} kWh.{binds}"
    )
