"""Checks of a network before anything is built: all faults, each with its remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import isfinite, isnan
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from calculator.sourcing.errors import did_you_mean, raise_faults

if TYPE_CHECKING:
    from calculator.sourcing.network import Network, Process

_CURRENCY = re.compile(r"[A-Z]{3}_(19|20)\d\d")
_BALANCE_TOLERANCE = 1e-6
# field -> may it be infinite; prices may be negative (gate fee, by-product credit)
_QUANTITIES = {
    "supply": {"capacity": True, "emission_kg_per_unit": False},
    "process": {"capacity": True, "energy_kwh_per_unit": False},
    "arc": {
        "capacity": True,
        "freight_per_unit": False,
        "duty_rate": False,
        "customs_value_per_unit": False,
    },
    "demand": {"amount": False, "limit": True},
}
_SPANS = ("start", "length")
_SIGNED = {
    "supply": ("price_per_unit",),
    "process": ("conversion_cost_per_unit", "emission_kg_per_unit"),
    "arc": ("emission_kg_per_unit",),
    "demand": ("value_per_unit",),
}


def network_faults(network: Network) -> None:
    """Raise one `SourcingError` with every fault of the network, or return."""
    faults = [*_currency(network), *_duplicates(network), *_times(network)]
    for kind, records in _records(network).items():
        faults += _references(network, kind, records)
        faults += _numbers(kind, records)
    faults += [*_contents(network), *_mixed_units(network)]
    faults += _recipes(network)
    faults += _lanes(network.arcs)
    faults += _demand_limits(network)
    if not faults:  # the last two need sound references
        faults += _outputs_without_sink(network)
        faults += _element_balances(network)
    raise_faults("The network cannot be used:", faults)


def where(kind: str, record: Any, number: int) -> str:
    """Name a record in an error: its id, else its ends, else its place in the list."""
    if getattr(record, "id", ""):
        return f"{kind} {record.id!r}"
    if kind == "arc":
        return f"arc {record.commodity!r} {record.source!r} to {record.target!r}"
    return f"{kind} {number + 1} ({record.commodity!r} at {record.node!r})"


def _records(network: Network) -> dict[str, tuple[Any, ...]]:
    return {
        "supply": network.supplies,
        "process": network.processes,
        "arc": network.arcs,
        "demand": network.demands,
    }


def _currency(network: Network) -> Iterator[str]:
    if not _CURRENCY.fullmatch(network.currency):
        yield (
            f"currency {network.currency!r} does not name a currency and its year; "
            "write for example 'USD_2024'."
        )


def _duplicates(network: Network) -> Iterator[str]:
    groups: dict[str, Iterable[Any]] = {
        "commodity": network.commodities,
        "node": network.nodes,
        "period": network.periods,
        "outcome": network.outcomes,
        **_records(network),
    }
    for kind, records in groups.items():
        counts = Counter(record.id for record in records)
        if len(counts) == len(tuple(records)):
            continue
        for name, count in counts.items():
            if name and count > 1:
                yield f"{kind} id {name!r} is used {count} times; ids must differ."


def _references(network: Network, kind: str, records: tuple[Any, ...]) -> Iterator[str]:
    nodes = {node.id for node in network.nodes}
    commodities = {commodity.id for commodity in network.commodities}
    ends = ("source", "target") if kind == "arc" else ("node",)
    if kind != "process" and _all_known(records, ends, nodes, commodities):
        return
    for number, record in enumerate(records):
        goods, further = _touched(kind, record)
        for end, name in (*((end, getattr(record, end)) for end in ends), *further):
            if name not in nodes:
                yield _unknown(kind, record, number, end, name, nodes)
        for good in goods:
            if good not in commodities:
                yield _unknown(kind, record, number, "commodity", good, commodities)
        if kind == "arc" and record.source == record.target:
            yield f"{where(kind, record, number)} leads back to its own node; remove it."


def _all_known(
    records: tuple[Any, ...], ends: tuple[str, ...], nodes: set[str], commodities: set[str]
) -> bool:
    """The quick look at many records: no name is unknown, no lane leads to where it starts."""
    for end in ends:
        if not nodes.issuperset(map(attrgetter(end), records)):
            return False
    starts = len(ends) > 1 and any(map(eq, *(map(attrgetter(end), records) for end in ends)))
    return not starts and commodities.issuperset(map(attrgetter("commodity"), records))


def _touched(kind: str, record: Any) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Commodities of a record, and the nodes it delivers to beside its own ends."""
    if kind != "process":
        return (record.commodity,), ()
    later = (good for goods in record.elsewhere.values() for good in goods)
    nodes = tuple(("elsewhere", node) for node in record.elsewhere)
    return (*record.inputs, *record.outputs, *later), nodes


def _times(network: Network) -> Iterator[str]:
    """Periods and outcomes: weights that can be, and nodes that are in one there is."""
    for field, records in (("period", network.periods), ("outcome", network.outcomes)):
        known = {record.id for record in records}
        for node in network.nodes:
            name = getattr(node, field)
            if name is not None and name not in known:
                yield f"node {node.id!r}: {field} {name!r} is unknown; {did_you_mean(name, known)}"
    for period in network.periods:
        if not (isfinite(period.discount) and period.discount > 0):
            yield f"period {period.id!r}: discount {_number_fault(period.discount)}"
        for name in _SPANS:
            value = getattr(period, name)
            if value is not None and not (isfinite(value) and (name == "start" or value > 0)):
                yield f"period {period.id!r}: {name} is {value:g}; give it in years."
    for outcome in network.outcomes:
        if not 0 <= outcome.probability <= 1:
            yield f"outcome {outcome.id!r}: probability is {outcome.probability:g}; give 0 to 1."
    total = sum(outcome.probability for outcome in network.outcomes)
    if network.outcomes and not abs(total - 1) <= _BALANCE_TOLERANCE:
        yield f"the probabilities of the outcomes sum to {total:g}; they must sum to 1."


def _unknown(kind: str, record: Any, number: int, field: str, value: str, known: set[str]) -> str:
    return f"{where(kind, record, number)}: unknown {field} {value!r}; {did_you_mean(value, known)}"


def _numbers(kind: str, records: tuple[Any, ...]) -> Iterator[str]:
    for name, may_be_infinite in _QUANTITIES[kind].items():
        if _all_fit(records, name, may_be_infinite):
            continue
        for number, record in enumerate(records):
            value = getattr(record, name)
            if value >= 0 and (may_be_infinite or isfinite(value)):
                continue
            yield f"{where(kind, record, number)}: {name} {_number_fault(value)}"
    for name in _SIGNED[kind]:
        if np.isfinite(_column(records, name)).all():
            continue
        for number, record in enumerate(records):
            if not isfinite(getattr(record, name)):
                value = getattr(record, name)
                yield f"{where(kind, record, number)}: {name} is {value}; give a finite number."
    if kind == "arc" and not {"fob", "cif"}.issuperset(map(attrgetter("duty_base"), records)):
        for number, record in enumerate(records):
            if record.duty_base not in ("fob", "cif"):
                yield f"{where(kind, record, number)}: duty_base is 'fob' or 'cif'."


def _lanes(arcs: tuple[Any, ...]) -> Iterator[str]:
    """Lead times and duty by origin, where a lane has either."""
    if any(map(attrgetter("lead_periods"), arcs)) or any(map(attrgetter("duty_by_origin"), arcs)):
        for number, arc in enumerate(arcs):
            yield from _lead_and_origins(arc, number)


def _lead_and_origins(arc: Any, number: int) -> Iterator[str]:
    if arc.lead_periods < 0 or arc.lead_periods != int(arc.lead_periods):
        yield (
            f"{where('arc', arc, number)}: lead_periods is {arc.lead_periods:g}; "
            "give a whole number of periods."
        )
    for country, rate in (arc.duty_by_origin or {}).items():
        if not (isfinite(rate) and rate >= 0):
            yield (
                f"{where('arc', arc, number)}: duty_by_origin of {country!r} {_number_fault(rate)}"
            )


def _column(records: tuple[Any, ...], name: str) -> npt.NDArray[np.float64]:
    return np.fromiter(map(attrgetter(name), records), np.float64, len(records))


def _all_fit(records: tuple[Any, ...], name: str, may_be_infinite: bool) -> bool:
    """The quick look at many records: every number is 0 or more."""
    value = _column(records, name)
    return bool((value >= 0).all() and (may_be_infinite or np.isfinite(value).all()))


def _number_fault(value: float) -> str:
    if isnan(value):
        return "is not a number; give a value."
    if value < 0:
        return f"is negative ({value:g}); give 0 or more."
    return "is infinite; give a finite number."


def _contents(network: Network) -> Iterator[str]:
    for commodity in network.commodities:
        for element, value in commodity.contents.items():
            if not (isfinite(value) and value >= 0):
                yield f"commodity {commodity.id!r}: content of {element!r} {_number_fault(value)}"


def _mixed_units(network: Network) -> Iterator[str]:
    """Goods of one material at one stage are added up, so they must be in one unit."""
    units: dict[tuple[str, str | None], dict[str, str]] = {}
    for good in network.commodities:
        label = good.material_label
        unit = f"kg {label}" if label in good.contents else good.unit
        units.setdefault((label, good.stage), {}).setdefault(unit, good.id)
    for (label, _), seen in units.items():
        if len(seen) > 1:
            first, second, *_rest = seen.values()
            yield (
                f"commodities {first!r} and {second!r} are both {label!r} at one stage but in "
                f"different units; give both contents of {label!r}, or another material or stage."
            )


def _recipes(network: Network) -> Iterator[str]:
    for process in network.processes:
        if not (process.outputs or process.elsewhere):
            yield f"process {process.id!r} makes nothing; give it an output."
        for side in ("inputs", "outputs"):
            for good, value in getattr(process, side).items():
                if not (isfinite(value) and value > 0):
                    yield (
                        f"process {process.id!r}: {side} of {good!r} is {value:g}; "
                        "give units per unit of activity above 0."
                    )
        for node, goods in process.elsewhere.items():
            for good, value in goods.items():
                if not (isfinite(value) and value > 0):
                    yield (
                        f"process {process.id!r}: output of {good!r} at {node!r} is {value:g}; "
                        "give units per unit of activity above 0."
                    )
        if process.origin_from is not None and process.origin_from not in process.inputs:
            yield (
                f"process {process.id!r}: origin_from {process.origin_from!r} is no input of it; "
                f"{did_you_mean(process.origin_from, process.inputs)}"
            )
        for good in sorted(set(process.inputs) & set(process.outputs)):
            yield (
                f"process {process.id!r} both uses and makes {good!r}; "
                "give the net amount on one side."
            )


def _demand_limits(network: Network) -> Iterator[str]:
    for number, demand in enumerate(network.demands):
        if demand.limit < demand.amount:
            yield (
                f"{where('demand', demand, number)}: limit {demand.limit:g} is below the amount "
                f"{demand.amount:g}; raise the limit."
            )


def _outputs_without_sink(network: Network) -> Iterator[str]:
    sinks = {(demand.node, demand.commodity) for demand in network.demands}
    sinks |= {(arc.source, arc.commodity) for arc in network.arcs}
    sinks |= {(process.node, good) for process in network.processes for good in process.inputs}
    for process in network.processes:
        for node, goods in ((process.node, process.outputs), *process.elsewhere.items()):
            for good in goods:
                if (node, good) not in sinks:
                    yield (
                        f"process {process.id!r}: its output {good!r} has no way out of node "
                        f"{node!r}; add an arc, a process that uses it or a demand of 0."
                    )


def _element_balances(network: Network) -> Iterator[str]:
    held = {commodity.id: commodity.contents for commodity in network.commodities}
    for process in network.processes:
        for element, stated in process.yields.items():
            came_in = _content(process.inputs, held, element)
            went_out = _content(process.outputs, held, element)
            went_out += sum(_content(g, held, element) for g in process.elsewhere.values())
            if abs(went_out - stated * came_in) > _BALANCE_TOLERANCE * max(went_out, came_in):
                yield _imbalance(process, element, stated, came_in, went_out)


def _content(amounts: Any, held: dict[str, Any], element: str) -> float:
    return float(sum(value * held[good].get(element, 0.0) for good, value in amounts.items()))


def _imbalance(
    process: Process, element: str, stated: float, came_in: float, went_out: float
) -> str:
    return (
        f"process {process.id!r}: {element} out is {went_out:g} kg but yield {stated:g} x "
        f"{came_in:g} kg in is {stated * came_in:g}; correct the recipe or the yield."
    )
