"""Warehouses to open or not, from the OR-Library: a fixed fee a supplier, demand that may split."""

from __future__ import annotations

import numpy as np
import pytest

from calculator.sourcing import Arc, Commodity, Demand, Network, Node, Plan, Supply, solve
from calculator.sourcing.rules.lots import SupplierFee
from tests.instances.public import Warehouses, warehouses

OPTIMA = {"cap41": 1_040_444.375, "cap72": 977_799.4}


def _network(given: Warehouses) -> Network:
    """Warehouses as supplies without a price; the cost of serving a customer as freight."""
    sites, customers = range(len(given.capacity)), range(len(given.demand))
    return Network(
        commodities=(Commodity("goods"),),
        nodes=(
            *(Node(f"warehouse {i}") for i in sites),
            *(Node(f"customer {j}") for j in customers),
        ),
        supplies=tuple(
            Supply(f"warehouse {i}", "goods", 0.0, float(given.capacity[i]), id=f"warehouse {i}")
            for i in sites
        ),
        arcs=tuple(
            Arc(
                f"warehouse {i}",
                f"customer {j}",
                "goods",
                float(given.cost[j, i] / given.demand[j]),
            )
            for i in sites
            for j in customers
        ),
        demands=tuple(
            Demand(f"customer {j}", "goods", float(given.demand[j]), exact=True) for j in customers
        ),
    )


def _fee(given: Warehouses) -> SupplierFee:
    fees = {f"warehouse {i}": float(usd) for i, usd in enumerate(given.fixed_cost)}
    return SupplierFee("to open", 0.0, fees=fees)


def _open(plan: Plan) -> list[int]:
    """Warehouses that ship."""
    assert plan.layout is not None
    return np.flatnonzero(plan.x[: plan.layout.n_supply] > 0).tolist()


@pytest.mark.parametrize("name", OPTIMA)
def test_the_file_holds_the_published_instance(name: str) -> None:
    given = warehouses(name)
    assert given.cost.shape == (50, 16)
    assert given.demand.sum() == 58_268.0
    assert len(given.capacity) == len(given.fixed_cost) == 16


@pytest.mark.parametrize("name", OPTIMA)
def test_published_optimum_with_its_proof(name: str) -> None:
    given = warehouses(name)
    plan = solve(_network(given), (_fee(given),), tie_break=False)
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(OPTIMA[name], rel=1e-6)
    assert plan.certificate is not None and plan.certificate.ok


@pytest.mark.parametrize("name", OPTIMA)
def test_the_cost_is_that_of_the_flows_and_of_the_open_warehouses(name: str) -> None:
    """Recomputed from the file: freight by customer, and the fee of every one that ships."""
    given = warehouses(name)
    plan = solve(_network(given), (_fee(given),), tie_break=False)
    assert plan.layout is not None
    flows = plan.x[plan.layout.first_arc : plan.layout.first_use].reshape(16, 50)
    freight = float((flows * given.cost.T / given.demand).sum())
    opened = float(given.fixed_cost[_open(plan)].sum())
    assert flows.sum(axis=0) == pytest.approx(given.demand)
    assert np.all(flows.sum(axis=1) <= given.capacity * (1 + 1e-9))
    assert freight + opened == pytest.approx(OPTIMA[name], rel=1e-6)


def test_without_fees_the_plan_opens_more_and_ships_for_less() -> None:
    """The fees decide: freight alone is a lower bound that the optimum with fees stays above."""
    given = warehouses("cap72")
    free = solve(_network(given), tie_break=False)
    paid = solve(_network(given), (_fee(given),), tie_break=False)
    assert len(_open(free)) > len(_open(paid))
    assert free.cost < paid.cost - given.fixed_cost[_open(paid)].sum()
