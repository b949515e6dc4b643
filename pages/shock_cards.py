"""The events that are chosen: what each is, its numbers, and what it still asks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.figures import spoken
from calculator.shocks.dates import last_day, state_on
from calculator.shocks.event import Event
from calculator.shocks.shipped import notes_of, numbers_of
from pages import widgets
from pages.spelled import good

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

KEY = "events"
Item = dict[str, Any]
SIZES: Mapping[str, tuple[str, str, float]] = MappingProxyType(
    {
        "days": ("Lasts, days", "day", 3650.0),
        "cut": ("Cut, %", "%", 100.0),
        "delay": ("Licence takes, days", "day", 3650.0),
        "refusal": ("Refused, %", "%", 100.0),
        "price_rise": ("Price rise, %", "%", 10_000.0),
    }
)
"""Numbers of an event that its user may give: label, unit and the most."""
_FIELD_PX = 155
"""Two fields fit side by side on a phone."""
_COLOURS = {"in_force": "red", "suspended": "orange", "unknown": "orange", "ended": "gray"}


def held() -> list[Item]:
    """The events of this session, as a scenario file would hold them."""
    return widgets.listed(KEY)


def described(db: MaterialsDB, event: Event) -> str:
    """Name, status, dates, issuer and source of a shipped event."""
    row = db.events[event.id]
    source = db.sources[row.source]
    where = widgets.plain(f"{source.author} {source.year}, {row.locator}".rstrip(", "))
    status = badge(event)
    assumed = " :violet-badge[assumed]" if event.assumed else ""
    return (
        f"**{widgets.plain(event.name)}** {status}{assumed} {dates(event)} · "
        f"{widgets.plain(row.instrument)} · for {widgets.plain(row.targets)} · source: {where}; "
        f"status of {row.as_of}, confidence {row.confidence}"
    )


def badge(event: Event) -> str:
    """The status as a coloured word."""
    colour = _COLOURS.get(event.status, "blue")
    word = "open" if event.status == "unknown" else spoken(event.status)
    return f":{colour}-badge[{word}]"


def dates(event: Event) -> str:
    """First and last day, and the suspension."""
    last = last_day(event)
    told = f"from {event.start}" + (f" to {last}" if last else "")
    if event.suspended_from:
        told += f", suspended {event.suspended_from} to {event.suspended_to or 'no known end'}"
    return told


def card(
    db: MaterialsDB,
    shipped: Mapping[str, Event],
    item: Item,
    place: int,
    on: date,
    used: Collection[str],
) -> Item:
    """One event with its numbers; returns it as it is now asked."""
    event = shipped.get(str(item.get("event", "")))
    _head(item, place, described(db, event) if event else own_told(item))
    if item.get("event") and event is None:
        st.error(f"The database has no event '{widgets.plain(_slug(item))}'; remove it.")
        return item
    changed = numbers(item, event)
    if event is not None:
        lacks(db, event, changed, used)
        changed = settled(event, changed, on)
        foot(db, event)
    return changed


def _head(item: Item, place: int, words: str) -> None:
    """What an event is, and the button that takes it out."""
    told, remove = st.columns([8, 1], vertical_alignment="top")
    told.markdown(words)
    name = widgets.plain(_slug(item)[:100])
    if remove.button("Remove", key=f"drop_{place}", icon=":material/delete:", help=name):
        widgets.put_list(KEY, [other for k, other in enumerate(held()) if k != place])
        st.rerun()


def refused(item: Item, place: int, told: str) -> None:
    """An event of a link that cannot be, with what is wrong and the way to be rid of it."""
    _head(item, place, f"**{widgets.plain(_slug(item)[:100])}**")
    st.error(f"{told.rstrip(' .,')}. It is left out of the test; remove it.")


def twin(items: Sequence[Item], place: int) -> str:
    """Says that an event before it bears its name: fields and probabilities go by it."""
    name = letters(_slug(items[place]))
    if name in [letters(_slug(other)) for other in items[:place]]:
        return "An event above has the same name"
    return ""


def letters(name: str) -> str:
    """A name as it can stand in an address."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name)


def own_told(item: Item) -> str:
    """An event of the user's own in words."""
    stage = str(item.get("stage") or "")
    what = good(str(item["material"]), stage) if item.get("material") else spoken(stage)
    of = ", ".join(item.get("origins", ())) or "every country"
    aimed = f" to {', '.join(item['destinations'])}" if item.get("destinations") else ""
    free = f", not {', '.join(item['exempt'])}" if item.get("exempt") else ""
    owners = f" of {', '.join(item['owners'])}" if item.get("owners") else ""
    reach = "all output" if item.get("reach") == "output" else "exports"
    told = f"{what or 'everything'}, {reach}{owners} of {of}{aimed}{free}"
    begins = f" from {item['start']}" if item.get("start") else ""
    name = widgets.plain(str(item.get("name", "")))
    return f"**{name}** :violet-badge[yours] {widgets.plain(told + begins)}"


def numbers(item: Item, event: Event | None) -> Item:
    """Fields of the size; empty leaves what the database holds."""
    changed = dict(item)
    with st.container(horizontal=True):
        for key, (label, unit, most) in SIZES.items():
            least = 0.0 if key != "days" else 1.0
            before = read(item.get(key), unit)
            if before is not None and not least <= before <= most:
                _refuse(label, item[key])
                before = None
            value = st.number_input(
                label, min_value=least, max_value=most, value=before, key=f"ev_{_slug(item)}_{key}",
                placeholder=stated(event, key), format="%g", step=1.0 if unit == "day" else 5.0,
                width=_FIELD_PX,
            )  # fmt: skip
            changed.pop(key, None)
            if value is not None:
                changed[key] = f"{value:g} {unit}"
    return changed


def _slug(item: Item) -> str:
    return str(item.get("event") or item.get("name"))


def _refuse(label: str, given: object) -> None:
    st.warning(f"{label}: '{widgets.plain(str(given)[:60])}' will not do; nothing stands.")


def read(text: object, unit: str) -> float | None:
    """The number of a quantity such as ``120 day`` in a unit; not a number where it is none."""
    from materials_db.units import UnitError, split_quantity, to

    if text is None:
        return None
    try:
        return float(to(*split_quantity(str(text)), unit))
    except UnitError:
        return float("nan")


def stated(event: Event | None, key: str) -> str:
    """What an empty field stands for: the size a source states, if all effects have the same."""
    if event is None:
        return "none"
    if key == "days":
        last = last_day(event)
        return "to the end" if last is None else f"to {last:%Y-%m}"
    name = {"delay": "delay_days"}.get(key, key)
    found = {getattr(effect, name) for effect in event.effects if effect.label not in event.missing}
    if not found or found == {0.0}:
        return "none"
    scale = 1.0 if name == "delay_days" else 100.0
    return "as sourced" if len(found) > 1 else f"{scale * found.pop():g}, sourced"


def lacks(db: MaterialsDB, event: Event, item: Item, used: Collection[str]) -> None:
    """Says which number no source gives, and what was seen elsewhere."""
    if not any(effect.material in used for effect in event.effects):
        goods = ", ".join(dict.fromkeys(effect.label for effect in event.effects))
        st.info(f"It touches {widgets.plain(goods)}, which these cells do not hold.")
        return
    bare = [e.label for e in event.effects if e.material in used and e.label in event.missing]
    if not bare:
        return
    if any(key in item for key in ("cut", "delay", "refusal", "price_rise")):
        st.caption(":violet-badge[assumed] The size is yours: no source states one.")
        return
    goods = widgets.plain(", ".join(bare))
    st.warning(
        f"No source says how much {goods} this takes. Give a cut, how long a licence takes, or "
        f"the share refused.{seen(db)}",
        icon=":material/edit:",
    )


def seen(db: MaterialsDB) -> str:
    """The range of licence times that sources state for other measures."""
    rows = [row for row in db.event_numbers if row.quantity == "delay_days"]
    ends = [v for row in rows for v in (row.low, row.value, row.high) if v is not None]
    if not ends:
        return ""
    sources = ", ".join(sorted({row.source for row in rows}))
    return f" Licences elsewhere took {min(ends):g} to {max(ends):g} days ({sources})."


def settled(event: Event, item: Item, on: date) -> Item:
    """Ask whether the event holds where its dates do not tell; say what they do."""
    begins = date.fromisoformat(item["start"]) if item.get("start") else on
    state = state_on(event, begins, item.get("active"))
    if item.get("start"):
        st.caption(f"Replayed: taken to begin on {item['start']}, whatever its own dates.")
        return item
    if state.asks or "active" in item:
        words = {"yes": True, "no": False}
        before = next((w for w, v in words.items() if v is item.get("active")), None)
        st.markdown(f"{widgets.plain(state_on(event, begins).asks or state.why)}.")
        said = st.segmented_control(
            "In force?", list(words), default=before, key=f"active_{event.id}"
        )
        kept = {key: value for key, value in item.items() if key != "active"}
        return kept if said is None else kept | {"active": words[said]}
    icon = ":material/check:" if state.active else ":material/block:"
    st.caption(f"{icon} {widgets.plain(state.why)}.")
    return item


def foot(db: MaterialsDB, event: Event) -> None:
    """Notes and all numbers of a shipped event, folded."""
    notes, rows = notes_of(db, event), numbers_of(db, event)
    with st.expander(f"Facts ({len(rows)}) and notes ({len(notes)})", icon=":material/info:"):
        for row in rows:
            span = f" ({row.low:g} to {row.high:g})" if row.low is not None is not row.high else ""
            told = (
                f"{spoken(row.quantity)} of {spoken(row.material)}: {row.value:g} {row.unit}"
                f"{span}; {row.source}, {row.locator}, {row.date}; {row.basis.value}"
            )
            st.caption(widgets.plain(told))
        for note in notes:
            st.caption(widgets.plain(note))
