"""All scenarios as one JSON text, and back; ids stay, and nothing here is lost or doubled."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import Connection, select, text

from calculator.store import changing, limits, own_files, rows
from calculator.store.address import SQLITE, StoreError
from calculator.store.records import OwnFile, Saved, Snapshot, Version
from calculator.store.tables import SCENARIOS

FORMAT, REVISION = "battcalc scenarios", 2
"""Revision 1 held no files of the user's own; it is read as before."""
MOST_BYTES = 100_000_000
_IMPORT_LOCK = 7_206_551_842
_REMEDY = "take a file that 'export' wrote"


@dataclass(frozen=True)
class Imported:
    """What an import came to, in ids."""

    new: tuple[str, ...] = ()
    further: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Scenarios that were here: numbers of the versions that were not, and now are."""
    unchanged: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    """Scenarios that were deleted here."""
    other_id: Mapping[str, str] = field(default_factory=dict)
    """Ids that are another owner's here: the id that stands for each."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _FileIn(_Strict):
    name: str
    sha256: Digest


class _VersionIn(_Strict):
    number: Annotated[int, Field(ge=1, le=limits.VERSIONS)]
    yaml: str
    page: str
    parameters: dict[str, list[str]]
    content_hash: str
    run_id: str
    data_version: str
    note: str
    author: Annotated[str, Field(max_length=200)]
    based_on: Annotated[int, Field(ge=1, le=limits.VERSIONS)] | None
    saved_at: str
    files: Annotated[list[_FileIn], Field(max_length=limits.FILES)] = []

    @field_validator("saved_at")
    @classmethod
    def _is_time(cls, given: str) -> str:
        return _time(given)

    @field_validator("author")
    @classmethod
    def _is_plain(cls, given: str) -> str:
        if not given.isprintable():
            raise ValueError("holds characters that cannot be seen")
        return given

    def snapshot(self, contents: Mapping[str, bytes]) -> Snapshot:
        """What is saved; ``contents`` holds those of its files by hash."""
        asked = {key: tuple(values) for key, values in self.parameters.items()}
        found = Snapshot(
            self.yaml, self.page, asked, self.content_hash, self.run_id, self.data_version,
            self.note,
        )  # fmt: skip
        own = ((file.name, contents[file.sha256]) for file in self.files)
        return limits.checked(found.with_files(own))


class _ScenarioIn(_Strict):
    id: Annotated[str, Field(pattern=f"^{limits.ID.pattern}$")]
    name: str
    created: str
    versions: Annotated[list[_VersionIn], Field(min_length=1, max_length=limits.VERSIONS)]

    @field_validator("created")
    @classmethod
    def _is_time(cls, given: str) -> str:
        return _time(given)


class Bundle(_Strict):
    """A file that 'export' wrote."""

    format: Literal["battcalc scenarios"]
    revision: Literal[1, 2]
    exported_at: str
    scenarios: Annotated[list[_ScenarioIn], Field(max_length=limits.SCENARIOS)]
    contents: dict[Digest, Base64Bytes] = {}
    """Contents of the user's own files by their SHA-256."""

    @field_validator("contents")
    @classmethod
    def _are_what_they_say(cls, given: dict[str, bytes]) -> dict[str, bytes]:
        if any(OwnFile.of("", content).digest != digest for digest, content in given.items()):
            raise ValueError("one is another than its hash says")
        return given


def bundle_text(
    whole: Iterable[tuple[Saved, Sequence[Version]]], contents: Mapping[str, bytes], at: str
) -> str:
    """Scenarios with their versions as one JSON text; who owns or may read them is left out.

    Args:
        whole: scenarios with their versions.
        contents: those of all files of the versions, by hash.
        at: time of the export.

    Raises:
        StoreError: more than an import would take.
    """
    listed = [
        {
            "id": saved.id,
            "name": saved.name,
            "created": saved.created,
            "versions": [_plain(version) for version in versions],
        }
        for saved, versions in whole
    ]
    found = {"format": FORMAT, "revision": REVISION, "exported_at": at, "scenarios": listed}
    encoded = {digest: b64encode(contents[digest]).decode() for digest in sorted(contents)}
    text = json.dumps({**found, "contents": encoded}, indent=1, ensure_ascii=True) + "\n"
    check_size(len(text))
    return text


def check_size(size: int) -> None:
    """Refuse to export what no import would take.

    Raises:
        StoreError: it has too many bytes.
    """
    if size > MOST_BYTES:
        most = f"more than the {MOST_BYTES // 1_000_000} MB that an export holds"
        raise StoreError(f"all scenarios with their files are {most}; back up the database itself")


def _plain(version: Version) -> dict[str, Any]:
    kept = version.snapshot
    return {
        "number": version.number,
        "yaml": kept.yaml,
        "page": kept.page,
        "parameters": {key: list(values) for key, values in kept.parameters.items()},
        "content_hash": kept.content_hash,
        "run_id": kept.run_id,
        "data_version": kept.data_version,
        "note": kept.note,
        "author": version.author,
        "based_on": version.based_on,
        "saved_at": version.saved_at,
        "files": [{"name": file.name, "sha256": file.digest} for file in kept.files],
    }


def parse_bundle(text: str) -> Bundle:
    """Read what was exported.

    Raises:
        StoreError: too large, no JSON, or not what 'export' writes; the first fault with its place.
    """
    if len(text) > MOST_BYTES:
        raise StoreError(f"the file has over {MOST_BYTES // 1_000_000} MB; export less at once")
    try:
        found = Bundle.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise StoreError(f"{place[:100]}: {first['msg']}; {_REMEDY}") from None
    except (ValueError, RecursionError):
        raise StoreError(f"the file is no JSON text; {_REMEDY}") from None
    _no_repeats("scenarios", [one.id for one in found.scenarios])
    for one in found.scenarios:
        limits.checked_name(one.name)
        _no_repeats(f"versions of {one.id}", [version.number for version in one.versions])
    _no_gaps(found)
    return found


def _no_gaps(found: Bundle) -> None:
    named = {file.sha256 for file in _files(found)}
    if not named <= found.contents.keys():
        raise StoreError(f"the file lacks the content of one of its files; {_REMEDY}")


def _files(found: Bundle) -> Iterable[_FileIn]:
    return (file for one in found.scenarios for kept in one.versions for file in kept.files)


def _no_repeats(what: str, keys: Sequence[object]) -> None:
    if len(set(keys)) < len(keys):
        raise StoreError(f"the file names one of the {what} twice; {_REMEDY}")


def _time(given: str) -> str:
    found = datetime.fromisoformat(given)
    if found.utcoffset() is None or len(given) > 32:
        raise ValueError("is no time with its zone")
    return given


def take_in(connection: Connection, owner: str, taken: Bundle) -> Imported:
    """Add what is not here yet.

    A version that is here under its number and differs is a conflict: the imported one becomes
    a further version. A second import of the same file changes nothing.
    """
    if connection.dialect.name != SQLITE:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_IMPORT_LOCK})"))
    named = {file.sha256 for file in _files(taken)}
    own_files.keep(connection, (OwnFile.of("", taken.contents[digest]) for digest in named))
    new, unchanged, restored = [], [], []
    further: dict[str, tuple[int, ...]] = {}
    other_id: dict[str, str] = {}
    for one in taken.scenarios:
        scenario = _id_here(connection, owner, one.id)
        if scenario != one.id:
            other_id[one.id] = scenario
        row = connection.execute(select(SCENARIOS).where(SCENARIOS.c.id == scenario)).one_or_none()
        if row is None:
            name = limits.checked_name(one.name)
            changing.add_scenario(connection, scenario, owner, name, one.created)
        else:
            changing.lock(connection, owner, scenario, deleted=True)
        added = _add_missing(connection, scenario, one.versions, taken.contents)
        if row is None:
            new.append(scenario)
        elif row.deleted_at is not None:
            _restore(connection, scenario)
            restored.append(scenario)
        elif added:
            further[scenario] = added
        else:
            unchanged.append(scenario)
    return Imported(tuple(new), further, tuple(unchanged), tuple(restored), other_id)


def _restore(connection: Connection, scenario: str) -> None:
    stated = SCENARIOS.update().where(SCENARIOS.c.id == scenario)
    connection.execute(stated.values(deleted_at=None))


def _id_here(connection: Connection, owner: str, scenario: str) -> str:
    """The id, or another where it is taken by another owner."""
    asked = select(SCENARIOS.c.owner).where(SCENARIOS.c.id == scenario)
    holder = connection.execute(asked).scalar()
    return scenario if holder in (None, owner) else limits.id_beside(scenario, owner)


def _add_missing(
    connection: Connection,
    scenario: str,
    versions: Sequence[_VersionIn],
    contents: Mapping[str, bytes],
) -> tuple[int, ...]:
    """Versions that are not here, by all they hold but their number; under it where it is free."""
    here = rows.versions(connection, scenario)
    known, used = {_content(_plain(version)) for version in here}, {v.number for v in here}
    added: list[int] = []
    for version in sorted(versions, key=lambda v: v.number):
        if _content(version.model_dump()) in known:
            continue
        number = version.number if version.number not in used else max(used) + 1
        changing.add_version(
            connection, scenario, version.snapshot(contents), version.saved_at,
            author=version.author, based_on=version.based_on, number=number,
        )  # fmt: skip
        used.add(number)
        added.append(number)
    return tuple(added)


def _content(version: Mapping[str, Any]) -> str:
    kept = {key: value for key, value in version.items() if key not in ("number", "based_on")}
    kept["files"] = sorted(kept["files"], key=lambda file: str(file["name"]))
    return json.dumps(kept, sort_keys=True)
