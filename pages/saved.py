"""Saved: the scenarios of the store; open, rename, clone, delete, compare, move."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from calculator.errors import InputError
from materials_db.faults import DatabaseError
from pages import diff_view, exhibit, keeping, own_files, session, widgets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from calculator.store import Saved, Store, Version

_DONE = "done"
"""What was done last in this session: a sentence, and the action that undoes it."""
MOST_MB = 5


def page() -> None:
    """The list, what can be done with one of it, two compared, all moved."""
    if keeping.owner() is None:
        st.info("Sign in, in the side bar, to see what you saved.")
        return
    store = keeping.store()
    done()
    found = store.scenarios()
    if found:
        listed(found)
        chosen(store, found)
        compared(store, found)
    else:
        st.info("Nothing is saved yet. Open a page, set its inputs, and save them at its foot.")
    moved(store)


def done() -> None:
    """What was done last, with the button that takes it back."""
    last = session.held(_DONE)
    if last is None:
        return
    sentence, action = last
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(widgets.plain(sentence))
        if action is not None:
            st.button("Undo", key="undo", icon=":material/undo:", on_click=_undo, args=(action,))


def listed(found: Sequence[Saved]) -> None:
    """All scenarios, the one saved last on top."""
    import pandas as pd

    rows = [
        {
            "name": one.name, "page": one.page or "file", "version": one.latest,
            "saved (UTC)": _minute(one.saved_at), "by": one.author,
            "shared": "yes" if one.shared else "", "id": one.id,
        }
        for one in found
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    hidden = [name for name in ("by", "shared") if not keeping.signs_in()]
    exhibit.table(frame.drop(columns=hidden), "scenarios", "Saved scenarios")


def chosen(store: Store, found: Sequence[Saved]) -> None:
    """One scenario: its versions, and what can be done with it."""
    by_id = {one.id: one for one in found}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    scenario = left.selectbox(
        "Scenario", list(by_id), format_func=lambda key: _spoken(by_id[key]), key="chosen"
    )
    one = by_id[scenario]
    numbers = list(range(one.latest, 0, -1))
    number = right.selectbox("Version", numbers, key=f"version_{one.id}")
    if number is None:
        return
    all_versions = store.versions(one.id)
    with st.container(horizontal=True):
        if st.button("Open", type="primary", key="open", icon=":material/open_in_new:"):
            keeping.open_version(one.id, number)
        st.button("Clone", key="clone", on_click=_clone, args=(one, number))
        st.button("Delete", key="delete", on_click=_delete, args=(one,))
        if keeping.signs_in():
            label = "Share no longer" if one.shared else "Share with all who have the link"
            st.button(label, key="share", on_click=_share, args=(one,))
    if keeping.signs_in():
        own_files.share_note(all_versions)
    keeping.show_link(one.id, None if number == one.latest else number)
    with st.form("rename", border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        name = left.text_input("New name", value=one.name, key=f"name_{one.id}")
        if right.form_submit_button("Rename", key="rename_now"):
            _rename(one, name)
    versions(all_versions)
    own_files.downloads(store, [kept for kept in all_versions if kept.number == number])


def versions(found: Sequence[Version]) -> None:
    """All versions of a scenario, with their notes and runs."""
    import pandas as pd

    rows = [
        {
            "version": one.number, "from": "" if one.based_on is None else str(one.based_on),
            "saved (UTC)": _minute(one.saved_at), "by": one.author, "note": one.snapshot.note,
            "run": one.snapshot.run_id, "data version": one.snapshot.data_version,
            "own files": own_files.listed(file.name for file in one.snapshot.files),
        }
        for one in reversed(found)
    ]  # fmt: skip
    with st.expander(f"Versions ({len(found)})", icon=":material/history:"):
        exhibit.table(pd.DataFrame(rows), "versions", "Versions of the scenario")


def compared(store: Store, found: Sequence[Saved]) -> None:
    """Two versions side by side: inputs, results and a bridge; of a page's address the inputs."""
    st.subheader("Compare two", anchor=False)
    by_key = {(one.id, number): one for one in found for number in range(one.latest, 0, -1)}
    if len(by_key) < 2:
        st.caption("Save a second one, or a further version, to compare.")
        return

    def spoken(key: tuple[str, int]) -> str:
        return f"{by_key[key].name}, version {key[1]} ({key[0][:4]})"

    keys = list(by_key)
    left, right = st.columns(2)
    before = left.selectbox("Before", keys, index=1, format_func=spoken, key="before")
    after = right.selectbox("After", keys, index=0, format_func=spoken, key="after")
    first, second = store.version(*before), store.version(*after)
    are_scenarios = bool(first.snapshot.yaml and second.snapshot.yaml)
    _changes(first, second, only_own=are_scenarios and _answered(store, first, second))


def _answered(store: Store, before: Version, after: Version) -> bool:
    """Both answered with the data they were saved with; not where own files fit no longer."""
    from calculator.scenario.read import parse_scenario

    pair = (before, after)
    try:
        data, data_after = (own_files.data_of(store, one) for one in pair)
    except DatabaseError as error:
        told = "Own files do not fit the database any more, so inputs alone are compared"
        st.warning(widgets.plain(f"{told}: {own_files.faults(error)}."))
        return False
    if data.own or data_after.own or widgets.session_data().own:
        st.caption("Each is answered with the own files it was saved with, and with no others.")
    first, second = (parse_scenario(one.snapshot.yaml, "the saved scenario") for one in pair)
    diff_view.show(data, first, second, data_after)
    return True


def _changes(before: Version, after: Version, only_own: bool) -> None:
    """Inputs that differ, or of them the own files alone."""
    import pandas as pd

    from calculator.store import OWN_DATA, input_changes

    found = input_changes(before.snapshot, after.snapshot)
    rows = [
        {"part": c.part, "input": c.place, "before": c.before, "after": c.after}
        for c in found
        if c.part == OWN_DATA or not only_own
    ]
    if rows:
        exhibit.table(pd.DataFrame(rows), "changes", "Inputs that differ between the two")
    elif not only_own:
        st.info("No input differs.")


def moved(store: Store) -> None:
    """All scenarios to a file, and from one."""
    with st.expander("Export and import", icon=":material/swap_horiz:"):
        st.download_button(
            "Export all", data=store.export, file_name="scenarios.json", key="export",
            mime="application/json", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        given = st.file_uploader(
            "Import a file that was exported", type="json", key="import", max_upload_size=MOST_MB
        )
        st.caption(
            "Files of your own go with the versions that were saved with them. A file of more than "
            f"{MOST_MB} MB is imported on the terminal: battcalc store import."
        )
        if given is not None and st.button("Import", key="import_now"):
            _import(store, given.getvalue())


# --- done by a button --------------------------------------------------------------------


def _clone(one: Saved, number: int) -> None:
    with _telling():
        keeping.store().clone(one.id, number=number)
        _note(f"Cloned: {one.name}.", None)


def _delete(one: Saved) -> None:
    with _telling():
        _note(f"Deleted: {one.name}.", keeping.store().delete(one.id))


def _share(one: Saved) -> None:
    with _telling():
        action = keeping.store().share(one.id, not one.shared)
        _note(f"{'No longer shared' if one.shared else 'Shared'}: {one.name}.", action)


def _rename(one: Saved, name: str) -> None:
    action = keeping.store().rename(one.id, name)
    _note(f"Renamed: {one.name}.", action)
    st.rerun()


def _undo(action: int) -> None:
    with _telling():
        kind, _ = keeping.store().undo(action)
        _note(f"Undone: {kind}.", None)


def _import(store: Store, content: bytes) -> None:
    from calculator.store_reports import imported_text

    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InputError("the file is no text; take one that was exported") from None
    _note(imported_text(store.import_bundle(text)), None)
    st.rerun()


@contextmanager
def _telling() -> Iterator[None]:
    """Tell a mistake where the page tells what was done; a callback has no place of its own."""
    try:
        yield
    except InputError as error:
        _note(str(error), None)


def _note(sentence: str, action: int | None) -> None:
    session.hold(_DONE, (sentence, action))


def _spoken(one: Saved) -> str:
    return f"{one.name} · {one.page or 'file'} · {_minute(one.saved_at)} · {one.id[:4]}"


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


page()
