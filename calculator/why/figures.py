"""Every figure of an answer by its address, each a traced number.

An answer is worked out again on traced records, through the same functions and the same tables;
a figure's address is its table and the texts of its row: ``cost_by_component/LFP/cell/labour``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.trace import Tape, Traced, watching
from calculator.why.leaves import Given, traced_database
from materials_db.faults import UnknownNameError

if TYPE_CHECKING:
    import pandas as pd

    from materials_db.database import MaterialsDB

_NO_KEY = {
    *("name", "family", "unit", "basis", "own_data", "sources"),
    *("critical", "value", "deck", "borrowed", "indexed"),
    *("counts", "status", "recalled", "valid_from", "valid_to", "confidence"),
    *("source", "locator", "note", "geopolrisk_of", "eu_trend", "outlook_2035", "date"),
    *("largest", "worst_material", "worst_stage"),
    *("group", "input_unit", "range", "key", "fault"),
}
"""Columns that tell no row from another, or hold its figure."""
FIXED = Given(
    "fixed",
    "fixed by the design",
    "",
    "a whole count, or a zero that no input changes: the code decides it and no formula does",
)


_TOLD = 8


@dataclass(frozen=True)
class Figure:
    """A figure of an answer."""

    address: str
    unit: str
    number: Traced


@dataclass(frozen=True)
class Figures:
    """All figures of an answer."""

    tape: Tape
    by_address: Mapping[str, Figure]

    def table(self, asked: str | None) -> Figures | None:
        """Figures of the table that is asked for by its name alone; all if nothing is asked."""
        if asked is None:
            return self
        name = asked.strip(" /")
        held = {key: one for key, one in self.by_address.items() if key.startswith(f"{name}/")}
        return Figures(self.tape, held) if held and "/" not in name else None

    def find(self, asked: str) -> Figure:
        """The figure of an address, or that of the shortest address with all the words asked.

        Raises:
            UnknownNameError: none; the nearest are named.
            InputError: several are as short.
        """
        if asked in self.by_address:
            return self.by_address[asked]
        words = _words(asked)
        found = [one for one in self.by_address if words <= _words(one)] if words else []
        if not found:
            raise UnknownNameError("figure", asked, self.by_address)
        least = min(len(_words(one)) for one in found)
        shortest = [one for one in found if len(_words(one)) == least]
        if len(shortest) > 1:
            told = "; ".join(shortest[:_TOLD])
            raise InputError(f"'{asked}' may be any of {len(shortest)} figures: {told}; name one")
        return self.by_address[shortest[0]]


def _unlike(figure: Figure, found: Mapping[str, Figure]) -> str:
    """An address of its own: with the unit, then with a number, where others have the same."""
    if figure.address not in found:
        return figure.address
    address = f"{figure.address}/{figure.unit}".removesuffix("/")
    tries = (address if n == 1 else f"{address} ({n})" for n in range(1, len(found) + 2))
    return next(one for one in tries if one not in found)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.split(r"[\s/,]+", text.casefold().strip(" /,")))


def traced_figures(
    db: MaterialsDB, answer: Callable[[MaterialsDB, Tape], Mapping[str, pd.DataFrame]]
) -> Figures:
    """Figures of the tables that ``answer`` makes of a traced database on a tape.

    Names are read while it runs, and not while the records are traced.
    """
    tape = Tape()
    traced = traced_database(db, tape)
    with watching(tape):
        tables = answer(traced, tape)
    return Figures(tape, {one.address: one for one in in_tables(tape, tables)})


def in_tables(tape: Tape, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Every figure of some tables, each under an address of its own."""
    found: dict[str, Figure] = {}
    for figure in (one for name, table in tables.items() for one in _in_table(tape, name, table)):
        address = _unlike(figure, found)
        found[address] = Figure(address, figure.unit, figure.number)
    return list(found.values())


def _in_table(tape: Tape, name: str, table: pd.DataFrame) -> Iterator[Figure]:
    units = table.attrs.get("units", {})
    for row in table.to_dict("records"):
        texts = [str(v) for k, v in row.items() if k not in _NO_KEY and isinstance(v, str) and v]
        for column, number in row.items():
            if _is_figure(number):
                parts = [name, *texts] + ([str(column)] if column != "value" else [])
                traced = number if isinstance(number, Traced) else tape.leaf(number, FIXED)
                yield Figure("/".join(parts), _unit(row, str(column), units), traced)


def _is_figure(value: object) -> bool:
    number = isinstance(value, Traced | float | int) and not isinstance(value, bool)
    return number and not math.isnan(float(value))  # type: ignore[arg-type]


def _unit(row: Mapping[Any, Any], column: str, units: Mapping[str, str]) -> str:
    if column == "value":
        return str(row.get("unit", ""))
    if column not in units:
        return str(row.get("unit", ""))
    stated = units[column].partition(",")[0]
    told = re.fullmatch(r"see column '(\w+)'", stated)
    if told is None:
        return stated
    per = re.search(r"per '?(\w+)'?$", units[column])
    head = str(row.get(told[1], ""))
    return f"{head}/{row.get(per[1], per[1])}" if per else head
