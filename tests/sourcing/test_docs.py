"""docs/sourcing.md: every block runs, and prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calculator.scenario.read import parse_scenario
from calculator.scenario.run import scenario_database
from calculator.scenario.sourcing import source_scenario
from calculator.sourcing.reading.from_dict import RULES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sourcing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```\n", PAGE, re.DOTALL)
CODE = [
    (code, BLOCKS[k + 1][1] if k + 1 < len(BLOCKS) and BLOCKS[k + 1][0] == "text" else None)
    for k, (kind, code) in enumerate(BLOCKS)
    if kind == "python"
]


def test_there_are_three_networks_and_one_scenario() -> None:
    assert sum("from_dict(" in code for code, _ in CODE) == 3
    assert [kind for kind, _ in BLOCKS].count("yaml") == 1


@pytest.mark.parametrize(("code", "printed"), CODE)
def test_a_block_prints_what_the_page_says(
    code: str,
    printed: str | None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/sourcing.md", "exec"), {})
    out = capsys.readouterr().out
    assert out.strip()
    if printed is not None:
        assert out == printed


def test_the_scenario_of_the_page_is_answered() -> None:
    scenario = parse_scenario(next(text for kind, text in BLOCKS if kind == "yaml"))
    found = source_scenario(scenario_database(scenario), scenario)
    assert found.plan.status == "optimal"
    assert found.cost_of_rules is not None
    assert found.cost_of_rules > 0


def test_every_rule_of_a_dict_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in RULES)
