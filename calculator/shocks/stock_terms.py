"""What a stock costs to buy, hold and leave, what a shortage costs, and how likely one is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from calculator.errors import InputError
from calculator.shocks.chain import Chain
from calculator.shocks.event import Event

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class StockTerms:
    """Terms of a stockpile; money is in that of the chain.

    Holding, shortage cost and probabilities are the user's: none is assumed. Mappings are by id
    of the point; what they leave out is not limited and does not spoil.
    """

    holding_per_year: float
    """Capital, storage and insurance, as a fraction of the value held."""
    shortage_cost_per_kwh: float
    """Margin and penalty lost with a kWh that is not delivered."""
    start: date
    """Day 0 of the events."""
    days: int = 365
    """How far the events are followed."""
    probabilities: Mapping[str, float] = field(default_factory=dict)
    """A year, by id of the event; goes before that of the event itself."""
    weight: float = 0.0
    """Of the tail against the mean: 0 is the expected cost, 1 the mean of the worst years."""
    level: float = 0.95
    """Of the tail: the mean of the dearest (1 - level) of years."""
    years: float = 1.0
    """How long the stock is kept before it is sold or goes on."""
    end_value: float = 1.0
    """What is left then brings, as a fraction of its price."""
    discount_per_year: float = 0.0
    """Of the end value against the purchase; 0 where the cost of capital stands in the holding."""
    loss_per_year: Mapping[str, float] = field(default_factory=dict)
    """Fraction that spoils in a year."""
    shelf_life_days: Mapping[str, float] = field(default_factory=dict)
    """A stock that is used first in, first out is as old as its days of cover: no more than this.
    """
    public_days: Mapping[str, float] = field(default_factory=dict)
    """Cover that a public stock gives, free to the plan."""
    private_days: Mapping[str, float] = field(default_factory=dict)
    """Cover that must be held at least."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """Per unit; goes before that of the point."""
    points: tuple[str, ...] | None = None
    """Where a stock may stand; wherever there is a price if not said."""

    def __post_init__(self) -> None:
        raise_sentences(_faults(self))

    @property
    def annuity(self) -> float:
        """What a year of capital tied up costs, of the purchase: first cost less end value.

        (1 - v/(1+r)^n) r / (1 - (1+r)^-n), at r = 0 (1 - v)/n.
        """
        rate, years = self.discount_per_year, self.years
        if rate == 0.0:
            return (1.0 - self.end_value) / years
        factor = float((1.0 + rate) ** -years)
        return (1.0 - self.end_value * factor) * rate / (1.0 - factor)

    def carry_per_year(self, point: str) -> float:
        """What a stock costs a year, as a fraction of its purchase."""
        return self.annuity + self.holding_per_year + self.loss_per_year.get(point, 0.0)

    def price(self, chain: Chain, point: str) -> float:
        """Price per unit of a point, in the money of the chain; 0 where none is known."""
        own = {p.id: p.price for p in chain.points}
        return self.prices.get(point, own.get(point, 0.0))


def raise_sentences(faults: Iterable[str]) -> None:
    """Raise one `InputError` that holds every sentence, or do nothing."""
    if found := list(faults):
        raise InputError(found[0] if len(found) == 1 else "\n".join(f"- {f}" for f in found))


def chances(events: Sequence[Event], terms: StockTerms) -> list[float]:
    """Probability a year of each event, at most one of which comes in a year.

    Raises:
        InputError: none is given for an event, one is no probability, or they sum to above 1.
    """
    found = [terms.probabilities.get(event.id, event.probability) for event in events]
    given = [p for p in found if p is not None]
    raise_sentences(
        [*missing_chances(events, terms.probabilities), *_odd(zip(events, found, strict=True))]
    )
    if sum(given) > 1.0 + 1e-12:
        raise InputError(
            f"the probabilities of the events add to {100 * sum(given):g} % a year and at most one "
            "event comes in a year; lower them or leave some out"
        )
    return given


def missing_chances(events: Sequence[Event], given: Mapping[str, float]) -> list[str]:
    """One sentence for each event without a probability."""
    return [
        f"event '{event.id}' has no probability; say how likely it is in a year, "
        "such as 'probability: 5 %/year'"
        for event in events
        if given.get(event.id, event.probability) is None
    ]


def _odd(found: Iterable[tuple[Event, float | None]]) -> list[str]:
    return [
        f"event '{event.id}' has a probability of {p:g} a year; give a share from 0 to 1"
        for event, p in found
        if p is not None and not 0.0 <= p <= 1.0
    ]


def _faults(terms: StockTerms) -> list[str]:
    checks = (
        (0.0 <= terms.holding_per_year < 10.0, "holding", terms.holding_per_year, "0 to 10"),
        (
            0.0 <= terms.shortage_cost_per_kwh < 1e9,
            "shortage cost",
            terms.shortage_cost_per_kwh,
            "0 or more",
        ),
        (0.0 <= terms.weight <= 1.0, "weight of the tail", terms.weight, "0 to 1"),
        (0.0 <= terms.level <= 1.0, "level of the tail", terms.level, "0 to 1"),
        (0.0 < terms.years <= 1e3, "years of holding", terms.years, "above 0"),
        (0.0 <= terms.end_value <= 1.0, "end value", terms.end_value, "0 to 1 of the price"),
        (0.0 <= terms.discount_per_year < 10.0, "discount", terms.discount_per_year, "0 to 10"),
        (1 <= terms.days <= 36_500, "days", terms.days, "1 to 36500"),
    )
    found = [f"{name} is {value:g}; give {room}" for ok, name, value, room in checks if not ok]
    for name in ("loss_per_year", "shelf_life_days", "public_days", "private_days", "prices"):
        words = name.replace("_", " ")
        for point, value in getattr(terms, name).items():
            if not 0.0 <= value < 1e12:
                found.append(f"{words} of '{point}' is {value:g}; give 0 or more")
    return found
