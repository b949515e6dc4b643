"""A number that remembers the operation and the numbers it came from."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Operand = "Traced | float"

_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "max": max,
    "min": min,
}
_UNARY: dict[str, Callable[[float], float]] = {
    "neg": operator.neg,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "round": lambda x: float(round(x)),
    "same": float,
}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_UFUNCS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "power": "^",
    "float_power": "^",
    "maximum": "max",
    "minimum": "min",
    "fmax": "max",
    "fmin": "min",
    "negative": "neg",
    "absolute": "abs",
    "fabs": "abs",
    "sqrt": "sqrt",
    "exp": "exp",
    "log": "log",
    "floor": "floor",
    "ceil": "ceil",
    "rint": "round",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
"""Operation of this module by numpy's name of it."""


def apply(op: str, values: list[Any]) -> Any:
    """One operation on plain numbers, or on arrays of draws."""
    if any(isinstance(value, np.ndarray) for value in values):
        return _ON_ARRAYS[op](*values)
    return _BINARY[op](*values) if op in _BINARY else _UNARY[op](*values)


_ON_ARRAYS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "max": np.maximum,
    "min": np.minimum,
    "neg": np.negative,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "same": np.asarray,
}


@dataclass(frozen=True)
class Guard:
    """A comparison on which the computation took one way; the tree holds while it is so."""

    op: str
    left: Traced | float
    right: Traced | float
    held: bool


@dataclass(frozen=True)
class Naming:
    """What the code calls a number, and where."""

    name: str
    """Name of a variable, a function or a field."""
    owner: str
    """Function, or class of the record, that holds it."""
    module: str
    line: int
    kind: str
    """``field``, ``function`` or ``local``."""
    of: str = ""
    """Which of several records or keys: ``positive coating, LFP``."""


@dataclass(eq=False)
class Tape:
    """What is written down while traced numbers are computed with."""

    count: int = 0
    guards: list[Guard] = field(default_factory=list)
    names: dict[int, list[Naming]] = field(default_factory=dict)
    met: dict[tuple[int, int, str], tuple[object, int]] = field(default_factory=dict, repr=False)
    """What was searched for names, by identity, size and name, and from which number on; the
    thing itself is kept so that no other takes its identity."""

    def leaf(self, value: float, origin: object) -> Traced:
        """A number that comes from outside: a record, an input, an answer of a solver."""
        return Traced(self, float(value), "leaf", (), origin)

    def node(self, op: str, *operands: Traced | float) -> Traced:
        """The outcome of an operation."""
        value = apply(op, [value_of(one) for one in operands])
        return Traced(self, value, op, operands)

    def serial(self) -> int:
        """The next number's place in the order of computing."""
        self.count += 1
        return self.count


def value_of(number: Any) -> float:
    """The plain value of a number, traced or not."""
    return number.value if isinstance(number, Traced) else float(number)


def plain(number: Any) -> float:
    """A float, where the number is not traced; a traced one stays as it is."""
    if isinstance(number, np.ndarray) and number.dtype == object:
        number = number.item()
    return number if isinstance(number, Traced) else float(number)  # type: ignore[return-value]


def numbers(values: Any) -> Any:
    """An array of floats; of the traced numbers themselves where there are any."""
    found = np.asarray(values)
    return found if found.dtype == object else found.astype(np.float64, copy=False)


class Traced:
    """A float with its history. It sums, multiplies and compares as its value does."""

    __slots__ = ("args", "op", "origin", "serial", "tape", "value")

    def __init__(
        self,
        tape: Tape,
        value: float,
        op: str,
        args: tuple[Traced | float, ...],
        origin: Any = None,
    ) -> None:
        self.tape = tape
        self.value = value
        self.op = op
        self.args = args
        self.origin = origin
        self.serial = tape.serial()

    # --- arithmetic ----------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        return _with(self, "+", self, other)

    def __radd__(self, other: Any) -> Any:
        return _with(self, "+", other, self)

    def __sub__(self, other: Any) -> Any:
        return _with(self, "-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _with(self, "-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _with(self, "*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _with(self, "*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return _with(self, "/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _with(self, "/", other, self)

    def __pow__(self, other: Any) -> Any:
        return _with(self, "^", self, other)

    def __rpow__(self, other: Any) -> Any:
        return _with(self, "^", other, self)

    def __neg__(self) -> Traced:
        return self.tape.node("neg", self)

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Traced:
        return self.tape.node("abs", self)

    def __floor__(self) -> Traced:
        return self.tape.node("floor", self)

    def __ceil__(self) -> Traced:
        return self.tape.node("ceil", self)

    # --- comparison ----------------------------------------------------------------------

    def __lt__(self, other: Any) -> Any:
        return _compared(self, "<", self, other)

    def __le__(self, other: Any) -> Any:
        return _compared(self, "<=", self, other)

    def __gt__(self, other: Any) -> Any:
        return _compared(self, ">", self, other)

    def __ge__(self, other: Any) -> Any:
        return _compared(self, ">=", self, other)

    def __eq__(self, other: object) -> bool:
        """Two traces are one where they are the same step; a plain number compares by value."""
        if isinstance(other, Traced):
            return self is other
        return _is_number(other) and self.value == value_of(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    # --- as others see it ----------------------------------------------------------------

    def __float__(self) -> float:
        return self.value

    def __int__(self) -> int:
        return int(self.value)

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.value, digits) if digits is not None else round(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __repr__(self) -> str:
        return f"Traced({self.value!r})"

    def min(self, *_: Any, **__: Any) -> Traced:
        """Itself: the least of one number, as numpy asks for it."""
        return self

    def max(self, *_: Any, **__: Any) -> Traced:
        """Itself: the largest of one number, as numpy asks for it."""
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Elementwise functions of numpy, on this number alone or beside arrays."""
        name = ufunc.__name__
        if name in ("isnan", "isfinite", "isinf", "equal", "not_equal"):
            return getattr(np, name)(*[_bare(one) for one in inputs])
        if method != "__call__" or options or name not in _UFUNCS:
            return NotImplemented
        if any(isinstance(one, np.ndarray) and one.ndim for one in inputs):
            return getattr(np, name)(*[_boxed(one) for one in inputs])
        op = _UFUNCS[name]
        if op in _COMPARED:
            return _compared(self, op, *inputs)
        return self.tape.node(op, *[_unboxed(one) for one in inputs])

    # numpy asks these of the elements of an array of objects
    def sqrt(self) -> Traced:
        """Square root."""
        return self.tape.node("sqrt", self)

    def exp(self) -> Traced:
        """Exponential."""
        return self.tape.node("exp", self)

    def log(self) -> Traced:
        """Natural logarithm."""
        return self.tape.node("log", self)

    def rint(self) -> Traced:
        """Nearest whole number."""
        return self.tape.node("round", self)


def _is_number(one: object) -> bool:
    return isinstance(one, Traced | float | int | np.floating | np.integer)


def _with(owner: Traced, op: str, left: Any, right: Any) -> Any:
    for one in (left, right):
        if isinstance(one, np.ndarray):
            return _BINARY[op](_boxed(left), _boxed(right))
        if not _is_number(one):
            return NotImplemented
    return owner.tape.node(op, left, right)


def _compared(owner: Traced, op: str, left: Any, right: Any) -> Any:
    if not (_is_number(left) and _is_number(right)):
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            return _COMPARED[op](_boxed(left), _boxed(right))
        return NotImplemented
    held = bool(_COMPARED[op](value_of(left), value_of(right)))
    owner.tape.guards.append(Guard(op, left, right, held))
    return held


def _boxed(one: Any) -> Any:
    """As an array of objects, so that numpy leaves each element to its own arithmetic."""
    if isinstance(one, np.ndarray):
        return one.astype(object)
    box = np.empty((), dtype=object)
    box[()] = one
    return box


def _unboxed(one: Any) -> Any:
    return one.item() if isinstance(one, np.ndarray) else one


def _bare(one: Any) -> Any:
    return one.value if isinstance(one, Traced) else one
