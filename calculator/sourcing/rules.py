"""The rules a user can set on a plan, one small frozen class each (MODEL 2.4).

A further rule is one class: its limit as a field, its equation in the docstring, `build` and
`measure`; add it here and to `from_dict.RULES`.
"""

from calculator.sourcing.rules_access import MarketAccess
from calculator.sourcing.rules_amount import Capacity, DemandAtLeast, DemandExactly
from calculator.sourcing.rules_share import Ban, HHICap, RecycledFloor, ShareCap

__all__ = [
    "Ban",
    "Capacity",
    "DemandAtLeast",
    "DemandExactly",
    "HHICap",
    "MarketAccess",
    "RecycledFloor",
    "ShareCap",
]
