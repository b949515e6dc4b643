"""A network under several outcomes: a copy in each, tied together by what is decided before.

Two stages (MODEL 2.4, 15): the first-stage records are decided before the outcome is known and
are the same in all, the others answer to it. Money in an outcome counts by its probability, so
that a first-stage cost, in every copy, counts once. The network may itself be over time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from calculator.sourcing.errors import did_you_mean, raise_faults
from calculator.sourcing.expansion.changes import (
    KINDS,
    Changes,
    Names,
    changed,
    copies,
    known_names,
    name_of,
    stamped,
)
from calculator.sourcing.expansion.parts import Parts
from calculator.sourcing.network import Network, Node, Outcome
from calculator.sourcing.rules.decided import SameInAll

DECIDED_BEFORE = "decided before the outcome"
_HEADING = "The network cannot be split over outcomes:"
_WORDS = {"supplies": "supply", "processes": "process", "arcs": "arc", "demands": "demand"}


def over_outcomes(
    network: Network,
    outcomes: Sequence[Outcome],
    changes: Mapping[str, Changes] | None = None,
    first_stage: Sequence[str] = (),
) -> tuple[Network, tuple[SameInAll, ...]]:
    """Return one flat network of all outcomes, and the rule that ties the first stage.

    Args:
        network: what is the same in every outcome.
        outcomes: with probabilities that sum to 1.
        changes: by outcome, what is different in it; see `changes`.
        first_stage: supplies, processes and arcs decided before: by name, by the name without
            its period (all its copies), or by a period (all that is in it).

    Raises:
        SourcingError: every name that is unknown, and every number that cannot be.
    """
    faults = _unknown_outcomes(changes or {}, outcomes)
    decided = _decided(network, first_stage, faults)
    parts = Parts.of(network)
    tied: dict[str, list[str]] = {}
    for outcome in outcomes:
        own = (changes or {}).get(outcome.id, {})
        now = changed(network, own, f"outcome {outcome.id!r}", faults)
        at = {node.id: stamped(node.id, outcome.id) for node in network.nodes}
        for node in network.nodes:
            parts.add_node(_copy_of(node, at[node.id], outcome.id))
        for kind in KINDS:
            for before, record in zip(getattr(network, kind), now[kind], strict=True):
                name = name_of(before)
                copy = copies(record, at, outcome.id)
                if (kind, name) in decided:
                    copy = replace(copy, id=stamped(name, outcome.id))
                    tied.setdefault(f"{kind} {name}", []).append(f"{_WORDS[kind]} {copy.id}")
                getattr(parts, kind).append(copy)
    raise_faults(_HEADING, faults)
    ties = tuple(tuple(own) for own in tied.values())
    flat = parts.network(network, outcomes=tuple(outcomes))
    return flat, (SameInAll(DECIDED_BEFORE, ties),) if ties and len(outcomes) > 1 else ()


def _unknown_outcomes(changes: Mapping[str, Changes], outcomes: Sequence[Outcome]) -> list[str]:
    known = [outcome.id for outcome in outcomes]
    faults = [] if known else ["there are no outcomes; name at least one, with its probability."]
    return faults + [
        f"changes: unknown outcome {name!r}; {did_you_mean(name, known)}"
        for name in changes
        if name not in known
    ]


def _copy_of(node: Node, name: str, outcome: str) -> Node:
    return replace(node, id=name, outcome=outcome, base=node.base or node.id)


def _decided(
    network: Network, first_stage: Sequence[str], faults: list[str]
) -> set[tuple[str, str]]:
    """Kind and name of every record decided before."""
    in_period = _by_period(network)
    kinds = [kind for kind in KINDS if kind != "demands"]
    names = {kind: Names(network, kind) for kind in kinds if first_stage}
    found: set[tuple[str, str]] = set()
    for wanted in first_stage:
        at = [(kind, k) for kind in kinds for k in names[kind].find(wanted)]
        mine = {(kind, name_of(getattr(network, kind)[k])) for kind, k in at}
        mine |= in_period.get(wanted, set())
        if not mine:
            known = set[str]().union(*(known_names(network, kind) for kind in kinds))
            faults.append(f"first_stage: {wanted!r} is unknown; {did_you_mean(wanted, known)}")
        found |= mine
    return found


def _by_period(network: Network) -> dict[str | None, set[tuple[str, str]]]:
    """Kind and name of every record but demands, by the period it begins in."""
    period = {node.id: node.period for node in network.nodes}
    found: dict[str | None, set[tuple[str, str]]] = {}
    for kind in KINDS[:-1]:
        for record in getattr(network, kind) if network.periods else ():
            when = period[getattr(record, "node", None) or record.source]
            found.setdefault(when, set()).add((kind, name_of(record)))
    return found
