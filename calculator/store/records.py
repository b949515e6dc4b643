"""What the store keeps and hands out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class OwnFile:
    """A file of the user's that lay over the database when a version was saved."""

    name: str
    """Without a folder."""
    digest: str
    """SHA-256 of its content, 64 hexadecimal digits."""
    size: int
    """Bytes."""
    content: bytes | None = field(default=None, repr=False, compare=False)
    """None as a version hands it out: ``Store.files`` has the contents."""

    @classmethod
    def of(cls, name: str, content: bytes) -> OwnFile:
        """A file by its content."""
        return cls(name, hashlib.sha256(content).hexdigest(), len(content), content)


@dataclass(frozen=True)
class Snapshot:
    """What is saved: the question of a scenario file, a page of the form, or both."""

    yaml: str = ""
    """Scenario file; empty where the page works on no scenario."""
    page: str = ""
    """Page of the form; empty where it was saved from the terminal."""
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Parameters of the page's address."""
    content_hash: str = ""
    """Hash of what is asked, 16 hexadecimal digits."""
    run_id: str = ""
    """Run that the figures on show bore; empty where nothing was computed."""
    data_version: str = ""
    note: str = ""
    files: tuple[OwnFile, ...] = ()
    """The user's own files that lay over the database, by name."""

    def with_files(self, files: Iterable[tuple[str, bytes]]) -> Snapshot:
        """The same with the user's own files, given by name and content."""
        own = sorted((OwnFile.of(*file) for file in files), key=lambda file: file.name)
        return replace(self, files=tuple(own))


@dataclass(frozen=True)
class Version:
    """One saved version of a scenario; it is never changed again."""

    scenario: str
    """Id of the scenario."""
    number: int
    """From 1."""
    snapshot: Snapshot
    saved_at: str
    """ISO 8601, UTC."""
    author: str = ""
    """Who saved it, as the sign-in names them; empty without one."""
    based_on: int | None = None
    """Version it was made from."""


@dataclass(frozen=True)
class Saved:
    """A scenario of the list, with its latest version in short."""

    id: str
    name: str
    created: str
    """ISO 8601, UTC."""
    shared: bool
    """Whether whoever has the id may read it."""
    mine: bool
    latest: int
    """Number of the latest version."""
    page: str
    saved_at: str
    author: str
    content_hash: str


@dataclass(frozen=True)
class Action:
    """What was done to a scenario as a whole, and may be undone."""

    id: int
    scenario: str
    name: str
    """The scenario's present name."""
    kind: str
    """save, rename, share, clone or delete."""
    at: str
    """ISO 8601, UTC."""
