"""The tables of keys of a network file, made from the records and rules themselves.

``python -m calculator.scenario.network_page docs/sourcing.md`` writes them anew between their
two marks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from inspect import cleandoc
from pathlib import Path
from typing import Any

from calculator.sourcing.objectives import OBJECTIVES
from calculator.sourcing.reading.from_dict import RULES, SECTIONS, SHORT
from calculator.sourcing.reading.record_reader import fields_of

BEGIN, END = "<!-- keys: made by calculator.scenario.network_page -->", "<!-- end of keys -->"
_NEEDED = {
    "id": "yes; may be the key",
    "commodity": "of several",
    "node": "no",
    "inputs": "no",
}  # fmt: skip
"""Of fields without a default, those that need not be written all the same."""
_HEAD = "| key | needed | meaning |\n|---|---|---|"
_CHANGES = (
    "**What changes** in a period or an outcome stands in it as `suppliers` (or `supplies`), "
    "`processes`, `arcs`, `demand` (or `demands`), by id and field: `{suppliers: {mine: {price: "
    "24}}, demand: {cell: 150}}`. `price_factor`, `capacity_factor`, `yield_factor` and their "
    "like multiply; a lone number is the price, the conversion cost, the freight or the amount. A "
    "number may also be given for every period where it stands: `price: {2025: 18, 2033: 24}`."
)
TOP: Mapping[str, str] = {
    "currency": "Currency and year of all money, such as `USD_2025` (or `currency: USD` and "
    "`year: 2025`). It may be left out where prices with a unit all name the same.",
    "suppliers": "Sellers of a good, as a list or by name.",
    "demand": "What is needed: a number; numbers by commodity or by place (`{nickel: 100, cobalt: "
    "10}`, `{Germany: 60, France: 40}`); or demands with their keys.",
    "demands": "As `demand`.",
    "commodity": "The one good: its name, or its keys (`{id: nickel, unit: t}`).",
    "commodities": "Goods, by name or as a list of names. Left out, every good that is named "
    "anywhere is one.",
    "unit": "Unit of every good that states none; `kg` if left out.",
    "stage": "Stage of every good that states none.",
    "nodes": "Places, by name; `{mine: PHL}` gives the country alone. Left out, every supplier, "
    "supply, process and demand that names no node has one of its own.",
    "supplies": "Sources of a good at a node (a supplier is a node and a supply in one).",
    "processes": "Recipes: what goes in and what comes out.",
    "arcs": "Lanes between nodes. Left out, or `free`: every maker of a good reaches every user of "
    "it at no cost, but for what a supplier's own freight and duty are.",
    "periods": "Spans of time: `[2025, 2030]`, or by name with `discount`, `start`, `length` and "
    "what changes in it (below). The network is what there is in each.",
    "discount_rate": "A year, such as `5 %`; else the `discount` of each period holds.",
    "storage": "Stores between periods: `{commodity, node, cost, capacity, loss, initial, "
    "initial_cost, final, final_value}`; `cost` is per unit and period.",
    "lives": "Goods that come back: `{commodity, returns, node, to, collection, lifetime, "
    "convention, route}`; `lifetime` is in years, or `{weibull: {shape, scale}}`, or `{normal: "
    "{mean, deviation}}`.",
    "expansions": "Capacity that can be built: `{of, cost, lead, life, most}`; `of` names the "
    "supply or process, times are in periods.",
    "outcomes": "Turns of events by name, each with its `probability` and what changes in it.",
    "first_stage": "Ids of what is decided before the outcome is known.",
    "origin_by_value": "`{prices: {good: price}, threshold: 0.5}`: a good is from where the "
    "larger part of its value was added.",
    "rules": "Rules the plan must keep.",
    "objective": "What the plan is best at; `cost` if left out.",
    "name": "Title that stands on every answer.",
}
SUPPLIER: Mapping[str, str] = {
    "id": "Name of the supplier (`name` is the same); the key, where suppliers stand by name.",
    "commodity": "Good it sells; need not be named where there is one alone.",
    "price": "Money per unit (`cost` is the same); a negative price is a gate fee.",
    "capacity": "Most it can give; no limit if left out.",
    "country": "Country, any word; rules on countries count by it.",
    "owner": "Company; the supplier itself if left out.",
    "groups": "Groups it belongs to, such as `[EU]`.",
    "route": "`primary` if left out; `recycled`, `hydromet`, `pyromet`, `direct` and `scrap` count "
    "as recycled.",
    "recycled": "`true` is short for `route: recycled`.",
    "freight": "Money per unit on the way to every user.",
    "duty": "Fraction of the customs value, on the way to every user.",
    "customs_value": "Money per unit that duty is on; its price if left out.",
    "duty_base": "`fob` (if left out) or `cif`: whether duty is on freight as well.",
    "emission": "kg CO2e per unit made.",
    "freight_emission": "kg CO2e per unit on the way.",
    "node": "Node it is at, if not one of its own.",
    "period": "Period it is in.",
    "outcome": "Outcome it is in.",
}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "commodities": {
        "id": "Name.",
        "unit": "Unit of every amount of it, such as `kg`, `t` or `kWh`.",
        "material": "Material it is counted under by rules; its name if left out.",
        "stage": "Stage it is counted at, such as `mining` or `refining`.",
        "contents": "kg of each element in one unit: `{nickel: 0.225}` or `{nickel: 22.5 %}`. A "
        "rule on the element then counts contained kg.",
        "counted": "`false`: rules see it only where they name it (scrap on its way).",
        "base": "Good this one is a part of (that made in one country); a rule on it counts both.",
    },
    "nodes": {
        "id": "Name.",
        "country": "Country, any word.",
        "owner": "Company.",
        "groups": "Groups it belongs to.",
        "period": "Period it is in, one of `periods`.",
        "outcome": "Outcome it is in, one of `outcomes`.",
        "base": "Node this one is a copy of, in that period or outcome.",
    },
    "supplies": {
        "node": "Where it is; a node of its own if left out, with the `country`, `owner` and "
        "`groups` beside it.",
        "commodity": "Good.",
        "price_per_unit": "Money per unit; negative for a gate fee.",
        "capacity": "Most it can give; no limit if left out.",
        "route": "As of a supplier.",
        "emission_kg_per_unit": "kg CO2e per unit.",
        "id": "Name, for rules and answers.",
    },
    "processes": {
        "id": "Name.",
        "node": "Where it runs; a node of its own if left out, as for supplies.",
        "inputs": "Units of each good taken per unit of activity; `input: ore` is one unit.",
        "outputs": "Units of each good made per unit of activity; `output: salt` is one unit.",
        "route": "As of a supplier.",
        "conversion_cost_per_unit": "Money per unit of activity (`cost` is the same).",
        "capacity": "Most activity; no limit if left out.",
        "emission_kg_per_unit": "kg CO2e per unit of activity.",
        "energy_kwh_per_unit": "kWh per unit of activity.",
        "yields": "For an element: content out = yield x content in. Checked, not applied.",
        "elsewhere": "Outputs at other nodes, by node and good: what comes back in a later period.",
        "origin_from": "Input whose country of origin the outputs keep; that of the node if left "
        "out.",
    },
    "arcs": {
        "source": "Node it begins at; `A -> B` as the key gives both ends.",
        "target": "Node it ends at.",
        "commodity": "Good, or a list of goods.",
        "freight_per_unit": "Money per unit (`cost` is the same).",
        "duty_rate": "Fraction of the customs value.",
        "customs_value_per_unit": "Money per unit that duty is on.",
        "duty_base": "`fob` (if left out) or `cif`: whether duty is on freight as well.",
        "origin": "Country the goods are declared to be from; that of the first node if left out.",
        "capacity": "Most it can carry; no limit if left out.",
        "lead_periods": "Periods the goods are under way, where the network is spread over "
        "periods.",
        "duty_by_origin": "Fraction by country of origin, where origins are told apart; "
        "`duty` holds for any other.",
        "emission_kg_per_unit": "kg CO2e per unit.",
        "id": "Name, for rules and answers.",
    },
    "demands": {
        "node": "Where it is needed; `market` if left out, or a node of its own where a `country`, "
        "`owner` or `groups` stand beside it.",
        "commodity": "Good.",
        "amount": "Least that is delivered (`quantity` is the same); 0 makes a way out for scrap.",
        "exact": "`true`: just the amount.",
        "value_per_unit": "Money earned per unit delivered.",
        "limit": "Most that is delivered; no limit if left out.",
        "id": "Name, for answers.",
    },
    "periods": {
        "id": "Name, such as `2030`.",
        "discount": "What a unit of money spent in it counts today.",
        "start": "Year it begins.",
        "length": "Years it lasts.",
    },
    "outcomes": {
        "id": "Name.",
        "probability": "Probability; those of all outcomes sum to 1.",
    },
}
EXTRA: Mapping[str, Mapping[str, str]] = {
    "processes": {"yield": "What comes out of what goes in, such as `90 %`: `inputs` are divided "
                  "by it."},
}  # fmt: skip


def network_keys() -> str:
    """The tables as Markdown, between their marks."""
    return "\n".join([BEGIN, *_tables(), END])


def _tables() -> Iterator[str]:
    yield "\n**Of the network**\n\n| key | meaning |\n|---|---|"
    yield from (f"| `{key}` | {meaning} |" for key, meaning in TOP.items())
    yield f"\n{_CHANGES}"
    yield f"\n**Of a supplier**\n\n{_HEAD}"
    for key, meaning in SUPPLIER.items():
        yield f"| `{key}` | {'yes' if key == 'price' else 'no'} | {meaning} |"
    for name, kind in SECTIONS.items():
        yield f"\n**In `{name}`**\n\n{_HEAD}"
        for field in fields(kind):
            meaning = MEANINGS[name].get(field.name, "")
            yield f"| {_words(field.name)} | {_needed(field)} | {meaning} |"
        yield from (f"| `{k}` | no | {text} |" for k, text in EXTRA.get(name, {}).items())
    yield "\n**In `rules`**: `rule` and a `name` of your own, and\n\n| rule | keys | says |"
    yield "|---|---|---|"
    yield from (f"| `{word}` | {_keys(kind)} | {_says(kind)} |" for word, kind in RULES.items())
    yield f"\n**`objective`**: {', '.join(f'`{word}`' for word in OBJECTIVES)}.\n"


def _words(name: str) -> str:
    short = [word for word, full in SHORT.items() if full == name]
    return ", ".join(f"`{word}`" for word in (*short, name))


def _needed(field: Field[Any]) -> str:
    if field.default is not MISSING or field.default_factory is not MISSING:
        return "no"
    return _NEEDED.get(field.name, "yes")


def _keys(kind: type) -> str:
    required = fields_of(kind)[1]
    own = [field.name for field in fields(kind) if field.name != "name"]
    return ", ".join(f"**`{key}`**" if key in required else f"`{key}`" for key in own)


def _says(kind: type) -> str:
    """The first sentence of a rule's own words."""
    text = " ".join(cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())
    return text.replace("|", "\\|")


def with_keys(page: str) -> str:
    """A page with the tables of now between their marks."""
    before, _, rest = page.partition(BEGIN)
    return before + network_keys() + rest.partition(END)[2]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(with_keys(target.read_text(encoding="utf-8")), encoding="utf-8")
