"""What can be wrong with the files of the database, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

MAX_SHOWN = 100
"""Faults told in one reading; a file of a hundred thousand wrong rows says it sooner."""
MAX_LETTERS = 2_000
"""Longest telling of what is wrong; a cell may hold a book."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong at one place, with what to do about it."""

    file: str
    row: int
    """Line of the file, counted from 1; 0 where the whole file is meant."""
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.row}" if self.row else self.file
        what = self.what if len(self.what) <= MAX_LETTERS else f"{self.what[:MAX_LETTERS]}..."
        said = f"{place}: {what}; {self.remedy}"
        return said if said.isprintable() else "".join(c if c.isprintable() else " " for c in said)


class DatabaseError(ValueError):
    """Every fault found in one reading, as a bullet list."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        told = [f"- {fault}" for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            told.append(f"- and {len(self.faults) - MAX_SHOWN:,} more faults; mend these first")
        super().__init__("\n".join(told))


class UnknownNameError(LookupError):
    """A name that no record bears, with the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        super().__init__(
            f"{kind} '{name}' is not in the database; {did_you_mean(name, self.known)}"
        )


def did_you_mean(name: str, known: Iterable[str], shown: int = 12) -> str:
    """A remedy: the nearest known names, or the list of them where none is near.

    >>> did_you_mean("LPF", ["LFP", "NMC811"])
    "did you mean 'LFP'?"
    """
    names = list(known)
    by_lower = {entry.lower(): entry for entry in names}
    near = get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"'{by_lower[entry]}'" for entry in near) + "?"
    if not names:
        return "none is known"
    tail = ", ..." if len(names) > shown else ""
    return "known: " + ", ".join(sorted(names)[:shown]) + tail


def with_article(noun: str) -> str:
    """A noun after its article.

    >>> with_article("energy"), with_article("mass")
    ('an energy', 'a mass')
    """
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"
