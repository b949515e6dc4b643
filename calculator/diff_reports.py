"""What changed between two scenario files, as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.difference_reports import (
    difference_answer,
    difference_tables,
    difference_text,
)
from calculator.export import Report
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.difference import ScenarioDifference
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


def diff_report(
    names: tuple[str, str], found: Difference | None, compared: ScenarioDifference | None = None
) -> Report:
    """What differs between two files: of their plans, and of their chemistries.

    Args:
        names: of the files.
        found: how the plans differ; None where none are compared.
        compared: how the scenarios differ; None where one states a network of its own.
    """
    plans, tables = _plan_facts(found), {} if found is None else _plan_tables(found)
    chemistries = {} if compared is None else difference_tables(compared)
    facts = {"before": names[0], "after": names[1], **plans}
    if compared is not None:
        facts["money"] = compared.money
    return Report(
        tables={**tables, **chemistries},
        about=facts,
        carried=tuple(("about", key, text) for key, text in facts.items()),
        answer=diff_answer(names, found, compared),
    )


def _plan_facts(found: Difference | None) -> dict[str, str]:
    if found is None:
        return {}
    ends = {"cost_before": repr(found.cost_before), "cost_after": repr(found.cost_after)}
    return {"currency": found.currency, **ends}


def _plan_tables(found: Difference) -> dict[str, pd.DataFrame]:
    tables = {
        "bridge": frame(_bridge_rows(found), _BRIDGE),
        "shares": frame(_share_rows(found), _SHARES),
        "flows": frame(_flow_rows(found), _FLOWS),
        "limits": frame([_limit_row(row) for row in found.limits], _LIMITS),
    }
    tables["bridge"].attrs["units"] = {"amount": "see column 'currency'"}
    return tables


def diff_answer(
    names: tuple[str, str], found: Difference | None, compared: ScenarioDifference | None = None
) -> dict[str, Any]:
    """Two files side by side; ``cost_before`` plus all of ``bridge`` is ``cost_after``.

    ``compare`` holds how the scenarios differ, chemistry by chemistry.
    """
    answer: dict[str, Any] = {"before": names[0], "after": names[1]}
    if found is not None:
        answer |= _plan_answer(found)
    return answer if compared is None else {**answer, "compare": difference_answer(compared)}


def _plan_answer(found: Difference) -> dict[str, Any]:
    return {
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


def diff_text(
    names: tuple[str, str], found: Difference | None, compared: ScenarioDifference | None = None
) -> str:
    """Inputs and costs of the chemistries, then the bridge of the plans and what moved."""
    parts = [f"From {printable(names[0])} to {printable(names[1])}"]
    parts += [] if compared is None else list(difference_text(compared))
    parts += [] if found is None else list(_plan_text(found))
    return "\n\n".join(parts)


def _plan_text(found: Difference) -> Iterator[str]:
    yield _bridge(found)
    if not found.bridge and not found.flows:
        yield "The plans are the same."
    yield from (*_why(found), *_shares(found), *_flows(found))


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
