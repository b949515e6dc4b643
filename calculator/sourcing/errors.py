"""Faults in what the user asked for: collected, then raised once as a bullet list."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 40


class SourcingError(ValueError):
    """The network, the rules or the scenario cannot be used as written.

    `faults` holds one sentence a fault: what, where, and what to do.
    """

    def __init__(self, heading: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        shown = "".join(f"\n- {fault}" for fault in self.faults[:_SHOWN])
        rest = len(self.faults) - _SHOWN
        tail = f"\n- and {rest} more" if rest > 0 else ""
        super().__init__(f"{heading}{shown}{tail}")


def raise_faults(heading: str, faults: list[str]) -> None:
    """Raise one `SourcingError` that holds every fault, or do nothing."""
    if faults:
        raise SourcingError(heading, faults)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the half sentence that offers the nearest known word, or lists them."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    if not words:
        return "none is defined."
    return "known: " + ", ".join(words[:12]) + (", ..." if len(words) > 12 else ".")


def unknown_word(where: str, kind: str, word: str, known: Iterable[str]) -> list[str]:
    """Return the sentence on a name that is not among the known ones, or nothing."""
    words = set(known)
    return (
        [] if word in words else [f"{where}: unknown {kind} {word!r}; {did_you_mean(word, words)}"]
    )
