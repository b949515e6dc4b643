"""Export and import of all: nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calculator.store import Snapshot, Store, StoreError, open_store

Asks = Callable[..., Snapshot]
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def other(tmp_path: Path) -> Store:
    """A store elsewhere."""
    return open_store(f"sqlite:///{tmp_path}/other.sqlite", author="Bob")


@pytest.fixture
def filled(other: Store, snapshot: Asks) -> str:
    """Id of a scenario with two versions in the store elsewhere."""
    kept = other.save("Plan A", snapshot("LFP"))
    other.save_version(kept.scenario, snapshot("NCA", note="dearer"), based_on=1)
    other.save("Plan B", snapshot("NMC811"))
    return kept.scenario


def test_all_moves_with_its_ids(store: Store, other: Store, filled: str) -> None:
    found = store.import_bundle(other.export())
    assert len(found.new) == 2 and filled in found.new
    assert store.versions(filled) == other.versions(filled)
    assert store.scenarios() == other.scenarios()


def test_a_second_import_changes_nothing(store: Store, other: Store, filled: str) -> None:
    text = other.export()
    store.import_bundle(text)
    before = json.loads(store.export())["scenarios"]
    again = store.import_bundle(text)
    assert (again.new, again.further) == ((), {}) and filled in again.unchanged
    assert json.loads(store.export())["scenarios"] == before


def test_a_conflict_is_kept_as_a_further_version(
    store: Store, other: Store, filled: str, snapshot: Asks
) -> None:
    store.import_bundle(other.export())
    here = store.save_version(filled, snapshot("LMFP"), based_on=2)
    there = other.save_version(filled, snapshot("NMC622"), based_on=2)
    assert here.version == there.version == 3
    found = store.import_bundle(other.export())
    assert found.further == {filled: (4,)}
    assert [version.snapshot for version in store.versions(filled)][2:] == [
        snapshot("LMFP"),
        snapshot("NMC622"),
    ]
    assert store.import_bundle(other.export()).further == {}
    other.import_bundle(store.export())  # and back: both hold all four
    yaml = {version.snapshot.yaml for version in other.versions(filled)}
    assert yaml == {version.snapshot.yaml for version in store.versions(filled)}
    assert len(other.versions(filled)) == 4


def test_what_was_deleted_here_is_restored_and_told(
    store: Store, other: Store, filled: str
) -> None:
    store.import_bundle(other.export())
    store.delete(filled)
    assert store.import_bundle(other.export()).restored == (filled,)
    assert len(store.versions(filled)) == 2


def test_names_and_sharing_of_here_stay(store: Store, other: Store, filled: str) -> None:
    store.import_bundle(other.export())
    store.rename(filled, "Ours")
    other.share(filled)
    store.import_bundle(other.export())
    kept = store.scenario(filled)
    assert (kept.name, kept.shared) == ("Ours", False)


def _first(bundle: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = bundle["scenarios"][0]
    return found


BAD: dict[str, tuple[Change, str]] = {
    "format": (lambda b: b.update(format="x"), "format: "),
    "revision": (lambda b: b.update(revision=3), "revision: "),
    "extra": (lambda b: b.update(owner="me"), "owner: "),
    "id": (lambda b: _first(b).update(id="../../x"), r"scenarios\.0\.id: "),
    "twice": (lambda b: b["scenarios"].append(_first(b)), "one of the scenarios twice"),
    "name": (lambda b: _first(b).update(name="a\0"), "cannot be seen"),
    "no versions": (lambda b: _first(b).update(versions=[]), r"0\.versions: "),
    "number": (lambda b: _first(b)["versions"][0].update(number=0), "number: "),
    "number twice": (
        lambda b: _first(b)["versions"].append(_first(b)["versions"][0]), "versions of .* twice"
    ),
    "time": (lambda b: _first(b).update(created="yesterday"), "created: "),
    "no zone": (lambda b: _first(b).update(created="2026-11-23"), "created: .*zone"),
    "hash": (lambda b: _first(b)["versions"][0].update(content_hash="x"), "hash"),
    "page": (lambda b: _first(b)["versions"][0].update(page="../app"), "page"),
    "author": (lambda b: _first(b)["versions"][0].update(author="a\x1b"), "author: "),
    "note": (lambda b: _first(b)["versions"][0].update(note="\0"), "note"),
    "parameters": (lambda b: _first(b)["versions"][0].update(parameters={"a": "b"}), "parameters"),
}  # fmt: skip


@pytest.mark.parametrize("change", BAD)
def test_a_bad_file_is_told_and_nothing_of_it_is_kept(
    store: Store, other: Store, filled: str, change: str
) -> None:
    bundle = json.loads(other.export())
    alter, told = BAD[change]
    alter(bundle)
    with pytest.raises(StoreError, match=told) as error:
        store.import_bundle(json.dumps(bundle))
    assert "\n" not in str(error.value) and len(str(error.value)) < 300
    assert store.scenarios() == ()


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "NaN", "[" * 100_000, "\ud800"])
def test_what_is_no_export_is_told(store: Store, text: str) -> None:
    with pytest.raises(StoreError, match="take a file that 'export' wrote"):
        store.import_bundle(text)


def test_a_file_without_bounds_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calculator.store.bundle.MOST_BYTES", 1_000_000)
    with pytest.raises(StoreError, match="over 1 MB"):
        store.import_bundle(" " * 1_000_001)
