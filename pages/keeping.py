"""Saved scenarios in the form: whose they are, the fold that saves, the link that opens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from calculator.errors import InputError
from pages import exhibit, own_files, session, widgets
from pages.returning import REFUSED

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from calculator.scenario import Scenario
    from calculator.store import Kept, Saved, Snapshot, Store, Version
    from pages.cached import Data

LINK = "saved"
"""Parameter of an address that names a saved scenario: ``?saved=ID``, or ``ID.3`` for a version."""
LONG = 2_000
"""Characters of an address that some mail programs and browsers cut off or refuse."""
PAGES = (
    "compare",
    "minerals",
    "uncertainty",
    "sensitivity",
    "sourcing",
    "recycling",
    "trade",
    "shock",
    "data",
)
"""Pages that may be opened from the store."""
_VERSION = re.compile(r"(?P<scenario>[^.]*)\.(?P<number>[0-9]{1,9})")
_NOT_KEPT = (LINK, REFUSED, "embed", "embed_options")
_OPENED, _MISSED = "opened", "missed"


@dataclass(frozen=True)
class Opened:
    """The saved version that this session went on from."""

    scenario: str
    number: int
    page: str
    name: str
    mine: bool
    shared: bool
    saved_at: str
    author: str
    data_version: str
    laid: own_files.Laid
    """The data that the session went on with."""


# --- whose -------------------------------------------------------------------------------


def user() -> Mapping[str, Any]:
    """What the sign-in knows of the user; without ``is_logged_in`` where nobody signs in."""
    return st.user


def signs_in() -> bool:
    """Whether the form was set up with sign-in."""
    return "is_logged_in" in user()


def owner() -> str | None:
    """Whose scenarios this session sees: one owner for all without sign-in, None before it."""
    known = user()
    if "is_logged_in" not in known:
        return ""
    issuer, subject = str(known.get("iss") or ""), str(known.get("sub") or "")
    if not known["is_logged_in"] or not issuer or not subject:
        return None
    return f"{issuer} {subject}"[:1000]


def author() -> str:
    """Name of the user as it stands beside what they save; empty without sign-in."""
    known = user()
    name = str(known.get("name") or known.get("email") or "") if owner() else ""
    return "".join(c for c in name if c.isprintable())[:200]


def can_sign_in() -> bool:
    """Whether the packages that Streamlit's sign-in needs are installed."""
    return all(find_spec(name) is not None for name in ("authlib", "httpx"))


def sign_in() -> None:
    """Offer to sign in or out, where the form was set up so."""
    if not signs_in():
        return
    with st.sidebar:
        if owner() is None and not can_sign_in():
            st.warning("Sign-in is set up, but the server lacks the package httpx that it needs.")
        elif owner() is None:
            _tell_refused()
            st.button("Sign in", on_click=st.login, icon=":material/login:", key="sign_in")
        else:
            st.caption(widgets.plain(f"Signed in as {author() or 'a user without a name'}"))
            st.button("Sign out", on_click=st.logout, icon=":material/logout:", key="sign_out")


def _tell_refused() -> None:
    """Say once that a sign-in came back with nobody."""
    if st.query_params.pop(REFUSED, None) is not None:
        session.hold(REFUSED, True)
    if session.held(REFUSED):
        st.warning(
            "You were not signed in. Try again; if it fails again, the server's log says why."
        )


def store() -> Store:
    """The store as this session's owner sees it.

    Raises:
        StoreError: it cannot be opened.
    """
    from calculator.store import store_url

    url = store_url().render_as_string(hide_password=False)
    return _opened_store(url).owned_by(owner(), author())


@st.cache_resource(show_spinner=False)
def _opened_store(url: str) -> Store:
    from calculator.store import open_store

    return open_store(url)


# --- opening -----------------------------------------------------------------------------


def restore() -> None:
    """Open what the address names, with its page and all its inputs; before any input is drawn."""
    asked = st.query_params.get(LINK)
    if asked is None:
        return
    found = _VERSION.fullmatch(asked)
    try:
        if found is None:
            open_version(asked)
        else:
            open_version(found["scenario"], int(found["number"]))
    except InputError as error:
        if signs_in() and owner() is None:  # the sign-in comes back to this address
            session.hold(_MISSED, f"{error}; if it is yours, sign in first")
        else:
            session.hold(_MISSED, str(error))
            del st.query_params[LINK]


def open_version(scenario: str, number: int | None = None) -> None:
    """Go to the page of a saved version with its inputs and own files, and let go of the session's.

    Raises:
        StoreError: there is no such version, or it was not saved on a page.
    """
    from calculator.store import StoreError

    opened = store()
    found = opened.version(scenario, number)
    saved = opened.scenario(scenario)
    page = found.snapshot.page
    if page not in PAGES:
        remedy = f"read it with: battcalc store show {scenario}"
        raise StoreError(f"'{saved.name}' was saved from a file and not on a page; {remedy}")
    files = opened.files(scenario, found.number) if found.snapshot.files else {}
    before = own_files.unsaved()
    widgets.start_anew()
    session.hold(_OPENED, _as_opened(found, saved, own_files.lay(files, before)))
    st.switch_page(f"{page}.py", query_params=_kept_parameters(found.snapshot.parameters))


def _as_opened(found: Version, saved: Saved, laid: own_files.Laid) -> Opened:
    return Opened(
        found.scenario, found.number, found.snapshot.page, saved.name, saved.mine, saved.shared,
        found.saved_at, found.author, found.snapshot.data_version, laid,
    )  # fmt: skip


def _kept_parameters(parameters: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: list(values) for key, values in parameters.items() if key not in _NOT_KEPT}


def tell(above: DeltaGenerator, page: str) -> None:
    """Say at the head of the page what was opened, or why a link opened nothing."""
    missed = session.held(_MISSED)
    if missed is not None:
        session.hold(_MISSED, None)
        above.warning(widgets.plain(f"The link opens nothing: {missed}."))
    found: Opened | None = session.held(_OPENED)
    if found is not None and found.page == page:
        above.info(opened_from(found, widgets.session_data()))


def opened_from(found: Opened, data: Data) -> str:
    """Says which saved version the page went on from, and whether its data are others now."""
    when = found.saved_at[:16].replace("T", " ")
    by = f" by {found.author}" if found.author else ""
    told = f"Opened: {found.name}, version {found.number}, saved {when} UTC{by}"
    told += f"{own_files.with_files(found.laid, found.mine)}."
    told += own_files.beside(found.laid, found.mine, data)
    if found.data_version != data.db.data_version:
        told += f" It was saved on data version {found.data_version}; figures may differ."
    return widgets.plain(told)


# --- saving ------------------------------------------------------------------------------


@st.fragment
def save_fold(page: str, scenario: Scenario | None = None) -> None:
    """Save what the page asks, under a name, and show its short link.

    Args:
        page: file of the page without its ending.
        scenario: what the page works on; None where its address is all it asks.
    """
    with st.expander("Save and link", icon=":material/bookmark:"):
        _length()
        if owner() is None:
            st.caption("Sign in, in the side bar, to save this under a name.")
            return
        found: Opened | None = session.held(_OPENED)
        mine = found if found is not None and found.mine and found.page == page else None
        own_files.fold_note(mine is not None and mine.shared, signs_in())
        with st.form(f"save_{page}", border=False):
            kept = _form(page, scenario, mine)
        if kept is not None:
            (st.warning if kept.meanwhile else st.success)(kept.sentence)
            show_link(kept.scenario)


def _length() -> None:
    """Says whether the address alone will do as a link."""
    size = len(f"{_base()}?{urlencode(_parameters(), doseq=True)}")
    if size > LONG:
        st.warning(
            f"The address of this page has {size:,} characters, more than some programs pass on. "
            "Save it and send its short link instead."
        )
    else:
        st.caption("The address of this page alone opens it again. A saved one has a short link.")


def _form(page: str, scenario: Scenario | None, mine: Opened | None) -> Kept | None:
    """Name and note, and a button for each way to save."""
    from calculator.store.limits import NAME, NOTE

    name = st.text_input(
        "Name", value=mine.name if mine else "", max_chars=NAME, key=f"save_name_{page}"
    )
    note = st.text_area("Note", max_chars=NOTE, key=f"save_note_{page}", height=68)
    with st.container(horizontal=True):
        again = mine is not None and st.form_submit_button(
            "Save as a further version", type="primary", key=f"save_again_{page}"
        )
        new = st.form_submit_button(
            "Save as new", type="secondary" if mine else "primary", key=f"save_new_{page}"
        )
    if not (again or new):
        return None
    try:
        return _save(_snapshot(page, scenario, note), name, mine if again else None)
    except InputError as error:
        st.error(widgets.plain(str(error)))
    return None


def _save(snapshot: Snapshot, name: str, mine: Opened | None) -> Kept:
    opened = store()
    if mine is None:
        kept = opened.save(name, snapshot)
    else:
        kept = opened.save_version(mine.scenario, snapshot, mine.number)
        if name.strip() and name.strip() != mine.name:
            opened.rename(mine.scenario, name)
    found, saved = opened.version(kept.scenario, kept.version), opened.scenario(kept.scenario)
    session.hold(_OPENED, _as_opened(found, saved, own_files.saved()))
    return kept


def _snapshot(page: str, scenario: Scenario | None, note: str) -> Snapshot:
    """What the page asks, with the run at its foot and the user's own files."""
    from calculator.store import parameters_snapshot, scenario_snapshot

    data = widgets.session_data()
    if scenario is None:
        found = parameters_snapshot(data.db, page, _parameters(), note)
    else:
        found = scenario_snapshot(data.db, scenario, page, _parameters(), note)
    return replace(found, run_id=exhibit.page_run().id).with_files(data.files)


def _parameters() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params if key not in _NOT_KEPT}


def show_link(scenario: str, number: int | None = None) -> None:
    """The short link of a saved scenario, to be copied."""
    version = "" if number is None else f".{number}"
    st.code(f"{_base()}?{LINK}={scenario}{version}", language=None)
    if signs_in():
        st.caption("Others can open it only if you share it on the page Saved.")


def _base() -> str:
    """Address of the form itself, without page and parameters."""
    here = urlsplit(st.context.url or "")
    folder = here.path.rsplit("/", 1)[0] if here.path else ""
    return f"{here.scheme}://{here.netloc}{folder}/" if here.netloc else "/"
