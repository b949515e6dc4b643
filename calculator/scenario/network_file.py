"""A scenario file that states a network of its own: no row of the database is used.

The file holds `network:` instead of `chemistries:`; its keys are those that
`calculator.sourcing.reading.from_dict` takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from calculator.scenario.read import NETWORK, ScenarioError, file_text, file_tree, holds_network
from calculator.scenario.yaml_tree import Path, Tree, as_fault
from materials_db.faults import Fault, did_you_mean

if TYPE_CHECKING:
    from calculator.sourcing.errors import SourcingError
    from calculator.sourcing.reading.from_dict import Ask
    from calculator.sourcing.reading.slips import Slip

BESIDE = ("name", "currency", "year", "rules", "objective")
"""Keys that may stand beside `network` as well as in it."""
_UNTITLED = "untitled"


@dataclass(frozen=True)
class NetworkScenario:
    """A network, its rules and its objective, as a file states them."""

    name: str
    ask: Ask
    stated: Mapping[str, Any] = field(repr=False)
    """What the file holds, as plain values."""


def is_network_file(path: FilePath | str) -> bool:
    """Tell whether a scenario file states a network of its own.

    Raises:
        ScenarioError: the file cannot be read, or is no YAML.
    """
    path = FilePath(path)
    return holds_network(file_tree(file_text(path), path.name).value)


def load_network(path: FilePath | str) -> NetworkScenario:
    """Read a scenario file that states a network.

    Raises:
        ScenarioError: every fault found, as ``file:line: what; what to do``.
    """
    path = FilePath(path)
    return parse_network(file_text(path), path.name)


def parse_network(text: str, file: str = "scenario") -> NetworkScenario:
    """Read a network from YAML text.

    Raises:
        ScenarioError: every fault found, as ``file:line: what; what to do``.
    """
    return _read(file_tree(text, file), file)


def make_network(values: Mapping[str, Any], file: str = "scenario") -> NetworkScenario:
    """A network from plain values as a file would hold them.

    Raises:
        ScenarioError: every fault found; ``file`` stands in the messages.
    """
    return _read(Tree(dict(values)), file)


def _read(tree: Tree, file: str) -> NetworkScenario:
    from calculator.sourcing.errors import SourcingError
    from calculator.sourcing.problem import state
    from calculator.sourcing.reading.from_dict import read_ask
    from calculator.sourcing.reading.slips import AskError

    faults = [as_fault(file, fault) for fault in tree.faults]
    asked, beside = _parted(tree, file, faults)
    ask: Ask | None = None
    try:
        ask = read_ask(asked)
        state(ask.network, ask.rules, ask.objective)
    except SourcingError as error:
        slips = error.slips if isinstance(error, AskError) else _rule_slips(error, ask)
        faults += [_at_key(slip, tree, file, beside) for slip in slips]
    if faults or ask is None:
        raise ScenarioError(faults)
    name = asked.get("name")
    return NetworkScenario(str(name) if name else _UNTITLED, ask, tree.value)


def _rule_slips(error: SourcingError, ask: Ask | None) -> list[Slip]:
    """Faults of rules on this network, each at its rule."""
    from calculator.sourcing.reading.places import slips_of

    return slips_of(error.faults or (str(error),), ask.placed if ask else {})


def _parted(tree: Tree, file: str, faults: list[Fault]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The network as it is asked, and the keys of it that stand at the top of the file."""
    top: dict[str, Any] = tree.value
    if NETWORK not in top:
        return _named(top, tree, file, faults), tuple(top)
    inner = top[NETWORK]
    if not isinstance(inner, dict):
        what = "network: it should be a group of keys"
        remedy = "write 'suppliers' and 'demand' under it, indented"
        raise ScenarioError([*faults, Fault(file, tree.line((NETWORK,)), what, remedy)])
    faults += [
        Fault(file, tree.line((key,)), *_misplaced(key, inner))
        for key in top
        if key not in (NETWORK, *BESIDE) or (key != "name" and key in inner)
    ]
    beside = {key: top[key] for key in BESIDE if key in top and key not in inner}
    return _named({**inner, **beside}, tree, file, faults), tuple(beside)


def _misplaced(key: str, inner: Mapping[str, Any]) -> tuple[str, str]:
    from calculator.scenario.schema import Scenario

    if key in inner:
        return f"key '{key}' stands beside 'network' and in it", "keep one"
    if key in Scenario.model_fields:
        return (
            f"key '{key}' is for a scenario of chemistries and stands beside a network",
            "take one of the two out",
        )
    return f"unknown key '{key[:60]}' beside 'network'", did_you_mean(key, (NETWORK, *BESIDE))


def _named(asked: dict[str, Any], tree: Tree, file: str, faults: list[Fault]) -> dict[str, Any]:
    name = asked.get("name")
    is_text = isinstance(name, str) and len(name) <= 200 and name.isprintable()
    if name is not None and not is_text:
        what = "name: it should be one line of text of at most 200 characters"
        faults.append(Fault(file, tree.line(("name",)), what, "put it in quotes"))
    return asked


# --- faults at their lines -------------------------------------------------------------


def _at_key(slip: Slip, tree: Tree, file: str, beside: tuple[str, ...]) -> Fault:
    """A slip at the line of its key."""
    path: Path = slip.path
    if not (path and path[0] in beside) and NETWORK in tree.value:
        path = (NETWORK, *path)
    said = " ".join(slip.sentence(first=1).split())
    what, _, remedy = "".join(c if c.isprintable() else "?" for c in said).partition("; ")
    if not remedy.endswith("..."):
        remedy = remedy.rstrip(".")
    return Fault(file, tree.line(path), what.rstrip("."), remedy or "mend it")
