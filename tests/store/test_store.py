from __future__ import annotations

from collections.abc import Callable

import pytest

from calculator.store import Snapshot, Store, StoreError

Asks = Callable[..., Snapshot]
UNKNOWN = "there is no saved scenario"


def test_what_is_saved_is_opened_again(store: Store, snapshot: Asks) -> None:
    asked = snapshot(note="first\nthoughts")
    kept = store.save("Plan A", asked)
    found = store.version(kept.scenario)
    assert found.snapshot == asked
    assert (found.number, found.based_on, kept.version) == (1, None, 1)
    (listed,) = store.scenarios()
    assert (listed.name, listed.page, listed.latest, listed.mine) == ("Plan A", "compare", 1, True)
    assert listed.saved_at == found.saved_at == "2026-11-23T09:00:00.000000+00:00"


def test_another_opening_of_the_store_finds_it(opens: Callable[..., Store], snapshot: Asks) -> None:
    kept = opens().save("Plan A", snapshot())
    assert opens().version(kept.scenario).snapshot == snapshot()


def test_versions_follow_one_another(store: Store, snapshot: Asks) -> None:
    first = store.save("Plan A", snapshot("LFP"))
    second = store.save_version(first.scenario, snapshot("NMC811"), based_on=1)
    assert (second.version, second.meanwhile) == (2, ())
    assert [v.number for v in store.versions(first.scenario)] == [1, 2]
    assert store.version(first.scenario).snapshot == snapshot("NMC811")
    assert store.version(first.scenario, 1).snapshot == snapshot("LFP")


def test_who_saves_second_is_told_and_loses_nothing(store: Store, snapshot: Asks) -> None:
    first = store.save("Plan A", snapshot("LFP"))
    one = store.save_version(first.scenario, snapshot("NMC811"), based_on=1)
    two = store.save_version(first.scenario, snapshot("NCA"), based_on=1)
    assert (one.version, one.meanwhile) == (2, ())
    assert (two.version, two.meanwhile) == (3, (2,))
    assert "Version 2 was saved since you opened it" in two.sentence
    asked = [v.snapshot for v in store.versions(first.scenario)]
    assert asked == [snapshot("LFP"), snapshot("NMC811"), snapshot("NCA")]


@pytest.mark.parametrize("number", [0, 3, -1, 2**40])
def test_a_version_that_is_not_there_is_told(store: Store, snapshot: Asks, number: int) -> None:
    kept = store.save("Plan A", snapshot())
    with pytest.raises(StoreError, match=rf"'Plan A' has no version {number}; it has 1 to 1"):
        store.version(kept.scenario, number)
    with pytest.raises(StoreError, match=f"no version {number} to go on from"):
        store.save_version(kept.scenario, snapshot(), based_on=number)
    assert len(store.versions(kept.scenario)) == 1


def test_a_clone_goes_its_own_way(store: Store, snapshot: Asks) -> None:
    first = store.save("Plan A", snapshot("LFP"))
    store.save_version(first.scenario, snapshot("NCA"), based_on=1)
    copy = store.clone(first.scenario, number=1)
    assert store.scenario(copy.scenario).name == "Plan A (copy)"
    assert store.version(copy.scenario).snapshot == snapshot("LFP")
    store.save_version(copy.scenario, snapshot("NMC811"), based_on=1)
    assert store.version(first.scenario).snapshot == snapshot("NCA")


def test_delete_and_undo(store: Store, snapshot: Asks) -> None:
    kept = store.save("Plan A", snapshot())
    action = store.delete(kept.scenario)
    assert store.scenarios() == ()
    with pytest.raises(StoreError, match=UNKNOWN):
        store.version(kept.scenario)
    assert store.undo(action) == ("delete", kept.scenario)
    assert store.version(kept.scenario).snapshot == snapshot()
    with pytest.raises(StoreError, match="nothing to undo"):
        store.undo(action)


def test_undo_goes_back_step_by_step(store: Store, snapshot: Asks) -> None:
    kept = store.save("Plan A", snapshot())
    store.rename(kept.scenario, "Plan B")
    store.share(kept.scenario)
    store.delete(kept.scenario)
    assert [a.kind for a in store.actions()] == ["delete", "share", "rename", "save"]
    assert store.undo()[0] == "delete"
    assert store.scenario(kept.scenario).shared
    assert store.undo()[0] == "share"
    assert not store.scenario(kept.scenario).shared
    assert store.undo()[0] == "rename"
    assert store.scenario(kept.scenario).name == "Plan A"
    assert store.undo()[0] == "save"
    assert store.scenarios() == ()
    with pytest.raises(StoreError, match="nothing was saved"):
        store.undo()


def test_undo_never_takes_back_a_later_change(store: Store, snapshot: Asks) -> None:
    kept = store.save("Plan A", snapshot())
    first = store.rename(kept.scenario, "Plan B")
    store.rename(kept.scenario, "Plan C")
    with pytest.raises(StoreError, match="'Plan C' was changed again since"):
        store.undo(first)
    assert store.scenario(kept.scenario).name == "Plan C"


def test_undo_of_a_save_leaves_further_versions_alone(store: Store, snapshot: Asks) -> None:
    kept = store.save("Plan A", snapshot())
    store.save_version(kept.scenario, snapshot("NCA"), based_on=1)
    with pytest.raises(StoreError, match="has further versions"):
        store.undo()
    assert len(store.versions(kept.scenario)) == 2


def test_the_list_has_the_last_saved_on_top(store: Store, snapshot: Asks) -> None:
    ids = [store.save(name, snapshot()).scenario for name in ("A", "B", "C")]
    store.save_version(ids[0], snapshot("NCA"), based_on=1)
    assert [one.name for one in store.scenarios()] == ["A", "C", "B"]


def test_ids_are_short_and_all_different(store: Store, snapshot: Asks) -> None:
    ids = {store.save("same name", snapshot()).scenario for _ in range(20)}
    assert len(ids) == 20
    assert {len(one) for one in ids} == {14}
