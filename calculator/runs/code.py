"""Version of the code: a hash over the source files that compute numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGES = ("calculator", "materials_db")
"""Packages whose source files count; the web form shows numbers and makes none."""
_DIGITS = 12


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash of every Python file of the packages: names and content, 12 hexadecimal digits.

    Line endings do not count, nor do the place of installation and the tool that installed it.
    """
    digest = hashlib.sha256()
    for name, content in source_files():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_DIGITS]


def source_files() -> Iterator[tuple[str, bytes]]:
    """Name from the package on, and content with plain line ends, in the order of the names."""
    for package in PACKAGES:
        for name, entry in sorted(_python_files(files(package), package), key=lambda pair: pair[0]):
            yield name, entry.read_bytes().replace(b"\r\n", b"\n")


def _python_files(folder: Traversable, where: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _python_files(entry, f"{where}/{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{where}/{entry.name}", entry
