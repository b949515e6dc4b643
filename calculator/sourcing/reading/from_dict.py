"""A plain dict, shaped like a scenario file, to a network and its rules.

No YAML here. Every slip is collected, with the place where it stands, and raised once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.network import (
    Arc,
    Commodity,
    Demand,
    Network,
    Node,
    Outcome,
    Period,
    Process,
    Supply,
)
from calculator.sourcing.objectives import Objective
from calculator.sourcing.reading.border import check_fractions, currency_of, in_kg
from calculator.sourcing.reading.by_period import by_period
from calculator.sourcing.reading.expand import KEYS, expanded
from calculator.sourcing.reading.objective_from import read_objective_at
from calculator.sourcing.reading.other_words import hints_of
from calculator.sourcing.reading.party_names import check_parties
from calculator.sourcing.reading.places import Placed, slips_of
from calculator.sourcing.reading.quantities import Units
from calculator.sourcing.reading.read_rules import RULES, read_rules
from calculator.sourcing.reading.record_reader import Row, read_record
from calculator.sourcing.reading.short_form import HEAD, spelled_out
from calculator.sourcing.reading.short_rows import label, rows_of
from calculator.sourcing.reading.slips import AskError, Path, Slip, Slips
from calculator.sourcing.reading.unused import idle_supplies
from calculator.sourcing.rule_base import Rule

__all__ = ["RULES", "SECTIONS", "SHORT", "Ask", "from_dict", "read_ask"]

SECTIONS: Mapping[str, type] = {
    "commodities": Commodity,
    "nodes": Node,
    "supplies": Supply,
    "processes": Process,
    "arcs": Arc,
    "demands": Demand,
    "periods": Period,
    "outcomes": Outcome,
}
"""The lists of the long form, and the record that an entry of each becomes."""
SHORT: Mapping[str, str] = {
    "price": "price_per_unit",
    "conversion_cost": "conversion_cost_per_unit",
    "freight": "freight_per_unit",
    "customs_value": "customs_value_per_unit",
    "duty": "duty_rate",
    "value": "value_per_unit",
    "emission": "emission_kg_per_unit",
    "energy": "energy_kwh_per_unit",
    "from": "source",
    "to": "target",
}
"""Short names of fields."""
_FURTHER = ("name", "rules", "objective")
_QUOTED = re.compile(r"'([^']+)'")
_ENTRY = re.compile(r"(\w+)(?:\[([^\]]+)\])?")
_HEADING = "The network cannot be used:"


@dataclass(frozen=True)
class Ask:
    """What an ask states: a network, rules on its plan, and what the plan is to be best at."""

    network: Network
    rules: tuple[Rule, ...]
    objective: Objective | None = None
    placed: Placed = field(default_factory=dict, repr=False, compare=False)
    """Where each record and rule stands in the ask."""


def from_dict(ask: Mapping[str, Any]) -> tuple[Network, tuple[Rule, ...]]:
    """Return the network and the rules that a dict states.

    A handful of suppliers of one commodity, the short form (each supplier becomes a node with
    an arc to the market; duty falls on its price)::

        {
            "currency": "USD_2024",
            "commodity": "nickel",
            "demand": 100.0,
            "suppliers": {
                "A": {"country": "IDN", "price": 14.0, "capacity": 80.0},
                "B": {"country": "CAN", "price": 17.0, "capacity": 60.0},
                "R": {"country": "DEU", "price": 19.0, "capacity": 20.0, "route": "recycled"},
            },
            "rules": [
                {"rule": "share_cap", "name": "one country", "country": "each", "share": 0.5},
                {"rule": "recycled_floor", "name": "recycled", "element": "nickel", "share": 0.15},
            ],
        }

    A chain with yields: an ore of 2 % nickel, 90 % recovered, made into a salt of 22.5 % nickel,
    so 0.225/(0.9 x 0.02) = 12.5 kg ore a kg. `"arcs": "free"` links every maker of a commodity
    with every user at no cost, as leaving `arcs` out does::

        {
            "currency": "USD_2024",
            "commodities": {
                "ore": {"stage": "mining", "material": "nickel", "contents": {"nickel": 0.02}},
                "salt": {
                    "stage": "refining", "material": "nickel", "contents": {"nickel": 0.225},
                },
            },
            "nodes": {
                "mine": {"country": "PHL"},
                "refinery": {"country": "JPN", "owner": "X"},
                "plant": {"country": "DEU", "groups": ["EU"]},
            },
            "supplies": [{"node": "mine", "commodity": "ore", "price": 0.05, "capacity": 1e6}],
            "processes": {
                "leach": {
                    "node": "refinery", "inputs": {"ore": 12.5},
                    "outputs": {"salt": 1.0}, "conversion_cost": 1.1,
                    "yields": {"nickel": 0.9},
                },
            },
            "arcs": "free",
            "demands": [{"node": "plant", "commodity": "salt", "amount": 5000.0}],
            "rules": [],
        }

    Keys are the field names of the records in `network` and `rules`, or their short names
    (price, conversion_cost, freight, duty, customs_value, value, emission, energy, from, to).
    What may be left out is told in `short_form`. A number is plain, in the unit of its commodity
    and in the currency of the network, or text with a unit: "80 t/year", "14 USD_2025/kg",
    "40 %".

    Raises:
        SourcingError: every unknown key (with the nearest known one), missing key, wrong type
            and wrong unit, or every fault of the network, or every fault of the rules.
    """
    asked = read_ask(ask)
    return asked.network, asked.rules


def read_ask(ask: Mapping[str, Any]) -> Ask:
    """Return all that an ask states; `from_dict` says how it is written.

    Raises:
        SourcingError: see `from_dict`; an `AskError` tells the place of each slip.
    """
    slips = Slips()
    ask = by_period(ask)
    _check_keys(ask, slips)
    long = spelled_out(ask, slips)
    currency = currency_of(ask, slips)
    goods = _records("commodities", long.commodities, Units(currency), slips)
    units = Units(currency, _stated_units(long.commodities, goods))
    rows = {name: getattr(long, name) for name in _LISTS}
    made = {name: _records(name, found, units, slips) for name, found in rows.items()}
    for name in _times(made["nodes"]):
        rows[name] = rows_of(name, ask.get(name), slips)
        made[name] = _records(name, rows[name], units, slips)
    rules, rule_paths = read_rules(ask.get("rules"), units, slips)
    unknown = check_parties(rules, rule_paths, made["nodes"], slips)
    goal = ask.get("objective")
    objective = None if goal is None else read_objective_at(goal, slips)
    slips.raise_if_any()
    placed = {
        "commodities": _with_paths(goods, long.commodities),
        **{name: _with_paths(made[name], found) for name, found in rows.items()},
        "rules": tuple(zip(rules, rule_paths, strict=True)),
    }
    if long.free:
        made["arcs"] = (*made["arcs"], *_free_arcs(made))
    try:
        notes = (*_granted(ask, made), *idle_supplies(made), *unknown)
        network = Network(commodities=goods, currency=currency, notes=notes, **made)
    except SourcingError as error:
        raise AskError(_HEADING, slips_of(error.faults, placed)) from None
    network, tied = _expanded(network, ask, units)
    return Ask(network, (*rules, *tied), objective, placed)


def _times(nodes: tuple[Node, ...]) -> list[str]:
    """Lists that are records of a network whose nodes say themselves when they are."""
    found = []
    if any(node.period for node in nodes):
        found.append("periods")
    if any(node.outcome for node in nodes):
        found.append("outcomes")
    return found


def _expanded(
    network: Network, ask: Mapping[str, Any], units: Units
) -> tuple[Network, tuple[Rule, ...]]:
    """The network over the periods and outcomes that the ask states."""
    stated = {key: ask[key] for key in (*KEYS, "arcs") if ask.get(key) is not None}
    faults: list[str] = []
    grown = expanded(network, stated, faults, SHORT, units)
    if faults:
        raise AskError(_HEADING, (_slip_of(fault, ask) for fault in faults))
    return grown


def _slip_of(fault: str, ask: Mapping[str, Any]) -> Slip:
    """A sentence at the entry it begins with (`storage[0].cost is ...`) or names first."""
    found = _ENTRY.match(fault)
    if found is not None and found[1] in ask:
        name, entry = found.groups()
        is_list = isinstance(ask[name], (list, tuple))
        path = (name,) if entry is None else (name, int(entry) if is_list else entry)
        return Slip(path, fault[found.end() :])
    for name in ("periods", "outcomes"):
        stated = ask.get(name)
        known = {str(key) for key in stated} if isinstance(stated, Mapping) else set()
        for entry in _QUOTED.findall(fault):
            if entry in known:
                return Slip((name, entry), fault, is_whole=True)
    return Slip((), fault, is_whole=True)


def _with_paths(records: tuple[Any, ...], rows: list[Row]) -> tuple[tuple[Any, Path], ...]:
    return tuple((record, row.path) for record, row in zip(records, rows, strict=True))


def _stated_units(rows: list[Row], goods: tuple[Any, ...]) -> dict[str, str]:
    """Units that are stated: text with a unit beside plain numbers in an unstated one may clash."""
    stated = {label(row.values.get("id")) for row in rows if "unit" in row.values}
    return {good.id: good.unit for good in goods if good.id in stated}


_LISTS = ("nodes", "supplies", "processes", "arcs", "demands")


def _granted(ask: Mapping[str, Any], made: Mapping[str, tuple[Any, ...]]) -> tuple[str, ...]:
    """Say so where lanes were put in that nobody stated."""
    if "arcs" in ask or "suppliers" in ask or not made["arcs"]:
        return ()
    return ("no arcs are stated: every maker of a good reaches every user of it at no cost.",)


def _check_keys(ask: Mapping[str, Any], slips: Slips) -> None:
    known = {*SECTIONS, *HEAD, *KEYS, *_FURTHER}
    for key in ask:
        if key not in known:
            slips.unknown_key((), str(key), known, hints_of().get(str(key), ""))


def _records(name: str, rows: list[Row], units: Units, slips: Slips) -> tuple[Any, ...]:
    kind = SECTIONS[name]
    if name == "commodities":
        rows = [in_kg(row) for row in rows]
    if name in ("commodities", "arcs"):
        for row in rows:
            check_fractions(row, slips)
    said = hints_of(name)
    made = [read_record(kind, row, slips, SHORT, _expected(row, units), said) for row in rows]
    return tuple(record for record in made if record is not None)


def _expected(row: Row, units: Units) -> Any:
    """Units in which text of one record may be."""
    good = _activity(row, units) if "outputs" in row.values else row.values.get("commodity")
    own = label(row.values.get("unit", "kg"))

    def expected(name: str, key: str | None) -> tuple[str, ...]:
        if name == "contents":
            return (f"kg/{own}", "1") if own == "kg" else (f"kg/{own}",)
        if name in ("inputs", "outputs", "elsewhere"):
            unit = units.of.get(str(key), "")
            per = units.of.get(str(good), "")
            return (unit, f"{unit}/{per}") if unit else ()
        if name == "yields":
            return ("1",)
        return units.expected(name, good if isinstance(good, str) else None)

    return expected


def _activity(row: Row, units: Units) -> str | None:
    """The good of which one unit is one unit of activity."""
    made = row.values["outputs"]
    ones = [good for good, amount in made.items() if amount == 1] if _is_group(made) else []
    return str(ones[0]) if len(ones) == 1 else None


def _is_group(value: Any) -> bool:
    return isinstance(value, Mapping)


def _free_arcs(made: Mapping[str, tuple[Any, ...]]) -> tuple[Arc, ...]:
    """Link every maker of a commodity with every user in its period and outcome, at no cost.

    A maker with lanes for it already has its own.
    """
    when = {node.id: (node.period, node.outcome) for node in made["nodes"]}
    laid = {(arc.commodity, arc.source) for arc in made["arcs"]}
    makers = {(s.commodity, s.node): None for s in made["supplies"]}
    makers |= {(good, p.node): None for p in made["processes"] for good in p.outputs}
    makers |= {
        (good, node): None
        for p in made["processes"]
        for node, goods in p.elsewhere.items()
        for good in goods
    }
    users = {(good, p.node): None for p in made["processes"] for good in p.inputs}
    users |= {(d.commodity, d.node): None for d in made["demands"]}
    return tuple(
        Arc(maker, user, good)
        for good, maker in makers
        for wanted, user in users
        if good == wanted
        and maker != user
        and (good, maker) not in laid
        and when.get(maker) == when.get(user)
    )
