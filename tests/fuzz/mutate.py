"""Wrong inputs made of right ones: seeded, so that a run can be had again."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

WORDS = (
    "NaN", "-1", "0", "1e400", "-1e308", "1e-320", "1e9999", "0x10", "١٢", "∞", "½", "1_000", "1,5",
    "75 kWh", "40 %", "-3 %", "1e400 kWh", "30 GWh/year", "5 USD_2026/kg", "5 USD/kg", "€5", "kWh",
    "LFP", "NMC811", "WLD", "CHN", "ROW", "XXX", "null", "~", "true", "no", ".inf", ".nan",
    "2026-02-30", "0000-00-00", "9999", "../../etc/passwd", "/etc/passwd", "a.yaml", "../x.yml",
    "C:\\x.yaml", "file:///etc/passwd", "<script>alert(1)</script>", "[x](javascript:alert(1))",
    "![i](http://example.org/i)", "$x^2$", "=1+1", "=HYPERLINK(1)", "{{x}}", "{0}", "%s", "%n",
    "{x.__class__}", "\0", "\u202e", "\u2028", "\x85", "\ufeff", "é", "😀", "\ud800", "'", '"',
    "`", "*a", "&a", "!!python/object:os", "|", ">", "- ", "? ", ": ", "#", "{", "}", "[", "]", ",",
    "\t", "---", "<<", "%YAML 9.9", "a" * 300, "9" * 400, "[" * 40, "",
)  # fmt: skip


def text(draws: random.Random, right: str, other: str) -> str:
    """One to four changes of a text; pieces of another may come into it."""
    for _ in range(draws.randint(1, 4)):
        right = draws.choice(_OF_TEXT)(draws, right, other)
    return right


def _cut(draws: random.Random, right: str, _other: str) -> str:
    a, b = sorted(draws.randint(0, len(right)) for _ in range(2))
    return right[:a] + right[min(b, a + 60) :]


def _put(draws: random.Random, right: str, _other: str) -> str:
    at = draws.randint(0, len(right))
    return right[:at] + draws.choice(WORDS) + right[at:]


def _letter(draws: random.Random, right: str, _other: str) -> str:
    at = draws.randrange(len(right) or 1)
    return (
        right[:at]
        + chr(draws.choice((draws.randint(0, 255), draws.randint(0, 0x10FFFF))))[:1]
        + right[at + 1 :]
    )


def _splice(draws: random.Random, right: str, other: str) -> str:
    a, b = draws.randint(0, len(right)), draws.randint(0, len(other))
    return right[:a] + other[b : b + draws.randint(1, 200)] + right[a:]


def _line(draws: random.Random, right: str, _other: str) -> str:
    """A line doubled, dropped, moved or indented otherwise."""
    lines = right.split("\n")
    at, to = draws.randrange(len(lines)), draws.randrange(len(lines))
    kind = draws.randrange(4)
    if kind == 0:
        lines.insert(to, lines[at])
    elif kind == 1:
        del lines[at]
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    else:
        lines[at] = draws.choice(("  ", "\t", "   ", "- ")) + lines[at]
    return "\n".join(lines)


def _word(draws: random.Random, right: str, _other: str) -> str:
    """A word, a number or a sign replaced by a strange one."""
    parts = right.split(" ")
    parts[draws.randrange(len(parts))] = draws.choice(WORDS)
    return " ".join(parts)


def _cell(draws: random.Random, right: str, _other: str) -> str:
    parts = right.split(",")
    parts[draws.randrange(len(parts))] = draws.choice(WORDS)
    return ",".join(parts)


_OF_TEXT = (_cut, _put, _letter, _splice, _line, _word, _word, _cell)


def data(draws: random.Random, right: bytes) -> bytes:
    """Bytes changed in a few places, cut short, doubled or run together."""
    raw = bytearray(right)
    for _ in range(draws.randint(1, 6)):
        at = draws.randrange(len(raw) or 1)
        kind = draws.randrange(5)
        if kind == 0 and raw:
            raw[at] = draws.randrange(256)
        elif kind == 1:
            raw[at:at] = draws.randbytes(draws.randint(1, 8))
        elif kind == 2:
            del raw[at : at + draws.randint(1, 30)]
        elif kind == 3:
            raw[at:at] = raw[: draws.randint(0, 60)]
        else:
            del raw[max(at, len(raw) // 2) :]
    return bytes(raw)


def tree(draws: random.Random, right: Any) -> Any:
    """A few changes of nested values: swapped, dropped, renamed, moved, of another kind."""
    made = copy.deepcopy(right)
    for _ in range(draws.randint(1, 4)):
        places = list(_places(made))
        if places:
            _change(draws, places, *draws.choice(places))
    return made


def _change(draws: random.Random, places: Sequence[tuple[Any, Any]], holder: Any, key: Any) -> None:
    kind = draws.randrange(6)
    try:
        if kind == 0:
            del holder[key]
        elif kind == 1 and isinstance(holder, dict):
            holder[draws.choice(WORDS)] = holder.pop(key)
        elif kind == 2:
            holder[key] = [holder[key]]
        elif kind == 3:
            other, place = draws.choice(places)
            holder[key] = copy.deepcopy(other[place])
        else:
            holder[key] = strange(draws)
    except (KeyError, IndexError):  # an earlier change took the place away
        return


def strange(draws: random.Random) -> Any:
    """A value no field expects."""
    made = (
        draws.choice(WORDS), draws.choice(WORDS), None, True, -1, 0, 10**30, 1e308, float("nan"),
        float("inf"), [], {}, [[]], [None], {"a": {}}, [draws.choice(WORDS)], {"rule": []},
        {draws.choice(WORDS): draws.choice(WORDS)},
    )  # fmt: skip
    return draws.choice(made)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in list(items):
        yield value, key
        if isinstance(below, dict | list):
            yield from _places(below)
