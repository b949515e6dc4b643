"""What people call a rule or its limit: other words that mean one thing, and what else to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calculator.sourcing.scope import EACH

_SAID: Mapping[str, str] = {
    "ban": "exclude exclude_country exclude_countries forbid prohibit embargo sanction sanctions",
    "share_cap": (
        "cap_country_share cap_group_share country_cap country_share max_country_share "
        "supplier_cap max_supplier_share owner_cap group_cap max_share share_limit max_group_share"
    ),
    "share_floor": "min_share minimum_share min_country_share country_floor min_group_share",
    "hhi_cap": "hhi max_hhi hhi_limit herfindahl concentration concentration_cap",
    "recycled_floor": (
        "min_recycled minimum_recycled recycled_min recycled_content min_recycled_content "
        "recycled_share"
    ),
    "carbon_cap": (
        "emission_cap emissions_cap emission_limit emissions_limit co2_cap co2_limit "
        "carbon_limit carbon_budget max_carbon max_emissions"
    ),
    "carbon_price": "carbon_tax co2_price co2_tax",
    "energy_cap": "energy_limit max_energy",
    "risk_cap": "risk_limit max_risk",
    "cvar_cap": "cvar cvar_limit max_cvar",
    "minimum_lot": "min_lot min_order minimum_order moq",
    "supplier_count_at_most": "max_suppliers maximum_suppliers supplier_max",
    "supplier_count_at_least": "min_suppliers minimum_suppliers supplier_min",
    "supplier_fee": "fixed_fee contract_fee",
    "n_minus_1": "n-1 n_1 one_fails",
    "stock_cover": "safety_stock",
    "capacity": "max_quantity max_amount quantity_cap volume_cap",
}
SAME: Mapping[str, str] = {word: rule for rule, said in _SAID.items() for word in said.split()}
"""Other words of a rule, which can mean that one alone."""
_SINGLY: Mapping[str, str] = {
    "cap_country_share": "country",
    "country_cap": "country",
    "max_country_share": "country",
    "supplier_cap": "owner",
    "max_supplier_share": "owner",
    "owner_cap": "owner",
}
"""Words that say themselves of whom a share is capped: each one, where none is named."""
_COST = "write 'objective_at_most' with objective: cost and a limit"
_FROM_COUNTRY = (
    "write 'share_cap' on the countries that are capped, 'share_floor' on those that must supply "
    "so much, 'cost_share' for a part of the cost, or "
    "'pass_through' for all that touched a country"
)
_OUTAGE = "write 'n_minus_1' if one party fails, or 'hhi_cap' or 'share_cap' for an even mix"
_UNSURE = "write 'price_budget', 'price_ellipsoid' or 'price_scenarios'"
_KEPT = "write 'decided' for flows that are fixed, or 'demand_exactly' for what is delivered"
ASKED: Mapping[str, str] = {
    **dict.fromkeys(("budget", "max_cost", "cost_cap", "cost_limit", "total_cost"), _COST),
    **dict.fromkeys(("local_content", "domestic_content", "feoc", "foreign_entity"), _FROM_COUNTRY),
    **dict.fromkeys(("diversification", "diversify", "resilience", "security"), _OUTAGE),
    **dict.fromkeys(("robust", "uncertainty", "price_risk"), _UNSURE),
    **dict.fromkeys(("take_or_pay", "fixed", "fix"), _KEPT),
    "allow_only": "write 'ban' on the others, or leave their suppliers out",
    "only": "write 'ban' on the others, or leave their suppliers out",
    "fixed_cost": "write 'supplier_fee' with a fee",
    "tax": "write 'carbon_price', or 'duty' beside a price or on an arc",
    "tariff": "write 'duty' beside a price or on an arc; it is no rule",
    "chemistry_share": "write 'delivery_at_most' or 'delivery_at_least' with a commodity",
    "portfolio": "write 'delivery_at_most' or 'delivery_at_least' with a commodity",
    "demand": "write 'demand_at_least' or 'demand_exactly'",
    "min_demand": "write 'demand_at_least'",
    "lead_time": "write 'lead_periods' on an arc; it is no rule",
    "volume_discount": "give one supplier for each step of the price, with its capacity",
}
"""Words that are no rule, or could be several, and what to write."""
_MOST = ("max", "maximum", "cap", "at_most", "most", "upper", "up_to")
_AT_LEAST = ("min", "minimum", "floor", "at_least", "least", "lower")
_EITHER = ("value", "percent", "limits", "amount", "threshold")


def party_of(word: str) -> dict[str, str]:
    """Return what a word of a share cap says of whom it caps: `country_cap` is on each country."""
    return {_SINGLY[word]: EACH} if word in _SINGLY else {}


def limit_words(sense: int) -> tuple[str, ...]:
    """Return the words that mean the limit of a cap (`sense` 1) or of a floor (-1)."""
    return _MOST if sense > 0 else _AT_LEAST if sense < 0 else ()


def limit_hints(sense: int, limit: str) -> dict[str, str]:
    """Return what to say of a word that may mean the limit, or means its other side."""
    wrong: Iterable[str] = _AT_LEAST if sense > 0 else _MOST if sense < 0 else (*_MOST, *_AT_LEAST)
    side = "the most there may be" if sense > 0 else "the least there must be"
    said = f"this rule sets {side}, as {limit!r}" if sense else f"write {limit!r}"
    return {**dict.fromkeys(_EITHER, f"write {limit!r}"), **dict.fromkeys(wrong, said)}
