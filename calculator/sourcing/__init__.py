"""Sourcing: a supply network and the user's rules in, a plan with its price and proof out.

    network, rules = from_dict({...})        # or the records and rules in Python
    plan = solve(network, rules)             # status, cost, flows, what binds, certificate
    explain(network, rules)                  # why there is no plan

The only package that imports a solver, and it does so when one is needed.
"""

from calculator.sourcing.certificate import Certificate
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.explain import Explanation, explain
from calculator.sourcing.from_dict import from_dict
from calculator.sourcing.marginals import Marginal
from calculator.sourcing.network import (
    Arc,
    Commodity,
    Demand,
    Network,
    Node,
    Process,
    Supply,
)
from calculator.sourcing.plan import Plan, ShareRow, ShipmentRow, SourceRow
from calculator.sourcing.problem import solve
from calculator.sourcing.relax import Relaxation
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules import (
    Ban,
    Capacity,
    DemandAtLeast,
    DemandExactly,
    HHICap,
    MarketAccess,
    RecycledFloor,
    ShareCap,
)
from calculator.sourcing.sides import marginal_sides

__all__ = [
    "Arc",
    "Ban",
    "Capacity",
    "Certificate",
    "Commodity",
    "Demand",
    "DemandAtLeast",
    "DemandExactly",
    "Explanation",
    "HHICap",
    "Marginal",
    "MarketAccess",
    "Network",
    "Node",
    "Plan",
    "Process",
    "RecycledFloor",
    "Relaxation",
    "Rule",
    "ShareCap",
    "ShareRow",
    "ShipmentRow",
    "SourceRow",
    "SourcingError",
    "Supply",
    "explain",
    "from_dict",
    "marginal_sides",
    "solve",
]
