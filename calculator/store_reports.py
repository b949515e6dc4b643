"""Saved scenarios as tables, text and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.terminal import aligned

if TYPE_CHECKING:
    from calculator.store import Imported, InputChange, OwnFile, Saved, Version

SCENARIO_HEADS = ("id", "name", "page", "version", "saved (UTC)", "by", "shared")
VERSION_HEADS = ("version", "from", "saved (UTC)", "by", "page", "hash", "run", "own files", "note")
CHANGE_HEADS = ("part", "input", "before", "after")
_LONGEST = 80


def scenarios_report(found: Sequence[Saved]) -> Report:
    """The list of saved scenarios."""
    return _report("scenarios", SCENARIO_HEADS, [_scenario(one) for one in found])


def scenarios_text(found: Sequence[Saved]) -> str:
    """The list of saved scenarios as aligned text."""
    nothing = "No scenario is saved; save one with: battcalc store save SCENARIO --name NAME"
    return _text(SCENARIO_HEADS, [_scenario(one) for one in found], nothing)


def _scenario(one: Saved) -> tuple[Any, ...]:
    shared = "yes" if one.shared else ""
    page = one.page or "file"
    return one.id, one.name, page, one.latest, minute(one.saved_at), one.author, shared


def versions_report(found: Sequence[Version]) -> Report:
    """Versions of one scenario."""
    return _report("versions", VERSION_HEADS, [_version(one) for one in found])


def versions_text(found: Sequence[Version]) -> str:
    """Versions of one scenario as aligned text."""
    return _text(VERSION_HEADS, [_version(one) for one in found], "There is no version.", left=9)


def _version(one: Version) -> tuple[Any, ...]:
    kept = one.snapshot
    return (
        one.number, "" if one.based_on is None else one.based_on, minute(one.saved_at), one.author,
        kept.page or "file", kept.content_hash, kept.run_id, file_names(kept.files), kept.note,
    )  # fmt: skip


def file_names(files: Iterable[OwnFile]) -> str:
    """Names of the user's own files in one line."""
    return ", ".join(file.name for file in files)


def changes_report(found: Sequence[InputChange]) -> Report:
    """Inputs that differ."""
    return _report("changes", CHANGE_HEADS, [_change(one) for one in found])


def changes_text(found: Sequence[InputChange]) -> str:
    """Inputs that differ as aligned text."""
    return _text(CHANGE_HEADS, [_change(one) for one in found], "No input differs.", left=4)


def _change(one: InputChange) -> tuple[str, ...]:
    return one.part, one.place, one.before, one.after


def version_object(name: str, one: Version) -> dict[str, Any]:
    """A version with all it holds, as one JSON object."""
    kept = one.snapshot
    return {
        "id": one.scenario,
        "name": name,
        "version": one.number,
        "based_on": one.based_on,
        "saved_at": one.saved_at,
        "author": one.author,
        "page": kept.page,
        "parameters": {key: list(values) for key, values in kept.parameters.items()},
        "scenario_hash": kept.content_hash,
        "run": kept.run_id,
        "data_version": kept.data_version,
        "note": kept.note,
        "files": [
            {"name": file.name, "sha256": file.digest, "bytes": file.size} for file in kept.files
        ],
        "yaml": kept.yaml,
    }


def imported_text(found: Imported) -> str:
    """What an import came to, in sentences."""
    told: Mapping[str, int] = {
        "new": len(found.new),
        "with further versions": len(found.further),
        "restored from the deleted": len(found.restored),
        "here already": len(found.unchanged),
    }
    counted = ", ".join(f"{number} {what}" for what, number in told.items() if number)
    renamed = [
        f"{given} is another owner's here; it stands under {own}."
        for given, own in found.other_id.items()
    ]
    return "\n".join([f"Imported: {counted or 'nothing'}.", *renamed])


def minute(time: str) -> str:
    """A time to the minute, such as ``2026-11-23 01:50``."""
    return time[:16].replace("T", " ")


def _report(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Report:
    answer = {name: [dict(zip(heads, row, strict=True)) for row in rows]}
    return Report(_Later(name, heads, rows), answer=answer)


class _Later(Mapping[str, Any]):
    """Tables that are made when a file asks for them: a list on the terminal needs none."""

    def __init__(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._name, self._make = name, _frame(heads, rows)

    def __getitem__(self, key: str) -> Any:
        if key != self._name:
            raise KeyError(key)
        return self._make()

    def __iter__(self) -> Any:
        return iter((self._name,))

    def __len__(self) -> int:
        return 1


def _frame(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Callable[[], Any]:
    def make() -> Any:
        import pandas as pd

        return pd.DataFrame(list(rows), columns=list(heads))

    return make


def _text(heads: Sequence[str], rows: Sequence[Sequence[Any]], nothing: str, left: int = 8) -> str:
    if not rows:
        return nothing
    return aligned(heads, [[_short(cell) for cell in row] for row in rows], left=left)


def _short(cell: object) -> str:
    text = " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
