"""The commands ``tornado``, ``sobol`` and ``breakeven``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calculator.cli import main

COMPARE = str(Path(__file__).resolve().parents[2] / "examples" / "compare.yaml")


def told(capsys, *argv):
    assert main([*argv]) == 0
    return capsys.readouterr().out


def test_tornado_prints_ranges_with_basis_and_source(capsys):
    text = told(capsys, "tornado", COMPARE, "--top", "3")
    assert "LFP: cell cost" in text
    assert "EUR_2025/kWh" in text
    assert "areal capacity, coating, positive of LFP" in text
    assert "every input at the end that raises the figure" in text
    assert "Ranges: the record's own." in text


def test_tornado_as_json_holds_every_input_and_adds_its_changes(capsys):
    answer = json.loads(told(capsys, "tornado", COMPARE, "--top", "3", "--json"))
    assert len(answer["bars"]) > 50
    for bar in answer["bars"]:
        assert bar["nominal"] + bar["change_low"] == pytest.approx(bar["at_low"])
        assert bar["source"]
        assert bar["basis"]
    spans = [bar["span"] for bar in answer["bars"]]
    assert spans == sorted(spans, reverse=True)


def test_sobol_as_json_and_pairs(capsys):
    ask = ("sobol", COMPARE, "--only", "price", "--samples", "64", "--second-order", "--json")
    answer = json.loads(told(capsys, *ask))
    n = len(answer["indices"])
    assert answer["runs"] == 64 * (2 * n + 2)
    assert len(answer["second_order"]) == n * (n - 1) // 2


def test_break_even_prints_the_value_the_ratio_and_both_sides(capsys):
    text = told(
        capsys, "breakeven", COMPARE, "--input", "price/lithium_carbonate",
        "--chemistry", "Na-NFM", "--against", "LFP", "--widen", "3",
    )  # fmt: skip
    assert "CNY_2026/t with VAT" in text
    assert "LFP is better up to" in text
    assert "Na-NFM is better above" in text
    assert "Na-NFM does not move with it" in text


def test_no_break_even_says_who_wins_with_both_ends(capsys):
    text = told(
        capsys, "breakeven", COMPARE, "--input", "price/LPSCl", "--chemistry",
        "ASSB-sulfide-Li", "--target", "100", "--from", "0", "--to", "400",
    )  # fmt: skip
    assert "No break-even between 0 and 400 USD_2025/kg" in text
    assert "at the low end" in text
    assert "the target is 100 USD of the scenario's year" in text


def test_files_are_written_and_hold_sources(capsys, tmp_path):
    out = tmp_path / "tornado.csv"
    told(capsys, "tornado", COMPARE, "--out", str(out))
    content = out.read_text()
    assert "change_high" in content
    assert "BATPAC50" in content


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("tornado", "--output", "cost"), "unknown output 'cost'"),
        (("tornado", "--chemistry", "NIB"), "chemistry 'NIB' is not in the database"),
        (("tornado", "--top", "0"), "--top is '0'; give a whole number from 1"),
        (("tornado", "--only", "foo"), "unknown group 'foo'"),
        (("tornado", "--output", "plan_usd_per_kwh"), "asks no sourcing question"),
        (
            ("tornado", "--output", "plan_usd_per_kwh", "--chemistry", "LFP"),
            "is of the whole plan",
        ),
        (("sobol", "--samples", "100"), "give a power of two"),
        (("breakeven",), "no number is named; write --input"),
        (("breakeven", "--input", "price/graphite"), "needs one aim"),
        (("breakeven", "--input", "x", "--target", "ten"), "--target is 'ten'; give a number"),
    ],
)
def test_a_mistake_is_one_sentence(capsys, argv, sentence):
    command, *more = argv
    assert main([command, COMPARE, *more]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
