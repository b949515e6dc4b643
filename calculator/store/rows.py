"""Rows of the store to records; every question asks for the owner as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, func, or_, select

from calculator.store.address import StoreError
from calculator.store.limits import is_id, text_parameters
from calculator.store.own_files import Files, files_of
from calculator.store.records import Action, Saved, Snapshot, Version
from calculator.store.tables import ACTIONS, SCENARIOS, VERSIONS

Owner = str | None
"""Whose scenarios are meant: empty where nobody signs in; None for one who has yet to sign in."""
_S, _V, _A = SCENARIOS.c, VERSIONS.c, ACTIONS.c


def own(owner: Owner) -> ColumnElement[bool]:
    """The owner's scenarios."""
    return false() if owner is None else _S.owner == owner


def readable(owner: Owner) -> ColumnElement[bool]:
    """What an owner may read: their own, and what others share."""
    return and_(_S.deleted_at.is_(None), or_(own(owner), _S.shared))


def no_such(scenario: str) -> StoreError:
    """The same sentence for an id that is none, another's or deleted."""
    shown = "".join(c if c.isprintable() else "?" for c in scenario)[:40]
    remedy = "look it up in the list, or ask its owner to share it"
    return StoreError(f"there is no saved scenario '{shown}'; {remedy}")


def required_id(scenario: str) -> str:
    """The id, where it has the form of one.

    Raises:
        StoreError: it has not.
    """
    if not is_id(scenario):
        raise no_such(scenario)
    return scenario


def listed(connection: Connection, owner: Owner) -> tuple[Saved, ...]:
    """The owner's scenarios, the one saved last on top."""
    found = connection.execute(_with_latest(owner).where(own(owner), _S.deleted_at.is_(None)))
    return tuple(
        _saved(row) for row in sorted(found, key=lambda r: (r.saved_at, r.id), reverse=True)
    )


def one(connection: Connection, owner: Owner, scenario: str) -> Saved:
    """A scenario that the owner may read.

    Raises:
        StoreError: there is none.
    """
    asked = _with_latest(owner).where(_S.id == required_id(scenario), readable(owner))
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise no_such(scenario)
    return _saved(row)


def _with_latest(owner: Owner) -> Select[Any]:
    last = select(_V.scenario, func.max(_V.number).label("number")).group_by(_V.scenario).subquery()
    mine = own(owner).label("mine")
    return (
        select(SCENARIOS, mine, _V.number, _V.page, _V.saved_at, _V.author, _V.content_hash)
        .join(last, last.c.scenario == _S.id)
        .join(VERSIONS, and_(_V.scenario == _S.id, _V.number == last.c.number))
    )


def _saved(row: Row[Any]) -> Saved:
    return Saved(
        row.id, row.name, row.created, bool(row.shared), bool(row.mine), row.number, row.page,
        row.saved_at, row.author, row.content_hash,
    )  # fmt: skip


def versions(connection: Connection, scenario: str) -> tuple[Version, ...]:
    """Versions of a scenario that is known to be readable, the first one first."""
    asked = select(VERSIONS).where(_V.scenario == scenario).order_by(_V.number)
    files = files_of(connection, scenario)
    return tuple(_version(row, files) for row in connection.execute(asked))


def version(connection: Connection, found: Saved, number: int | None) -> Version:
    """One version of a scenario, the latest where no number is given.

    Raises:
        StoreError: it has no such version.
    """
    wanted = found.latest if number is None else number
    asked = select(VERSIONS).where(_V.scenario == found.id, _V.number == wanted)
    row = connection.execute(asked).one_or_none() if 0 < wanted < 2**31 else None
    if row is None:
        raise StoreError(f"'{found.name}' has no version {wanted}; it has 1 to {found.latest}")
    return _version(row, files_of(connection, found.id, wanted))


def _version(row: Row[Any], files: Mapping[int, Files]) -> Version:
    snapshot = Snapshot(
        row.yaml, row.page, text_parameters(row.parameters), row.content_hash, row.run_id,
        row.data_version, row.note, files.get(row.number, ()),
    )  # fmt: skip
    return Version(row.scenario, row.number, snapshot, row.saved_at, row.author, row.based_on)


def actions(connection: Connection, owner: Owner, most: int) -> Sequence[Action]:
    """What the owner did last and has not undone, the last on top."""
    asked = (
        select(ACTIONS, _S.name)
        .join(SCENARIOS, _S.id == _A.scenario)
        .where(own(owner), _A.undone_at.is_(None))
        .order_by(_A.id.desc())
        .limit(most)
    )
    return [
        Action(row.id, row.scenario, row.name, row.kind, row.at)
        for row in connection.execute(asked)
    ]
