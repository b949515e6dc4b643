"""Cell formats: blue input cells, black formulas, numbers by their magnitude."""

from __future__ import annotations

from math import floor, log10
from typing import Any

_KINDS: dict[str, dict[str, Any]] = {
    "input": {
        "font_color": "#0000FF", "bg_color": "#FFF9E5", "border": 1, "border_color": "#BBBBBB",
    },
    "number": {"font_color": "#000000"},
    "exported": {"font_color": "#777777"},
    "fixed": {"font_color": "#777777", "italic": True},
    "sum": {"bold": True, "top": 1},
}  # fmt: skip
_TEXTS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"},
    "group": {"bold": True, "bg_color": "#E8EEF4"},
    "title": {"bold": True, "font_size": 13},
    "text": {"valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "bold": {"bold": True},
    "good": {"bold": True, "font_color": "#00612E", "bg_color": "#DDF2E3"},
    "bad": {"bold": True, "font_color": "#9C0006", "bg_color": "#FFD9D6"},
}
_DIGITS = 4


def number_format(value: float) -> str:
    """A format that shows some four digits; the cell holds all of them."""
    if value == int(value) and abs(value) < 1e4:
        return "0"
    size = floor(log10(abs(value)))
    if size >= _DIGITS - 1:
        return "#,##0" if size < 12 else "0.000E+00"
    return "0.000E+00" if size < -4 else "0." + "0" * (_DIGITS - 1 - size)


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}

    def text(self, kind: str) -> Any:
        """Format of a text."""
        return self._one(kind, "", _TEXTS[kind])

    def number(self, kind: str, value: float) -> Any:
        """Format of a number."""
        shown = number_format(value)
        return self._one(kind, shown, {**_KINDS[kind], "num_format": shown, "valign": "top"})

    def percent(self) -> Any:
        """Format of the model's band, an input."""
        return self._one("input", "0 %", {**_KINDS["input"], "num_format": "0 %"})

    def _one(self, kind: str, shown: str, options: dict[str, Any]) -> Any:
        if (kind, shown) not in self._made:
            self._made[kind, shown] = self._book.add_format(options)
        return self._made[kind, shown]
