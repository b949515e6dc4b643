"""The README's example prints what the README says, and the locks name no host."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_readme_example_prints_its_answer():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,), (answer,) = _blocks(text, "python"), _blocks(text, "text")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == answer


def test_every_command_of_the_readme_exists():
    from calculator.cli import make_parser

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"^\$ battcalc (\w+)", text, flags=re.MULTILINE))
    assert commands
    helped = make_parser().format_help()
    assert commands <= set(re.findall(r"^    (\w+)\b", helped, flags=re.MULTILINE))


def test_links_of_the_documents_lead_somewhere():
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_carry_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
    pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==\S+", text, flags=re.MULTILINE)
    hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}", text)
    assert len(pins) > 30
    assert len(hashes) >= len(pins)


def test_the_public_names_are_there_and_documented():
    import calculator

    for name in calculator.__all__:
        thing = getattr(calculator, name)
        assert thing.__doc__, name
