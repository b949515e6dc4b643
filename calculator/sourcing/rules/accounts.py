"""Shares by party: what every rule on a share of a variable total is made of.

Symbols: x the flows; X_i what party i (a country, an owner) supplies of a material at a stage;
T the variable total of that material at that stage, supply without a country included.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scope import (
    MANY,
    ONE,
    Counted,
    Names,
    Party,
    counted,
    in_scope,
    parties,
    with_rest,
)

PER_POINT = 0.01


class OnParties(Protocol):
    """What a rule on parties states: whom, of what, and how the unnamed count."""

    @property
    def country(self) -> Names:
        """Countries it is on."""

    @property
    def owner(self) -> Names:
        """Owners it is on."""

    @property
    def group(self) -> Names:
        """Groups it is on."""

    @property
    def material(self) -> str | None:
        """Material it counts; every one if none."""

    @property
    def stage(self) -> str | None:
        """Stage it counts; every one if none."""

    @property
    def commodity(self) -> str | None:
        """The one commodity it counts."""

    @property
    def outside(self) -> str | None:
        """Group it leaves out."""

    @property
    def rest(self) -> str:
        """How the unnamed count."""


@dataclass(frozen=True)
class Account:
    """One (material, stage) under a rule: its sources by party, and the names of the parties."""

    scope: Counted
    code: Any
    names: tuple[str, ...]

    @property
    def amounts(self) -> Any:
        """(parties, variables): X_i of each party."""
        return self.scope.by_party(self.code, len(self.names))

    def shares(self, x: Floats) -> Floats:
        """X_i / T at the plan `x`; 0 where nothing at all is sourced."""
        total = float((self.scope.total @ x)[0])
        amounts = np.asarray(self.amounts @ x)
        return amounts / total if total > 0 else np.zeros_like(amounts)


def accounts(rule: OnParties, layout: Layout) -> list[Account]:
    """Each (material, stage), by period and outcome, in which a party has a source."""
    party = parties(layout, rule.country, rule.owner, rule.group, rule.outside)
    period = getattr(rule, "period", None)  # a rule may leave it out
    scopes = counted(layout, rule.material, rule.stage, rule.commodity, period)
    found = (_account(with_rest(party, scope, rule.rest), scope) for scope in scopes)
    return [account for account in found if account.names]


def _account(party: Party, scope: Counted) -> Account:
    """Renumber the parties present in the scope 0..n-1; nobody stays -1."""
    present = tuple(in_scope(party, scope))
    code = np.full(len(party.names) + 1, -1, np.int64)
    code[[k for k, _ in present]] = np.arange(len(present))
    return Account(scope, code[party.of_node[scope.node]], tuple(name for _, name in present))


def check_rest(name: str, rest: str) -> None:
    """Refuse a word other than the two choices."""
    if rest not in (MANY, ONE):
        raise SourcingError(
            f"rule {name!r}: rest is {rest!r}; give {MANY!r} (the unnamed are many small ones) "
            f"or {ONE!r} (they count as one).",
            (),
        )


def largest_share(found: list[Account], x: Floats) -> float:
    """The largest share of any party in any (material, stage)."""
    return max((float(account.shares(x).max()) for account in found), default=0.0)


def share_rows(rule: Rule, scope: Counted, matrix: Any, names: tuple[str, ...], sense: int) -> Rows:
    """X_i - limit x T <= 0 (or >= 0 for a floor), one row a party."""
    n = len(names)
    ones = np.ones(n)
    return Rows(
        rule=rule.name,
        matrix=matrix,
        lower=np.full(n, -inf if sense > 0 else 0.0),
        upper=np.full(n, 0.0 if sense > 0 else inf),
        gain=np.zeros(n),
        details=tuple(f"{name}, {scope.label}" if name else scope.label for name in names),
        total=scope.total,
        on_total=-rule.limit * ones,
        gain_on_total=PER_POINT * ones,
    )
