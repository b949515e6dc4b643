"""What a scenario and its user give of a stockpile, and what is asked for."""

from __future__ import annotations

import pytest

from calculator.errors import InputError
from calculator.scenario.shocks import Shocks
from calculator.shocks.chain import Chain, Lane, Point
from calculator.shocks.event import Event
from calculator.shocks.stock_asked import StockWishes, stock_terms
from materials_db.load import load_database

CHAIN = Chain(
    (
        Point("graphite, refined", "graphite", "refining", "kg", 900.0, 3.0),
        Point("graphite", "anode_active_material", "active_material", "kg", 900.0, 4.0),
        Point("cell", "battery_cell", "cell", "kWh", 1000.0, 70.0),
    ),
    (Lane("graphite", "CHN", "EUU", None, "primary", 1.0),),
    {"graphite": {"graphite, refined": 1.0}, "cell": {"graphite": 0.9}},
    {"cell": 1.0},
    "USD_2025",
)


def shocks(**changed):
    given = {
        "date": "2026-11-22",
        "events": [{"name": "stop", "material": "graphite", "cut": "100 %", "days": 120}],
        "holding": "8 %/year",
        "shortage_cost": "60 USD_2025/kWh",
    }
    return Shocks.model_validate({**given, **changed})


def event(probability=0.05):
    return Event("stop", "stop", shocks().date, 120, (), probability=probability)


@pytest.fixture(scope="module")
def db():
    return load_database()


def test_terms_of_a_scenario(db):
    found = stock_terms(
        db,
        shocks(
            stock=[
                {"material": "graphite", "cover": "60 day", "public": True},
                {
                    "material": "anode_active_material",
                    "cover": "18 day",
                    "price": "5000 USD_2025/t",
                    "shelf_life": "300 day",
                },
            ]
        ),
        CHAIN,
        [event()],
    )
    assert found.holding_per_year == pytest.approx(0.08)
    assert found.shortage_cost_per_kwh == pytest.approx(60.0)
    assert found.public_days == {"graphite, refined": 60.0}
    assert found.private_days == {"graphite": 18.0}
    assert found.prices == {"graphite": pytest.approx(5.0)}
    assert found.shelf_life_days == {"graphite": 300.0}
    assert found.days == 365


def test_options_go_before_the_scenario_and_money_is_converted(db):
    wishes = StockWishes(holding_per_year=0.12, shortage_cost="50 EUR_2024/kWh", weight=0.9)
    found = stock_terms(db, shocks(), CHAIN, [event()], wishes)
    assert found.holding_per_year == 0.12
    assert found.shortage_cost_per_kwh > 50.0  # dollars of 2025
    assert found.weight == 0.9


def test_all_that_only_the_user_knows_is_asked_together(db):
    bare = shocks(holding=None, shortage_cost=None)
    with pytest.raises(InputError) as told:
        stock_terms(db, bare, CHAIN, [event(None)])
    lines = str(told.value).splitlines()
    assert len(lines) == 3
    assert "what it costs to hold a stock is not given" in lines[0]
    assert "what a kWh that is not delivered costs is not given" in lines[1]
    assert "event 'stop' has no probability" in lines[2]


def test_a_stock_of_what_the_plan_does_not_hold(db):
    asked = shocks(stock=[{"material": "cobalt", "cover": "60 day"}])
    with pytest.raises(InputError, match="the plan does not hold 'cobalt', of which a stock"):
        stock_terms(db, asked, CHAIN, [event()])
