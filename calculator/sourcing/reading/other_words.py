"""Words that are no key, and what to write instead, by the section they stand in."""

from __future__ import annotations

from collections.abc import Mapping

_ANYWHERE: Mapping[str, str] = {
    "volume": "write 'capacity' for what can be had, 'demand' for what is needed",
    "max": "write 'capacity'",
    "maximum": "write 'capacity'",
    "max_supply": "write 'capacity'",
    "production_capacity": "write 'capacity'",
    "quantity": "write 'capacity' for what can be had, 'amount' for what is needed",
    "limit": "write 'capacity'",
    "tariff": "write 'duty', a fraction of the price",
    "transport": "write 'freight'",
    "shipping": "write 'freight'",
    "transport_cost": "write 'freight'",
    "shipping_cost": "write 'freight'",
    "logistics": "write 'freight'",
    "customs": "write 'duty', a fraction of the price",
    "carbon": "write 'emission', kg CO2e a unit",
    "co2": "write 'emission', kg CO2e a unit",
    "emissions": "write 'emission', kg CO2e a unit",
    "co2e": "write 'emission', kg CO2e a unit",
    "ghg": "write 'emission', kg CO2e a unit",
    "location": "write 'country'",
    "region": "write 'country', or 'groups' for a list of names",
    "company": "write 'owner'",
    "plants": "write 'processes'",
    "stages": "write 'processes', each with inputs and outputs; a commodity has the 'stage'",
    "steps": "write 'processes', each with inputs and outputs",
    "materials": "write 'commodities'",
    "products": "write 'commodities'",
    "goods": "write 'commodities'",
    "sources": "write 'suppliers'",
    "vendors": "write 'suppliers'",
    "supply": "write 'suppliers', or 'supplies' for the long form",
    "lanes": "write 'arcs'",
    "edges": "write 'arcs'",
    "links": "write 'arcs'",
    "flows": "write 'arcs'",
    "routes": "write 'arcs'",
    "customers": "write 'demands'",
    "constraints": "write 'rules'",
    "policy": "write 'rules'",
    "limits": "write 'rules'",
    "scenarios": "write 'outcomes', each with its probability",
    "years": "write 'periods', such as [2025, 2030]",
    "time": "write 'periods', such as [2025, 2030]",
    "stock": "write 'storage'",
    "inventory": "write 'storage'",
    "recycling": "write a process with 'route: recycled', and 'lives' for what comes back later",
    "lifetimes": "write 'lives'",
    "importer": "it belongs under 'sourcing' in a scenario of chemistries; write 'demand' here",
    "chemistries": "a file holds either chemistries or a network",
}
_LEAST_BOUGHT = "write a rule, 'minimum_lot' (nothing or at least a lot) or 'decided'"
_FEE = "write a rule 'supplier_fee'"
_SOLD: Mapping[str, str] = {
    "min": _LEAST_BOUGHT,
    "minimum": _LEAST_BOUGHT,
    "min_order": _LEAST_BOUGHT,
    "moq": _LEAST_BOUGHT,
    "fixed_cost": _FEE,
    "fee": _FEE,
    "lead_time": "write 'lead_periods' on an arc",
    "origin": "write 'country'; an arc may declare another 'origin'",
    "production_cost": "write 'price'",
    "unit_price": "write 'price'",
    "supply": "write 'capacity'",
    "available": "write 'capacity'",
    "volume": "write 'capacity'",
    "quantity": "write 'capacity'",
    "share": "write a rule 'share_cap'",
    "material": "write 'commodity'",
    "type": "write 'route'",
}
_MADE: Mapping[str, str] = {
    **{key: said for key, said in _SOLD.items() if key not in ("production_cost", "unit_price")},
    **dict.fromkeys(("efficiency", "recovery", "conversion"), "write 'yield', such as 90 %"),
    **dict.fromkeys(("loss", "losses"), "write 'yield': 90 % where 10 % are lost"),
    **dict.fromkeys(("opex", "price", "processing_cost", "production_cost"), "write 'cost'"),
    **dict.fromkeys(("in", "from", "uses", "takes"), "write 'inputs', such as {ore: 12.5}"),
    **dict.fromkeys(("out", "to", "makes", "gives"), "write 'outputs', such as {salt: 1}"),
    "capex": "write 'expansions' with a cost for what can be built",
}
_ASKED: Mapping[str, str] = {
    **dict.fromkeys(("min", "minimum"), "write 'amount', the least that is delivered"),
    **dict.fromkeys(("max", "maximum", "capacity"), "write 'limit', the most that is delivered"),
    **dict.fromkeys(("price", "revenue"), "write 'value', money earned per unit delivered"),
    **dict.fromkeys(("volume", "need", "demand"), "write 'amount'"),
    "location": "write 'country', or 'node'",
}
_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "suppliers": _SOLD,
    "supplies": _SOLD,
    "processes": _MADE,
    "demands": _ASKED,
    "arcs": {
        "length": "write 'freight', money per unit",
        "distance": "write 'freight', money per unit",
        "lead_time": "write 'lead_periods'",
        "material": "write 'commodity'",
    },
}


def hints_of(section: str = "") -> Mapping[str, str]:
    """Return what to write for words that are no key of a section of the ask."""
    return {**_ANYWHERE, **_SECTIONS.get(section, {})}
