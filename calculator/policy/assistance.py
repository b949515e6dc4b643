"""The material assistance cost ratio, and what an alliance with a prohibited maker is worth.

MACR = (total direct cost - cost from prohibited entities) / total direct cost, at least the share
of the year and product (Public Law 119-21, section 70512). The trade-off of question S24: cells
of a prohibited maker are cheaper, and the credit goes when the ratio falls below its threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calculator.errors import InputError


@dataclass(frozen=True)
class CostRatio:
    """Cost not from prohibited entities against the share that is asked."""

    ratio: float
    threshold: float

    @property
    def slack(self) -> float:
        """Ratio less threshold."""
        return self.ratio - self.threshold

    @property
    def passes(self) -> bool:
        """Whether the share is met."""
        return self.slack >= -1e-12


def cost_ratio(
    cost_by_maker: Mapping[str, float], prohibited: Iterable[str], threshold: float
) -> CostRatio:
    """The ratio of what is bought, by maker or country, in one money.

    Raises:
        InputError: a negative cost, or no cost at all.
    """
    if any(not cost >= 0.0 for cost in cost_by_maker.values()):
        raise InputError("a direct cost is negative; give 0 or more for each maker")
    total = sum(cost_by_maker.values())
    if total <= 0.0:
        raise InputError("there is no direct cost; give the cost by maker")
    barred = set(prohibited)
    bad = sum(cost for maker, cost in cost_by_maker.items() if maker in barred)
    return CostRatio((total - bad) / total, threshold)


@dataclass(frozen=True)
class Alliance:
    """A share of cells bought from a prohibited maker; money per kWh of all cells."""

    ratio: CostRatio
    saving_per_kwh: float
    credit_lost_per_kwh: float
    largest_share: float
    """Largest share of cells from that maker that keeps the credit."""

    @property
    def net_per_kwh(self) -> float:
        """Saving less the credit lost."""
        return self.saving_per_kwh - self.credit_lost_per_kwh


def alliance(
    share: float,
    cost_per_kwh: float,
    discount: float,
    threshold: float,
    credit_per_kwh: float,
    counted_cost_per_kwh: float = 0.0,
) -> Alliance:
    """What buying a share of the cells from a prohibited maker saves and loses.

    Args:
        share: share of the cells, 0 to 1.
        cost_per_kwh: a cell of an own or allied maker.
        discount: by how much the prohibited maker is cheaper, a fraction.
        threshold: smallest share of cost from elsewhere, a fraction.
        credit_per_kwh: credit on every kWh if the share is met.
        counted_cost_per_kwh: further direct cost that counts (the rest of a storage system), all
            of it from elsewhere.

    Raises:
        InputError: a share or discount outside 0 to 1, or a cost that is not above 0.
    """
    for name, value in (("share", share), ("discount", discount), ("threshold", threshold)):
        if not 0.0 <= value <= 1.0:
            raise InputError(f"the {name} is {value:g}; give a fraction from 0 to 1")
    if not cost_per_kwh > 0.0:
        raise InputError(f"the cell costs {cost_per_kwh:g}; give more than 0")
    cheap = cost_per_kwh * (1.0 - discount)
    bought = {
        "allied": (1.0 - share) * cost_per_kwh + counted_cost_per_kwh,
        "barred": share * cheap,
    }
    ratio = cost_ratio(bought, ("barred",), threshold)
    return Alliance(
        ratio,
        share * cost_per_kwh * discount,
        0.0 if ratio.passes else credit_per_kwh,
        _largest_share(cost_per_kwh, cheap, counted_cost_per_kwh, threshold),
    )


def _largest_share(cost: float, cheap: float, more: float, threshold: float) -> float:
    """Solve s x cheap = (1 - threshold) x (s x cheap + (1 - s) x cost + more) for s."""
    room = (1.0 - threshold) * (cost + more)
    per_share = threshold * cheap + (1.0 - threshold) * cost
    return min(1.0, room / per_share) if per_share > 0.0 else 1.0
