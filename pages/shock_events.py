"""Events of a shock: replay one, choose a shipped one, write one, and give what it lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import streamlit as st

from calculator.scenario import ScenarioError, make_scenario
from calculator.shocks.dates import state_on
from calculator.shocks.event import Event
from calculator.shocks.shipped import shipped_events
from pages import shock_cards as cards
from pages import widgets
from pages.shock_written import write_one

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

REPLAYS: Mapping[str, str] = MappingProxyType(
    {
        "CHN_rare_earth_stop_Japan_2010": "2010 rare earths",
        "lithium_price_2022": "2022 lithium price",
        "CHN_graphite_licence_2023": "2023 graphite licence",
        "CHN_batteries_58_2025": "58/2025 cathode and graphite",
        "COD_cobalt_quota_2025": "DR Congo quota",
        "IDN_nickel_ore_ban_2020": "Indonesia ore ban",
    }
)
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "in force": ("in_force",),
        "suspended or open": ("suspended", "unknown"),
        "announced or proposed": ("announced", "proposed"),
        "reported": ("reported",),
        "ended": ("ended",),
    }
)
"""Shipped events by status, as they are offered."""
_PLACE = re.compile(r"(event: )?shocks(\.[a-z_]+(\[\d+\])?\.?)?:?\s*")
"""Where a fault stands in a file, which a form does not have."""
_SIZES = "'cut', 'delay', 'refusal' or 'price_rise'"


def ask(db: MaterialsDB, on: date, days: int, used: Collection[str]) -> list[cards.Item]:
    """Draw how events are chosen, and those that are; returns those that can be tested.

    ``on`` and ``days`` are those of the test. ``used`` are the materials the plan holds: a size
    is asked for on these alone.
    """
    shipped = {event.id: event for event in shipped_events(db)}
    replays(shipped, on)
    add, write = st.columns(2)
    with add, st.expander("Add a known event", icon=":material/history:"):
        choose_one(db, shipped, on)
    with write, st.expander("Write an event", icon=":material/edit:"):
        write_one(db, cards.held(), on, add_item)
    items = cards.held()
    good = []
    for place, item in enumerate(items):
        with st.container(border=True):
            told = cards.twin(items, place) or fault([_bare(item)], on, days)
            if told:
                cards.refused(item, place, told)
                continue
            items[place] = cards.card(db, shipped, item, place, on, used)
            if told := fault([items[place]], on, days):
                st.error(told)
                continue
        good.append(items[place])
    if items != cards.held():
        widgets.put_list(cards.KEY, items)
    return good


def _bare(item: cards.Item) -> cards.Item:
    """An event with some size, to see whether all else of it will do."""
    return {key: value for key, value in item.items() if key not in cards.SIZES} | {"cut": "1 %"}


def replays(shipped: Mapping[str, Event], on: date) -> None:
    """Past events on today's supply, by one click each."""
    st.caption("Replay a past event from the first day of the test:")
    with st.container(horizontal=True):
        for name, label in REPLAYS.items():
            if name in shipped and st.button(label, key=f"replay_{name}", icon=":material/replay:"):
                widgets.put_list(cards.KEY, [{"event": name, "start": on.isoformat()}])
                st.rerun()


def choose_one(db: MaterialsDB, shipped: Mapping[str, Event], on: date) -> None:
    """A shipped event by its status, with its dates and source."""
    group = st.segmented_control("Status", list(GROUPS), default="in force", key="event_group")
    offered = [e for e in shipped.values() if e.status in GROUPS[group or "in force"]]
    if not offered:
        st.info("No event of this status is in the database.")
        return
    picked = st.selectbox(
        "Event", offered, key=f"pick_{group}", format_func=lambda e: f"{e.name} ({e.start:%Y-%m})"
    )
    st.markdown(cards.described(db, picked))
    touched = ", ".join(effect.label for effect in picked.effects) or "nothing; for reference"
    st.caption(f"Touches: {widgets.plain(touched)}. {widgets.plain(state_on(picked, on).why)}.")
    if st.button("Add event", key="add_event", icon=":material/add:", disabled=not picked.effects):
        told = add_item({"event": picked.id}, on)
        if told:
            st.error(told)


def add_item(item: cards.Item, on: date) -> str:
    """Put an event to the others, or say in a sentence what is wrong with it."""
    items = cards.held()
    if item.get("event") in [other.get("event") for other in items if other.get("event")]:
        return "This event is chosen already; change its numbers below."
    told = fault([*items, item], on)
    if told:
        return told
    widgets.put_list(cards.KEY, [*items, item])
    st.rerun()


def fault(items: Sequence[cards.Item], on: date, days: int = 3660) -> str:
    """What is wrong with events, or nothing."""
    shocks = {"date": on.isoformat(), "horizon": f"{days} day", "events": list(items)}
    try:
        make_scenario({"chemistries": ["LFP"], "shocks": shocks}, file="event")
    except ScenarioError as error:
        told = _PLACE.sub("", str(error)).replace(" in ''", "").replace("'horizon'", "'Days'")
        told = told.replace(_SIZES, "a cut, a licence time, a share refused or a price rise")
        return widgets.plain(told[:1].upper() + told[1:])
    return ""
