"""An event: what is cut, where it comes from, from when, how long and for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import EllipsisType
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

    @property
    def label(self) -> str:
        """Material and stage: ``graphite (refining)``; ``everything`` where it names neither."""
        name = (self.material or ("" if self.stage else "everything")).replace("_", " ")
        stage = (self.stage or "").replace("_", " ")
        return f"{name} ({stage})" if name and stage else name or stage

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.cut or self.delay_days or self.refusal or self.price_rise)


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
    missing: tuple[str, ...] = ()
    """Labels of the effects whose size no source states: they stand with a cut of 0, and the user
    must give one."""


def with_size(
    event: Event,
    *,
    cut: float | EllipsisType = ...,
    delay_days: float | EllipsisType = ...,
    refusal: float | EllipsisType = ...,
    price_rise: float | EllipsisType = ...,
    days: int | EllipsisType | None = ...,
    material: str | None = None,
    stage: str | None = None,
) -> Event:
    """The event with numbers of the user's in place of its own; ``...`` leaves one as it is.

    Args:
        event: the event.
        cut: fraction of what is touched that does not come.
        delay_days: wait for a licence, days.
        refusal: probability that a licence is refused.
        price_rise: fraction by which the price rises.
        days: how long it lasts; ``None`` for no known end.
        material: only effects on this material are changed and kept.
        stage: only effects at this stage are changed and kept; one at any stage is narrowed to it.

    A size given for an effect takes it off ``missing``, be it 0.
    """
    given = any(size is not ... for size in (cut, delay_days, refusal, price_rise))
    kept = [effect for effect in event.effects if _chosen(effect, material, stage)]
    narrow = [_narrowed(effect, material, stage) for effect in kept]
    bare = (n.label for e, n in zip(kept, narrow, strict=True) if e.label in event.missing)
    return replace(
        event,
        effects=tuple(
            replace(
                effect,
                cut=_or(cut, effect.cut),
                delay_days=_or(delay_days, effect.delay_days),
                refusal=_or(refusal, effect.refusal),
                price_rise=_or(price_rise, effect.price_rise),
            )
            for effect in narrow
        ),
        days=event.days if isinstance(days, EllipsisType) else days,
        missing=() if given else tuple(dict.fromkeys(bare)),
        assumed=event.assumed or given,
    )


def _or(given: float | EllipsisType, own: float) -> float:
    return own if isinstance(given, EllipsisType) else given


def _chosen(effect: Effect, material: str | None, stage: str | None) -> bool:
    same = material is None or effect.material in (None, material)
    return same and (stage is None or effect.stage in (None, stage))


def _narrowed(effect: Effect, material: str | None, stage: str | None) -> Effect:
    return replace(effect, material=effect.material or material, stage=effect.stage or stage)
