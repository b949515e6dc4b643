"""Two problems every textbook carries, stated as a user would state them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from calculator.sourcing import (
    Commodity,
    Demand,
    Network,
    Node,
    Plan,
    Process,
    Supply,
    from_dict,
    solve,
)
from calculator.sourcing.network import Outcome

# Dantzig 1963, section 3.3: cases to ship, thousand miles, 90 USD a case and thousand miles
_SUPPLY = {"Seattle": 350.0, "San Diego": 600.0}
_DEMAND = {"New York": 325.0, "Chicago": 300.0, "Topeka": 275.0}
_DISTANCE = {
    "Seattle": {"New York": 2.5, "Chicago": 1.7, "Topeka": 1.8},
    "San Diego": {"New York": 2.5, "Chicago": 1.8, "Topeka": 1.4},
}
_THOUSAND_USD = 90.0 / 1000.0
TRANSPORT = 153.675


def _transport() -> dict[str, Any]:
    return {
        "currency": "USD_1963",
        "commodities": {"case": {"unit": "case"}},
        "nodes": {place: {} for place in (*_SUPPLY, *_DEMAND)},
        "supplies": [
            {"node": plant, "commodity": "case", "price": 0.0, "capacity": cases}
            for plant, cases in _SUPPLY.items()
        ],
        "arcs": [
            {"from": plant, "to": market, "commodity": "case", "freight": _THOUSAND_USD * miles}
            for plant, markets in _DISTANCE.items()
            for market, miles in markets.items()
        ],
        "demands": [
            {"node": market, "commodity": "case", "amount": cases, "id": market}
            for market, cases in _DEMAND.items()
        ],
    }


@pytest.mark.parametrize("path", ["auto", "highs", "cvxpy", "cuts"])
def test_transport_costs_what_dantzig_found(path: str) -> None:
    plan = solve(*from_dict(_transport()), path=path)
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(TRANSPORT, rel=1e-9)
    assert plan.certificate is not None and plan.certificate.ok


def test_transport_prices_of_one_more_case() -> None:
    """The last case comes from Seattle to Chicago, from San Diego elsewhere."""
    plan = solve(*from_dict(_transport()))
    price = {m.name: m.shadow_price for m in plan.marginals if m.kind == "demand"}
    assert price == pytest.approx(
        {"demand New York": 0.225, "demand Chicago": 0.153, "demand Topeka": 0.126}
    )


def test_transport_has_other_plans_of_the_same_cost() -> None:
    """Both plants lie 2.5 thousand miles from New York, so its cases may come from either."""
    plan = solve(*from_dict(_transport()))
    assert plan.unique is False


# Birge and Louveaux, section 1.1: USD an acre to plant, t an acre in a mean year, USD a t
_ACRES = 500.0
_PLANTING = {"wheat": 150.0, "corn": 230.0, "beets": 260.0}
_YIELD = {"wheat": 2.5, "corn": 3.0, "beets": 20.0}
_FEED = {"wheat": 200.0, "corn": 240.0}
_BUY = {"wheat": 238.0, "corn": 210.0}
_SELL = {"wheat": 170.0, "corn": 150.0}
_QUOTA, _UNDER_QUOTA, _OVER_QUOTA = 6000.0, 36.0, 10.0
_YEARS = {"good": 1.2, "mean": 1.0, "bad": 0.8}
FARMER = 108_390.0


def _farmer(years: dict[str, float]) -> Network:
    """Plant before the year is known, buy and sell in each: equally likely years."""
    return Network(
        commodities=(
            Commodity("land", "acre"),
            *(Commodity(crop, "t") for crop in _PLANTING),
        ),
        nodes=(Node("field"), *(Node(year, outcome=year) for year in years)),
        supplies=(
            Supply("field", "land", 0.0, _ACRES),
            *(Supply(year, crop, usd) for year in years for crop, usd in _BUY.items()),
        ),
        processes=tuple(
            Process(
                crop,
                "field",
                inputs={"land": 1.0},
                outputs={},
                conversion_cost_per_unit=usd,
                elsewhere={year: {crop: size * _YIELD[crop]} for year, size in years.items()},
            )
            for crop, usd in _PLANTING.items()
        ),
        demands=tuple(use for year in years for use in _sales(year)),
        outcomes=tuple(Outcome(year, 1.0 / len(years)) for year in years),
    )


def _sales(year: str) -> list[Demand]:
    """Feed and the two markets of wheat and corn; beets below and above the quota."""
    feed = [Demand(year, crop, amount, exact=True) for crop, amount in _FEED.items()]
    sold = [Demand(year, crop, value_per_unit=usd) for crop, usd in _SELL.items()]
    quota = Demand(year, "beets", value_per_unit=_UNDER_QUOTA, limit=_QUOTA)
    return [*feed, *sold, quota, Demand(year, "beets", value_per_unit=_OVER_QUOTA)]


@pytest.mark.parametrize("path", ["auto", "highs", "cvxpy"])
def test_the_farmer_earns_what_the_textbook_says(path: str) -> None:
    plan = solve(_farmer(_YEARS), path=path)
    assert plan.status == "optimal"
    assert -plan.cost == pytest.approx(FARMER, rel=1e-6)
    assert plan.certificate is not None and plan.certificate.ok


def test_the_farmer_plants_one_field_for_all_years() -> None:
    plan = solve(_farmer(_YEARS))
    assert plan.unique
    assert _acres(plan) == pytest.approx([170.0, 80.0, 250.0])


def test_the_farmer_who_knows_the_year_earns_more() -> None:
    """Mean of three plans made with foresight, 115,406 USD: foresight is worth 7,016."""
    known = [-solve(_farmer({year: size})).cost for year, size in _YEARS.items()]
    assert sum(known) / 3 == pytest.approx(115_406.0, abs=0.5)
    assert sum(known) / 3 - FARMER == pytest.approx(7_016.0, abs=0.5)


def test_the_farmer_who_counts_on_the_mean_year_earns_less() -> None:
    """120, 80 and 300 acres, right for the mean year, earn 107,240 USD over the three."""
    mean = solve(_farmer({"mean": 1.0}))
    assert -mean.cost == pytest.approx(118_600.0)
    assert _acres(mean) == pytest.approx([120.0, 80.0, 300.0])
    years = _farmer(_YEARS)
    planted = zip(years.processes, _acres(mean), strict=True)
    bound = replace(years, processes=tuple(replace(p, capacity=a) for p, a in planted))
    plan = solve(bound)
    assert _acres(plan) == pytest.approx(_acres(mean))
    assert -plan.cost == pytest.approx(107_240.0)


def _acres(plan: Plan) -> list[float]:
    """Acres under wheat, corn and beets."""
    assert plan.layout is not None
    return [float(a) for a in plan.x[plan.layout.first_process : plan.layout.first_arc]]
