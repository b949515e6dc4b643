"""Goods and numbers as a sentence has them."""

from __future__ import annotations

from calculator.figures import spoken

YOURS = ":violet-badge[your assumption]"


def good(material: str, stage: str | None) -> str:
    """A material at a stage in words; the stage is not said twice."""
    name, at = spoken(material), spoken(stage or "")
    return name if not at or name.endswith(at) else f"{name}, {at}"


def rounded(value: float) -> str:
    """A number with three digits, or all before the point; never a power of ten."""
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    if abs(value) >= 1e-4:
        return f"{value:.3g}"
    return "0" if abs(value) < 5e-7 else f"{value:.6f}".rstrip("0")
