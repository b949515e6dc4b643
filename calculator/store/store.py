"""The store: one owner's saved scenarios, each call one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from calculator.store import bundle, changing, own_files, rows
from calculator.store.address import StoreError, store_url
from calculator.store.engine import connect, reading, writing
from calculator.store.limits import checked, checked_name, new_id
from calculator.store.records import Action, Saved, Snapshot, Version
from calculator.store.rows import Owner

if TYPE_CHECKING:
    from sqlalchemy import Engine

SAVE, RENAME, SHARE, CLONE, DELETE = "save", "rename", "share", "clone", "delete"
"""Kinds of actions."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Kept:
    """What a save came to."""

    scenario: str
    """Id of the scenario."""
    version: int
    meanwhile: tuple[int, ...] = ()
    """Versions that others saved since the one this was made from; they are kept as well."""

    @property
    def sentence(self) -> str:
        """What the one who saved is told."""
        if not self.meanwhile:
            return f"Saved as version {self.version}."
        others = ", ".join(str(number) for number in self.meanwhile)
        return (
            f"Saved as version {self.version}. Version {others} was saved since you opened it "
            "and is kept beside yours; compare the two."
        )


@dataclass(frozen=True)
class Store:
    """Saved scenarios as one owner sees them.

    Every call is one transaction: it is kept whole or not at all, whatever stops the program.
    Every call that finds no scenario of the owner's under an id says the same, whether the id is
    none, another's or deleted. All raise ``StoreError`` for what will not do.
    """

    engine: Engine
    owner: Owner = ""
    author: str = ""
    now: Callable[[], datetime] = utc_now

    def owned_by(self, owner: Owner, author: str = "") -> Store:
        """The same store for another owner; None may only read what is shared."""
        return replace(self, owner=owner, author=author)

    # --- reading

    def scenarios(self) -> tuple[Saved, ...]:
        """The owner's scenarios, the one saved last on top."""
        with reading(self.engine) as connection:
            return rows.listed(connection, self.owner)

    def scenario(self, scenario: str) -> Saved:
        """One scenario, of the owner's or shared."""
        with reading(self.engine) as connection:
            return rows.one(connection, self.owner, scenario)

    def versions(self, scenario: str) -> tuple[Version, ...]:
        """All versions of a scenario, the first one first."""
        with reading(self.engine) as connection:
            return rows.versions(connection, rows.one(connection, self.owner, scenario).id)

    def version(self, scenario: str, number: int | None = None) -> Version:
        """One version of a scenario, the latest where no number is given."""
        with reading(self.engine) as connection:
            found = rows.one(connection, self.owner, scenario)
            return rows.version(connection, found, number)

    def files(self, scenario: str, number: int | None = None) -> Mapping[str, bytes]:
        """Contents by name of the user's own files that a version was saved with."""
        with reading(self.engine) as connection:
            found = rows.one(connection, self.owner, scenario)
            wanted = rows.version(connection, found, number).number
            return own_files.contents(connection, scenario, wanted)

    def actions(self, most: int = 10) -> tuple[Action, ...]:
        """What was done last and may be undone, the last on top."""
        with reading(self.engine) as connection:
            return tuple(rows.actions(connection, self.owner, most))

    # --- saving

    def save(self, name: str, snapshot: Snapshot) -> Kept:
        """A new scenario with its first version; the user's own files are kept with it."""
        kept, at, owner = checked_name(name), self._at(), self._signed_in()
        with writing(self.engine) as connection:
            own_files.keep(connection, checked(snapshot).files)
            return self._first(connection, (owner, SAVE), kept, snapshot, at)

    def save_version(self, scenario: str, snapshot: Snapshot, based_on: int) -> Kept:
        """One more version; others saved meanwhile stay, and the answer names them."""
        at, owner = self._at(), self._signed_in()
        with writing(self.engine) as connection:
            own_files.keep(connection, checked(snapshot).files)
            changing.lock(connection, owner, scenario)
            last = changing.latest(connection, scenario)
            if not 1 <= based_on <= last:
                raise StoreError(
                    f"there is no version {based_on} to go on from; the last is {last}"
                )
            number = changing.add_version(
                connection, scenario, snapshot, at, author=self.author, based_on=based_on
            )
        return Kept(scenario, number, tuple(range(based_on + 1, number)))

    def clone(self, scenario: str, name: str | None = None, number: int | None = None) -> Kept:
        """A new scenario of the owner's that begins with a version of another."""
        at, owner = self._at(), self._signed_in()
        with writing(self.engine) as connection:
            found = rows.one(connection, owner, scenario)
            snapshot = rows.version(connection, found, number).snapshot
            kept = checked_name(f"{found.name[:100]} (copy)" if name is None else name)
            return self._first(connection, (owner, CLONE), kept, snapshot, at)

    def _first(
        self, connection: Any, done: tuple[str, str], name: str, snapshot: Snapshot, at: str
    ) -> Kept:
        (owner, kind), scenario = done, new_id()
        changing.add_scenario(connection, scenario, owner, name, at)
        changing.add_version(connection, scenario, snapshot, at, author=self.author)
        states = {"deleted_at": at}, {"deleted_at": None}
        changing.note(connection, owner, scenario, kind, at, states)
        return Kept(scenario, 1)

    # --- changing

    def rename(self, scenario: str, name: str) -> int:
        """Give a scenario another name; returns the action, which may be undone."""
        return self._change(scenario, RENAME, name=checked_name(name))

    def share(self, scenario: str, shared: bool = True) -> int:
        """Let whoever has the id read the scenario, or no longer; returns the action."""
        return self._change(scenario, SHARE, shared=shared)

    def delete(self, scenario: str) -> int:
        """Take a scenario from the list; returns the action, which may be undone."""
        return self._change(scenario, DELETE, deleted_at=self._at())

    def undo(self, action: int | None = None) -> tuple[str, str]:
        """Undo an action, the last where none is given; returns its kind and the scenario's id."""
        owner, at = self._signed_in(), self._at()
        with writing(self.engine) as connection:
            last = rows.actions(connection, owner, 1)
            if action is None and not last:
                raise StoreError("there is nothing to undo; nothing was saved, renamed or deleted")
            return changing.undo(connection, owner, last[0].id if action is None else action, at)

    # --- all at once

    def export(self) -> str:
        """All scenarios of the owner's with all versions and files, as one JSON text."""
        owner = self.owner or ""
        with reading(self.engine) as connection:
            found = rows.listed(connection, self.owner)
            bundle.check_size(own_files.size_of_all(connection, owner) if found else 0)
            whole = [(one, rows.versions(connection, one.id)) for one in found]
            contents = own_files.contents_of_all(connection, owner) if found else {}
        return bundle.bundle_text(whole, contents, self._at())

    def import_bundle(self, text: str) -> bundle.Imported:
        """Take in what another store exported; nothing that is here already is lost or doubled."""
        taken, owner = bundle.parse_bundle(text), self._signed_in()
        with writing(self.engine) as connection:
            return bundle.take_in(connection, owner, taken)

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    def _change(self, scenario: str, kind: str, **after: Any) -> int:
        owner, at = self._signed_in(), self._at()
        with writing(self.engine) as connection:
            return changing.change(connection, owner, scenario, kind, at, **after)

    def _at(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="microseconds")

    def _signed_in(self) -> str:
        if self.owner is None:
            raise StoreError("saved scenarios belong to someone; sign in first")
        return self.owner


def open_store(
    asked: str | None = None, owner: Owner = "", author: str = "", **further: Any
) -> Store:
    """Open the store, and make or bring up to date its tables.

    Args:
        asked: address of the database, such as ``sqlite:////data/team.sqlite`` or
            ``postgresql://user:password@host/database``; else that of ``BATTCALC_STORE``, else a
            file in the user's data folder.
        owner: whose scenarios; empty where nobody signs in.
        author: name that stands beside what is saved.
        further: ``now``, a clock.

    Raises:
        StoreError: the address will not do, or no database answers there.
    """
    return Store(connect(store_url(asked)), owner, author, **further)
