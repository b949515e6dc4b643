"""The command ``store``: saved scenarios from the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculator.command_inputs import ANSWERED, Asked, check_out, files_of
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.export import Report
    from calculator.store import Kept, Snapshot, Store, Version


def store(asked: Asked) -> int:
    """Do what was asked of the store.

    Raises:
        StoreError: the store, an id, a name or a file will not do.
        ScenarioError: every fault of a scenario file that is to be saved.
    """
    from calculator.store import open_store

    check_out(asked, [getattr(asked, "file", None)])
    with closing(open_store(asked.store, asked.owner)) as opened:
        _ACTIONS[asked.action](opened, asked)
    return ANSWERED


def _list(opened: Store, asked: Asked) -> None:
    from calculator.store_reports import scenarios_report, scenarios_text

    found = opened.scenarios()
    _give(asked, scenarios_report(found), lambda: scenarios_text(found))


def _save(opened: Store, asked: Asked) -> None:
    from calculator.store import file_snapshot
    from materials_db.load import load_database

    snapshot = file_snapshot(load_database(), Path(asked.file), asked.note or "")
    _kept(asked, _saved(opened, asked, snapshot))
    _tell_named(Path(asked.file))


def _saved(opened: Store, asked: Asked, snapshot: Snapshot) -> Kept:
    if asked.to is None:
        return opened.save(asked.name or Path(asked.file).stem, snapshot)
    if asked.name is not None:
        raise InputError("--name is for a new scenario; leave out --to, or use 'store rename'")
    based_on = _number("--based-on", asked.based_on) or opened.scenario(asked.to).latest
    return opened.save_version(asked.to, snapshot, based_on)


def _tell_named(path: Path) -> None:
    """Files that the scenario names, which stay where they are."""
    from calculator.scenario import is_network_file, load_scenario

    found = [] if is_network_file(path) else files_of(load_scenario(path))
    names = printable(", ".join(dict.fromkeys(name for name in found if name)))
    if names:
        print(f"battcalc: named by its path and not saved: {names}", file=sys.stderr)


def _show(opened: Store, asked: Asked) -> None:
    from calculator.export import json_text
    from calculator.store_reports import version_object

    found = opened.version(asked.id, _number("--version", asked.version))
    whole = version_object(opened.scenario(asked.id).name, found)
    if asked.files is not None:
        _write_files(Path(asked.files), opened.files(asked.id, found.number))
    if asked.json or not found.snapshot.yaml:  # a page without a scenario is its address alone
        sys.stdout.write(json_text(whole))
    else:
        _tell_files(found)
        sys.stdout.write(found.snapshot.yaml)


def _tell_files(found: Version) -> None:
    """Own files beside the scenario file, which alone is the answer."""
    from calculator.store_reports import file_names

    names = printable(file_names(found.snapshot.files))
    if names:
        print(f"battcalc: saved with own files: {names} (--files FOLDER)", file=sys.stderr)


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write own files to a folder; one that is there already stays, and nothing is written."""
    from calculator.export import put_file

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}; name another folder") from None
    paths = {name: folder / Path(name).name for name in files}
    there = next((path for path in paths.values() if path.exists()), None)
    if there is not None:
        raise InputError(f"{there} is there already; name an empty folder")
    for name, path in paths.items():
        put_file(path, files[name])


def _versions(opened: Store, asked: Asked) -> None:
    from calculator.store_reports import versions_report, versions_text

    found = opened.versions(asked.id)
    _give(asked, versions_report(found), lambda: versions_text(found))


def _diff(opened: Store, asked: Asked) -> None:
    from calculator.store import input_changes
    from calculator.store_reports import changes_report, changes_text

    pair = (_part(opened, text) for text in (asked.first, asked.second))
    found = input_changes(*(version.snapshot for version in pair))
    _give(asked, changes_report(found), lambda: changes_text(found))


def _part(opened: Store, text: str) -> Any:
    """A version named as ``id`` or ``id:number``."""
    scenario, colon, number = text.partition(":")
    return opened.version(scenario, _number(text, number) if colon else None)


def _clone(opened: Store, asked: Asked) -> None:
    _kept(asked, opened.clone(asked.id, asked.name, _number("--version", asked.version)))


def _rename(opened: Store, asked: Asked) -> None:
    _done(asked, opened.rename(asked.id, asked.name), f"Renamed to {asked.name}.")


def _share(opened: Store, asked: Asked) -> None:
    told = "No longer shared." if asked.off else "Shared: whoever has the id may read it."
    _done(asked, opened.share(asked.id, not asked.off), told)


def _delete(opened: Store, asked: Asked) -> None:
    action = opened.delete(asked.id)
    _done(asked, action, f"Deleted; bring it back with: battcalc store undo {action}")


def _undo(opened: Store, asked: Asked) -> None:
    kind, scenario = opened.undo(_number("action", asked.number))
    _said(asked, {"undone": kind, "id": scenario}, f"Undone: {kind} of {scenario}.")


def _export(opened: Store, asked: Asked) -> None:
    from calculator.export import put_file

    put_file(Path(asked.file), opened.export().encode("ascii"))
    _said(asked, {"file": asked.file}, f"All scenarios are written to {asked.file}.")


def _import(opened: Store, asked: Asked) -> None:
    from dataclasses import asdict

    from calculator.store_reports import imported_text

    found = opened.import_bundle(_text_of(Path(asked.file)))
    _said(asked, asdict(found), imported_text(found))


def _text_of(path: Path) -> str:
    from calculator.store.bundle import MOST_BYTES

    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1).decode()
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text; take a file that 'export' wrote") from None


def _number(what: str, text: str | None) -> int | None:
    """A whole number from 1, where one was given."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) < 2**31):
        raise InputError(f"{printable(what)}: '{printable(text)}' is no number; write one from 1")
    return int(text)


def _kept(asked: Asked, kept: Kept) -> None:
    whole = {"id": kept.scenario, "version": kept.version, "meanwhile": list(kept.meanwhile)}
    _said(asked, whole, f"{kept.scenario}\n{kept.sentence}")


def _done(asked: Asked, action: int, text: str) -> None:
    _said(asked, {"id": asked.id, "action": action}, text)


def _said(asked: Asked, whole: Mapping[str, Any], text: str) -> None:
    from calculator.export import json_text

    lines = "\n".join(printable(line) for line in text.splitlines())
    sys.stdout.write(json_text(whole) if asked.json else f"{lines}\n")


def _give(asked: Asked, report: Report, text: Callable[[], str]) -> None:
    """Print a list, and write it where a file was asked for; nothing is computed, so no run."""
    from calculator.export import json_text, write_report

    if asked.out is not None:
        print(f"battcalc: written to {write_report(report, asked.out)}", file=sys.stderr)
    sys.stdout.write(json_text(report.answer or {}) if asked.json else f"{text()}\n")


_ACTIONS: Mapping[str, Callable[[Store, argparse.Namespace], None]] = MappingProxyType(
    {
        "list": _list,
        "save": _save,
        "show": _show,
        "versions": _versions,
        "clone": _clone,
        "rename": _rename,
        "share": _share,
        "delete": _delete,
        "undo": _undo,
        "diff": _diff,
        "export": _export,
        "import": _import,
    }
)
