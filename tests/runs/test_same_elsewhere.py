"""One id, one set of numbers: in another place, process, folder, locale, zone and hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two copies of the project in two places."""
    root = Path(__file__).resolve().parents[2]
    first, second = (tmp_path_factory.mktemp(name) for name in ("here", "there is a space"))
    for package in ("calculator", "materials_db"):
        copytree(root / package, first / package, ignore=ignore_patterns("__pycache__"))
    copytree(root / "examples", first / "examples")
    copytree(first, second, dirs_exist_ok=True)
    return first, second


@pytest.mark.parametrize(
    "words",
    [("compare", "LFP", "ASSB-sulfide-Li"), ("optimise", "{place}/examples/sourcing.yaml")],
    ids=["compare", "optimise"],
)
def test_the_same_id_gives_the_same_bytes(installed, tmp_path: Path, words):
    here, there = installed
    usual = _said(words, here, here, {})
    odd = {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "HOME": str(tmp_path),
        "PYTHONUTF8": "1",
    }
    other = _said(words, there, tmp_path, odd)
    assert json.loads(other)["run"] == json.loads(usual)["run"]
    assert other == usual


def _said(words: tuple[str, ...], place: Path, folder: Path, more: dict[str, str]) -> str:
    asked = [word.format(place=place) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "calculator", *asked, "--json"],
        capture_output=True, encoding="utf-8", cwd=folder, timeout=120, check=True,
        env={**os.environ, "PYTHONPATH": str(place), **more},
    )  # fmt: skip
    return done.stdout
