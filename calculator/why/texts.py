"""What records and code say of themselves, in a line."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from materials_db.schema import Datum

_PROVENANCE = {*Datum.model_fields}


@dataclass(frozen=True)
class Described:
    """A record in words."""

    symbol: str
    label: str


def described(record: Datum) -> Described:
    """Name of a record: its kind and the texts that tell it from others of its table."""
    table = record.file.rpartition("/")[2].rpartition(".")[0]
    own = [str(value) for _, value in _own(record) if isinstance(value, str | int) and value]
    if type(record) is Datum:  # a number inside a file of its own
        return Described(f"{table}:{record.row}", f"{table}, line {record.row}")
    words = " ".join(own)
    return Described(f"{table}[{', '.join(own)}]", f"{table.replace('_', ' ')}: {words}")


def _own(record: Datum) -> list[tuple[str, Any]]:
    fields = type(record).model_fields
    return [(name, getattr(record, name)) for name in fields if name not in _PROVENANCE]


def docstring(module: ModuleType | None, owner: str, field: str) -> str:
    """First sentence of what the code says of a function, a class or a field of it."""
    if module is None:
        return ""
    if field:
        return _fields(module.__name__, module).get((owner, field), "")
    found: Any = module
    for part in owner.split("."):
        found = getattr(found, part, None)
    if isinstance(found, property):
        found = found.fget
    text = inspect.getdoc(found) or "" if callable(found) else ""
    return text.partition("\n\n")[0].replace("\n", " ")


@lru_cache(maxsize=256)
def _fields(name: str, module: ModuleType) -> dict[tuple[str, str], str]:
    """Texts that stand below the fields of the classes of a module."""
    found: dict[tuple[str, str], str] = {}
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for one, after in zip(node.body, node.body[1:], strict=False):
                text = _text(after)
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and text:
                    found[node.name, one.target.id] = " ".join(text.split())
    return found


def _text(node: ast.stmt) -> str:
    held = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return str(node.value.value) if held and isinstance(node.value.value, str) else ""  # type: ignore[attr-defined]
