"""``datapackage.json``: what each file of the database holds, from whom, and its hash.

Data Package, version 2 (https://datapackage.org/standard/data-package/). Properties beyond the
standard: ``unit`` of a field; ``id``, ``author``, ``year``, ``locator`` and ``licence`` of a
source; ``rows`` of a table; ``data_version``, ``code_version`` and ``run`` of the package.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from calculator.packages.fields import table_schema
from calculator.runs import Run
from materials_db.substitute import numbers_of
from materials_db.tables import TABLES, Table

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

DESCRIPTOR = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_ABOUT = (
    "Battery chemistries, cell formats, materials, prices, plants, world production, trade, "
    "policies and events. One number a row, with unit, range, date, source, locator, basis "
    "(measured, reported, derived, assumed) and confidence."
)
_LICENCES = (
    {"name": "Apache-2.0", "title": "The compilation. Single numbers: see the licence of a source"},
    {
        "name": "BSD-3-Clause",
        "path": "reference/README.md",
        "title": "What is derived from BatPaC 5.0 and EverBatt 2023, (c) UChicago Argonne, LLC",
    },
)
_MEDIA = {
    "csv": "text/csv",
    "yaml": "application/yaml",
    "json": "application/json",
    "md": "text/markdown",
}
_DOCUMENTS = {"chemistries": "Chemistry", "formats": "Cell format"}


def describe(db: MaterialsDB, files: Mapping[str, bytes], run: Run, version: str) -> dict[str, Any]:
    """The descriptor of a package.

    Args:
        db: the shipped database, read from the files.
        files: content by path inside the package.
        run: names data and code.
        version: of the project, such as ``0.1.0``; the data version is put behind it.
    """
    resources = [_resource(db, path, content) for path, content in files.items()]
    cited = dict.fromkeys(one["id"] for found in resources for one in found.get("sources", ()))
    return {
        "$schema": PROFILE,
        "name": "battcalc-materials",
        "title": "Materials database of the battery calculator",
        "description": _ABOUT,
        "version": f"{version}+{db.data_version}",
        "data_version": db.data_version,
        "code_version": run.code_version,
        "run": run.id,
        "keywords": ["battery", "materials", "prices", "supply chain", "trade policy"],
        "licenses": [dict(licence) for licence in _LICENCES],
        "sources": _sources(db, sorted(cited)),
        "resources": resources,
    }


def _resource(db: MaterialsDB, path: str, content: bytes) -> dict[str, Any]:
    ending = PurePosixPath(path).suffix[1:]
    common = {
        "$schema": _RESOURCE,
        "name": _name(path),
        "path": path,
        "format": ending,
        "mediatype": _MEDIA[ending],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    return common | _particulars(db, path, content)


def _particulars(db: MaterialsDB, path: str, content: bytes) -> dict[str, Any]:
    """What a file is: rows of a table, one chemistry or format, or a file as it is."""
    place = PurePosixPath(path)
    table = table_of(path)
    if table is not None:
        return _of_table(db, table, content)
    if place.parent.name in _DOCUMENTS:
        entry = getattr(db, place.parent.name)[place.stem]
        kind = _DOCUMENTS[place.parent.name]
        cited = {number.source for number in numbers_of(entry)}
        return {"title": f"{kind}: {entry.name}", "sources": _sources(db, sorted(cited))}
    return {"title": place.name}


def table_of(path: str) -> Table | None:
    """The table a file of the package holds rows of; None for other files."""
    place = PurePosixPath(path)
    if place.suffix != ".csv" or place.parts[0] != "data":
        return None
    inside = place.parent.name
    return TABLES.get(place.stem if inside == "data" else inside)


def _of_table(db: MaterialsDB, table: Table, content: bytes) -> dict[str, Any]:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    rows = [cells for cells in rows if any(cells)]
    cited: Iterable[str] = ()
    if "source" in header:
        place = header.index("source")
        cited = sorted({cells[place] for cells in rows if cells[place]})
    said = " ".join((table.record.__doc__ or "").split("\n\n")[0].split())
    return {
        "type": "table",
        "title": table.name.replace("_", " "),
        "description": said,
        "rows": len(rows),
        "dialect": {"delimiter": ",", "header": True},
        "schema": table_schema(table, header),
        **({"sources": _sources(db, cited)} if cited else {}),
    }


def _sources(db: MaterialsDB, ids: Iterable[str]) -> list[dict[str, str]]:
    return [dict(_source(db, name)) for name in ids]


def _source(db: MaterialsDB, name: str) -> Iterator[tuple[str, str]]:
    found = db.sources[name]
    yield "title", found.title
    yield "id", found.id
    for key in ("author", "year", "locator", "licence"):
        if getattr(found, key):
            yield key, getattr(found, key)
    if found.locator.startswith(("https://", "http://")) and " " not in found.locator:
        yield "path", found.locator


def _name(path: str) -> str:
    """Name of a resource: lower case, without spaces, unlike that of any other."""
    text = path.removeprefix("data/").removesuffix(".csv").lower()
    return re.sub(r"[^a-z0-9._-]+", "-", text)
