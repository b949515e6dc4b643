"""Pickers that several pages share; with `session`, the only user of session state.

Every input is bound to a parameter of the address, so that a link carries it and a change of
page keeps it. What a link asks for in vain is told in a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import streamlit as st

from pages import glossary
from pages.cached import Data, overlaid, shipped
from pages.countries import country_label

_MARKDOWN = re.compile(r"([\\`*_\[\]<>$:~!#|])")
_OWN, _LINK, _REFUSED, _INPUTS = "own_files", "link", "refused", "inputs"
_PAGE, _MOVED = "page", "moved"


# --- the session -------------------------------------------------------------------------


def begin(page: str) -> None:
    """Note a change of page and, once a session, what the link asks for; before any input."""
    st.session_state[_MOVED] = st.session_state.get(_PAGE, page) != page
    st.session_state[_PAGE] = page
    st.session_state[_REFUSED] = []
    if _LINK not in st.session_state:
        asked = {key: st.query_params.get_all(key) for key in st.query_params}
        st.session_state[_LINK] = asked


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


def start_anew() -> None:
    """Let go of every input of the session, so that an address fills all; own files stay."""
    for key in list(st.session_state):
        if key != _OWN:
            del st.session_state[key]


def hand_over(inputs: Any) -> None:
    """Leave the inputs the router drew for the page it runs next."""
    st.session_state[_INPUTS] = inputs


def handed_over() -> Any:
    """The inputs the router drew."""
    return st.session_state[_INPUTS]


def plain(text: str) -> str:
    """Text of a user's or a link's, to be shown as it is and never as Markdown."""
    return _MARKDOWN.sub(r"\\\1", "".join(c if c.isprintable() or c == "\n" else " " for c in text))


def own_in_use() -> tuple[str, ...]:
    """Says that the user's files are laid over, where they are."""
    names = plain(", ".join(sorted(st.session_state.get(_OWN, {}))))
    return (f"With your data: {names}. What rests on it is marked yours.",) if names else ()


def refused_links() -> tuple[str, ...]:
    """What the link asked for and did not get, in sentences."""
    return tuple(st.session_state[_REFUSED])


def _hold(key: str, options: Sequence[Any] | None = None) -> None:
    """Write an input to the address again after a change of page, which may drop it there.

    A value that is no option any more is left to the input's default.
    """
    if not st.session_state[_MOVED] or key not in st.session_state:
        return
    value = st.session_state[key]
    values = value if isinstance(value, list) else [value]
    if options is None or all(one in options for one in values):
        st.session_state[key] = value


def _told(key: str, label: str, given: object) -> None:
    """Compare what the link asked for with what the input took, once."""
    asked = st.session_state[_LINK].pop(key, None)
    if not asked:
        return
    taken = {_compared(v) for v in (given if isinstance(given, list | tuple) else [given])}
    shown = plain(", ".join(sorted(taken))) or "nothing"
    for text in asked:
        if _compared(text) not in taken:
            told = f"The link gives `{_literal(text)}` for {label}, which will not do"
            st.session_state[_REFUSED].append(f"{told}; {shown} stands.")


def _literal(text: str) -> str:
    """The beginning of a foreign text as it can stand in a code span."""
    kept = "".join(c if c.isprintable() and c != "`" else " " for c in text)
    return kept[:60].strip() or " "


def _compared(value: object) -> str:
    try:
        return f"{float(str(value)):g}"
    except ValueError:
        return str(value)


def is_set(keys: Sequence[str]) -> bool:
    """Whether the address fills one of the inputs."""
    return any(key in st.query_params for key in keys)


# --- a list of the user's own --------------------------------------------------------------


def listed(key: str) -> list[dict[str, Any]]:
    """A list of groups of keys that the user put together, or the link brings."""
    if f"list_{key}" not in st.session_state:
        st.session_state[f"list_{key}"] = _read_list(key, st.query_params.get(key, ""))
    found: list[dict[str, Any]] = st.session_state[f"list_{key}"]
    if found and key not in st.query_params:  # a change of page dropped it
        put_list(key, found)
    return list(found)


def put_list(key: str, items: Sequence[Mapping[str, Any]]) -> None:
    """Keep the list in the session and in the address."""
    st.session_state[f"list_{key}"] = [dict(item) for item in items]
    if items:
        st.query_params[key] = json.dumps(list(items), separators=(",", ":"))
    elif key in st.query_params:
        del st.query_params[key]


def _read_list(key: str, text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text) if text else []
    except ValueError:
        found = None
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        return found
    told = f"The link gives `{_literal(text)}` for {key}, which will not do; nothing stands."
    st.session_state[_REFUSED].append(told)
    return []


# --- inputs ------------------------------------------------------------------------------


def _taught(label: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """An input's options, with its label explained where the glossary knows it."""
    return {"help": glossary.told(label), **more}


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
    _hold(key, options)
    value = st.selectbox(
        label,
        options,
        index=index,
        key=key,
        format_func=shown,
        bind="query-params",
        **_taught(label, more),
    )
    _told(key, label, shown(value))
    return value


def choose_some(
    label: str, options: Sequence[Any], key: str, default: Sequence[Any] = (), **more: Any
) -> list[Any]:
    """Several of a list, bound to the address."""
    kept = [name for name in default if name in options]
    shown: Callable[[Any], str] = more.pop("shown", str)
    _hold(key, options)
    values = st.multiselect(
        label,
        options,
        default=kept,
        key=key,
        format_func=shown,
        bind="query-params",
        select_all=False,
        wrap=True,
        **_taught(label, more),
    )
    _told(key, label, [shown(value) for value in values])
    return list(values)


def number(
    label: str, key: str, value: float, least: float, most: float, step: float, **more: Any
) -> float:
    """A number within bounds, bound to the address."""
    _hold(key)
    found = st.number_input(
        label,
        min_value=least,
        max_value=most,
        value=value,
        step=step,
        key=key,
        bind="query-params",
        format="%g",
        **_taught(label, more),
    )
    _told(key, label, found)
    return float(found)


def maybe_number(label: str, key: str, most: float, step: float, **more: Any) -> float | None:
    """A number from 0, or nothing, bound to the address."""
    _hold(key)
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
        **_taught(label, more),
    )
    _told(key, label, found)
    return None if found is None else float(found)


def words(label: str, key: str, **more: Any) -> str:
    """A short text, bound to the address."""
    _hold(key)
    return st.text_input(label, key=key, max_chars=100, bind="query-params", **more) or ""


def switched_on(label: str, key: str, **more: Any) -> bool:
    """A yes or no, bound to the address."""
    _hold(key)
    return bool(st.toggle(label, key=key, bind="query-params", **more))


def switch(label: str, options: Sequence[str], key: str, **more: Any) -> str:
    """One of a few words in a row, bound to the address."""
    _hold(key, options)
    value = st.segmented_control(
        label, options, default=options[0], key=key, required=True, bind="query-params", **more
    )
    _told(key, label, value)
    return str(value or options[0])


def country_picker(label: str, codes: Sequence[str], key: str, default: str, **more: Any) -> str:
    """A country, shown by code and name; the address holds the code alone."""
    asked = st.query_params.get(key)
    kept = _kept(key, asked if asked in codes else default)
    index = list(codes).index(kept) if kept in codes else list(codes).index(default)
    code = str(st.selectbox(label, codes, index=index, key=key, **_AS_COUNTRY, **more))
    _told(key, label, code)
    _link_to(key, [code], code != default)
    return str(_keep(key, code))


def countries_picker(label: str, codes: Sequence[str], key: str, **more: Any) -> list[str]:
    """Several countries, shown by code and name; the address holds the codes alone."""
    asked = [code for code in st.query_params.get_all(key) if code in codes]
    kept = [code for code in _kept(key, asked) if code in codes]
    found = list(
        st.multiselect(label, codes, default=kept, key=key, wrap=True, **_AS_COUNTRY, **more)
    )
    _told(key, label, found)
    _link_to(key, found, bool(found))
    return list(_keep(key, found))


def _kept(key: str, first: Any) -> Any:
    """What an input last held: a quick change of page may drop its own state."""
    return st.session_state.get(f"kept_{key}", first)


def _keep(key: str, value: Any) -> Any:
    st.session_state[f"kept_{key}"] = value
    return value


_AS_COUNTRY: Mapping[str, Any] = MappingProxyType({"format_func": country_label})


def _link_to(key: str, codes: Sequence[str], held: bool) -> None:
    """Write codes to the address, or take them out where they are the default."""
    if held and st.query_params.get_all(key) != list(codes):
        st.query_params[key] = codes
    elif not held and key in st.query_params:
        del st.query_params[key]


def day(label: str, key: str, value: date, least: date, most: date, **more: Any) -> date:
    """A day on a slider, bound to the address."""
    _hold(key)
    found: date = st.slider(
        label, least, most, value, timedelta(days=1), key=key, bind="query-params", **more
    )
    _told(key, label, found.isoformat())
    return found


def date_field(label: str, key: str, value: date, least: date, most: date, **more: Any) -> date:
    """A day to type or to pick from a calendar, bound to the address."""
    _hold(key)
    found = st.date_input(
        label, value, least, most, key=key, bind="query-params", format="YYYY-MM-DD", **more
    )
    chosen = found if isinstance(found, date) else value
    _told(key, label, chosen.isoformat())
    return chosen
