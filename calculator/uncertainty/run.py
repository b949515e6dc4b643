"""Monte Carlo over what is uncertain below some chemistries.

Every chemistry meets the same draws: an input two of them share (a price, the labour of the
country, a step of the plant) has one value in a draw, so that a difference is sharper than the
levels. The cell format and the whole counts of the pack (cells, bricks, modules, rows) stay those
of the numbers as recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from os import cpu_count
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.uncertainty.affine import Joined
from calculator.uncertainty.inputs import UncertainInput
from calculator.uncertainty.jobs import Chemistry, chemistry_of, refuse_no_number, with_drawn
from calculator.uncertainty.sampling import Part, Sampler, check_draws, sampler
from calculator.uncertainty.spreads import Spread, Undrawn, spread_inputs, undrawn_prices
from calculator.uncertainty.volatility import (
    Together,
    chance_of,
    measured_correlations,
    series_records,
    unmeasured,
)
from materials_db.faults import did_you_mean

if TYPE_CHECKING:
    from calculator.case import Request
    from calculator.evaluation import Evaluation
    from calculator.uncertainty.labels import Named
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

DRAWS, SEED, HORIZON_MONTHS = 10_000, 1, 12


@dataclass(frozen=True)
class Asked:
    """How a simulation is run."""

    draws: int = DRAWS
    seed: int = SEED
    horizon_months: int = HORIZON_MONTHS
    """How far ahead the prices of raw materials are; 0 takes the ranges of their records."""
    method: str = "random"
    elements: tuple[str, ...] = ()
    """Elements whose mass in the cell is followed, g/kWh."""
    groups: tuple[str, ...] = ()
    """Groups of inputs that are drawn, beside the user's own; all where empty."""
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    """The user's own ranges by key."""
    together: tuple[Together, ...] = ()
    """The user's own correlations, over the measured ones."""


@dataclass(frozen=True)
class Simulation:
    """Draws of every output of every chemistry."""

    asked: Asked
    inputs: tuple[UncertainInput, ...]
    values: Mapping[str, Mapping[str, FloatArray]]
    """By chemistry and output, each of shape ``(draws,)``."""
    nominal: Mapping[str, Mapping[str, float]]
    """The same with every number as recorded."""
    together: tuple[Together, ...]
    """Correlations that were used."""
    independent: tuple[tuple[str, str], ...]
    """Pairs of price series of whose correlation nothing is known."""
    series_records: tuple[Datum, ...]
    """Volatility and autocorrelation behind the prices drawn by a series."""
    undrawn: Undrawn
    """Prices with neither series nor range."""
    by_product: tuple[str, ...]
    """Chemistries whose draws one matrix product gave, as nothing but prices was drawn."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(next(iter(self.values.values())))


def simulate(
    db: MaterialsDB,
    requests: Sequence[Request],
    asked: Asked | None = None,
    threads: int | None = None,
    known: Sequence[Evaluation] = (),
) -> Simulation:
    """Draw what is uncertain and evaluate every request with it.

    Args:
        db: the materials database.
        requests: chemistries to compare, of different names.
        asked: draws, seed, horizon and the user's own ranges.
        threads: workers; all cores by default. The answer does not depend on them.
        known: evaluations of the requests, in their order, where they are at hand.

    Raises:
        InputError: a range will not do, or a draw gives no number.
        UnknownNameError: a name is not in the database.
    """
    asked = asked or Asked()
    check_draws(asked.draws, asked.seed, asked.method)
    bare = [
        chemistry_of(db, request, asked.elements, one)
        for request, one in zip(_several(requests), known or (None,) * len(requests), strict=True)
    ]
    _check_elements(bare, asked.elements)
    named: dict[str, Named] = {}
    for one in bare:
        named = {**one.named, **named}
    inputs = spread_inputs(db, requests, named, asked.horizon_months, asked.spreads, asked.groups)
    chance = chance_of(db, inputs)
    _check_pairs(asked.together, inputs)
    pairs = (*measured_correlations(db), *asked.together)
    drawn = sampler(inputs, pairs, asked.draws, asked.seed, asked.method, chance)
    found = [with_drawn(one, inputs) for one in bare]
    used = {*chance.values(), *(one.key for one in inputs)}
    return Simulation(
        asked=asked,
        inputs=inputs,
        values=_all_draws(found, drawn, threads),
        nominal={one.name: one.nominal for one in found},
        together=tuple(pair for pair in pairs if {pair.one, pair.other} <= used),
        independent=unmeasured(chance.values(), pairs),
        series_records=series_records(db, inputs),
        undrawn=_undrawn(db, named, inputs, asked.groups),
        by_product=tuple(one.name for one in found if one.affine is not None),
    )


def _several(requests: Sequence[Request]) -> Sequence[Request]:
    if not requests:
        raise InputError("no chemistry to draw; name at least one")
    names = [(one.chemistry.id, one.chemistry.layer) for one in requests]
    twice = next((name for name, _ in names if names.count((name, _)) > 1), None)
    if twice is not None:
        raise InputError(f"two chemistries have the id '{twice}'; change one of them")
    return requests


def _check_elements(found: Sequence[Chemistry], elements: Sequence[str]) -> None:
    known = {name for one in found for held in one.case.composition.values() for name in held}
    for element in elements:
        if element not in known:
            remedy = did_you_mean(element, sorted(known))
            raise InputError(f"no chemistry asked for holds '{element}'; {remedy}")


def _undrawn(
    db: MaterialsDB,
    named: Mapping[str, Named],
    inputs: Sequence[UncertainInput],
    groups: Sequence[str],
) -> Undrawn:
    """Prices with neither series nor range; nothing where prices were not to be drawn."""
    wanted = not groups or "price" in groups
    return undrawn_prices(db, named, inputs) if wanted else Undrawn((), ())


def _check_pairs(pairs: Sequence[Together], inputs: Sequence[UncertainInput]) -> None:
    known = {one.key for one in inputs}
    for key in (end for pair in pairs for end in (pair.one, pair.other)):
        if key not in known:
            remedy = did_you_mean(key, known)
            raise InputError(f"correlation: '{key}' is drawn nowhere here; {remedy}")


def _all_draws(
    found: Sequence[Chemistry], drawn: Sampler, threads: int | None
) -> dict[str, dict[str, FloatArray]]:
    """Every output of every chemistry, part by part; rows of one table."""
    by_product = [one for one in found if one.affine is not None]
    others = [one for one in found if one.affine is None]
    names = [(one.name, output) for one in (*by_product, *others) for output in one.nominal]
    table = np.empty((len(names), drawn.draws))
    rows = dict(zip(names, table, strict=True))
    values = {one.name: {k: rows[one.name, k] for k in one.nominal} for one in found}
    keys = [one.key for each in others for one in each.inputs]
    shared = frozenset(key for key in set(keys) if keys.count(key) > 1)
    affine = [one.affine for one in by_product if one.affine is not None]
    joined = Joined.of(affine) if affine else None
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        for part in drawn.parts():
            part.mix()
            fill = partial(_fill, part=part, shared=shared, values=values)
            list(pool.map(fill, others))
            if joined is not None:
                joined.fill(table[: len(joined.base), part.place], part.column, pool.map)
    return values


def _fill(
    one: Chemistry,
    part: Part,
    shared: frozenset[str],
    values: Mapping[str, Mapping[str, FloatArray]],
) -> None:
    """The draws of one chemistry in one part, by the kernel."""
    columns = {each.key: part.column(each.key, each.key in shared) for each in one.inputs}
    try:
        found = one.drawn(columns, part.draws)
    except InputError as error:
        raise one.told(error) from error
    for output, drawn in found.items():
        refuse_no_number(one.name, output, drawn)
        values[one.name][output][part.place] = drawn
