"""Files to ``MaterialsDB``: everything is read, every fault is collected, one error is raised."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from materials_db.checks import (
    chemistry_faults,
    database_faults,
    format_faults,
    loose_ends,
)
from materials_db.csv_files import read_table
from materials_db.database import MaterialsDB
from materials_db.faults import MAX_SHOWN, DatabaseError, Fault
from materials_db.schema import CellFormat, Chemistry
from materials_db.table_checks import duplicate_faults
from materials_db.tables import TABLES, Rows
from materials_db.yaml_files import read_document

MOST_FOUND = 2 * MAX_SHOWN
"""Faults looked for between records; each names its nearest remedy, which takes its time."""
_BY_ID = (
    "sources",
    "materials",
    "decks",
    "chemistries",
    "formats",
    "events",
    "trade_products",
    "trade_measures",
    "projects",
    "policies",
)
_DOCUMENTS: Mapping[str, type[Any]] = {"chemistries": Chemistry, "formats": CellFormat}

__all__ = ["MaterialsDB", "load_chemistry", "load_database", "load_format"]


def load_database(overlay: Path | None = None) -> MaterialsDB:
    """The curated database, with a user's records laid over it where a path is given.

    Args:
        overlay: a folder of tables and chemistries, one CSV, one XLSX workbook or one
            chemistry or format YAML. Its rows replace shipped rows of the same key and are
            marked ``layer="overlay"``.

    Raises:
        DatabaseError: one bullet per fault, ``file:row: what; what to do``.
    """
    if overlay is None:
        return _shipped()
    from materials_db.overlay import lay_over

    laid = lay_over(_shipped_rows()[0], Path(overlay))
    version = f"{_shipped().data_version}+{laid.version}"
    return _checked(laid.rows, version, Path(overlay).name, laid.faults)


def load_chemistry(db: MaterialsDB, name: str) -> Chemistry:
    """A chemistry by id, or from a user's file where the name ends in ``.yaml`` or ``.yml``.

    Raises:
        UnknownNameError: no chemistry bears the name.
        DatabaseError: the file has faults.
    """
    if not name.lower().endswith((".yaml", ".yml")):
        return db.chemistry(name)
    from materials_db.overlay import own_source, read_own

    entry = read_own(Chemistry, Path(name))
    raise_any(chemistry_faults(db.with_sources(own_source(entry.file)), entry))
    return entry


def load_format(db: MaterialsDB, name: str) -> CellFormat:
    """A cell format by id, or from a user's file where the name ends in ``.yaml`` or ``.yml``.

    Raises:
        UnknownNameError: no format bears the name.
        DatabaseError: the file has faults.
    """
    if not name.lower().endswith((".yaml", ".yml")):
        return db.cell_format(name)
    from materials_db.overlay import own_source, read_own

    entry = read_own(CellFormat, Path(name))
    raise_any(format_faults(db.with_sources(own_source(entry.file)), entry))
    return entry


def raise_any(faults: Iterator[Fault] | list[Fault]) -> None:
    """Raise every fault at once, if there is one."""
    found = list(faults)
    if found:
        raise DatabaseError(found)


@lru_cache(maxsize=1)
def _shipped() -> MaterialsDB:
    rows, version = _shipped_rows()
    db = _checked(rows, version, "")
    raise_any(loose_ends(db))
    return db


@lru_cache(maxsize=1)
def _shipped_rows() -> tuple[Mapping[str, tuple[Any, ...]], str]:
    rows: Rows = {name: [] for name in (*TABLES, *_DOCUMENTS)}
    faults: list[Fault] = []
    digest = hashlib.sha256()
    for name, content in data_files():
        digest.update(name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
        faults += read_into(rows, name, content, {})
    raise_any(faults)
    frozen = {name: tuple(table) for name, table in rows.items()}
    return MappingProxyType(frozen), digest.hexdigest()[:12]


def data_files() -> Iterator[tuple[str, bytes]]:
    """Relative name and content of every shipped data file, in the order of their names."""

    def walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
        for entry in folder.iterdir():
            if entry.is_dir():
                yield from walk(entry, f"{prefix}{entry.name}/")
            elif not entry.name.startswith("."):
                yield f"{prefix}{entry.name}", entry

    for name, entry in sorted(walk(files("materials_db") / "data", ""), key=lambda pair: pair[0]):
        yield name, entry.read_bytes()


def read_into(rows: Rows, name: str, content: bytes, extra: Mapping[str, str]) -> list[Fault]:
    """Read one file into the rows by its name; files of no table are left alone."""
    folder, _, leaf = name.rpartition("/")
    stem, _, ending = leaf.rpartition(".")
    if folder in _DOCUMENTS and ending in {"yaml", "yml"}:
        entry, faults = read_document(_DOCUMENTS[folder], content, name, extra)
        rows[folder] += [entry] if entry is not None else []
        return faults
    table = TABLES.get(folder or stem)
    if table is None or ending != "csv":
        return []
    found, faults = read_table(table, content, name, extra)
    rows[table.name] += found
    return faults


def _checked(
    rows: Mapping[str, Any], version: str, overlay: str, faults: Iterable[Fault] = ()
) -> MaterialsDB:
    """The database of the rows; faults of reading and of the rows that were read in one list."""
    doubled = duplicate_faults({name: list(table) for name, table in rows.items()})
    db = assemble(rows, version, overlay)
    raise_any([*faults, *doubled, *islice(database_faults(db), MOST_FOUND)])
    return db


def assemble(rows: Mapping[str, Any], version: str, overlay: str) -> MaterialsDB:
    """The database of the rows, unchecked."""
    tables: dict[str, Any] = {
        name: MappingProxyType({record.id: record for record in table})
        if name in _BY_ID
        else tuple(table)
        for name, table in rows.items()
    }
    return MaterialsDB(data_version=version, overlay=overlay, **tables)
