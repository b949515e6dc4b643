"""An event of the user's own: what is hit, where it comes from, how hard and how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.figures import spoken
from pages.countries import country_label

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

Item = dict[str, Any]
STAGES = ("mining", "refining", "active_material", "cell")
_ANY = "all"


def write_one(
    db: MaterialsDB,
    items: list[Item],
    on: date,
    add: Callable[[Item, date], str],
) -> None:
    """The fields of an event, and the button that adds it; a fault is one sentence."""
    with st.form("own_event", border=False):
        item = {**_what(db), **_whom(db), **_size(on)}
        item["name"] = st.text_input(
            "Your name for it", key="own_name", max_chars=100, placeholder=_name(item)
        ) or _named(item, items)
        if st.form_submit_button("Add event", icon=":material/add:"):
            told = add(item, on)
            if told:
                st.error(told)


def _what(db: MaterialsDB) -> Item:
    goods = sorted({row.material for row in db.shares})
    left, right = st.columns(2)
    material = left.selectbox(
        "Material", goods, index=None, key="own_material", format_func=spoken,
        placeholder="every material",
    )  # fmt: skip
    stage = right.selectbox(
        "Stage", STAGES, index=None, key="own_stage", format_func=spoken, placeholder="every stage"
    )
    reach = st.segmented_control(
        "What is hit", ("exports", "output"), default="exports", key="own_reach",
        format_func={"exports": "exports", "output": "all output"}.__getitem__,
        help="Exports: what leaves the customs area. All output: what is made there.",
    )  # fmt: skip
    return _given(material=material, stage=stage, reach=reach or "exports")


def _whom(db: MaterialsDB) -> Item:
    places = sorted({row.country for row in db.shares} - {"ROW", "WLD"})
    left, right = st.columns(2)
    with left:
        origins = st.multiselect(
            "From", places, key="own_origins", format_func=country_label, placeholder=_ANY
        )
        owners = st.text_input("Owners", key="own_owners", placeholder="all; commas between")
    with right:
        aimed = st.multiselect(
            "Aimed at", places, key="own_destinations", format_func=country_label, placeholder=_ANY
        )
        exempt = st.multiselect(
            "Exempt", places, key="own_exempt", format_func=country_label, placeholder="nobody"
        )
    names = [name.strip() for name in owners.split(",") if name.strip()]
    return _given(origins=origins, owners=names, destinations=aimed, exempt=exempt)


def _size(on: date) -> Item:
    when, lasts, cut = st.columns(3)
    start = when.text_input("From the day", key="own_start", placeholder=on.isoformat())
    days = lasts.number_input("Lasts, days", 1.0, 3650.0, None, 1.0, "%g", "own_days")
    less = cut.number_input("Cut, %", None, None, None, 5.0, "%g", "own_cut")
    wait, refused, dearer = st.columns(3)
    delay = wait.number_input("Licence takes, days", 0.0, 3650.0, None, 1.0, "%g", "own_delay")
    refusal = refused.number_input("Refused, %", None, None, None, 5.0, "%g", "own_refusal")
    rise = dearer.number_input("Price rise, %", 0.0, 10_000.0, None, 5.0, "%g", "own_rise")
    return _given(
        start=start.strip(),
        days=_unit(days, "day"),
        cut=_unit(less, "%"),
        delay=_unit(delay, "day"),
        refusal=_unit(refusal, "%"),
        price_rise=_unit(rise, "%"),
    )


def _unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}"


def _given(**values: Any) -> Item:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _name(item: Item) -> str:
    """A name made of what is hit and where it comes from."""
    goods = " ".join(spoken(item[key]) for key in ("material", "stage") if key in item)
    return f"{goods or 'everything'} from {', '.join(item.get('origins', ())) or 'everywhere'}"


def _named(item: Item, items: list[Item]) -> str:
    """The same, told apart from a name that is taken."""
    name, taken = _name(item), {str(other.get("name")) for other in items}
    more = (f"{name} ({count})" for count in range(2, 1000))
    return name if name not in taken else next(text for text in more if text not in taken)
