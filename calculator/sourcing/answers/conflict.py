"""The smallest set of the user's rules that cannot hold together.

A deletion filter works on whole rules (Chinneck 2008): drop one, and if the rest still clashes
it was not needed. Linear problems ask HiGHS for an irreducible infeasible subsystem of rows and
bounds as well: to start from where there are many rules, and for the demands and capacities
that take part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Layout
from calculator.sourcing.problem import Stated
from calculator.sourcing.solving.solved import INFEASIBLE
from calculator.sourcing.solving.solvers import highs_model, solve_canonical

_IIS_FROM_LP_IRREDUCIBLE = 6
_MOST_TRIALS = 250  # solves spent on proving that no smaller conflict exists,
_MOST_WORK = 400_000  # and columns solved in all of them
_MOST_DEMANDS = 60
_FEW_RULES = 40  # dropping them one by one is quicker than a subsystem of rows
_MOST_FURTHER = 5


@dataclass(frozen=True)
class Conflict:
    """Names of the rules that clash, and the demands and capacities they clash with.

    `smallest` says that no smaller set of rules clashes at all; otherwise the set is minimal in
    the sense that dropping any one of its rules ends this conflict. `further` are conflicts
    among the rules that are not in this one.
    """

    rules: tuple[str, ...]
    data: tuple[str, ...]
    smallest: bool
    further: tuple[tuple[str, ...], ...] = ()


def find_conflict(stated: Stated) -> Conflict | None:
    """Return the conflict of an infeasible problem, or None if it is feasible."""
    rest = [rule.name for rule in stated.rules]
    first = conflict_among(stated, rest)
    if first is None:
        return None
    further: list[tuple[str, ...]] = []
    found: Conflict | None = first
    while found is not None and found.rules and len(further) < _MOST_FURTHER:
        gone = set(found.rules)
        rest = [name for name in rest if name not in gone]
        found = conflict_among(stated, rest)
        further += [found.rules] if found else []
    return replace(first, further=tuple(further))


def conflict_among(stated: Stated, names: list[str]) -> Conflict | None:
    """Return a smallest conflict among these rules alone, or None if they can all hold."""
    chosen = minimal_conflict(stated, names)
    if chosen is None:
        return None
    chosen, smallest = _smaller(stated, names, chosen)
    return Conflict(tuple(chosen), _data(stated, chosen), smallest)


def minimal_conflict(stated: Stated, names: list[str]) -> list[str] | None:
    """Return rules that clash, none of which could be left out, or None if all can hold."""
    if not clashes(stated, names):
        return None
    few = len(names) <= _FEW_RULES or not _linear(stated)
    start = names if few else _named_by_highs(stated, names)[0]
    return _filter(stated, start if clashes(stated, start) else names)


def clashes(stated: Stated, rules: Sequence[str]) -> bool:
    """Tell whether these rules, with all demands and capacities, are infeasible."""
    return _infeasible(only(stated, rules))


def only(stated: Stated, rules: Iterable[str]) -> Canonical:
    """Return the scaled problem with these rules alone, at no cost."""
    keep = set(rules)
    problem = stated.scaled.canonical
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    for rows, start in stated.stacked.rows:
        if rows.rule not in keep:
            span = slice(start, start + len(rows.lower))
            lower[span], upper[span] = -np.inf, np.inf
    cones = tuple(
        block
        for block, cone in zip(problem.cones, stated.stacked.cones, strict=True)
        if cone.rule in keep
    )
    zero = np.zeros(problem.n)
    return replace(problem, cost=zero, row_lower=lower, row_upper=upper, cones=cones)


def _infeasible(problem: Canonical) -> bool:
    return solve_canonical(problem).status == INFEASIBLE


def _filter(stated: Stated, names: Sequence[str]) -> list[str]:
    kept = list(names)
    for name in names:
        rest = [other for other in kept if other != name]
        if clashes(stated, rest):
            kept = rest
    return kept


def _smaller(stated: Stated, names: Sequence[str], chosen: list[str]) -> tuple[list[str], bool]:
    """Look for a conflict with fewer rules, by size, within a budget of trials."""
    trials, most = 0, min(_MOST_TRIALS, _MOST_WORK // max(stated.canonical.n, 1))
    for size in range(1, len(chosen)):
        for some in combinations(names, size):
            trials += 1
            if trials > most:
                return chosen, False
            if clashes(stated, some):
                return list(some), True
    return chosen, True


def _named_by_highs(stated: Stated, rules: Sequence[str]) -> tuple[list[str], list[int]]:
    """Rules and bounded columns in HiGHS's irreducible infeasible subsystem."""
    model = highs_model(only(stated, rules))
    model.setOptionValue("iis_strategy", _IIS_FROM_LP_IRREDUCIBLE)
    model.run()
    _, found = model.getIis()
    rows = set(found.row_index_)
    named = [
        block.rule
        for block, start in stated.stacked.rows
        if rows & set(range(start, start + len(block.lower)))
    ]
    bounded = [j for j, b in zip(found.col_index_, found.col_bound_, strict=True) if b > 1]
    return [name for name in rules if name in named], bounded


def _linear(stated: Stated) -> bool:
    """Whether a subsystem of rows can say it all: no cones, no whole numbers."""
    return not (stated.canonical.cones or len(stated.canonical.integer))


def _data(stated: Stated, rules: Sequence[str]) -> tuple[str, ...]:
    """Demands and capacities in the conflict; all capacities of a commodity as one."""
    layout = stated.layout
    harder = {cone.rule for cone in stated.stacked.cones}
    harder |= {c.rule for c, _ in stated.stacked.columns if c.integer.any()}
    if harder & set(rules):
        bounded = _bounds_by_filter(only(stated, rules), layout)
    else:
        bounded = _named_by_highs(stated, rules)[1]
    return _labels(layout, bounded)


def _bounds_by_filter(problem: Canonical, layout: Layout) -> list[int]:
    """Deletion filter over demands one by one and capacities by kind of flow."""
    demands = [[j] for j in range(layout.first_use, layout.n)]
    if len(demands) > _MOST_DEMANDS:
        demands = [[j for group in demands for j in group]]
    kept: list[int] = []
    for group in [*demands, *_capacity_groups(layout)]:
        freed = _released(problem, group)
        if _infeasible(freed):
            problem = freed
        else:
            kept += group
    return kept


def _capacity_groups(layout: Layout) -> list[list[int]]:
    edges = (0, layout.first_process, layout.first_arc, layout.first_use)
    groups = [[j for j in range(*s) if np.isfinite(layout.upper[j])] for s in pairwise(edges)]
    return [group for group in groups if group]


def _released(problem: Canonical, columns: list[int]) -> Canonical:
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[columns], upper[columns] = 0.0, np.inf
    return replace(problem, lower=lower, upper=upper)


def _labels(layout: Layout, columns: list[int]) -> tuple[str, ...]:
    demands = [layout.labels[j] for j in columns if layout.first_use <= j < layout.n]
    tight = [j for j in columns if j < layout.first_use and np.isfinite(layout.upper[j])]
    if len(tight) <= 3:
        return (*demands, *(f"capacity of {layout.labels[j]}" for j in tight))
    return (*demands, f"{len(tight)} capacities, {layout.upper[tight].sum():g} in sum")
