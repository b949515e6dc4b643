"""What figures rest on: weakest basis, sources, records, notes and inputs, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from materials_db.schema import Basis, Datum, ProcessYield, Property, Record

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from calculator.supply.grounds import Ground
    from materials_db.database import MaterialsDB

_WEAKER = {
    basis: rank
    for rank, basis in enumerate((Basis.MEASURED, Basis.REPORTED, Basis.DERIVED, Basis.ASSUMED))
}
ASSUMED_MARK = "~"
ASSUMED_FOOTER = (
    f"rests on: {ASSUMED_MARK} 22/101 means that 22 of the 101 numbers behind a row are assumed."
)
_DESIGN = (Property, Datum)
"""Classes of the records a cell design rests on (plain data stand in chemistry and format)."""


@dataclass(frozen=True)
class Support:
    """What a figure rests on."""

    basis: str
    """The weakest basis among its records."""
    assumed: int
    """Assumed records among them."""
    records: int
    own: bool
    """Whether a record of the user's own is among them."""
    sources: tuple[str, ...]

    @property
    def share(self) -> str:
        """``~ 22/101`` where 22 of 101 records are assumed, ``101`` where none is."""
        records = str(self.records)
        return f"{ASSUMED_MARK} {self.assumed}/{records}" if self.assumed else records

    def columns(self) -> dict[str, Any]:
        """As columns of a tidy row."""
        return {
            "basis": self.basis,
            "own_data": self.own,
            "sources": " ".join(self.sources),
        }


def weakest(bases: Iterable[str]) -> str:
    """The weakest of several bases; empty for none."""
    return max((Basis(basis) for basis in bases if basis), key=_WEAKER.__getitem__, default="")


def support(records: Iterable[Datum]) -> Support:
    """What a set of records amounts to."""
    rows = tuple(records)
    return Support(
        basis=weakest({row.basis for row in rows}),
        assumed=sum(row.basis is Basis.ASSUMED for row in rows),
        records=len(rows),
        own=any(row.layer == "overlay" for row in rows),
        sources=tuple(sorted({row.source for row in rows})),
    )


def design_support(evaluation: Evaluation) -> Support:
    """Support of masses, volumes and energies: chemistry, format and properties."""
    return support(row for row in evaluation.records if type(row) in _DESIGN)


def bill_support(evaluation: Evaluation) -> Support:
    """Support of bills: the design and the process yields."""
    return support(bill_records(evaluation))


def bill_records(evaluation: Evaluation) -> tuple[Datum, ...]:
    """Records of the design and the process yields."""
    kept = (*_DESIGN, ProcessYield)
    return tuple(row for row in evaluation.records if type(row) in kept)


def cost_support(evaluation: Evaluation) -> Support:
    """Support of costs: every record."""
    return support(evaluation.records)


def label(evaluation: Evaluation) -> str:
    """Name of a chemistry in tables: its id, marked where the file is the user's own."""
    chemistry = evaluation.chemistry
    return f"{chemistry.id} (yours)" if chemistry.layer == "overlay" else chemistry.id


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table that has its columns even when it is empty."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns))


NOTE_COLUMNS = ("chemistry", "kind", "note")


def notes_table(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """What the reader must know of each chemistry: borrowed prices, stand-ins, assumptions."""
    rows = [
        {"chemistry": label(e), "kind": note.kind, "note": note.text}
        for e in evaluations
        for note in e.notes
    ]
    return frame(rows, NOTE_COLUMNS)


RECORD_COLUMNS = (
    "chemistry", "record", "value", "unit", "low", "high", "date", "basis", "confidence",
    "source", "locator", "layer", "file", "row", "note",
)  # fmt: skip


def records_table(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """Every number of the database behind each chemistry, with its provenance."""
    rows = [
        {"chemistry": label(e), **_record(row, places)}
        for e in evaluations
        for places in [places_of(e)]
        for row in e.records
    ]
    return frame(rows, RECORD_COLUMNS)


def own_files(records: Iterable[Datum]) -> tuple[str, ...]:
    """Names of the user's files that hold some of the records."""
    return tuple(sorted({row.file for row in records if row.layer == "overlay"}))


def places_of(evaluation: Evaluation) -> dict[Datum, str]:
    """Where each number of the chemistry and of the format stands in its file.

    ``positive.coating.porosity``; a part of a list goes by its material.
    """
    places: dict[Datum, list[str]] = {}
    request = evaluation.request
    for path, row in (*_named(request.chemistry, ""), *_named(request.format, "format")):
        places.setdefault(row, []).append(path)
    return {row: ", ".join(paths) for row, paths in places.items()}


def _named(value: object, path: str) -> Iterator[tuple[str, Datum]]:
    if isinstance(value, Datum):
        yield path, value
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from _named(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, item in enumerate(value, start=1):
            yield from _named(item, f"{path}.{getattr(item, 'material', index)}")


def _record(row: Datum, places: Mapping[Datum, str]) -> dict[str, Any]:
    held = row.model_dump(mode="json", exclude_none=True)
    shown = {name: held.pop(name, None) for name in RECORD_COLUMNS[2:]}
    key = " ".join(str(value) for value in held.values() if value != "")
    return {"record": places.get(row) or key, **shown}


PLAN_RECORD_COLUMNS = ("behind", *RECORD_COLUMNS[1:])


def plan_records_table(
    evaluation: Evaluation, grounds: Mapping[str, Sequence[Ground]]
) -> pd.DataFrame:
    """Every number behind a sourcing plan, each once, with what it is behind.

    Args:
        evaluation: the chemistry that is sourced; its design and yields make the bill.
        grounds: what each supply, process and arc of the network rests on.
    """
    behind: dict[Datum, dict[str, None]] = {row: {"bill": None} for row in bill_records(evaluation)}
    for found in (one for several in grounds.values() for one in several):
        for row in found.records:
            behind.setdefault(row, {})[found.quantity] = None
    places = places_of(evaluation)
    rows = [{"behind": ", ".join(of), **_record(row, places)} for row, of in behind.items()]
    return frame(rows, PLAN_RECORD_COLUMNS)


SOURCE_COLUMNS = ("source", "author", "title", "year", "locator", "licence", "records")


def sources_table(db: MaterialsDB, records: Iterable[Datum]) -> pd.DataFrame:
    """Sources of a set of records, the most used first."""
    counts: dict[str, int] = {}
    for row in records:
        counts[row.source] = counts.get(row.source, 0) + 1
    rows = [
        {"source": name, **_source(db, name), "records": count}
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return frame(rows, SOURCE_COLUMNS)


def _source(db: MaterialsDB, name: str) -> dict[str, str]:
    found = db.sources.get(name)
    if found is None:
        return {"title": "your own file"}
    return found.model_dump(include=set(SOURCE_COLUMNS))


INPUT_COLUMNS = ("key", "value")


def inputs_table(scenario: Scenario) -> pd.DataFrame:
    """Every input of a scenario, defaults included, one key a row."""
    asked = scenario.model_dump(mode="json", by_alias=True)
    rows = [{"key": key, "value": value} for key, value in _flat(asked, "")]
    return frame(rows, INPUT_COLUMNS)


def _flat(value: Any, where: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value, start=1):
            yield from _flat(item, f"{where}[{index}]")
    elif value is not None:
        yield where, str(value)
