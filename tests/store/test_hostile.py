"""Names, texts and ids of ill will: kept as they are, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from calculator.store import Snapshot, Store, StoreError, store_url

Asks = Callable[..., Snapshot]
KEPT = [
    "<script>alert(1)</script>",
    "'; DROP TABLE scenarios; --",
    '" OR 1=1 --',
    "../../etc/passwd",
    "%s %(x)s {0} :name",
    '=HYPERLINK("http://x")',
    "名前 ナトリウム 電池 🔋",
    "a" * 120,
]
REFUSED = {
    "": "name is empty",
    "   ": "name is empty",
    "a" * 121: "121 characters; use at most 120",
    "x" * 10_240: "10240 characters",
    "a\nb": "cannot be seen",
    "a\0b": "cannot be seen",
    "\x1b[31mred": "cannot be seen",
    "\u202egnp.exe": "cannot be seen",
    "half \ud800": "cannot be seen",
}
IDS = [
    "", "x", "../../etc/passwd", "..%2f..", "a" * 14 + "\n", "A" * 14, "1" * 14, "' OR '1'='1",
    "%", "_" * 14, "\0", "a" * 10_000, "22222222222222 ", "ａａａａａａａａａａａａａａ",
]  # fmt: skip


def test_a_name_is_kept_as_it_was_written(store: Store, snapshot: Asks) -> None:
    plain = store.save("plain", snapshot()).scenario
    for name in KEPT:
        kept = store.save(name, snapshot()).scenario
        store.rename(plain, name)
        copy = store.clone(kept, name).scenario
        assert {store.scenario(one).name for one in (kept, plain, copy)} == {name}
    assert len(store.scenarios()) == 2 * len(KEPT) + 1


def test_a_name_that_will_not_do_is_told(store: Store, snapshot: Asks) -> None:
    kept = store.save("plain", snapshot()).scenario
    for name, told in REFUSED.items():
        with pytest.raises(StoreError, match=told):
            store.save(name, snapshot())
        with pytest.raises(StoreError, match=told):
            store.rename(kept, name)
        with pytest.raises(StoreError, match=told):
            store.clone(kept, name)
    assert [one.name for one in store.scenarios()] == ["plain"]


def test_an_id_that_is_none_finds_nothing(store: Store, snapshot: Asks) -> None:
    store.save("plain", snapshot())
    for scenario in IDS:
        for call in (
            store.scenario, store.versions, store.version, store.clone, store.delete, store.share,
            partial(store.rename, name="x"),
            partial(store.save_version, snapshot=snapshot(), based_on=1),
        ):  # fmt: skip
            with pytest.raises(StoreError, match="there is no saved scenario") as error:
                call(scenario)
            assert len(str(error.value)) < 150 and str(error.value).isprintable()
    assert len(store.scenarios()) == 1


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"note": "x" * 2_001}, "note has 2001"),
        ({"note": "a\0b"}, "note holds control"),
        ({"yaml": "x" * 1_000_001}, "scenario has 1000001"),
        ({"yaml": "a: \udc80"}, "scenario holds control"),
        ({"page": "../app"}, "page has no name"),
        ({"parameters": {"x": ("y" * 100_000,)}}, "address has"),
        ({"content_hash": "g" * 16}, "hash"),
        ({"run_id": "0" * 17}, "hash"),
        ({"data_version": "v" * 201}, "data version has 201"),
    ],
)
def test_a_snapshot_that_will_not_do_is_told(
    store: Store, part: dict[str, object], told: str
) -> None:
    with pytest.raises(StoreError, match=told):
        store.save("plain", Snapshot(**part))  # type: ignore[arg-type]
    assert store.scenarios() == ()


def test_odd_parameters_come_back_letter_by_letter(store: Store) -> None:
    odd = {"a\0b": ("\ud800", "\x1b", "<b>", "🔋"), "": ("",), "k": ()}
    kept = store.save("plain", Snapshot(parameters=odd))
    assert store.version(kept.scenario).snapshot.parameters == odd


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://x/y", "'mysql' is no database of a store"),
        ("nonsense", "no address of a database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:x?uri=true", "names no file"),
        ("sqlite:////no/such/folder/x.sqlite", "folder that is there"),
        ("sqlite:////tmp", "folder that is there"),
        ("postgresql://host", "names no database"),
        ("postgresql://host/db?unix_sock=/x", "settings that are not known"),
        ("postgresql://host/db?sslmode=maybe", "settings that are not known"),
        ("postgresql+psycopg://host/db", "no database of a store"),
    ],
)
def test_an_address_that_will_not_do_is_told(address: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as error:
        store_url(address, {})
    assert "secret" not in str(error.value)


def test_a_password_is_never_told() -> None:
    with pytest.raises(StoreError, match=r"\*\*\*") as error:
        store_url("postgresql://me:secret@host/db?x=y", {})
    assert "secret" not in str(error.value)


def test_the_default_is_a_file_in_the_users_own_folder(tmp_path: Path) -> None:
    found = store_url(None, {"XDG_DATA_HOME": str(tmp_path), "HOME": "/nowhere"})
    assert found.database == str(tmp_path / "battcalc" / "scenarios.sqlite")
    assert (tmp_path / "battcalc").stat().st_mode & 0o777 == 0o700
    named = store_url(None, {"BATTCALC_STORE": f"sqlite:///{tmp_path}/own.sqlite"})
    assert named.database == str(tmp_path / "own.sqlite")


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    from calculator.store import open_store

    path = tmp_path / "notes.txt"
    path.write_text("These are my notes, and no database at all.\n" * 40)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]
