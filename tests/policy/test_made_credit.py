"""Credits on what is made in a country: a small market by hand."""

from __future__ import annotations

from math import inf

import pytest

from calculator.policy.made_credit import MadeCostShare, MadeCredit, made_in
from calculator.sourcing import Arc, Commodity, Demand, Network, Node, Supply, solve


def market(price_home: float = 90.0, price_away: float = 80.0, home_most: float = inf) -> Network:
    """Cells of country H and of country A for 100 kWh."""
    return Network(
        commodities=(Commodity("cell", unit="kWh", stage="cell"),),
        nodes=(Node("home", "H"), Node("away", "A"), Node("M", "H")),
        supplies=(
            Supply("home", "cell", price_home, home_most),
            Supply("away", "cell", price_away, 1000.0),
        ),
        arcs=(Arc("home", "M", "cell"), Arc("away", "M", "cell")),
        demands=(Demand("M", "cell", 100.0, exact=True),),
    )


def test_units_made_there() -> None:
    layout = market().layout
    assert made_in(layout, "cell", "H")[:2].tolist() == [1.0, 0.0]
    assert made_in(layout, "cell", "A")[:2].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("credit", "most", "cost"),
    [
        (5.0, inf, 8000.0),  # too little to turn the plan
        (20.0, inf, 100 * 90 - 100 * 20),
        (20.0, 30.0, 30 * 70 + 70 * 80),  # paid for 30 kWh only
        (0.0, inf, 8000.0),
    ],
)
def test_a_credit_is_paid_up_to_its_most(credit: float, most: float, cost: float) -> None:
    plan = solve(market(), (MadeCredit("c", credit, "H", most=most),))
    assert plan.cost == pytest.approx(cost)


def test_the_price_of_a_credit_is_what_it_is_paid_for() -> None:
    rule = MadeCredit("c", 20.0, "H", most=30.0)
    plan = solve(market(), (rule,))
    price = next(m for m in plan.marginals if m.name == "c").shadow_price
    step = solve(market(), (rule.with_limit(20.5),)).cost - plan.cost
    assert price == pytest.approx(-30.0)
    assert step == pytest.approx(0.5 * price)


def test_a_credit_where_nothing_is_made_says_so() -> None:
    plan = solve(market(), (MadeCredit("c", 20.0, "Z"),))
    assert plan.cost == pytest.approx(8000.0)
    assert any("touches no source" in note for note in plan.notes)


def conditional(share: float, credit: float) -> MadeCostShare:
    return MadeCostShare(
        "c", share, country="A", credit=credit, credit_on="cell", made_in="H"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("share", "credit", "cost"),
    [
        (0.0, 5.0, 8000.0),
        (0.5, 20.0, 100 * 70.0),  # all at home: the share is met and every kWh paid
        (1.0, 9.0, 8000.0),  # meeting it costs more than it pays
    ],
)
def test_a_credit_with_a_condition(share: float, credit: float, cost: float) -> None:
    plan = solve(market(), (conditional(share, credit),))
    assert plan.cost == pytest.approx(cost)


def test_only_what_is_made_there_is_credited() -> None:
    """Home makes 60 of 100: 60 x 90 of cost from home is 62.8 % of all."""
    network = market(home_most=60.0)
    met = solve(network, (conditional(0.60, 20.0),))
    assert met.cost == pytest.approx(60 * 70 + 40 * 80)
    missed = solve(network, (conditional(0.70, 20.0),))
    assert missed.cost == pytest.approx(8000.0)
