"""A plain dict, shaped like a scenario file, to a network and its rules.

No unit text and no YAML here: plain numbers, each in the unit of its commodity and in the
currency of the network. Every fault is collected and raised once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

from calculator.sourcing import rules as _rules
from calculator.sourcing.errors import SourcingError, did_you_mean, raise_faults
from calculator.sourcing.network import (
    Arc,
    Commodity,
    Demand,
    Network,
    Node,
    Process,
    Supply,
)
from calculator.sourcing.rule_base import Rule

RULES: Mapping[str, type[Rule]] = {
    "demand_at_least": _rules.DemandAtLeast,
    "demand_exactly": _rules.DemandExactly,
    "capacity": _rules.Capacity,
    "ban": _rules.Ban,
    "share_cap": _rules.ShareCap,
    "hhi_cap": _rules.HHICap,
    "recycled_floor": _rules.RecycledFloor,
    "market_access": _rules.MarketAccess,
}
_SECTIONS: Mapping[str, type] = {
    "commodities": Commodity,
    "nodes": Node,
    "supplies": Supply,
    "processes": Process,
    "arcs": Arc,
    "demands": Demand,
}
_SHORT = {
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
    "limit": "limit_amount",
}
_MARKET = "market"
_SUPPLIER_KEYS = (
    *("id", "country", "owner", "groups", "price", "capacity", "route"),
    *("freight", "duty", "emission"),
)


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
    with every user at no cost::

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

    Raises:
        SourcingError: every unknown key (with the nearest known one), missing key and wrong
            type, or every fault of the network, or every fault of the rules.
    """
    faults: list[str] = []
    if "suppliers" in ask:
        ask = _spelled_out(ask, faults)
    _unknown("the scenario", ask, {*_SECTIONS, "currency", "rules"}, faults)
    made = {name: _section(name, kind, ask.get(name), faults) for name, kind in _SECTIONS.items()}
    rules = _read_rules(ask.get("rules", ()), faults)
    currency = ask.get("currency")
    if not isinstance(currency, str):
        faults.append(
            "the scenario names no currency and year; add for example currency: USD_2024."
        )
    raise_faults("The scenario cannot be used:", faults)
    if ask.get("arcs") == "free":
        made["arcs"] = _free_arcs(made)
    return Network(**made, currency=str(currency)), rules


def _section(name: str, kind: type, stated: Any, faults: list[str]) -> tuple[Any, ...]:
    if stated is None or (name == "arcs" and stated == "free"):
        return ()
    rows = _rows(name, stated, faults)
    made = [_record(f"{name}[{at}]", kind, row, faults) for at, row in rows]
    return tuple(record for record in made if record is not None)


def _rows(name: str, stated: Any, faults: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """A list of mappings, or a mapping from id to mapping; the id becomes a key."""
    if isinstance(stated, Mapping):
        pairs = [(str(key), {"id": key}, value) for key, value in stated.items()]
    elif isinstance(stated, (list, tuple)):
        pairs = [(str(k), {}, value) for k, value in enumerate(stated)]
    else:
        faults.append(f"{name} is a {type(stated).__name__}; give a list or a mapping.")
        return []
    rows = []
    for at, start, value in pairs:
        if isinstance(value, Mapping):
            rows.append((at, {**start, **value}))
        else:
            faults.append(f"{name}[{at}] is {value!r}; give a mapping of its fields.")
    return rows


def _record(at: str, kind: type, row: Mapping[str, Any], faults: list[str]) -> Any:
    """Make one record; None if anything is wrong with it."""
    before = len(faults)
    hints, required = _fields_of(kind)
    values: dict[str, Any] = {}
    for key, value in row.items():
        field = key if key in hints else _SHORT.get(str(key), str(key))
        if field not in hints:
            faults.append(f"{at}: unknown key {key!r}; {did_you_mean(str(key), _spoken(hints))}")
        elif field in values:
            faults.append(f"{at}: {field} is given twice; keep one.")
        else:
            values[field] = _value(f"{at}.{key}", value, hints[field], faults)
    faults += [f"{at}: {name} is missing; give it." for name in required if name not in values]
    if len(faults) > before:
        return None
    try:
        return kind(**values)
    except SourcingError as fault:
        faults.append(f"{at}: {fault}")
        return None


@cache
def _fields_of(kind: type) -> tuple[dict[str, Any], tuple[str, ...]]:
    hints = get_type_hints(kind)
    own = fields(kind)
    required = [f.name for f in own if f.default is MISSING and f.default_factory is MISSING]
    return {f.name: hints[f.name] for f in own}, tuple(required)


def _spoken(names: Mapping[str, Any]) -> set[str]:
    return set(names) | {short for short, full in _SHORT.items() if full in names}


def _value(at: str, value: Any, hint: Any, faults: list[str]) -> Any:
    """Check one value against the type of its field."""
    wanted = str(hint)
    if hint is bool:
        fits, what = isinstance(value, bool), "true or false"
    elif hint is float:
        fits, what = _is_number(value), "a plain number"
    elif "Mapping" in wanted:
        fits = isinstance(value, Mapping) and all(map(_is_number, value.values()))
        what = "a mapping from names to numbers"
    elif "tuple" in wanted and isinstance(value, (list, tuple)):
        fits, what = all(isinstance(v, str) for v in value), "a list of names"
        value = tuple(value)
    else:
        fits = isinstance(value, str) or (value is None and "None" in wanted)
        what = "a name"
        if fits and hint == tuple[str, ...]:
            value = (value,)
    if not fits:
        faults.append(f"{at} is {value!r}; give {what}.")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _unknown(at: str, row: Mapping[str, Any], known: set[str], faults: list[str]) -> None:
    faults += [
        f"{at}: unknown key {key!r}; {did_you_mean(str(key), known)}"
        for key in row
        if key not in known
    ]


def _read_rules(stated: Any, faults: list[str]) -> tuple[Rule, ...]:
    made = []
    for at, row in _rows("rules", stated, faults):
        kind = row.pop("rule", None)
        if "id" in row:  # a mapping from name to rule
            row["name"] = row.pop("id")
        if kind not in RULES:
            faults.append(f"rules[{at}]: unknown rule {kind!r}; {did_you_mean(str(kind), RULES)}")
        else:
            made.append(_record(f"rules[{at}]", RULES[str(kind)], row, faults))
    return tuple(rule for rule in made if rule is not None)


def _spelled_out(ask: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Turn the short form (suppliers of one commodity) into the long one."""
    known = {"currency", "commodity", "unit", "stage", "demand", "suppliers", "rules"}
    _unknown("the scenario", ask, known, faults)
    good = ask.get("commodity", "material")
    rows = _rows("suppliers", ask["suppliers"], faults)
    for at, row in rows:
        _unknown(f"suppliers[{at}]", row, set(_SUPPLIER_KEYS), faults)
        row.setdefault("id", f"supplier {at}")
    amount = ask.get("demand")
    if not _is_number(amount):
        faults.append("demand is missing or not a number; give how much is needed.")
        amount = 0.0
    head = {"id": good, **_picked(ask, "unit", "stage")}
    return {
        "currency": ask.get("currency"),
        "commodities": [head],
        "nodes": [
            *(_picked(row, "id", "country", "owner", "groups") for _, row in rows),
            {"id": _MARKET},
        ],
        "supplies": [
            {**_picked(row, "id", "price", "capacity", "route", "emission"), "commodity": good}
            | {"node": row["id"]}
            for _, row in rows
        ],
        "arcs": [
            {**_picked(row, "freight", "duty"), "from": row["id"], "to": _MARKET}
            | {"commodity": good, "customs_value": _or_nought(row.get("price"))}
            for _, row in rows
        ],
        "demands": [{"node": _MARKET, "commodity": good, "amount": amount}],
        "rules": ask.get("rules", ()),
    }


def _or_nought(price: Any) -> float:
    """Customs value of a supplier: its price; a gate fee or a faulty price has none."""
    return max(float(price), 0.0) if _is_number(price) else 0.0


def _picked(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: row[key] for key in keys if key in row}


def _free_arcs(made: Mapping[str, tuple[Any, ...]]) -> tuple[Arc, ...]:
    """Link every maker of a commodity with every user of it, at no cost."""
    makers = {(s.commodity, s.node): None for s in made["supplies"]}
    makers |= {(good, p.node): None for p in made["processes"] for good in p.outputs}
    users = {(good, p.node): None for p in made["processes"] for good in p.inputs}
    users |= {(d.commodity, d.node): None for d in made["demands"]}
    return tuple(
        Arc(maker, user, good)
        for good, maker in makers
        for wanted, user in users
        if good == wanted and maker != user
    )
