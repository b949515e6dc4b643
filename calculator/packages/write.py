"""Writes the package: a folder, or one archive."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.export import json_text, put_file, zip_bytes
from calculator.packages.descriptor import DESCRIPTOR, describe
from calculator.runs import Run
from materials_db.load import data_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from materials_db.database import MaterialsDB

_APART = "reference/"
"""Files that are no rows of the database; beside them ``data`` can be laid over another."""
_ARCHIVE = ".zip"


def package_files(db: MaterialsDB, run: Run, version: str) -> dict[str, bytes]:
    """Content of every file of the package by its path, the descriptor first.

    ``data/`` holds the files the database is read from, byte by byte, so that
    ``load_database(Path("data"))`` reads it back; ``reference/`` what else comes with them.
    """
    held = {
        name if name.startswith(_APART) else f"data/{name}": content
        for name, content in data_files()
    }
    descriptor = describe(db, held, run, version)
    return {DESCRIPTOR: json_text(descriptor).encode("utf-8"), **held}


def write_package(files: Mapping[str, bytes], target: Path) -> Path:
    """Write the files into a new folder, or into an archive that ends in ``.zip``.

    A folder appears whole or not at all; an archive replaces what was there in one step.

    Raises:
        InputError: the folder holds something, its parent is missing, or it cannot be written.
    """
    if not target.parent.is_dir():
        raise InputError(f"{target} cannot be written: no folder {target.parent}; make it first")
    if target.suffix.lower() == _ARCHIVE:
        return put_file(target, zip_bytes(files))
    if target.is_dir() and any(target.iterdir()):
        raise InputError(f"{target} holds files already; name a new folder, or a file.zip")
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file; name a new folder, or a file that ends in .zip")
    return _put_folder(files, target)


def _put_folder(files: Mapping[str, bytes], target: Path) -> Path:
    beside: Path | None = None
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}-", dir=target.parent))
        for name, content in files.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        beside.chmod(0o755)
        beside.replace(target)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise InputError(f"{target} cannot be written ({reason}); choose another place") from None
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return target
