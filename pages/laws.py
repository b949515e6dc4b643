"""Laws a plan is held to: choose one of the buyer's, its year and what it leaves to the user."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.figures import spoken
from calculator.policy import law_on, policy_choices
from calculator.scenario import ScenarioError, make_scenario
from materials_db.countries import COUNTRIES
from pages import widgets
from pages.countries import NAMES, country_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from calculator.policy import Choice
    from materials_db.database import MaterialsDB

KEY = "laws"
_PLACE = re.compile(r"(law: )?sourcing\.policies(\[\d+\])?\.?:? ?")
"""Where a fault stands in a file, which a form does not have."""
YEARS = (2020, 2100)
NEEDS: Mapping[str, tuple[str, str]] = {
    "cap": ("Largest footprint", "such as 60 kgCO2e/kWh; no threshold has been adopted"),
}
"""What a law does not say itself, and what is typed for it."""


def chosen(db: MaterialsDB, importer: str) -> list[dict[str, Any]]:
    """The laws that stand, and the way to more; laws of another buyer are not carried along."""
    offered = {choice.id: choice for choice in policy_choices(db, importer)}
    held = [law for law in widgets.listed(KEY) if law.get("policy") in offered]
    head = f"Laws ({len(held)})" if held else "Laws: what does one cost my plan?"
    with st.expander(head, expanded=bool(held), icon=":material/gavel:"):
        if not offered:
            where = NAMES.get(importer, importer)
            st.caption(
                f"The tables hold no law of {where} with a number; state it as a rule below."
            )
            return []
        for place, law in enumerate(held):
            _shown(held, place, offered[law["policy"]])
        _new(db, held, offered)
    return held


def _shown(held: Sequence[dict[str, Any]], place: int, choice: Choice) -> None:
    law = held[place]
    told, remove = st.columns([6, 1], vertical_alignment="center")
    details = ", ".join(f"{key} {_told(value)}" for key, value in law.items() if key != "policy")
    standing = f" · :orange[{choice.standing}]" if choice.standing else ""
    told.markdown(f"**{choice.title}** · {widgets.plain(details)}{standing}")
    if remove.button("Remove", key=f"remove_law_{place}", icon=":material/delete:"):
        widgets.put_list(KEY, [other for k, other in enumerate(held) if k != place])
        st.rerun()


def _told(value: object) -> str:
    return " and ".join(map(spoken, value)) if isinstance(value, list) else spoken(str(value))


def _new(db: MaterialsDB, held: Sequence[dict[str, Any]], offered: Mapping[str, Choice]) -> None:
    """The fields of the law that is chosen, and the button that adds it."""
    what, when, which = st.columns([3, 1, 2])
    with what:
        name = st.selectbox(
            "Law", list(offered), key="new_law", format_func=lambda key: offered[key].title
        )
    choice = offered[name]
    law: dict[str, Any] = {"policy": name}
    with when:
        law["year"] = int(
            st.number_input("Year", *YEARS, value=_year(choice), step=1, key=f"year_{name}")
        )
    with which:
        if choice.products:
            law["product"] = st.selectbox(
                "For", choice.products, key=f"product_{name}", format_func=spoken
            )
    _parts(db, choice, law)
    for key in choice.needs:
        label, help_text = NEEDS.get(key, (spoken(key).capitalize(), "needed"))
        law[key] = st.text_input(label, key=f"{key}_{name}", placeholder=help_text, max_chars=60)
    if choice.standing:
        st.caption(f"{choice.standing[:1].upper()}{choice.standing[1:]}. {choice.note}")
    elif choice.note:
        st.caption(choice.note)
    if st.button("Hold the plan to it", icon=":material/add:", key="add_law"):
        _add(held, law, choice)


def _parts(db: MaterialsDB, choice: Choice, law: dict[str, Any]) -> None:
    """What a law takes beside its year: each field only where it means something."""
    given: dict[str, Callable[[], Any]] = {
        "requirements": lambda: _requirements(db, choice, law["year"]),
        "materials": lambda: _some("Materials", _materials(db), choice, "all it covers"),
        "trusted": lambda: _some("Trusted partners", sorted(COUNTRIES), choice, "none sourced"),
        "credit": lambda: st.checkbox(
            "Paid as a credit instead of asked", key=f"credit_{choice.id}",
            help="The share need not be met, and the credit on cells made there hangs on it.",
        ),
        "threshold": lambda: _words("Share in place of the law's", "such as 60 %", choice),
        "rate": lambda: _words("Interest", "such as 6 %", choice),
        "life": lambda: _words("Spread over", "such as 10 year", choice),
    }  # fmt: skip
    for key in choice.takes:
        value = given[key]() if key in given else None
        if value:
            law[key] = value


def _requirements(db: MaterialsDB, choice: Choice, year: int) -> list[str]:
    """Which of several requirements; all of them if none is picked."""
    found = law_on(db, choice.id, year).requirements
    names = list(dict.fromkeys(requirement.subject for requirement in found))
    return _some("Requirements", names, choice, "all of them") if len(names) > 1 else []


def _materials(db: MaterialsDB) -> list[str]:
    return sorted({row.material for row in db.element_materials})


def _some(label: str, names: list[str], choice: Choice, none: str) -> list[str]:
    key = f"{label.lower().replace(' ', '_')}_{choice.id}"
    return list(st.multiselect(label, names, key=key, placeholder=none, format_func=_named))


def _words(label: str, example: str, choice: Choice) -> str:
    key = f"{label.lower().replace(' ', '_')}_{choice.id}"
    return str(st.text_input(label, key=key, placeholder=example, max_chars=30)).strip()


def _named(word: str) -> str:
    return country_label(word) if word in NAMES else spoken(word)


def _year(choice: Choice) -> int:
    """The first step still to come, else this year."""
    today = date.today().year
    return min((year for year in choice.years if year >= today), default=today)


def _add(held: Sequence[dict[str, Any]], law: dict[str, Any], choice: Choice) -> None:
    missing = [key for key in choice.needs if not law.get(key)]
    if missing:
        st.error(f"{choice.title} leaves {' and '.join(missing)} to you; type it first.")
        return
    if any(other["policy"] == law["policy"] for other in held):
        st.error(f"{choice.title} stands already; remove it to change its year.")
        return
    told = _fault(law)
    if told:
        st.error(told)
        return
    widgets.put_list(KEY, [*held, law])
    st.rerun()


def _fault(law: dict[str, Any]) -> str:
    """What is wrong with a law as typed, or nothing."""
    asked = {"chemistries": ["LFP"], "sourcing": {"importer": "EUU", "policies": [law]}}
    try:
        make_scenario(asked, file="law")
    except ScenarioError as error:
        return widgets.plain(_PLACE.sub("", str(error)))
    return ""
