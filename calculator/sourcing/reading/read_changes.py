"""What is different in a period or an outcome, from a group of keys to `Changes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calculator.sourcing.errors import did_you_mean
from calculator.sourcing.expansion.changes import FACTOR, Changes, changeable, located, name_of
from calculator.sourcing.network import Arc, Demand, Network, Process, Supply
from calculator.sourcing.reading.quantities import Units
from calculator.sourcing.reading.record_reader import fields_of, plain_units, read_value
from calculator.sourcing.reading.slips import Path, Slips, shown

CHANGES: Mapping[str, str] = {
    "supplies": "supplies",
    "suppliers": "supplies",
    "processes": "processes",
    "arcs": "arcs",
    "demands": "demands",
    "demand": "demands",
}
"""Words for the kinds of records that can change."""
_RECORD: Mapping[str, type] = {
    "supplies": Supply, "processes": Process, "arcs": Arc, "demands": Demand,
}  # fmt: skip
_LONE = {
    "supplies": "price_per_unit",
    "processes": "conversion_cost_per_unit",
    "arcs": "freight_per_unit",
    "demands": "amount",
}
"""What a lone number beside an id is."""
_ALSO = {"yield": "outputs", "cost": "conversion_cost_per_unit"}


def units_of(network: Network) -> dict[str, str]:
    """Return the unit of each commodity."""
    return {good.id: good.unit for good in network.commodities}


def read_changes(
    stated: Mapping[str, Any],
    path: Path,
    network: Network,
    units: Units,
    slips: Slips,
    short: Mapping[str, str],
) -> Changes:
    """Return the changes that a group of keys states.

    Args:
        stated: by kind (a word of `CHANGES`), by record, by field.
        path: where it stands.
        network: whose records change.
        units: for text with a unit.
        slips: takes what is wrong.
        short: short names of fields.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for word, by_record in stated.items():
        kind = CHANGES[word]
        records = getattr(network, kind)
        given = _by_record(kind, by_record, records)
        if given is None:
            said = f" is {shown(by_record)}; give a mapping from ids to what changes."
            slips.add((*path, word), said)
            continue
        for name, values in given.items():
            at = (*path, word, str(name))
            reading = _Fields(kind, _good(network, kind, str(name)), units, slips, short)
            found.setdefault(kind, {})[str(name)] = reading.read(at, values)
    return found


def _by_record(kind: str, stated: Any, records: tuple[Any, ...]) -> Mapping[Any, Any] | None:
    """A lone amount is on the one demand there is."""
    if isinstance(stated, Mapping):
        return stated
    lone = kind == "demands" and len(records) == 1 and isinstance(stated, (int, float, str))
    return {name_of(records[0]): stated} if lone else None


def _good(network: Network, kind: str, name: str) -> str | None:
    """The commodity a record is on, as the ask names it."""
    at = located(network, kind, name)
    good = getattr(getattr(network, kind)[at[0]], "commodity", None) if at else None
    return next((c.base or c.id for c in network.commodities if c.id == good), None)


class _Fields:
    """Reads the fields of one record that change."""

    def __init__(
        self, kind: str, good: str | None, units: Units, slips: Slips, short: Mapping[str, str]
    ) -> None:
        self.kind, self.good, self.units, self.slips = kind, good, units, slips
        self.short = {**_ALSO, **short}
        self.types = fields_of(_RECORD[kind])[0]
        self.known = changeable(_RECORD[kind])

    def read(self, path: Path, stated: Any) -> dict[str, Any]:
        if not isinstance(stated, Mapping):
            stated = {_LONE[self.kind]: stated}
        found = {}
        for key, value in stated.items():
            name = self._field(str(key))
            if name.removesuffix(FACTOR) not in self.known:
                near = did_you_mean(str(key), self._words())
                self.slips.add((*path, str(key)), f": this cannot change; {near}")
            elif name.endswith(FACTOR):
                found[name] = self._value((*path, str(key)), name, value, float)
            else:
                found[name] = self._value((*path, str(key)), name, value, self.types[name])
        return found

    def _field(self, word: str) -> str:
        plain = word.removesuffix(FACTOR)
        full = plain if plain in self.types else self.short.get(plain, plain)
        return full + word.removeprefix(plain)

    def _words(self) -> set[str]:
        words = {word for word, full in self.short.items() if full in self.known}
        return words | self.known | {f"{word}{FACTOR}" for word in words}

    def _value(self, path: Path, name: str, value: Any, hint: Any) -> Any:
        def expected(field: str, key: str | None) -> tuple[str, ...]:
            own = self.units.expected(field, self.good)
            return plain_units(field, key) if field.endswith(FACTOR) else own

        return read_value(path, name, value, hint, expected, self.slips)
