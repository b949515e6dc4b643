"""Diversification projects: what they deliver by year, whom they make less dependent, at what cost.

Numbers are those of the tables or the caller's own; what no source states is asked for.
"""

from calculator.projects.choices import Choice, project_choice, project_choices
from calculator.projects.coverage import (
    Coverage,
    coverage,
    implied_demand,
    implied_output,
    look_through,
    look_through_bounds,
    price_premium,
)
from calculator.projects.delivery import Delivery, capacity_in, delivery_of, items_of
from calculator.projects.option import StepUp, step_up, step_up_of
from calculator.projects.seabed import SeabedCost, seabed_cost

__all__ = [
    "Choice",
    "Coverage",
    "Delivery",
    "SeabedCost",
    "StepUp",
    "capacity_in",
    "coverage",
    "delivery_of",
    "implied_demand",
    "implied_output",
    "items_of",
    "look_through",
    "look_through_bounds",
    "price_premium",
    "project_choice",
    "project_choices",
    "seabed_cost",
    "step_up",
    "step_up_of",
]
