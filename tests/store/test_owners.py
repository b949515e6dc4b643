"""With sign-in, what is saved is its owner's alone, unless they share it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calculator.store import Snapshot, Store, StoreError

Asks = Callable[..., Snapshot]
UNKNOWN = r"there is no saved scenario '[0-9a-z]+'; look it up in the list"
ADA, BOB = "https://id.example one", "https://id.example two"
READS: dict[str, Callable[[Store, str], object]] = {
    "scenario": lambda store, scenario: store.scenario(scenario),
    "versions": lambda store, scenario: store.versions(scenario),
    "version": lambda store, scenario: store.version(scenario, 1),
    "clone": lambda store, scenario: store.clone(scenario),
}
CHANGES: dict[str, Callable[[Store, str], object]] = {
    "save_version": lambda store, scenario: store.save_version(scenario, Snapshot(), 1),
    "rename": lambda store, scenario: store.rename(scenario, "taken"),
    "share": lambda store, scenario: store.share(scenario),
    "delete": lambda store, scenario: store.delete(scenario),
}


@pytest.fixture
def ada(opens: Callable[..., Store]) -> Store:
    return opens(ADA, "Ada")


@pytest.mark.parametrize("call", READS.values(), ids=READS)
def test_another_owner_reads_only_what_is_shared(
    ada: Store, snapshot: Asks, call: Callable[[Store, str], object]
) -> None:
    kept = ada.save("secret", snapshot())
    bob = ada.owned_by(BOB)
    with pytest.raises(StoreError, match=UNKNOWN):
        call(bob, kept.scenario)
    ada.share(kept.scenario)
    call(bob, kept.scenario)
    ada.share(kept.scenario, False)
    with pytest.raises(StoreError, match=UNKNOWN):
        call(bob, kept.scenario)


@pytest.mark.parametrize("shared", [False, True], ids=["private", "shared"])
@pytest.mark.parametrize("call", CHANGES.values(), ids=CHANGES)
def test_another_owner_changes_nothing_even_if_shared(
    ada: Store, snapshot: Asks, call: Callable[[Store, str], object], shared: bool
) -> None:
    kept = ada.save("mine", snapshot())
    if shared:
        ada.share(kept.scenario)
    before = ada.scenarios(), ada.versions(kept.scenario), ada.actions()
    with pytest.raises(StoreError, match=UNKNOWN):
        call(ada.owned_by(BOB), kept.scenario)
    assert (ada.scenarios(), ada.versions(kept.scenario), ada.actions()) == before


def test_another_owner_lists_exports_and_undoes_nothing(ada: Store, snapshot: Asks) -> None:
    kept = ada.save("mine", snapshot())
    ada.share(kept.scenario)
    action = ada.delete(kept.scenario)
    ada.undo(action)
    again = ada.delete(kept.scenario)
    ada.undo(again)
    bob = ada.owned_by(BOB)
    assert bob.scenarios() == () and bob.actions() == ()
    assert kept.scenario not in bob.export()
    for number in (None, action, again, 1):
        with pytest.raises(StoreError, match="nothing to undo"):
            bob.undo(number)


def test_a_missing_and_a_foreign_id_are_told_alike(ada: Store, snapshot: Asks) -> None:
    foreign, missing = ada.save("mine", snapshot()).scenario, "2" * 14
    told = []
    for scenario in (foreign, missing):
        with pytest.raises(StoreError, match=UNKNOWN) as error:
            ada.owned_by(BOB).version(scenario)
        told.append(str(error.value).replace(scenario, "ID"))
    assert told[0] == told[1]


def test_owners_are_told_apart_letter_by_letter(ada: Store, snapshot: Asks) -> None:
    kept = ada.save("mine", snapshot())
    for owner in ("", ADA.upper(), f"{ADA} ", ADA[:-1], f"{ADA}%", "%", "' OR '1'='1"):
        other = ada.owned_by(owner)
        assert other.scenarios() == ()
        with pytest.raises(StoreError, match=UNKNOWN):
            other.version(kept.scenario)


def test_who_has_yet_to_sign_in_reads_what_is_shared_and_saves_nothing(
    ada: Store, snapshot: Asks
) -> None:
    kept = ada.save("mine", snapshot())
    nobody = ada.owned_by(None)
    assert nobody.scenarios() == () and nobody.actions() == ()
    with pytest.raises(StoreError, match=UNKNOWN):
        nobody.version(kept.scenario)
    ada.share(kept.scenario)
    assert nobody.version(kept.scenario).snapshot == snapshot()
    assert not nobody.scenario(kept.scenario).mine
    calls: list[Callable[[], object]] = [
        lambda: nobody.save("x", snapshot()), lambda: nobody.clone(kept.scenario), nobody.undo,
        lambda: nobody.delete(kept.scenario), lambda: nobody.import_bundle(ada.export()),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(StoreError, match="sign in first"):
            call()


def test_a_deleted_scenario_is_shared_no_longer(ada: Store, snapshot: Asks) -> None:
    kept = ada.save("mine", snapshot())
    ada.share(kept.scenario)
    ada.delete(kept.scenario)
    with pytest.raises(StoreError, match=UNKNOWN):
        ada.owned_by(BOB).version(kept.scenario)


def test_an_import_of_foreign_ids_stands_under_its_own(ada: Store, snapshot: Asks) -> None:
    kept = ada.save("mine", snapshot())
    bob = ada.owned_by(BOB)
    first = bob.import_bundle(ada.export())
    own = first.other_id[kept.scenario]
    assert first.new == (own,) and own != kept.scenario
    assert bob.import_bundle(ada.export()).unchanged == (own,)
    assert [one.id for one in bob.scenarios()] == [own]
    assert [one.id for one in ada.scenarios()] == [kept.scenario]
    bob.delete(own)
    assert len(ada.scenarios()) == 1
