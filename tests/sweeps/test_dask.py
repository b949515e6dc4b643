"""An existing Dask cluster by its address: the same bytes as one core."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from calculator.errors import InputError
from calculator.sweeps.plan import Sweep
from calculator.sweeps.read import parse_sweep
from calculator.sweeps.run import run_sweep
from tests.sweeps.conftest import files

TWO_PARTS = """
scenario: {chemistries: [LFP]}
how: sample
draws: 9000
vary:
  - field: price/lithium_carbonate
    sample: {distribution: normal, low: 2.9, value: 5, high: 8}
  - {field: region, values: [CHN, USA]}
outputs: [cell_usd_per_kwh, pack_usd_per_kwh]
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address=None, memory_limit="1GiB",
        ) as cluster:  # fmt: skip
            yield cluster.scheduler_address


@pytest.fixture(scope="module")
def sweep() -> Sweep:
    return parse_sweep(TWO_PARTS)


def test_cluster_and_processes_write_what_one_core_writes(
    address: str, sweep: Sweep, tmp_path: Path
) -> None:
    alone = run_sweep(sweep, out=tmp_path / "alone")
    assert 2 <= alone.counts["failed"] <= 50  # draws below zero
    assert alone.counts["ok"] == 9_000 - alone.counts["failed"]
    first = alone.failures[0]
    assert float(first.inputs["price/lithium_carbonate"]) < 0
    assert "price of lithium_carbonate" in first.message
    cluster = run_sweep(sweep, address, out=tmp_path / "cluster")
    assert (cluster.counts, cluster.failures) == (alone.counts, alone.failures)
    processes = run_sweep(sweep, 2, out=tmp_path / "processes")
    assert processes.failures == alone.failures
    assert files(tmp_path / "alone") == files(tmp_path / "cluster")
    assert files(tmp_path / "alone") == files(tmp_path / "processes")


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:1", "nonsense://x", "", "tcp://:::"])
def test_a_wrong_address_is_one_sentence(
    wrong: str, small: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calculator.sweeps.workers.WAIT_S", 0.5)
    with pytest.raises(
        InputError, match=r"no Dask cluster answers at .*; give the address"
    ) as told:
        run_sweep(small, wrong, out=tmp_path / "out")
    assert "\n" not in str(told.value)
