"""A chemistry under the names of the battery passport and of BPX, as tables and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.export import Report
    from calculator.packages import PartialBpx, Passport
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB


def passport_report(
    db: MaterialsDB, scenario: Scenario, evaluation: Evaluation, known: Passport
) -> Report:
    """The passport's attributes as rows and as one object."""
    from calculator.export import Report
    from calculator.packages import field_rows
    from calculator.packages.names import MODEL_PASSPORT, PASSPORT
    from calculator.tables.provenance import frame

    facts = {**_facts(db, scenario, evaluation), **MODEL_PASSPORT}
    missing = [dict(zip(_MISSING, row, strict=True)) for row in known.missing]
    return Report(
        tables={
            "attributes": frame(list(_attributes(known)), ("aspect", "attribute", "value")),
            "critical_raw_materials": frame(
                known.critical, ("element", "mass_g", "percent_of_battery")
            ),
            "missing": frame(missing, _MISSING),
            "field_names": frame(field_rows(PASSPORT), tuple(field_rows(PASSPORT)[0])),
        },
        about=facts,
        answer={
            **facts,
            "complete": False,
            "passport": {name: dict(found) for name, found in known.aspects.items()},
            "critical_raw_materials": list(known.critical),
            "known_in_part": list(known.in_part),
            "missing": missing,
            "field_names": field_rows(PASSPORT),
            "notes": list(known.notes),
            "sources": _sources(db, evaluation),
        },
    )


_MISSING = ("aspect", "attribute", "why")


def _attributes(known: Passport) -> Iterator[dict[str, str]]:
    """Every attribute that has a value, one a row."""
    for aspect, attributes in known.aspects.items():
        for place, value in _flat(attributes, ""):
            yield {"aspect": aspect, "attribute": place, "value": str(value)}


def bpx_report(
    db: MaterialsDB, scenario: Scenario, evaluation: Evaluation, found: PartialBpx
) -> Report:
    """The fields of BPX as rows and as the parts of a BPX file."""
    from calculator.export import Report
    from calculator.packages import field_rows
    from calculator.packages.names import BPX, MODEL_BPX
    from calculator.tables.provenance import frame

    facts = {**_facts(db, scenario, evaluation), **MODEL_BPX}
    rows = [
        {"section": section, "field": field, "value": value}
        for section, fields in found.sections.items()
        for field, value in fields.items()
    ]
    missing = [{"section": section, "field": field} for section, field in found.missing]
    return Report(
        tables={
            "fields": frame(rows, ("section", "field", "value")),
            "missing": frame(missing, ("section", "field")),
            "field_names": frame(field_rows(BPX), tuple(field_rows(BPX)[0])),
        },
        about=facts,
        answer={
            **facts,
            "complete": False,
            "bpx": found.document,
            "missing": missing,
            "field_names": field_rows(BPX),
            "sources": _sources(db, evaluation),
        },
    )


def _facts(db: MaterialsDB, scenario: Scenario, evaluation: Evaluation) -> dict[str, str]:
    from calculator.scenario.write import scenario_hash

    return {
        "data_version": db.data_version,
        "scenario": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "chemistry": evaluation.chemistry.id,
        "format": evaluation.request.format.id,
    }


def _sources(db: MaterialsDB, evaluation: Evaluation) -> list[dict[str, Any]]:
    from calculator.tables.provenance import sources_table

    rows = sources_table(db, evaluation.records).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _flat(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value, start=1):
            yield from _flat(item, f"{where}[{index}]")
    else:
        yield where, value


# --- text ------------------------------------------------------------------------------


def passport_text(evaluation: Evaluation, known: Passport) -> str:
    """Headline attributes, critical raw materials, recycled content, and how much is missing."""
    from calculator.terminal import aligned, figure

    technical = known.aspects["PerformanceAndDurability"]["batteryTechicalProperties"]
    mass = known.aspects["GeneralProductInformation"]["batteryMass"]
    rows = [[name, figure(value)] for name, value in {"batteryMass": mass, **technical}.items()]
    critical = [
        [row["element"], figure(row["mass_g"] / 1000.0), figure(row["percent_of_battery"])]
        for row in known.critical
    ]
    recycled = [
        [row["recycledMaterial"], figure(row["preConsumerShare"]), figure(row["postConsumerShare"])]
        for row in known.aspects.get("Circularity", {}).get("recycledContent", ())
    ]
    heads = ["recycledContent", "preConsumerShare, %", "postConsumerShare, %"]
    parts = [
        f"{printable(evaluation.chemistry.name)}: not a whole passport",
        aligned(["attribute", "value"], rows),
        aligned(["critical raw material", "kg", "% of the battery"], critical),
        *([aligned(heads, recycled)] if recycled else []),
        f"{len(known.missing)} attributes have no value here; see them with --json.",
        "\n".join(f"{note[:1].upper()}{note[1:]}." for note in known.notes),
    ]
    return "\n\n".join(parts)


def bpx_text(found: PartialBpx) -> str:
    """The fields that are known, and how many are not."""
    from calculator.terminal import aligned

    rows = [
        [section, field, f"{value:.6g}"]
        for section, fields in found.sections.items()
        for field, value in fields.items()
    ]
    told = f"Not a whole BPX file: {len(found.missing)} required fields lack; see them with --json."
    return f"{aligned(['section', 'field', 'value'], rows, left=2)}\n\n{told}"
