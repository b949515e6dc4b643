"""Values that differ by period, written at the value: `price: {2025: 18, 2030: 24}`.

Each is moved into the changes of its period; all periods must be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_SECTIONS = ("suppliers", "supplies", "processes")
_DEMAND = ("demand", "demands")
_FIELDS = (
    *("price", "cost", "capacity", "amount", "conversion_cost", "emission", "energy", "value"),
    *("quantity", "limit", "unit_cost"),
)
_FULL = {"unit_cost": "cost", "quantity": "amount"}


def by_period(ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ask with every value by period in the periods; `name` of a period is its id."""
    periods = _periods(ask.get("periods"))
    if not periods:
        return dict(ask)
    out = dict(ask)
    moved = _Moved(periods)
    for name in _SECTIONS:
        if name in ask:
            out[name] = moved.rows(name, ask[name])
    for name in _DEMAND:
        if name in ask:
            out[name] = moved.demand(ask[name])
    if moved.any or _has_names(ask["periods"]):
        out["periods"] = {key: stated or None for key, stated in moved.periods.items()}
    return out


def _periods(stated: Any) -> dict[str, dict[str, Any]]:
    """What is stated of each period, by id; nothing where it cannot be read so."""
    if isinstance(stated, Mapping):
        groups: Iterable[tuple[Any, Any]] = stated.items()
    elif isinstance(stated, (list, tuple)):
        groups = [_named(one) for one in stated]
    else:
        return {}
    found = {}
    for key, value in groups:
        known = isinstance(key, (str, int)) and not isinstance(key, bool)
        if not known or not (value is None or isinstance(value, Mapping)):
            return {}
        found[str(key)] = dict(value or {})
    return found


def _named(one: Any) -> tuple[Any, Any]:
    if not isinstance(one, Mapping):
        return one, None
    word = "id" if "id" in one else "name"
    return one.get(word), {key: value for key, value in one.items() if key != word}


def _has_names(stated: Any) -> bool:
    rows = stated if isinstance(stated, (list, tuple)) else ()
    return any(isinstance(row, Mapping) and "id" not in row for row in rows)


class _Moved:
    """Takes values out of rows and puts them into the periods."""

    def __init__(self, periods: dict[str, dict[str, Any]]) -> None:
        self.periods, self.any = periods, False

    def is_one(self, value: Any) -> bool:
        """Whether a value is a group with an entry for each period."""
        return isinstance(value, Mapping) and {str(key) for key in value} == set(self.periods)

    def put(self, value: Mapping[Any, Any], *way: str) -> Any:
        """Put each into its period, under the keys of `way`; return the first."""
        self.any = True
        for key, item in value.items():
            at = self.periods[str(key)]
            for step in way[:-1]:
                inner = at.setdefault(step, {})
                if not isinstance(inner, dict):
                    return value  # the period says something else here; that is told as it stands
                at = inner
            at.setdefault(way[-1], item)
        return next(iter(value.values()))

    def rows(self, name: str, stated: Any) -> Any:
        """A section whose rows have an id."""
        if isinstance(stated, Mapping):
            return {key: self.row(name, str(key), row) for key, row in stated.items()}
        if isinstance(stated, (list, tuple)):
            return [self.row(name, self._id(row), row) for row in stated]
        return stated

    @staticmethod
    def _id(row: Any) -> str:
        named = row.get("id", row.get("name")) if isinstance(row, Mapping) else None
        return str(named) if isinstance(named, (str, int)) else ""

    def row(self, name: str, key: str, row: Any) -> Any:
        """One row, its values by period taken out."""
        if not isinstance(row, Mapping) or not key:
            return row
        return {
            field: self.put(value, name, key, self._field(name, str(field)))
            if field in _FIELDS and self.is_one(value)
            else value
            for field, value in row.items()
        }

    @staticmethod
    def _field(name: str, field: str) -> str:
        full = _FULL.get(field, field)
        if full != "cost":
            return full
        return "conversion_cost" if name == "processes" else "price"

    def demand(self, stated: Any) -> Any:
        """A demand by period, by good and period, or by its own keys."""
        if self.is_one(stated):
            return self.put(stated, "demand")
        if isinstance(stated, Mapping) and not {"amount", "quantity"} & set(stated):
            return {
                key: self.put(value, "demand", str(key))
                if self.is_one(value)
                else self.row("demand", str(key), value)
                for key, value in stated.items()
            }
        return stated
