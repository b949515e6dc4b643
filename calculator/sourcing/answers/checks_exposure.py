"""Arithmetic that shows a rule on risk or on outages cannot be met; see `checks`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import floor

from calculator.sourcing.layout import Bools, Layout
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.outage import NMinusOne
from calculator.sourcing.rules.risk import GeoPolRiskCap, RiskCap
from calculator.sourcing.scope import Counted

_SLACK = 1e-9
Must = Callable[[Counted], float]


def exposure_checks(layout: Layout, rule: Rule, allowed: Bools, must: Must) -> Iterator[str]:
    """Yield what is certainly impossible about one rule.

    `allowed` marks the sources that no ban closes; `must` is the least total of a scope.
    """
    if isinstance(rule, RiskCap | GeoPolRiskCap):
        yield from _too_risky(layout, rule, allowed, must)
    if isinstance(rule, NMinusOne) and rule.standby:
        yield from _left_short(layout, rule, must)


def _too_risky(
    layout: Layout, rule: RiskCap | GeoPolRiskCap, allowed: Bools, must: Must
) -> Iterator[str]:
    """No average is below the least of what it is of."""
    for scope in rule.scopes(layout):
        weights = rule.risk_of(layout, scope)[allowed[scope.source]]
        if len(weights) and must(scope) > 0 and float(weights.min()) > rule.limit + _SLACK:
            yield (
                f"rule {rule.name!r}: no source of {scope.label} counts less than "
                f"{float(weights.min()):.4g}; {rule.limit:g} is asked for."
            )


def _left_short(layout: Layout, rule: NMinusOne, must: Must) -> Iterator[str]:
    """What is left after the worst failure, against the need."""
    for one in rule.outages(layout):
        need = must(one.scope)
        worst = min(range(len(one.names)), key=one.rest_of)
        left = one.rest_of(worst)
        if need > 0 and left < rule.share * need * (1 - _SLACK):
            yield (
                f"rule {rule.name!r}: if {one.names[worst]} fails, all others of "
                f"{one.scope.label} can give {left:.5g} of {need:.5g} {one.scope.unit}; "
                f"the share can be {floor(1e4 * left / need) / 100:g} % at most."
            )
