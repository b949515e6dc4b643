"""Dependence as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.dependence import firm_tables, loss_table, plan_outages
from calculator.dependence.slack import plan_benchmarks, slack_table
from calculator.dependence.tables import outage_table, risk_table
from calculator.export import Report
from calculator.regions import EU, EU_MEMBERS
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.dependence import ExactOutage, Exposure, ImporterRisk
    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB

_WORST = 8
_EXACT = (
    "country", "material", "stage", "status", "delivered", "cost", "extra_cost", "money",
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What was asked and what was found."""

    db: MaterialsDB
    importer: str | None
    material: str | None
    table: pd.DataFrame
    scores: tuple[ImporterRisk, ...]
    sourced: Sourced | None
    exact: ExactOutage | None
    event: str
    exposure: Exposure | None
    notes: tuple[str, ...]


def n1_report(found: Asking) -> Report:
    """Every table, with its notes."""
    notes = _notes(found)
    tables = dict(_tables(found))
    return Report(
        tables=tables,
        sheets={"notes": frame([{"note": text} for text in notes], ("note",))},
        about=_about(found),
        carried=tuple(("notes", str(k), text) for k, text in enumerate(notes, start=1)),
        answer={
            **_about(found),
            **{name: _records(table) for name, table in tables.items()},
            **_firm_answer(found.exposure),
            "notes": notes,
        },
    )


def _tables(found: Asking) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "n1", found.table
    yield "losses", loss_table(found.db, found.material)
    if found.scores:
        yield "geopolrisk", risk_table(found.scores)
    if found.sourced is not None:
        rows = (r for r in plan_outages(found.sourced) if found.material in (None, r.material))
        yield "plan_outages", outage_table(rows)
        if found.importer == EU or found.importer in EU_MEMBERS:
            kept = plan_benchmarks(found.db, found.sourced)
            yield "benchmarks", slack_table(kept, found.material)
    if found.exact is not None:
        yield "without", frame([{k: getattr(found.exact, k) for k in _EXACT}], _EXACT)
    if found.exposure is not None:
        yield from firm_tables(found.exposure).items()


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _about(found: Asking) -> dict[str, str]:
    facts = {
        "data_version": found.db.data_version,
        "importer": found.importer or "",
        "material": found.material or "",
        "event": found.event,
    }
    return {key: text for key, text in facts.items() if text}


def _firm_answer(exposure: Exposure | None) -> dict[str, Any]:
    if exposure is None:
        return {}
    names = ("unit", "total", "share", "exposure", "days_lost", "longest_lag_days")
    return {"firm_exposure": {name: getattr(exposure, name) for name in names}}


def _notes(found: Asking) -> list[str]:
    said = [
        "world shares: what is left counts as met demand if the others make no more",
        "GeoPolRisk: what is not named singly is given the mean political risk of all countries; "
        "low and high are with the lowest and the highest",
    ]
    if found.importer and not found.scores:
        said.append(
            f"no origins of imports are known for {found.importer}; a GeoPolRisk is of the world's "
            "mix (add rows to import_shares.csv)"
        )
    elif found.importer:
        said.append(
            f"production within {found.importer} counts as 0 in its GeoPolRisk: "
            "no amounts are known"
        )
    if found.sourced is not None:
        said.append(
            "plan: 'lost' is with nothing bought elsewhere; 'with spare' is with all that others "
            "could give, rules left aside; --without CODE solves it with all rules"
        )
    return [*said, *found.notes]


# --- text --------------------------------------------------------------------------------


def n1_text(found: Asking) -> str:
    """World, imports, plan, firms, and what they rest on."""
    views = dict(tuple(found.table.groupby("view", sort=False)))
    parts = [_world(views), _worst(found), _imports(views), _plan(views), *_without(found.exact)]
    parts += _firms(found.exposure)
    parts.append("\n".join(f"note: {printable(text)}" for text in _notes(found)))
    return "\n\n".join(part for part in parts if part)


def _percent(value: Any) -> str:
    return "-" if value is None or value != value else f"{100 * float(value):.0f} %"  # noqa: PLR0124


def _world(views: Mapping[Any, pd.DataFrame]) -> str:
    rows = [
        [
            row["material"], row["stage"], row["largest"],
            *map(_percent, (row["largest_share"], row["left"])),
            *map(figure, (row["hhi_low"], row["hhi_governance"], row["geopolrisk"])),
            figure(row["eu_supply_risk"]), row["outlook_2035"] or "-",
        ]
        for row in _rows(views, "world")
    ]  # fmt: skip
    heads = [
        "world", "stage", "largest", "share", "left", "HHI", "HHI x risk", "GeoPolRisk", "EU SR",
        "left 2035 (outlook)",
    ]  # fmt: skip
    return aligned(heads, rows, left=3) if rows else ""


def _rows(views: Mapping[Any, pd.DataFrame], name: str) -> list[dict[str, Any]]:
    return _records(views[name]) if name in views else []


def _worst(found: Asking) -> str:
    table = _records(loss_table(found.db, found.material))[:_WORST]
    rows = [
        [
            row["country"], f"{row['worst_material']} {row['worst_stage']}",
            _percent(row["worst_share"]), str(row["largest_of"]), str(row["above_quarter"]),
        ]
        for row in table
    ]  # fmt: skip
    heads = ["loss of", "takes most of", "share", "largest in", "above 25 % in"]
    return aligned(heads, rows, left=2)


def _imports(views: Mapping[Any, pd.DataFrame]) -> str:
    rows = [
        [
            row["form"], str(row["date"]), row["imports_by"], row["largest"],
            *map(_percent, (row["largest_share"], row["left"], row["rest"])),
            *map(figure, (row["hhi_low"], row["hhi_high"])),
            *map(figure, (row["geopolrisk_low"], row["geopolrisk"], row["geopolrisk_high"])),
            row["geopolrisk_of"],
        ]
        for row in _rows(views, "imports")
    ]  # fmt: skip
    heads = [
        "imports", "year", "by", "largest", "share", "left", "not named", "HHI", "at most",
        "GeoPolRisk", "central", "high", "of",
    ]  # fmt: skip
    return aligned(heads, rows, left=4) if rows else ""


def _plan(views: Mapping[Any, pd.DataFrame]) -> str:
    rows = [
        [
            row["material"], row["stage"], row["largest"],
            *map(
                _percent,
                (row["largest_share"], row["output_lost"], row["left"], row["left_with_spare"]),
            ),
            figure(row["hhi_low"]),
        ]
        for row in _rows(views, "plan")
    ]  # fmt: skip
    heads = ["plan", "stage", "largest", "share", "lost", "left", "with spare", "HHI"]
    return aligned(heads, rows, left=3) if rows else ""


def _without(exact: ExactOutage | None) -> Iterator[str]:
    if exact is None:
        return
    where = " ".join(filter(None, (exact.material, exact.stage))) or "every material"
    said = f"Without {exact.country} ({where}), all rules kept: {exact.status}"
    if exact.status == "optimal":
        said += f"; it costs {figure(exact.extra_cost)} {exact.money} a year more"
    elif exact.status == "short":
        said += f"; {_percent(exact.delivered)} of the need can be delivered"
    yield f"{said}."


def _firms(exposure: Exposure | None) -> Iterator[str]:
    if exposure is None:
        return
    yield (
        f"Of {figure(exposure.total)} {printable(exposure.unit)} {_share(exposure.share)} runs "
        f"through listed firms; exposed: {_share(exposure.exposure)} of the bill, "
        f"{figure(exposure.days_lost)} days of its output (longest lag: "
        f"{figure(exposure.longest_lag_days)} days)."
    )
    rows = [
        [str(t.tier), figure(t.spend), *map(_share, (t.share, t.exposure)), figure(t.days_lost),
         shortened(", ".join(t.firms))]
        for t in exposure.tiers
    ]  # fmt: skip
    if rows:
        heads = ["tier", "spend", "share", "exposed", "days lost", "firms"]
        yield aligned(heads, rows, ["", printable(exposure.unit), "", "", "day", ""])
    matches = [
        [shortened(m.firm), m.listed_as or "not on the list", ", ".join(m.near) or "-"]
        for m in exposure.matches
    ]
    yield aligned(["firm of the file", "taken for", "looks like (not counted)"], matches, left=3)


def _share(value: float) -> str:
    return f"{100 * value:.3g} %"
