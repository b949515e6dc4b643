"""Pickers that several pages share; the only user of session state.

Every input is bound to a parameter of the address, so that a link carries it and a change of
page keeps it. What a link asks for in vain is told in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.money import years
from calculator.requests import DEFAULT_DECK, DEFAULT_FORMAT, DEFAULT_REGION, DEFAULT_YEAR
from calculator.scenario import Scenario, make_scenario
from materials_db.schema import Family
from pages.cached import Data, overlaid, shipped
from pages.countries import country_label

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

FIRST_SHOWN = ("LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li")
"""Chemistries a first visit compares, one or two a class."""
WEIGHTY = frozenset({"labour", "building", "capital_multiplier", "electricity"})
"""Factors a country must have of its own to be offered for a plant; others may stand in."""
_OWN, _LINK, _REFUSED = "own_files", "link", "refused"


# --- the session -------------------------------------------------------------------------


def begin() -> None:
    """Note what a link asks for, once a session, before any input is drawn."""
    if _LINK in st.session_state:
        st.session_state[_REFUSED] = []
        return
    st.session_state[_LINK] = {key: st.query_params.get_all(key) for key in st.query_params}
    st.session_state[_REFUSED] = []


def session_data() -> Data:
    """The database of this session: the shipped records, with the user's files over them."""
    files: Mapping[str, bytes] = st.session_state.get(_OWN, {})
    return overlaid(files) if files else shipped()


def lay_over(files: Mapping[str, bytes]) -> None:
    """Lay a user's files over the shipped records; on a fault what was there stays.

    Raises:
        DatabaseError: every fault of the files.
    """
    overlaid(files)
    st.session_state[_OWN] = dict(files)


def drop_own() -> None:
    """Take the user's files away again."""
    st.session_state.pop(_OWN, None)


def own_in_use() -> tuple[str, ...]:
    """Says that the user's files are laid over, where they are."""
    names = ", ".join(sorted(st.session_state.get(_OWN, {})))
    return (f"With your data: {names}. What rests on it is marked yours.",) if names else ()


def refused_links() -> tuple[str, ...]:
    """What the link asked for and did not get, in sentences."""
    return tuple(st.session_state[_REFUSED])


def _told(key: str, label: str, given: object) -> None:
    """Compare what the link asked for with what the input took, once."""
    asked = st.session_state[_LINK].pop(key, None)
    if not asked:
        return
    taken = {_plain(v) for v in (given if isinstance(given, list | tuple) else [given])}
    for text in asked:
        if _plain(text) not in taken:
            shown = ", ".join(sorted(taken)) or "nothing"
            sentence = (
                f"The link gives '{text[:60]}' for {label}, which will not do; {shown} stands."
            )
            st.session_state[_REFUSED].append(sentence)


def _plain(value: object) -> str:
    try:
        return f"{float(str(value)):g}"
    except ValueError:
        return str(value)


def is_set(keys: Sequence[str]) -> bool:
    """Whether the address fills one of the inputs."""
    return any(key in st.query_params for key in keys)


# --- inputs ------------------------------------------------------------------------------


def choose(
    label: str,
    options: Sequence[Any],
    key: str,
    default: Any,
    shown: Callable[[Any], str] = str,
    **more: Any,
) -> Any:
    """One of a list, bound to the address."""
    index = list(options).index(default) if default in options else 0
    value = st.selectbox(
        label, options, index=index, key=key, format_func=shown, bind="query-params", **more
    )
    _told(key, label, shown(value))
    return value


def choose_some(
    label: str, options: Sequence[Any], key: str, default: Sequence[Any] = (), **more: Any
) -> list[Any]:
    """Several of a list, bound to the address."""
    kept = [name for name in default if name in options]
    shown: Callable[[Any], str] = more.pop("shown", str)
    values = st.multiselect(
        label,
        options,
        default=kept,
        key=key,
        format_func=shown,
        bind="query-params",
        select_all=False,
        wrap=True,
        **more,
    )
    _told(key, label, [shown(value) for value in values])
    return list(values)


def number(
    label: str, key: str, value: float, least: float, most: float, step: float, **more: Any
) -> float:
    """A number within bounds, bound to the address."""
    found = st.number_input(
        label,
        min_value=least,
        max_value=most,
        value=value,
        step=step,
        key=key,
        bind="query-params",
        format="%g",
        **more,
    )
    _told(key, label, found)
    return float(found)


def maybe_number(label: str, key: str, most: float, step: float, **more: Any) -> float | None:
    """A number from 0, or nothing, bound to the address."""
    found = st.number_input(
        label,
        min_value=0.0,
        max_value=most,
        value=None,
        step=step,
        key=key,
        format="%g",
        bind="query-params",
        placeholder="none",
        **more,
    )
    _told(key, label, found)
    return None if found is None else float(found)


def words(label: str, key: str, **more: Any) -> str:
    """A short text, bound to the address."""
    return st.text_input(label, key=key, max_chars=100, bind="query-params", **more) or ""


def switch(label: str, options: Sequence[str], key: str, **more: Any) -> str:
    """One of a few words in a row, bound to the address."""
    value = st.segmented_control(
        label, options, default=options[0], key=key, required=True, bind="query-params", **more
    )
    _told(key, label, value)
    return str(value or options[0])


def country_picker(label: str, codes: Sequence[str], key: str, default: str, **more: Any) -> str:
    """A country, shown by code and name; the address holds the code alone."""
    asked = st.query_params.get(key)
    st.session_state.setdefault(key, asked if asked in codes else default)
    code = str(st.selectbox(label, codes, key=key, **_AS_COUNTRY, **more))
    _told(key, label, code)
    _link_to(key, code, code != default)
    return code


def countries_picker(label: str, codes: Sequence[str], key: str, **more: Any) -> list[str]:
    """Several countries, shown by code and name; the address holds the codes alone."""
    asked = st.query_params.get_all(key)
    st.session_state.setdefault(key, [code for code in asked if code in codes])
    found = list(st.multiselect(label, codes, key=key, wrap=True, **_AS_COUNTRY, **more))
    _told(key, label, found)
    _link_to(key, found, bool(found))
    return found


_AS_COUNTRY: Mapping[str, Any] = MappingProxyType(
    {"format_func": country_label, "persist_state": "session"}
)


def _link_to(key: str, value: Any, held: bool) -> None:
    """Write a value to the address, or take it out where it is the default."""
    if held:
        st.query_params[key] = value
    elif key in st.query_params:
        del st.query_params[key]


# --- what is computed --------------------------------------------------------------------


def chemistry_picker(db: MaterialsDB) -> tuple[str, ...]:
    """Chemistries to compare, a list a class."""
    chosen: list[str] = []
    for column, family in zip(st.columns(len(Family)), Family, strict=True):
        names = [entry.id for entry in db.chemistries.values() if entry.family is family]
        label = family.value[0].upper() + family.value[1:]
        with column:
            chosen += choose_some(
                label, names, family.value.replace("-", "_"), FIRST_SHOWN,
                placeholder="none", help=_names(db, names),
            )  # fmt: skip
    return tuple(chosen)


def _names(db: MaterialsDB, ids: Sequence[str]) -> str:
    """What each id stands for, the user's own marked."""
    entries = [db.chemistries[name] for name in ids]
    lines = [f"- **{e.id}** {e.name}{' (yours)' if e.layer == 'overlay' else ''}" for e in entries]
    return "\n".join(lines)


def plant_countries(db: MaterialsDB) -> list[str]:
    """Countries with factors of their own for all that weighs in a plant's cost."""
    have: dict[str, set[str]] = {}
    for row in db.regions:
        have.setdefault(row.country, set()).add(row.factor)
    return sorted(country for country, factors in have.items() if factors >= WEIGHTY)


def case_inputs(db: MaterialsDB) -> dict[str, Any]:
    """Cell, plant, pack and money, in the side bar, as a scenario file would hold them."""
    with st.sidebar:
        st.subheader("Cell and plant", anchor=False)
        cell_format = choose("Format", sorted(db.formats), "format", DEFAULT_FORMAT)
        st.caption(db.formats[cell_format].name)
        region = country_picker("Cell plant in", plant_countries(db), "region", DEFAULT_REGION)
        volume = number("Output, GWh a year", "volume", 30.0, 0.1, 1000.0, 5.0)
        pack = number("Pack, kWh", "pack", 75.0, 1.0, 1000.0, 5.0)
        st.subheader("Prices and money", anchor=False)
        deck = choose("Price deck", list(db.decks), "deck", DEFAULT_DECK)
        st.caption(db.decks[deck].name)
        currencies = ["USD", *sorted({row.currency for row in db.exchange_rates})]
        currency = choose("Currency", currencies, "currency", "USD")
        year = choose("Year of the money", years(db, currency)[::-1], "year", DEFAULT_YEAR)
    return {
        "format": cell_format,
        "region": region,
        "volume": f"{volume:g} GWh/year",
        "pack": {"energy": f"{pack:g} kWh"},
        "deck": deck,
        "currency": currency,
        "year": year,
    }


def case(db: MaterialsDB, chemistries: Sequence[str]) -> Scenario:
    """The scenario the inputs describe.

    Raises:
        ScenarioError: an input will not do.
    """
    return make_scenario({**case_inputs(db), "chemistries": list(chemistries)}, file="form")
