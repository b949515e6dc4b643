"""The ways to write a network short, each turned into the long form.

The long form is six lists of records: commodities, nodes, supplies, processes, arcs, demands.
What is left out is filled in here, and nowhere else:

- `suppliers`: each is a node with a supply and lanes to every user of its good, on which its
  `freight` and `duty` (on its price) are paid; one without an `owner` is its own.
- `demand`: a number; numbers by commodity or by place; or records. Without a `node` it is at
  the node "market".
- a supply, process or demand without a `node` gets one of its own, with the `country`, `owner`
  and `groups` that stand beside it.
- without `commodities` every good that is named is one; where there is one alone, it need not
  be named again.
- `input` and `output` name the one good of a process, one unit each; a `yield` divides what goes
  in.
- without `arcs`, or with `arcs: free`, every maker of a good is linked with every user of it at
  no cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

from calculator.sourcing.reading.other_words import hints_of
from calculator.sourcing.reading.quantities import RATIO, number
from calculator.sourcing.reading.record_reader import Row
from calculator.sourcing.reading.short_demand import demand_rows
from calculator.sourcing.reading.short_rows import (
    PLACE,
    end_of,
    is_number,
    label,
    named_goods,
    row_of,
    rows_of,
)
from calculator.sourcing.reading.slips import Slips, shown

MARKET = "market"
GOOD = "material"
"""What the one commodity is called where nothing names it."""
SUPPLIER = (
    *("id", "commodity", *PLACE, "price", "capacity", "route", "emission"),
    *("freight", "duty", "customs_value", "duty_base", "freight_emission", "recycled", "node"),
)
HEAD = ("currency", "year", "unit", "stage", "commodity", "suppliers", "demand")
"""Keys of the short form beside the lists of the long one."""
FREE = "free"
_SUPPLY = ("id", "commodity", "price", "price_per_unit", "capacity", "route", "emission")
_LANE = ("freight", "duty", "duty_base")


@dataclass
class Long:
    """A network in the long form, with the path each row comes from."""

    commodities: list[Row] = field(default_factory=list)
    nodes: list[Row] = field(default_factory=list)
    supplies: list[Row] = field(default_factory=list)
    processes: list[Row] = field(default_factory=list)
    arcs: list[Row] = field(default_factory=list)
    demands: list[Row] = field(default_factory=list)
    free: bool = False
    """Whether makers and users are to be linked at no cost."""


def spelled_out(ask: Mapping[str, Any], slips: Slips) -> Long:
    """Return the long form of a network; what cannot be read becomes a slip."""
    return _Speller(ask, slips).long()


class _Speller:
    """Turns one ask into the long form."""

    def __init__(self, ask: Mapping[str, Any], slips: Slips) -> None:
        self.ask, self.slips = ask, slips
        self.out = Long()
        self.declared = self._declared()
        self.out.nodes = rows_of("nodes", ask.get("nodes"), slips)
        self.nodes = {label(row.values.get("id")) for row in self.out.nodes}
        self.makes_nodes = ask.get("nodes") is None

    def long(self) -> Long:
        """Return every section."""
        stated = {
            name: rows_of(name, self.ask.get(name), self.slips)
            for name in ("suppliers", "supplies", "processes")
        }
        met = [good for rows in stated.values() for good in named_goods(rows)]
        known = self._ids(self.declared) if self.declared is not None else dict.fromkeys(met)
        demands = demand_rows(self.ask, known, self.nodes, self.slips)
        if self.declared is None:
            known = dict.fromkeys([*met, *named_goods(demands)] or [GOOD])
        self.goods = known
        self._commodities()
        lanes = self._suppliers(stated["suppliers"])
        self.out.processes = [self._process(r, k) for k, r in enumerate(stated["processes"], 1)]
        self.out.supplies += [
            self._placed(self._with_good(r), "source") for r in stated["supplies"]
        ]
        self.out.demands = [self._demand(row) for row in demands]
        self._arcs(lanes)
        return self.out

    # --- commodities -------------------------------------------------------------------

    @staticmethod
    def _ids(rows: list[Row]) -> dict[str, None]:
        return {label(r.values["id"]): None for r in rows if "id" in r.values}

    def _declared(self) -> list[Row] | None:
        """Commodities as they are stated; None where nothing states them."""
        one, several = self.ask.get("commodity"), self.ask.get("commodities")
        if one is not None and several is not None:
            self.slips.add(("commodity",), ": commodities are given as well; keep one.")
        if several is not None:
            return rows_of("commodities", several, self.slips)
        if one is None:
            return None
        if isinstance(one, Mapping):
            return [row_of("commodities", ("commodity",), {}, one, self.slips)]
        return [Row(("commodity",), {"id": one}, {"id": ("commodity",)})]

    def _commodities(self) -> None:
        rows = self.declared
        if rows is None:
            rows = [Row((), {"id": good}) for good in self.goods]
        common = {k: self.ask[k] for k in ("unit", "stage") if self.ask.get(k) is not None}
        moved = {key: (key,) for key in common}
        self.out.commodities = [
            Row(r.path, {**common, **r.values}, {**moved, **r.moved}) for r in rows
        ]

    def _with_good(self, row: Row) -> Row:
        """The row with its commodity, which need not be named where there is only one."""
        if "commodity" in row.values or len(self.goods) != 1:
            return row
        return Row(row.path, {**row.values, "commodity": next(iter(self.goods))}, row.moved)

    # --- nodes -------------------------------------------------------------------------

    def _placed(self, row: Row, kind: str) -> Row:
        """The row with a node; keys of the node that stand beside it go there."""
        values = dict(row.values)
        place = {key: values.pop(key) for key in PLACE if key in values}
        if values.get("node") is None:
            values["node"] = self._free_name(label(values.get("id", kind)))
            self._add_node(row, values["node"], place)
        elif label(values["node"]) not in self.nodes and self.makes_nodes:
            self._add_node(row, values["node"], place)
        elif place:
            self._refuse_place(row, values["node"], place)
        return Row(row.path, values, row.moved)

    def _add_node(self, row: Row, node: Any, place: Mapping[str, Any]) -> None:
        self.nodes.add(label(node))
        moved = {"id": row.at("node"), **{key: row.at(key) for key in place}}
        self.out.nodes.append(Row(row.path, {"id": node, **place}, moved))

    def _refuse_place(self, row: Row, node: Any, place: Mapping[str, Any]) -> None:
        """Take what says the same of a node again, and nothing else."""
        mine = next((r.values for r in self.out.nodes if r.values.get("id") == node), {})
        for key, value in place.items():
            if mine.get(key) != value:
                self.slips.add(row.at(key), f": it belongs to node {shown(node)}; give it there.")

    def _free_name(self, wanted: str) -> str:
        name, k = wanted, 1
        while name in self.nodes:
            k += 1
            name = f"{wanted} {k}"
        return name

    # --- suppliers ---------------------------------------------------------------------

    def _suppliers(self, rows: list[Row]) -> list[tuple[Row, dict[str, Any]]]:
        """Nodes and supplies of all suppliers; returns what their lanes cost."""
        times = Counter(label(row.values.get("id")) for row in rows)
        return [self._supplier(row, times[label(row.values.get("id"))] > 1) for row in rows]

    def _supplier(self, row: Row, is_repeated: bool) -> tuple[Row, dict[str, Any]]:
        row = self._with_good(row)
        values = row.values
        for key in values:
            if key not in (*SUPPLIER, "price_per_unit"):
                said = hints_of("suppliers").get(key, "")
                self.slips.unknown_key(row.path, key, SUPPLIER, said)
        name = values.setdefault("id", f"supplier {row.path[-1]}")
        self._route(row)
        at = values.get("node", name)
        place = {key: values[key] for key in PLACE if key in values}
        if label(at) not in self.nodes and (self.makes_nodes or "node" not in values):
            self._add_node(row, at, {"owner": label(name), **place})
        else:
            self._refuse_place(row, at, place)
        supply = {key: values[key] for key in _SUPPLY if key in values} | {"node": at}
        if is_repeated:
            supply["id"] = f"{label(name)}, {label(values.get('commodity'))}"
        self.out.supplies.append(Row(row.path, supply, row.moved))
        return row, {"from": at, "commodity": values.get("commodity"), **self._lane(row)}

    def _route(self, row: Row) -> None:
        """`recycled: true` is a short word for a route."""
        stated = row.values.pop("recycled", False)
        if stated is True:
            row.values.setdefault("route", "recycled")
        elif stated is not False:
            self.slips.add(row.at("recycled"), f" is {shown(stated)}; give true or false.")

    @staticmethod
    def _lane(row: Row) -> dict[str, Any]:
        """What a supplier's lanes cost: its customs value is its price, of a gate fee nothing."""
        values = row.values
        paid = {key: values[key] for key in _LANE if key in values}
        if "freight_emission" in values:
            paid["emission"] = values["freight_emission"]
        price = values.get("customs_value", values.get("price", values.get("price_per_unit", 0.0)))
        # a price that is no number is told of the supply
        below = is_number(price) and not 0 <= price < inf
        below = below or (isinstance(price, str) and price[:1] == "-")
        return {**paid, "customs_value": 0.0 if below else price}

    # --- processes ---------------------------------------------------------------------

    def _process(self, row: Row, place: int) -> Row:
        values, moved = dict(row.values), dict(row.moved)
        values.setdefault("id", f"process {place}")
        for one, several in (("input", "inputs"), ("output", "outputs")):
            if one in values and several not in values:
                moved[several] = row.at(one)
                values[several] = values.pop(one)
            alone = values.get(several)
            if isinstance(alone, (list, tuple)) and len(alone) == 1:
                alone = alone[0]
            if isinstance(alone, str):
                values[several] = {alone: 1.0}
        values.setdefault("inputs", {})
        if "elsewhere" in values:
            values.setdefault("outputs", {})
        changed = Row(row.path, values, moved)
        if "yield" in values:
            self._divide(changed)
        return self._placed(changed, "plant")

    def _divide(self, row: Row) -> None:
        """What goes in, divided by the yield."""
        path, inputs = row.at("yield"), row.values["inputs"]
        share = number(path, row.values.pop("yield"), (RATIO,), self.slips)
        if share is None or not isinstance(inputs, Mapping):
            return
        if not 0 < share <= 1:
            self.slips.add(path, f" is {share:g}; give above 0 and at most 1 (90 % is 0.9).")
            return
        for good, amount in inputs.items():
            if isinstance(amount, str):
                self.slips.add((*row.at("inputs"), str(good)), ": beside a yield give a number.")
        row.values["inputs"] = {
            good: amount / share if is_number(amount) and abs(amount) < 1e300 else amount
            for good, amount in inputs.items()
        }

    # --- demands -----------------------------------------------------------------------

    def _demand(self, row: Row) -> Row:
        """The row with its good and its node: a node of its own if it says where, or the market."""
        row = self._with_good(row)
        if row.values.get("node") is not None:
            return self._placed(row, MARKET)
        place = {key: row.values[key] for key in PLACE if key in row.values}
        values = {key: value for key, value in row.values.items() if key not in PLACE}
        if place:
            values["node"] = self._free_name(label(values.get("id", MARKET)))
            self._add_node(row, values["node"], place)
        else:
            values["node"] = self._market(row)
        return Row(row.path, values, row.moved)

    def _market(self, row: Row) -> str:
        """The node of all demands that do not say where they are."""
        if not hasattr(self, "market"):
            self.market = self._free_name(MARKET)
            self._add_node(row, self.market, {})
        return self.market

    # --- arcs --------------------------------------------------------------------------

    def _arcs(self, lanes: list[tuple[Row, dict[str, Any]]]) -> None:
        stated = self.ask.get("arcs")
        self.out.free = stated is None or stated == FREE
        if not self.out.free:
            rows = rows_of("arcs", stated, self.slips)
            self.out.arcs = [lane for row in rows for lane in self._split(self._with_good(row))]
        taken = {
            (label(end_of(r, "from")), label(r.values.get("commodity"))) for r in self.out.arcs
        }
        users, when = self._users(), self._when()
        for row, paid in lanes:
            at, good = label(paid["from"]), label(paid["commodity"])
            if (at, good) in taken:
                self._refuse_paid(row, paid)
                continue
            others = (user for user in users.get(good, {}) if user != at)
            self._lay(row, paid, [user for user in others if when.get(user) == when.get(at)])

    def _when(self) -> dict[str, tuple[str, str]]:
        """Period and outcome of each node."""
        return {
            label(r.values.get("id")): (
                label(r.values.get("period")), label(r.values.get("outcome")),
            )
            for r in self.out.nodes
        }  # fmt: skip

    def _refuse_paid(self, row: Row, paid: Mapping[str, Any]) -> None:
        for key in (*_LANE, "emission"):
            if key in paid:
                path = row.at("freight_emission" if key == "emission" else key)
                self.slips.add(path, ": give it on the arcs, which are stated.")

    def _lay(self, row: Row, paid: Mapping[str, Any], users: list[str]) -> None:
        price = next(
            (k for k in ("customs_value", "price", "price_per_unit") if k in row.values), ""
        )
        moved = {**row.moved, "emission": row.at("freight_emission")}
        moved["customs_value"] = row.at(price) if price else row.path
        self.out.arcs += [Row(row.path, {**paid, "to": user}, moved) for user in users]

    def _split(self, row: Row) -> list[Row]:
        """A lane written `A -> B`, or one for several goods, as plain lanes."""
        values = dict(row.values)
        head, arrow, tail = label(values.get("id", "")).partition("->")
        if arrow and end_of(row, "from") is None and end_of(row, "to") is None:
            del values["id"]
            values |= {"from": head.strip(), "to": tail.strip()}
        goods = values.get("commodity")
        if not isinstance(goods, (list, tuple)):
            return [Row(row.path, values, row.moved)]
        return [Row(row.path, {**values, "commodity": good}, row.moved) for good in goods]

    def _users(self) -> dict[str, dict[str, None]]:
        """Nodes that take each good."""
        found: dict[str, dict[str, None]] = {}
        for row in self.out.processes:
            inputs = row.values["inputs"]
            for good in inputs if isinstance(inputs, Mapping) else ():
                found.setdefault(str(good), {})[label(row.values["node"])] = None
        for row in self.out.demands:
            good = label(row.values.get("commodity"))
            found.setdefault(good, {})[label(row.values["node"])] = None
        return found
