"""docs/form.md: its glossary is that of the form, its pictures are there and small."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from materials_db.load import load_database
from pages import glossary

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "docs" / "form.md"
MARK = "<!-- from pages/glossary.py -->\n"
LARGEST_KB = 150


def test_the_glossary_of_docs_is_that_of_the_form():
    assert DOC.read_text(encoding="utf-8").partition(MARK)[2].strip() == glossary.listed()


def test_every_term_is_defined_once_and_in_order():
    names = [term.name for term in glossary.TERMS]
    labels = [label for term in glossary.TERMS for label in term.labels]
    assert names == sorted(names, key=str.lower)
    assert len(set(names)) == len(names)
    assert len(set(labels)) == len(labels)
    assert all(term.text.endswith(".") and len(term.text) < 300 for term in glossary.TERMS)


def test_every_source_of_a_term_is_in_the_registry():
    known = load_database().sources
    assert {term.source for term in glossary.TERMS if term.source} <= set(known)


def test_a_label_is_explained_with_and_without_its_unit():
    assert glossary.told("Landed cost, USD 2025/kWh") == glossary.told("Landed cost")
    assert "squared shares" in (glossary.told("HHI at most (0 to 1)") or "")
    assert glossary.told("Chemistry") is None


def test_no_page_explains_a_term_of_the_glossary_again():
    texts = {term.text for term in glossary.TERMS}
    for path in (ROOT / "pages").glob("*.py"):
        if path.name != "glossary.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            told = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
            assert not texts & told, path.name


def test_pictures_are_there_and_small():
    named = re.findall(r"!\[[^]]+\]\(([^)]+)\)", DOC.read_text(encoding="utf-8"))
    assert "img/compare_phone.png" in named
    for name in named:
        kilobytes = (DOC.parent / name).stat().st_size / 1000
        assert 3 < kilobytes < LARGEST_KB, name


def test_every_page_stands_in_docs():
    router = (ROOT / "pages" / "app.py").read_text(encoding="utf-8")
    pages = re.findall(r'st\.Page\([^)]*title="(\w+)"', router)
    text = DOC.read_text(encoding="utf-8")
    assert pages
    assert all(f"| {page} |" in text for page in pages)
