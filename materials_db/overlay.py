"""A user's own records over the shipped ones, marked so that every screen can say whose.

A row of the user's replaces the shipped rows of its key. Columns that tell provenance may be
left out: the number then stands as the user's assumption. A price without a deck holds in every
deck, a price without a region in every region.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from materials_db import schema
from materials_db.csv_files import Row, decode, header_faults, records, rows_of, size_faults
from materials_db.faults import DatabaseError, Fault
from materials_db.sheets import REFUSED_ENDINGS, read_workbook
from materials_db.tables import TABLES, Rows, Table
from materials_db.yaml_files import Document, read_document

BOM = b"\xef\xbb\xbf"
OWN = {"layer": "overlay"}
OWN_SOURCE = "overlay"
MAX_BYTES = 20_000_000
MAX_OWN_ROWS = 20_000
_DOCUMENTS = frozenset({"chemistries", "formats"})
_EVERYWHERE = "WLD"
_DEFAULTS = {
    "source": OWN_SOURCE,
    "basis": "assumed",
    "confidence": "low",
    "region": _EVERYWHERE,
    "vat": "not_applicable",
    "kind": "estimate",
    "deck": "",
}
_NO_ROWS = "give a .csv, .xlsx or .yaml with at least one, or a folder of such files"
_EVERY_DECK = "every_deck"
_NAMED = 0.5
"""Share of a table's required columns that a header must hold to be taken for it."""


@dataclass(frozen=True)
class LaidOver:
    """The shipped rows with the user's over them, as far as they could be read."""

    rows: Rows
    version: str
    """Hash of the user's files."""
    faults: tuple[Fault, ...]
    """What could not be read."""


def lay_over(shipped: Mapping[str, tuple[Any, ...]], path: Path) -> LaidOver:
    """Rows of all tables with the user's laid over them."""
    own: Rows = {name: [] for name in shipped}
    faults: list[Fault] = []
    digest = hashlib.sha256()
    for name, content in _files(path, faults):
        digest.update(name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
        faults += _read(own, name, content)
    if not faults and not any(own.values()):
        faults.append(Fault(path.name, 0, "your own data hold no rows", _NO_ROWS))
    own["sources"].append(own_source(path.name))
    decks = [*shipped["decks"], *own["decks"]]
    faults += _too_many(own, len(decks), path.name)
    own["prices"] = _in_every_deck(own["prices"], decks)
    merged = {name: _merged(name, rows, own[name]) for name, rows in shipped.items()}
    return LaidOver(merged, digest.hexdigest()[:8], tuple(faults))


def _too_many(own: Rows, decks: int, title: str) -> list[Fault]:
    """Rows beyond what a database of a user's holds; they are then let go of unchecked."""
    spread = sum(row.deck == _EVERY_DECK for row in own["prices"]) * (decks - 1)
    rows = sum(map(len, own.values())) + spread
    if rows <= MAX_OWN_ROWS:
        return []
    for table in own.values():
        table.clear()
    what = f"your own data hold {rows:,} rows, more than {MAX_OWN_ROWS:,}"
    remedy = "keep those you need; a price without a deck counts once for each deck"
    return [Fault(title, 0, what, remedy)]


def read_own(model: type[Document], path: Path) -> Document:
    """One chemistry or format of a user's file.

    Raises:
        DatabaseError: the file is missing or has faults.
    """
    faults: list[Fault] = []
    for name, content in _files(path, faults):
        if _is_format(content) and model is schema.Chemistry:
            faults.append(Fault(name, 0, "this is a cell format", "use --format"))
            continue
        if _is_chemistry(content) and model is schema.CellFormat:
            faults.append(
                Fault(name, 0, "this is a chemistry", "name it as the chemistry, not as the format")
            )
            continue
        entry, found = read_document(model, content, name, OWN)
        faults += found
        if entry is not None:
            return entry
    raise DatabaseError(faults)


def own_source(title: str) -> schema.Source:
    """The source that stands behind numbers of the user's without one."""
    return schema.Source(
        id=OWN_SOURCE,
        author="the user",
        title=title,
        locator=title,
        licence="the user's own",
        layer="overlay",
        file=title,
    )


def _files(path: Path, faults: list[Fault]) -> Iterator[tuple[str, bytes]]:
    """Name and content of the user's files, in the order of their names."""
    if not path.exists():
        faults.append(Fault(str(path), 0, "there is no such file or folder", "check the path"))
        return
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    for entry in found:
        if not entry.is_file() or entry.name.startswith((".", "~$")):
            continue
        name = entry.relative_to(path).as_posix() if path.is_dir() else entry.name
        size = entry.stat().st_size
        if size > MAX_BYTES:
            what = f"the file holds {size:,} bytes, more than {MAX_BYTES:,}"
            faults.append(Fault(name, 0, what, "split it or drop what is not data"))
            continue
        try:
            yield name, entry.read_bytes()
        except OSError as error:
            faults.append(Fault(name, 0, f"cannot be read ({error.strerror})", "check its rights"))


def _read(own: Rows, name: str, content: bytes) -> list[Fault]:
    """Read one of the user's files into the rows."""
    ending = name.rpartition(".")[2].lower()
    if ending in {"yaml", "yml"}:
        return _read_yaml(own, name, content)
    if ending == "csv":
        text, faults = decode(content, name)
        faults = faults or size_faults(text, name)
        header, rows, found = rows_of(text, name) if not faults else ([], [], faults)
        return found or _read_rows(own, name, _table_name(name), header, rows)
    if ending == "xlsx" or ending in REFUSED_ENDINGS:
        sheets, faults = read_workbook(content, name)
        for sheet, header, rows in sheets:
            faults += _read_rows(own, f"{name}[{sheet}]", sheet, header, rows)
        return faults
    if ending in {"md", "txt"}:
        return []
    return [Fault(name, 0, f"a .{ending} file is not read", "use .csv, .xlsx or .yaml")]


def _table_name(name: str) -> str:
    """The table a CSV file is named after: by its folder where that bears a table's name."""
    path = Path(name)
    return path.parent.name if path.parent.name in TABLES else path.stem


def _read_yaml(own: Rows, name: str, content: bytes) -> list[Fault]:
    """A chemistry, or a cell format where the file states a shape."""
    is_format = _is_format(content)
    entry: schema.Filed | None
    if is_format:
        entry, faults = read_document(schema.CellFormat, content, name, OWN)
    else:
        entry, faults = read_document(schema.Chemistry, content, name, OWN)
    own["formats" if is_format else "chemistries"] += [entry] if entry is not None else []
    return faults


def _is_format(content: bytes) -> bool:
    return _has_field(content, b"shape:") and not _is_chemistry(content)


def _is_chemistry(content: bytes) -> bool:
    return _has_field(content, b"positive:")


def _has_field(content: bytes, field: bytes) -> bool:
    return any(line.startswith(field) for line in content.removeprefix(BOM).splitlines())


def _read_rows(own: Rows, place: str, name: str, header: list[str], rows: list[Row]) -> list[Fault]:
    table = TABLES.get(name.lower()) or _table_of(header)
    if table is None:
        return [_no_table(place, name, header)]
    defaults = {key: text for key, text in _DEFAULTS.items() if key in table.columns}
    faults = header_faults(header, table, place, defaults)
    if faults:
        return faults
    filled = [(number, _filled(cells, defaults, table)) for number, cells in rows]
    found, faults = records(table, filled, place, OWN)
    own[table.name] += found
    return faults


def _table_of(header: list[str]) -> Table | None:
    """The table whose columns a header holds best; nothing where it fits none well."""
    best = max(TABLES.values(), key=lambda table: _fit(table, header))
    return best if _fit(best, header) > _NAMED else None


def _fit(table: Table, header: list[str]) -> float:
    needed = table.required - set(_DEFAULTS)
    alien = sum(name not in table.columns for name in header)
    return len(needed & set(header)) / len(needed) - alien


def _no_table(place: str, name: str, header: list[str]) -> Fault:
    """Why a header fits no table: what the nearest one lacks or does not know."""
    nearest = max(TABLES.values(), key=lambda table: _fit(table, header))
    if not set(header) & set(nearest.columns):
        what = f"'{name}' is no table and its columns are of none"
        return Fault(place, 1, what, f"name it after one of {', '.join(TABLES)}")
    needed = nearest.required - set(_DEFAULTS)
    wrong = [f"column '{entry}' is not known" for entry in header if entry not in nearest.columns]
    wrong += [f"column '{entry}' is missing" for entry in sorted(needed - set(header))]
    what = f"the columns fit no table; the nearest is {nearest.name}, where {', '.join(wrong)}"
    return Fault(place, 1, what, f"its columns are {', '.join(nearest.columns)}")


def _filled(cells: dict[str, str], defaults: Mapping[str, str], table: Table) -> dict[str, str]:
    given = {name: text for name, text in cells.items() if text.strip()}
    filled = {**defaults, **given}
    if table.name == "prices" and not filled["deck"]:
        filled["deck"] = _EVERY_DECK
    return filled


def _in_every_deck(rows: list[Any], decks: list[Any]) -> list[Any]:
    """A price without a deck, once for each deck."""
    spread = []
    for row in rows:
        names = [deck.id for deck in decks] if row.deck == _EVERY_DECK else [row.deck]
        spread += [row.model_copy(update={"deck": name}) for name in names]
    return spread


def _merged(name: str, shipped: tuple[Any, ...], own: list[Any]) -> list[Any]:
    """The user's rows, then the shipped rows of other keys."""
    if name in _DOCUMENTS:
        ids = {entry.id for entry in own}
        return [*own, *(entry for entry in shipped if entry.id not in ids)]
    keys = {key for row in own for key in _covered(TABLES[name], row)}
    return [*own, *(row for row in shipped if not keys & set(_covered(TABLES[name], row)))]


def _covered(table: Table, row: Any) -> list[tuple[Any, ...]]:
    """Keys a row stands for; a price of the user's for every region covers the item."""
    if not isinstance(row, schema.Price):
        return [table.key_of(row)]
    key = (row.item, row.deck, row.kind == "fee")
    if row.layer == "overlay":
        return [(*key, "*")] if row.region == _EVERYWHERE else [(*key, row.region)]
    return [(*key, row.region), (*key, "*")]
