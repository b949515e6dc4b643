"""What changed between two plans, as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    from calculator.sourcing.answers.diff import ChangedLimit, Difference

_SHOWN = 40
_DUST = 1e-9
"""Part of the cost below which a change is rounding, and left out of the text alone."""
_BRIDGE = ("kind", "material", "stage", "effect", "amount", "currency")
_SHARES = ("material", "stage", "country", "route", "before", "after", "change")
_FLOWS = ("id", "before", "after", "change", "unit")
_LIMITS = (
    "name", "kind", "limit_before", "limit_after", "shadow_price_before", "shadow_price_after",
    "unit",
)  # fmt: skip
_EFFECTS = {
    "volume": "more or less of everything of its kind",
    "mix": "more or less of it than of its kind",
    "price": "another unit cost",
    "new": "in the second alone",
    "gone": "in the first alone",
    "charge": "what rules charge",
}


def diff_report(names: tuple[str, str], found: Difference) -> Report:
    """The cost bridge, and the shares, flows and limits that differ."""
    facts = {
        "before": names[0],
        "after": names[1],
        "currency": found.currency,
        "cost_before": repr(found.cost_before),
        "cost_after": repr(found.cost_after),
    }
    tables = {
        "bridge": frame(_bridge_rows(found), _BRIDGE),
        "shares": frame(_share_rows(found), _SHARES),
        "flows": frame(_flow_rows(found), _FLOWS),
        "limits": frame([_limit_row(row) for row in found.limits], _LIMITS),
    }
    tables["bridge"].attrs["units"] = {"amount": "see column 'currency'"}
    return Report(
        tables=tables,
        about=facts,
        carried=tuple(("about", key, text) for key, text in facts.items()),
        answer=diff_answer(names, found),
    )


def diff_answer(names: tuple[str, str], found: Difference) -> dict[str, Any]:
    """Two plans side by side; ``cost_before`` plus all of ``bridge`` is ``cost_after``."""
    return {
        "before": names[0],
        "after": names[1],
        "currency": found.currency,
        "cost_before": found.cost_before,
        "cost_after": found.cost_after,
        "change": found.change,
        "bridge": [asdict(item) for item in found.bridge],
        "change_by_effect": {str(key[0]): v for key, v in found.by("effect").items()},
        "change_by_kind": {str(key[0]): v for key, v in found.by("kind").items()},
        "shares": _share_rows(found),
        "flows": _flow_rows(found),
        "limits": [_limit_row(row) for row in found.limits],
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
    }


def _bridge_rows(found: Difference) -> list[dict[str, Any]]:
    return [{**asdict(item), "currency": found.currency} for item in found.bridge]


def _share_rows(found: Difference) -> list[dict[str, Any]]:
    return [{**asdict(row), "change": row.after - row.before} for row in found.shares]


def _flow_rows(found: Difference) -> list[dict[str, Any]]:
    return [{**asdict(row), "change": row.change} for row in found.flows]


def _limit_row(row: ChangedLimit) -> dict[str, Any]:
    old, new = row.before, row.after
    known = new or old
    return {
        "name": row.name,
        "kind": row.kind,
        "limit_before": old.limit if old else None,
        "limit_after": new.limit if new else None,
        "shadow_price_before": old.shadow_price if old else None,
        "shadow_price_after": new.shadow_price if new else None,
        "unit": known.unit if known else "",
    }


# --- text ------------------------------------------------------------------------------


def diff_text(names: tuple[str, str], found: Difference) -> str:
    """The bridge from one cost to the other, then the shares that changed."""
    head = f"From {printable(names[0])} to {printable(names[1])}"
    parts = [head, _bridge(found)]
    if not found.bridge and not found.flows:
        parts.append("The plans are the same.")
    parts += [*_why(found), *_shares(found), *_flows(found)]
    return "\n\n".join(parts)


def _bridge(found: Difference) -> str:
    rows = [["cost before", "", figure(found.cost_before)]]
    least = _DUST * max(abs(found.cost_before), abs(found.cost_after))
    rows += [
        [str(kind), str(effect), _signed(amount)]
        for (kind, effect), amount in found.by("kind", "effect").items()
        if abs(amount) > least
    ]
    rows += [["change", "", _signed(found.change)], ["cost after", "", figure(found.cost_after)]]
    return aligned(["cost", "effect", found.currency], rows, left=2)


def _why(found: Difference) -> Iterator[str]:
    used = dict.fromkeys(item.effect for item in found.bridge)
    if used:
        yield "\n".join(f"{effect}: {_EFFECTS[effect]}" for effect in used)


def _signed(amount: float) -> str:
    return f"+{figure(amount)}" if amount > 0 else figure(amount)


def _shares(found: Difference) -> Iterator[str]:
    named = [row for row in found.shares if row.country is not None]
    if named:
        body = [
            [row.material, row.stage or "-", row.country or "-", row.route,
             figure(100 * row.before), figure(100 * row.after)]
            for row in named[:_SHOWN]
        ]  # fmt: skip
        heads = ["material", "stage", "country", "route", "before", "after"]
        yield aligned(heads, body, ["", "", "", "", "%", "%"], left=4) + _more(len(named))


def _flows(found: Difference) -> Iterator[str]:
    if found.flows:
        body = [
            [shortened(row.id), figure(row.before), figure(row.after), row.unit]
            for row in found.flows[:_SHOWN]
        ]
        yield aligned(["flow", "before", "after", "unit"], body) + _more(len(found.flows))


def _more(count: int) -> str:
    left = count - _SHOWN
    return f"\nand {left} more: in a file (--out) and in --json" if left > 0 else ""
