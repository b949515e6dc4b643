"""The sections of an ask that make its network larger: time, stores, lives, outcomes, origins.

=================== ==================================================================
periods             [2025, 2030]; or {2025: {...}, 2030: {...}}, each with any of: discount,
                    start, length (years) and changes. Quantities are per period.
discount_rate       a year, 0.05 or "5 %"; else the discount of each period holds
storage             [{commodity, node (or a list), cost, capacity, loss, initial,
                    initial_cost, final (an amount, or "initial"), final_value}]
lives               [{commodity, returns, node, to, collection, convention, route,
                    sold_before ({2018: amount}), lifetime: 8 | {weibull: {shape, scale}} |
                    {normal: {mean, deviation}}}]
expansions          [{of, cost, lead, life, most}]
outcomes            {boom: {probability: 0.3, changes}, bust: {probability: 0.7}}
first_stage         [ids decided before the outcome is known; or a period]
origin_by_value     {prices: {good: price}, threshold: 0.5}: rule B of `origins`
changes             supplies (or suppliers), processes, arcs, demands (or demand): by id, then
                    by field: the new value; `price_factor`, `capacity_factor`,
                    `yield_factor`, ... multiply. A lone number is the price, the
                    conversion cost, the freight or the amount.
=================== ==================================================================

Goods on which an arc has `duty_by_origin` are told apart by origin, with no section of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.expansion.capacity import Expansion
from calculator.sourcing.expansion.changes import Changes
from calculator.sourcing.expansion.lives import Fixed, Life, Lifetime, Normal, Weibull
from calculator.sourcing.expansion.origins import by_value, retied, with_origins
from calculator.sourcing.expansion.over_outcomes import over_outcomes
from calculator.sourcing.expansion.over_time import over_time
from calculator.sourcing.expansion.store import Storage
from calculator.sourcing.network import Arc, Network, Outcome, Period
from calculator.sourcing.reading.quantities import Units
from calculator.sourcing.reading.read_changes import CHANGES, read_changes, units_of
from calculator.sourcing.reading.record_reader import Row, fields_of, read_record, read_value
from calculator.sourcing.reading.slips import Path, Slips, shown
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.decided import SameInAll

KEYS = (
    *("periods", "discount_rate", "storage", "lives", "expansions"),
    *("outcomes", "first_stage", "origin_by_value"),
)
"""Sections that are read here."""
_SHORT: Mapping[type, Mapping[str, str]] = {
    Storage: {"cost": "cost_per_unit_period"},
    Expansion: {"cost": "cost_per_unit", "lead": "lead_periods", "life": "life_periods"},
    Life: {},
    Period: {},
    Outcome: {},
}
_LIFETIMES: Mapping[str, type[Lifetime]] = {"fixed": Fixed, "weibull": Weibull, "normal": Normal}
_NEEDS_PERIODS = ("storage", "lives", "expansions", "discount_rate")


def expanded(
    network: Network,
    sections: Mapping[str, Any],
    faults: list[str],
    short: Mapping[str, str] | None = None,
    units: Units | None = None,
) -> tuple[Network, tuple[Rule, ...]]:
    """Return the network over its periods and outcomes, and the rules that tie it together.

    Args:
        network: of one period, in one outcome, as the rest of the ask states it. One whose
            nodes say their own period or outcome is left as it is.
        sections: those of `KEYS` that are stated; `arcs` too, so that where lanes are free
            (left out, or "free") goods that come back are free to go to who takes them.
        faults: takes one sentence for each thing to mend; the network comes back unchanged.
        short: short names of the fields of records.
        units: what text with a unit is converted to; else the units of the commodities.
    """
    stated = {key: value for key, value in sections.items() if value is not None}
    slips, before = Slips(), len(faults)
    told = units or Units(network.currency, units_of(network))
    reader = _Reader(network, stated, slips, short or {}, told)
    try:
        grown, rules = reader.grown()
    except SourcingError as error:
        faults += [slip.sentence() for slip in slips.found]
        faults += error.faults or (str(error),)
        return network, ()
    faults += [slip.sentence() for slip in slips.found]
    return (network, ()) if len(faults) > before else (grown, rules)


class _Reader:
    """Reads the sections of one ask."""

    def __init__(
        self,
        network: Network,
        stated: Mapping[str, Any],
        slips: Slips,
        short: Mapping[str, str],
        units: Units,
    ) -> None:
        self.network, self.stated, self.slips = network, stated, slips
        self.short, self.units = short, units

    def grown(self) -> tuple[Network, tuple[SameInAll, ...]]:
        network = self._by_value(self.network)
        in_time = any(node.period for node in network.nodes)
        in_turn = any(node.outcome for node in network.nodes)
        rules: tuple[SameInAll, ...] = ()
        self._refuse_what_is_over_time(in_time, in_turn)
        if not in_time:
            network = self._over_time(network)
        if not in_turn:
            network, rules = self._over_outcomes(network)
        if self.slips.found:
            return network, rules
        told = with_origins(network)
        return told, tuple(retied(rule, told) for rule in rules)

    def _refuse_what_is_over_time(self, in_time: bool, in_turn: bool) -> None:
        for key in _NEEDS_PERIODS if in_time else ():
            if key in self.stated:
                said = " cannot be added: the nodes say their period; leave that to 'periods'."
                self.slips.add((key,), said)
        if in_turn and "first_stage" in self.stated:
            said = " cannot be added: the nodes say their outcome; write the rule same_in_all."
            self.slips.add(("first_stage",), said)

    def _over_time(self, network: Network) -> Network:
        rows = list(self._rows("periods"))
        periods, changes = [], {}
        for row in rows:
            own, further = self._parted(row, Period)
            period = read_record(Period, own, self.slips, {})
            change = self._changes(further, row.path, network)
            if period is not None:
                periods.append(period)
                changes[period.id] = change
        if not rows:
            for key in _NEEDS_PERIODS:
                if key in self.stated:
                    self.slips.add((key,), " needs periods; list them, such as [2025, 2030].")
            return network
        storage, lives = list(self._storage()), list(self._lives())
        expansions = self._records("expansions", Expansion)
        rate = self._number("discount_rate")
        if self.slips.found:
            return network
        return over_time(
            _with_ways_back(network, lives, self.stated.get("arcs")), periods, changes,
            storage=storage, lives=lives, expansions=expansions, discount_rate=rate,
        )  # fmt: skip

    def _over_outcomes(self, network: Network) -> tuple[Network, tuple[SameInAll, ...]]:
        rows = list(self._rows("outcomes"))
        outcomes, changes = [], {}
        for row in rows:
            own, further = self._parted(row, Outcome)
            outcome = read_record(Outcome, own, self.slips, {})
            change = self._changes(further, row.path, network)
            if outcome is not None:
                outcomes.append(outcome)
                changes[outcome.id] = change
        first = self._names("first_stage")
        if not rows:
            if first:
                self.slips.add(("first_stage",), " needs outcomes; name them.")
            return network, ()
        if self.slips.found:
            return network, ()
        return over_outcomes(network, outcomes, changes, first)

    def _by_value(self, network: Network) -> Network:
        stated = self.stated.get("origin_by_value")
        if stated is None:
            return network
        if not isinstance(stated, Mapping) or set(stated) - {"prices", "threshold"}:
            said = " is read as {prices: {good: price}, threshold: 0.5}; write it so."
            self.slips.add(("origin_by_value",), said)
            return network
        at = ("origin_by_value", "prices")
        hint = Mapping[str, float]
        prices = read_value(at, "prices", stated.get("prices", {}), hint, _no_unit, self.slips)
        threshold = self._number_at(("origin_by_value", "threshold"), stated.get("threshold", 0.5))
        return network if self.slips.found else by_value(network, prices, threshold or 0.0)

    def _storage(self) -> Iterator[Storage]:
        for row in self._rows("storage"):
            nodes = row.values.get("node")
            if not isinstance(nodes, (list, tuple)):
                nodes = [nodes]
            for node in nodes:
                values = {**row.values, "node": node} if node is not None else row.values
                store = self._record(Storage, Row(row.path, values, row.moved))
                if store is not None:
                    yield store

    def _lives(self) -> Iterator[Life]:
        for row in self._rows("lives"):
            stated = row.values.get("lifetime")
            values = {**row.values, "lifetime": self._lifetime(row.at("lifetime"), stated)}
            if stated is None:
                del values["lifetime"]
            life = self._record(Life, Row(row.path, values, row.moved))
            if life is not None and life.lifetime is not None:
                yield life

    def _lifetime(self, path: Path, stated: Any) -> Lifetime | None:
        """A number of years, or one group of parameters under the name of the curve."""
        if not isinstance(stated, Mapping):
            years = self._number_at(path, stated) if stated is not None else None
            return self._curve(path, "fixed", {"years": years}) if years is not None else None
        if len(stated) != 1 or next(iter(stated)) not in _LIFETIMES:
            word = ", ".join(map(str, stated))
            near = did_you_mean(word, _LIFETIMES)
            self.slips.add(path, f": {word!r} is no survival curve; {near}")
            return None
        name, values = next(iter(stated.items()))
        if not isinstance(values, Mapping):
            values = {"years": values}
        return self._curve((*path, str(name)), str(name), values)

    def _curve(self, path: Path, name: str, values: Mapping[str, Any]) -> Lifetime | None:
        plain = {str(key): value for key, value in values.items()}
        found: Lifetime | None = read_record(_LIFETIMES[name], Row(path, plain), self.slips, {})
        return found

    def _records(self, name: str, kind: type) -> list[Any]:
        found = [self._record(kind, row) for row in self._rows(name)]
        return [record for record in found if record is not None]

    def _record(self, kind: type, row: Row) -> Any:
        good = row.values.get("commodity")

        def expected(name: str, key: str | None) -> tuple[str, ...]:
            if name.startswith("cost_per") or name in ("initial_cost", "final_value"):
                return self.units.expected("price_per_unit", str(good))
            if name in ("capacity", "initial", "final", "most"):
                return self.units.expected("capacity", str(good))
            return ("1",)

        return read_record(kind, row, self.slips, _SHORT[kind], expected)

    def _rows(self, name: str) -> Iterator[Row]:
        """A list of groups of keys (or of ids), or a group by id."""
        stated = self.stated.get(name, ())
        items: list[tuple[Path, dict[str, Any], Any]]
        if isinstance(stated, Mapping):
            items = [((name, str(key)), {"id": str(key)}, v) for key, v in stated.items()]
        elif isinstance(stated, (list, tuple)):
            items = [((name, k), {}, v) for k, v in enumerate(stated)]
        else:
            self.slips.add((name,), f" is {shown(stated)}; give a list or a mapping.")
            return
        for path, start, value in items:
            if isinstance(value, Mapping):
                plain = {str(key): inner for key, inner in value.items()}
                yield _under_its_key(Row(path, {**start, **plain}), name)
            elif name in ("periods", "outcomes") and (start or not isinstance(value, bool)):
                yield Row(path, _lone(name, start, value))
            else:
                self.slips.add(path, f" is {shown(value)}; give a mapping of its fields.")

    def _parted(self, row: Row, kind: type) -> tuple[Row, dict[str, Any]]:
        """The fields of the record itself, and the changes beside them."""
        own = fields_of(kind)[0]
        mine = {key: value for key, value in row.values.items() if key not in CHANGES}
        further = {k: v for k, v in row.values.items() if k in CHANGES and k not in own}
        return Row(row.path, mine), further

    def _changes(self, stated: Mapping[str, Any], path: Path, network: Network) -> Changes:
        return read_changes(stated, path, network, self.units, self.slips, self.short)

    def _number(self, name: str) -> float | None:
        return self._number_at((name,), self.stated[name]) if name in self.stated else None

    def _number_at(self, path: Path, value: Any) -> float | None:
        found: float | None = read_value(path, "", value, float, _no_unit, self.slips)
        return found

    def _names(self, name: str) -> tuple[str, ...]:
        stated = self.stated.get(name, ())
        if isinstance(stated, (list, tuple)):
            return tuple(str(word) for word in stated)
        if isinstance(stated, (str, int)):
            return (str(stated),)
        self.slips.add((name,), f" is {shown(stated)}; give a list of ids.")
        return ()


def _no_unit(name: str, key: str | None) -> tuple[str, ...]:
    return ("1",)


def _lone(name: str, start: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """A lone id in a list; beside an id, a discount or a probability."""
    if not start:
        return {"id": value}
    word = "discount" if name == "periods" else "probability"
    return {**start, word: value} if value is not None else dict(start)


def _under_its_key(row: Row, name: str) -> Row:
    """What the key of a group stands for: a commodity that is stored or lives, or an id."""
    values = dict(row.values)
    if name in ("storage", "lives", "expansions") and "id" in values:
        word = "of" if name == "expansions" else "commodity"
        values.setdefault(word, values.pop("id"))
    return Row(row.path, values, row.moved)


def _with_ways_back(network: Network, lives: list[Life], arcs: Any) -> Network:
    """Where lanes are free, link the places goods come back to with who takes them."""
    if arcs not in (None, "free"):
        return network
    laid = {(arc.source, arc.target, arc.commodity) for arc in network.arcs}
    users = {(p.node, good): None for p in network.processes for good in p.inputs}
    users |= {(d.node, d.commodity): None for d in network.demands}
    new: dict[tuple[str, str, str], None] = {}
    for life in lives:
        delivered = (d.node for d in network.demands if d.commodity == life.commodity)
        places = [life.to or node for node in delivered if life.node in (None, node)]
        for place in places:
            ends = ((place, user, good) for user, good in users if good == life.returns)
            new |= dict.fromkeys(end for end in ends if end[0] != end[1] and end not in laid)
    return replace(network, arcs=(*network.arcs, *(Arc(*end) for end in new)))
