"""Walks the schema: which field a path leads to, its key, its example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Part = type[BaseModel]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Found:
    """Where a path leads."""

    path: Path
    """The path as the file has it."""
    model: Part | None
    """The part that holds the last key, if the schema knows it."""
    info: FieldInfo | None
    """The field the path ends at, if the schema knows it."""

    @property
    def key(self) -> str:
        """The last key of the path."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def example(self) -> str:
        """The field's example as it stands in a file; of a list's entry, its first."""
        examples = self.info.examples if self.info else None
        value = examples[0] if examples else ""
        inside = bool(self.path) and isinstance(self.path[-1], int)
        return as_yaml(value[0] if inside and isinstance(value, list) else value)


def as_yaml(value: object) -> str:
    """A short value on one line of YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def fields_of(part: Part) -> dict[str, FieldInfo]:
    """Fields of a part by the key they go by in a file."""
    return {info.alias or name: info for name, info in part.model_fields.items()}


def tag_of(rule: Part) -> str:
    """The word by which a kind of rule is chosen; empty for any other part."""
    info = rule.model_fields.get("rule")
    return str(get_args(info.annotation)[0]) if info else ""


def parts_of(annotation: Any) -> list[Part]:
    """The parts a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for inner in get_args(annotation) for part in parts_of(inner)]


def parts_below(root: Part, where: str = "") -> Iterator[tuple[str, Part]]:
    """Every part of a schema with the key it stands under."""
    yield where, root
    for key, info in fields_of(root).items():
        for part in parts_of(info.annotation):
            yield from parts_below(part, f"{where}.{key}".lstrip("."))


def find(root: Part, loc: Path) -> Found:
    """Follow an error's location; the tag of a union is no step of the file."""
    part: Part | None = root
    choices: list[Part] = []
    info: FieldInfo | None = None
    path: list[str | int] = []
    for step in loc:
        chosen = [choice for choice in choices if tag_of(choice) == step]
        if chosen and path and isinstance(path[-1], int):
            part, choices = chosen[0], []
            continue
        path.append(step)
        if isinstance(step, str):
            part = choices[0] if len(choices) == 1 else part
            info = fields_of(part).get(step) if part else None
            choices = parts_of(info.annotation) if info else []
    return Found(tuple(path), part, info)
