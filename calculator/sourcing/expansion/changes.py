"""What is different in one period or one outcome: fields of records, by kind and id.

A record is named by its id, else as plans name it ("nickel at A", "nickel A to M"), else by its
commodity or node alone where that fits only one; without its period it means all its copies. A
field ending in `_factor` multiplies, also
every amount of a recipe: `price_per_unit_factor`, `capacity_factor`, `outputs_factor`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from calculator.sourcing.errors import did_you_mean
from calculator.sourcing.network import Network

Fields = Mapping[str, Any]
Changes = Mapping[str, Mapping[str, Fields]]
"""Kind ("supplies", "processes", "arcs", "demands"), then record, then field: the new value."""

KINDS = ("supplies", "processes", "arcs", "demands")
FACTOR = "_factor"
_FIXED = frozenset({"id", "node", "source", "target", "commodity", "elsewhere", "lead_periods"})


def name_of(record: Any) -> str:
    """Return what plans call a record, without its kind: its id, or its goods and ends."""
    if record.id:
        return str(record.id)
    if hasattr(record, "source"):
        return f"{record.commodity} {record.source} to {record.target}"
    return f"{record.commodity} at {record.node}"


class Names:
    """What the records of one kind answer to: own names, names without a period, loose ones."""

    def __init__(self, network: Network, kind: str) -> None:
        base = {node.id: node.base or node.id for node in network.nodes}
        whole = {good.id: good.base or good.id for good in network.commodities}
        self._levels: list[dict[str, list[int]]] = [{}, {}, {}]
        for k, record in enumerate(getattr(network, kind)):
            for level, names in zip(self._levels, (_own, _plain, _loose), strict=True):
                for name in dict.fromkeys(names(record, base, whole)):
                    level.setdefault(name, []).append(k)

    def find(self, wanted: str) -> list[int]:
        """Return the places of the records that a name means; none, if it means none."""
        return next((level[wanted] for level in self._levels if wanted in level), [])


def located(network: Network, kind: str, wanted: str) -> list[int]:
    """Return the places of the records of a kind that a name means; none, if it means none.

    A name without its period means the copies of one record in all of them.
    """
    return Names(network, kind).find(wanted)


def is_one(network: Network, kind: str, at: list[int]) -> bool:
    """Tell whether these are one record, or the copies of one in several periods."""
    when = {node.id: (node.period, node.outcome) for node in network.nodes}
    records = [getattr(network, kind)[k] for k in at]
    return max(Counter(when[_home(record)] for record in records).values()) == 1


def known_names(network: Network, kind: str) -> set[str]:
    """Return what the records of a kind are called."""
    return {name_of(record) for record in getattr(network, kind)}


def _home(record: Any) -> str:
    return str(getattr(record, "node", None) or record.source)


def _own(record: Any, base: Mapping[str, str], whole: Mapping[str, str]) -> tuple[str, ...]:
    return (name_of(record),)


def _plain(record: Any, base: Mapping[str, str], whole: Mapping[str, str]) -> tuple[str, ...]:
    """The name without the period the record was copied into."""
    if record.id:
        return (plain_name(record.id),)
    ends = (end for end in ("node", "source", "target") if hasattr(record, end))
    moved: dict[str, Any] = {end: base[getattr(record, end)] for end in ends}
    return (name_of(replace(record, commodity=whole[record.commodity], **moved)),)


def _loose(record: Any, base: Mapping[str, str], whole: Mapping[str, str]) -> tuple[str, ...]:
    """Of a supply or demand, its commodity or its node alone."""
    if hasattr(record, "source") or hasattr(record, "outputs"):
        return ()
    return (record.commodity, whole[record.commodity], record.node, base[record.node])


def changed(network: Network, changes: Changes, when: str, faults: list[str]) -> dict[str, Any]:
    """Return the supplies, processes, arcs and demands of a network after the changes.

    Args:
        network: as it is without them.
        changes: new values; one that is not there stays.
        when: name of the period or outcome, for the sentences.
        faults: takes one sentence for everything that cannot be done.
    """
    found = {kind: list(getattr(network, kind)) for kind in KINDS}
    for kind, by_record in changes.items():
        if kind not in KINDS:
            faults.append(f"{when}: unknown kind of change {kind!r}; {did_you_mean(kind, KINDS)}")
            continue
        names = Names(network, kind)
        for name, values in by_record.items():
            for at in _meant(network, kind, names.find(name), name, f"{when}: {kind}", faults):
                found[kind][at] = _with(found[kind][at], values, f"{when}: {kind} {name!r}", faults)
    return {kind: tuple(records) for kind, records in found.items()}


def _meant(
    network: Network, kind: str, at: list[int], name: str, where: str, faults: list[str]
) -> list[int]:
    """The records a name means, or a sentence on why it means none."""
    if not at:
        near = did_you_mean(name, known_names(network, kind))
        faults.append(f"{where}: {name!r} is unknown; {near}")
    elif len(at) > 1 and not is_one(network, kind, at):
        said = f"{name!r} fits {len(at)} of them; give each an id and name that"
        faults.append(f"{where}: {said}.")
        return []
    return at


def _with(record: Any, values: Fields, where: str, faults: list[str]) -> Any:
    known = changeable(type(record))
    new = {}
    for field, value in values.items():
        plain = field.removesuffix(FACTOR)
        if plain not in known:
            faults.append(f"{where}: {field!r} cannot be changed; {did_you_mean(field, known)}")
        elif field == plain:
            new[plain] = value
        elif not _is_number(value):
            faults.append(f"{where}: {field} is {value!r}; give a number.")
        else:
            new[plain] = _times(getattr(record, plain), value)
    return replace(record, **_whole_demand(record, new))


def changeable(kind: type) -> set[str]:
    """Return the fields of a record that may differ from one period or outcome to another."""
    return {f.name for f in fields(kind)} - _FIXED


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, Mapping):
        return {key: _times(amount, factor) for key, amount in value.items() if factor}
    return value * factor if value else value  # 0 x infinity stays nought


def _whole_demand(record: Any, new: dict[str, Any]) -> dict[str, Any]:
    """The most a demand takes moves up with its amount where they were one number."""
    if "amount" in new and "limit" not in new and hasattr(record, "exact"):
        new["limit"] = max(record.limit, new["amount"])
    return new


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def copies(record: Any, at: Mapping[str, str], stamp: str) -> Any:
    """Return the copy of a record in one period or outcome: its nodes there, its id stamped."""
    ends = (end for end in ("node", "source", "target") if hasattr(record, end))
    moved: dict[str, Any] = {end: at[getattr(record, end)] for end in ends}
    if getattr(record, "elsewhere", None):
        moved["elsewhere"] = {at[node]: goods for node, goods in record.elsewhere.items()}
    return replace(record, id=stamped(record.id, stamp) if record.id else "", **moved)


def stamped(name: str, stamp: str) -> str:
    """Return the name of a copy: "plant @ 2030", and "plant @ 2030, boom" of a copy of that."""
    return f"{name}, {stamp}" if " @ " in name else f"{name} @ {stamp}"


def plain_name(name: str) -> str:
    """Return the name without its stamps."""
    return name.split(" @ ", 1)[0]
