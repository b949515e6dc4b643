"""Several chemistries in one network: what each takes, and what they have in common.

Every chemistry has a cell good of its own, ``battery_cell, LFP``, counted as ``battery_cell``, and
its own process in each country; all of them draw on the one cell capacity of the country. Active
materials of one name are one good, whoever uses it; those counted under one name share its
capacity. Such a capacity is a good of its own, ``capacity of battery_cell``, that no rule counts
unless it names it: a rule on spare capacity (N-1) of several chemistries does, for each process
alone could use all of it. Delivered cells of all chemistries become ``battery energy``, on which
the demand stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.supply.makers import CELL_GOOD
from calculator.supply.needs import CellStage, Need, cell_stage, needs_of

if TYPE_CHECKING:
    from calculator.evaluation import Request
    from materials_db.database import MaterialsDB

DELIVERED = "battery energy"
"""Good that is demanded: kWh of cells of whatever chemistry."""
PORTFOLIO = "portfolio"
"""Its stage."""


@dataclass(frozen=True)
class Product:
    """Cells of one chemistry: what a kWh of them takes, and the plant by country."""

    chemistry: str
    needs: tuple[Need, ...]
    cells: CellStage

    @property
    def good(self) -> str:
        """Its commodity."""
        return cell_good(self.chemistry)


def cell_good(chemistry: str) -> str:
    """Commodity of the cells of a chemistry, in kWh."""
    return f"{CELL_GOOD}, {chemistry}"


def products_of(
    db: MaterialsDB, requests: Sequence[Request], countries: Iterable[str]
) -> tuple[Product, ...]:
    """Each requested chemistry evaluated: its needs, and its plant in each country.

    Raises:
        InputError: no request, a chemistry asked twice, or requests of several decks, years or
            own prices.
    """
    from calculator.evaluation import evaluate

    _check(requests)
    places = tuple(countries)
    return tuple(
        Product(
            request.chemistry.id,
            needs_of(db, evaluate(db, request)),
            cell_stage(db, request, places),
        )
        for request in requests
    )


def _check(requests: Sequence[Request]) -> None:
    if not requests:
        raise InputError("no chemistry is asked for; give at least one request")
    names = [request.chemistry.id for request in requests]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"chemistry {name!r} is asked for twice; give it once")
    first = requests[0]
    for other in requests[1:]:
        for what in ("deck", "year", "prices"):
            if getattr(other, what) != getattr(first, what):
                raise InputError(
                    f"{other.chemistry.id} and {first.chemistry.id} are asked for with different "
                    f"{what}; one network has one {what}, so ask for all of them alike"
                )


def shared_actives(products: Iterable[Product]) -> tuple[Need, ...]:
    """Active materials of all products, each once with what all of them buy together.

    Raises:
        InputError: one material of two compositions.
    """
    found: dict[str, Need] = {}
    for product in products:
        for need in product.needs:
            if need.active and need.bought_kg_per_kwh > 0:
                known = found.get(need.material)
                found[need.material] = need if known is None else _together(known, need)
    return tuple(found.values())


def _together(first: Need, second: Need) -> Need:
    if not _alike(first.contents, second.contents):
        raise InputError(
            f"{first.material} holds different elements in two of the chemistries; "
            "source them one at a time"
        )
    return replace(
        first,
        bought_kg_per_kwh=first.bought_kg_per_kwh + second.bought_kg_per_kwh,
        in_cell_kg_per_kwh=first.in_cell_kg_per_kwh + second.in_cell_kg_per_kwh,
        market_usd_per_kwh=first.market_usd_per_kwh + second.market_usd_per_kwh,
    )


def _alike(first: Mapping[str, float], second: Mapping[str, float]) -> bool:
    elements = {*first, *second}
    return all(isclose(first.get(e, 0.0), second.get(e, 0.0), abs_tol=1e-9) for e in elements)
