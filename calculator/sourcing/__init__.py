"""Sourcing: a supply network and the user's rules in, a plan with its price and proof out.

    network, rules = from_dict({...})        # or the records and rules in Python
    plan = solve(network, rules)             # status, cost, flows, what binds, certificate
    explain(network, rules)                  # why there is no plan

The only package that imports a solver, and it does so when one is needed.
"""

from calculator.sourcing.answers.diff import Difference, diff
from calculator.sourcing.answers.explain import Explanation, explain
from calculator.sourcing.answers.information import Information, value_of_information
from calculator.sourcing.answers.pareto import Front, FrontPoint, pareto
from calculator.sourcing.answers.ranges import FlowRange, ranges
from calculator.sourcing.answers.relax import Relaxation
from calculator.sourcing.answers.sides import marginal_sides, with_sides
from calculator.sourcing.answers.sweep import SweepPoint, sweep
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.expansion.capacity import Expansion
from calculator.sourcing.expansion.lives import Fixed, Life, Normal, Weibull
from calculator.sourcing.expansion.origins import by_value, with_origins
from calculator.sourcing.expansion.over_outcomes import over_outcomes
from calculator.sourcing.expansion.over_time import over_time
from calculator.sourcing.expansion.store import Storage
from calculator.sourcing.marginals import Marginal
from calculator.sourcing.network import (
    Arc,
    Commodity,
    Demand,
    Network,
    Node,
    Outcome,
    Period,
    Process,
    Supply,
)
from calculator.sourcing.objectives import (
    Carbon,
    Concentration,
    Cost,
    Energy,
    Intensity,
    MeanCVaR,
    Objective,
    Risk,
    Weighted,
)
from calculator.sourcing.plan import Plan, ShareRow, ShipmentRow, SourceRow
from calculator.sourcing.problem import solve
from calculator.sourcing.reading.from_dict import from_dict
from calculator.sourcing.reading.objective_from import objective_from
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules import (
    Ban,
    Capacity,
    CarbonCap,
    CarbonPrice,
    CostShare,
    CVaRCap,
    Decided,
    DeliveryAtLeast,
    DeliveryAtMost,
    DemandAtLeast,
    DemandExactly,
    EnergyCap,
    GeoPolRiskCap,
    HHICap,
    IntensityCap,
    MarketAccess,
    MinimumLot,
    NMinusOne,
    ObjectiveAtMost,
    PassThrough,
    PriceBudget,
    PriceEllipsoid,
    PriceScenarios,
    RecycledFloor,
    RiskCap,
    SameInAll,
    ShareCap,
    ShareFloor,
    StockCover,
    SupplierCountAtLeast,
    SupplierCountAtMost,
    SupplierFee,
)
from calculator.sourcing.rules.passing import touched_bounds
from calculator.sourcing.rules.recycled_law import eu_recycled_floors
from calculator.sourcing.solving.certificate import Certificate

__all__ = [
    "Arc",
    "Ban",
    "CVaRCap",
    "Capacity",
    "Carbon",
    "CarbonCap",
    "CarbonPrice",
    "Certificate",
    "Commodity",
    "Concentration",
    "Cost",
    "CostShare",
    "Decided",
    "DeliveryAtLeast",
    "DeliveryAtMost",
    "Demand",
    "DemandAtLeast",
    "DemandExactly",
    "Difference",
    "Energy",
    "EnergyCap",
    "Expansion",
    "Explanation",
    "Fixed",
    "FlowRange",
    "Front",
    "FrontPoint",
    "GeoPolRiskCap",
    "HHICap",
    "Information",
    "Intensity",
    "IntensityCap",
    "Life",
    "Marginal",
    "MarketAccess",
    "MeanCVaR",
    "MinimumLot",
    "NMinusOne",
    "Network",
    "Node",
    "Normal",
    "Objective",
    "ObjectiveAtMost",
    "Outcome",
    "PassThrough",
    "Period",
    "Plan",
    "PriceBudget",
    "PriceEllipsoid",
    "PriceScenarios",
    "Process",
    "RecycledFloor",
    "Relaxation",
    "Risk",
    "RiskCap",
    "Rule",
    "SameInAll",
    "ShareCap",
    "ShareFloor",
    "ShareRow",
    "ShipmentRow",
    "SourceRow",
    "SourcingError",
    "StockCover",
    "Storage",
    "SupplierCountAtLeast",
    "SupplierCountAtMost",
    "SupplierFee",
    "Supply",
    "SweepPoint",
    "Weibull",
    "Weighted",
    "by_value",
    "diff",
    "eu_recycled_floors",
    "explain",
    "from_dict",
    "marginal_sides",
    "objective_from",
    "over_outcomes",
    "over_time",
    "pareto",
    "ranges",
    "solve",
    "sweep",
    "touched_bounds",
    "value_of_information",
    "with_origins",
    "with_sides",
]
