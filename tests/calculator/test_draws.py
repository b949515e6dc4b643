"""Blocks of draws: same numbers as one pass, whatever the block and the threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.draws import BLOCK, map_arrays, run_blocks, typical
from calculator.errors import InputError
from calculator.numbers import FloatArray, Num


@dataclass(frozen=True)
class Inner:
    price: Num
    name: str = "inner"


@dataclass(frozen=True)
class Case:
    loading: Num
    inner: Inner
    shared: FloatArray
    pair: tuple[Num, Num] = (1.0, 2.0)
    book: Mapping[str, Inner] = field(default_factory=dict)


def case_of(n: int) -> Case:
    rng = np.random.default_rng(7)
    return Case(
        loading=rng.uniform(3, 5, n),
        inner=Inner(rng.uniform(1, 2, n)),
        shared=np.array([1.0, 2.0, 3.0]),
        pair=(rng.uniform(0, 1, n), 2.0),
        book=MappingProxyType({"LFP": Inner(rng.uniform(5, 6, n))}),
    )


def kernel(case: Case) -> dict[str, Num]:
    return {
        "energy": case.loading * case.inner.price + case.pair[0] * case.shared.sum(),
        "price": case.book["LFP"].price,
        "constant": case.pair[1],
    }


@settings(max_examples=30, deadline=None)
@given(n=st.integers(4, 200), block=st.integers(1, 90), threads=st.integers(1, 4))
def test_blocks_and_threads_change_no_number(n: int, block: int, threads: int) -> None:
    case = case_of(n)
    whole = kernel(case)
    drawn = run_blocks(kernel, case, n, threads=threads, block=block)
    assert list(drawn) == list(whole)
    for name, value in whole.items():
        assert drawn[name].shape == (n,)
        np.testing.assert_array_equal(drawn[name], np.broadcast_to(value, (n,)))


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_edges_of_the_block(n: int) -> None:
    case = case_of(n)
    drawn = run_blocks(kernel, case, n)
    np.testing.assert_array_equal(drawn["energy"], kernel(case)["energy"])


def test_kernel_sees_each_draw_once_in_blocks_of_the_size_asked() -> None:
    seen: list[int] = []

    def count(case: Case) -> dict[str, Num]:
        seen.append(np.size(case.loading))
        return {"loading": case.loading}

    run_blocks(count, case_of(103), 103, threads=2, block=25)
    assert sorted(seen) == [3, 25, 25, 25, 25]


def test_a_block_holds_its_draws_and_shares_the_rest() -> None:
    case, seen = case_of(10), []

    def keep(cut: Case) -> dict[str, Num]:
        seen.append(cut)
        return kernel(cut)

    run_blocks(keep, case, 10, threads=1, block=4)
    for cut, part in zip(seen, (slice(0, 4), slice(4, 8), slice(8, 10)), strict=True):
        np.testing.assert_array_equal(cut.loading, case.loading[part])
        np.testing.assert_array_equal(cut.pair[0], case.pair[0][part])
        np.testing.assert_array_equal(cut.book["LFP"].price, case.book["LFP"].price[part])
        assert cut.shared is case.shared and cut.pair[1] == 2.0 and cut.inner.name == "inner"
    assert np.shape(case.loading) == (10,)


def test_a_record_without_draws_is_the_same_object() -> None:
    case = Case(4.0, Inner(1.0), np.array([1.0, 2.0, 3.0]))
    assert run_blocks(lambda cut: {"same": float(cut is case)}, case, 10, block=2)["same"].all()


def test_typical_is_the_mean_of_every_array() -> None:
    case = case_of(10)
    mean = typical(case)
    assert mean.loading == pytest.approx(np.mean(case.loading))
    assert mean.book["LFP"].price == pytest.approx(np.mean(case.book["LFP"].price))
    assert isinstance(mean.loading, float) and mean.pair[1] == 2.0


def test_map_arrays_leaves_text_and_numbers_alone() -> None:
    assert map_arrays({"a": 1.0, "b": "text"}, lambda a: a * 2) == {"a": 1.0, "b": "text"}


@pytest.mark.parametrize("n", [0, -3])
def test_nothing_to_draw_is_one_sentence(n: int) -> None:
    with pytest.raises(InputError, match="needs at least one draw; ask for one or more"):
        run_blocks(kernel, case_of(1), n)


@pytest.mark.parametrize(
    ("asked", "what"), [({"block": 0}, "draw a block"), ({"threads": -1}, "worker")]
)
def test_no_block_and_no_worker_is_one_sentence(asked: dict[str, int], what: str) -> None:
    with pytest.raises(InputError, match=f"needs at least one {what}; ask for one or more"):
        run_blocks(kernel, case_of(4), 4, **asked)


def test_a_fault_in_a_later_block_is_not_lost() -> None:
    def fail_late(case: Case) -> dict[str, Num]:
        if np.any(np.asarray(case.loading) < 0):
            raise InputError("loading must be above zero; mend the value")
        return {"loading": case.loading}

    loading = np.ones(50)
    loading[40] = -1.0
    case = Case(loading, Inner(1.0), np.array([1.0]))
    with pytest.raises(InputError, match="loading must be above zero"):
        run_blocks(fail_late, case, 50, threads=2, block=10)
