"""The rules a user can set on a plan, one small frozen class each (MODEL 2.4).

A further rule is one class: its limit as a field, its equation in the docstring, `build` and
`measure`; add it here and to `from_dict.RULES`.
"""

from calculator.sourcing.rules_access import MarketAccess
from calculator.sourcing.rules_amount import Capacity, DemandAtLeast, DemandExactly
from calculator.sourcing.rules_cost_share import CostShare
from calculator.sourcing.rules_count import SupplierCountAtLeast, SupplierCountAtMost
from calculator.sourcing.rules_decided import Decided, SameInAll
from calculator.sourcing.rules_footprint import CarbonCap, CarbonPrice, EnergyCap, IntensityCap
from calculator.sourcing.rules_lots import MinimumLot, SupplierFee
from calculator.sourcing.rules_mix import DeliveryAtLeast, DeliveryAtMost
from calculator.sourcing.rules_objective import ObjectiveAtMost
from calculator.sourcing.rules_outage import NMinusOne
from calculator.sourcing.rules_passing import PassThrough
from calculator.sourcing.rules_price import PriceBudget, PriceEllipsoid, PriceScenarios
from calculator.sourcing.rules_risk import GeoPolRiskCap, RiskCap
from calculator.sourcing.rules_share import Ban, HHICap, RecycledFloor, ShareCap
from calculator.sourcing.rules_stock import StockCover
from calculator.sourcing.rules_tail import CVaRCap

__all__ = [
    "Ban",
    "CVaRCap",
    "Capacity",
    "CarbonCap",
    "CarbonPrice",
    "CostShare",
    "Decided",
    "DeliveryAtLeast",
    "DeliveryAtMost",
    "DemandAtLeast",
    "DemandExactly",
    "EnergyCap",
    "GeoPolRiskCap",
    "HHICap",
    "IntensityCap",
    "MarketAccess",
    "MinimumLot",
    "NMinusOne",
    "ObjectiveAtMost",
    "PassThrough",
    "PriceBudget",
    "PriceEllipsoid",
    "PriceScenarios",
    "RecycledFloor",
    "RiskCap",
    "SameInAll",
    "ShareCap",
    "StockCover",
    "SupplierCountAtLeast",
    "SupplierCountAtMost",
    "SupplierFee",
]
