"""Slips in an ask: each one sentence, and where in the ask it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from calculator.sourcing.errors import SourcingError, did_you_mean

Path = tuple[str | int, ...]
_LONGEST = 60
_LISTED = 30


class AskError(SourcingError):
    """The ask cannot be used as written; `slips` tells each thing to mend and where it is."""

    def __init__(self, heading: str, slips: Iterable[Slip]) -> None:
        self.slips = tuple(dict.fromkeys(slips))
        super().__init__(heading, (slip.sentence() for slip in self.slips))


@dataclass(frozen=True)
class Slip:
    """One thing to mend: the path of keys that leads to it, and what is said of it there.

    `is_whole`: what is said is a sentence that names its place itself. `shown_at` is the path
    that is shown, where it is another: a key that should not be there stands at its own line.
    """

    path: Path
    said: str
    is_whole: bool = False
    shown_at: Path | None = None

    def sentence(self, first: int = 0) -> str:
        """Return the sentence; entries of lists are counted from `first`."""
        at = self.path if self.shown_at is None else self.shown_at
        return self.said if self.is_whole else f"{dotted(at, first)}{self.said}"


@dataclass
class Slips:
    """Collects the slips of one reading."""

    found: list[Slip] = field(default_factory=list)

    def add(self, path: Path, said: str) -> None:
        """Note a slip; `said` goes on after the place: " is ...", ": ..."."""
        self.found.append(Slip(path, said))

    def unknown_key(
        self,
        path: Path,
        key: str,
        known: Iterable[str],
        hint: str = "",
        listed: Iterable[str] | None = None,
    ) -> None:
        """Note a key that is not known, with what to write instead.

        `listed`: the known keys to list where none is near; all of them if left out.
        """
        said = f": unknown key {key!r}; {hint or nearest_or_all(key, known, listed)}"
        self.found.append(Slip((*path, key), said, shown_at=path))

    def raise_if_any(self, heading: str = "The network cannot be used:") -> None:
        """Raise one `AskError` with every slip, or do nothing."""
        if self.found:
            raise AskError(heading, self.found)


def nearest_or_all(word: str, known: Iterable[str], listed: Iterable[str] | None = None) -> str:
    """Return the half sentence that offers the nearest known word, or lists all of them."""
    words = sorted(known)
    said = did_you_mean(word, words)
    shown_words = words if listed is None else sorted(listed)
    if not said.startswith("known:") or len(shown_words) > _LISTED:
        return said
    return f"known: {', '.join(shown_words)}."


def dotted(path: Path, first: int = 0) -> str:
    """Return a path as text: `suppliers[A].price`."""
    if not path:
        return "the network"
    head, *tail = path
    text = str(head)
    for k, step in enumerate(tail):
        name = str(step + first) if isinstance(step, int) else step
        text += f"[{name}]" if k == 0 else f".{name}"
    return text


def shown(value: Any) -> str:
    """Return a value as a sentence shows it: one line, printable, not long."""
    if isinstance(value, Mapping):
        return "a group of keys"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "empty"
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of too many digits"
    text = "".join(c if c.isprintable() else "?" for c in text[: 2 * _LONGEST])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
