"""Rules of a plan that hold while all is quiet, and those that hold in events too.

A cap on shares, a floor or a target is met by the plan. In the weeks of an event the shares are
what the event makes them: a plan that lost a supplier is not to stop the others for their larger
share. What cannot be bought in any case (capacities, market access, bans) holds throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.numbers import FloatArray
from calculator.shocks.robust_network import QUIET
from calculator.sourcing.layout import Layout
from calculator.sourcing.rows import Built, Cone, Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules import Ban, Capacity, MarketAccess

_THROUGHOUT = (Ban, Capacity, MarketAccess)


def in_events(rule: Rule) -> Rule:
    """Return the rule as it holds over the quiet state and all events."""
    return rule if isinstance(rule, _THROUGHOUT) else WhileQuiet(rule.name, rule)


@dataclass(frozen=True)
class WhileQuiet(Rule):
    """A rule without what it says of phases of events alone.

    What it says of all states together stays, and a rule with variables of its own as it is.
    """

    rule: Rule

    limit_field: ClassVar[str] = "rule"

    def __post_init__(self) -> None:
        """The rule itself was checked when it was made."""

    @property
    def limit(self) -> float:
        """The number the rule sets."""
        return self.rule.limit

    def limit_unit(self, layout: Layout) -> str:
        """Return what +1 of the limit is."""
        return self.rule.limit_unit(layout)

    def build(self, layout: Layout) -> Built:
        """Return the rows and cones that are on the quiet state."""
        built = self.rule.build(layout)
        if built.columns is not None:
            return built
        quiet = _quiet(layout)
        rows = tuple(kept for rows in built.rows for kept in _kept(rows, quiet))
        cones = tuple(cone for cone in built.cones if _is_quiet(cone, quiet))
        return replace(built, rows=rows, cones=cones)

    def measure(self, layout: Layout, x: FloatArray) -> float:
        """Return the tightest limit that the quiet state meets."""
        return self.rule.measure(layout, np.where(_quiet(layout), x, 0.0))


def _quiet(layout: Layout) -> Any:
    of_node = np.array([node.outcome in (None, QUIET) for node in layout.network.nodes])
    return of_node[layout.column_node]


def _kept(rows: Rows, quiet: Any) -> list[Rows]:
    """The rows that are not on phases alone."""
    every = abs(sp.csr_array(rows.expanded()))
    keep = (every @ quiet.astype(float) > 0) | (every @ (~quiet).astype(float) == 0)
    at = np.flatnonzero(keep)
    if not len(at):
        return []
    part = replace(
        rows,
        matrix=sp.csr_array(rows.matrix)[at],
        lower=rows.lower[at],
        upper=rows.upper[at],
        gain=rows.gain[at],
        details=tuple(rows.details[k] for k in at),
        on_total=None if rows.on_total is None else rows.on_total[at],
        gain_on_total=None if rows.gain_on_total is None else rows.gain_on_total[at],
    )
    return [part]


def _is_quiet(cone: Cone, quiet: Any) -> bool:
    used = np.asarray(abs(sp.csr_array(cone.vectors)).sum(axis=0)).ravel()
    used = used + np.asarray(abs(sp.csr_array(cone.reach)).sum(axis=0)).ravel()
    return bool(used[quiet].any()) or not used.any()
