"""Rules of an ask, read by the fields of their classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from calculator.sourcing import rules as _rules
from calculator.sourcing.reading.objective_from import read_objective_at
from calculator.sourcing.reading.quantities import Units
from calculator.sourcing.reading.record_reader import Row, fields_of, read_record
from calculator.sourcing.reading.rule_words import ASKED, SAME, limit_hints, limit_words, party_of
from calculator.sourcing.reading.short_rows import is_number, rows_of
from calculator.sourcing.reading.slips import Path, Slips, nearest_or_all, shown
from calculator.sourcing.rule_base import Rule

_OWN_WORDS = {"CVaRCap": "cvar_cap", "NMinus1": "n_minus_1", "NMinusOne": "n_minus_1"}
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SOME = 6
_LIMIT_UNITS = {"carbon_cap": "kg", "energy_cap": "kWh", "stock_cover": "day"}
_MONEY_FIELDS = {
    "carbon_price": ("price",),
    "supplier_fee": ("fee", "fees"),
    "cvar_cap": ("limit_amount",),
}
_HINTS = dict.fromkeys(
    ("supplier", "suppliers"), "write 'owner': a supplier without an owner is its own"
)


def rule_word(name: str) -> str:
    """Return the word of a rule from the name of its class: `HHICap` is `hhi_cap`."""
    own = getattr(getattr(_rules, name), "word", None) or _OWN_WORDS.get(name)
    return str(own or _WORD_STARTS.sub("_", name).lower())


RULES: Mapping[str, type[Rule]] = {
    rule_word(name): getattr(_rules, name) for name in _rules.__all__
}
"""Every rule under the word by which an ask chooses it."""
_SHORT: Mapping[str, str] = {
    "countries": "country",
    "owners": "owner",
    "groups": "group",
    "materials": "material",
}
_KINDS = ("rule", "type", "kind")
_PARTIES = ("country", "owner", "group")


def read_rules(
    stated: Any, units: Units, slips: Slips
) -> tuple[tuple[Rule, ...], tuple[Path, ...]]:
    """Read every rule, and where each stands; one without a name is called by its word."""
    made: list[Rule] = []
    paths: list[Path] = []
    for row in rows_of("rules", _plain(stated), slips):
        kind = _kind(row, slips)
        rule = _rule(kind, row, units, slips) if kind is not None else None
        if rule is not None:
            made.append(rule)
            paths.append(row.path)
    return _named(tuple(made)), tuple(paths)


def _plain(stated: Any) -> Any:
    """Rules written `{share_cap: {...}}` or `{hhi_cap: 0.3}`, as groups of keys with a `rule`."""
    if not isinstance(stated, (list, tuple)):
        return stated
    return [_opened(one) for one in stated]


def _opened(one: Any) -> Any:
    """A rule whose word is a key: with its keys, its limit or, for a ban, its country."""
    if not isinstance(one, Mapping) or any(key in one for key in _KINDS):
        return one
    words = [key for key in one if key in RULES or key in SAME or key in ASKED]
    if len(words) != 1:
        return one
    (word,) = words
    stated = one[word]
    beside = {key: value for key, value in one.items() if key != word}
    if isinstance(stated, Mapping):
        return one if beside else {"rule": word, **stated}
    if SAME.get(word, word) == "ban":
        return {"rule": word, "country": stated, **beside}
    is_limit = is_number(stated) or isinstance(stated, str)
    return {"rule": word, "limit": stated, **beside} if is_limit else one


def _kind(row: Row, slips: Slips) -> str | None:
    """Take the word of the rule out of its row."""
    values = row.values
    word = next((values.pop(k) for k in _KINDS if k in values), None)
    name = values.pop("id", None)
    if name is not None:
        values.setdefault("name", name)
        if word is None and isinstance(name, str) and (name in RULES or name in SAME):
            word = name
    if isinstance(word, str) and word in SAME:
        _add_party(values, word)
        word = SAME[word]
    if isinstance(word, str) and word in RULES:
        return word
    if word is None:
        some = ", ".join(sorted(RULES)[:_SOME])
        slips.add(row.path, f": key 'rule' is missing; add 'rule:' and a kind, such as {some}.")
    else:
        said = word if isinstance(word, str) else ""
        instead = ASKED.get(said) or nearest_or_all(said, RULES).rstrip(".")
        slips.add(row.path, f": unknown rule {shown(word)}; {instead}.")
    return None


def _add_party(values: dict[str, Any], word: str) -> None:
    """Of whom a word caps the share, where its keys do not say so."""
    if not any(key in values for key in (*_PARTIES, *_SHORT)):
        values |= party_of(word)


def _rule(word: str, row: Row, units: Units, slips: Slips) -> Rule | None:
    kind = RULES[word]
    types_of = fields_of(kind)[0]
    limits = dict.fromkeys(("limit", *limit_words(kind.sense)), kind.limit_field)
    short = {**limits, **_SHORT, "material": "element", "element": "material"}
    row.values.setdefault("name", word)
    good = row.values.get("commodity")

    def expected(name: str, key: str | None) -> tuple[str, ...]:
        own = _own_units(word, name, units, row.values)
        return own or units.expected(name, good if isinstance(good, str) else None)

    for name in _single(kind):
        stated = row.values.get(name)
        if isinstance(stated, (list, tuple)) and len(stated) == 1:
            row.values[name] = stated[0]
    if "objective" in types_of and "objective" in row.values:
        goal = read_objective_at(row.values["objective"], slips, row.at("objective"))
        if goal is None:
            return None
        row.values["objective"] = goal
    known = {a: b for a, b in short.items() if b in types_of}
    hints = {**limit_hints(kind.sense, kind.limit_field), **_HINTS}
    found = read_record(kind, row, slips, known, expected, hints)
    return found if isinstance(found, Rule) else None


def _own_units(
    word: str, name: str, units: Units, values: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """Units that the limit of one kind of rule may be in; None where the field tells."""
    is_limit = name in ("limit", RULES[word].limit_field)
    if is_limit and RULES[word].bounds[1] == 1.0:
        return ("1",)
    if is_limit and word in _LIMIT_UNITS and values.get("per") is None:
        return (_LIMIT_UNITS[word],)
    if name in _MONEY_FIELDS.get(word, ()):
        per = "/kg" if word == "carbon_price" else ""
        return (f"{units.currency}{per}",) if units.currency else ()
    return None


def _single(kind: type) -> list[str]:
    """Fields that take one name alone."""
    return [f.name for f in fields(kind) if f.type in ("str", "str | None")]


def _named(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Number the rules that bear their word for a name where there are several."""
    seen: dict[str, int] = {}
    out = []
    for rule in rules:
        seen[rule.name] = k = seen.get(rule.name, 0) + 1
        by_word = rule.name in RULES and RULES[rule.name] is type(rule)
        out.append(replace(rule, name=f"{rule.name} {k}") if by_word and k > 1 else rule)
    return tuple(out)
