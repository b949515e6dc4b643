"""What changes the store: each call inside one transaction of the caller's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from calculator.store.address import StoreError
from calculator.store.limits import (
    SCENARIOS as MOST_SCENARIOS,
)
from calculator.store.limits import (
    VERSIONS as MOST_VERSIONS,
)
from calculator.store.limits import (
    checked,
    parameters_text,
)
from calculator.store.own_files import refer
from calculator.store.records import Snapshot
from calculator.store.rows import no_such, own, required_id
from calculator.store.tables import ACTIONS, SCENARIOS, VERSIONS

_S, _V, _A = SCENARIOS.c, VERSIONS.c, ACTIONS.c


def add_scenario(connection: Connection, scenario: str, owner: str, name: str, at: str) -> None:
    """A scenario without a version yet.

    Raises:
        StoreError: the owner has as many as may be.
    """
    asked = select(func.count()).where(_S.owner == owner, _S.deleted_at.is_(None))
    if connection.execute(asked).scalar_one() >= MOST_SCENARIOS:
        raise StoreError(f"there are {MOST_SCENARIOS} saved scenarios; delete some first")
    values = {"id": scenario, "owner": owner, "name": name, "created": at, "shared": False}
    connection.execute(insert(SCENARIOS).values(values))


def add_version(
    connection: Connection, scenario: str, snapshot: Snapshot, at: str, **further: Any
) -> int:
    """One more version of a scenario that is locked or new; returns its number.

    ``further``: ``author``, ``based_on`` and ``number`` where it is given. The contents of its
    files must be kept already.

    Raises:
        StoreError: the scenario has as many as may be, or the snapshot will not do.
    """
    kept = checked(snapshot)
    number = further.get("number") or latest(connection, scenario) + 1
    if number > MOST_VERSIONS:
        raise StoreError(f"there are {MOST_VERSIONS} versions; clone the scenario and go on there")
    values = {
        "scenario": scenario, "yaml": kept.yaml, "page": kept.page,
        "parameters": parameters_text(kept.parameters), "content_hash": kept.content_hash,
        "run_id": kept.run_id, "data_version": kept.data_version, "note": kept.note,
        "author": "", "based_on": None, "saved_at": at, **further, "number": number,
    }  # fmt: skip
    connection.execute(insert(VERSIONS).values(values))
    refer(connection, scenario, int(number), kept.files)
    return int(number)


def latest(connection: Connection, scenario: str) -> int:
    """Number of the latest version; 0 where there is none."""
    asked = select(func.max(_V.number)).where(_V.scenario == scenario)
    return connection.execute(asked).scalar() or 0


def lock(connection: Connection, owner: str, scenario: str, deleted: bool = False) -> Any:
    """The row of a scenario of the owner's, which no one else changes until the end.

    Raises:
        StoreError: the owner has no such scenario.
    """
    asked = select(SCENARIOS).where(_S.id == required_id(scenario), own(owner))
    row = connection.execute(asked.with_for_update()).one_or_none()
    if row is None or (row.deleted_at is not None and not deleted):
        raise no_such(scenario)
    return row


def change(
    connection: Connection, owner: str, scenario: str, kind: str, at: str, **after: Any
) -> int:
    """Change columns of a scenario and note what they were; returns the action's id.

    Raises:
        StoreError: the owner has no such scenario.
    """
    row = lock(connection, owner, scenario)
    before = {key: getattr(row, key) for key in after}
    connection.execute(update(SCENARIOS).where(_S.id == scenario).values(after))
    return note(connection, owner, scenario, kind, at, (before, after))


def note(
    connection: Connection,
    owner: str,
    scenario: str,
    kind: str,
    at: str,
    states: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> int:
    """Write down what was done, with the columns before and after; returns the action's id."""
    before, after = (json.dumps(state) for state in states)
    values = {"owner": owner, "scenario": scenario, "kind": kind, "at": at}
    done = connection.execute(insert(ACTIONS).values(**values, before=before, after=after))
    found = done.inserted_primary_key
    return int(found[0]) if found else 0


def undo(connection: Connection, owner: str, action: int, at: str) -> tuple[str, str]:
    """Put the columns of an action back as they were; returns its kind and the scenario's id.

    Raises:
        StoreError: there is no such action, it was undone, or its scenario was changed since.
    """
    asked = select(ACTIONS).where(_A.id == action, _A.owner == owner, _A.undone_at.is_(None))
    row = connection.execute(asked.with_for_update()).one_or_none()
    if row is None:
        raise StoreError("there is nothing to undo; it may have been undone already")
    scenario = lock(connection, owner, row.scenario, deleted=True)
    before, after = json.loads(row.before), json.loads(row.after)
    if any(getattr(scenario, key) != value for key, value in after.items()):
        remedy = "undo the later change first"
        raise StoreError(f"'{scenario.name}' was changed again since; {remedy}")
    if after.get("deleted_at", "") is None and latest(connection, row.scenario) > 1:
        raise StoreError(f"'{scenario.name}' has further versions by now; delete it if you mean it")
    connection.execute(update(SCENARIOS).where(_S.id == row.scenario).values(before))
    connection.execute(update(ACTIONS).where(_A.id == action).values(undone_at=at))
    return str(row.kind), str(row.scenario)
