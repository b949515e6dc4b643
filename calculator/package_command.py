"""The command ``package``: the database as a data package, in a folder or an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.command_inputs import ANSWERED, Asked, answer, run_of_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calculator.export import Report

_COLUMNS = ("name", "path", "rows", "fields", "bytes", "hash")


def package(asked: Asked) -> int:
    """Write the package and list what it holds.

    Raises:
        InputError: the place will not do.
    """
    import json

    from calculator import __version__
    from calculator.packages import DESCRIPTOR, package_files, write_package
    from materials_db.load import load_database

    db = load_database()
    files = package_files(db, run_of_call(asked), __version__)
    target = write_package(files, Path(asked.target))
    descriptor = json.loads(files[DESCRIPTOR])
    rows = [_row(resource) for resource in descriptor["resources"]]
    report = _report(db.data_version, descriptor["version"], rows)
    answer(asked, report, lambda: _text(target, descriptor["version"], rows))
    return ANSWERED


def _row(resource: dict[str, Any]) -> dict[str, Any]:
    fields = resource.get("schema", {}).get("fields")
    counted = {"rows": resource.get("rows"), "fields": len(fields) if fields else None}
    return {key: counted.get(key, resource.get(key)) for key in _COLUMNS}


def _report(data_version: str, version: str, rows: Sequence[dict[str, Any]]) -> Report:
    from calculator.export import Report
    from calculator.tables.provenance import frame

    facts = {"data_version": data_version, "version": version}
    resources = frame(rows, _COLUMNS)
    resources.attrs["units"] = {"bytes": "byte"}
    return Report({"resources": resources}, about=facts, answer={**facts, "resources": rows})


def _text(target: Path, version: str, rows: Sequence[dict[str, Any]]) -> str:
    from calculator.terminal import printable

    tables = sum(row["fields"] is not None for row in rows)
    numbers = sum(row["rows"] or 0 for row in rows)
    size = sum(row["bytes"] for row in rows) / 1e6
    return (
        f"Package {version} in {printable(str(target))}: {len(rows)} files ({tables} with rows of "
        f"a table, {numbers} rows in all), {size:.2f} MB."
    )
