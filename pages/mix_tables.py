"""Tables of the sourcing page, in the money shown and per kWh of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from calculator.figures import spoken

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.marginals import Marginal
    from calculator.tables import Shown
    from pages.mixes import Mix


def per_kwh(found: Sourced, usd_per_year: float, shown: Shown) -> float:
    """Yearly US dollars as the money shown per kWh delivered."""
    return usd_per_year * shown.factor / found.supply.demand_kwh_per_year


def spoken_money(shown: Shown) -> str:
    """``USD 2025/kWh``."""
    return f"{shown.money.replace('_', ' ')}/kWh"


def mix_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares for reading, in percent."""
    return pd.DataFrame(
        {
            "Material": shares["material"].map(spoken),
            "Stage": shares["stage"].fillna("").map(spoken),
            "Country": shares["country"],
            "Route": shares["route"],
            "Share, %": (100 * shares["share"]).round(1),
            "Quantity": shares["quantity"].round(0),
            "Unit": shares["unit"] + "/year",
            "Basis": shares["basis"],
        }
    )


def rule_costs(mix: Mix, shown: Shown) -> pd.DataFrame:
    """Every rule with its limit, its cost and its price per kWh; nothing where it does not bind."""
    found = mix.sourced
    money = spoken_money(shown)
    priced = {m.name: m for m in found.plan.marginals if m.kind == "rule"}
    rows = []
    for rule in found.rules:
        marginal = priced.get(rule.name)
        saved = mix.saved_usd_per_year[rule.name]
        binds = marginal is not None and marginal.binds
        price, unit = _price(found, marginal, shown) if marginal and binds else (None, "")
        rows.append(
            {
                "rule": rule.name,
                "binds": binds,
                "cost_of_rule": None if saved is None else per_kwh(found, saved, shown),
                "cost_unit": money,
                "price": price,
                "price_unit": unit,
            }
        )
    return pd.DataFrame(rows)


def _price(found: Sourced, marginal: Marginal, shown: Shown) -> tuple[float, str]:
    """Price of a limit for a kWh: in money, or in what the plan is best at."""
    if found.plan.objective == "cost":
        unit = marginal.unit.replace(found.plan.currency, spoken_money(shown), 1)
        return per_kwh(found, marginal.shadow_price, shown), unit
    figure, _, limit = marginal.unit.partition(" per ")
    return marginal.shadow_price / found.supply.demand_kwh_per_year, f"{figure}/kWh per {limit}"


def cost_kinds(found: Sourced, shown: Shown) -> pd.DataFrame:
    """Landed cost by kind per kWh; sums to the whole."""
    rows = [
        {"item": kind, "value": per_kwh(found, usd, shown), "unit": spoken_money(shown)}
        for kind, usd in found.plan.cost_by_kind.items()
    ]
    return pd.DataFrame(rows)
