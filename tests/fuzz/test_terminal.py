"""Arguments of the terminal, and the spend file of n1: an answer, or one sentence a fault."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from calculator.cli import main
from calculator.dependence.spend import read_spend
from tests.fuzz import mutate
from tests.fuzz.told import LONGEST, only_own

ARGUMENTS, SPENDS = 700, 500
CASES = ARGUMENTS + SPENDS
EXAMPLES = Path(__file__).parents[2] / "examples"
RIGHT = (
    "compare LFP NMC811 --deck quotes_2026-06 --region CHN",
    "compare LFP --volume 30_GWh/year --pack-energy 75_kWh --year 2025 --currency EUR --json",
    "minerals LFP --country CHN",
    "landed bev --from CHN --to EUU --on 2026-11-22 --fob 20000 --money USD_2026",
    "landed bev --from CHN --to USA --proposed --switch x=on --json",
    "policies --on 2030 --jurisdiction EUU",
    "law compare.yaml EU_CRMA --year 2030",
    "projects --year 2030 --material DyTb --demand 100",
    "why compare.yaml cell_cost",
    "n1 --importer JPN --material graphite --year 2024",
    "optimise compare.yaml",
    "stress compare.yaml --days 90",
    "chemistries --json",
    "reference compare.yaml",
)
"""Underscores stand for spaces inside an argument."""
_SPEND = "supplier,spend,unit\nAcme,100,USD_2026\nOther,50,USD_2026\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("BATTCALC_TRACEBACK", raising=False)
    (tmp_path / "compare.yaml").write_bytes((EXAMPLES / "compare.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _arguments(draws: random.Random) -> list[str]:
    given = [
        part.replace("_", " ") if "Wh" in part else part for part in draws.choice(RIGHT).split()
    ]
    for _ in range(draws.randint(1, 3)):
        at, kind = draws.randrange(len(given)), draws.randrange(4)
        if kind == 0 and len(given) > 1:
            del given[max(at, 1)]
        elif kind == 1:
            given.insert(at + 1, draws.choice(mutate.WORDS))
        elif kind == 2:
            given[at] = mutate.text(draws, given[at], "LFP") if at else given[at] + "x"
        elif at:
            given[at] = draws.choice(mutate.WORDS)
    return given


def test_changed_arguments(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draws = random.Random(31)
    held = {path.name: path.read_bytes() for path in folder.iterdir()}
    answered = 0
    for _ in range(ARGUMENTS):
        given = _arguments(draws)
        assert given[0] != "app"
        code = main(given)
        text = capsys.readouterr()
        assert code in (0, 1, 2), (given, text.err)
        assert (code == 2) == text.err.startswith("battcalc: "), (given, code, text.err)
        assert "Traceback" not in text.err + text.out, given
        assert max(map(len, text.err.split("\n"))) < LONGEST, given
        answered += code == 0
    assert ARGUMENTS // 50 < answered < ARGUMENTS
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == held


def test_changed_spend() -> None:
    draws = random.Random(32)
    for _ in range(SPENDS):
        raw = mutate.text(draws, _SPEND, _SPEND).encode("utf-8", "surrogatepass")
        content = mutate.data(draws, raw) if draws.random() < 0.4 else raw
        with only_own(lambda content=content: repr(content)):
            read_spend(content)
