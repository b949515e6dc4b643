"""Metals of the hardware and the sections their heating allows."""

from __future__ import annotations

from calculator.maths import sqrt
from calculator.numbers import Num

ALUMINIUM_S_PER_CM = 3.77e5
COPPER_S_PER_CM = 5.96e5
ALUMINIUM_G_PER_CM3 = 2.70
COPPER_G_PER_CM3 = 8.96
STEEL_G_PER_CM3 = 7.80
COPPER_J_PER_G_K = 0.38548


def copper_section_cm2(current_a: Num, heating_k_per_s: float) -> Num:
    """Section of copper that a current heats by no more than so many K/s."""
    heat_capacity = heating_k_per_s * COPPER_J_PER_G_K * COPPER_G_PER_CM3
    return current_a / sqrt(COPPER_S_PER_CM * heat_capacity)
