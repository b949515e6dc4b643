"""Several programs on one store, and programs that are killed while they save."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from calculator.store import OwnFile, Snapshot, Store
from calculator.store.engine import reading
from calculator.store.tables import CONTENTS

Asks = Callable[..., Snapshot]
ROUNDS = 12

SAVES = """
import json, sys
from calculator.store import Snapshot, open_store
url, scenario, author, rounds = sys.argv[1:]
store = open_store(url, author=author)
print("ready", flush=True)
sys.stdin.readline()
last = 1
for number in range(int(rounds)):
    files = [("same.csv", b"%d" % number), ("own.csv", f"{author} {number}".encode())]
    asked = Snapshot(yaml=f"{author} {number}").with_files(files)
    kept = store.save_version(scenario, asked, based_on=last)
    print(json.dumps([last, kept.version, kept.meanwhile]), flush=True)
    last = kept.version
"""
HALTS = """
import sys, time
from sqlalchemy import event
from calculator.store import Snapshot, open_store
url, table = sys.argv[1:]
store = open_store(url)
def halt(connection, cursor, statement, *_):
    if statement.startswith("INSERT INTO " + table):
        print("half", flush=True)
        time.sleep(60)
event.listen(store.engine, "after_cursor_execute", halt)
store.save("half written", Snapshot(yaml="half").with_files([("own.csv", b"half")]))
"""
WITHOUT_END = """
import os, sys
from calculator.store import Snapshot, open_store
store = open_store(sys.argv[1])
while True:
    asked = Snapshot(yaml="x" * 200_000).with_files([("own.csv", os.urandom(200_000))])
    kept = store.save("whole", asked)
    print(kept.scenario, flush=True)
"""
OPENS = """
import sys
from calculator.store import open_store
print("ready", flush=True)
sys.stdin.readline()
open_store(sys.argv[1]).scenarios()
"""


@contextmanager
def running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program of its own; it is gone at the end."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Let all begin at once; what each writes until its end."""
    assert [line(one) for one in processes] == ["ready"] * len(processes)
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    found = [one.communicate(timeout=300)[0] for one in processes]
    assert [one.returncode for one in processes] == [0] * len(processes)
    return found


def test_two_programs_that_save_at_once_lose_nothing(
    store: Store, url: str, snapshot: Asks
) -> None:
    scenario = store.save("Plan A", snapshot()).scenario
    with (
        running(SAVES, url, scenario, "Ada", str(ROUNDS)) as ada,
        running(SAVES, url, scenario, "Bob", str(ROUNDS)) as bob,
    ):
        told = [json.loads(one) for out in finish([ada, bob]) for one in out.splitlines()]
    versions = store.versions(scenario)
    assert [one.number for one in versions] == list(range(1, 2 * ROUNDS + 2))
    for author in ("Ada", "Bob"):
        own = [one.snapshot.yaml for one in versions if one.author == author]
        assert own == [f"{author} {number}" for number in range(ROUNDS)]
        for one in (one for one in versions if one.author == author):
            number = one.snapshot.yaml.removeprefix(f"{author} ").encode()
            found = store.files(scenario, one.number)
            assert found == {"own.csv": one.snapshot.yaml.encode(), "same.csv": number}
    assert len(told) == 2 * ROUNDS
    for based_on, number, meanwhile in told:
        assert meanwhile == list(range(based_on + 1, number))


def test_two_programs_open_an_empty_store_at_once(empty: str) -> None:
    with running(OPENS, empty) as one, running(OPENS, empty) as two:
        finish([one, two])


@pytest.mark.parametrize("table", ["contents", "scenarios", "version_files", "actions"])
def test_a_save_killed_halfway_cannot_be_read_back(
    store: Store, url: str, snapshot: Asks, table: str
) -> None:
    store.save("before", snapshot())
    with running(HALTS, url, table) as process:
        assert line(process) == "half"
        assert [one.name for one in store.scenarios()] == ["before"]  # nor while it goes on
        process.kill()
        process.wait(timeout=300)
    assert [one.name for one in store.scenarios()] == ["before"]
    with reading(store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(CONTENTS)).scalar() == 0
    after = store.save("after", snapshot())  # its lock went with it
    assert store.version(after.scenario).snapshot == snapshot()
    assert len(store.actions()) == 2


def test_what_was_told_as_saved_outlives_a_kill(store: Store, url: str) -> None:
    for rounds in (1, 4):
        with running(WITHOUT_END, url) as process:
            told = [line(process) for _ in range(rounds)]
            process.kill()
            rest = process.stdout.read() if process.stdout else ""
        saved = {one.id for one in store.scenarios()}
        assert {*told, *rest.split()} <= saved
        for scenario in saved:
            (version,) = store.versions(scenario)
            assert version.snapshot.yaml == "x" * 200_000
            (own,), files = version.snapshot.files, store.files(scenario)
            assert OwnFile.of("own.csv", files["own.csv"]) == own
