"""How far each flow of a plan may go at the same cost, as a table to write and as text to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.network_answers import known
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    from calculator.sourcing.answers.ranges import FlowRange

_COLUMNS = ("flow", "least", "level", "most", "unit", "fixed")
_SHOWN = 60
_SAME = 1e-6
"""Part of the level below which the two ends count as one."""


def range_report(name: str, found: Sequence[FlowRange]) -> Report:
    """One row a flow: the least and the most of it among plans that are as good."""
    rows = [_row(one) for one in found]
    table = frame(rows, _COLUMNS)
    table.attrs["units"] = dict.fromkeys(("least", "level", "most"), "see column 'unit'")
    return Report(
        tables={"ranges": table},
        about={"scenario": name},
        carried=(("about", "scenario", name),),
        answer={"scenario": name, "ranges": rows},
    )


def _row(one: FlowRange) -> dict[str, Any]:
    return {
        "flow": one.id,
        "least": known(one.least),
        "level": one.level,
        "most": known(one.most),
        "unit": one.unit,
        "fixed": is_fixed(one),
    }


def is_fixed(one: FlowRange) -> bool:
    """Whether every plan that is as good has the same of it."""
    return bool(one.most - one.least <= _SAME * (1.0 + abs(one.level)))


def range_text(name: str, found: Sequence[FlowRange]) -> str:
    """Flows that may move, the widest first; and how many may not."""
    moving = sorted((f for f in found if not is_fixed(f)), key=lambda f: f.least - f.most)
    parts = [printable(name)]
    if moving:
        heads = ["flow", "least", "here", "most", "unit"]
        rows = [
            [shortened(printable(f.id)), *map(figure, (f.least, f.level, f.most)), f.unit]
            for f in moving[:_SHOWN]
        ]
        parts.append(aligned(heads, rows, left=1))
    more = f"; {len(moving) - _SHOWN} more move" if len(moving) > _SHOWN else ""
    still = len(found) - len(moving)
    parts.append(f"{still} of {len(found)} flows are the same in every plan as good{more}.")
    return "\n\n".join(parts)
