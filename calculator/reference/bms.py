"""The pack's management unit: mass, volume and purchase price (reference README, 5 and 9)."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.maths import power
from calculator.numbers import Num
from calculator.reference.layout import PackLayout

_GROUPS_PER_CHIP = 10
_CHIPS_OF_FIT = 10
_KG_AT_FIT, _KG_PER_CHIP = 3.5776, 0.02 * 1.1 * 1.3
_L_AT_FIT, _L_PER_CHIP = 3.61, 0.08 * 1.1 * 1.3
_BASELINE_PACKS = 500_000.0
_VOLUME_EXPONENT = 0.0908932


@dataclass(frozen=True, slots=True)
class ManagementUnit:
    """Battery management system of one pack."""

    mass_kg: float
    volume_l: float
    price_usd: Num


def management_unit(layout: PackLayout, pack_a: Num, packs_per_year: Num) -> ManagementUnit:
    """Unit for a full-power current (A) at a yearly volume.

    Price is a fit to the workbook at 100 series groups and 20 modules, from 20,000 to 750,000
    packs a year (within 0.001 %); mass and volume follow the sensing chips, one for ten groups,
    the price does not.
    """
    chips = -(-layout.series_groups // _GROUPS_PER_CHIP) - _CHIPS_OF_FIT
    scale = power(_BASELINE_PACKS / packs_per_year, _VOLUME_EXPONENT)
    price = 51.0292 + 0.0743336 * pack_a + (210.5330 + 0.0371381 * pack_a) * scale
    return ManagementUnit(_KG_AT_FIT + chips * _KG_PER_CHIP, _L_AT_FIT + chips * _L_PER_CHIP, price)
