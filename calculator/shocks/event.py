"""An event: what is cut, where it comes from, from when, how long and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Reach = Literal["exports", "output"]
Status = Literal["in_force", "suspended", "announced", "proposed", "ended", "reported", "unknown"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to one part of the supply; ``None`` stands for any.

    ``exports`` touches what leaves the customs area of its origin, ``output`` all that is made
    there. Of what is touched the fraction ``cut`` does not come at all while the event lasts. The
    rest waits ``delay_days`` for its licence, counted from the start of the event, and is refused
    with probability ``refusal``: availability(t) = (1 - refusal) x flow(t - delay).
    """

    material: str | None = None
    """As the network groups goods: ``lithium``, ``graphite``, ``cathode_active_material``, ..."""
    stage: str | None = None
    """``mining``, ``refining``, ``active_material`` or ``cell``."""
    origins: tuple[str, ...] = ()
    """Countries (ISO 3166 alpha-3); all if empty."""
    owners: tuple[str, ...] = ()
    """Owners, where the network knows them; all if empty."""
    destinations: tuple[str, ...] = ()
    """Countries the measure is aimed at; all if empty."""
    exempt: tuple[str, ...] = ()
    """Countries of destination, or owners, that stay untouched."""
    reach: Reach = "exports"
    cut: float = 0.0
    """Fraction, from 0 to 1."""
    delay_days: float = 0.0
    refusal: float = 0.0
    """Probability, from 0 to 1."""
    price_rise: float = 0.0
    """Fraction by which the price of this material at this stage rises while the event lasts; for
    every buyer it is not exempt for."""


@dataclass(frozen=True, slots=True)
class Event:
    """One measure or mishap with its dates, its status and its source."""

    id: str
    name: str
    start: date
    days: int | None
    """How long it lasts; ``None`` where it has no known end."""
    effects: tuple[Effect, ...]
    status: Status = "in_force"
    suspended_from: date | None = None
    suspended_to: date | None = None
    """Last day of a suspension; what holds after it is the user's to say, unless ``resumes``."""
    resumes: bool | None = None
    """Whether the measure came back after its suspension; ``None`` where that is not known."""
    probability: float | None = None
    """A year; for stockpiles and robust plans, given by the user alone."""
    issuer: str | None = None
    source: str = ""
    """Id of the source in the registry; empty for an event of the user's own."""
    locator: str = ""
    note: str = ""
    assumed: bool = False
    """Whether a number of it is no published fact."""
