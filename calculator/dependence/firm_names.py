"""Names of firms, compared without case, marks and forms such as ``Co., Ltd.`` or ``K.K.``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_FORMS = frozenset(
    {
        "kk", "kabushiki", "kaisha", "gk", "co", "company", "corp", "corporation", "ltd",
        "limited", "inc", "incorporated", "plc", "llc", "lp", "ag", "gmbh", "kg", "se", "sa",
        "sas", "spa", "srl", "bv", "nv", "ab", "oy", "as", "pte", "pty", "bhd", "the",
    }
)  # fmt: skip
_JAPANESE = ("株式会社", "(株)", "有限会社")
_MARKS = re.compile(r"[^\w]+", re.UNICODE)
_NEAR = 0.8
_INITIALS = 3
"""Fewest initials that are looked for in listed names."""


@dataclass(frozen=True, slots=True)
class Match:
    """A firm of the user's and the listed name it was taken for."""

    firm: str
    listed_as: str
    """Empty where no list names it."""
    how: str
    """``same``: letter for letter; ``form``: but for case, marks or legal form; ``none``."""
    near: tuple[str, ...] = ()
    """Listed names that look like it and were not counted."""


def match_firms(firms: Sequence[str], listed: Sequence[str]) -> tuple[Match, ...]:
    """Match each firm with the list; only names equal but for their form count.

    Args:
        firms: the user's names.
        listed: names on the list.
    """
    known = {plain_name(name): name for name in reversed(listed)}
    return tuple(_match(firm, known) for firm in firms)


def _match(firm: str, known: dict[str, str]) -> Match:
    plain = plain_name(firm)
    found = known.get(plain, "")
    if found:
        return Match(firm, found, "same" if found == firm else "form")
    initials = "".join(word[0] for word in plain.split())
    near = [
        name
        for name in known
        if _holds(name, plain)
        or _holds(plain, name)
        or (len(initials) >= _INITIALS and _holds(name, initials))
    ]
    near += [name for name in get_close_matches(plain, known, 3, _NEAR) if name not in near]
    return Match(firm, "", "none", tuple(known[name] for name in near[:3]))


def _holds(longer: str, shorter: str) -> bool:
    """Whether a name holds another as whole words."""
    return bool(shorter) and f" {shorter} " in f" {longer} "


def plain_name(name: str) -> str:
    """A name in lower case without marks and legal forms: ``TDK Corporation`` is ``tdk``."""
    text = unicodedata.normalize("NFKC", name).casefold()
    for form in _JAPANESE:
        text = text.replace(form, " ")
    text = text.replace("&", " and ").replace(".", "").replace("'", "")
    words = [word for word in _MARKS.split(text) if word]
    kept = [word for word in words if word not in _FORMS]
    return " ".join(kept or words)
