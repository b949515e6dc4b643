"""Demands, in every way they may be written, as rows with a commodity and a node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from calculator.sourcing.reading.record_reader import Row
from calculator.sourcing.reading.short_rows import row_of, rows_of
from calculator.sourcing.reading.slips import Slips

_WORDS = ("demand", "demands")


def demand_rows(
    ask: Mapping[str, Any], goods: Collection[str], places: Collection[str], slips: Slips
) -> list[Row]:
    """Return every demand as a row.

    Args:
        ask: the network as it is stated.
        goods: commodities that something but a demand names.
        places: nodes that are stated.
        slips: takes what is wrong.
    """
    given = [name for name in _WORDS if ask.get(name) is not None]
    if not given:
        slips.add((), ": demand is missing; give how much of what is needed.")
    if len(given) > 1:
        slips.add((given[1],), ": demand is given twice; keep one.")
    return [row for name in given[:1] for row in _read(name, ask[name], goods, places, slips)]


def _read(
    name: str, stated: Any, goods: Collection[str], places: Collection[str], slips: Slips
) -> list[Row]:
    if isinstance(stated, (list, tuple)):
        return rows_of(name, stated, slips)
    if not isinstance(stated, Mapping):
        return [Row((name,), {"amount": stated}, {"amount": (name,)})]
    if "amount" in stated or "quantity" in stated:
        return [row_of(name, (name,), {}, stated, slips)]
    return list(_by_key(name, stated, goods, places, slips))


def _by_key(
    name: str,
    stated: Mapping[Any, Any],
    goods: Collection[str],
    places: Collection[str],
    slips: Slips,
) -> Iterator[Row]:
    """Demands by commodity, by place, or by an id of their own."""
    for key, value in stated.items():
        word, path = str(key), (name, str(key))
        if isinstance(value, Mapping):
            row = row_of(name, path, {}, value, slips)
            row.values.setdefault(_meant(word, row.values, goods, places), word)
            yield row
            continue
        near = get_close_matches(word, goods, n=1, cutoff=0.75)
        if word not in goods and word not in places and near:
            slips.add(path, f": unknown commodity {word!r}; did you mean {near[0]!r}?")
        is_good = word in goods or not (goods or word in places)
        yield Row(
            path, {"amount": value, "commodity" if is_good else "node": word}, {"amount": path}
        )


def _meant(
    word: str, values: Mapping[str, Any], goods: Collection[str], places: Collection[str]
) -> str:
    """What the key of a group is: its commodity, its node or its id."""
    if word in goods and "commodity" not in values:
        return "commodity"
    return "node" if word in places and "node" not in values else "id"
