"""Files of the user's own that lay over the database when a version was saved.

Each content is kept once, under its SHA-256, whoever saved it; it is handed out only by way of a
version that the reader may open, and taken in only as a whole and never by its hash alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from calculator.store.address import SQLITE, StoreError
from calculator.store.records import OwnFile
from calculator.store.tables import CONTENTS, SCENARIOS, VERSION_FILES

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

Files = tuple[OwnFile, ...]
_C, _F, _S = CONTENTS.c, VERSION_FILES.c, SCENARIOS.c


def keep(connection: Connection, files: Iterable[OwnFile]) -> None:
    """Keep the contents that are not here yet.

    To be called before a scenario is locked: all take contents first, and in one order, so that
    no two saves wait for each other.

    Raises:
        StoreError: the content of a file is missing or another than its hash says.
    """
    contents = {file.digest: _content(file) for file in files}
    for digest, content in sorted(contents.items()):
        known = select(_C.digest).where(_C.digest == digest)
        if connection.execute(known).scalar() is None:
            values = {"digest": digest, "size": len(content), "content": content}
            connection.execute(_unless_there(connection).values(values))


def _unless_there(connection: Connection) -> Any:
    """An insert that does nothing where another transaction was quicker with the same content."""
    from sqlalchemy.dialects import postgresql, sqlite

    made: Any = sqlite if connection.dialect.name == SQLITE else postgresql
    return made.insert(CONTENTS).on_conflict_do_nothing()


def _content(file: OwnFile) -> bytes:
    if file.content is None or OwnFile.of(file.name, file.content) != file:
        raise StoreError(f"{file.name!a} has no content to save; lay the file over again")
    return file.content


def refer(connection: Connection, scenario: str, number: int, files: Files) -> None:
    """Write down which contents, kept already, belong to a version."""
    rows = [
        {"scenario": scenario, "number": number, "name": file.name, "digest": file.digest}
        for file in files
    ]
    if rows:
        connection.execute(insert(VERSION_FILES), rows)


def files_of(
    connection: Connection, scenario: str, number: int | None = None
) -> Mapping[int, Files]:
    """Files by version of a scenario that is known to be readable, without their contents."""
    asked = (
        select(_F.number, _F.name, _C.digest, _C.size)
        .join(CONTENTS, _C.digest == _F.digest)
        .where(_F.scenario == scenario)
    )
    found: dict[int, Files] = {}
    for row in connection.execute(asked if number is None else asked.where(_F.number == number)):
        own = (*found.get(row.number, ()), OwnFile(row.name, row.digest, row.size))
        found[row.number] = tuple(sorted(own, key=lambda file: file.name))
    return found


def contents(connection: Connection, scenario: str, number: int) -> dict[str, bytes]:
    """Contents by name of a version that is known to be readable."""
    asked = (
        select(_F.name, _C.content)
        .join(CONTENTS, _C.digest == _F.digest)
        .where(_F.scenario == scenario, _F.number == number)
    )
    return {row.name: bytes(row.content) for row in connection.execute(asked)}


def size_of_all(connection: Connection, owner: str) -> int:
    """Bytes of all contents of an owner's scenarios, each once."""
    asked = select(func.sum(_C.size)).where(_C.digest.in_(_all_of(owner)))
    return int(connection.execute(asked).scalar() or 0)


def contents_of_all(connection: Connection, owner: str) -> dict[str, bytes]:
    """All contents of an owner's scenarios, by hash."""
    asked = select(_C.digest, _C.content).where(_C.digest.in_(_all_of(owner)))
    return {row.digest: bytes(row.content) for row in connection.execute(asked)}


def _all_of(owner: str) -> Select[tuple[str]]:
    return (
        select(_F.digest)
        .join(SCENARIOS, _S.id == _F.scenario)
        .where(_S.owner == owner, _S.deleted_at.is_(None))
    )
