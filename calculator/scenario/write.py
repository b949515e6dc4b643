"""Record to scenario file, and the hash that names its content."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

from calculator.scenario.read import is_path
from calculator.scenario.schema import Scenario

_DIGITS = 16
_TABLES = (".csv", ".xlsx", ".yaml", ".yml")


def plain_scenario(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain values under the keys of a file; what was left out stays out."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def scenario_yaml(scenario: Scenario) -> str:
    """The scenario as YAML text that reads back as the same scenario."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = 10_000
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(plain_scenario(scenario), stream)
    return stream.getvalue()


def scenario_hash(scenario: Scenario) -> str:
    """Hash of what is asked, 16 hexadecimal digits, the same on every machine.

    Spelling of units, order of keys, comments and the scenario's name do not count. A file of
    one's own counts by its content and not by its path; one that cannot be read, by its path.
    """
    asked = scenario.model_dump(mode="json", by_alias=True, exclude={"name"})
    return hash_of(_files_by_content(asked))


def hash_of(asked: Any) -> str:
    """Hash of plain values, 16 hexadecimal digits; the order of keys does not count."""
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_DIGITS]


def _files_by_content(asked: dict[str, Any]) -> dict[str, Any]:
    sourcing = asked["sourcing"]
    if sourcing is not None:
        sourcing = {
            **sourcing,
            "chemistry": by_content(sourcing["chemistry"]),
            "chemistries": [by_content(name) for name in sourcing["chemistries"]],
        }
    return {
        **asked,
        "chemistries": [by_content(name) for name in asked["chemistries"]],
        "format": by_content(asked["format"]),
        "overlay": by_content(asked["overlay"], always=True),
        "sourcing": sourcing,
    }


def by_content(reference: str | None, always: bool = False) -> str | None:
    """A name as it is, a file of the user's by the hash of its content; ``always`` is a file."""
    if reference is None or not (always or is_path(reference)):
        return reference
    return content_of(reference)


def content_of(reference: str) -> str:
    """A file or folder by the hash of its content; one that cannot be read by its path."""
    path = Path(reference)
    digest = hashlib.sha256()
    try:
        for file in _files(path):
            digest.update(b"" if file == path else file.relative_to(path).as_posix().encode())
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    except (OSError, ValueError):
        return reference
    return f"sha256:{digest.hexdigest()}"


def _files(path: Path) -> list[Path]:
    """The file itself, or the tables of a folder and of the folders in it."""
    if not path.is_dir():
        return [path]
    found = (file for pattern in ("*", "*/*") for file in path.glob(pattern))
    return sorted(file for file in found if file.suffix.lower() in _TABLES)
