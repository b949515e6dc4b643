"""Which inputs are drawn and how: records, then series of prices, then the user's own ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.uncertainty.inputs import (
    ASKED,
    UncertainInput,
    asked_input,
    has_range,
    uncertain_input,
)
from calculator.uncertainty.labels import Named
from calculator.uncertainty.volatility import priced_item, spread_by_series
from materials_db.faults import did_you_mean
from materials_db.schema import IndexedPrice, Price

if TYPE_CHECKING:
    from calculator.case import Request
    from materials_db.database import MaterialsDB

GROUPS = ("price", "chemistry", "format", "plant", "yield", "region", "request")


@dataclass(frozen=True)
class Spread:
    """The user's own range of an input, or own reading of the range it has."""

    low: float | None = None
    high: float | None = None
    """Where None, the end that the input has."""
    distribution: str = "triangular"


@dataclass(frozen=True)
class Undrawn:
    """Prices and fees that no draw changes of itself, as a reader calls them."""

    fixed: tuple[str, ...]
    """Without series, range and raw material that is drawn: they stay as they are."""
    following: tuple[str, ...]
    """Quotes that move with the raw materials of their formula and not beside them."""


def undrawn_prices(
    db: MaterialsDB, named: Mapping[str, Named], drawn: Sequence[UncertainInput]
) -> Undrawn:
    """Prices below some evaluations that have neither a series nor a range."""
    moving = {one.key for one in drawn}
    items = {priced_item(one.record) for one in drawn} - {""}
    led = {row.item for row in db.indexed_prices if row.term in items}
    still = [one for key, one in named.items() if key not in moving and _is_price(one)]
    follows = [priced_item(one.record) in led for one in still]
    return Undrawn(
        tuple(one.label for one, does in zip(still, follows, strict=True) if not does),
        tuple(one.label for one, does in zip(still, follows, strict=True) if does),
    )


def _is_price(named: Named) -> bool:
    record = named.record
    is_fee = isinstance(record, IndexedPrice) and record.term == "fee"
    return (isinstance(record, Price) or is_fee) and record.value != 0.0


def spread_inputs(
    db: MaterialsDB,
    requests: Sequence[Request],
    named: Mapping[str, Named],
    months: int,
    spreads: Mapping[str, Spread],
    groups: Sequence[str] = (),
) -> tuple[UncertainInput, ...]:
    """Every input that is drawn.

    Args:
        db: the materials database.
        requests: what is evaluated.
        named: every record below it, by key.
        months: how far ahead the prices of raw materials are.
        spreads: the user's own ranges by key.
        groups: groups that are drawn, beside what the user spread; all where empty.

    Raises:
        InputError: a key, a group or a horizon will not do.
    """
    _known_groups(groups)
    found = {k: uncertain_input(k, one) for k, one in named.items() if has_range(one.record)}
    found |= spread_by_series(db, named, months)
    for key, spread in spreads.items():
        found[key] = _by_user(found, named, requests, key, spread)
    kept = (
        one for one in found.values() if not groups or one.group in groups or one.spread == "user"
    )
    return tuple(one for one in kept if one.low < one.high)


def _by_user(
    found: Mapping[str, UncertainInput],
    named: Mapping[str, Named],
    requests: Sequence[Request],
    key: str,
    spread: Spread,
) -> UncertainInput:
    """An input with the user's range."""
    if key.startswith(ASKED):
        one = asked_input(requests, key)
    elif key in found:
        one = found[key]
    elif key in named:
        one = uncertain_input(key, named[key])
    else:
        remedy = did_you_mean(key, named)
        raise InputError(f"'{key}' is no number below these chemistries; {remedy}")
    low = one.low if spread.low is None else spread.low
    high = one.high if spread.high is None else spread.high
    if not low < high and spread.low is None:
        raise InputError(f"{one.label} states no range; give one, such as {key}=LOW..HIGH")
    return replace(one, low=low, high=high, distribution=spread.distribution, spread="user")


def _known_groups(groups: Sequence[str]) -> None:
    for group in groups:
        if group not in GROUPS:
            raise InputError(f"unknown group '{group}'; {did_you_mean(group, GROUPS)}")
