"""Folders: the same bytes on one core, in processes, on a cluster, and after a stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from calculator.errors import InputError
from calculator.sweeps.plan import Sweep
from calculator.sweeps.run import MANIFEST, Progress, run_sweep
from tests.sweeps.conftest import MANY, files


@pytest.fixture(scope="module")
def whole(many: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep on one core, never stopped."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    found = run_sweep(many, out=folder)
    assert found.counts == {"ok": many.points, "failed": 0, "infeasible": 0}
    assert many.parts > 20
    return folder


def test_files_say_what_they_hold(many: Sweep, whole: Path) -> None:
    table = pq.read_table(whole)  # the manifest is passed over
    assert table.column_names == [
        "index", "price/lithium_carbonate", "rate/labour_usd_per_h", "yield/cell",
        "cell_usd_per_kwh", "pack_usd_per_kwh", "status", "message",
    ]  # fmt: skip
    assert table["index"].to_pylist() == list(range(many.points))
    assert set(table["status"].to_pylist()) == {"ok"}
    schema = pq.read_schema(whole / "part-00000000.parquet")
    assert schema.field("cell_usd_per_kwh").metadata == {b"unit": b"USD_2025/kWh"}
    assert schema.field("price/lithium_carbonate").metadata == {b"unit": b"USD_2025/kg"}
    assert {b"run", b"run_data_version", b"code_version", b"sweep"} <= schema.metadata.keys()


def test_processes_write_the_same_bytes(many: Sweep, whole: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    run_sweep(many, 2, out=tmp_path / "out", progress=told.append)
    assert files(tmp_path / "out") == files(whole)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert (told[-1].done, told[-1].points) == (many.points, many.points)
    assert told[-1].rate > 0


def test_a_script_without_a_guard_can_ask_for_processes(
    many: Sweep, whole: Path, tmp_path: Path
) -> None:
    (tmp_path / "many.yaml").write_text(MANY)
    script = tmp_path / "study.py"
    script.write_text(
        "from pathlib import Path\n"
        "from calculator.sweeps.read import parse_sweep\n"
        "from calculator.sweeps.run import run_sweep\n"
        "print('begun')\n"
        f"here = Path({str(tmp_path)!r})\n"
        "run_sweep(parse_sweep((here / 'many.yaml').read_text()), 2, out=here / 'out')\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, check=False, text=True, timeout=300
    )
    assert (done.returncode, done.stdout) == (0, "begun\n"), done.stderr
    assert files(tmp_path / "out") == files(whole)


def test_a_cancelled_sweep_goes_on_to_the_same_bytes(
    many: Sweep, whole: Path, tmp_path: Path
) -> None:
    done: list[int] = []
    out = tmp_path / "out"
    found = run_sweep(
        many, out=out, progress=lambda now: done.append(now.done), cancel=lambda: len(done) == 3
    )
    assert (found.stopped, found.done) == (True, 3 * many.part_size)
    with pytest.raises(InputError, match="holds a sweep already; add --resume"):
        run_sweep(many, out=out)
    again = run_sweep(many, out=out, resume=True)
    assert (again.done, again.fresh) == (many.points, many.points - 3 * many.part_size)
    assert files(out) == files(whole)


def test_killed_at_once_it_loses_the_part_under_way_alone(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text(MANY)
    out = tmp_path / "out"
    asked = [sys.executable, "-m", "calculator", "sweep", str(tmp_path / "many.yaml")]
    asked += ["--out", str(out)]
    job = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 300
    while len(list(out.glob("part-*"))) < 2 and time.monotonic() < end and job.poll() is None:
        time.sleep(0.005)
    job.send_signal(signal.SIGKILL)
    job.wait(timeout=300)
    kept = {name: data for name, data in files(out).items() if name.startswith("part-")}
    assert 2 <= len(kept) < len(files(whole)) - 1, "the kill came too late to show anything"
    assert kept.items() <= files(whole).items()
    done = subprocess.run(
        [*asked, "--resume"], capture_output=True, check=False, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert files(out) == files(whole)


def test_a_torn_or_foreign_part_is_made_again(many: Sweep, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_sweep(many, out=out)
    (out / "part-00000001.parquet").write_bytes(b"PAR1 torn")
    (out / "part-00000002.parquet").write_bytes((out / "part-00000003.parquet").read_bytes())
    (out / ".part-begun").write_bytes(b"half")
    again = run_sweep(many, out=out, resume=True)
    assert again.fresh == 2 * many.part_size
    assert files(out) == files(whole)


def test_a_folder_of_something_else_is_left_alone(
    many: Sweep, small: Sweep, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files; choose a new or empty folder"):
        run_sweep(small, out=tmp_path)
    run_sweep(small, out=tmp_path / "a")
    with pytest.raises(InputError, match="holds another sweep"):
        run_sweep(many, out=tmp_path / "a", resume=True)
    manifest = tmp_path / "a" / MANIFEST
    manifest.write_text(manifest.read_text().replace('"run": "', '"run": "0'))
    with pytest.raises(InputError, match="begun with other code, data or solvers"):
        run_sweep(small, out=tmp_path / "a", resume=True)
    with pytest.raises(InputError, match="cannot be used"):
        run_sweep(small, out=tmp_path / "no" / "such")


def test_an_interrupt_is_answered_with_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text(MANY)
    out = tmp_path / "out"
    asked = [sys.executable, "-m", "calculator", "sweep", str(tmp_path / "many.yaml")]
    job = subprocess.Popen(
        [*asked, "--out", str(out), "--workers", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    end = time.monotonic() + 300
    while not list(out.glob("part-*")) and time.monotonic() < end and job.poll() is None:
        time.sleep(0.005)
    os.killpg(job.pid, signal.SIGINT)
    _, told = job.communicate(timeout=300)
    assert job.returncode == 130, told
    assert "--resume" in told.splitlines()[-1]
    assert "Traceback" not in told
