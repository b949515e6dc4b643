"""An ask without a least cost says which price is missing: also with cones, fees and credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import scipy.sparse as sp

from calculator.sourcing import Carbon, Cost, HHICap, Rule, ShareCap, Weighted, solve
from calculator.sourcing.rows import Built, Charge, Columns, Rows


@dataclass(frozen=True)
class Credit(Rule):
    """Pays for every unit of the first supply, as a charge or through a variable of its own."""

    amount: float
    own: bool = False
    limit_field: ClassVar[str] = "amount"

    def build(self, layout):
        paid = np.zeros(layout.n)
        paid[0] = 1.0
        if not self.own:
            return Built(charges=(Charge(self.name, "credit", -self.amount * paid, -paid),))
        columns = Columns(
            self.name,
            ("paid",),
            np.zeros(1),
            np.full(1, np.inf),
            np.full(1, -self.amount),
            np.zeros(1, np.bool_),
            "credit",
            -np.ones(1),
        )
        row = Rows(
            self.name,
            sp.csr_array(-paid[None, :]),
            np.full(1, -np.inf),
            np.zeros(1),
            np.zeros(1),
            ("paid",),
            own=sp.csr_array(np.ones((1, 1))),
        )
        return Built(rows=(row,), columns=columns)

    def measure(self, layout, x):
        return self.amount


@dataclass(frozen=True)
class Flag(Rule):
    """A whole number that nothing depends on."""

    amount: float = 0.0
    limit_field: ClassVar[str] = "amount"

    def build(self, layout):
        one = np.ones(1)
        columns = Columns(self.name, ("flag",), 0 * one, one, one, np.ones(1, np.bool_), "fees")
        row = Rows(
            self.name,
            sp.csr_array((1, layout.n)),
            one,
            np.full(1, np.inf),
            0 * one,
            ("flag",),
            own=sp.csr_array(np.ones((1, 1))),
        )
        return Built(rows=(row,), columns=columns)

    def measure(self, layout, x):
        return self.amount


def told(network, rules=(), **ask):
    plan = solve(network, rules, **ask)
    assert plan.status == "unbounded", plan.notes
    return plan.notes[-1]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [ShareCap("cap", 0.6, country="each")],
        [HHICap("h", 0.6)],
        [Flag("flag")],
        [Flag("flag"), HHICap("h", 0.6)],
    ],
    ids=["linear", "share", "cone", "whole", "whole with cone"],
)
def test_a_buyer_who_pays_more_than_it_costs(market, rules):
    said = told(market([1.0, 2.0], 1.0, value_per_unit=3.0), rules)
    assert "demand nickel at M earns on every unit" in said
    assert "give it a capacity or limit, or another price" in said


def test_a_source_without_price_or_capacity(market):
    said = told(market([0.0], 1.0, value_per_unit=3.0))
    assert "while supply nickel at S0 has no price and no capacity" in said


def test_a_credit_on_a_flow_names_the_flow(market):
    assert "supply nickel at S0 earns" in told(market([1.0], 1.0), [Credit("c", 2.0)])


def test_a_credit_of_a_variable_of_the_rule(market):
    said = told(market([1.0], 1.0), [Credit("c", 2.0, own=True)])
    assert "what a rule pays earns on every unit" in said


def test_a_weighted_sum_with_the_cost(market):
    goal = Weighted(((1.0, Cost()), (1.0, Carbon())))
    said = told(market([1.0], 1.0, value_per_unit=3.0), objective=goal)
    assert "demand nickel at M earns" in said
