"""The page on exports says what is so: its schema, its table of names, its example."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

from calculator.cli import main
from calculator.packages import FIELD_NAMES
from calculator.runs import LIBRARIES
from calculator.scenario.difference import ORDER

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "exports.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "answer.schema.json").read_text(encoding="utf-8"))


def checked(answer: object, part: str | None = None) -> None:
    schema = SCHEMA if part is None else {"$ref": f"#/$defs/{part}", "$defs": SCHEMA["$defs"]}
    jsonschema.Draft202012Validator(schema).validate(answer)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_answers_are_as_the_schema_says(capsys, tmp_path: Path):
    (tmp_path / "a.yaml").write_text("chemistries: [LFP]\n")
    (tmp_path / "b.yaml").write_text("chemistries: [LFP, NCA]\nregion: USA\ncurrency: EUR\n")
    for words, part in (
        (("compare", "LFP", "ASSB-sulfide-Li"), "comparison"),
        (("diff", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")), "difference"),
        (("minerals", "LFP"), None),
        (("projects",), None),
    ):
        assert main([*words, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        checked(answer)
        if part is not None:
            checked(answer, part)
            with pytest.raises(jsonschema.ValidationError):
                checked({**answer, "run_of": None, "rows": [{}], "compare": {}}, part)


def test_an_answer_without_its_run_does_not_pass():
    with pytest.raises(jsonschema.ValidationError, match="'run' is a required"):
        checked({"run_of": {}})


def test_the_page_names_every_field_every_input_and_every_library():
    for one in FIELD_NAMES:
        cells = [one.part, f"`{one.name}`", one.unit or "-", one.ours]
        assert f"| {' | '.join(cells)} |" in PAGE, one.name
    told = re.sub(r"\s+", " ", PAGE)
    assert ", ".join(name for name, _ in ORDER) in told
    assert all(name in told for name in LIBRARIES)


def test_the_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "exports.md", "exec"), {})
    assert printed.getvalue() == "16 True\n"
