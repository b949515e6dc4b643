"""Figures that a run makes and no formula: the run is one step, its records are the inputs.

A stress test walks day by day and a stockpile is solved for; unrolled, their trees would tell
nobody anything. Their figures are calls: of which function, on which records. Computed again, a
call runs the whole answer anew, with the values its records then have.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calculator.trace import Naming, Tape, Traced
from calculator.uncertainty.labels import named_in_format, named_in_recipe
from calculator.why.figures import Figure, Figures, in_tables
from calculator.why.leaves import leaf_of
from materials_db.substitute import record_key, with_values

if TYPE_CHECKING:
    import pandas as pd

    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

    Answer = Callable[[MaterialsDB], Mapping[str, pd.DataFrame]]
    Below = Callable[[str], Container[str]]

CALL = "call"


@dataclass(frozen=True, eq=False)
class Method:
    """A run, and which of its figures a call gives."""

    name: str
    """Function that runs it."""
    text: str
    keys: tuple[str, ...]
    """Records in the order of the call's inputs."""
    address: str
    rerun: Rerun

    def __call__(self, values: Iterable[float]) -> float:
        """The figure, with these values of the records."""
        return self.rerun(dict(zip(self.keys, values, strict=True)))[self.address]


@dataclass(frozen=True, eq=False)
class Rerun:
    """The answer worked out again; the same values are run once."""

    db: MaterialsDB
    answer: Answer
    usual: Mapping[str, float]
    kept: dict[tuple[tuple[str, float], ...], dict[str, float]] = field(default_factory=dict)

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Every figure by its address."""
        changed = {key: value for key, value in values.items() if value != self.usual[key]}
        name = tuple(sorted(changed.items()))
        if name not in self.kept:
            db = with_values(self.db, changed) if changed else self.db
            found = in_tables(Tape(), self.answer(db))
            self.kept[name] = {one.address: one.number.value for one in found}
        return self.kept[name]


def method_figures(
    db: MaterialsDB,
    records: Iterable[Datum],
    answer: Answer,
    name: str,
    text: str,
    below: Below | None = None,
) -> Figures:
    """Every figure of an answer as a call on its records.

    Args:
        db: the materials database.
        records: what the answer rests on.
        answer: its tables, from a database.
        name: function that makes it.
        text: what it does and where that is written.
        below: keys of the records that a figure rests on, by its address; all if none.
    """
    tape = Tape()
    known = {record_key(row): row for row in records}
    ends = [leaf_of(tape, row) for row in known.values()]
    called = _called(db)
    for key, end in zip(known, ends, strict=True):
        if key in called:
            tape.names[end.serial] = [Naming(called[key], "", "", 0, "field")]
    usual = {key: float(row.value) for key, row in known.items()}
    rerun = Rerun(db, answer, usual)
    by_key = dict(zip(known, ends, strict=True))
    found: dict[str, Figure] = {}
    for one in in_tables(Tape(), answer(db)):
        held = below(one.address) if below else by_key.keys()
        keys = tuple(key for key in by_key if key in held)
        method: Any = Method(name, text, keys, one.address, rerun)
        call = Traced(tape, one.number.value, CALL, tuple(by_key[key] for key in keys), method)
        found[one.address] = Figure(one.address, one.unit, call)
    return Figures(tape, found)


def _called(db: MaterialsDB) -> dict[str, str]:
    """What a reader calls the numbers of recipes and formats, which no row of a table names."""
    recipes = (one for entry in db.chemistries.values() for one in named_in_recipe(entry))
    formats = (one for entry in db.formats.values() for one in named_in_format(entry))
    return {record_key(one.record): one.label for one in (*recipes, *formats)}
