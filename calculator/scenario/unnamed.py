"""What a plan takes from countries that the tables do not name, told in sentences.

A cap or a ban on countries passes over them unless its ``rest`` is ``one``; where they supply much
of a material, the reader must know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rule_base import Rule
    from calculator.sourcing.rules import Ban

MUCH = 0.20
"""Share of a material at a stage from which the unnamed are told."""
_SHOWN = 3
Place = tuple[str, str | None]


def unnamed_notes(plan: Plan, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Sentences on supply from countries not known singly; none where it is small throughout."""
    from calculator.sourcing.rules import Ban

    places = _places(plan)
    if not places:
        return ()
    told = ", ".join(f"{100 * share:.0f} % of {_said(at)}" for at, share in places.items())
    notes = [
        f"Countries not known singly (ROW) supply {told}; a rule on countries sees them only "
        "with 'rest: one'."
    ]
    bans = [r for r in rules if isinstance(r, Ban) and r.rest == "many"]
    return (*notes, *(note for ban in bans for note in _unseen(plan, ban, tuple(places))))


def _places(plan: Plan) -> dict[Place, float]:
    """Materials and stages of which the unnamed supply much, the most first."""
    shares: dict[Place, float] = {}
    for row in plan.shares:
        if row.country is None:
            at = (row.material, row.stage)
            shares[at] = shares.get(at, 0.0) + row.share
    much = {at: share for at, share in shares.items() if share > MUCH}
    return dict(sorted(much.items(), key=lambda pair: -pair[1]))


def _unseen(plan: Plan, ban: Ban, places: Sequence[Place]) -> Iterator[str]:
    """Where a banned country is not named and so may be among the unnamed."""
    banned = (ban.country,) if isinstance(ban.country, str) else (ban.country or ())
    named = _named(plan)
    for country in banned[:_SHOWN]:
        at = [_said(p) for p in places if _on(ban, p) and country not in named.get(p, set())]
        if at:
            yield (
                f"'{ban.name}': {country} is not named for {', '.join(at)} and may be among "
                "the countries not known singly there."
            )


def _on(ban: Ban, place: Place) -> bool:
    return ban.material in (None, place[0]) and ban.stage in (None, place[1])


def _named(plan: Plan) -> dict[Place, set[str]]:
    """Countries with a source of their own, by material and stage."""
    found: dict[Place, set[str]] = {}
    layout = plan.layout
    if layout is None:
        return found
    goods, nodes = layout.network.commodities, layout.network.nodes
    pairs = zip(layout.sources.commodity.tolist(), layout.sources.node.tolist(), strict=True)
    for good, node in pairs:
        at = (goods[good].material_label, goods[good].stage)
        found.setdefault(at, set()).update([nodes[node].country or ""])
    return found


def _said(place: Place) -> str:
    material, stage = place
    words = material.replace("_", " ")
    return words if stage is None else f"{words} ({stage.replace('_', ' ')})"
