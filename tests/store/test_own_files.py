"""The user's own files: kept once, with each version, and handed out only by way of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from calculator.cli import main
from calculator.store import Snapshot, Store, StoreError, open_store
from calculator.store.engine import reading
from calculator.store.limits import FILE_BYTES, FILES
from calculator.store.tables import CONTENTS, VERSION_FILES

Asks = Callable[..., Snapshot]
OWN = {"a.csv": b"item,value\nLFP,1\n", "b.yaml": bytes(range(256))}
ADA, BOB = "https://id.example one", "https://id.example two"
UNKNOWN = "there is no saved scenario"


@pytest.fixture
def asked(snapshot: Asks) -> Snapshot:
    """A question on two files of the user's own."""
    return snapshot().with_files(OWN.items())


def rows(store: Store, table: Any) -> int:
    with reading(store.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_files_come_back_byte_for_byte(store: Store, asked: Snapshot) -> None:
    kept = store.save("Plan A", asked).scenario
    assert store.files(kept) == OWN
    found = store.version(kept).snapshot
    assert found == asked == store.versions(kept)[0].snapshot
    assert [(file.name, file.size) for file in found.files] == [("a.csv", 17), ("b.yaml", 256)]
    assert all(file.content is None for file in found.files)


def test_each_version_has_its_own(store: Store, asked: Snapshot, snapshot: Asks) -> None:
    kept = store.save("Plan A", asked).scenario
    store.save_version(kept, snapshot(), based_on=1)
    store.save_version(kept, snapshot().with_files([("a.csv", b"other")]), based_on=2)
    assert [store.files(kept, number) for number in (1, 2, 3)] == [OWN, {}, {"a.csv": b"other"}]
    names = [[file.name for file in one.snapshot.files] for one in store.versions(kept)]
    assert names == [["a.csv", "b.yaml"], [], ["a.csv"]]
    with pytest.raises(StoreError, match="has no version 4"):
        store.files(kept, 4)


def test_a_content_is_kept_once_whoever_saves_it(store: Store, asked: Snapshot) -> None:
    kept = store.save("Plan A", asked).scenario
    store.save_version(kept, asked, based_on=1)
    store.clone(kept)
    renamed = Snapshot().with_files([("other name.csv", OWN["a.csv"])])
    other = store.owned_by(BOB).save("Plan B", renamed).scenario
    assert store.owned_by(BOB).files(other) == {"other name.csv": OWN["a.csv"]}
    assert (rows(store, CONTENTS), rows(store, VERSION_FILES)) == (2, 7)


def test_a_clone_and_an_undone_deletion_keep_them(store: Store, asked: Snapshot) -> None:
    kept = store.save("Plan A", asked).scenario
    assert store.files(store.clone(kept).scenario) == OWN
    action = store.delete(kept)
    with pytest.raises(StoreError, match=UNKNOWN):
        store.files(kept)
    store.undo(action)
    assert store.files(kept) == OWN


def test_another_owner_gets_them_only_with_what_is_shared(
    opens: Callable[..., Store], asked: Snapshot
) -> None:
    ada = opens(ADA)
    kept = ada.save("Plan A", asked).scenario
    bob, nobody = ada.owned_by(BOB), ada.owned_by(None)
    for reader in (bob, nobody):
        with pytest.raises(StoreError, match=UNKNOWN):
            reader.files(kept)
    ada.share(kept)
    assert bob.files(kept) == nobody.files(kept) == OWN
    copy = bob.clone(kept).scenario
    ada.share(kept, False)
    for reader in (bob, nobody):
        with pytest.raises(StoreError, match=UNKNOWN):
            reader.files(kept, 1)
    assert bob.files(copy) == OWN
    assert kept not in bob.export() and set(json.loads(bob.export())["contents"]) == {
        file.digest for file in asked.files
    }


def test_a_hash_alone_gets_no_content(opens: Callable[..., Store], asked: Snapshot) -> None:
    ada = opens(ADA)
    ada.save("Plan A", asked)
    bare = replace(asked, files=tuple(replace(file, content=None) for file in asked.files))
    other = replace(asked.files[0], content=b"what I have instead")
    bob = ada.owned_by(BOB)
    kept = bob.save("mine", Snapshot()).scenario
    for files in (bare.files, (other,)):
        with pytest.raises(StoreError, match=r"'a\.csv' has no content to save"):
            bob.save("taken", replace(asked, files=files))
        with pytest.raises(StoreError, match=r"'a\.csv' has no content to save"):
            bob.save_version(kept, replace(asked, files=files), 1)
    assert len(bob.scenarios()) == 1 and not bob.files(kept)


MANY = {f"{number}.csv": b"" for number in range(FILES + 1)}
REFUSED = {
    "many": (tuple(MANY.items()), "21 files of your own; save at most 20"),
    "large": (
        (("a", bytes(FILE_BYTES // 2)), ("b", bytes(FILE_BYTES // 2)), ("c", b"1" * 100_000)),
        "hold 10.1 MB in all; save at most 10 MB",
    ),
    "twice": ((("a.csv", b"1"), ("a.csv", b"2")), "two of your own files have one name"),
    **{
        ascii(name): (((name, b"1"),), "no usable name of a file")
        for name in ("", ".", "..", "../a.csv", "a/b.csv", "a\\b.csv", "C:a.csv", "a\0", "\u202ea",
                     "\ud800", "a" * 256, "電" * 86)
    },
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_will_not_do_are_told(store: Store, snapshot: Asks, case: str) -> None:
    files, told = REFUSED[case]
    kept = store.save("Plan A", snapshot()).scenario
    for call in (
        lambda asked: store.save("Plan B", asked),
        lambda asked: store.save_version(kept, asked, 1),
    ):
        with pytest.raises(StoreError, match=told) as error:
            call(snapshot().with_files(files))
        assert str(error.value).isprintable() and len(str(error.value)) < 200
    assert len(store.scenarios()) == len(store.versions(kept)) == 1
    assert rows(store, CONTENTS) == 0


def test_as_much_as_may_be_is_kept(store: Store) -> None:
    files = [(f"{number}.csv", bytes([number]) * (FILE_BYTES // FILES)) for number in range(FILES)]
    kept = store.save("Plan A", Snapshot().with_files(files)).scenario
    assert store.files(kept) == dict(files)


def test_a_save_that_is_refused_leaves_no_content(store: Store, asked: Snapshot) -> None:
    with pytest.raises(StoreError, match=UNKNOWN):
        store.save_version("2" * 14, asked, based_on=1)
    assert rows(store, CONTENTS) == 0


def test_the_limits_are_those_of_the_page_data() -> None:
    text = (Path(__file__).parents[2] / "pages" / "data.py").read_text(encoding="utf-8")
    assert f"MOST_FILES, MOST_BYTES = {FILES}, {FILE_BYTES:_}" in text


# --- export and import -------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> Store:
    """A store elsewhere."""
    return open_store(f"sqlite:///{tmp_path}/other.sqlite")


@pytest.fixture
def bundle(other: Store, asked: Snapshot) -> dict[str, Any]:
    """What a store elsewhere exports: two versions with the same files."""
    kept = other.save("Plan A", asked).scenario
    other.save_version(kept, asked, based_on=1)
    found: dict[str, Any] = json.loads(other.export())
    return found


def taken(store: Store, bundle: dict[str, Any]) -> str:
    """Import; the id."""
    store.import_bundle(json.dumps(bundle))
    (one,) = store.scenarios()
    return one.id


def test_files_move_with_their_versions(store: Store, other: Store, bundle: dict[str, Any]) -> None:
    assert bundle["revision"] == 2 and len(bundle["contents"]) == 2
    kept = taken(store, bundle)
    assert store.versions(kept) == other.versions(kept)
    assert store.files(kept, 1) == store.files(kept, 2) == OWN
    assert json.loads(store.export())["contents"] == bundle["contents"]
    again = store.import_bundle(json.dumps(bundle))
    assert (again.new, again.further, again.unchanged) == ((), {}, (kept,))


def test_a_version_with_other_files_is_a_further_one(store: Store, bundle: dict[str, Any]) -> None:
    kept = taken(store, bundle)
    first = bundle["scenarios"][0]["versions"][0]
    first["files"] = first["files"][:1]
    assert store.import_bundle(json.dumps(bundle)).further == {kept: (3,)}
    assert store.files(kept, 3) == {"a.csv": OWN["a.csv"]}


def test_an_export_of_the_first_revision_is_read(store: Store, bundle: dict[str, Any]) -> None:
    bundle["revision"] = 1
    del bundle["contents"]
    for version in bundle["scenarios"][0]["versions"]:
        del version["files"]
    kept = taken(store, bundle)
    assert len(store.versions(kept)) == 2 and store.files(kept) == {}
    assert store.import_bundle(json.dumps(bundle)).unchanged == (kept,)


def _contents(bundle: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = bundle["contents"]
    return found


def _file(bundle: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = bundle["scenarios"][0]["versions"][0]["files"][0]
    return found


BAD: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "lacks": (lambda b: _contents(b).popitem(), "lacks the content"),
    "altered": (lambda b: _contents(b).update({next(iter(_contents(b))): "AAAA"}), "its hash"),
    "no base64": (lambda b: _contents(b).update({next(iter(_contents(b))): "A"}), "contents"),
    "no hash": (lambda b: _contents(b).update({"x": "AAAA"}), "contents"),
    "no hash of a file": (lambda b: _file(b).update(sha256="x"), "sha256"),
    "name": (lambda b: _file(b).update(name="../a.csv"), "no usable name"),
    "twice": (lambda b: _file(b).update(name="b.yaml"), "one name"),
    "extra": (lambda b: _file(b).update(path="/etc/passwd"), "path"),
}


@pytest.mark.parametrize("change", BAD)
def test_a_bad_export_is_told_and_nothing_of_it_is_kept(
    store: Store, bundle: dict[str, Any], change: str
) -> None:
    alter, told = BAD[change]
    alter(bundle)
    with pytest.raises(StoreError, match=told) as error:
        store.import_bundle(json.dumps(bundle))
    assert "\n" not in str(error.value) and len(str(error.value)) < 300
    assert store.scenarios() == () and rows(store, CONTENTS) == 0


def test_more_than_an_import_takes_is_not_exported(
    store: Store, asked: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save("Plan A", asked)
    for most in (200, 1_000):  # the contents alone; the text with them
        monkeypatch.setattr("calculator.store.bundle.MOST_BYTES", most)
        with pytest.raises(StoreError, match="back up the database itself"):
            store.export()


# --- on the terminal ---------------------------------------------------------------------


def test_the_terminal_lists_and_writes_them(
    store: Store, url: str, asked: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = store.save("Plan A", asked).scenario

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["store", *words, "--store", url])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    code, out, err = run("show", kept)
    assert (code, out) == (0, asked.yaml) and "saved with own files: a.csv, b.yaml" in err
    whole = json.loads(run("show", kept, "--json")[1])
    assert whole["files"][1] == {"name": "b.yaml", "sha256": asked.files[1].digest, "bytes": 256}
    assert "a.csv, b.yaml" in run("versions", kept)[1]
    folder = tmp_path / "new" / "own"
    assert run("show", kept, "--files", str(folder))[0] == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == OWN
    (folder / "b.yaml").write_bytes(b"mine")
    code, out, err = run("show", kept, "--files", str(folder))
    assert (code, out) == (2, "") and "is there already; name an empty folder" in err
    assert (folder / "b.yaml").read_bytes() == b"mine"
    code, out, err = run("show", kept, "--files", str(folder / "a.csv"))
    assert (code, out) == (2, "") and err.count("\n") == 1


def test_files_named_by_a_path_are_told(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.csv").write_text("")
    path = tmp_path / "plan.yaml"
    path.write_text("chemistries: [LFP]\noverlay: own.csv\n")
    assert main(["store", "save", str(path), "--store", url]) == 0
    captured = capsys.readouterr()
    assert captured.err == (f"battcalc: named by its path and not saved: {tmp_path / 'own.csv'}\n")
