"""A user's own files and saved versions: laid over again on opening, set aside, told, handed back.

A version opens on the data it was saved on: with its files, or with none. What else the session
had laid over is set aside, and the page Data lays it over again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from materials_db.faults import DatabaseError
from pages import session, widgets
from pages.cached import overlaid, shipped

if TYPE_CHECKING:
    from calculator.store import OwnFile, Store, Version
    from pages.cached import Data

_ASIDE, _STORED = "aside", "stored"
_MOST_TOLD = 3


@dataclass(frozen=True)
class Laid:
    """The data that a session went on with when it opened or saved a version."""

    key: str
    """Of the data, see ``Data``."""
    names: tuple[str, ...] = ()
    """Files of the version."""
    unfit: str = ""
    """Why these fit the database no longer; the shipped data are in use then."""
    aside: tuple[str, ...] = ()
    """Files that the session had laid over, and that are set aside."""


def unsaved() -> dict[str, bytes]:
    """Own files of the session that no version holds: those in use, else those set aside."""
    data = widgets.session_data()
    if data.files and data.key != session.held(_STORED):
        return dict(data.files)
    return dict(session.held(_ASIDE) or {})


def lay(files: Mapping[str, bytes], before: Mapping[str, bytes]) -> Laid:
    """Lay the files of a version over the shipped data, in place of all that the session had.

    Args:
        files: of the version; empty where it was saved without.
        before: what was unsaved in the session; kept aside unless it is the same.
    """
    unfit = ""
    widgets.drop_own()
    if files:
        try:
            widgets.lay_over(files)
        except DatabaseError as error:
            unfit = faults(error)
    aside = {} if before == files else dict(before)
    data = widgets.session_data()
    session.hold(_STORED, data.key)
    session.hold(_ASIDE, aside)
    return Laid(data.key, tuple(sorted(files)), unfit, tuple(sorted(aside)))


def saved() -> Laid:
    """Note that the own files in use are in the store by now."""
    data = widgets.session_data()
    session.hold(_STORED, data.key)
    return Laid(data.key, data.own)


def set_aside() -> dict[str, bytes]:
    """Files that an opened version put aside and that are not in use."""
    aside: dict[str, bytes] = session.held(_ASIDE) or {}
    return {} if aside == dict(widgets.session_data().files) else aside


def data_of(store: Store, version: Version) -> Data:
    """The data a version was saved with: its files over the shipped ones.

    Raises:
        DatabaseError: every fault of the files.
    """
    if not version.snapshot.files:
        return shipped()
    return overlaid(store.files(version.scenario, version.number))


# --- told --------------------------------------------------------------------------------


def listed(names: Iterable[str]) -> str:
    """Names of files in one line."""
    return ", ".join(sorted(set(names)))


def faults(error: DatabaseError) -> str:
    """The first faults in one line, and how many more there are."""
    told = [f"({place}) {fault}" for place, fault in enumerate(error.faults[:_MOST_TOLD], 1)]
    more = len(error.faults) - len(told)
    return " ".join(told) + (f" and {more} more" if more else "")


def with_files(laid: Laid, mine: bool) -> str:
    """After 'saved on ...': the files with which the version was opened."""
    if not laid.names or laid.unfit:
        return ""
    return f", with {'your' if mine else 'its'} files {listed(laid.names)}"


def beside(laid: Laid, mine: bool, data: Data) -> str:
    """What else is to be said of the data after a version was opened."""
    told = ""
    if laid.unfit:
        told += f" Its files {listed(laid.names)} do not fit the database any more, so the page "
        told += f"stands on the shipped data: {laid.unfit}."
        told += " The page Saved has them, to be mended." if mine else ""
    if laid.aside:
        how = "with other data" if laid.names else "without own data"
        told += f" It was saved {how}, so your files {listed(laid.aside)} are set aside; "
        told += "page Data, Your data, lays them over again."
    if laid.key != data.key:
        told += " The data in use were changed since it was opened."
    return told


def fold_note(shared: bool, signs_in: bool) -> None:
    """Say in the fold that saves which files are saved, and who gets them.

    Args:
        shared: whether a further version would be read by whoever has the link.
        signs_in: whether scenarios have owners; else all who reach the form share them.
    """
    names = listed(widgets.session_data().own)
    if not names:
        return
    told = f"Your files {names} are saved with it"
    if not signs_in:
        told += "; whoever reaches this form can open them"
    elif shared:
        told += "; a further version of what you share gives them to whoever has the link"
    st.caption(widgets.plain(f"{told}."))


def share_note(found: Iterable[Version]) -> None:
    """Say by the button that shares which files are shared with the versions."""
    names = listed(file.name for one in found for file in one.snapshot.files)
    if names:
        told = f"Whoever opens a shared scenario gets your files with it: {names}."
        st.caption(widgets.plain(told))


def downloads(store: Store, found: Iterable[Version]) -> None:
    """The files of versions, each to be downloaded as it was."""
    for one in found:
        if one.snapshot.files:
            with st.expander(f"Own files of version {one.number} ({len(one.snapshot.files)})"):
                for file in one.snapshot.files:
                    _download(store, one, file)


def _download(store: Store, version: Version, file: OwnFile) -> None:
    st.download_button(
        widgets.plain(f"{file.name} ({file.size:,} bytes)"),
        data=partial(_content, store, version, file.name), file_name=file.name,
        mime="application/octet-stream", on_click="ignore", icon=":material/download:",
        key=f"own_{file.name}",
    )  # fmt: skip


def _content(store: Store, version: Version, name: str) -> bytes:
    return store.files(version.scenario, version.number)[name]
