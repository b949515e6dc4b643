"""Laws as rules of the optimiser: each rule named after its law, with what must be known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.policy import ON_PLAN, LawOn, jurisdiction_of, law_on, policy_row, status_words
from calculator.scenario.policy_credits import credit_45x, grant_meti, ratio_macr
from calculator.scenario.policy_law import LawRules, named, share_asked
from materials_db.faults import did_you_mean

if TYPE_CHECKING:
    from calculator.scenario.policies import PolicyChoice
    from calculator.scenario.wishes import Known
    from calculator.sourcing.rule_base import Rule
    from calculator.supply.chains import Chain

_CRITICAL_LIST = "EU_2023"
_EU_GROUP = "EU"
_EVERY_STAGE = "each_stage"
_DONE = {"mining": "extraction", "refining": "processing", "recycling": "recycling"}


def policy_rules(choice: PolicyChoice, known: Known) -> LawRules:
    """The rules that a law sets on a plan in a year; none where it asks for nothing then.

    Raises:
        InputError: the law is not known, is no rule of a plan, is not the importer's, or lacks or
            refuses a key.
    """
    row = policy_row(known.db, choice.policy)
    _check(choice, row.jurisdiction, known)
    law = law_on(known.db, choice.policy, choice.year)
    rules, notes = _MADE[choice.policy](choice, known, law)
    own = not law.requirements and bool(rules)  # the user gave what the law leaves open
    told = law.notes[:-1] if own else law.notes
    return LawRules(choice, status_words(row), rules, (*told, *notes))


def _check(choice: PolicyChoice, jurisdiction: str, known: Known) -> None:
    if choice.policy not in ON_PLAN:
        raise InputError(
            f"policy '{choice.policy}' sets no rule of a sourcing plan; "
            f"{did_you_mean(choice.policy, ON_PLAN)}, one of {', '.join(ON_PLAN)}"
        )
    if jurisdiction != jurisdiction_of(known.supply.importer):
        raise InputError(
            f"policy '{choice.policy}' is of {jurisdiction} and the plan imports into "
            f"{known.supply.importer}; leave it out or change 'importer'"
        )
    how = ON_PLAN[choice.policy]
    lacking = [key for key in how.needs if key not in choice.added]
    if lacking:
        raise InputError(
            f"policy '{choice.policy}' has no sourced number; add '{lacking[0]}' to it"
        )
    strange = sorted(choice.added - set(how.needs) - set(how.takes))
    if strange:
        takes = ", ".join((*how.needs, *how.takes)) or "none"
        raise InputError(
            f"policy '{choice.policy}' has no key '{strange[0]}'; beside 'year' it takes {takes}"
        )


# --- benchmarks of the Critical Raw Materials Act ------------------------------------------


def _crma(
    choice: PolicyChoice, known: Known, law: LawOn
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    wanted = _subjects(choice, law)
    chains = _strategic(choice, known)
    found = [rule for chain in chains for rule in _of_chain(choice, known, law, chain, wanted)]
    done = ", ".join(dict.fromkeys(chain.end.material for chain in chains))
    note = f"{choice.policy} is applied to each strategic raw material of the cells: {done}"
    return tuple(found), ((note,) if found else ())


def _subjects(choice: PolicyChoice, law: LawOn) -> frozenset[str]:
    known = {r.subject for r in law.requirements}
    strange = [name for name in choice.requirements if known and name not in known]
    if strange:
        raise InputError(
            f"policy '{choice.policy}' has no requirement '{strange[0]}'; "
            f"name some of {', '.join(sorted(known))}"
        )
    return frozenset(choice.requirements) or frozenset(known)


def _strategic(choice: PolicyChoice, known: Known) -> list[Chain]:
    """Chains of the strategic raw materials, or of those that are named."""
    listed = (row for row in known.db.critical_lists if row.list == _CRITICAL_LIST)
    elements = {e for row in listed if row.strategic for e in row.elements}
    chains = [c for e, c in known.supply.chains.items() if e in elements]
    names = {name: c for c in chains for name in (c.element, *(li.material for li in c.links))}
    strange = [name for name in choice.materials if name not in names]
    if strange:
        near = did_you_mean(strange[0], names)
        raise InputError(
            f"policy '{choice.policy}' is on {strange[0]}, which is no strategic raw material of "
            f"these cells; {near}"
        )
    named = {names[name].element for name in choice.materials}
    return [chain for chain in chains if not named or chain.element in named]


def _of_chain(
    choice: PolicyChoice, known: Known, law: LawOn, chain: Chain, wanted: frozenset[str]
) -> Iterator[Rule]:
    from calculator.sourcing.rules import ShareCap, ShareFloor

    places = list(dict.fromkeys((link.stage, link.material) for link in chain.links))
    for floor in law.of("domestic_share"):
        if floor.subject not in wanted:
            continue
        if floor.subject == "recycling":
            yield _recycled_at_home(choice, known, law, chain, floor.share)
        for stage, material in places:
            if stage == floor.subject:
                text = f"{_DONE[stage]} of {material} in the EU at least {floor.value:g} %"
                name = named(choice, law, text)
                yield ShareFloor(name, floor.share, group=_EU_GROUP, material=material, stage=stage)
    for cap in law.of("largest_third_country_share"):
        if _EVERY_STAGE in wanted:
            for stage, material in places:
                text = f"{_DONE[stage]} of {material} in one third country at most {cap.value:g} %"
                yield ShareCap(
                    named(choice, law, text), cap.share, country="each", outside=_EU_GROUP,
                    material=material, stage=stage,
                )  # fmt: skip


def _recycled_at_home(
    choice: PolicyChoice, known: Known, law: LawOn, chain: Chain, share: float
) -> Rule:
    from calculator.sourcing.rules import RecycledFloor
    from calculator.supply.cathode_floor import with_cathodes

    end = chain.end
    name = named(choice, law, f"{end.material} recycled in the EU at least {100 * share:g} %")
    floor = RecycledFloor(name, share, end.material, end.stage, groups=(_EU_GROUP,))
    return with_cathodes(floor, known.supply)


# --- batteries regulation, local content ---------------------------------------------------


def _recycled_content(
    choice: PolicyChoice, known: Known, law: LawOn
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    from dataclasses import replace

    from calculator.scenario.wishes import recycled_floors

    floors = recycled_floors(choice.year, known)
    asked = [f for f in floors if not choice.materials or f.element in choice.materials]
    strange = sorted(set(choice.materials) - {f.element for f in floors})
    if strange and law.requirements:
        raise InputError(
            f"policy '{choice.policy}' sets no floor on {strange[0]} for these cells; "
            f"name some of {', '.join(f.element for f in floors) or 'none'}"
        )
    rules = tuple(
        replace(f, name=named(choice, law, f"{f.element} recycled at least {100 * f.share:g} %"))
        for f in asked
    )
    return rules, ()


def _footprint(
    choice: PolicyChoice, known: Known, law: LawOn
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    from calculator.sourcing.rules import CarbonCap

    cap = float(choice.cap_kg_per_kwh or 0.0)
    name = named(choice, law, f"at most {cap:g} kg CO2e/kWh")
    note = f"{choice.policy}: the threshold of {cap:g} kg CO2e/kWh is yours; the law's is not set"
    return (CarbonCap(name, cap, per=known.delivered),), (note,)


def _iaa(
    choice: PolicyChoice, known: Known, law: LawOn
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    from calculator.regions import EU
    from calculator.scenario.wishes import single_countries
    from calculator.sourcing.rules import ShareFloor

    note = (
        f"{choice.policy}: its share is one of a vehicle's value without the battery and sets "
        "nothing on cells"
    )
    if choice.threshold_percent is None:
        more = "; give 'threshold' to hold the cells to a share made in the EU and trusted partners"
        return (), (note + more,)
    share = share_asked(choice)
    home = single_countries(choice.label, (EU, *choice.trusted))
    text = f"cells made in the EU and trusted partners at least {100 * share:g} %"
    rule = ShareFloor(named(choice, law, text), share, country=home, stage="cell")
    return (rule,), (f"{note}; the share of cells is yours",)


_Made = Callable[["PolicyChoice", "Known", LawOn], tuple[tuple["Rule", ...], tuple[str, ...]]]
_MADE: Mapping[str, _Made] = {
    "EU_CRMA": _crma,
    "EU_RECYCLED_CONTENT": _recycled_content,
    "EU_CARBON_FOOTPRINT": _footprint,
    "EU_IAA": _iaa,
    "US_MACR": ratio_macr,
    "US_45X": credit_45x,
    "JPN_METI": grant_meti,
}
