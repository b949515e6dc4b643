"""Runs the terminal, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from calculator.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        return dict(json.loads(self.out, parse_constant=_refuse))

    @property
    def sentence(self) -> str:
        """The one sentence on stderr, after checking that it is one."""
        assert "Traceback" not in self.err, self.err
        assert self.err.startswith("battcalc: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("battcalc: ").rstrip("\n")


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k != "BATTCALC_TRACEBACK"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@pytest.fixture
def process(environment: dict[str, str]) -> Any:
    """The terminal as a process of its own."""

    def call(*args: str, cwd: Path = ROOT) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "calculator", *args],
            capture_output=True,
            text=True,
            cwd=cwd,
            env=environment,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The terminal inside this process, which is quicker than a new one."""
    monkeypatch.delenv("BATTCALC_TRACEBACK", raising=False)

    def call(*args: str) -> Ran:
        code = main(args)
        text = capsys.readouterr()
        return Ran(code, text.out, text.err)

    return call
