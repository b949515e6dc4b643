"""What may be saved: short printable names, bounded texts, ids of one form."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath

from calculator.store.address import StoreError
from calculator.store.records import OwnFile, Snapshot

NAME, NOTE, PAGE = 120, 2_000, 40
YAML, PARAMETERS = 1_000_000, 100_000
VERSIONS, SCENARIOS = 1_000, 10_000
"""Most versions of a scenario and most scenarios of an owner."""
FILES, FILE_BYTES, FILE_NAME = 20, 10_000_000, 255
"""Most files of the user's own with a version, bytes in all, and bytes of a name."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are mistaken for one another."""
_ID_LENGTH = 14
ID = re.compile(f"[{_LETTERS}]{{{_ID_LENGTH}}}")
HASH = re.compile(r"([0-9a-f]{16})?")
PAGE_NAME = re.compile(r"[a-z_]{0,40}")


def new_id() -> str:
    """A short text that nobody can guess: one of 31^14, about 2^69."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def id_beside(scenario: str, owner: str) -> str:
    """Another id for a scenario whose own is taken by another owner; always the same."""
    number = int.from_bytes(hashlib.sha256(f"{scenario}\0{owner}".encode()).digest())
    letters = []
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(letters)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return ID.fullmatch(text) is not None


def checked_name(text: str) -> str:
    """A name as it is kept: one line, no blanks at its ends.

    Raises:
        StoreError: empty, too long, or with characters that cannot be seen.
    """
    name = " ".join(text.split(" ")).strip()
    if not name:
        raise StoreError("the name is empty; write what the scenario is about")
    if len(name) > NAME:
        raise StoreError(f"the name has {len(name)} characters; use at most {NAME}")
    if not name.isprintable():
        raise StoreError("the name holds characters that cannot be seen; write it in plain text")
    return name


def checked(snapshot: Snapshot) -> Snapshot:
    """A snapshot as it is kept.

    Raises:
        StoreError: a part of it is too large or no text.
    """
    for what, text, most in (
        ("note", snapshot.note, NOTE),
        ("scenario", snapshot.yaml, YAML),
        ("address", parameters_text(snapshot.parameters), PARAMETERS),
        ("data version", snapshot.data_version, 200),
    ):
        _bounded(what, text, most)
    if not PAGE_NAME.fullmatch(snapshot.page):
        raise StoreError("the page has no name of a page; save it from the page itself")
    if not (HASH.fullmatch(snapshot.content_hash) and HASH.fullmatch(snapshot.run_id)):
        raise StoreError("a hash is none; it has 16 hexadecimal digits")
    _check_files(snapshot.files)
    return snapshot


def _check_files(files: Sequence[OwnFile]) -> None:
    size = sum(file.size for file in files)
    if len(files) > FILES:
        raise StoreError(f"there are {len(files)} files of your own; save at most {FILES}")
    if size > FILE_BYTES:
        most = f"save at most {FILE_BYTES / 1e6:.0f} MB"
        raise StoreError(f"your own files hold {size / 1e6:.1f} MB in all; {most}")
    odd = next((file.name for file in files if not is_file_name(file.name)), None)
    if odd is not None:
        remedy = "name it with letters, digits and an ending such as .csv"
        raise StoreError(f"{ascii(odd)[:60]} is no usable name of a file; {remedy}")
    if len({file.name for file in files}) < len(files):
        raise StoreError("two of your own files have one name; rename one of them")


def is_file_name(name: str) -> bool:
    """Whether a name is that of a file and leads to no folder, on any system."""
    is_plain = all(kind(name).name == name for kind in (PurePosixPath, PureWindowsPath))
    is_text = name.isprintable() and name not in {"", ".", ".."}
    return is_plain and is_text and len(name.encode()) <= FILE_NAME


def _bounded(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise StoreError(f"the {what} has {len(text)} characters; use at most {most}")
    if any(_unseen(c) for c in text):
        raise StoreError(f"the {what} holds control characters; write it in plain text")


def _unseen(letter: str) -> bool:
    """Control characters but for ends of lines and tabs, and halves of characters."""
    return (letter < " " and letter not in "\n\t\r") or "\ud800" <= letter <= "\udfff"


def parameters_text(parameters: Mapping[str, Iterable[str]]) -> str:
    """Parameters of an address as they are kept: JSON in plain letters."""
    return json.dumps({key: list(values) for key, values in parameters.items()}, sort_keys=True)


def text_parameters(text: str) -> dict[str, tuple[str, ...]]:
    """Parameters of an address as they were."""
    return {key: tuple(values) for key, values in json.loads(text).items()}
