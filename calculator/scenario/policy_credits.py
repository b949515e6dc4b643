"""Cost shares, production credits and grants as rules of the optimiser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.policy import (
    ON_PLAN,
    grant_per_kwh,
    grants,
    law_on,
    members,
    production_credit,
    recalled_note,
)
from calculator.scenario.policy_law import named, share_asked

if TYPE_CHECKING:
    from calculator.policy import Grant, LawOn, Requirement
    from calculator.scenario.policies import PolicyChoice
    from calculator.scenario.wishes import Known
    from calculator.sourcing.rule_base import Rule

Found = tuple[tuple["Rule", ...], tuple[str, ...]]
_MACR, _CELLS = "US_MACR", "battery_component"
_SHARE = "least_clean_cost_share"
_MADE_IN = "USA"
_SCHEME = "12_projects_2024"
_WHOLE_PLAN = (
    "the ratio is that of the whole plan: prices and conversion at every stage, by country"
)


def ratio_macr(choice: PolicyChoice, known: Known, law: LawOn) -> Found:
    """The cost share of the product and year, a must or the condition of the credit."""
    product = _product(choice)
    stated = law.of(_SHARE, product)
    if choice.threshold_percent is None and not stated:
        return (), (f"{choice.policy} sets no share for {product} in {choice.year}",)
    share = share_asked(choice) if choice.threshold_percent is not None else stated[0].share
    name = named(choice, law, f"cost not from prohibited countries at least {100 * share:g} %")
    rules, notes = _shared(choice, known, name, share, choice.credit)
    return rules, (*recalled_note(_MACR, _used(choice, stated)), *notes)


def _used(choice: PolicyChoice, stated: Sequence[Requirement]) -> Sequence[Requirement]:
    """The law's own share, where the user's does not stand in its place."""
    return stated if choice.threshold_percent is None else ()


def _product(choice: PolicyChoice) -> str:
    known = ON_PLAN[choice.policy].products
    asked = (choice.product or "").strip().lower().replace(" ", "_").replace("-", "_")
    if asked not in known:
        said = f"has no product '{choice.product}'" if asked else "needs a product"
        raise InputError(f"policy '{choice.policy}' {said}; give one of {', '.join(known)}")
    return asked


def credit_45x(choice: PolicyChoice, known: Known, law: LawOn) -> Found:
    """The credit on cells made in the United States, if the cost ratio of the year is met."""
    if not law.of("credit", "cell"):
        return (), ()
    ratio = law_on(known.db, _MACR, choice.year)
    stated = ratio.of(_SHARE, _CELLS)
    given = choice.threshold_percent is not None
    if not given and not stated:
        if any(n.policy == _MACR and int(n.valid_from[:4]) <= choice.year
               for n in known.db.policy_numbers):  # fmt: skip
            raise InputError(
                f"policy '{choice.policy}' hangs on a cost ratio for which no share is sourced in "
                f"{choice.year}; add 'threshold' to it"
            )
        return _unconditional(choice, known, law)
    share = share_asked(choice) if given else stated[0].share
    text = f"credit if cost not from prohibited countries is at least {100 * share:g} %"
    rules, notes = _shared(choice, known, named(choice, law, text), share, True)
    return rules, (*recalled_note(_MACR, _used(choice, stated)), *notes)


def _unconditional(choice: PolicyChoice, known: Known, law: LawOn) -> Found:
    from calculator.policy.made_credit import MadeCredit

    paid = production_credit(known.db, choice.year)
    money = known.money(f"{paid.amount!r} {paid.unit}", "kWh")
    name = named(choice, law, f"credit on cells made in {_MADE_IN}")
    return (MadeCredit(name, money, _MADE_IN),), (f"{choice.policy}: {_credited(known, choice)}",)


def _shared(choice: PolicyChoice, known: Known, name: str, share: float, credit: bool) -> Found:
    from calculator.policy.made_credit import MadeCostShare
    from calculator.sourcing.rules import CostShare

    barred = members(known.db, _MACR, "prohibited_country", choice.year)
    notes = [
        f"{choice.policy}: {_WHOLE_PLAN}; prohibited are {', '.join(barred)}",
        *_makers(known, choice),
    ]
    if not credit:
        return (CostShare(name, share, country=barred),), tuple(notes)
    paid = production_credit(known.db, choice.year)
    rule = MadeCostShare(
        name,
        share,
        country=barred,
        credit=known.money(f"{paid.amount!r} {paid.unit}", "kWh"),
        credit_on=known.delivered,
        made_in=_MADE_IN,
    )
    return (rule,), (*notes, f"{choice.policy}: {_credited(known, choice)}")


def _credited(known: Known, choice: PolicyChoice) -> str:
    paid = production_credit(known.db, choice.year)
    down = "" if paid.factor == 1.0 else f" ({100 * paid.factor:g} % of the full credit)"
    return f"{paid.amount:g} {paid.unit} on cells made in {_MADE_IN}{down}, as US_45X pays"


def _makers(known: Known, choice: PolicyChoice) -> tuple[str, ...]:
    """Named makers can be told only where the network names owners."""
    makers = members(known.db, _MACR, "prohibited_maker", choice.year)
    if not makers or any(node.owner for node in known.supply.network.nodes):
        return ()
    return (
        f"{choice.policy}: this plan names no owners, so plants of {', '.join(makers)} outside "
        "those countries are not told apart",
    )


def grant_meti(choice: PolicyChoice, known: Known, law: LawOn) -> Found:
    """A grant per GWh of capacity, spread over the plant's life, on cells made in Japan."""
    from calculator.cost import Finance
    from calculator.policy.made_credit import MadeCredit

    if not law.of("grant"):
        return (), ()
    one = _project(choice, known, law)
    finance = Finance()
    rate = (
        float(finance.discount_rate) if choice.rate_percent is None else choice.rate_percent / 100
    )
    years = finance.equipment_years if choice.life_years is None else choice.life_years
    per_kwh = grant_per_kwh(float(one.grant_per_gwh or 0.0), rate, years)
    money = known.money(f"{per_kwh!r} {one.unit}/kWh", "kWh")
    name = named(choice, law, f"grant of {one.project} on cells made in JPN")
    note = (
        f"{choice.policy}: {one.project.replace('_', ' ')} is granted "
        f"{(one.grant_per_gwh or 0.0) / 1e9:.3g} bn {one.unit} per GWh a year, {per_kwh:.4g} "
        f"{one.unit}/kWh at {100 * rate:g} % over {years:g} years, for {one.gwh_per_year:g} GWh a "
        f"year at most{'; ' + one.note if one.note else ''}"
    )
    return (MadeCredit(name, money, "JPN", most=one.gwh_per_year * 1e6),), (note,)


def _project(choice: PolicyChoice, known: Known, law: LawOn) -> Grant:
    granted = {r.subject for r in law.of("grant")}
    offered = {g.project: g for g in grants(known.db) if g.project in granted}
    asked = choice.product or _SCHEME
    if asked not in offered:
        raise InputError(
            f"policy '{choice.policy}' has no project '{asked}' with a sourced grant in "
            f"{choice.year}; give one of {', '.join(offered)}"
        )
    return offered[asked]
