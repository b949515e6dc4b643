"""From a traced number to its derivation: steps, formulas, and what they end in.

A step is a number that the code gives a name; what it does not name is folded into the formula
of the step above. Steps are shared: a number used twice stands once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from calculator.trace import Traced, value_of
from calculator.trace.number import Naming, apply
from calculator.why.leaves import Given, Setting
from calculator.why.texts import described
from calculator.why.units import unit_of, words_of
from materials_db.schema import Datum

_SIGN = {"+": " + ", "-": " - ", "*": " x ", "/": " / ", "^": "^"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "^": 4}
_ATOM = 9
_CALLED_WITH = 6
"""Inputs of a run that its formula names; more are told as a number and listed below it."""
_SILENT = ("materials_db.units", "calculator.asked")
"""Modules of plumbing, whose functions name nothing of the model."""


@dataclass(frozen=True)
class Step:
    """One number of a derivation."""

    id: int
    symbol: str
    """As the formulas write it; one symbol, one step."""
    label: str
    """In words."""
    value: float
    unit: str
    formula: str
    """In the symbols of ``inputs``; empty where the derivation ends."""
    inputs: tuple[int, ...]
    kind: str
    """``computed``, ``record``, ``setting``, ``asked`` or ``given``."""
    where: str
    """Function that computes it, or class that holds it."""
    text: str
    """What the code says of it."""
    origin: Datum | Setting | Given | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Derivation:
    """The tree of one figure, shared parts once; the figure stands first."""

    figure: str
    steps: Mapping[int, Step]
    """By id, each after the steps that use it."""
    root: Traced = field(repr=False)

    @property
    def top(self) -> Step:
        """The figure itself."""
        return next(iter(self.steps.values()))

    @cached_property
    def records(self) -> tuple[Datum, ...]:
        """Records of the database on which the figure rests, each once."""
        found = (step.origin for step in self.steps.values())
        return tuple(dict.fromkeys(one for one in found if isinstance(one, Datum)))

    def again(self, values: Mapping[int, Any] | None = None) -> Any:
        """The figure computed anew from the ends of its tree, some of them changed.

        Args:
            values: numbers, or arrays of draws, by the id of the step that they replace.
        """
        return evaluate(self.root, values or {})


def evaluate(root: Traced, values: Mapping[int, Any]) -> Any:
    """A traced number computed again, with other numbers at some of its ends."""
    found: dict[int, Any] = {}
    for node in in_order(root):
        if node.serial in values:
            found[node.serial] = values[node.serial]
        elif node.op == "leaf":
            found[node.serial] = node.value
        elif node.op == "call":
            found[node.serial] = node.origin([_found(one, found) for one in node.args])
        else:
            found[node.serial] = apply(node.op, [_found(one, found) for one in node.args])
    return found[root.serial]


def _found(one: Traced | float, found: Mapping[int, Any]) -> Any:
    return found[one.serial] if isinstance(one, Traced) else float(one)


def in_order(root: Traced) -> Iterable[Traced]:
    """Every number below and with ``root``, each after those it is made of."""
    met: dict[int, Traced] = {}
    open_: list[Traced] = [root]
    while open_:
        node = open_.pop()
        if node.serial not in met:
            met[node.serial] = node
            open_ += [one for one in node.args if isinstance(one, Traced)]
    return (met[serial] for serial in sorted(met))


def derive(figure: str, root: Traced, unit: str = "") -> Derivation:
    """The derivation of a traced number.

    Args:
        figure: what the reader calls it.
        root: the number.
        unit: its unit, where its name in the code does not say it.
    """
    return _Builder(figure, root, unit).derivation()


class _Builder:
    """Turns the graph of operations below a number into named steps."""

    def __init__(self, figure: str, root: Traced, unit: str) -> None:
        self.figure, self.root, self.unit = figure, root, unit
        self.names = root.tape.names
        self.symbols: dict[int, str] = {}
        self.taken: dict[str, int] = {}
        self.steps: dict[int, Step] = {}

    def derivation(self) -> Derivation:
        waiting = [self.root]
        while waiting:
            node = waiting.pop(0)
            if node.serial not in self.steps:
                step, below = self._step(node)
                self.steps[step.id] = step
                waiting += below
        return Derivation(self.figure, self.steps, self.root)

    def _step(self, node: Traced) -> tuple[Step, list[Traced]]:
        top, naming = node is self.root, self._naming(node)
        below: dict[int, Traced] = {}
        formula = "" if node.op == "leaf" else self._formula(node, below, 0, top=True)
        bare = self._bare(node)
        origin: Any = bare.origin if bare is not None else None
        if bare is not None and formula == self._symbol(bare):
            formula, below = "", {}
        symbol = self._symbol(node)
        unit = self.unit if top and self.unit else self._unit(node, naming, origin)
        label, where, text = self._words(node, naming, origin)
        step = Step(
            id=node.serial,
            symbol=symbol,
            label=self.figure if top else label,
            value=node.value,
            unit=unit,
            formula=formula,
            inputs=tuple(below),
            kind="computed" if formula else _kind(origin),
            where=where,
            text=text,
            origin=None if formula else origin,
        )
        return step, list(below.values())

    def _bare(self, node: Traced) -> Traced | None:
        """The end that a number is, where nothing but a factor of one lies between."""
        while node.op != "leaf":
            left, right = (*node.args, 1.0)[:2]
            neutral = {"*": 1.0, "+": 0.0}.get(node.op)
            if neutral is not None and isinstance(left, Traced) and _is(right, neutral):
                node = left
            elif neutral is not None and isinstance(right, Traced) and _is(left, neutral):
                node = right
            else:
                return None
        return node

    # --- formulas --------------------------------------------------------------------------

    def _formula(self, node: Any, below: dict[int, Traced], rank: int, top: bool = False) -> str:
        if not isinstance(node, Traced):
            return f"{float(node):.12g}"
        node = self._without_ones(node, top)
        if node.op == "leaf" or (not top and self._named(node)):
            below[node.serial] = node
            return self._symbol(node)
        own = _RANK.get(node.op, _ATOM)
        text = self._written(node, below, own)
        return f"({text})" if own < rank else text

    def _written(self, node: Traced, below: dict[int, Traced], own: int) -> str:
        if node.op == "+":
            parts = [self._formula(one, below, own) for one in self._terms(node, node)]
            return " + ".join(parts) if parts else "0"
        if node.op in ("-", "*", "/", "^"):
            left, right = node.args
            if node.op in ("*", "/") and _is(right, 1.0):
                return self._formula(left, below, own)
            head = self._formula(left, below, own + (node.op == "^"))
            return f"{head}{_SIGN[node.op]}{self._formula(right, below, own + 1)}"
        if node.op == "call":
            return self._called(node, below)
        if node.op == "neg":
            return f"-{self._formula(node.args[0], below, own)}"
        return f"{node.op}({', '.join(self._formula(one, below, 0) for one in node.args)})"

    def _called(self, node: Traced, below: dict[int, Traced]) -> str:
        named = [self._formula(one, below, 0) for one in node.args]
        short = len(named) <= _CALLED_WITH
        told = ", ".join(named) if short else f"{len(named)} records"
        return f"{node.origin.name}({told})"

    def _terms(self, node: Any, whole: Traced) -> list[Any]:
        """Terms of a sum whose partial sums have no name of their own; zeros are left out."""
        if not (isinstance(node, Traced) and node.op == "+"):
            return [] if _is_nothing(node) else [node]
        if node is not whole and self._named(node) and not self._is_part(node, whole):
            return [node]
        return [term for one in node.args for term in self._terms(one, whole)]

    def _is_part(self, node: Traced, whole: Traced) -> bool:
        """Whether a sum is but a step on the way to another: both are called the same."""
        mine, other = self._naming(node), self._naming(whole)
        return mine is not None and other is not None and mine.name == other.name

    def _without_ones(self, node: Traced, top: bool) -> Traced:
        """The number behind factors of one that the code does not name."""
        while top or not self._named(node):
            if node.op == "*" and _is(node.args[0], 1.0) and isinstance(node.args[1], Traced):
                node = node.args[1]
            elif node.op in ("*", "/") and _is(node.args[1], 1.0):
                node = node.args[0]  # type: ignore[assignment]
            else:
                break
            top = False
        return node

    # --- names -----------------------------------------------------------------------------

    def _named(self, node: Traced) -> bool:
        return self._naming(node) is not None

    def _naming(self, node: Traced) -> Naming | None:
        known = [one for one in self.names.get(node.serial, ()) if _tells(one)]
        return max(known, key=_worth) if known else None

    def _symbol(self, node: Traced) -> str:
        if node.serial not in self.symbols:
            base = self._base(node)
            self.taken[base] = self.taken.get(base, 0) + 1
            again = self.taken[base]
            self.symbols[node.serial] = base if again == 1 else f"{base}#{again}"
        return self.symbols[node.serial]

    def _base(self, node: Traced) -> str:
        naming = self._naming(node)
        if naming is not None:
            return f"{naming.name}[{naming.of}]" if naming.of else naming.name.strip("_")
        origin = node.origin
        if isinstance(origin, Datum):
            return described(origin).symbol
        if isinstance(origin, Setting):
            return f"{origin.field}[{origin.of}]" if origin.of else origin.field
        return origin.name if isinstance(origin, Given) else "figure"

    def _unit(self, node: Traced, naming: Naming | None, origin: object) -> str:
        if node.op == "leaf" and isinstance(origin, Datum):
            return origin.unit
        if node.op == "leaf" and isinstance(origin, Given):
            return origin.unit
        name = naming.name if naming else origin.field if isinstance(origin, Setting) else ""
        own = unit_of(name)
        return own or (origin.unit if isinstance(origin, Datum) and self._bare(node) else "")

    def _words(self, node: Traced, naming: Naming | None, origin: object) -> tuple[str, str, str]:
        if isinstance(origin, Datum) and (naming is None or node.op == "leaf" or _is_row(origin)):
            return _row_words(origin, naming), "", origin.note
        if node.op == "call":
            return self.figure, node.origin.name, node.origin.text
        if naming is None:
            if isinstance(origin, Setting):
                label = words_of(origin.field) + (f" of {origin.of}" if origin.of else "")
                text = _doc(origin.module, origin.owner, origin.field)
                text = text or _doc(origin.module, origin.owner, "")
                return label, f"{origin.module}.{origin.owner}", text
            if isinstance(origin, Given):
                return origin.label, "", origin.text
            return self.figure, "", ""
        label = words_of(naming.name) + (f" ({naming.of})" if naming.of else "")
        if isinstance(origin, Datum):
            label = f"{label}: {described(origin).label}"
        made = self._made(node) or naming
        own = naming.name if naming.kind == "field" else ""
        text = _doc(naming.module, naming.owner, own) or _doc(made.module, made.owner, "")
        return label, f"{made.module}.{made.owner}", text

    def _made(self, node: Traced) -> Naming | None:
        """The function in which a number was computed: the first that held it."""
        known = self.names.get(node.serial, ())
        made = (one for one in known if one.kind != "field")
        return next((one for one in made if not one.module.startswith(_SILENT)), None)


def _is_row(record: Datum) -> bool:
    """Whether a record is a row of a table, whose own fields say what it is."""
    return type(record) is not Datum


def _kind(origin: object) -> str:
    if isinstance(origin, Datum):
        return "record"
    if isinstance(origin, Setting):
        return "asked" if origin.is_asked else "setting"
    return "given" if isinstance(origin, Given) else "computed"


def _is(one: Any, value: float) -> bool:
    return not isinstance(one, Traced) and value_of(one) == value


def _is_nothing(one: Any) -> bool:
    """Whether a number is zero whatever its inputs: zero itself, or a product with it."""
    if not isinstance(one, Traced):
        return value_of(one) == 0.0
    if one.value != 0.0 or one.op == "leaf":
        return False
    test = {"*": any, "+": all}.get(one.op)
    return test is not None and test(_is_nothing(part) for part in one.args)


def _row_words(record: Datum, naming: Naming | None) -> str:
    """A row of a table tells itself; a number in a file of its own is what the code calls it."""
    told = described(record).label
    if naming is None or type(record) is not Datum:
        return told
    return words_of(naming.name) + (f" ({naming.of})" if naming.of else "") + f": {told}"


def _tells(naming: Naming) -> bool:
    """Whether a name says something of the model; a private function's does not."""
    inner = naming.kind == "function" and naming.name.startswith("_")
    return not inner and not naming.module.startswith(_SILENT)


def _worth(naming: Naming) -> tuple[bool, bool, bool, bool]:
    """Names that carry a unit first, then public ones, then fields of records."""
    kind = naming.kind == "field"
    return bool(unit_of(naming.name)), not naming.name.startswith("_"), bool(naming.of), kind


def _doc(module: str, owner: str, field_: str) -> str:
    from calculator.why.texts import docstring

    return docstring(sys.modules.get(module), owner, field_)
