"""What an answer rests on: the records behind a plan, its cells, and the events put to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.records import datums_of

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum


def planned(db: MaterialsDB, scenario: Scenario) -> Sourced:
    """The plan of a scenario.

    Raises:
        InputError: it has none.
    """
    from calculator.scenario.sourcing import source_scenario

    found = source_scenario(db, scenario)
    if found.plan.status != "optimal":
        raise InputError(f"there is no plan to put to the test: it is {found.plan.status}")
    return found


def behind_supply(db: MaterialsDB, supply: SupplyNetwork) -> Iterator[Datum]:
    """Records behind a network, and of the cells that are bought."""
    for grounds in supply.grounds.values():
        for one in grounds:
            yield from one.records
    for product in supply.products:
        if product.chemistry in db.chemistries:
            yield from datums_of(db.chemistries[product.chemistry])


def behind_chemistries(
    db: MaterialsDB, scenario: Scenario, names: Iterable[str]
) -> Mapping[str, Mapping[str, Datum]]:
    """Numbers below each chemistry by key: its recipe, format, prices, plant and country."""
    from calculator.scenario.run import scenario_request
    from calculator.uncertainty.inputs import named_records

    return {
        name: {
            key: one.record
            for key, one in named_records(db, scenario_request(db, scenario, name)).items()
        }
        for name in names
    }


def below_its_chemistries(
    found: Mapping[str, Mapping[str, Datum]], shared: Iterable[str] = ()
) -> Callable[[str], set[str]]:
    """Keys of the records below the chemistries that an address names; of all where it does not.

    ``shared`` are those of no chemistry, such as volatilities and correlations.
    """
    common = set(shared).difference(*found.values())

    def below(address: str) -> set[str]:
        named = [name for name in address.split("/") if name in found] or list(found)
        return common.union(*(found[name] for name in named))

    return below


def behind_events(db: MaterialsDB, scenario: Scenario) -> Iterator[Datum]:
    """Numbers of the shipped events that a scenario names."""
    shocks = scenario.shocks
    named = {event.event for event in shocks.events} if shocks else set()
    yield from (row for row in db.event_numbers if row.event in named)
