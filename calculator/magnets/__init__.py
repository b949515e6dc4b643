"""Rare earths of traction motors: demand, what recycling gives, and motors with less or none."""

from calculator.magnets.demand import MagnetDemand, magnet_demand
from calculator.magnets.options import (
    MotorCase,
    MotorCost,
    MotorOption,
    motor_costs,
    motor_options,
)
from calculator.magnets.secondary import (
    SecondarySupply,
    nimh_recovered,
    secondary_supply,
    swarf,
)

__all__ = [
    "MagnetDemand",
    "MotorCase",
    "MotorCost",
    "MotorOption",
    "SecondarySupply",
    "magnet_demand",
    "motor_costs",
    "motor_options",
    "nimh_recovered",
    "secondary_supply",
    "swarf",
]
