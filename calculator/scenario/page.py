"""The documentation page of the scenario file, made from the schema itself.

``python -m calculator.scenario.page > docs/scenario.md`` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from pydantic.fields import FieldInfo

from calculator.scenario.fields import Part, as_yaml, fields_of, parts_below, tag_of
from calculator.scenario.quantity import Unit
from calculator.scenario.schema import Scenario

_HEAD = """# The scenario file

One YAML file says what is to be computed. `python -m calculator optimise FILE` answers its
sourcing question; `compare --scenario FILE` and `minerals --scenario FILE` take the rest of it.

- A quantity is text with a unit: `75 kWh`, `30 GWh/year`, `40 %`. A bare number is refused where
  a unit is needed. Any unit of the same kind will do: `75000 Wh` is `75 kWh`.
- A name may be a path to a file of your own that ends in `.yaml`; paths are taken from the folder
  of the scenario file.
- YAML 1.2: `no` is text. Anchors, aliases and tags are refused, as are files above 1 MB.
- Every fault is told at once as `file:line: what; what to do`.
- A file with `network:` instead of `chemistries:` states a supply network of its own and uses no
  number of the database; its keys are in [sourcing.md](sourcing.md).

In Python, `make_scenario` takes the same keys and values and tells faults in the same sentences:

```python
from calculator.scenario import make_scenario

scenario = make_scenario({"chemistries": ["LFP", "NMC811"], "pack": {"energy": "75 kWh"}})
```

Working examples stand in `examples/`. This page is made from the schema
(`python -m calculator.scenario.page > docs/scenario.md`), and a test keeps it so.
"""
_TABLE = "| key | written as | needed | meaning |\n|---|---|---|---|"


def scenario_page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    for where, part in parts_below(Scenario):
        tag = tag_of(part)
        title = f"`{where}`: `rule: {tag}`" if tag else f"`{where}`" if where else "At the top"
        yield f"## {title}\n\n{cleandoc(part.__doc__ or '')}\n\n{_TABLE}"
        for key, info in _ordered(part):
            yield f"| `{key}` | {_written(info)} | {_needed(info)} | {_meaning(info)} |"
        yield ""


def _ordered(part: Part) -> list[tuple[str, FieldInfo]]:
    """The kind of a rule and its name come first, as one writes them."""
    first = ("rule", "name")
    items = list(fields_of(part).items())
    return sorted(items, key=lambda item: first.index(item[0]) if item[0] in first else len(first))


def _written(info: FieldInfo) -> str:
    return f"`{as_yaml(info.examples[0])}`" if info.examples else "its own keys, below"


def _needed(info: FieldInfo) -> str:
    if info.is_required():
        return "yes"
    default: Any = info.default
    if default is None or not isinstance(default, str | int | float):
        return "no"
    unit = next((item for item in _metadata(info) if isinstance(item, Unit)), None)
    return f"no; `{unit.write(float(default)) if unit else as_yaml(default)}`"


def _meaning(info: FieldInfo) -> str:
    unit = next((item for item in _metadata(info) if isinstance(item, Unit)), None)
    bounds = _bounds(unit) if unit else ""
    return " ".join(str(info.description).split()) + bounds


def _metadata(info: FieldInfo) -> Iterator[Any]:
    """Metadata of the field and of the types inside ``| None``."""
    from typing import get_args

    yield from info.metadata
    for inner in get_args(info.annotation):
        yield from getattr(inner, "__metadata__", ())


def _bounds(unit: Unit) -> str:
    parts = []
    if unit.above is not None:
        parts.append(f"above {unit.write(unit.above)}")
    if unit.least is not None:
        parts.append(f"from {unit.write(unit.least)}")
    if unit.most is not None:
        parts.append(f"to {unit.write(unit.most)}")
    return f" ({' '.join(parts)})" if parts else ""


if __name__ == "__main__":
    print(scenario_page(), end="")
