"""Names of countries, owners and groups in rules that no node of the network has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from calculator.sourcing.network import Node
from calculator.sourcing.reading.slips import Path, Slips, nearest_or_all
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scope import EACH

_KINDS = ("country", "owner", "group", "outside")
_EVERY = frozenset({"any", "all", "every", "*", "everyone", "single"})


def check_parties(
    rules: Sequence[Rule], paths: Sequence[Path], nodes: Sequence[Node], slips: Slips
) -> tuple[str, ...]:
    """Return a note for each party of a rule that the network does not know at all.

    That is no fault: a ban may name a country that sells nothing here. It is one where the name
    differs in its letters' case alone, or is another word for `each`.
    """
    known = {kind: _known(kind, nodes) for kind in _KINDS}
    notes = []
    for rule, path in zip(rules, paths, strict=True):
        for kind in _KINDS:
            missing = [n for n in _names(getattr(rule, kind, None)) if n not in known[kind]]
            for name in missing:
                _check_case(name, kind, known[kind], path, slips)
            if missing and len(missing) == len(_names(getattr(rule, kind))):
                notes.append(_note(rule.name, kind, missing, known[kind]))
    return tuple(notes)


def _names(stated: Any) -> tuple[str, ...]:
    names = (stated,) if isinstance(stated, str) else stated or ()
    return tuple(name for name in names if isinstance(name, str) and name != EACH)


def _known(kind: str, nodes: Sequence[Node]) -> frozenset[str]:
    return frozenset(name for node in nodes for name in _of(kind, node))


def _of(kind: str, node: Node) -> Iterator[str]:
    if kind in ("group", "outside"):
        yield from node.groups
        return
    name = node.country if kind == "country" else node.owner
    if name is not None:
        yield name


def _check_case(name: str, kind: str, known: frozenset[str], path: Path, slips: Slips) -> None:
    like = [other for other in sorted(known) if other.casefold() == name.strip().casefold()]
    if like:
        slips.add((*path, kind), f": unknown {_called(kind)} {name!r}; did you mean {like[0]!r}?")
    elif name.casefold() in _EVERY and kind in ("country", "owner"):
        said = f": unknown {kind} {name!r}; write 'each' for every single one."
        slips.add((*path, kind), said)


def _note(rule: str, kind: str, missing: Sequence[str], known: frozenset[str]) -> str:
    names = ", ".join(map(repr, missing))
    offered = nearest_or_all(missing[0], known)
    return f"rule {rule!r}: no node has the {_called(kind)} {names}; {offered}"


def _called(kind: str) -> str:
    return "group" if kind == "outside" else kind
