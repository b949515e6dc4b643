"""Yields of the plant's steps and what is bought for each accepted cell."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.maths import half_up
from calculator.numbers import Num


@dataclass(frozen=True, slots=True)
class StepYields:
    """Fractions that survive each step; the defaults are BatPaC 5.0's."""

    electrode_mix: Num = 0.99
    electrode_coat: Num = 0.95
    electrode_slit: Num = 0.99
    electrode_stack: Num = 0.99
    foil_coat: Num = 0.95
    foil_slit: Num = 0.92
    foil_stack: Num = 0.99
    separator: Num = 0.98
    electrolyte: Num = 0.99
    rounds_products: bool = True
    """Rounds the products to three decimals, as the workbook does."""

    @property
    def electrode(self) -> Num:
        """Electrode material in cells over material bought."""
        return self._rounded(
            self.electrode_mix * self.electrode_coat * self.electrode_slit * self.electrode_stack
        )

    @property
    def foil(self) -> Num:
        """Foil in cells over foil bought."""
        return self._rounded(self.foil_coat * self.foil_slit * self.foil_stack)

    def _rounded(self, product: Num) -> Num:
        return half_up(product * 1000.0) / 1000.0 if self.rounds_products else product
