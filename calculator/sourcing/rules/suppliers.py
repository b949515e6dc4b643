"""Who may be taken on or left out, and the most each can give: the K of x <= K b.

A yes-or-no b stands beside the amount X of a supplier by X <= K b. K is the most the supplier
can give in this very network (the least of its capacity and of what the demands can draw from
it), found by one small linear problem each, because a generous K leaves the search without a
bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical, stack
from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats, Ints, Layout
from calculator.sourcing.scope import EACH, Counted, Names, counted, parties
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import INFEASIBLE, OPTIMAL
from calculator.sourcing.solving.solvers import highs_model, highs_status, run_model

SUPPLIER, COUNTRY, OWNER = "supplier", "country", "owner"
USED_FROM = 1e-7  # share of the total from which a supplier counts as used
_OVER = 10.0  # a demand without an upper end is thought to take so many times what is asked
_ABOVE = 1.0 + 1e-9
_MOST_WORK = 300_000  # columns solved for all K of a rule


@dataclass(frozen=True)
class Choice:
    """The suppliers of one (material, stage), each to be used or not.

    `amounts` is (suppliers, flows): the counted amount of each; `most` the most each can give,
    in `scope.unit`, and `top` the most of the whole scope; `weight` is the discount x
    probability of where each is.
    """

    scope: Counted
    names: tuple[str, ...]
    amounts: Any
    most: Floats
    weight: Floats
    top: float = np.inf

    @property
    def n(self) -> int:
        """Number of suppliers."""
        return len(self.names)

    @property
    def labels(self) -> tuple[str, ...]:
        """Supplier and scope, for each."""
        return tuple(f"{name}, {self.scope.label}" for name in self.names)

    def given(self, x: Floats) -> Floats:
        """Return what each supplier gives at the flows `x`; dust counts as nothing."""
        amount = np.asarray(self.amounts @ x[: self.scope.layout.n])
        return np.where(amount > USED_FROM * max(float(amount.sum()), 0.0), amount, 0.0)


def check_each(rule: str, each: str) -> None:
    """Refuse a word other than the three choices."""
    if each not in (SUPPLIER, COUNTRY, OWNER):
        raise SourcingError(
            f"rule {rule!r}: each is {each!r}; give {SUPPLIER!r}, {COUNTRY!r} or {OWNER!r}.", ()
        )


def named_suppliers(
    layout: Layout, rule: str, each: str, material: str | None, stage: str | None, of: Names = None
) -> list[Choice]:
    """Return the suppliers of each (material, stage), what each can give at most left open.

    `of` keeps the named suppliers only. A source without a country (or owner) is nobody's.

    Raises:
        SourcingError: a name in `of` that supplies nothing.
    """
    found = [_parties_of(scope, each) for scope in counted(layout, material, stage)]
    found = [c for c in (_only(c, of) for c in found) if c.n]
    if of is not None:
        _must_supply(rule, of, found, layout, each, material, stage)
    return found


def choices(
    layout: Layout, rule: str, each: str, material: str | None, stage: str | None, of: Names = None
) -> tuple[list[Choice], tuple[str, ...]]:
    """Return the suppliers with the most each can give, and notes on how that was found.

    Raises:
        SourcingError: a name in `of` that supplies nothing, or a supplier that nothing bounds.
    """
    found = named_suppliers(layout, rule, each, material, stage, of)
    if not found:
        return [], ()
    most, over = _most(layout, [c.amounts for c in found] + [c.scope.total for c in found])
    edges = np.cumsum([0, *(c.n for c in found)]).tolist()
    ends = zip(found, edges, edges[1:], most[edges[-1] :], strict=False)
    bounded = [replace(c, most=most[a:b], top=float(top)) for c, a, b, top in ends]
    for c in bounded:
        _must_end(rule, c)
    return bounded, _told(rule, found, over[: edges[-1]])


def _must_end(rule: str, choice: Choice) -> None:
    endless = np.flatnonzero(~np.isfinite(choice.most))
    if len(endless):
        raise SourcingError(
            f"rule {rule!r}: nothing bounds what {choice.names[endless[0]]!r} gives; give it a "
            f"capacity, or the demand an amount or a limit.",
            (),
        )


def _parties_of(scope: Counted, each: str) -> Choice:
    layout = scope.layout
    if each == SUPPLIER:
        columns, code = np.unique(scope.column, return_inverse=True)
        names = tuple(supplier_name(layout, int(j)) for j in columns)
    else:
        country, owner = (EACH, None) if each == COUNTRY else (None, EACH)
        party = parties(layout, country, owner, None)
        of_source = party.of_node[scope.node]
        present = np.unique(of_source[of_source >= 0])
        code = np.where(of_source >= 0, np.searchsorted(present, of_source), -1)
        names = tuple(party.names[k] for k in present)
    code = np.asarray(code, np.int64)
    amounts = scope.by_party(code, len(names))
    return Choice(scope, names, amounts, np.zeros(len(names)), _weight(scope, code, len(names)))


def _weight(scope: Counted, code: Ints, n: int) -> Floats:
    """Discount x probability of each supplier where it is counted.

    What no outcome has befallen counts in each outcome, by the probability of that one.
    """
    layout = scope.layout
    chance = {o.id: o.probability for o in layout.network.outcomes}
    own = layout.probability[scope.column]
    with np.errstate(invalid="ignore", divide="ignore"):
        discount = np.where(own > 0, layout.weight[scope.column] / own, 0.0)
    counts = discount * (own if scope.outcome is None else chance[scope.outcome])
    weight = np.zeros(n)
    np.maximum.at(weight, code[code >= 0], counts[code >= 0])
    return weight


def supplier_name(layout: Layout, column: int) -> str:
    """Return the id of a supply or process, or the node of a supply without one."""
    net = layout.network
    if column >= layout.first_process:
        return net.processes[column - layout.first_process].id
    supply = net.supplies[column]
    return supply.id or supply.node


def _only(choice: Choice, of: Names) -> Choice:
    if of is None:
        return choice
    wanted = {of} if isinstance(of, str) else set(of)
    at = np.array([k for k, name in enumerate(choice.names) if name in wanted], np.int64)
    return replace(
        choice,
        names=tuple(choice.names[k] for k in at),
        amounts=sp.csr_array(choice.amounts)[at],
        most=choice.most[at],
        weight=choice.weight[at],
    )


def _must_supply(
    rule: str,
    of: Names,
    found: list[Choice],
    layout: Layout,
    each: str,
    material: str | None,
    stage: str | None,
) -> None:
    known = {name for c in found for name in c.names}
    for name in (of,) if isinstance(of, str) else of or ():
        if name not in known:
            every = counted(layout, material, stage)
            names = {n for scope in every for n in _parties_of(scope, each).names}
            raise SourcingError(
                f"rule {rule!r}: no {each} is called {name!r}; {did_you_mean(name, names)}", ()
            )


def _told(rule: str, found: list[Choice], over: Any) -> tuple[str, ...]:
    names = [name for c in found for name in c.names]
    some = [name for name, wide in zip(names, over, strict=True) if wide]
    if not some:
        return ()
    shown = ", ".join(some[:3]) + (", ..." if len(some) > 3 else "")
    return (
        f"rule {rule!r}: no capacity holds {shown} below {_OVER:g} times the demand; "
        f"a delivery beyond that is left out of account.",
    )


def _most(layout: Layout, goals: list[Any]) -> tuple[Floats, Any]:
    """Largest value of each row, and where over-delivery had to be bounded for it."""
    amounts = sp.csr_array(sp.vstack(goals, format="csr"))
    capacity = _capacity(amounts, layout.upper)
    problem, capped = _bounded_network(layout)
    drawn = _draws(problem, amounts)
    if drawn is None:  # no plan meets the demands at all, whatever is chosen
        return np.where(np.isfinite(capacity), capacity, 1.0), np.zeros(len(capacity), np.bool_)
    most = np.minimum(capacity, drawn * _ABOVE)
    return most, capped & (most < capacity)


def _capacity(amounts: Any, upper: Floats) -> Floats:
    """Amount of each supplier with every flow at its capacity."""
    entries = sp.coo_array(amounts)
    at = entries.coords
    return np.asarray(np.bincount(at[0], entries.data * upper[at[1]], amounts.shape[0]), float)


def _bounded_network(layout: Layout) -> tuple[Canonical, bool]:
    """The network without rules, nothing taken beyond so many times what is asked for.

    That is a demand's own amount or, for a sink, all that is asked for of its commodity.
    """
    problem = stack(layout, ()).canonical
    use = np.arange(layout.first_use, layout.n)
    good = np.array([layout.commodity_index[d.commodity] for d in layout.network.demands], int)
    asked = np.bincount(good, layout.lower[use], minlength=len(layout.commodity_index))
    amount = np.where(layout.lower[use] > 0, layout.lower[use], asked[good])
    endless = np.isinf(problem.upper[use]) & (amount > 0)
    upper = problem.upper.copy()
    upper[use[endless]] = _OVER * amount[endless]
    return replace(problem, upper=upper), bool(endless.any())


def _draws(problem: Canonical, amounts: Any) -> Floats | None:
    """Largest amount of each supplier over the whole network; None if it has no plan."""
    k = amounts.shape[0]
    alone = k * problem.n <= _MOST_WORK
    goals = amounts if alone else sp.csr_array(np.ones((1, k)) @ amounts)
    scaled = scale(problem.with_cost(np.zeros(problem.n)))
    model = highs_model(scaled.canonical)
    columns = np.arange(problem.n, dtype=np.int32)
    out = np.zeros(goals.shape[0])
    for i in range(goals.shape[0]):
        goal = goals[[i]].toarray()[0] * scaled.column
        size = float(goal.max(initial=0.0)) or 1.0
        model.changeColsCost(problem.n, columns, -goal / size)
        run_model(model)
        status = highs_status(model)
        if status == INFEASIBLE:
            return None
        at = np.array(model.getSolution().col_value)
        out[i] = max(float(goal @ at), 0.0) if status == OPTIMAL else np.inf
    return out if alone else np.full(k, out[0])
