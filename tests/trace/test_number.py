"""A traced number computes as its value does, and can be computed again from its ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator import maths
from calculator.trace import Tape, Traced, plain, value_of, watching
from calculator.why.tree import evaluate

Positive = st.floats(0.1, 1e3)
EXPRESSIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda x, y: 2.0 + x + y - 1,
    "product": lambda x, y: 3 * x * y / 7.0,
    "power": lambda x, y: x**2 + 2.0**y / (1.0 + 2.0**y),
    "negative": lambda x, y: -x + abs(y - x),
    "root": lambda x, y: maths.sqrt(x) + maths.log(y) * maths.exp(-x),
    "power of a fixed exponent": lambda x, y: maths.power(x, 0.7) / y,
    "larger": lambda x, y: maths.larger(x, y) - maths.smaller(x, 5.0),
    "rounded": lambda x, y: maths.half_up(x) + maths.floor(y),
    "numpy": lambda x, y: np.maximum(x, y) + np.sqrt(x) * np.float64(2.0),
    "interpolated": lambda x, y: maths.interpolate(x, (1.0, 10.0, 100.0), (y, 2.0, 3.0 * y)),
    "chosen": lambda x, y: maths.choose(np.greater(x, 10.0), x * y, x + y),
    "total": lambda x, y: maths.total([x, y, 1.0]),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
@given(x=Positive, y=Positive)
def test_a_trace_has_the_value_of_the_float(name: str, x: float, y: float) -> None:
    expression, tape = EXPRESSIONS[name], Tape()
    expected = float(expression(x, y))
    found = expression(tape.leaf(x, "x"), tape.leaf(y, "y"))
    assert isinstance(found, Traced)
    assert found.value == pytest.approx(expected, rel=1e-14, abs=1e-300)
    assert evaluate(found, {}) == found.value


@given(x=Positive, y=Positive, z=Positive)
def test_other_ends_give_what_the_code_gives_for_them(x: float, y: float, z: float) -> None:
    tape = Tape()
    a, b = tape.leaf(x, "x"), tape.leaf(y, "y")
    for name in ("sum", "product", "power", "root", "larger", "interpolated"):
        found = EXPRESSIONS[name](a, b)
        again = evaluate(found, {a.serial: z})
        assert again == pytest.approx(float(EXPRESSIONS[name](z, y)), rel=1e-12)


def test_draws_at_the_ends_give_draws() -> None:
    tape = Tape()
    a, b = tape.leaf(2.0, "x"), tape.leaf(3.0, "y")
    found = EXPRESSIONS["root"](a, b) + EXPRESSIONS["larger"](a, b)
    draws = np.linspace(0.5, 9.0, 7)
    expected = EXPRESSIONS["root"](draws, 3.0) + EXPRESSIONS["larger"](draws, 3.0)
    assert evaluate(found, {a.serial: draws}) == pytest.approx(expected, rel=1e-14)


def test_a_comparison_is_written_down_with_its_outcome() -> None:
    tape = Tape()
    x = tape.leaf(2.0, "x")
    assert x < 3
    assert not np.greater(x, 5.0)
    assert [(one.op, value_of(one.right), one.held) for one in tape.guards] == [
        ("<", 3.0, True),
        (">", 5.0, False),
    ]


def test_arrays_beside_a_trace_are_taken_element_by_element() -> None:
    x = Tape().leaf(2.0, "x")
    found = x * np.array([1.0, 3.0])
    assert found.dtype == object
    assert [one.value for one in found] == [2.0, 6.0]
    assert [one.value for one in np.array([1.0, 3.0]) - x] == [-1.0, 1.0]


def test_it_stands_where_a_float_stands() -> None:
    x = Tape().leaf(2.5, "x")
    assert plain(x) is x
    assert plain(1) == 1.0
    assert float(x) == 2.5
    assert f"{x:.2f}" == "2.50"
    assert round(x) == 2
    assert math.isclose(float(np.min(x)), 2.5)
    assert x == 2.5
    assert x != Tape().leaf(2.5, "another")
    assert not np.isnan(x)
    with pytest.raises(TypeError):
        x + "text"


def test_names_come_from_the_code_that_ran() -> None:
    from calculator.economics import Rates, unit_cost
    from calculator.plant import Load

    tape = Tape()
    with watching(tape):
        hours = tape.leaf(1000.0, "hours")
        found = unit_cost(1.0, Load(labour_h=hours), 10.0, Rates())
    named = {one.name for one in tape.names[found.labour_usd.serial]}
    assert {"labour", "labour_usd"} <= named


def test_watching_leaves_nothing_behind() -> None:
    import sys

    before = sys.getprofile()
    with pytest.raises(ValueError, match="stop"), watching(Tape()):
        raise ValueError("stop")
    assert sys.getprofile() is before
