"""What the store keeps and hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
