"""The content test of a vehicle in the proposed Industrial Accelerator Act (question S17).

(value from the European Union + value from trusted partners) / value of all, the battery left out,
is at least the share the proposal asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from calculator.errors import InputError
from calculator.regions import EU, EU_MEMBERS


@dataclass(frozen=True)
class EUContent:
    """A vehicle against the content it must have."""

    share: float
    """Share of the Union and its trusted partners in the value without the battery."""
    threshold: float
    slack: float
    """Share less threshold: negative where the test is failed."""
    subsidy: float
    """Subsidy that hangs on the test, in its own money per vehicle."""
    cells_adder: tuple[float, float] | None
    """What cells made in the Union add to the cost of a vehicle, least and most."""

    @property
    def passes(self) -> bool:
        """Whether the test is met."""
        return self.slack >= 0.0

    @property
    def at_stake(self) -> float:
        """Subsidy that is lost as the vehicle stands; nothing where it passes."""
        return 0.0 if self.passes else self.subsidy

    @property
    def gain(self) -> tuple[float, float] | None:
        """Subsidy less the adder of cells made in the Union, least and most."""
        if self.cells_adder is None:
            return None
        least, most = self.cells_adder
        return self.subsidy - most, self.subsidy - least


def eu_content(
    value_by_origin: Mapping[str, float],
    threshold: float,
    trusted: Iterable[str] = (),
    subsidy: float = 0.0,
    cells_adder: tuple[float, float] | None = None,
) -> EUContent:
    """Test a vehicle's content.

    Args:
        value_by_origin: value without the battery by country of origin, in one money (or shares).
        threshold: smallest share, a fraction; 0.70 in the proposal of 4 March 2026.
        trusted: trusted partners, whose content counts as the Union's. No list of them is
            sourced, so without one the Union counts alone.
        subsidy: money a vehicle gets if it passes.
        cells_adder: what cells made in the Union add to its cost, least and most, in that money.

    Raises:
        InputError: no value at all, a negative one, or a threshold that is no fraction.
    """
    _check(value_by_origin, threshold)
    home = EU_MEMBERS | {EU} | set(trusted)
    total = sum(value_by_origin.values())
    share = sum(value for origin, value in value_by_origin.items() if origin in home) / total
    return EUContent(share, threshold, share - threshold, subsidy, cells_adder)


def _check(values: Mapping[str, float], threshold: float) -> None:
    for origin, value in values.items():
        if not (isfinite(value) and value >= 0.0):
            raise InputError(f"the value from {origin} is {value:g}; give 0 or more")
    if sum(values.values()) <= 0.0:
        raise InputError("the vehicle has no value from any origin; give the value by origin")
    if not 0.0 <= threshold <= 1.0:
        raise InputError(f"the threshold is {threshold:g}; give a fraction, 0.70 for 70 %")
