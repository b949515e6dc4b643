"""The rules a user can set on a plan, one small frozen class each (MODEL 2.4).

A further rule is one class: its limit as a field, its equation in the docstring, `build` and
`measure`; add it here and to `from_dict.RULES`.
"""

from calculator.sourcing.rules.access import MarketAccess
from calculator.sourcing.rules.amount import Capacity, DemandAtLeast, DemandExactly
from calculator.sourcing.rules.cost_share import CostShare
from calculator.sourcing.rules.count import SupplierCountAtLeast, SupplierCountAtMost
from calculator.sourcing.rules.decided import Decided, SameInAll
from calculator.sourcing.rules.footprint import CarbonCap, CarbonPrice, EnergyCap, IntensityCap
from calculator.sourcing.rules.lots import MinimumLot, SupplierFee
from calculator.sourcing.rules.mix import DeliveryAtLeast, DeliveryAtMost
from calculator.sourcing.rules.objective import ObjectiveAtMost
from calculator.sourcing.rules.outage import NMinusOne
from calculator.sourcing.rules.passing import PassThrough
from calculator.sourcing.rules.price import PriceBudget, PriceEllipsoid, PriceScenarios
from calculator.sourcing.rules.risk import GeoPolRiskCap, RiskCap
from calculator.sourcing.rules.share import Ban, HHICap, RecycledFloor, ShareCap
from calculator.sourcing.rules.share_floor import ShareFloor
from calculator.sourcing.rules.stock import StockCover
from calculator.sourcing.rules.tail_cap import CVaRCap

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
    "ShareFloor",
    "StockCover",
    "SupplierCountAtLeast",
    "SupplierCountAtMost",
    "SupplierFee",
]
