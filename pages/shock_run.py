"""From the inputs of the Shock page to the library: the chain, the events, the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from pages import jobs, widgets
from pages.cached import sourcing_mix
from pages.shock_cards import letters
from pages.shock_case import Case, stock_rows

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.shocks.chain import Chain
    from calculator.shocks.event import Event
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum
    from pages.cached import Data

Item = dict[str, Any]


@dataclass(frozen=True)
class Tested:
    """A supply with the events and the stocks it is put to."""

    key: str
    """Everything that decides the answers."""
    db: MaterialsDB = field(repr=False)
    asked: Case
    chain: Chain
    scenario: Scenario
    events: tuple[Event, ...]
    notes: tuple[str, ...]
    open_questions: str = ""
    """What the user must say before the test can run; empty where nothing is open."""
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def supply(self) -> Scenario:
        """The scenario without its part on shocks; needs no page, unlike that of ``asked``."""
        return self.scenario.model_copy(update={"shocks": None})

    def public_days(self, material: str, stage: str | None) -> float:
        """Days of public stock of a good."""
        shocks = self.scenario.shocks
        return sum(
            stock.cover_days
            for stock in (shocks.stock if shocks else ())
            if stock.public and stock.material == material and stock.stage in (None, stage)
        )


def chain_for(data: Data, asked: Case) -> Chain:
    """The supply that is tested; a long solve shows its progress.

    Raises:
        InputError: there is no plan, or a chemistry lacks a number.
    """
    scenario = asked.scenario()
    key = f"chain {asked.on_plan} {data.key} {scenario.model_dump_json(by_alias=True)}"
    if asked.on_plan:
        sourced = sourcing_mix(data, scenario).sourced
        if sourced.plan.status != "optimal":
            raise InputError(
                "There is no plan under these rules, so nothing can be tested; relax one of them "
                "above. The Sourcing page says which ones clash."
            )
        return jobs.answer("chain", key, lambda: _planned(sourced), "Reading the plan")
    return jobs.answer(
        "chain", key, lambda: _market(data.db, asked, scenario), "Reading today's market"
    )


def _planned(sourced: Sourced) -> Chain:
    from calculator.shocks.from_plan import chain_of

    return chain_of(sourced)


def chain_from(db: MaterialsDB, tested: Tested) -> Chain:
    """The supply that is tested, from another database; a plan is solved for anew.

    Raises:
        InputError: there is no plan, or a chemistry lacks a number.
    """
    from calculator.why_runs.behind import planned

    if tested.asked.on_plan:
        return _planned(planned(db, tested.supply))
    return _market(db, tested.asked, tested.supply)


def _market(db: MaterialsDB, asked: Case, scenario: Scenario) -> Chain:
    from calculator.scenario.run import scenario_request
    from calculator.shocks.from_shares import chain_of_shares

    gwh = float(str(asked.question["demand"]).split()[0])
    requests = [scenario_request(db, scenario, name) for name in asked.chemistries]
    return chain_of_shares(db, asked.chemistries, asked.importer, gwh, requests)


def tested(
    data: Data,
    asked: Case,
    chain: Chain,
    items: Sequence[Item],
    apart: Sequence[Item],
    further: Mapping[str, Any],
) -> Tested:
    """The events ready for a test, or what is still to be said of them.

    Raises:
        InputError: an input will not do.
    """
    from calculator.shocks.written import events_of

    part = {
        "date": asked.start.isoformat(),
        "horizon": f"{asked.days} day",
        "events": list(items),
        "stock": stock_rows(asked, chain, apart),
        **further,
    }
    scenario = asked.scenario(part)
    used = {point.material for point in chain.points}
    key = f"{data.key} {asked.on_plan} {scenario.model_dump_json(by_alias=True)}"
    about = {
        "data_version": data.db.data_version,
        "chemistries": ", ".join(asked.chemistries),
        "importer": asked.importer,
        "supply": "plan" if asked.on_plan else "today's market",
        "test from": asked.start.isoformat(),
        "days": str(asked.days),
        "events": ", ".join(str(i.get("event") or i.get("name")) for i in items),
    }
    assert scenario.shocks is not None
    try:
        found = events_of(data.db, scenario.shocks, used)
    except InputError as error:
        return Tested(key, data.db, asked, chain, scenario, (), (), str(error), about)
    return Tested(key, data.db, asked, chain, scenario, found.events, found.notes, "", about)


def records_of(db: MaterialsDB, tested: Tested) -> tuple[Datum, ...]:
    """Numbers behind the events and the shares of the chain."""
    named = {event.id for event in tested.events}
    held = {(point.material, point.stage) for point in tested.chain.points}
    events = (row for row in db.event_numbers if row.event in named)
    shares = (row for row in db.shares if (row.material, row.stage) in held)
    return (*events, *shares)


def probable(event_id: str) -> str:
    """Key of the field for the probability of an event."""
    return "chance_" + letters(event_id)


def sentence(text: str) -> str:
    """A sentence of the library's as it can stand on a page."""
    kept = text.strip().rstrip(".")
    end = "" if kept.endswith(("?", "!")) else "."
    return widgets.plain(f"{kept[:1].upper()}{kept[1:]}{end}")
